package ticket

import (
	"slices"
	"strings"

	"muster/internal/catalogue"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
)

// resolve looks up the names in a query. A name that nobody has is a fault that says so.
func resolve(tx *db.Tx, l *List) error {
	if len(l.Buckets) == 0 {
		l.Buckets = l.buckets()
	}
	for _, find := range []func(*db.Tx, *List) error{resolveTeams, resolveAssignee, resolveRequester, resolveRest} {
		if err := find(tx, l); err != nil {
			return err
		}
	}
	return nil
}

// buckets are those that is: names; without it, all that is not put aside.
func (q Query) buckets() []Bucket {
	var all []Bucket
	for _, is := range q.Is {
		switch is {
		case "open", "new":
			all = append(all, InOpen)
		case "waiting":
			all = append(all, InWaiting)
		case "done", "resolved", "closed", "cancelled":
			all = append(all, InDone)
		case "spam":
			all = append(all, InSpam)
		case "trash":
			all = append(all, InTrash)
		case "any":
			return Buckets()
		}
	}
	if len(all) > 0 {
		return slices.Compact(slices.Sorted(slices.Values(all)))
	}
	if slices.Contains(q.Is, "mine") || slices.Contains(q.Is, "unassigned") {
		return []Bucket{InOpen}
	}
	return []Bucket{InOpen, InWaiting, InDone}
}

func resolveTeams(tx *db.Tx, l *List) error {
	for _, name := range l.Teams {
		switch strings.ToLower(name) {
		case "mine", "me":
			l.TeamIDs = append(l.TeamIDs, tx.Teams...)
			if l.TeamIDs == nil {
				l.TeamIDs = []string{}
			}
		case "none":
			l.TeamIDs = append(l.TeamIDs, "")
		default:
			team, err := people.TeamNamed(tx, name)
			if err != nil {
				return aboutQuery(err)
			}
			l.TeamIDs = append(l.TeamIDs, team.ID)
		}
	}
	return nil
}

func resolveAssignee(tx *db.Tx, l *List) error {
	nobody := ""
	if slices.Contains(l.Is, "mine") {
		l.UserID = &tx.ID
	}
	if slices.Contains(l.Is, "unassigned") {
		l.UserID = &nobody
	}
	switch strings.ToLower(l.Assignee) {
	case "":
	case "me":
		l.UserID = &tx.ID
	case "none", "nobody":
		l.UserID = &nobody
	default:
		u, err := people.UserNamed(tx, l.Assignee)
		if err != nil {
			return aboutQuery(err)
		}
		l.UserID = &u.ID
	}
	return nil
}

func resolveRequester(tx *db.Tx, l *List) error {
	if l.Requester == "" {
		return nil
	}
	c, err := people.ContactNamed(tx, l.Requester)
	l.Person = c.ID
	return aboutQuery(err)
}

func resolveRest(tx *db.Tx, l *List) error {
	if l.Due != "" {
		before, err := dueBefore(l.Due, tx.Now)
		if err != nil {
			return err
		}
		l.promised = db.Sortable(before)
	}
	if l.Organisation != "" {
		o, err := people.OrganisationNamed(tx, l.Organisation)
		if err != nil {
			return aboutQuery(err)
		}
		l.OrgID = o.ID
	}
	if l.Item != "" {
		i, err := catalogue.Named(tx, l.Item)
		if err != nil {
			return aboutQuery(err)
		}
		l.Item = i.ID
	}
	return nil
}

// aboutQuery makes what is not found a fault of the search box, where it was typed.
func aboutQuery(err error) error {
	if fault.Is(err, fault.NotFound) {
		return fault.Field("q", "%s", fault.Message(err))
	}
	return err
}
