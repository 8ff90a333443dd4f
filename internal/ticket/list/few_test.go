package list_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/mustertest"
	"muster/internal/request"
	"muster/internal/ticket"
	"muster/internal/ticket/list"
)

// wanted is a condition of a search, and what it means, said a second time.
type wanted struct {
	query string
	fits  func(*ticket.Ticket) bool
}

func wants(h *mustertest.House, day time.Time) []wanted {
	category := func(b ticket.Bucket, c ticket.Category) func(*ticket.Ticket) bool {
		return func(t *ticket.Ticket) bool { return t.Bucket == b && t.Category == c }
	}
	return []wanted{
		{"is:resolved", category(ticket.InDone, ticket.Review)}, {"is:closed", category(ticket.InDone, ticket.Done)},
		{"is:cancelled", category(ticket.InDone, ticket.Cancelled)}, {"is:new", category(ticket.InOpen, ticket.New)},
		{"is:resolved is:open", func(t *ticket.Ticket) bool {
			return t.Bucket == ticket.InOpen || t.Bucket == ticket.InDone && t.Category == ticket.Review
		}},
		{"is:new is:open", func(t *ticket.Ticket) bool { return t.Bucket == ticket.InOpen }},
		{"is:resolved is:closed", func(t *ticket.Ticket) bool { return t.Bucket == ticket.InDone && t.Category != ticket.Cancelled }},
		{"is:any", func(*ticket.Ticket) bool { return true }},
		{"kind:task", func(t *ticket.Ticket) bool { return t.Kind == "task" }},
		{"kind:task kind:complaint", func(t *ticket.Ticket) bool { return t.Kind != "request" }},
		{`state:"Waiting on customer"`, func(t *ticket.Ticket) bool { return t.State == request.OnCustomer }},
		{"state:NEW", func(t *ticket.Ticket) bool { return t.State == "new" }},
		{"priority:low", func(t *ticket.Ticket) bool { return t.Priority == 4 }},
		{"tag:red", func(t *ticket.Ticket) bool { return slices.Contains(t.Tags, "red") }},
		{"tag:none-has-it", func(*ticket.Ticket) bool { return false }},
		{"has:attachment", func(t *ticket.Ticket) bool { return t.Files > 0 }},
		{"assignee:me", func(t *ticket.Ticket) bool { return t.Assignee == h.Ann.ID }},
		{`team:"Tier 1" team:none`, func(t *ticket.Ticket) bool { return t.Team == h.Tier1.ID || t.Team == "" }},
		{"before:" + day.Format(time.RFC3339), func(t *ticket.Ticket) bool { return t.CreatedAt.Before(day) }},
		{"after:" + day.Format(time.RFC3339), func(t *ticket.Ticket) bool { return !t.CreatedAt.Before(day) }},
	}
}

// A search finds what it asks for, in order and page by page, whether few or many tickets are what it begins with.
func TestSearchesOfFewAndMany(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		ann := h.As(h.Ann)
		h.OpenAtRandom(ann, 60)
		all := h.Tickets()
		terms := wants(h, all[len(all)/2].CreatedAt)
		r := rand.New(rand.NewPCG(3, 4))
		for range 120 {
			a, b := terms[r.IntN(len(terms))], terms[r.IntN(len(terms))]
			if strings.Contains(a.query, "is:") && strings.Contains(b.query, "is:") || strings.SplitN(a.query, ":", 2)[0] == strings.SplitN(b.query, ":", 2)[0] {
				b = wanted{"", func(*ticket.Ticket) bool { return true }}
			}
			most := []int{0, 5, 2000}[r.IntN(3)]
			checkSearch(t, h, d, a, b, list.Sorts()[r.IntN(len(list.Sorts()))], most, all)
		}
	})
}

func checkSearch(t *testing.T, h *mustertest.House, d *db.DB, a, b wanted, sort list.Sort, most int, all []*ticket.Ticket) {
	t.Helper()
	query := strings.TrimSpace(a.query + " " + b.query)
	put := func(t *ticket.Ticket) bool {
		return t.Bucket == ticket.InOpen || t.Bucket == ticket.InWaiting || t.Bucket == ticket.InDone
	}
	var want []int64
	for _, tk := range inOrder(all, sort) {
		if a.fits(tk) && b.fits(tk) && (put(tk) || strings.Contains(query, "is:any")) {
			want = append(want, tk.Number)
		}
	}
	mustertest.See(t, d, h.As(h.Ann), func(tx *db.Tx) error {
		q, err := list.Parse(query)
		if err != nil {
			return err
		}
		var got []int64
		for cursor := ""; ; {
			page, err := list.ReadSorting(tx, h.Desk, list.Of{Query: q, Sort: sort, Limit: 4, Cursor: cursor}, most)
			if err != nil {
				return fmt.Errorf("%s: %w", query, err)
			}
			for _, tk := range page.Tickets {
				got = append(got, tk.Number)
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s by %s: found %v, want %v", query, sort, got, want)
		}
		return nil
	})
}

// inOrder is the order of a list, said a second time.
func inOrder(all []*ticket.Ticket, sort list.Sort) []*ticket.Ticket {
	return slices.SortedFunc(slices.Values(all), func(a, b *ticket.Ticket) int {
		id := cmp.Compare(a.ID, b.ID)
		switch sort {
		case list.Created:
			return -cmp.Or(a.CreatedAt.Compare(b.CreatedAt), id)
		case list.Due:
			return cmp.Or(cmp.Compare(db.Sortable(a.DueAt), db.Sortable(b.DueAt)), id)
		case list.Urgent:
			return cmp.Or(cmp.Compare(a.Priority, b.Priority), id)
		}
		return -cmp.Or(a.UpdatedAt.Compare(b.UpdatedAt), id)
	})
}

// Who asks for a state that no kind has is told which there are.
func TestSearchForNoState(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		mustertest.See(t, d, access.With(t.Context(), access.From(h.As(h.Ann))), func(tx *db.Tx) error {
			_, err := list.Read(tx, h.Desk, list.Of{Query: list.Query{States: []string{"lost"}}})
			if err == nil || !strings.HasPrefix(err.Error(), "There is no state \"lost\". There are acknowledged, ") {
				t.Errorf("it says %v", err)
			}
			return nil
		})
	})
}
