package ticket_test

import (
	"testing"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/people"
	"muster/internal/ticket"
)

// Who cannot sign in any more is given nothing, and what they have says whose it was when it is given away.
func TestWhoHasLeft(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		ann := h.As(h.Ann)
		mine, theirs := h.Open(ann, "One", "x"), h.Open(ann, "Two", "x")
		give := func(n int64, to string) error {
			return d.Update(ann, func(tx *db.Tx) error {
				_, err := h.Desk.Change(tx, n, ticket.Any, ticket.Change{Assignee: &to})
				return err
			})
		}
		if err := give(theirs.Number, h.Bob.ID); err != nil {
			t.Fatal(err)
		}
		mustertest.Do(t, d, ann, func(tx *db.Tx) error {
			_, err := people.ChangeUser(tx, h.Bob.ID, people.UserChange{Active: new(false)})
			return err
		})
		if err := give(mine.Number, h.Bob.ID); fault.Fields(err)["assignee"] == "" {
			t.Errorf("given to who has left: got %v, want it refused", err)
		}
		if err := d.Update(ann, func(tx *db.Tx) error {
			_, err := h.Desk.Open(tx, ticket.Draft{Title: "Three", Assignee: h.Bob.ID})
			return err
		}); fault.Fields(err)["assignee"] == "" {
			t.Errorf("opened for who has left: got %v, want it refused", err)
		}
		if err := give(theirs.Number, h.Ann.ID); err != nil {
			t.Errorf("taken from who has left: %v", err)
		}
		mustertest.See(t, d, ann, func(tx *db.Tx) error {
			names, err := people.NamesOf(tx, nil, nil)
			if names.Users[h.Bob.ID] == "" || names.Staff[h.Bob.ID] != "" || names.Staff[h.Ann.ID] == "" {
				t.Errorf("got %v of %v, want Bob among the names and not among the staff", names.Staff, names.Users)
			}
			return err
		})
	})
}
