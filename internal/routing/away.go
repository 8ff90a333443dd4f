package routing

import (
	"slices"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/people"
	"muster/internal/ticket"
)

// strayed reports whether the router gave the ticket to somebody who is not of the team that it came to.
func (m *matter) strayed() (bool, error) {
	team, err := people.FindTeam(m.tx, m.t.Team)
	if err != nil || slices.Contains(team.Members, m.t.Assignee) {
		return false, err
	}
	byHand, err := assignedByHand(m.tx, m.t)
	return !byHand, err
}

// longAway reports whether who has the ticket has been away for the time of grace. If that is still to
// come, or they are off shift, it is looked at again then.
func (m *matter) longAway() (bool, error) {
	if !m.holder.state().absent() {
		return false, nil
	}
	at := m.holder.since.Add(m.policy.grace())
	if !m.policy.Handover && !m.roster.on(m.t.Assignee, m.tx.Now) {
		next := m.roster.next(m.t.Assignee, m.tx.Now)
		if next.IsZero() {
			return false, nil
		}
		at = latest(at, next.Add(m.policy.grace()))
	}
	if !m.tx.Now.Before(at) {
		return true, nil
	}
	return false, event.Schedule(m.tx, goneTask, m.t.Assignee, at, about{User: m.t.Assignee})
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// free reports whether the router may take the ticket from who has it.
func (m *matter) free() (bool, error) {
	if m.policy.ByHand {
		return true, nil
	}
	byHand, err := assignedByHand(m.tx, m.t)
	return !byHand, err
}

// assignedByHand reports whether a person gave the ticket to who has it, as the log says.
func assignedByHand(tx *db.Tx, t *ticket.Ticket) (bool, error) {
	log, err := event.Of(tx, ticket.Subject, string(t.ID), "", 10_000)
	if err != nil {
		return false, err
	}
	for _, e := range slices.Backward(log) {
		var c ticket.Changed
		switch e.Name {
		case c.EventName():
			if err := e.Decode(&c); err != nil {
				return false, err
			}
			if slices.ContainsFunc(c.Sets, func(s ticket.Set) bool { return s.Field == "assignee" }) {
				return e.ActorKind == string(access.Human), nil
			}
		case (ticket.WasOpened{}).EventName():
			return e.ActorKind == string(access.Human), nil
		}
	}
	return false, nil
}

// putBack gives a ticket back to its team.
func (r *Router) putBack(m *matter) error {
	e := Decided{Ticket: m.t.ID, Because: m.because, Team: m.t.Team, Mode: m.policy.Mode, Back: true}
	var err error
	if e.From, e.FromName, err = m.from(); err != nil {
		return err
	}
	return r.give(m, e)
}

func (m *matter) from() (id, name string, err error) {
	if m.t.Assignee != "" {
		name, err = userName(m.tx, m.t.Assignee)
	}
	return m.t.Assignee, name, err
}
