package flow_test

import (
	"testing"
	"time"

	"muster/internal/db"
	"muster/internal/mailbox/flow"
	"muster/internal/mustertest"
)

func TestTake(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		ctx := mustertest.As(t, "acme", "ann")
		steps := []struct {
			what       string
			wait       time.Duration
			name       string
			n          int
			last, over bool
		}{
			{"the first", 0, "a", 1, false, false},
			{"the last that there may be", 30 * time.Minute, "a", 2, true, false},
			{"one too many", 20 * time.Minute, "a", 3, false, true},
			{"another's", 0, "b", 1, false, false},
			{"after the while, from the first on", 10*time.Minute + time.Second, "a", 1, false, false},
		}
		for _, s := range steps {
			time.Sleep(s.wait)
			mustertest.Do(t, d, ctx, func(tx *db.Tx) error {
				c, err := flow.Take(tx, s.name, 2, time.Hour)
				if c.N != s.n || c.Last() != s.last || c.Over() != s.over || !c.Until.After(tx.Now) {
					t.Errorf("%s: got %+v, last %v, over %v", s.what, c, c.Last(), c.Over())
				}
				return err
			})
		}
		mustertest.Do(t, d, ctx, func(tx *db.Tx) error { return flow.Forget(tx, tx.Now.Add(time.Second)) })
		mustertest.Do(t, d, ctx, func(tx *db.Tx) error {
			c, err := flow.Take(tx, "a", 2, time.Hour)
			if c.N != 1 {
				t.Errorf("what was forgotten is counted on to %d", c.N)
			}
			return err
		})
	})
}
