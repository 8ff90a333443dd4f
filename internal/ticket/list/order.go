package list

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/ticket"
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

// Order is how the list is sorted: by what changed last, unless it says otherwise or asks for days.
func (l Of) Order() Sort {
	if l.Before.IsZero() && l.After.IsZero() {
		return cmp.Or(l.Sort, Recent)
	}
	return cmp.Or(l.Sort, Created)
}

// order is how a list is sorted in SQL: columns in one direction, so that one row-value comparison finds the next page.
type order struct {
	columns []string
	down    bool
	key     func(*ticket.Ticket) []int64
}

func (s Sort) order() order {
	switch s {
	case Created:
		return order{[]string{"created_at"}, true, func(t *ticket.Ticket) []int64 { return []int64{t.CreatedAt.UnixMicro()} }}
	case Due:
		return order{[]string{"due_at"}, false, func(t *ticket.Ticket) []int64 { return []int64{db.Sortable(t.DueAt)} }}
	case Urgent:
		return order{[]string{"priority"}, false, func(t *ticket.Ticket) []int64 { return []int64{int64(t.Priority)} }}
	}
	return order{[]string{"updated_at"}, true, func(t *ticket.Ticket) []int64 { return []int64{t.UpdatedAt.UnixMicro()} }}
}

func (o order) compare(a, b *ticket.Ticket) int {
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

func (o order) cursor(t *ticket.Ticket) string {
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
