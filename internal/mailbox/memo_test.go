package mailbox_test

import (
	"testing"
	"time"

	"muster/internal/db"
	"muster/internal/mailbox"
	"muster/internal/mailbox/outbox"
	"muster/internal/mustertest"
	"muster/internal/ticket"
)

// A memo says what stood on tickets: it is kept while it is on its way, and a month after, not for ever.
func TestMemosAreSwept(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		post := func(address string) (id string) {
			mustertest.Do(t, d, w.system, func(tx *db.Tx) (err error) {
				id, err = outbox.Post(tx, outbox.Memo{To: ticket.Person{Address: address}, Subject: "News", Text: "Of #1.", Page: "<p>Of #1.</p>"})
				return err
			})
			return id
		}
		sweep := func(sent bool) {
			if sent {
				w.work()
			}
			if err := mailbox.Sweep(w.office, t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		kept := func(what string, id string, want bool) {
			t.Helper()
			mustertest.See(t, d, w.system, func(tx *db.Tx) error {
				n, err := db.One(tx, db.Value[int], `SELECT count(*) FROM mail_memos m JOIN mail_deliveries d ON d.workspace_id = m.workspace_id AND d.entry_id = m.id
					WHERE m.workspace_id = $1 AND m.id = $2`, tx.Workspace, id)
				if (n == 1) != want {
					t.Errorf("%s: %d there, want %v", what, n, want)
				}
				return err
			})
		}
		old := post("ann@quillmere.example")
		w.work()
		time.Sleep(29 * 24 * time.Hour)
		sweep(true)
		kept("a memo of last month", old, true)
		young := post("bob@quillmere.example")
		time.Sleep(25 * time.Hour)
		sweep(true)
		kept("an old memo", old, false)
		kept("a young memo", young, true)
		mustertest.See(t, d, w.system, func(tx *db.Tx) error {
			n, err := db.One(tx, db.Value[int], `SELECT count(*) FROM mail_deliveries WHERE workspace_id = $1 AND entry_id = $2`, tx.Workspace, old)
			if n != 0 {
				t.Errorf("of a memo that is gone %d deliveries stand, want none", n)
			}
			return err
		})
		waiting := post("cleo@quillmere.example")
		time.Sleep(40 * 24 * time.Hour)
		sweep(false)
		kept("a memo that no mail system took", waiting, true)
		kept("what was a young memo", young, false)
		sweep(true)
		kept("once it was sent", waiting, false)
	})
}
