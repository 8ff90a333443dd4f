package db_test

import (
	"testing"
	"time"

	"muster/internal/db"
	"muster/internal/mustertest"
)

const setCounter = `INSERT INTO counters (workspace_id, name, value) VALUES ($1, $2, $3)`

func counter(tx *db.Tx, name string) (int64, error) {
	return db.One(tx, db.Value[int64], `SELECT value FROM counters WHERE workspace_id = $1 AND name = $2`, tx.Workspace, name)
}

// What nobody waits for is done all the same, in order, with the values it was given.
func TestWrites(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		ctx := mustertest.As(t, "acme", "ann")
		mustertest.Do(t, d, ctx, func(tx *db.Tx) error {
			n, at := int64(1), time.UnixMicro(7)
			args := []any{tx.Workspace, "a", &n}
			if err := tx.Write(setCounter, args...); err != nil {
				return err
			}
			n, args[1] = 2, "b"
			if err := tx.Write(setCounter, args...); err != nil {
				return err
			}
			if err := tx.Write(setCounter, tx.Workspace, "at", db.Time(&at)); err != nil {
				return err
			}
			n, at = 3, time.UnixMicro(8)
			if got, err := counter(tx, "a"); got != 1 || err != nil {
				t.Errorf("read what was written in the same work: got %d, %v; want 1", got, err)
			}
			return tx.Write(`UPDATE counters SET value = 10 * value WHERE workspace_id = $1 AND name = 'b'`, tx.Workspace)
		})
		mustertest.See(t, d, ctx, func(tx *db.Tx) error {
			for name, want := range map[string]int64{"a": 1, "b": 20, "at": 7} {
				if got, err := counter(tx, name); got != want || err != nil {
					t.Errorf("%s: got %d, %v; want %d", name, got, err, want)
				}
			}
			return nil
		})
	})
}

// What is wrong with a write comes at the commit at the latest, and undoes the work; the next is none the worse.
func TestWriteThatIsRefused(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		ctx := mustertest.As(t, "acme", "ann")
		twice := func(before func(*db.Tx) error) func(*db.Tx) error {
			return func(tx *db.Tx) error {
				if err := before(tx); err != nil {
					return err
				}
				for range 2 {
					if err := tx.Write(setCounter, tx.Workspace, "a", 1); err != nil {
						return err
					}
				}
				return nil
			}
		}
		for what, before := range map[string]func(*db.Tx) error{
			"in the commit": func(*db.Tx) error { return nil },
			"after a read":  func(tx *db.Tx) error { _, err := tx.Exec(setCounter, tx.Workspace, "b", 1); return err },
		} {
			if err := d.Update(ctx, twice(before)); err == nil {
				t.Errorf("%s: a name that is there twice is let through", what)
			}
			mustertest.Do(t, d, ctx, func(tx *db.Tx) error {
				n, err := db.One(tx, db.Value[int64], `SELECT count(*) FROM counters WHERE workspace_id = $1`, tx.Workspace)
				if n != 0 {
					t.Errorf("%s: %d rows are left of the work, want 0", what, n)
				}
				return err
			})
		}
	})
}

// A unit of work whose statement failed is not done, though it says nothing of that.
func TestFaultThatIsNotHeeded(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d := mustertest.Open(t, url)
		defer d.Close()
		if d.Engine() == db.SQLite {
			return // it goes on after a statement that failed
		}
		ctx := mustertest.As(t, "acme", "ann")
		if err := d.Update(ctx, func(tx *db.Tx) error {
			tx.Exec(setCounter, tx.Workspace, "a", 1)
			tx.Exec(`SELECT nothing FROM nowhere`)
			return nil
		}); err == nil {
			t.Error("PostgreSQL undid the work, and nobody is told")
		}
	})
}

// A node that vanishes in the midst of its work must not keep its rows from the others until the server's system notices, in two hours.
func TestServerForgetsWhoIsGone(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		if d.Engine() != db.Postgres {
			return
		}
		mustertest.See(t, d, mustertest.As(t, "acme", "ann"), func(tx *db.Tx) error {
			for name, want := range map[string]string{"tcp_keepalives_idle": "10", "tcp_user_timeout": "10000", "idle_in_transaction_session_timeout": "10min"} {
				got, err := db.One(tx, db.Value[string], `SHOW `+name)
				if err != nil {
					return err
				}
				if got != want {
					t.Errorf("%s is %s, want %s", name, got, want)
				}
			}
			return nil
		})
	})
}
