package clock_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/calendar"
	"muster/internal/clock"
	"muster/internal/complaint"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/request"
	"muster/internal/ticket"
	"muster/internal/workspace"
)

// BenchmarkRings measures how late a due instant fires while 100,000 clocks run
// and tickets are opened all the time: 20 s in which 100 clocks a second are due.
func BenchmarkRings(b *testing.B) {
	const clocks, due, seconds, writers = 100_000, 2_000, 20, 4
	ctx := b.Context()
	d, err := db.Open(ctx, "sqlite:"+filepath.Join(b.TempDir(), "muster.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	bus := event.NewBus(d, "bench")
	desk := ticket.NewDesk(request.Kind(), complaint.Kind())
	works := clock.New(d, bus, desk)
	home, err := workspace.Ensure(ctx, d, "Quillmere")
	if err != nil {
		b.Fatal(err)
	}
	ctx = access.With(ctx, access.System(home.ID))
	policy, always := benchPolicy(b, ctx, d, works)
	begin := time.Now().Add(45 * time.Second) // once all are stored
	for i := 0; i < clocks; i += 500 {
		err := d.Update(ctx, func(tx *db.Tx) error {
			for j := i; j < i+500; j++ {
				at := begin.Add(time.Duration(j) * seconds * time.Second / due)
				if j >= due {
					at = begin.Add(time.Hour + time.Duration(j)*time.Millisecond)
				}
				if err := benchClock(tx, policy, always, at, j); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	time.Sleep(time.Until(begin.Add(-time.Second)))
	for b.Loop() {
		opened := busy(b, ctx, d, bus, desk, begin.Add((seconds+3)*time.Second), writers)
		late := lateness(b, ctx, d)
		fmt.Printf("%d clocks, %d due in %d s, %d tickets opened meanwhile: rang %d; late by p50 %s, p99 %s, at most %s\n", clocks, due, seconds, opened,
			len(late), late[len(late)/2], late[len(late)*99/100], late[len(late)-1])
	}
}

func benchPolicy(b *testing.B, ctx context.Context, d *db.DB, works *clock.Works) (policy clock.Policy, always clock.Desk) {
	b.Helper()
	err := d.Update(ctx, func(tx *db.Tx) (err error) {
		if always, err = works.SaveDesk(tx, clock.Desk{Name: "Always", Calendar: calendar.Calendar{Versions: []calendar.Version{{Zone: "UTC", Week: calendar.Always()}}}}, false); err != nil {
			return err
		}
		policy, err = works.SavePolicy(tx, clock.Policy{Name: "Everybody", Kind: clock.SLA, Active: true, Promises: []clock.Promise{
			{Target: clock.Resolution, Calendar: always.ID, Goals: map[int]time.Duration{3: time.Hour}, Steps: []clock.Step{{Percent: 100}}}}})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return policy, always
}

// benchClock keeps a clock that is due at an instant, as one that was started an hour before.
func benchClock(tx *db.Tx, policy clock.Policy, always clock.Desk, at time.Time, i int) error {
	id := fmt.Sprintf("t%07d", i)
	from := at.Add(-time.Hour)
	c := clock.Start(clock.Resolution, time.Hour, clock.Hours{Calendar: always.ID, Versions: 1}, from)
	if _, err := tx.Exec(`INSERT INTO promises (workspace_id, ticket_id, kind, policy_id, since) VALUES ($1, $2, 'sla', $3, 0)`, tx.Workspace, id, policy.ID); err != nil {
		return err
	}
	_, err := tx.Exec(`
		INSERT INTO clocks (workspace_id, id, ticket_id, policy_id, kind, target, state, reckoning, due_at, counted_at, excused_by, started_at)
		VALUES ($1, $2, $3, $4, 'sla', 'resolution', 'running', $5, $6, NULL, 0, $7)`, tx.Workspace, tx.NewID(), id, policy.ID, db.JSON(&c), db.Time(&at), db.Time(&from))
	if err != nil {
		return err
	}
	return event.Schedule(tx, "clock.ring", id, at.Add(time.Microsecond), map[string]string{"ticket": id})
}

// busy does the due work, and opens tickets all the while.
func busy(b *testing.B, ctx context.Context, d *db.DB, bus *event.Bus, desk *ticket.Desk, until time.Time, writers int) (opened int) {
	b.Helper()
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	var mu sync.Mutex
	var all sync.WaitGroup
	all.Go(func() {
		if err := bus.Work(ctx); err != nil && ctx.Err() == nil {
			b.Error(err)
		}
	})
	for range writers {
		all.Go(func() {
			for ctx.Err() == nil {
				err := d.Update(ctx, func(tx *db.Tx) error {
					_, err := desk.Open(tx, ticket.Draft{Title: "It does not work"})
					return err
				})
				if err == nil {
					mu.Lock()
					opened++
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	return opened
}

// lateness is how long after its instant each clock rang.
func lateness(b *testing.B, ctx context.Context, d *db.DB) []time.Duration {
	b.Helper()
	var late []time.Duration
	err := d.View(ctx, func(tx *db.Tx) error {
		for after := ""; ; {
			log, err := event.Log(tx, after, 1000)
			if err != nil || len(log) == 0 {
				return err
			}
			for _, r := range log {
				var ring clock.Ring
				if r.Name == "clock.broke" {
					if err := r.Decode(&ring); err != nil {
						return err
					}
					late = append(late, r.At.Sub(ring.Due))
				}
			}
			after = log[len(log)-1].ID
		}
	})
	if err != nil || len(late) == 0 {
		b.Fatalf("%d rang: %v", len(late), err)
	}
	slices.Sort(late)
	return late
}
