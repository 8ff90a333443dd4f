package list

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"muster/internal/db"
	"muster/internal/search"
	"muster/internal/text"
	"muster/internal/ticket"
)

// listPage reads one page from the indexes. A list of several buckets or teams
// is read from each and merged, so that it costs what its rows cost however
// many tickets there are.
func listPage(tx *db.Tx, l Of) (Page, error) {
	o := l.Sort.order()
	var all []*ticket.Ticket
	branches := l.branches()
	for _, b := range branches {
		f := narrow(tx, tx.Filter(), l)
		b.narrow(f)
		some, err := l.rows(tx, "tickets", f)
		if err != nil {
			return Page{}, err
		}
		all = append(all, some...)
	}
	if len(branches) > 1 {
		slices.SortFunc(all, o.compare)
	}
	return l.page(all), nil
}

// rows reads the tickets of a page and one more, if there is one.
func (l Of) rows(tx *db.Tx, from string, f *db.Filter) ([]*ticket.Ticket, error) {
	o := l.Sort.order()
	if err := o.after(f, l.Cursor); err != nil {
		return nil, err
	}
	return ticket.Select(tx, from, f, "ORDER BY "+o.sql()+" LIMIT "+strconv.Itoa(l.Limit+1))
}

func (l Of) page(all []*ticket.Ticket) Page {
	if len(all) <= l.Limit {
		return Page{Tickets: all}
	}
	return Page{Tickets: all[:l.Limit], Next: l.Sort.order().cursor(all[l.Limit-1])}
}

// branch is one bucket of one team: a range of an index.
type branch struct {
	bucket     ticket.Bucket
	categories []ticket.Category
	teams      []string
}

const maxBranches = 24

func (l Of) branches() []branch {
	var all []branch
	for _, bucket := range l.Buckets {
		if l.TeamIDs == nil || len(l.TeamIDs)*len(l.Buckets) > maxBranches {
			all = append(all, branch{bucket, l.categories[bucket], l.TeamIDs})
			continue
		}
		for _, team := range l.TeamIDs {
			all = append(all, branch{bucket, l.categories[bucket], []string{team}})
		}
	}
	return all
}

func (b branch) narrow(f *db.Filter) {
	f.Where("bucket = ?", b.bucket)
	if b.categories != nil {
		db.In(f, "category", b.categories)
	}
	switch {
	case b.teams == nil:
	case len(b.teams) == 1:
		f.Where("team_id = ?", b.teams[0])
	default:
		db.In(f, "team_id", b.teams)
	}
}

// place adds the conditions that choose a range of an index in branches, for tickets that are found otherwise.
func (l Of) place(f *db.Filter) *db.Filter {
	var terms []string
	for _, b := range l.Buckets {
		term := "bucket = " + f.Arg(b)
		if some := l.categories[b]; some != nil {
			term += " AND category IN (" + db.List(f, some) + ")"
		}
		terms = append(terms, term)
	}
	f.Where("(" + strings.Join(terms, " OR ") + ")")
	if l.TeamIDs != nil {
		db.In(f, "team_id", l.TeamIDs)
	}
	return f
}

// narrow adds the conditions that do not choose a range of an index.
func narrow(tx *db.Tx, f *db.Filter, l Of) *db.Filter {
	if l.UserID != nil {
		f.Where("assignee_id = ?", *l.UserID)
	}
	for column, value := range map[string]string{"requester_id": l.Person, "organisation_id": l.OrgID, "item_id": l.Item} {
		if value != "" {
			f.Where(column+" = ? AND "+column+" <> ''", value) // as the indexes say that leave out what has none
		}
	}
	if len(l.Kinds) > 0 {
		db.In(f, "kind", l.Kinds)
	}
	if len(l.States) > 0 {
		db.In(f, "state", l.States)
	}
	if len(l.Priorities) > 0 {
		db.In(f, "priority", l.Priorities)
	}
	for _, tag := range l.Tags {
		f.Where(fmt.Sprintf("id IN (SELECT ticket_id FROM ticket_tags WHERE workspace_id = %s AND tag = ?)", f.Arg(tx.Workspace)), text.Fold(tag))
	}
	if l.Watching {
		f.Where(fmt.Sprintf("id IN (SELECT ticket_id FROM watchers WHERE workspace_id = %s AND user_id = ?)", f.Arg(tx.Workspace)), tx.ID)
	}
	if len(l.Has) > 0 {
		f.Where("files > 0")
	}
	if l.promised != 0 {
		f.Where("due_at < ?", l.promised)
	}
	if !l.promisedFrom.IsZero() {
		f.Where("due_at >= ?", db.Sortable(l.promisedFrom))
	}
	return l.days(f)
}

// days narrows to when tickets were opened. In another order than that, the
// index of it would bring a planner to sort all tickets of a year: a sum is
// not looked for in an index.
func (l Of) days(f *db.Filter) *db.Filter {
	opened := "created_at"
	if l.Sort != Created {
		opened = "created_at + 0"
	}
	if !l.Before.IsZero() {
		f.Where(opened+" < ?", db.Time(&l.Before))
	}
	if !l.After.IsZero() {
		f.Where(opened+" >= ?", db.Time(&l.After))
		f.Where("updated_at >= ?", db.Time(&l.After)) // no ticket changed before it was opened
	}
	return f
}

// searchPage finds tickets by words, the best first, among those that the list's other conditions let through.
func searchPage(tx *db.Tx, l Of) (Page, error) {
	found := map[string]*ticket.Ticket{}
	page, err := search.Find(tx, search.Query{Subject: ticket.Subject, Words: l.Words, Limit: l.Limit, After: l.Cursor,
		Keep: func(_ string, ids []string) ([]string, error) { return keep(tx, l, ids, found) }})
	if err != nil {
		return Page{}, err
	}
	p := Page{Next: page.Next}
	for _, hit := range page.Hits {
		if t := found[hit.ID]; t != nil {
			p.Tickets = append(p.Tickets, t)
		}
	}
	return p, nil
}

// keep returns those of some tickets that a list asks for and the actor may see.
func keep(tx *db.Tx, l Of, ids []string, found map[string]*ticket.Ticket) ([]string, error) {
	var kept []string
	for some := range slices.Chunk(ids, 200) {
		tickets, err := ticket.Among(tx, l.place(narrow(tx, tx.Filter(), l)), some)
		if err != nil {
			return nil, err
		}
		for _, t := range tickets {
			found[string(t.ID)] = t
			kept = append(kept, string(t.ID))
		}
	}
	return kept, nil
}
