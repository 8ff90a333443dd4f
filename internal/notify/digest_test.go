package notify

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"muster/internal/db"
	"muster/internal/mustertest"
)

// However much there is, a digest is one mail, and what waits for it is not swept away before.
func TestAVeryLongDigest(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.rules(w.ann, func(r *Rules) { only(Mail)(r); r.Digest = Hourly })
		time.Sleep(10 * time.Minute)
		many := func(n int) {
			mustertest.Do(t, d, w.bob, func(tx *db.Tx) error {
				for i := range n {
					if err := Tell(tx, Notice{Topic: ByRule, To: []string{w.Ann.ID}, Title: fmt.Sprintf("Thing %d.", i), Words: "Many words."}); err != nil {
						return err
					}
				}
				return nil
			})
		}
		many(mostWords + 50)
		w.work(time.Hour)
		got := w.sent()
		if len(got) != 1 || strings.Count(got[0], "/inbox/") != mostWords+50 || strings.Contains(got[0], "Many words.") {
			t.Fatalf("got %d mails, want one, with %d headlines and no more words", len(got), mostWords+50)
		}
		many(keepMost + 3)
		if err := w.bell.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.work(time.Hour)
		all := strings.Join(w.sent()[1:], "")
		if n := strings.Count(all, "/inbox/"); n != keepMost+3 {
			t.Errorf("got %d notices by mail, want all %d", n, keepMost+3)
		}
		w.ledger()
	})
}
