package notify

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/people"
	"muster/internal/reach"
	"muster/internal/ticket"
)

// What happens on a ticket is told to whom it concerns, once, and never to who did it.
func TestWhoIsTold(t *testing.T) {
	for _, row := range []struct {
		rule     string
		do       func(w *world, n int64)
		ann, bob string
	}{
		{"given by another", func(w *world, n int64) { w.give(w.bob, n, w.Ann.ID) }, "[assigned 1]", "[]"},
		{"taken by oneself", func(w *world, n int64) { w.give(w.ann, n, w.Ann.ID) }, "[]", "[]"},
		{"named in a note", func(w *world, n int64) { w.mention(w.bob, n, w.Ann.ID) }, "[mentioned 1]", "[]"},
		{"naming oneself", func(w *world, n int64) { w.mention(w.ann, n, w.Ann.ID) }, "[]", "[]"},
		{"the customer wrote on hers", func(w *world, n int64) {
			w.give(w.ann, n, w.Ann.ID)
			w.write(w.system, n, ticket.FromCustomer)
		}, "[replied 1]", "[]"},
		{"the customer wrote on nobody's", func(w *world, n int64) { w.write(w.system, n, ticket.FromCustomer) }, "[]", "[]"},
		{"watching, a reply that moves it", func(w *world, n int64) { w.watch(n); w.write(w.bob, n, ticket.Reply) }, "[watched 1]", "[]"},
		{"watching what one does oneself", func(w *world, n int64) { w.watch(n); w.write(w.ann, n, ticket.Reply) }, "[]", "[]"},
		{"watching, and named: told once", func(w *world, n int64) { w.watch(n); w.mention(w.bob, n, w.Ann.ID) }, "[mentioned 1]", "[]"},
		{"watching, a change", func(w *world, n int64) { w.watch(n); w.title(w.bob, n, "Another") }, "[watched 1]", "[]"},
		{"nobody watches, a change", func(w *world, n int64) { w.title(w.bob, n, "Another") }, "[]", "[]"},
		{"a new ticket of her team, if she wants to hear", func(w *world, n int64) {
			w.rules(w.ann, func(r *Rules) { r.Topics[TeamNew] = []Channel{App} })
			w.Open(w.bob, "Second", "Words.")
		}, "[team-new 2]", "[]"},
		{"a new ticket of her team, if she does not", func(w *world, n int64) { w.Open(w.bob, "Second", "Words.") }, "[]", "[]"},
		{"a new ticket of another team", func(w *world, n int64) {
			w.rules(w.bob, func(r *Rules) { r.Topics[TeamNew] = []Channel{App} })
			w.Open(w.ann, "Second", "Words.")
		}, "[]", "[]"},
		{"a ticket comes to his team", func(w *world, n int64) {
			w.rules(w.bob, func(r *Rules) { r.Topics[TeamNew] = []Channel{App} })
			mustertest.Do(w.t, w.DB, w.ann, func(tx *db.Tx) error {
				_, err := w.Desk.Change(tx, n, ticket.Any, ticket.Change{Team: &w.Tier2.ID})
				return err
			})
		}, "[]", "[team-new 1]"},
		{"a topic that she does not want", func(w *world, n int64) {
			w.rules(w.ann, func(r *Rules) { r.Topics[Assigned] = nil })
			w.give(w.bob, n, w.Ann.ID)
		}, "[]", "[]"},
		{"a rule of the house says the same twice", func(w *world, n int64) {
			for range 2 {
				w.tell(Notice{Topic: ByRule, To: []string{w.Ann.ID, w.Ann.ID, w.Bob.ID, "nobody"}, Title: "Look", Once: "x"})
			}
		}, "[rule 0]", "[]"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
				w := newWorld(t, d)
				n := w.Open(w.ann, "Printer burns", "It burns.").Number
				time.Sleep(2 * time.Second)
				row.do(w, n)
				if ann, bob := fmt.Sprint(w.topics(w.ann)), fmt.Sprint(w.topics(w.bob)); ann != row.ann || bob != row.bob {
					t.Errorf("got Ann %s, Bob %s; want %s, %s", ann, bob, row.ann, row.bob)
				}
				w.ledger()
			})
		})
	}
}

func (w *world) give(who ctx, n int64, to string) {
	w.t.Helper()
	mustertest.Do(w.t, w.DB, who, func(tx *db.Tx) error {
		_, err := w.Desk.Change(tx, n, ticket.Any, ticket.Change{Assignee: &to})
		return err
	})
}

func (w *world) title(who ctx, n int64, to string) {
	w.t.Helper()
	mustertest.Do(w.t, w.DB, who, func(tx *db.Tx) error {
		_, err := w.Desk.Change(tx, n, ticket.Any, ticket.Change{Title: &to})
		return err
	})
}

func (w *world) mention(who ctx, n int64, user string) {
	w.t.Helper()
	mustertest.Do(w.t, w.DB, who, func(tx *db.Tx) error {
		_, _, err := w.Desk.Write(tx, n, ticket.Writing{Kind: ticket.Note, Body: ticket.Body{Text: "Do you know this?"}, Mentions: []string{user}})
		return err
	})
}

func (w *world) write(who ctx, n int64, kind ticket.EntryKind) {
	w.t.Helper()
	if _, _, err := w.Write(who, n, kind, "Some words."); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) watch(n int64) {
	w.t.Helper()
	mustertest.Do(w.t, w.DB, w.ann, func(tx *db.Tx) error { return ticket.Watch(tx, n, tx.ID) })
}

// Nobody is told of a ticket that they may not see: not when it happens, not when it goes out, not when it is shown.
func TestOutOfSight(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		tk := w.Open(w.bob, "Secret title", "Words.")
		w.rules(w.ann, only(App, Mail))
		w.tell(Notice{Topic: ByRule, To: []string{w.Ann.ID}, Ticket: tk, Words: "Secret words."})
		mustertest.Do(t, d, w.system, func(tx *db.Tx) error {
			if err := people.SaveRole(tx, people.Role{ID: "narrow", Name: "Narrow", Rights: []access.Right{access.TicketsRead, access.PeopleRead}, Reach: access.OwnTeams}); err != nil {
				return err
			}
			role := "narrow"
			if _, err := people.AddUser(tx, people.NewUser{Email: "x@quillmere.example", Name: "X", Role: access.Admin}); err != nil {
				return err
			}
			_, err := people.ChangeUser(tx, w.Ann.ID, people.UserChange{Role: &role})
			return err
		})
		mustertest.Do(t, d, w.bob, func(tx *db.Tx) error {
			_, err := w.Desk.Change(tx, tk.Number, ticket.Any, ticket.Change{Team: &w.Tier2.ID})
			return err
		})
		w.tell(Notice{Topic: ByRule, To: []string{w.Ann.ID}, Ticket: tk, Words: "Told in spite of tier 1."}) // as it was: of tier 1
		moved := *tk
		moved.Team = w.Tier2.ID
		w.tell(Notice{Topic: ByRule, To: []string{w.Ann.ID}, Ticket: &moved, Words: "Never told."})
		w.work(2 * time.Minute)
		if got := w.sent(); len(got) != 0 {
			t.Errorf("got mails %q, want none", got)
		}
		if got, want := w.ledger(), "app delivered, app delivered, mail hidden, mail hidden"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		var now people.User
		mustertest.See(t, d, w.system, func(tx *db.Tx) (err error) { now, err = people.FindUser(tx, w.Ann.ID); return err })
		items, _ := w.inbox(w.As(now))
		for _, i := range items {
			if s := fmt.Sprintf("%+v", i); !i.OutOfSight || strings.Contains(s, "Secret") || i.Number != 0 || i.Href() != "" {
				t.Errorf("it is shown: %s", s)
			}
		}
	})
}

// One mail holds all that is due, and nothing that was read meanwhile.
func TestDigest(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.rules(w.ann, func(r *Rules) { only(App, Mail)(r); r.Digest = Hourly })
		time.Sleep(10 * time.Minute)
		for i := range 4 {
			w.tell(Notice{Topic: ByRule, To: []string{w.Ann.ID}, Title: fmt.Sprintf("Thing %d <b>", i), Words: "Words."})
		}
		items, _ := w.inbox(w.ann)
		mustertest.Do(t, d, w.ann, func(tx *db.Tx) error { return Mark(tx, true, items[0].ID) })
		if got, want := w.ledger(), "app delivered, app delivered, app delivered, app delivered, mail digest, mail digest, mail digest, mail digest"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		w.work(49 * time.Minute)
		if got := w.sent(); len(got) != 0 {
			t.Errorf("before the hour: got %q, want no mail", got)
		}
		w.work(2 * time.Minute)
		got := w.sent()
		if len(got) != 1 || !strings.HasPrefix(got[0], "ann@quillmere.example|3 notices|") || strings.Contains(got[0], "Thing 3") || !strings.Contains(got[0], "Thing 0") {
			t.Errorf("got %q, want one mail with three notices", got)
		}
		if got, want := w.ledger(), "app delivered, app delivered, app delivered, app delivered, mail delivered, mail delivered, mail delivered, mail read-first"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		w.tell(Notice{Topic: ByRule, To: []string{w.Ann.ID}, Title: "Alone", Words: "Words."})
		items, _ = w.inbox(w.ann)
		mustertest.Do(t, d, w.ann, func(tx *db.Tx) error { return Mark(tx, true, items[0].ID) })
		w.work(2 * time.Hour)
		if got := w.sent(); len(got) != 1 {
			t.Errorf("got %d mails, want none for what was read", len(got)-1)
		}
	})
}

// What is urgent goes at once where the person lets it.
func TestUrgent(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for _, pass := range []bool{true, false} {
			w.rules(w.ann, func(r *Rules) {
				only(Mail)(r)
				r.Digest, r.Hour, r.Pass = Daily, 8, pass
				r.Quiet = Quiet{From: "00:00", To: "06:00", Days: []weekday{"saturday", "sunday"}}
			})
			before := len(w.sent())
			w.tell(Notice{Topic: PromiseDue, To: []string{w.Ann.ID}, Title: "Urgent", Urgent: true})
			w.work(time.Minute)
			if got := len(w.sent()) > before; got != pass {
				t.Errorf("pass %v: it went at once %v", pass, got)
			}
		}
	})
}

// Two nodes send a digest once.
func TestTwoNodesSendOneDigest(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.rules(w.ann, only(Mail))
		const notices = 20
		for range notices {
			w.tell(Notice{Topic: ByRule, To: []string{w.Ann.ID}, Title: "Thing"})
			time.Sleep(time.Minute)
		}
		done := make(chan error)
		for range 4 {
			go func() { done <- w.bell.bring(w.system, bringArgs{w.Ann.ID, Mail}) }()
		}
		for range 4 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		w.work(time.Hour)
		got := w.sent()
		total := 0
		for _, m := range got {
			total += strings.Count(m, "/inbox/")
		}
		if len(got) != 1 || total != notices {
			t.Errorf("got %d mails with %d notices, want 1 with %d", len(got), total, notices)
		}
		w.ledger()
	})
}

// A push wakes each browser once for all that is due; one that is gone is forgotten.
// A push service that hangs keeps neither the person's other browsers waiting, nor other people.
func TestPushServiceThatHangs(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		tk := w.Open(w.bob, "Printer burns", "Words.")
		w.rules(w.ann, only(Push))
		for _, name := range []string{"a", "b", "c"} {
			w.subscribe(name)
		}
		began, took := time.Now(), time.Hour
		w.says = func(r reach.Request) (reach.Answer, error) {
			if !strings.HasSuffix(r.URL, "c") {
				w.mu.Unlock()
				time.Sleep(15 * time.Second)
				w.mu.Lock()
				return reach.Answer{}, errors.New("no answer")
			}
			took = time.Since(began)
			return reach.Answer{Status: 201}, nil
		}
		w.tell(Notice{Topic: ByRule, To: []string{w.Ann.ID}, Ticket: tk, Words: "Look at it."})
		w.work(time.Minute)
		if took > 5*time.Second {
			t.Errorf("the browser whose service answers was woken after %s", took)
		}
	})
}

func TestPush(t *testing.T) {
	for _, row := range []struct {
		rule     string
		says     func(string, int) (reach.Answer, error) // by the browser, and the how manieth time
		state    string
		browsers int
		requests int
	}{
		{"both take it", func(string, int) (reach.Answer, error) { return reach.Answer{Status: 201}, nil }, "push delivered", 2, 2},
		{"one is gone", func(b string, _ int) (reach.Answer, error) {
			return reach.Answer{Status: map[string]int{"a": 410, "b": 201}[b]}, nil
		}, "push delivered", 1, 2},
		{"both are gone", func(string, int) (reach.Answer, error) { return reach.Answer{Status: 404}, nil }, "push no-browser", 0, 2},
		{"busy at first", func(_ string, n int) (reach.Answer, error) {
			if n == 1 {
				return reach.Answer{Status: 503}, nil
			}
			return reach.Answer{Status: 201}, nil
		}, "push delivered", 2, 4},
		{"never there", func(string, int) (reach.Answer, error) { return reach.Answer{}, fmt.Errorf("refused") }, "push refused", 2, 2 * pushTries},
		{"not wanted", func(string, int) (reach.Answer, error) { return reach.Answer{Status: 403}, nil }, "push refused", 2, 2},
	} {
		t.Run(row.rule, func(t *testing.T) {
			mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
				w := newWorld(t, d)
				tk := w.Open(w.bob, "Printer burns", "Words.")
				w.rules(w.ann, only(Push))
				a, b := w.subscribe("a"), w.subscribe("b")
				tries := map[string]int{}
				w.says = func(r reach.Request) (reach.Answer, error) {
					name := r.URL[len(r.URL)-1:]
					tries[name]++
					return row.says(name, tries[name])
				}
				w.tell(Notice{Topic: ByRule, To: []string{w.Ann.ID}, Ticket: tk, Words: "Look at it."})
				w.work(2 * time.Hour)
				if got := w.ledger(); got != row.state || len(w.pushes) != row.requests {
					t.Errorf("got %s after %d requests, want %s after %d", got, len(w.pushes), row.state, row.requests)
				}
				mustertest.See(t, d, w.ann, func(tx *db.Tx) error {
					all, err := Browsers(tx)
					if len(all) != row.browsers {
						t.Errorf("got %d browsers, want %d", len(all), row.browsers)
					}
					return err
				})
				for _, r := range w.pushes {
					key := a
					if strings.HasSuffix(r.URL, "b") {
						key = b
					}
					got := key.Read(t, r.Body)
					if want := `{"title":"#1 Printer burns","body":"Look at it.","tag":"`; !strings.HasPrefix(got, want) {
						t.Errorf("the browser reads %s, want %s", got, want)
					}
				}
			})
		})
	}
}

// In quiet hours push and mail wait, and nothing is lost; then one push tells of all.
func TestQuietHours(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.zone(w.ann, "Europe/Berlin") // 2000-01-01 01:00, a Saturday
		w.rules(w.ann, func(r *Rules) {
			only(App, Mail, Push)(r)
			r.Quiet = Quiet{From: "22:00", To: "07:00", Days: []weekday{"friday"}}
		})
		key := w.subscribe("a")
		for i := range 3 {
			w.tell(Notice{Topic: ByRule, To: []string{w.Ann.ID}, Title: fmt.Sprintf("Thing %d", i)})
			w.work(time.Minute)
		}
		if got, want := w.ledger(), "app delivered, app delivered, app delivered, mail quiet, mail quiet, mail quiet, push quiet, push quiet, push quiet"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		w.work(5*time.Hour + 50*time.Minute)
		if len(w.pushes)+len(w.sent()) != 0 {
			t.Errorf("before seven: got %d pushes, %d mails", len(w.pushes), len(w.sent()))
		}
		w.work(10 * time.Minute)
		if len(w.pushes) != 1 || len(w.sent()) != 1 {
			t.Fatalf("got %d pushes and %d mails, want one each", len(w.pushes), len(w.sent()))
		}
		if got := key.Read(t, w.pushes[0].Body); !strings.Contains(got, `"title":"3 notices"`) {
			t.Errorf("the browser reads %s", got)
		}
		if got, want := w.ledger(), "app delivered, app delivered, app delivered, mail delivered, mail delivered, mail delivered, push delivered, push delivered, push delivered"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func TestInbox(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.rules(w.ann, only(App))
		for i := range 7 {
			w.tell(Notice{Topic: ByRule, To: []string{w.Ann.ID}, Title: fmt.Sprint(i)})
		}
		var got []string
		for cursor := ""; ; {
			mustertest.See(t, d, w.ann, func(tx *db.Tx) error {
				page, next, err := Inbox(tx, false, cursor, 3)
				for _, i := range page {
					got = append(got, i.Title)
				}
				cursor = next
				return err
			})
			if cursor == "" {
				break
			}
		}
		if want := []string{"6", "5", "4", "3", "2", "1", "0"}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		items, _ := w.inbox(w.ann)
		var at time.Time
		mustertest.Do(t, d, w.ann, func(tx *db.Tx) error {
			if err := Mark(tx, true, items[0].ID, items[1].ID, items[0].ID); err != nil {
				return err
			}
			return Mark(tx, false, items[1].ID)
		})
		if _, unread := w.inbox(w.ann); unread != 6 {
			t.Errorf("got %d unread, want 6", unread)
		}
		time.Sleep(time.Second)
		mustertest.Do(t, d, w.ann, func(tx *db.Tx) (err error) { at, _, err = ReadAll(tx); return err })
		if _, unread := w.inbox(w.ann); unread != 0 {
			t.Errorf("got %d unread, want none", unread)
		}
		mustertest.Do(t, d, w.ann, func(tx *db.Tx) error { return UnreadAll(tx, at) })
		if _, unread := w.inbox(w.ann); unread != 6 {
			t.Errorf("undone: got %d unread, want 6: the one that was read before stays read", unread)
		}
		mustertest.Do(t, d, w.bob, func(tx *db.Tx) error { return Mark(tx, true, items[2].ID) })
		if _, unread := w.inbox(w.ann); unread != 6 {
			t.Error("Bob read Ann's notice")
		}
		if err := d.View(w.bob, func(tx *db.Tx) error { _, err := Find(tx, items[2].ID); return err }); !fault.Is(err, fault.NotFound) {
			t.Errorf("Bob finds Ann's notice: %v", err)
		}
		if err := d.View(w.system, func(tx *db.Tx) error { _, _, err := Inbox(tx, false, "", 1); return err }); !fault.Is(err, fault.Denied) {
			t.Errorf("a program has no inbox: got %v", err)
		}
	})
}

// Who looks at a ticket has read what was told about it.
func TestSeen(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		one, two := w.Open(w.bob, "One", "Words."), w.Open(w.bob, "Two", "Words.")
		for _, tk := range []*ticket.Ticket{one, two} {
			w.tell(Notice{Topic: ByRule, To: []string{w.Ann.ID}, Ticket: tk})
		}
		mustertest.Do(t, d, w.ann, func(tx *db.Tx) error { return Seen(tx, one.ID) })
		if items, unread := w.inbox(w.ann); unread != 1 || items[1].ReadAt.IsZero() {
			t.Errorf("got %d unread, want that of the other ticket", unread)
		}
	})
}

// What is old is forgotten, and what is too much; the counts follow.
func TestSweep(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.rules(w.ann, only(App))
		say := func(n int) {
			mustertest.Do(t, d, w.bob, func(tx *db.Tx) error {
				for range n {
					if err := Tell(tx, Notice{Topic: ByRule, To: []string{w.Ann.ID}, Title: "Thing"}); err != nil {
						return err
					}
				}
				return nil
			})
		}
		left := func() int {
			if err := w.bell.sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			items, _ := w.inbox(w.ann)
			w.ledger()
			return len(items)
		}
		say(2)
		items, _ := w.inbox(w.ann)
		mustertest.Do(t, d, w.ann, func(tx *db.Tx) error { return Mark(tx, true, items[0].ID) })
		time.Sleep(29 * 24 * time.Hour)
		if got := left(); got != 2 {
			t.Errorf("after 29 days: got %d, want 2", got)
		}
		time.Sleep(2 * 24 * time.Hour)
		if got := left(); got != 1 {
			t.Errorf("after a month: got %d, want the unread one", got)
		}
		time.Sleep(61 * 24 * time.Hour)
		if got := left(); got != 0 {
			t.Errorf("after three: got %d, want none", got)
		}
		say(keepMost + 3)
		left()
		mustertest.See(t, d, w.ann, func(tx *db.Tx) error {
			n, err := Unread(tx)
			if n != keepMost {
				t.Errorf("got %d, want %d at most", n, keepMost)
			}
			return err
		})
	})
}
