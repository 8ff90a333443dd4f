package event_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/mustertest"
)

type rang struct{ N int }

func (rang) EventName() string         { return "test.rang" }
func (r rang) About() (string, string) { return "bell", fmt.Sprint(r.N) }

type echoed struct{ N int }

func (echoed) EventName() string { return "test.echoed" }

// tried counts how often each number was seen.
type tried struct {
	mu sync.Mutex
	n  map[int]int
}

func (t *tried) saw(n int) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n == nil {
		t.n = map[int]int{}
	}
	t.n[n]++
	return t.n[n]
}

func (t *tried) all() map[int]int { t.mu.Lock(); defer t.mu.Unlock(); return t.n }

func emit(t *testing.T, d *db.DB, es ...db.Event) {
	t.Helper()
	mustertest.Do(t, d, mustertest.As(t, "acme", "ann"), func(tx *db.Tx) error {
		for _, e := range es {
			tx.Emit(e)
		}
		return nil
	})
}

// work has bus work for a while.
func work(t *testing.T, bus *event.Bus, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- bus.Work(ctx) }()
	time.Sleep(d)
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestReactionsShareTheTransaction(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		bus := event.NewBus(d, "n1")
		event.On(bus, func(tx *db.Tx, r rang) error { tx.Emit(echoed(r)); return nil })
		refuse := errors.New("no")
		event.On(bus, func(tx *db.Tx, e echoed) error {
			if e.N == 2 {
				return refuse
			}
			return nil
		})
		emit(t, d, rang{1})
		err := d.Update(mustertest.As(t, "acme", "ann"), func(tx *db.Tx) error { tx.Emit(rang{2}); return nil })
		if !errors.Is(err, refuse) {
			t.Errorf("got %v, want what the reaction said", err)
		}
		mustertest.See(t, d, mustertest.As(t, "acme", "ann"), func(tx *db.Tx) error {
			log, err := event.Log(tx, "", 10)
			if len(log) != 2 || log[0].Name != "test.rang" || log[1].Name != "test.echoed" || log[0].ActorName != "ann" {
				t.Errorf("got the log %+v, want that the bell rang once and was echoed", log)
			}
			of, err2 := event.Of(tx, "bell", "1", "", 10)
			if len(of) != 1 || of[0].Body != `{"N":1}` {
				t.Errorf("got %+v of the bell, want its one event", of)
			}
			return errors.Join(err, err2)
		})
	})
}

func TestNodesShareJobs(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		var seen tried
		bus := event.NewBus(d, "n1")
		other := event.NewBus(d, "n2")
		for _, b := range []*event.Bus{other, bus} {
			event.Later(b, "count", func(_ context.Context, r rang) error { seen.saw(r.N); return nil }, event.Options{AtOnce: 4})
		}
		var es []db.Event
		for n := range 500 {
			es = append(es, rang{n})
		}
		emit(t, d, es...)
		var wg sync.WaitGroup
		for _, b := range []*event.Bus{other, bus} {
			wg.Go(func() { work(t, b, 10*time.Second) })
		}
		wg.Wait()
		for n := range 500 {
			if got := seen.all()[n]; got != 1 {
				t.Errorf("job %d was done %d times, want once", n, got)
			}
		}
	})
}

func TestRetriesThenDeadThenRetriedByHand(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		var seen tried
		broken := true
		bus := event.NewBus(d, "n1")
		event.Later(bus, "mail", func(_ context.Context, r rang) error {
			seen.saw(r.N)
			if broken {
				return errors.New("no route")
			}
			return nil
		}, event.Options{Tries: 3})
		emit(t, d, rang{1})
		work(t, bus, 10*time.Minute)
		if got := seen.all()[1]; got != 3 {
			t.Errorf("tried %d times, want 3", got)
		}
		ctx := mustertest.As(t, "acme", "ann")
		broken = false
		mustertest.Do(t, d, ctx, func(tx *db.Tx) error {
			dead, err := event.DeadLetters(tx, 10)
			if err != nil || len(dead) != 1 || dead[0].Reason != "no route" {
				t.Fatalf("got %+v (%v), want one dead letter with its reason", dead, err)
			}
			return event.Retry(tx, dead[0].ID)
		})
		work(t, bus, time.Minute)
		if got := seen.all()[1]; got != 4 {
			t.Errorf("tried %d times, want 4", got)
		}
		mustertest.See(t, d, ctx, func(tx *db.Tx) error {
			dead, err := event.DeadLetters(tx, 10)
			if len(dead) != 0 {
				t.Errorf("%d dead letters are left", len(dead))
			}
			return err
		})
	})
}

func TestVerdicts(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		var seen tried
		bus := event.NewBus(d, "n1")
		event.Later(bus, "judge", func(_ context.Context, r rang) error {
			n := seen.saw(r.N)
			switch {
			case r.N == 1:
				return event.GiveUp(errors.New("hopeless"))
			case r.N == 2 && n < 20:
				return event.RetryAfter(time.Second, errors.New("deferred"))
			case r.N == 3:
				panic("ouch")
			}
			return nil
		}, event.Options{Tries: 2})
		emit(t, d, rang{1}, rang{2}, rang{3})
		work(t, bus, 10*time.Minute)
		for n, want := range map[int]int{1: 1, 2: 20, 3: 2} {
			if got := seen.all()[n]; got != want {
				t.Errorf("job %d was tried %d times, want %d", n, got, want)
			}
		}
	})
}

func TestSchedule(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		type call struct{ What string }
		var mu sync.Mutex
		var calls []string
		start := time.Now()
		bus := event.NewBus(d, "n1")
		event.Task(bus, "call", func(_ context.Context, c call) error {
			mu.Lock()
			defer mu.Unlock()
			calls = append(calls, fmt.Sprint(c.What, " ", time.Since(start).Round(time.Second)))
			return nil
		}, event.Options{})
		ctx := mustertest.As(t, "acme", "ann")
		mustertest.Do(t, d, ctx, func(tx *db.Tx) error {
			return errors.Join(
				event.Schedule(tx, "call", "a", tx.Now.Add(time.Hour), call{"first"}),
				event.Schedule(tx, "call", "b", tx.Now.Add(time.Hour), call{"cancelled"}),
				event.Schedule(tx, "call", "", tx.Now.Add(5*time.Minute), call{"keyless"}),
				event.Schedule(tx, "call", "", time.Time{}, call{"before all times"}))
		})
		mustertest.Do(t, d, ctx, func(tx *db.Tx) error {
			if cancelled, err := event.Cancel(tx, "call", "b"); err != nil || !cancelled {
				t.Errorf("cancelled = %v (%v), want that the waiting job is gone", cancelled, err)
			}
			return event.Schedule(tx, "call", "a", tx.Now.Add(20*time.Minute), call{"moved"})
		})
		work(t, bus, 30*time.Minute)
		if got, want := fmt.Sprint(calls), "[before all times 0s keyless 5m0s moved 20m0s]"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

// What another node scheduled for later is done at its instant, though this one only glances at what others do.
func TestInstantsOfOtherNodes(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		var mu sync.Mutex
		var calls []time.Duration
		bus := event.NewBus(d, "n1")
		event.NewBus(d, "n2") // hears of what is committed here instead of n1
		start := time.Now()
		event.Task(bus, "call", func(context.Context, struct{}) error {
			mu.Lock()
			defer mu.Unlock()
			calls = append(calls, time.Since(start).Round(100*time.Millisecond))
			return nil
		}, event.Options{})
		mustertest.Do(t, d, mustertest.As(t, "acme", "ann"), func(tx *db.Tx) error {
			var errs []error
			for _, ms := range []time.Duration{300, 700, 2500, 2600, 2700} {
				errs = append(errs, event.Schedule(tx, "call", "", start.Add(ms*time.Millisecond), struct{}{}))
			}
			return errors.Join(errs...)
		})
		work(t, bus, 10*time.Second)
		if got, want := fmt.Sprint(calls), "[300ms 700ms 2.5s 2.6s 2.7s]"; got != want {
			t.Errorf("done after %s, want %s", got, want)
		}
	})
}

func TestScheduledAgainWhileItRuns(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		var seen tried
		bus := event.NewBus(d, "n1")
		event.Task(bus, "slow", func(context.Context, struct{}) error {
			seen.saw(0)
			time.Sleep(time.Minute)
			return nil
		}, event.Options{})
		ask := func() {
			mustertest.Do(t, d, mustertest.As(t, "acme", "ann"), func(tx *db.Tx) error {
				return event.Schedule(tx, "slow", "k", tx.Now, struct{}{})
			})
		}
		ask()
		go func() {
			for range 3 {
				time.Sleep(10 * time.Second)
				ask()
			}
		}()
		work(t, bus, 10*time.Minute)
		if got := seen.all()[0]; got != 2 {
			t.Errorf("ran %d times, want 2: once, and once more for all that asked meanwhile", got)
		}
	})
}

// A node that dies keeps its jobs until their lease ends; one that lives renews them.
func TestLeases(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		var seen tried
		stuck := make(chan struct{})
		dying, living := event.NewBus(d, "dying"), event.NewBus(d, "living")
		event.Later(living, "slow", func(_ context.Context, r rang) error {
			seen.saw(r.N)
			time.Sleep(5 * time.Minute) // ten leases
			return nil
		}, event.Options{})
		event.Later(dying, "slow", func(ctx context.Context, r rang) error {
			<-stuck
			return errors.New("nobody hears this")
		}, event.Options{Lease: 1000 * time.Hour}) // claims with this lease, and never renews in time
		emit(t, d, rang{1})
		work(t, living, 20*time.Minute)
		if got := seen.all()[1]; got != 1 {
			t.Errorf("ran %d times, want once though it took longer than its lease", got)
		}
		close(stuck)
	})
}

// A node that was held up for so long that another has done its job writes nothing down any more: not even if it has not noticed yet.
func TestHold(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		bus := event.NewBus(d, "n1")
		attempts := 0
		event.Later(bus, "slow", func(ctx context.Context, r rang) error {
			attempts++
			if attempts == 1 {
				freeze(t, d) // the node sleeps, and the lease ends
				time.Sleep(2 * time.Minute)
			}
			return d.Update(context.WithoutCancel(ctx), func(tx *db.Tx) error {
				tx.Tally("done", fmt.Sprint(event.Attempt(ctx)), 1)
				return event.Hold(tx)
			})
		}, event.Options{})
		emit(t, d, rang{1})
		work(t, bus, 10*time.Minute)
		mustertest.See(t, d, mustertest.As(t, "acme", "ann"), func(tx *db.Tx) error {
			n, err := db.Tallies(tx, "done")
			if n["1"] != 0 || n["2"] != 1 {
				t.Errorf("written down by attempt: %v, want once, by the second", n)
			}
			return err
		})
	})
}

// freeze ends all leases, as if their nodes had not renewed them.
func freeze(t *testing.T, d *db.DB) {
	t.Helper()
	if _, err := db.Single(t.Context(), d, db.Value[string], `UPDATE jobs SET run_at = 0 WHERE task = $1 RETURNING id`, "slow"); err != nil {
		t.Error(err)
	}
}

// A job that finishes in its own unit of work does it once, though the node dies right after.
func TestFinishIsOnce(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		bus := event.NewBus(d, "n1")
		attempts := 0
		event.Later(bus, "count", func(ctx context.Context, r rang) error {
			attempts++
			if err := d.Update(ctx, func(tx *db.Tx) error {
				tx.Tally("done", "n", 1)
				if attempts == 1 {
					return errors.New("not yet")
				}
				return event.Finish(tx)
			}); err != nil {
				return err
			}
			panic("the node dies before it can say so")
		}, event.Options{})
		emit(t, d, rang{1})
		work(t, bus, 10*time.Minute)
		mustertest.See(t, d, mustertest.As(t, "acme", "ann"), func(tx *db.Tx) error {
			n, err := db.Tallies(tx, "done")
			if n["n"] != 1 || attempts != 2 {
				t.Errorf("done %d times in %d attempts, want once in 2", n["n"], attempts)
			}
			return err
		})
	})
}

func TestEvery(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		var seen tried
		var wg sync.WaitGroup
		for _, name := range []string{"n1", "n2"} {
			bus := event.NewBus(d, name)
			event.Every(bus, "sweep", 5*time.Minute, func(context.Context) error { seen.saw(0); return errors.New("it goes on all the same") })
			wg.Go(func() { work(t, bus, 31*time.Minute) })
		}
		wg.Wait()
		if got := seen.all()[0]; got != 7 {
			t.Errorf("ran %d times in half an hour, want 7 by both nodes together", got)
		}
	})
}

// A series goes on though its next run could not be planned once: the database was away, say.
func TestEveryGoesOn(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		bus := event.NewBus(d, "n1")
		runs, away := 0, false
		event.Every(bus, "sweep", 5*time.Minute, func(context.Context) error { runs++; away = runs == 2; return nil })
		d.BeforeCommit(func(tx *db.Tx) error {
			if away {
				away = false
				return errors.New("the database is away")
			}
			return event.Deliver(bus, tx)
		})
		work(t, bus, 31*time.Minute)
		if runs < 5 {
			t.Errorf("ran %d times in half an hour, want the series to go on", runs)
		}
	})
}

func TestRetryOfWhatIsNotThere(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		event.NewBus(d, "n1")
		err := d.Update(mustertest.As(t, "acme", "ann"), func(tx *db.Tx) error { return event.Retry(tx, "nope") })
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("got %v, want a sentence that there is none", err)
		}
	})
}
