package routing

import (
	"cmp"
	"time"

	"muster/internal/calendar"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/memory"
	"muster/internal/people"
	"muster/internal/ticket"
)

// Router gives out tickets as the policies say. Fields in capitals are given to it.
type Router struct {
	DB   *db.DB
	Bus  *event.Bus
	Desk *ticket.Desk

	policies *memory.Of[string, []Stored] // by workspace
	hours    *memory.Of[shiftKey, *calendar.Compiled]
	seen     *memory.Of[seenKey, struct{}]
}

// The router's tasks.
const (
	placeTask = "routing.place" // decide about a ticket
	fillTask  = "routing.fill"  // give out what waits, since somebody has room
	goneTask  = "routing.gone"  // see to the tickets of who went away
	idleTask  = "routing.idle"  // see whether somebody has gone
)

const remembered = time.Second // that policies are as they were

// NewRouter returns a router that reacts to what happens. Decisions are made
// in jobs, one at a time on a node: whoever opens tickets does not wait for
// each other's loads, and a burst is given out in its order.
func NewRouter(r Router) *Router {
	r.policies = memory.New[string, []Stored](remembered, 1000)
	r.hours = memory.New[shiftKey, *calendar.Compiled](24*time.Hour, 2000)
	r.seen = memory.New[seenKey, struct{}](noticed, 10_000)
	r.Bus.Watch(func(h event.Happening) {
		switch h.Name {
		case (PolicySet{}).EventName():
			r.policies.Forget()
		case (PresenceSet{}).EventName():
			r.seen.Forget()
		}
	})
	event.On(r.Bus, r.opened)
	event.On(r.Bus, r.changed)
	event.On(r.Bus, r.moved)
	event.On(r.Bus, func(tx *db.Tx, e ticket.Shelved) error { return r.ended(tx, e.Ticket) })
	event.On(r.Bus, func(tx *db.Tx, e ticket.Merged) error {
		if e.Ticket != e.FromTicket {
			return nil
		}
		return r.ended(tx, e.Ticket)
	})
	event.On(r.Bus, r.presenceSet)
	event.On(r.Bus, r.teamChanged)
	event.On(r.Bus, func(tx *db.Tx, e AgentSet) error { return r.free(tx, e.User) })
	event.On(r.Bus, func(tx *db.Tx, e PolicySet) error { return r.fillWhere(tx, e.Team) })
	event.On(r.Bus, func(tx *db.Tx, e ShiftSet) error { return r.fillWhere(tx, Default) })
	one := event.Options{AtOnce: 1}
	event.Task(r.Bus, placeTask, r.place, one)
	event.Task(r.Bus, fillTask, r.fill, one)
	event.Task(r.Bus, goneTask, r.gone, one)
	event.Task(r.Bus, idleTask, r.idle, event.Options{})
	return &r
}

// known are the policies of the workspace, as they were a second ago at most.
func (r *Router) known(tx *db.Tx) ([]Stored, error) {
	return r.policies.Get(tx.Workspace, func() ([]Stored, bool, error) {
		all, err := policies(tx)
		return all, true, err
	})
}

// any reports whether a policy that is on meets a condition: without one nothing costs a query.
func (r *Router) any(tx *db.Tx, holds func(Policy) bool) (bool, error) {
	all, err := r.known(tx)
	for _, s := range all {
		if s.On() && holds(s.Policy) {
			return true, err
		}
	}
	return false, err
}

func always(Policy) bool { return true }

// later has a task done as soon as possible; a job with a key is there once, however often it is asked for.
func later(tx *db.Tx, task, key string, a about) error {
	return event.Schedule(tx, task, key, tx.Now, a)
}

func (r *Router) opened(tx *db.Tx, e ticket.WasOpened) error {
	if e.Assignee != "" || e.Team == "" {
		return nil
	}
	all, err := r.known(tx)
	if err != nil || !holding(all, e.Team).On() {
		return err
	}
	return later(tx, placeTask, "", about{Ticket: string(e.Ticket), Because: Opened})
}

func (r *Router) changed(tx *db.Tx, e ticket.Changed) error {
	on, err := r.any(tx, always)
	if err != nil || !on {
		return err
	}
	because := Because("")
	for _, s := range e.Sets {
		switch s.Field {
		case "assignee":
			if s.From != "" {
				err = cmp.Or(err, r.free(tx, s.From))
			}
			if s.To != "" {
				err = cmp.Or(err, unwait(tx, e.Ticket))
			}
		case "team":
			because = NewTeam
		case "priority", "item", "tags", "organisation", "requester", "field:language":
			because = cmp.Or(because, Altered)
		}
	}
	if err != nil || because == "" {
		return err
	}
	return later(tx, placeTask, "", about{Ticket: string(e.Ticket), Because: because})
}

func (r *Router) moved(tx *db.Tx, e ticket.Moved) error {
	was, is := waitsForUs(e.FromCategory), waitsForUs(e.ToCategory)
	switch {
	case was && !is:
		return r.ended(tx, e.Ticket)
	case is && !was: // who has it may have been away since
		on, err := r.any(tx, always)
		if err != nil || !on {
			return err
		}
		return later(tx, placeTask, "", about{Ticket: string(e.Ticket), Because: Answered})
	}
	return nil
}

func waitsForUs(c ticket.Category) bool { return c == ticket.New || c == ticket.Opened }

// ended notes that a ticket needs nobody now: it waits no more, and who had it has room.
func (r *Router) ended(tx *db.Tx, id ticket.ID) error {
	on, err := r.any(tx, always)
	if err != nil || !on {
		return err
	}
	if err := unwait(tx, id); err != nil {
		return err
	}
	bounded, err := r.any(tx, func(p Policy) bool { return p.Capacity > 0 })
	if err != nil || !bounded {
		return err
	}
	return later(tx, fillTask, "", about{Ticket: string(id)})
}

// free has what waits be given out, since somebody may have room.
func (r *Router) free(tx *db.Tx, user string) error {
	on, err := r.any(tx, always)
	if err != nil || !on {
		return err
	}
	return later(tx, fillTask, "", about{User: user})
}

// fillWhere has what waits be given out in a team, or in all.
func (r *Router) fillWhere(tx *db.Tx, team string) error {
	teams := []string{team}
	if team == Default {
		var err error
		if teams, err = waitingTeams(tx); err != nil {
			return err
		}
	}
	for _, t := range teams {
		if err := later(tx, fillTask, t, about{Team: t}); err != nil {
			return err
		}
	}
	return nil
}

func (r *Router) teamChanged(tx *db.Tx, e people.TeamChanged) error {
	if len(e.Joined) == 0 {
		return nil
	}
	return r.fillWhere(tx, e.ID)
}

func (r *Router) presenceSet(tx *db.Tx, e PresenceSet) error {
	switch {
	case !e.Is.Absent():
		return r.free(tx, e.User)
	case !e.Was.Absent():
		grace := time.Duration(-1)
		_, err := r.any(tx, func(p Policy) bool {
			if p.Away != Keep && (grace < 0 || p.grace() < grace) {
				grace = p.grace()
			}
			return false
		})
		if err != nil || grace < 0 {
			return err
		}
		return event.Schedule(tx, goneTask, e.User, tx.Now.Add(grace), about{User: e.User})
	}
	return nil
}
