package list_test

import (
	"slices"
	"testing"

	"muster/internal/db"
	"muster/internal/mustertest"
	"muster/internal/ticket/list"
)

// Pages neither repeat nor miss a ticket, in each order, and however the list is put together.
func TestPaging(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		ann := h.As(h.Ann)
		h.OpenAtRandom(ann, 50)
		mustertest.See(t, d, ann, func(tx *db.Tx) error {
			for _, sort := range list.Sorts() {
				for _, query := range []string{"", "is:open", "team:\"Tier 1\" team:none is:any", "tag:red", "is:open is:waiting priority:high priority:low"} {
					q, err := list.Parse(query)
					if err != nil {
						return err
					}
					whole, err := list.Read(tx, h.Desk, list.Of{Query: q, Sort: sort, Limit: 200})
					if err != nil {
						return err
					}
					var got []int64
					for cursor := ""; ; {
						page, err := list.Read(tx, h.Desk, list.Of{Query: q, Sort: sort, Limit: 3, Cursor: cursor})
						if err != nil {
							return err
						}
						for _, tk := range page.Tickets {
							got = append(got, tk.Number)
						}
						if cursor = page.Next; cursor == "" {
							break
						}
					}
					var want []int64
					for _, tk := range whole.Tickets {
						want = append(want, tk.Number)
					}
					if !slices.Equal(got, want) || len(want) == 0 {
						t.Errorf("%s by %s: pages give %v, the whole %v", query, sort, got, want)
					}
				}
			}
			return nil
		})
	})
}
