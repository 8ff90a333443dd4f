package ticket

import (
	"slices"
	"strings"

	"muster/internal/catalogue"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/text"
)

// resolve looks up the names in a query. A name that nobody has is a fault that says so.
func (d *Desk) resolve(tx *db.Tx, l *List) error {
	asked, categories := l.buckets()
	l.categories = categories
	if len(l.Buckets) == 0 {
		l.Buckets = asked
	}
	for _, find := range []func(*db.Tx, *List) error{resolveTeams, resolveAssignee, resolveRequester, d.resolveStates, resolveRest} {
		if err := find(tx, l); err != nil {
			return err
		}
	}
	return nil
}

// buckets are those that is: names, and the categories within them: nil for all. Without is:, all that is not put aside.
func (q Query) buckets() (all []Bucket, categories map[Bucket][]Category) {
	categories = map[Bucket][]Category{}
	whole := map[Bucket]bool{}
	for _, is := range q.Is {
		b, c := placed(is)
		if b == "" {
			continue
		}
		all = append(all, b)
		if c == "" {
			whole[b] = true
		} else {
			categories[b] = append(categories[b], c)
		}
	}
	for b := range whole {
		delete(categories, b)
	}
	switch {
	case slices.Contains(q.Is, "any"):
		return Buckets(), nil
	case len(all) > 0:
		return slices.Compact(slices.Sorted(slices.Values(all))), categories
	case slices.Contains(q.Is, "mine") || slices.Contains(q.Is, "unassigned"):
		return []Bucket{InOpen}, nil
	}
	return []Bucket{InOpen, InWaiting, InDone}, nil
}

// placed is where a ticket stands that is so, and in which category; empty for every category.
func placed(is string) (Bucket, Category) {
	switch is {
	case "open":
		return InOpen, ""
	case "new":
		return InOpen, New
	case "waiting":
		return InWaiting, ""
	case "done":
		return InDone, ""
	case "resolved":
		return InDone, Review
	case "closed":
		return InDone, Done
	case "cancelled":
		return InDone, Cancelled
	case "spam":
		return InSpam, ""
	case "trash":
		return InTrash, ""
	}
	return "", ""
}

// resolveStates finds states by their ids or names, however those are capitalised, and the buckets that tickets in them can be in.
func (d *Desk) resolveStates(tx *db.Tx, l *List) error {
	if len(l.States) == 0 {
		return nil
	}
	all, err := d.states(tx)
	if err != nil {
		return err
	}
	var ids, known []string
	places := map[Bucket]bool{InSpam: true, InTrash: true, InMerged: true}
	for _, asked := range l.States {
		found := false
		for _, s := range all {
			if text.Fold(s.ID) == text.Fold(asked) || text.Fold(s.Name) == text.Fold(asked) {
				ids, found = append(ids, s.ID), true
				places[bucketOf(s.Category)] = true
			}
			known = append(known, s.ID)
		}
		if !found {
			return fault.Field("q", "There is no state %.100q. There are %s.", asked, strings.Join(unique(known), ", "))
		}
	}
	l.States = unique(ids)
	if l.Buckets = slices.DeleteFunc(slices.Clone(l.Buckets), func(b Bucket) bool { return !places[b] }); len(l.Buckets) == 0 {
		l.Buckets = []Bucket{nowhere}
	}
	return nil
}

// nowhere is where no ticket stands.
const nowhere Bucket = "nowhere"

func unique(all []string) []string { return slices.Compact(slices.Sorted(slices.Values(all))) }

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
		o, err := people.OrganisationMeant(tx, l.Organisation)
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
