package routing

import (
	"cmp"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/ticket"
)

// Cast is who could be given tickets, whatever they do at the time: what a rehearsal decides among.
type Cast struct {
	roster  roster
	members map[string][]member // by team
}

// Cast reads who is in some teams now, what they know and carry, and when they are on shift.
func (r *Router) Cast(tx *db.Tx, teams []string) (Cast, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return Cast{}, err
	}
	c := Cast{members: map[string][]member{}}
	for _, team := range teams {
		all, err := membersOf(tx, team)
		if err != nil {
			return c, err
		}
		c.members[team] = all
	}
	var err error
	c.roster, err = r.roster(tx)
	return c, err
}

// Agents are the members of a team as candidates for a ticket at an instant. How they are there, and
// what they have, is for the caller to fill in.
func (c Cast) Agents(p Policy, t *ticket.Ticket, at time.Time) []Agent {
	var all []Agent
	for _, m := range c.members[t.Team] {
		a := m.Agent
		a.Capacity, a.OnShift, a.Barred = cmp.Or(a.Capacity, p.Capacity), c.roster.on(a.ID, at), !m.may(t)
		all = append(all, a)
	}
	return all
}

// Users are the ids of all who are in some of the teams.
func (c Cast) Users() []string {
	seen := map[string]bool{}
	var all []string
	for _, members := range c.members {
		for _, m := range members {
			if !seen[m.ID] {
				seen[m.ID] = true
				all = append(all, m.ID)
			}
		}
	}
	return all
}

// Gone is when somebody who was away from one instant to another had to give up their tickets: zero if never.
func (c Cast) Gone(p Policy, user string, since, back time.Time) time.Time {
	if p.Away == Keep {
		return time.Time{}
	}
	for now := since; ; {
		at := p.goneAt(c.roster, user, since, now)
		switch {
		case at.IsZero() || !at.Before(back):
			return time.Time{}
		case !now.Before(at):
			return now
		}
		now = at
	}
}
