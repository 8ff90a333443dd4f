package ui

import "time"

// List is tickets, group by group, the most urgent clock first.
type List struct {
	ID, Label string
	Topic     string // of the live stream that tells of new ones; "" for none
	Here      string // address of this list, where what is new can be seen
	Compact   bool
	Groups    []Rows
	Bulk      Bulk
	Empty     *Empty // shown when there is no row at all
}

// None reports whether no row is in any group.
func (l List) None() bool {
	for _, g := range l.Groups {
		if len(g.Rows) > 0 {
			return false
		}
	}
	return true
}

// Rows are the rows under one heading.
type Rows struct {
	Head ListHead
	Rows []Row
}

// ListHead is the heading over rows. Is: "", warn or bad. Count is left out if it is negative.
type ListHead struct {
	Text, Icon, Is string
	Count          int
}

// Row is a ticket in a list.
type Row struct {
	ID       string // of the record, for selecting and for live updates
	Number   string // as people say it: #4812
	Href     string
	Subject  string
	Excerpt  string
	State    State
	Prio     Prio
	Tags     []Tag
	Who, Org string
	Tier     Tier
	Clock    *Clock
	Owner    Avatar
	At       time.Time
	Unread   bool
	Current  bool
	Selected bool
	Words    string // that were looked for: where they stand in subject and excerpt they are marked
	Topic    string // of the live stream that tells of changes; "" for none
}

// Bulk is what can be done with the selected rows. Each button posts to Action, with the rows as "id".
// A page has one such list at most.
type Bulk struct {
	Action string
	Do     []Button
	Menus  []Menu // that its buttons open
}

// Table is figures or records in columns.
type Table struct {
	Caption string // read aloud
	Head    []Column
	Rows    [][]Cell
	Empty   *Empty
}

// Column is the head of a column. Href sorts by it; Sort says that it is sorted so: "ascending" or
// "descending".
type Column struct {
	Text, Href, Sort string
	Right            bool // figures
	Wide             bool // left out on narrow screens
}

// Cell is one field of a table: its Parts, then its Text, a link if Href is set.
type Cell struct {
	Text, Href string
	Parts      []Part
	At         time.Time
	Head       bool // the row's own name
	Muted      bool
}

// Pager leads to the page before and after. Text says where one is: "1 to 50 of 312".
type Pager struct{ Prev, Next, Text string }

// Bones are grey lines that stand for rows until they have come.
type Bones struct{ Rows int }

// Each is a slot per row, to range over.
func (b Bones) Each() []struct{} { return make([]struct{}, max(1, b.Rows)) }

func (List) part() string     { return "list" }
func (ListHead) part() string { return "list-head" }
func (Row) part() string      { return "row" }
func (Table) part() string    { return "table" }
func (Pager) part() string    { return "pager" }
func (Bones) part() string    { return "bones" }
