package rehearsal

import (
	"context"
	"encoding/json"
	"time"

	"muster/internal/access"
	"muster/internal/automation"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/routing"
	"muster/internal/workspace"
)

// Stage is where rehearsals are played.
type Stage struct {
	DB     *db.DB
	Bus    *event.Bus
	Router *routing.Router
}

const task = "rehearsal.play"

type args struct {
	ID string `json:"id"`
}

// NewStage has rehearsals be played on a node, one at a time.
func NewStage(s Stage) *Stage {
	event.Task(s.Bus, task, s.play, event.Options{AtOnce: 1, Tries: 3})
	return &s
}

// Sweep forgets old rehearsals of a workspace.
func (s *Stage) Sweep(ctx context.Context) error {
	return s.DB.Update(ctx, func(tx *db.Tx) error { return sweep(tx, tx.Now.AddDate(0, 0, -keptDays)) })
}

// player is one kind of rehearsal.
type player interface {
	visit(tx *db.Tx, some []story) error
	figures() (was, would []Figure)
}

// play rehearses, and keeps the result. It reads the past in views alone, so that nothing can be sent or changed;
// what it writes is its own row.
func (s *Stage) play(ctx context.Context, a args) error {
	var r Rehearsal
	if err := s.DB.View(ctx, func(tx *db.Tx) (err error) { r, err = one(tx, a.ID); return err }); err != nil {
		if db.Missing(err) {
			return event.GiveUp(err)
		}
		return err
	}
	err := s.Play(ctx, &r)
	if kind := fault.KindOf(err); err != nil && kind != fault.Internal {
		r.State, r.Result.Problem, err = Stopped, fault.Message(err), nil
	}
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		if err := event.Finish(tx); err != nil {
			return err
		}
		return finish(tx, r)
	})
}

// Play rehearses r and fills in its result.
func (s *Stage) Play(ctx context.Context, r *Rehearsal) error {
	since := r.CreatedAt.AddDate(0, 0, -r.Days)
	r.Result, r.Seen = Result{Rows: []Row{}}, 0
	var p player
	if err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		if err := tx.Must(access.Settings); err != nil {
			return err
		}
		p, err = s.cast(tx, r, since)
		return err
	}); err != nil {
		return err
	}
	told := time.Now()
	err := stories(ctx, s.DB, since, func(tx *db.Tx, some []story) error {
		r.Seen += len(some)
		return p.visit(tx, some)
	}, func(total int) error {
		r.Total = total
		if time.Since(told) < time.Second {
			return nil
		}
		told = time.Now()
		return progress(ctx, s.DB, r.ID, r.Seen, r.Total)
	})
	if err != nil {
		return err
	}
	if last, ok := p.(interface{ end() error }); ok {
		if err := last.end(); err != nil {
			return err
		}
	}
	r.State, r.Total = Done, r.Seen
	r.Result.Was, r.Result.Would = p.figures()
	return nil
}

// cast reads what a rehearsal begins with.
func (s *Stage) cast(tx *db.Tx, r *Rehearsal, since time.Time) (player, error) {
	switch r.Kind {
	case Rule:
		return castRule(tx, r, since)
	case Policy, Calendar:
		was, err := presentSetup(tx)
		if err != nil {
			return nil, err
		}
		p := &promiser{was: was, since: since, now: r.CreatedAt, tiers: map[string]string{}, result: &r.Result}
		p.would, err = changed(was, r)
		return p, err
	case Routing:
		return s.castRouting(tx, r, since)
	}
	return nil, fault.New(fault.Invalid, "A %s cannot be rehearsed.", r.Kind)
}

// changed is a set-up with the draft of a rehearsal.
func changed(s *clock.Setup, r *Rehearsal) (*clock.Setup, error) {
	if r.Kind == Policy {
		var p clock.Policy
		err := json.Unmarshal(r.Draft, &p)
		return withPolicy(s, p), err
	}
	var d clock.Desk
	err := json.Unmarshal(r.Draft, &d)
	return withDesk(s, d), err
}

func castRule(tx *db.Tx, r *Rehearsal, since time.Time) (player, error) {
	var draft automation.Rule
	if err := json.Unmarshal(r.Draft, &draft); err != nil {
		return nil, err
	}
	would, err := automation.Compile(draft)
	if err != nil {
		return nil, err
	}
	p := &ruler{would: &would, since: since, now: r.CreatedAt, result: &r.Result,
		contacts: map[string]automation.RequesterFacts{}, orgs: map[string]automation.OrganisationFacts{}}
	if p.wouldHours, err = automation.HoursOf(tx, draft); err != nil {
		return nil, err
	}
	if draft.ID != "" {
		was, err := automation.FindRule(tx, draft.ID)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		if err == nil && was.Active {
			c, err := automation.Compile(was)
			if err != nil {
				return nil, err
			}
			p.was = &c
			if p.wasHours, err = automation.HoursOf(tx, was); err != nil {
				return nil, err
			}
		}
	}
	if p.names, err = people.NamesOf(tx, nil, nil); err != nil {
		return nil, err
	}
	w, err := workspace.Current(tx)
	if err != nil {
		return nil, err
	}
	p.zone, err = time.LoadLocation(w.Settings.Zone)
	return p, err
}
