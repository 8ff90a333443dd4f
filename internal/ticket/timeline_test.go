package ticket_test

import (
	"fmt"
	"slices"
	"testing"

	"muster/internal/db"
	"muster/internal/mustertest"
	"muster/internal/ticket"
)

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
