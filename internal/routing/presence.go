package routing

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/people"
)

// State is whether somebody is here to work.
type State string

// The states.
const (
	Available State = "available"
	Busy      State = "busy" // here, but takes no new work
	AwayState State = "away"
	Offline   State = "offline"
)

// States lists those that a person can choose.
func States() []State { return []State{Available, Busy, AwayState} }

// Absent reports whether somebody is not here.
func (s State) Absent() bool { return s != Available && s != Busy }

const (
	idleAfter = 15 * time.Minute // without a sign of life somebody is away
	goneAfter = 12 * time.Hour   // and then offline, when their session has ended too
	noticed   = time.Minute      // signs of life are written down no more often
)

// Presence is how somebody is here.
type Presence struct {
	User, Name string
	State      State
	ByHand     bool      // they said so themselves
	Since      time.Time // of who is absent: since they are, first away and then offline
	OnShift    bool
	Turns      time.Time // when their shift ends, or the next begins; zero: not within a day
}

// Present returns how everybody who may sign in is here, by name.
func (r *Router) Present(tx *db.Tx) ([]Presence, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return nil, err
	}
	users, err := people.Users(tx)
	if err != nil {
		return nil, err
	}
	kept, err := presences(tx)
	if err != nil {
		return nil, err
	}
	roster, err := r.roster(tx)
	if err != nil {
		return nil, err
	}
	var all []Presence
	for _, u := range users {
		if !u.Active {
			continue
		}
		p := kept[u.ID]
		all = append(all, Presence{User: u.ID, Name: u.Name, State: p.state(), ByHand: p.byHand, Since: p.since, OnShift: roster.on(u.ID, tx.Now), Turns: roster.turns(u.ID, tx.Now)})
	}
	return all, nil
}

// PresenceOf returns how one person is here.
func (r *Router) PresenceOf(tx *db.Tx, user string) (Presence, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return Presence{}, err
	}
	all, err := r.Present(tx)
	if i := slices.IndexFunc(all, func(p Presence) bool { return p.User == user }); i >= 0 {
		return all[i], err
	}
	if err == nil {
		err = fault.New(fault.NotFound, "There is no agent %.60q.", user)
	}
	return Presence{}, err
}

// OwnState returns how the actor is here.
func OwnState(tx *db.Tx) (State, error) {
	if err := tx.Must(access.Anyone); err != nil {
		return "", err
	}
	p, err := presence(tx, tx.ID)
	return p.state(), err
}

// SetPresence says how somebody is here: oneself, or others for who sets up routing.
func SetPresence(tx *db.Tx, user string, state State) error {
	if err := tx.Must(access.Anyone); err != nil {
		return err
	}
	if user != tx.ID || tx.Kind != access.Human {
		if err := tx.Must(access.RulesEdit); err != nil {
			return err
		}
	}
	if !slices.Contains(States(), state) {
		return fault.Field("state", "Somebody is available, busy or away, not %.40q.", state)
	}
	if _, err := people.FindUser(tx, user); err != nil {
		return err
	}
	return become(tx, user, state, true)
}

// kept is a row of presences.
type kept struct {
	user        string
	is          State
	byHand      bool
	since, seen time.Time
}

func (k kept) state() State {
	if k.is == "" {
		return Offline
	}
	return k.is
}

// become sets how somebody is here, and says so if that is news.
func become(tx *db.Tx, user string, state State, byHand bool) error {
	k, err := presence(tx, user)
	if err != nil {
		return err
	}
	was := k.state()
	k.user, k.byHand = user, byHand && state != Available
	if !state.Absent() || byHand {
		k.seen = tx.Now
	}
	if absent := was.Absent() && state.Absent(); was != state && !absent || k.since.IsZero() {
		k.since = tx.Now
	}
	k.is = state
	if err := savePresence(tx, k); err != nil {
		return err
	}
	if was != state {
		name, err := userName(tx, user)
		if err != nil {
			return err
		}
		tx.Emit(PresenceSet{User: user, Name: name, Was: was, Is: state, Auto: !byHand})
	}
	return idleNext(tx, k)
}

// idleNext schedules the instant at which it is to be seen whether somebody has gone.
func idleNext(tx *db.Tx, k kept) error {
	at := k.seen.Add(idleAfter)
	switch k.is {
	case Offline:
		return nil
	case AwayState:
		at = k.seen.Add(goneAfter)
	}
	return event.Schedule(tx, idleTask, k.user, at, about{User: k.user})
}

// about is the arguments of the router's tasks.
type about struct {
	User    string  `json:"user,omitempty"`
	Ticket  string  `json:"ticket,omitempty"`
	Team    string  `json:"team,omitempty"`
	Because Because `json:"because,omitempty"`
}

// idle has somebody who gave no sign of life be away, and later offline.
func (r *Router) idle(ctx context.Context, a about) error {
	return r.DB.Update(ctx, func(tx *db.Tx) error {
		if err := event.Finish(tx); err != nil {
			return err
		}
		k, err := presence(tx, a.User)
		if err != nil {
			return err
		}
		idle := tx.Now.Sub(k.seen)
		switch {
		case k.is != "" && k.is != Offline && idle >= goneAfter:
			return become(tx, a.User, Offline, false)
		case !k.is.Absent() && idle >= idleAfter:
			return become(tx, a.User, AwayState, false)
		}
		return idleNext(tx, k)
	})
}

// Seen notes a sign of life of the person who acts in ctx. Who was taken to be away is back by it,
// but not who said so. It is noted by the way: while nothing can be written, what the person does goes on.
func (r *Router) Seen(ctx context.Context) {
	actor := access.From(ctx)
	if actor.Kind != access.Human {
		return
	}
	if _, err := r.seen.Get(seenKey{actor.Workspace, actor.ID}, func() (struct{}, bool, error) {
		return struct{}{}, true, r.note(context.WithoutCancel(ctx), actor)
	}); err != nil {
		slog.Warn("a sign of life was not noted", "user", actor.ID, "err", err)
	}
}

type seenKey struct{ workspace, user string }

func (r *Router) note(ctx context.Context, actor access.Actor) error {
	there, err := touch(ctx, r.DB, actor)
	if err != nil || there {
		return err
	}
	return r.DB.Update(ctx, func(tx *db.Tx) error {
		k, err := presence(tx, actor.ID)
		if err != nil || k.byHand && k.is != Offline {
			return err
		}
		return become(tx, actor.ID, Available, false)
	})
}

// Left notes that somebody has signed out.
func (r *Router) Left(ctx context.Context) error {
	actor := access.From(ctx)
	if actor.Kind != access.Human {
		return nil
	}
	r.seen.Forget()
	return r.DB.Update(ctx, func(tx *db.Tx) error { return become(tx, actor.ID, Offline, false) })
}
