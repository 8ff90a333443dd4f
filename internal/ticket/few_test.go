package ticket_test

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
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/request"
	"muster/internal/ticket"
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
		fillAtRandom(t, h, d, ann, 60)
		all := everyTicket(t, h, d)
		terms := wants(h, all[len(all)/2].CreatedAt)
		r := rand.New(rand.NewPCG(3, 4))
		for range 120 {
			a, b := terms[r.IntN(len(terms))], terms[r.IntN(len(terms))]
			if strings.Contains(a.query, "is:") && strings.Contains(b.query, "is:") || strings.SplitN(a.query, ":", 2)[0] == strings.SplitN(b.query, ":", 2)[0] {
				b = wanted{"", func(*ticket.Ticket) bool { return true }}
			}
			ticket.SortAtMost(h.Desk, []int{0, 5, 2000}[r.IntN(3)])
			checkSearch(t, h, d, a, b, ticket.Sorts()[r.IntN(len(ticket.Sorts()))], all)
		}
		ticket.SortAtMost(h.Desk, 2000)
	})
}

func checkSearch(t *testing.T, h *mustertest.House, d *db.DB, a, b wanted, sort ticket.Sort, all []*ticket.Ticket) {
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
		q, err := ticket.ParseQuery(query)
		if err != nil {
			return err
		}
		var got []int64
		for cursor := ""; ; {
			page, err := h.Desk.List(tx, ticket.List{Query: q, Sort: sort, Limit: 4, Cursor: cursor})
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
func inOrder(all []*ticket.Ticket, sort ticket.Sort) []*ticket.Ticket {
	return slices.SortedFunc(slices.Values(all), func(a, b *ticket.Ticket) int {
		id := cmp.Compare(a.ID, b.ID)
		switch sort {
		case ticket.Created:
			return -cmp.Or(a.CreatedAt.Compare(b.CreatedAt), id)
		case ticket.Due:
			return cmp.Or(cmp.Compare(db.Sortable(a.DueAt), db.Sortable(b.DueAt)), id)
		case ticket.Urgent:
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
			_, err := h.Desk.List(tx, ticket.List{Query: ticket.Query{States: []string{"lost"}}})
			if err == nil || !strings.HasPrefix(err.Error(), "There is no state \"lost\". There are acknowledged, ") {
				t.Errorf("it says %v", err)
			}
			return nil
		})
	})
}

// A state that tickets are in keeps its category, which they are counted by.
func TestStatesKeepTheirCategory(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		recast := func(state string) error {
			return d.Update(h.As(h.Ann), func(tx *db.Tx) error {
				flow, err := h.Desk.WorkflowOf(tx, "request")
				if err != nil {
					return err
				}
				flow.States = slices.Clone(flow.States)
				for i, s := range flow.States {
					if s.ID == state {
						flow.States[i].Category, flow.States[i].Waits = ticket.Review, ""
					}
				}
				return h.Desk.SetWorkflow(tx, "request", flow)
			})
		}
		mustertest.Do(t, d, h.As(h.Ann), func(tx *db.Tx) error {
			tk, err := h.Desk.Open(tx, ticket.Draft{Kind: "request", Title: "T", Requester: h.Carla.ID})
			if err == nil {
				_, err = h.Desk.Change(tx, tk.Number, ticket.Any, ticket.Change{State: str(request.Open)})
			}
			return err
		})
		if err := recast(request.Open); fault.Fields(err)["category"] == "" {
			t.Errorf("a state with a ticket in it got another category: %v", err)
		}
		if err := recast(request.OnThird); err != nil {
			t.Errorf("a state without tickets did not get another category: %v", err)
		}
	})
}

// A timeline that is read in parts, from either end, is the timeline.
func TestTimelineInParts(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		tk := h.Open(h.As(h.Ann), "T", "It began.")
		for i := range 20 {
			body, _ := ticket.Compose("More.")
			mustertest.Do(t, d, h.As(h.Ann), func(tx *db.Tx) error {
				_, _, err := h.Desk.Write(tx, tk.Number, ticket.Writing{Kind: ticket.Note, Body: body})
				if err == nil && i%5 == 0 {
					_, err = h.Desk.Change(tx, tk.Number, ticket.Any, ticket.Change{Tags: &[]string{fmt.Sprint("t", i)}})
				}
				return err
			})
		}
		mustertest.See(t, d, h.As(h.Ann), func(tx *db.Tx) error {
			whole, err := ticket.Timeline(tx, tk, "", 1000)
			if err != nil || len(whole) < 26 {
				t.Fatalf("the whole has %d items: %v", len(whole), err)
			}
			for _, size := range []int{1, 3, 10} {
				var forth, back []ticket.Item
				for after := ""; ; after = forth[len(forth)-1].ID {
					part, err := ticket.Timeline(tx, tk, after, size)
					if err != nil {
						return err
					}
					if len(part) == 0 {
						break
					}
					forth = append(forth, part...)
				}
				for before := ""; ; before = back[0].ID {
					part, err := ticket.Latest(tx, tk, before, size)
					if err != nil {
						return err
					}
					if len(part) == 0 {
						break
					}
					back = append(part, back...)
				}
				for way, got := range map[string][]ticket.Item{"forth": forth, "back": back} {
					if !slices.EqualFunc(got, whole, func(a, b ticket.Item) bool { return a.ID == b.ID }) {
						t.Errorf("%d at a time, %s: %d items, want the %d of the whole", size, way, len(got), len(whole))
					}
				}
			}
			return nil
		})
	})
}
