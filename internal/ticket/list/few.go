package list

import (
	"fmt"

	"muster/internal/db"
	"muster/internal/text"
	"muster/internal/ticket"
)

// usualMost is how many tickets are sorted to show the first of them. Of a condition
// that lets through more, a page is soon found by going through them in order.
const usualMost = 2000

// start is a condition that an index answers by itself: a query for the ids of
// what it lets through, whose arguments it adds to a filter that begins with the workspace.
type start func(f *db.Filter) string

func (s start) bounded(f *db.Filter, most int) string {
	return fmt.Sprintf("(%s LIMIT %d) few", s(f), most+1)
}

// fewest returns where to begin with a list that few tickets can be on, which going
// through all in order would be long in finding; nil if there may be many.
func fewest(tx *db.Tx, desk *ticket.Desk, l Of, most int) (best start, err error) {
	starts, err := l.starts(tx, desk)
	least := int64(most)
	for _, s := range starts {
		f := tx.Filter()
		n, err := db.One(tx, db.Value[int64], `SELECT count(*) FROM `+s.bounded(f, most), f.Args()...)
		if err != nil {
			return nil, err
		}
		if n <= least {
			best, least = s, n
		}
	}
	return best, err
}

// fewPage reads a page of a list from the few tickets that can be on it.
func fewPage(tx *db.Tx, l Of, few start, most int) (Page, error) {
	f := tx.Filter()
	from := few.bounded(f, most) + " CROSS JOIN tickets"
	f.Where("id = few_id")
	all, err := l.rows(tx, from, l.place(narrow(tx, f, l)))
	return l.page(all), err
}

// starts are the conditions of a list that an index answers, but for those that its order follows anyway.
func (l Of) starts(tx *db.Tx, desk *ticket.Desk) (all []start, err error) {
	add := func(asked bool, table, id string, where func(f *db.Filter) string) {
		if asked {
			all = append(all, func(f *db.Filter) string {
				return "SELECT " + id + " AS few_id FROM " + table + " WHERE workspace_id = $1 AND " + where(f)
			})
		}
	}
	within := func(asked bool, where func(f *db.Filter) string) {
		add(asked, "tickets", "id", func(f *db.Filter) string { return "bucket IN (" + db.List(f, l.Buckets) + ") AND " + where(f) })
	}
	for _, tag := range l.Tags {
		add(true, "ticket_tags", "ticket_id", func(f *db.Filter) string { return "tag = " + f.Arg(text.Fold(tag)) })
	}
	add(l.Watching, "watchers", "ticket_id", func(f *db.Filter) string { return "user_id = " + f.Arg(tx.ID) })
	within(len(l.Has) > 0, func(*db.Filter) string { return "files > 0" })
	add(l.Item != "", "tickets", "id", func(f *db.Filter) string { return "item_id = " + f.Arg(l.Item) + " AND item_id <> ''" })
	within(l.UserID != nil && l.Sort != Recent, func(f *db.Filter) string { return "assignee_id = " + f.Arg(*l.UserID) })
	within(len(l.TeamIDs) > 0 && l.Sort != Recent, func(f *db.Filter) string { return "team_id IN (" + db.List(f, l.TeamIDs) + ")" })
	within(len(l.Priorities) > 0 && l.Sort != Urgent, func(f *db.Filter) string { return "priority IN (" + db.List(f, l.Priorities) + ")" })
	within(l.promised != 0 && l.Sort != Due, func(f *db.Filter) string { return "due_at < " + f.Arg(l.promised) })
	days := !l.Before.IsZero() || !l.After.IsZero()
	within(days && l.Sort != Created, l.opened)
	kinds, states, err := l.stages(tx, desk)
	within(len(kinds) > 0, func(f *db.Filter) string {
		sql := "kind IN (" + db.List(f, kinds) + ")"
		if len(states) > 0 {
			sql += " AND state IN (" + db.List(f, states) + ")"
		}
		return sql
	})
	return all, err
}

// opened is when the tickets of a list were opened.
func (l Of) opened(f *db.Filter) string {
	return "created_at >= " + f.Arg(l.After.UnixMicro()) + " AND created_at < " + f.Arg(db.Sortable(l.Before))
}

// stages are the kinds and states that a list asks for, as an index has them: no kinds if it asks for all.
func (l Of) stages(tx *db.Tx, desk *ticket.Desk) (kinds, states []string, err error) {
	asked := map[ticket.Category]bool{}
	for _, b := range l.Buckets {
		if l.categories[b] == nil {
			clear(asked)
			break
		}
		for _, c := range l.categories[b] {
			asked[c] = true
		}
	}
	if len(l.Kinds)+len(l.States)+len(asked) == 0 {
		return nil, nil, nil
	}
	kinds, states = l.Kinds, l.States
	if len(kinds) == 0 {
		for _, k := range desk.Kinds() {
			kinds = append(kinds, k.Name)
		}
	}
	if len(states) > 0 || len(asked) == 0 {
		return kinds, states, nil
	}
	all, err := statesOf(tx, desk)
	for _, s := range all {
		if asked[s.Category] {
			states = append(states, s.ID)
		}
	}
	return kinds, unique(states), err
}

// statesOf are those of all kinds.
func statesOf(tx *db.Tx, desk *ticket.Desk) (all []ticket.State, err error) {
	for _, k := range desk.Kinds() {
		flow, err := desk.WorkflowOf(tx, k.Name)
		if err != nil {
			return nil, err
		}
		all = append(all, flow.States...)
	}
	return all, nil
}
