package notify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/people"
	"muster/internal/reach"
	"muster/internal/ticket"
)

// world is a house with a bell, an outbox and push services that keep what they get.
type world struct {
	*mustertest.House
	t      *testing.T
	bell   *Bell
	ann    context.Context
	bob    context.Context
	system context.Context

	mu     sync.Mutex
	pushes []reach.Request
	says   func(reach.Request) (reach.Answer, error) // nil: 201
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{House: mustertest.NewHouse(t, d), t: t}
	keys, err := NewKeys([]byte(strings.Repeat("s", 32)), "https://desk.example")
	if err != nil {
		t.Fatal(err)
	}
	w.bell = w.newBell(w.Bus, keys)
	w.ann, w.bob, w.system = w.As(w.Ann), w.As(w.Bob), access.With(t.Context(), access.System(w.Workspace.ID))
	return w
}

func (w *world) newBell(bus *event.Bus, keys Keys) *Bell {
	return NewBell(Bell{DB: w.DB, Bus: bus, URL: "https://desk.example", Keys: keys, Post: w.post,
		May: func(field, address string) error {
			if !strings.HasPrefix(address, "https://push.example/") {
				return fault.Field(field, "Not there.")
			}
			return nil
		},
		Mail: func(tx *db.Tx, to ticket.Person, subject, words, page string) (string, error) {
			tx.Emit(mailed{to.Address + "|" + subject + "|" + words})
			return "memo1", nil
		}})
}

// mailed is a mail in the outbox of the tests: it is there once its unit of work is.
type mailed struct{ Mail string }

func (mailed) EventName() string { return "test.mailed" }

func (w *world) post(_ context.Context, r reach.Request) (reach.Answer, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pushes = append(w.pushes, r)
	if w.says == nil {
		return reach.Answer{Status: 201}, nil
	}
	return w.says(r)
}

// sent returns the mails that are in the outbox.
func (w *world) sent() (all []string) {
	w.t.Helper()
	mustertest.See(w.t, w.DB, w.system, func(tx *db.Tx) error {
		log, err := event.Log(tx, "", 10000)
		for _, e := range log {
			if e.Name == "test.mailed" {
				var m mailed
				if err := e.Decode(&m); err != nil {
					return err
				}
				all = append(all, m.Mail)
			}
		}
		return err
	})
	return all
}

// work lets so much time pass and does what falls due in it.
func (w *world) work(d time.Duration) {
	w.t.Helper()
	end := time.Now().Add(d)
	for {
		if err := w.Bus.WorkOff(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
		left := time.Until(end)
		if left <= 0 {
			return
		}
		time.Sleep(min(left, max(time.Second, d/200)))
	}
}

func (w *world) tell(n Notice) {
	w.t.Helper()
	mustertest.Do(w.t, w.DB, w.bob, func(tx *db.Tx) error { return Tell(tx, n) })
}

// rules sets a person's own.
func (w *world) rules(who context.Context, change func(*Rules)) {
	w.t.Helper()
	mustertest.Do(w.t, w.DB, who, func(tx *db.Tx) error {
		r, err := Own(tx)
		if err != nil {
			return err
		}
		change(&r)
		_, err = SaveOwn(tx, r)
		return err
	})
}

// zone has a person live somewhere.
func (w *world) zone(who context.Context, zone string) {
	w.t.Helper()
	mustertest.Do(w.t, w.DB, who, func(tx *db.Tx) error { _, err := people.ChangeOwn(tx, people.UserChange{Zone: &zone}); return err })
}

func (w *world) inbox(who context.Context) (items []Item, unread int64) {
	w.t.Helper()
	mustertest.See(w.t, w.DB, who, func(tx *db.Tx) (err error) {
		if items, _, err = Inbox(tx, false, "", 200); err != nil {
			return err
		}
		unread, err = Unread(tx)
		return err
	})
	rows := int64(0)
	for _, i := range items {
		if i.ReadAt.IsZero() {
			rows++
		}
	}
	if rows != unread && len(items) < 200 {
		w.t.Errorf("kept %d unread, want those of the rows, %d", unread, rows)
	}
	return items, unread
}

func (w *world) topics(who context.Context) (all []string) {
	w.t.Helper()
	items, _ := w.inbox(who)
	for _, i := range items {
		all = append(all, fmt.Sprintf("%s %d", i.Topic, i.Number))
	}
	slices.Sort(all)
	return all
}

// ledger tells what became of each way, and makes sure that nothing is lost and the counts are those of the rows.
func (w *world) ledger() string {
	w.t.Helper()
	var all []string
	mustertest.See(w.t, w.DB, w.system, func(tx *db.Tx) error {
		entries, _, err := Ledger(tx, Query{Limit: 200})
		if err != nil {
			return err
		}
		for _, e := range entries {
			all = append(all, string(e.Channel)+" "+string(e.State))
		}
		kept, counted, err := Audit(tx, false)
		if kept.Unaccounted != 0 || fmt.Sprint(kept.Told, kept.Outcomes) != fmt.Sprint(counted.Told, counted.Outcomes) {
			w.t.Errorf("kept %v, counted %v; want the same, with nothing unaccounted for", kept, counted)
		}
		return err
	})
	slices.Sort(all)
	return strings.Join(all, ", ")
}

func only(ways ...Channel) func(*Rules) {
	return func(r *Rules) {
		for _, topic := range Topics() {
			r.Topics[topic] = ways
		}
		r.Digest = AtOnce
	}
}
