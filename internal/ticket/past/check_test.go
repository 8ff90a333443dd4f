package past_test

import (
	"strings"
	"testing"

	"muster/internal/db"
	"muster/internal/mustertest"
	"muster/internal/ticket/past"
)

// The log tells what every ticket is; a ticket that was altered behind its back is found.
func TestTicketsAreWhatTheirLogTells(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		ann := h.As(h.Ann)
		h.OpenAtRandom(ann, 40)
		mustertest.Do(t, d, ann, past.Check)
		mustertest.Do(t, d, ann, func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE tickets SET title = 'Another' WHERE workspace_id = $1 AND number = 7`, tx.Workspace)
			if err != nil {
				return err
			}
			if err := past.Check(tx); err == nil || !strings.HasPrefix(err.Error(), "ticket 7 is ") {
				t.Errorf("a ticket with another title: got %v", err)
			}
			return nil
		})
	})
}
