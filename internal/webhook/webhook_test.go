package webhook

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/reach"
	"muster/internal/ticket"
)

// The example of the specification itself.
func TestSignature(t *testing.T) {
	h := headers("msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), `{"test": 2432232314}`, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if got, want := h["webhook-signature"], "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What happens on a ticket is told once, signed, with the ticket as it is.
func TestWhatHappensIsTold(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		e, secret := w.hook("ticket.opened")
		tk := w.Open(w.ann, "Printer burns", "It burns.")
		w.work(time.Second)
		if len(w.got) != 1 {
			t.Fatalf("got %d messages, want 1", len(w.got))
		}
		r := w.got[0]
		if err := verify(r, secret, time.Now()); err != nil {
			t.Errorf("a receiver does not believe it: %v", err)
		}
		m := read(t, r)
		if m.Type != "ticket.opened" || m.Data.Version != 1 || m.Data.Ticket.Number != tk.Number || m.Data.Ticket.Title != "Printer burns" ||
			m.Data.Ticket.URL != "https://desk.example/tickets/1" || m.Data.By.Name != "Ann Arbour" || !m.Timestamp.Equal(tk.CreatedAt) {
			t.Errorf("got %+v", m)
		}
		last, attempts := w.delivery(e.ID)
		if last.State != Delivered || last.MessageID() != r.Header["webhook-id"] || len(attempts) != 1 || attempts[0].Status != 200 ||
			attempts[0].Response != "thanks" || attempts[0].Took != 5*time.Millisecond || attempts[0].Problem != "" {
			t.Errorf("the log has %+v %+v", last, attempts)
		}
		if got := w.counted(e.ID); got[Delivered] != 1 || got[Waiting] != 0 {
			t.Errorf("got counts %v", got)
		}
	})
}

// Three days of refusal: tried again and again, ever more seldom, then given up in sight of all, and switched off with a word to who set it up.
func TestThreeDaysOfRefusal(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		var off []SwitchedOff
		event.On(w.Bus, func(_ *db.Tx, e SwitchedOff) error { off = append(off, e); return nil })
		e, secret := w.hook("ticket.opened")
		w.answers(503)
		w.Open(w.ann, "First", "Words.")
		began := time.Now()
		w.work(80 * time.Hour)
		last, attempts := w.delivery(e.ID)
		if last.State != GivenUp || last.Reason != "Given up after 3 days. It answered 503." || len(attempts) != len(w.got) || len(attempts) < 10 || len(attempts) > 20 {
			t.Errorf("got %s %q after %d attempts of %d requests", last.State, last.Reason, len(attempts), len(w.got))
		}
		if took := w.when[len(w.when)-1].Sub(began); took < lasting || took > lasting+3*time.Hour {
			t.Errorf("the last attempt was after %v, want three days", took)
		}
		for i, r := range w.got {
			if r.Header["webhook-id"] != w.got[0].Header["webhook-id"] || string(r.Body) != string(w.got[0].Body) {
				t.Errorf("attempt %d is another message", i+1)
			}
			if err := verify(r, secret, w.when[i]); err != nil {
				t.Errorf("attempt %d: %v", i+1, err)
			}
		}
		now := w.find(e.ID)
		if now.Active || now.Off == "" || len(off) != 1 || off[0].CreatedBy != w.Ann.ID {
			t.Errorf("got %+v, %v; want it switched off, and said once", now, off)
		}
		w.got = nil
		w.Open(w.ann, "Second", "Words.")
		w.work(time.Minute)
		if len(w.got) != 0 {
			t.Error("an endpoint that is off was told")
		}
		w.counted(e.ID)
	})
}

func TestWhatFollowsFromAnAnswer(t *testing.T) {
	for _, row := range []struct {
		rule   string
		says   func(int) (reach.Answer, error)
		within time.Duration
		state  State
		tries  int
		active bool
	}{
		{"taken", func(int) (reach.Answer, error) { return reach.Answer{Status: 204}, nil }, time.Minute, Delivered, 1, true},
		{"taken the third time", func(n int) (reach.Answer, error) {
			if n < 3 {
				return reach.Answer{Status: 500}, nil
			}
			return reach.Answer{Status: 200}, nil
		}, 2 * time.Minute, Delivered, 3, true},
		{"a redirect is no delivery", func(int) (reach.Answer, error) { return reach.Answer{Status: 302, Location: "http://10.0.0.1/"}, nil }, 3 * time.Second, Waiting, 1, true},
		{"asked to wait", func(int) (reach.Answer, error) { return reach.Answer{Status: 429, RetryAfter: time.Hour}, nil }, 50 * time.Minute, Waiting, 1, true},
		{"asked to wait for too long", func(int) (reach.Answer, error) {
			return reach.Answer{Status: 429, RetryAfter: 1000 * time.Hour}, nil
		}, 73 * time.Hour, GivenUp, 2, false},
		{"gone for good", func(int) (reach.Answer, error) { return reach.Answer{Status: 410}, nil }, time.Minute, GivenUp, 1, false},
		{"nobody there", func(int) (reach.Answer, error) { return reach.Answer{}, fmt.Errorf("connection refused") }, 3 * time.Second, Waiting, 1, true},
	} {
		t.Run(row.rule, func(t *testing.T) {
			mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
				w := newWorld(t, d)
				e, _ := w.hook("ticket.opened")
				w.says = row.says
				w.Open(w.ann, "Title", "Words.")
				w.work(row.within)
				last, attempts := w.delivery(e.ID)
				if last.State != row.state || len(attempts) != row.tries || w.find(e.ID).Active != row.active {
					t.Errorf("got %s after %d tries, active %v; want %s after %d, %v", last.State, len(attempts), w.find(e.ID).Active, row.state, row.tries, row.active)
				}
				if got := w.find(e.ID).FailingSince.IsZero(); got != (row.state == Delivered) {
					t.Errorf("the endpoint fails: got %v, want %v", !got, row.state != Delivered)
				}
				if row.state == Waiting && (last.Reason == "" || !last.NextAt.After(time.Now())) {
					t.Errorf("got %q, next at %v; want why it waits, and until when", last.Reason, last.NextAt)
				}
				w.counted(e.ID)
			})
		})
	}
}

// An endpoint hears of what it subscribed to, and of nothing that it may not see.
func TestWhatAnEndpointMayHear(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		add := func(name string, change func(*Endpoint)) string {
			e := Endpoint{Name: name, URL: "https://" + name + ".example/in", Active: true}
			change(&e)
			e, _ = w.save(e)
			return e.URL
		}
		all := add("all", func(e *Endpoint) { e.Notes = true })
		public := add("public", func(e *Endpoint) {})
		changes := add("changes", func(e *Endpoint) { e.Events = []string{"ticket.changed"} })
		tier2 := add("tier2", func(e *Endpoint) { e.Scope.Teams = []string{w.Tier2.ID}; e.Notes = true })
		tasks := add("tasks", func(e *Endpoint) { e.Scope.Kinds = []string{"task"} })
		acme := add("acme", func(e *Endpoint) { e.Scope.Orgs = []string{w.Acme.ID} })
		off := add("off", func(e *Endpoint) { e.Active = false })

		one := w.Open(w.ann, "In tier 1", "Words of Carla's.")
		if _, _, err := w.Write(w.ann, one.Number, ticket.Note, "Between us."); err != nil {
			t.Fatal(err)
		}
		two := w.Open(w.ann, "In tier 2", "Other words.")
		mustertest.Do(t, d, w.ann, func(tx *db.Tx) error {
			_, err := w.give(tx, two.Number, w.Tier2.ID)
			return err
		})
		mustertest.Do(t, d, w.ann, func(tx *db.Tx) error { return ticket.Link(tx, two.Number, ticket.Relates, one.Number) })
		w.work(time.Second)
		heard := map[string][]string{}
		for _, r := range w.got {
			m := read(t, r)
			heard[r.URL] = append(heard[r.URL], fmt.Sprintf("%s %d", m.Type, m.Data.Ticket.Number))
			if strings.Contains(string(r.Body), "Between us") && r.URL != all {
				t.Errorf("%s heard a note", r.URL)
			}
		}
		for url, want := range map[string]string{
			all:     "[ticket.changed 2 ticket.linked 1 ticket.linked 2 ticket.opened 1 ticket.opened 2 ticket.wrote 1 ticket.wrote 1 ticket.wrote 2]",
			public:  "[ticket.changed 2 ticket.linked 1 ticket.linked 2 ticket.opened 1 ticket.opened 2 ticket.wrote 1 ticket.wrote 2]",
			changes: "[ticket.changed 2]",
			tier2:   "[ticket.changed 2]", // not the link, which names a ticket of tier 1
			tasks:   "[]",
			acme:    "[ticket.changed 2 ticket.linked 1 ticket.linked 2 ticket.opened 1 ticket.opened 2 ticket.wrote 1 ticket.wrote 2]",
			off:     "[]",
		} {
			slices.Sort(heard[url])
			if got := fmt.Sprint(heard[url]); got != want {
				t.Errorf("%s heard %s, want %s", url, got, want)
			}
		}
	})
}

// give gives a ticket to a team.
func (w *world) give(tx *db.Tx, number int64, team string) (*ticket.Ticket, error) {
	return w.Desk.Change(tx, number, ticket.Any, ticket.Change{Team: &team})
}

// A message is looked at again before it is sent: what moved out of sight meanwhile is withheld.
func TestWhatMovedOutOfSightIsWithheld(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		e, _ := w.save(Endpoint{Name: "Tier 1", URL: "https://tier1.example/in", Active: true, Events: []string{"ticket.opened"}, Scope: access.Scope{Teams: []string{w.Tier1.ID}}})
		tk := w.Open(w.ann, "Moves on", "Words.")
		mustertest.Do(t, d, w.ann, func(tx *db.Tx) error {
			_, err := w.give(tx, tk.Number, w.Tier2.ID)
			return err
		})
		w.work(time.Second)
		last, _ := w.delivery(e.ID)
		if len(w.got) != 0 || last.State != Withheld || !strings.Contains(last.Reason, "may not hear") {
			t.Errorf("got %d messages, %s %q; want none, withheld", len(w.got), last.State, last.Reason)
		}
		w.counted(e.ID)
	})
}

// A secret is shown once. After it was changed both sign for a day, and then the new one alone.
func TestRotation(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		e, old := w.hook("ticket.opened")
		if again, secret := w.save(e); secret != "" || again.ID != e.ID {
			t.Error("the secret was shown twice")
		}
		var fresh string
		mustertest.Do(t, d, w.ann, func(tx *db.Tx) (err error) { _, fresh, err = w.hooks.Rotate(tx, e.ID); return err })
		tell := func() reach.Request {
			t.Helper()
			w.Open(w.ann, "Title", "Words.")
			w.work(time.Second)
			return w.got[len(w.got)-1]
		}
		r := tell()
		if verify(r, old, time.Now()) != nil || verify(r, fresh, time.Now()) != nil || old == fresh {
			t.Error("after the change either secret must do")
		}
		time.Sleep(25 * time.Hour)
		r = tell()
		if verify(r, old, time.Now()) == nil || verify(r, fresh, time.Now()) != nil {
			t.Error("after a day only the new secret must do")
		}
	})
}

// One message is sent again, or all since an instant, or those that were missed.
func TestReplay(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		e, _ := w.hook("ticket.opened")
		w.Open(w.ann, "Long ago", "Words.")
		w.work(time.Second)
		time.Sleep(time.Hour)
		since := time.Now()
		w.Open(w.ann, "Taken", "Words.")
		w.work(time.Second)
		w.answers(410)
		w.Open(w.ann, "Missed", "Words.")
		w.work(time.Second)
		w.says = nil
		again := w.find(e.ID)
		again.Active = true
		w.save(again)
		titles := func() string {
			var all []string
			for _, r := range w.got {
				all = append(all, read(t, r).Data.Ticket.Title)
			}
			slices.Sort(all)
			w.got = nil
			return strings.Join(all, ", ")
		}
		titles()
		replay := func(missed bool) string {
			t.Helper()
			mustertest.Do(t, d, w.ann, func(tx *db.Tx) error { return ReplaySince(tx, e.ID, since, missed) })
			w.work(time.Minute)
			w.counted(e.ID)
			return titles()
		}
		if got := replay(true); got != "Missed" {
			t.Errorf("what was missed: got %s, want Missed", got)
		}
		if got := replay(true); got != "" {
			t.Errorf("nothing is missed any more: got %s", got)
		}
		if got := replay(false); got != "Missed, Taken" {
			t.Errorf("all: got %s, want Missed, Taken", got)
		}
		last, attempts := w.delivery(e.ID)
		mustertest.Do(t, d, w.ann, func(tx *db.Tx) error { _, err := Replay(tx, e.ID, last.ID); return err })
		w.work(time.Second)
		if got := titles(); got != "Missed" {
			t.Errorf("one: got %s, want Missed", got)
		}
		if _, now := w.delivery(e.ID); len(now) != len(attempts)+1 {
			t.Errorf("got %d attempts in the log, want one more than %d", len(now), len(attempts))
		}
	})
}

// A replay of many is done in parts, each once.
func TestReplayOfMany(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		e, _ := w.hook("ticket.opened")
		since := time.Now().Add(-time.Second)
		const many = replayed*2 + 10
		mustertest.Do(t, d, w.ann, func(tx *db.Tx) error {
			for range many {
				if _, err := w.Desk.Open(tx, ticket.Draft{Title: "One of many", Team: w.Tier1.ID}); err != nil {
					return err
				}
			}
			return nil
		})
		w.work(time.Minute)
		mustertest.Do(t, d, w.ann, func(tx *db.Tx) error { return ReplaySince(tx, e.ID, since, false) })
		w.work(time.Minute)
		ids := map[string]int{}
		for _, r := range w.got {
			ids[r.Header["webhook-id"]]++
		}
		for id, n := range ids {
			if n != 2 {
				t.Errorf("%s was sent %d times, want twice", id, n)
			}
		}
		if got := w.counted(e.ID); len(ids) != many || got[Delivered] != many {
			t.Errorf("got %d messages, %v; want %d", len(ids), got, many)
		}
	})
}

// Two nodes do a message once; one that dies before it has noted the answer is taken over, under the same id.
func TestNodesAndDeath(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		e, _ := w.hook("ticket.opened")
		w.says = func(n int) (reach.Answer, error) {
			if n == 1 {
				panic("the node dies")
			}
			return reach.Answer{Status: 200}, nil
		}
		w.Open(w.ann, "Title", "Words.")
		w.work(time.Hour)
		last, attempts := w.delivery(e.ID)
		if len(w.got) != 2 || last.State != Delivered || len(attempts) != 1 || w.got[0].Header["webhook-id"] != w.got[1].Header["webhook-id"] {
			t.Errorf("got %d requests, %s, %d attempts; want 2 with one id, delivered, 1", len(w.got), last.State, len(attempts))
		}
	})
}

func TestTestAndSend(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		e, _ := w.save(Endpoint{Name: "Narrow", URL: "https://narrow.example/in", Events: []string{"ticket.opened"}, Scope: access.Scope{Teams: []string{w.Tier2.ID}}})
		mustertest.Do(t, d, w.ann, func(tx *db.Tx) error { _, err := Test(tx, e.ID); return err })
		w.work(time.Second)
		if got := w.types(); !slices.Equal(got, []string{TestType}) || read(t, w.got[0]).Data.Message == "" {
			t.Errorf("got %v, want a test", got)
		}
		tk := w.Open(w.ann, "Of tier 1", "Words.")
		send := func() error {
			return d.Update(w.ann, func(tx *db.Tx) error { _, err := w.hooks.Send(tx, e.ID, tk, "Look at this"); return err })
		}
		if err := send(); !fault.Is(err, fault.Conflict) {
			t.Errorf("to one that is off: got %v, want a conflict", err)
		}
		e.Active, e.Version = true, 0
		e, _ = w.save(e)
		if err := send(); !fault.Is(err, fault.Denied) {
			t.Errorf("of a ticket that it may not see: got %v, want denied", err)
		}
		e.Scope, e.Version = access.Scope{}, 0
		e, _ = w.save(e)
		if err := send(); err != nil {
			t.Fatal(err)
		}
		w.work(time.Second)
		if m := read(t, w.got[len(w.got)-1]); m.Type != SentType || m.Data.Message != "Look at this" || m.Data.Ticket.Number != tk.Number {
			t.Errorf("got %+v", m)
		}
		mustertest.Do(t, d, w.ann, func(tx *db.Tx) error { return Remove(tx, e.ID) })
		if err := d.View(w.ann, func(tx *db.Tx) error { _, err := Find(tx, e.ID); return err }); !fault.Is(err, fault.NotFound) {
			t.Errorf("got %v, want it gone", err)
		}
	})
}

// Only who may see everything says which programs see what, and what is wrong is said per field.
func TestWhoMaySetUpAndHow(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		e, _ := w.hook()
		try := func(a access.Actor) error {
			return d.Update(access.With(t.Context(), a), func(tx *db.Tx) error { _, err := Find(tx, e.ID); return err })
		}
		lacks := access.Actor{Workspace: w.Workspace.ID, Name: "Cleo", Kind: access.Human, Rights: []access.Right{access.TicketsRead}}
		narrow := access.Actor{Workspace: w.Workspace.ID, Name: "Dora", Kind: access.Human, Rights: access.All(), Scope: access.Scope{Teams: []string{w.Tier1.ID}}}
		for _, a := range []access.Actor{lacks, narrow} {
			if err := try(a); !fault.Is(err, fault.Denied) {
				t.Errorf("%s: got %v, want denied", a.Name, err)
			}
		}
		for field, bad := range map[string]Endpoint{
			"name":   {URL: "https://a.example"},
			"url":    {Name: "A", URL: "http://169.254.169.254"},
			"events": {Name: "A", URL: "https://a.example", Events: []string{"ticket.eaten"}},
		} {
			err := d.Update(w.ann, func(tx *db.Tx) error { _, _, err := w.hooks.Save(tx, bad); return err })
			if fault.Fields(err)[field] == "" {
				t.Errorf("%s: got %v, want a word about the field", field, err)
			}
		}
		stale := e
		stale.Version = 99
		if err := d.Update(w.ann, func(tx *db.Tx) error { _, _, err := w.hooks.Save(tx, stale); return err }); !fault.Is(err, fault.Conflict) {
			t.Errorf("a stale version: got %v, want a conflict", err)
		}
	})
}

// What was settled a month ago is forgotten, and counted no more.
func TestSweep(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		e, _ := w.hook("ticket.opened")
		w.Open(w.ann, "Old", "Words.")
		w.work(time.Second)
		time.Sleep(kept + time.Hour)
		w.Open(w.ann, "New", "Words.")
		w.work(time.Second)
		if err := w.hooks.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := w.counted(e.ID); got[Delivered] != 1 {
			t.Errorf("got %v, want only the new one", got)
		}
	})
}
