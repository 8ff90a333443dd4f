package ticket

import (
	"slices"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
)

// Visible narrows a query of tickets to those that the actor may see. Lists,
// counts, search, feeds and live updates all go through here or through Sees,
// which is the same rule for one ticket.
func Visible(tx *db.Tx, f *db.Filter) *db.Filter {
	s := tx.Scope
	if s.Kinds != nil {
		db.In(f, "kind", s.Kinds)
	}
	if s.Orgs != nil {
		db.In(f, "organisation_id", s.Orgs)
	}
	switch {
	case s.Teams == nil:
	case len(s.Teams) == 0:
		f.Where("assignee_id = ?", tx.ID)
	default:
		f.Where("(team_id IN ("+db.List(f, s.Teams)+") OR assignee_id = ?)", tx.ID)
	}
	return f
}

// place is what decides who may see a ticket, and where it is counted.
type place struct {
	kind, team, assignee, organisation string
}

func (t *Ticket) place() place { return place{t.Kind, t.Team, t.Assignee, t.Organisation} }

func sees(a access.Actor, p place) bool {
	s := a.Scope
	return (s.Kinds == nil || slices.Contains(s.Kinds, p.kind)) &&
		(s.Orgs == nil || slices.Contains(s.Orgs, p.organisation)) &&
		(s.Teams == nil || slices.Contains(s.Teams, p.team) || p.assignee != "" && p.assignee == a.ID)
}

// Sees reports whether an actor may see a ticket.
func Sees(a access.Actor, t *Ticket) bool { return a.May(access.TicketsRead) && sees(a, t.place()) }

// checkScope refuses a ticket that the actor could not see afterwards.
func checkScope(tx *db.Tx, t *Ticket) error {
	if sees(tx.Actor, t.place()) {
		return nil
	}
	return fault.New(fault.Denied, "You may work on tickets of your own teams, organisations and kinds only, and this would not be one.")
}
