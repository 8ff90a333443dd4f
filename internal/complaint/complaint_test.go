package complaint_test

import (
	"testing"

	"muster/internal/access"
	"muster/internal/complaint"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/ticket"
)

// A complaint is never with the one it is about, and what its customer says reaches it wherever it stands.
func TestOwnerIsNotTheSubject(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		ann := h.As(h.Ann)
		var n int64
		mustertest.Do(t, d, ann, func(tx *db.Tx) error {
			c, err := h.Desk.Open(tx, ticket.Draft{Kind: "complaint", Title: "Nobody called", Requester: h.Carla.ID, Assignee: h.Ann.ID})
			if err == nil {
				n = c.Number
			}
			return err
		})
		decide := func(about string) error {
			return d.Update(ann, func(tx *db.Tx) error {
				return complaint.Decide(tx, n, complaint.Details{Outcome: complaint.Upheld, Lesson: "Call back.", About: about})
			})
		}
		change := func(c ticket.Change) error {
			return d.Update(ann, func(tx *db.Tx) error { _, err := h.Desk.Change(tx, n, ticket.Any, c); return err })
		}
		if err := decide(h.Ann.ID); fault.Fields(err)["about"] == "" {
			t.Errorf("about who has it: got %v, want it refused", err)
		}
		if err := decide("nobody"); fault.Fields(err)["about"] == "" {
			t.Errorf("about nobody there is: got %v, want it refused", err)
		}
		if err := decide(h.Bob.ID); err != nil {
			t.Fatal(err)
		}
		if err := change(ticket.Change{Assignee: &h.Bob.ID}); fault.Fields(err)["assignee"] == "" {
			t.Errorf("given to who it is about: got %v, want it refused", err)
		}
		for _, state := range []string{complaint.Responded, complaint.Investigating, complaint.Resolved, complaint.Closed} {
			if err := change(ticket.Change{State: &state}); err != nil {
				t.Errorf("to %s: %v", state, err)
			}
		}
		customer := access.With(t.Context(), access.System(h.Workspace.ID))
		if now, _, err := h.Write(customer, n, ticket.FromCustomer, "It happened again."); err != nil || now.Category != ticket.Opened {
			t.Errorf("its customer writes: got %+v %v, want it open again", now, err)
		}
	})
}
