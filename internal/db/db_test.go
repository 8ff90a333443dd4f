package db_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mustertest"
)

// The rule "someone is always on call" holds though two people leave at once.
func TestNoWriteSkew(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		ctx := mustertest.As(t, "acme", "ann")
		mustertest.Do(t, d, ctx, func(tx *db.Tx) error {
			for _, name := range []string{"a", "b"} {
				if _, err := tx.Exec(`INSERT INTO counters (workspace_id, name, value) VALUES ($1, $2, 1)`, tx.Workspace, name); err != nil {
					return err
				}
			}
			return nil
		})
		onCall := func(tx *db.Tx) (int64, error) {
			return db.One(tx, db.Value[int64], `SELECT count(*) FROM counters WHERE workspace_id = $1 AND value = 1`, tx.Workspace)
		}
		var wg sync.WaitGroup
		for _, name := range []string{"a", "b"} {
			wg.Go(func() {
				if err := d.Update(ctx, func(tx *db.Tx) error {
					n, err := onCall(tx)
					if err != nil || n < 2 {
						return err
					}
					time.Sleep(50 * time.Millisecond)
					_, err = tx.Exec(`UPDATE counters SET value = 0 WHERE workspace_id = $1 AND name = $2`, tx.Workspace, name)
					return err
				}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		mustertest.See(t, d, ctx, func(tx *db.Tx) error {
			n, err := onCall(tx)
			if n != 1 {
				t.Errorf("%d left on call, want 1", n)
			}
			return err
		})
	})
}

// What one unit of work gives up does not take along those that share its commit.
func TestUnitsOfWorkAreApart(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		ctx := mustertest.As(t, "acme", "ann")
		gaveUp := errors.New("gave up")
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				err := d.Update(ctx, func(tx *db.Tx) error {
					if _, err := tx.Exec(`INSERT INTO counters (workspace_id, name, value) VALUES ($1, $2, 1)`, tx.Workspace, fmt.Sprint(i)); err != nil {
						return err
					}
					if i%3 == 0 {
						return gaveUp
					}
					return nil
				})
				if want := i%3 == 0; errors.Is(err, gaveUp) != want {
					t.Errorf("%d: got %v, want given up = %v", i, err, want)
				}
			})
		}
		wg.Wait()
		mustertest.See(t, d, ctx, func(tx *db.Tx) error {
			n, err := db.One(tx, db.Value[int64], `SELECT count(*) FROM counters WHERE workspace_id = $1`, tx.Workspace)
			if n != 133 {
				t.Errorf("%d units of work were kept, want 133", n)
			}
			return err
		})
	})
}

func TestPanicIsUndoneAndGoesOn(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		ctx := mustertest.As(t, "acme", "ann")
		func() {
			defer func() {
				if got := recover(); got != "ouch" {
					t.Errorf("recovered %v, want the panic of the work", got)
				}
			}()
			d.Update(ctx, func(tx *db.Tx) error {
				tx.Exec(`INSERT INTO counters (workspace_id, name, value) VALUES ($1, 'x', 1)`, tx.Workspace)
				panic("ouch")
			})
		}()
		mustertest.Do(t, d, ctx, func(tx *db.Tx) error {
			n, err := db.One(tx, db.Value[int64], `SELECT count(*) FROM counters WHERE workspace_id = $1`, tx.Workspace)
			if n != 0 {
				t.Errorf("%d rows of the work that panicked are left, want 0", n)
			}
			return err
		})
	})
}

// Numbers never repeat, however many are asked for at once, and an attempt that is tried again does not skip one.
func TestNumbersUnderLoad(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		ctx := mustertest.As(t, "acme", "ann")
		var mu sync.Mutex
		seen := map[int64]bool{}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 25 {
					var n int64
					if err := d.Update(ctx, func(tx *db.Tx) (err error) {
						n, err = tx.Next("ticket")
						if err != nil {
							return err
						}
						// A row that all want, so that PostgreSQL asks for retries.
						_, err = tx.Exec(`
							INSERT INTO counters (workspace_id, name, value) VALUES ($1, 'hot', 1)
							ON CONFLICT (workspace_id, name) DO UPDATE SET value = counters.value + 1`, tx.Workspace)
						return err
					}); err != nil {
						t.Error(err)
					}
					mu.Lock()
					seen[n] = true
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		for n := range int64(200) {
			if !seen[n+1] {
				t.Errorf("nobody was given number %d", n+1)
			}
		}
		t.Log("retries:", d.Retries())
	})
}

func TestTallies(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		ctx := mustertest.As(t, "acme", "ann")
		var wg sync.WaitGroup
		for range 40 {
			wg.Go(func() {
				if err := d.Update(ctx, func(tx *db.Tx) error {
					tx.Tally("queue", "open", 2)
					tx.Tally("queue", "open", -1)
					tx.Tally("queue", "zero", 1)
					tx.Tally("queue", "zero", -1)
					return nil
				}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		mustertest.See(t, d, ctx, func(tx *db.Tx) error {
			got, err := db.Tallies(tx, "queue")
			if len(got) != 1 || got["open"] != 40 {
				t.Errorf("got %v, want open: 40 alone", got)
			}
			return err
		})
		mustertest.See(t, d, mustertest.As(t, "other", "eve"), func(tx *db.Tx) error {
			got, err := db.Tallies(tx, "queue")
			if len(got) != 0 {
				t.Errorf("another workspace sees %v", got)
			}
			return err
		})
	})
}

func TestIDsSortByTime(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		var last string
		for range 3 {
			mustertest.See(t, d, t.Context(), func(tx *db.Tx) error {
				if before := db.IDBefore(tx.Now.UnixMicro()); before <= last {
					t.Errorf("%s does not sort after %s, made earlier", before, last)
				}
				for range 100 {
					id := tx.NewID()
					if id <= last || len(id) != 20 {
						t.Errorf("%s does not sort after %s", id, last)
					}
					last = id
				}
				return nil
			})
			time.Sleep(time.Second)
		}
	})
}

func TestViewsDoNotWrite(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		err := d.View(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO counters (workspace_id, name, value) VALUES ('w', 'x', 1)`)
			return err
		})
		if err == nil {
			t.Error("a view wrote")
		}
	})
}

// A database that is away says so in a sentence, and is asked again when it is back.
func TestAway(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		ctx := mustertest.As(t, "acme", "ann")
		gone := map[db.Engine][]string{
			db.Postgres: {`SELECT pg_terminate_backend(pg_backend_pid())`},
			db.SQLite:   {`PRAGMA max_page_count = 1`, `INSERT INTO counters (workspace_id, name, value) VALUES ('acme', zeroblob(10000000), 1)`},
		}[d.Engine()]
		err := d.Update(ctx, func(tx *db.Tx) error {
			for _, query := range gone {
				if _, err := tx.Exec(query); err != nil {
					return fmt.Errorf("do something: %w", err)
				}
			}
			return nil
		})
		if says := fault.Message(err); !db.Away(err) || !strings.Contains(says, "database does not answer") && !strings.Contains(says, "disk is full") {
			t.Errorf("got %v, which says %q", err, says)
		}
		if err := d.Update(ctx, func(tx *db.Tx) error { _, err := tx.Next("back"); return err }); err != nil {
			t.Errorf("when it is back: %v", err)
		}
		if err := d.View(ctx, func(tx *db.Tx) error { return errors.New("of the work itself") }); db.Away(err) {
			t.Error("a fault of the work itself is taken for one of the database")
		}
	})
}

func TestCancelledWorkIsNotDone(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := d.Update(ctx, func(tx *db.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want that the context was cancelled", err)
		}
	})
}

func TestOpenRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, url := range []string{"", "mysql://x", "sqlite:", "/tmp/x.db"} {
		if _, err := db.Open(t.Context(), url); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: got %v, want a sentence", url, err)
		}
	}
}
