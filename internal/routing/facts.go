package routing

import (
	"cmp"
	"slices"

	"muster/internal/access"
	"muster/internal/complaint"
	"muster/internal/db"
	"muster/internal/people/client"
	"muster/internal/ticket"
)

// factsOf is what a decision looks at of a ticket.
func factsOf(tx *db.Tx, t *ticket.Ticket) (Facts, error) {
	f := Facts{Kind: t.Kind, Item: t.Item, Language: t.Fields["language"], Tags: t.Tags, Priority: int(t.Priority)}
	if t.Organisation != "" {
		o, err := client.FindOrganisation(tx, t.Organisation)
		if err != nil {
			return f, err
		}
		f.Tier = o.Tier
	}
	if f.Language == "" && t.Requester != "" {
		c, err := client.FindContact(tx, t.Requester)
		if err != nil {
			return f, err
		}
		f.Language = c.Locale
	}
	return f, nil
}

// members are the agents of a ticket's team as they are now.
func (r *Router) members(tx *db.Tx, t *ticket.Ticket, p Policy, on roster) ([]member, error) {
	all, err := membersOf(tx, t.Team)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, m := range all {
		ids = append(ids, m.ID)
	}
	carried, err := loads(tx, ids)
	if err != nil {
		return nil, err
	}
	points := map[string]int{}
	for _, l := range carried {
		points[l.user] += l.n * p.Weight(l.priority)
	}
	subject, err := complainedOf(tx, t)
	if err != nil {
		return nil, err
	}
	for i := range all {
		m := &all[i]
		m.Load, m.OnShift = points[m.ID], on.on(m.ID, tx.Now)
		m.Capacity = cmp.Or(m.Capacity, p.Capacity)
		m.Barred = !m.may(t) || m.ID == subject
	}
	return all, nil
}

// Standing returns the members of a team as they are now: who is here, what they have and what they carry.
func (r *Router) Standing(tx *db.Tx, team string) ([]Agent, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return nil, err
	}
	kept, err := policies(tx)
	if err != nil {
		return nil, err
	}
	on, err := r.roster(tx)
	if err != nil {
		return nil, err
	}
	members, err := r.members(tx, &ticket.Ticket{Team: team}, holding(kept, team), on)
	var all []Agent
	for _, m := range members {
		all = append(all, m.Agent)
	}
	return all, err
}

// may reports whether a member of the ticket's team may see it and work on it.
func (m member) may(t *ticket.Ticket) bool {
	return (m.role == access.Admin || slices.Contains(m.rights, access.TicketsWrite)) &&
		(m.kinds == nil || slices.Contains(m.kinds, t.Kind)) && (m.orgs == nil || slices.Contains(m.orgs, t.Organisation))
}

// complainedOf is who a complaint is about, who must not get it.
func complainedOf(tx *db.Tx, t *ticket.Ticket) (string, error) {
	if t.Kind != "complaint" {
		return "", nil
	}
	d, err := complaint.Of(tx, t)
	return d.About, err
}
