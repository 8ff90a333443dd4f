package ticket

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
)

// Sort is the order of a list.
type Sort string

const (
	Recent  Sort = "recent"  // what changed last first
	Created Sort = "created" // the newest first
	Urgent  Sort = "urgent"  // by priority; of one priority, the oldest first
	Due     Sort = "due"     // by what is promised next, what is overdue most first; without a promise that runs, last
)

// Sorts lists them.
func Sorts() []Sort { return []Sort{Due, Recent, Created, Urgent} }

// List says which tickets to show.
type List struct {
	Query
	Buckets  []Bucket // empty: as Query.Is says
	TeamIDs  []string // "" is no team
	UserID   *string  // assigned to; "" is nobody
	Person   string   // the requester's id
	OrgID    string
	Watching bool // by the actor
	Sort     Sort
	Cursor   string
	Limit    int

	promised   int64                 // before when the next promise is due, as it is stored
	categories map[Bucket][]Category // within a bucket, as Query.Is says; none: all
}

// Page is a part of a list.
type Page struct {
	Tickets []*Ticket
	Next    string // the cursor of the next part; empty: there is none
	Bounded bool   // the words were too common to look at all of what has them
}

const maxPage = 200

// List returns the tickets a list asks for, as far as the actor may see them.
func (d *Desk) List(tx *db.Tx, l List) (Page, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return Page{}, err
	}
	if l.Limit <= 0 || l.Limit > maxPage {
		l.Limit = min(max(l.Limit, 50), maxPage)
	}
	l.Sort = l.Order()
	if !slices.Contains(Sorts(), l.Sort) {
		return Page{}, fault.Field("sort", "Tickets can be sorted by due, recent, created and urgent, not by %q.", l.Sort)
	}
	if err := d.resolve(tx, &l); err != nil {
		return Page{}, err
	}
	if strings.TrimSpace(l.Words) != "" {
		return searchPage(tx, l)
	}
	few, err := d.few(tx, l)
	if err != nil {
		return Page{}, err
	}
	if few != nil {
		return d.fewPage(tx, l, few)
	}
	return listPage(tx, l)
}

// Order is how the list is sorted: by what changed last, unless it says otherwise or asks for days.
func (l List) Order() Sort {
	if l.Before.IsZero() && l.After.IsZero() {
		return cmp.Or(l.Sort, Recent)
	}
	return cmp.Or(l.Sort, Created)
}

// order is how a list is sorted in SQL: columns in one direction, so that one row-value comparison finds the next page.
type order struct {
	columns []string
	down    bool
	key     func(*Ticket) []int64
}

func (s Sort) order() order {
	switch s {
	case Created:
		return order{[]string{"created_at"}, true, func(t *Ticket) []int64 { return []int64{t.CreatedAt.UnixMicro()} }}
	case Due:
		return order{[]string{"due_at"}, false, func(t *Ticket) []int64 { return []int64{db.Sortable(t.DueAt)} }}
	case Urgent:
		return order{[]string{"priority"}, false, func(t *Ticket) []int64 { return []int64{int64(t.Priority)} }}
	}
	return order{[]string{"updated_at"}, true, func(t *Ticket) []int64 { return []int64{t.UpdatedAt.UnixMicro()} }}
}

func (o order) compare(a, b *Ticket) int {
	c := cmp.Or(slices.Compare(o.key(a), o.key(b)), cmp.Compare(a.ID, b.ID))
	if o.down {
		return -c
	}
	return c
}

func (o order) sql() string {
	dir := " ASC"
	if o.down {
		dir = " DESC"
	}
	return strings.Join(append(slices.Clone(o.columns), "id"), dir+", ") + dir
}

// after narrows a query to what follows a cursor.
func (o order) after(f *db.Filter, cursor string) error {
	if cursor == "" {
		return nil
	}
	values, err := openCursor(cursor, len(o.columns))
	if err != nil {
		return err
	}
	sign := ">"
	if o.down {
		sign = "<"
	}
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ")
	f.Where("("+strings.Join(append(slices.Clone(o.columns), "id"), ", ")+") "+sign+" ("+marks+")", values...)
	return nil
}

func (o order) cursor(t *Ticket) string {
	parts := make([]string, 0, 3)
	for _, k := range o.key(t) {
		parts = append(parts, strconv.FormatInt(k, 10))
	}
	return sealCursor(append(parts, string(t.ID)))
}

func sealCursor(parts []string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, "|")))
}

func openCursor(cursor string, numbers int) ([]any, error) {
	wrong := fault.Field("cursor", "The cursor is not one that a list has given. Begin again without it.")
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	parts := strings.Split(string(raw), "|")
	if err != nil || len(parts) != numbers+1 {
		return nil, wrong
	}
	var values []any
	for i, p := range parts {
		if i == numbers {
			values = append(values, p)
			continue
		}
		n, err := strconv.ParseInt(p, 10, 64)
		if err != nil {
			return nil, wrong
		}
		values = append(values, n)
	}
	return values, nil
}

// listPage reads one page from the indexes. A list of several buckets or teams
// is read from each and merged, so that it costs what its rows cost however
// many tickets there are.
func listPage(tx *db.Tx, l List) (Page, error) {
	o := l.Sort.order()
	var all []*Ticket
	branches := l.branches()
	for _, b := range branches {
		f := narrow(tx, Visible(tx, tx.Filter()), l)
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
func (l List) rows(tx *db.Tx, from string, f *db.Filter) ([]*Ticket, error) {
	o := l.Sort.order()
	if err := o.after(f, l.Cursor); err != nil {
		return nil, err
	}
	return db.All(tx, scan, `SELECT `+columns+` FROM `+from+` `+f.SQL()+` ORDER BY `+o.sql()+` LIMIT `+strconv.Itoa(l.Limit+1), f.Args()...)
}

func (l List) page(all []*Ticket) Page {
	if len(all) <= l.Limit {
		return Page{Tickets: all}
	}
	return Page{Tickets: all[:l.Limit], Next: l.Sort.order().cursor(all[l.Limit-1])}
}

// branch is one bucket of one team: a range of an index.
type branch struct {
	bucket     Bucket
	categories []Category
	teams      []string
}

const maxBranches = 24

func (l List) branches() []branch {
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
func (l List) place(f *db.Filter) *db.Filter {
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
func narrow(tx *db.Tx, f *db.Filter, l List) *db.Filter {
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
		f.Where(fmt.Sprintf("id IN (SELECT ticket_id FROM ticket_tags WHERE workspace_id = %s AND tag = ?)", f.Arg(tx.Workspace)), foldTag(tag))
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
	return l.days(f)
}

// days narrows to when tickets were opened. In another order than that, the
// index of it would bring a planner to sort all tickets of a year: a sum is
// not looked for in an index.
func (l List) days(f *db.Filter) *db.Filter {
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
