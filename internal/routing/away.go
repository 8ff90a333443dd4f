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
// come, it is looked at again then.
func (m *matter) longAway() (bool, error) {
	if !m.holder.state().Absent() {
		return false, nil
	}
	at := m.policy.goneAt(m.roster, m.t.Assignee, m.holder.since, m.tx.Now)
	if at.IsZero() || !m.tx.Now.Before(at) {
		return !at.IsZero(), nil
	}
	return false, event.Schedule(m.tx, goneTask, m.t.Assignee, at, about{User: m.t.Assignee})
}

// goneAt is when somebody who has been away since an instant has to give up their tickets, as far as is known
// now: off shift, not before they should be back. The zero time means never.
func (p Policy) goneAt(r roster, user string, since, now time.Time) time.Time {
	at := since.Add(p.grace())
	if p.Handover || r.on(user, now) {
		return at
	}
	next := r.next(user, now)
	if next.IsZero() {
		return next
	}
	return latest(at, next.Add(p.grace()))
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
