package list

import (
	"slices"
	"strings"

	"muster/internal/catalogue"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/people/client"
	"muster/internal/text"
	"muster/internal/ticket"
)

// resolve looks up the names in a query. A name that nobody has is a fault that says so.
func resolve(tx *db.Tx, desk *ticket.Desk, l *Of) error {
	asked, categories := l.buckets()
	l.categories = categories
	if len(l.Buckets) == 0 {
		l.Buckets = asked
	}
	inKinds := func(_ *db.Tx, l *Of) error { return resolveKinds(desk, l) }
	inStates := func(tx *db.Tx, l *Of) error { return resolveStates(tx, desk, l) }
	for _, find := range []func(*db.Tx, *Of) error{resolveTeams, resolveAssignee, resolveRequester, inKinds, inStates, resolveRest} {
		if err := find(tx, l); err != nil {
			return err
		}
	}
	return nil
}

// buckets are those that is: names, and the categories within them: nil for all. Without is:, all that is not put aside.
func (q Query) buckets() (all []ticket.Bucket, categories map[ticket.Bucket][]ticket.Category) {
	categories = map[ticket.Bucket][]ticket.Category{}
	whole := map[ticket.Bucket]bool{}
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
		return ticket.Buckets(), nil
	case len(all) > 0:
		return slices.Compact(slices.Sorted(slices.Values(all))), categories
	case slices.Contains(q.Is, "mine") || slices.Contains(q.Is, "unassigned"):
		return []ticket.Bucket{ticket.InOpen}, nil
	}
	return []ticket.Bucket{ticket.InOpen, ticket.InWaiting, ticket.InDone}, nil
}

// placed is where a ticket stands that is so, and in which category; empty for every category.
func placed(is string) (ticket.Bucket, ticket.Category) {
	switch is {
	case "open":
		return ticket.InOpen, ""
	case "new":
		return ticket.InOpen, ticket.New
	case "waiting":
		return ticket.InWaiting, ""
	case "done":
		return ticket.InDone, ""
	case "resolved":
		return ticket.InDone, ticket.Review
	case "closed":
		return ticket.InDone, ticket.Done
	case "cancelled":
		return ticket.InDone, ticket.Cancelled
	case "spam":
		return ticket.InSpam, ""
	case "trash":
		return ticket.InTrash, ""
	}
	return "", ""
}

// resolveKinds makes sure that there are such kinds.
func resolveKinds(desk *ticket.Desk, l *Of) error {
	for _, name := range l.Kinds {
		if _, err := desk.Kind(name); err != nil {
			return aboutQuery(err)
		}
	}
	return nil
}

// resolveStates finds states by their ids or names, however those are capitalised, and the buckets that tickets in them can be in.
func resolveStates(tx *db.Tx, desk *ticket.Desk, l *Of) error {
	if len(l.States) == 0 {
		return nil
	}
	all, err := statesOf(tx, desk)
	if err != nil {
		return err
	}
	var ids, known []string
	places := map[ticket.Bucket]bool{ticket.InSpam: true, ticket.InTrash: true, ticket.InMerged: true}
	for _, asked := range l.States {
		found := false
		for _, s := range all {
			if text.Fold(s.ID) == text.Fold(asked) || text.Fold(s.Name) == text.Fold(asked) {
				ids, found = append(ids, s.ID), true
				places[s.Category.Bucket()] = true
			}
			known = append(known, s.ID)
		}
		if !found {
			return fault.Field("q", "There is no state %.100q. There are %s.", asked, strings.Join(unique(known), ", "))
		}
	}
	l.States = unique(ids)
	if l.Buckets = slices.DeleteFunc(slices.Clone(l.Buckets), func(b ticket.Bucket) bool { return !places[b] }); len(l.Buckets) == 0 {
		l.Buckets = []ticket.Bucket{nowhere}
	}
	return nil
}

// nowhere is where no ticket stands.
const nowhere ticket.Bucket = "nowhere"

func unique(all []string) []string { return slices.Compact(slices.Sorted(slices.Values(all))) }

func resolveTeams(tx *db.Tx, l *Of) error {
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

func resolveAssignee(tx *db.Tx, l *Of) error {
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

func resolveRequester(tx *db.Tx, l *Of) error {
	if l.Requester == "" {
		return nil
	}
	c, err := client.ContactNamed(tx, l.Requester)
	l.Person = c.ID
	return aboutQuery(err)
}

func resolveRest(tx *db.Tx, l *Of) error {
	if l.Due != "" {
		from, before, err := dueWithin(l.Due, tx.Now)
		if err != nil {
			return err
		}
		l.promisedFrom, l.promised = from, db.Sortable(before)
	}
	if l.Organisation != "" {
		o, err := client.OrganisationMeant(tx, l.Organisation)
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

// aboutQuery makes what is not found, or is no such thing, a fault of the search box, where it was typed.
func aboutQuery(err error) error {
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Invalid) {
		return fault.Field("q", "%s", fault.Message(err))
	}
	return err
}
