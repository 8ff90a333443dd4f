package webhook

import (
	"context"
	"fmt"
	"testing"
	"time"

	"muster/internal/db"
	"muster/internal/mustertest"
	"muster/internal/ticket"
)

// node has a whole node work until it is told to stop: many jobs at once, as in real life.
func (w *world) node() (stop func()) {
	ctx, cancel := context.WithCancel(w.t.Context())
	done := make(chan error)
	go func() { done <- w.Bus.Work(ctx) }()
	return func() {
		w.t.Helper()
		cancel()
		if err := <-done; err != nil {
			w.t.Error(err)
		}
	}
}

// openMany opens tickets, each with a message to all who want to hear of it.
func (w *world) openMany(n int) {
	w.t.Helper()
	mustertest.Do(w.t, w.DB, w.ann, func(tx *db.Tx) error {
		for range n {
			if _, err := w.Desk.Open(tx, ticket.Draft{Title: "One of many", Team: w.Tier1.ID}); err != nil {
				return err
			}
		}
		return nil
	})
}

// arrived tells how many messages an endpoint has, and how long after an instant the last one came.
func (w *world) arrived(url string, since time.Time) (n int, last time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, r := range w.got {
		if r.URL == url {
			n, last = n+1, w.when[i].Sub(since)
		}
	}
	return n, last
}

// However slow an endpoint is, and however much waits for it, the others do not wait.
func TestASlowEndpointKeepsNoOtherWaiting(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		const many = 60
		slow, _ := w.save(Endpoint{Name: "Slow", URL: "https://slow.example/in", Events: []string{"ticket.opened"}, Active: true})
		w.openMany(many)
		quick, _ := w.save(Endpoint{Name: "Quick", URL: "https://quick.example/in", Events: []string{"ticket.opened"}, Active: true})
		w.slow = map[string]time.Duration{slow.URL: 14 * time.Second, quick.URL: 50 * time.Millisecond}
		w.openMany(many)
		began := time.Now()
		stop := w.node()
		time.Sleep(10 * time.Second)
		if n, last := w.arrived(quick.URL, began); n != many || last > 5*time.Second {
			t.Errorf("the quick one got %d messages, the last after %v; want %d within 5 s", n, last, many)
		}
		if n, _ := w.arrived(slow.URL, began); n > places {
			t.Errorf("the slow one has %d at once, want %d", n, places)
		}
		time.Sleep(10 * time.Minute)
		stop()
		if n, _ := w.arrived(slow.URL, began); n != 2*many {
			t.Errorf("the slow one got %d messages in the end, want all %d", n, 2*many)
		}
		if got := w.counted(slow.ID); got[Delivered] != 2*many {
			t.Errorf("got %v, want all delivered", got)
		}
	})
}

// Much at once for an endpoint that is quick goes out as fast as it takes it.
func TestManyToAQuickEndpoint(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		e, _ := w.hook("ticket.opened")
		w.slow = map[string]time.Duration{e.URL: 40 * time.Millisecond}
		const many = 300
		w.openMany(many)
		began := time.Now()
		stop := w.node()
		time.Sleep(time.Minute)
		stop()
		if n, last := w.arrived(e.URL, began); n != many || last > 20*time.Second {
			t.Errorf("got %d messages, the last after %v; want %d within 20 s", n, last, many)
		}
	})
}

// Who finds no place comes back the later, the slower the endpoint and the longer the line, but within minutes.
func TestWhenThereMayBeAPlace(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	for _, row := range []struct {
		rule     string
		took     time.Duration
		before   int // came in vain before
		from, to time.Duration
	}{
		{"a quick one, the first", 40 * time.Millisecond, 0, 10 * time.Millisecond, 10 * time.Millisecond},
		{"a quick one, the hundredth", 40 * time.Millisecond, 99, time.Second, time.Second},
		{"a slow one, the first", 15 * time.Second, 0, 15 * time.Second / places, 15 * time.Second / places},
		{"a slow one, the ten thousandth", 15 * time.Second, 9999, longestWait / 2, longestWait},
	} {
		l := lines{of: map[string]*line{}}
		for range places {
			if _, ok := l.enter("a", now); !ok {
				t.Fatalf("%s: there was no place at first", row.rule)
			}
		}
		l.leave("a", now.Add(-row.took), now)
		l.enter("a", now)
		for range row.before {
			l.enter("a", now)
		}
		if wait, ok := l.enter("a", now); ok || wait < row.from || wait > row.to {
			t.Errorf("%s: got %v, %v; want none, and to come back in %v to %v", row.rule, ok, wait, row.from, row.to)
		}
		if _, ok := l.enter("b", now); !ok {
			t.Errorf("%s: another endpoint has no place", row.rule)
		}
		for range places {
			l.leave("a", now.Add(-row.took), now)
		}
		if _, ok := l.enter("a", now); !ok {
			t.Errorf("%s: there is no place when all are done", row.rule)
		}
		if got := fmt.Sprint(len(l.of)); got != "2" {
			t.Errorf("%s: got %s lines, want those of two endpoints", row.rule, got)
		}
	}
}
