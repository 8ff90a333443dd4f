package ticket_test

import (
	"slices"
	"testing"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/request"
	"muster/internal/ticket"
)

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
