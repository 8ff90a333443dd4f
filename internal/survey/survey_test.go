package survey_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/people/client"
	"muster/internal/survey"
	"muster/internal/ticket"
)

// Who is asked after a ticket was resolved, and who is not.
func TestWhoIsAsked(t *testing.T) {
	for _, row := range []struct {
		rule   string
		change func(*survey.Survey, *world)
		story  func(*world)
		want   int
	}{
		{"a resolved ticket's customer is asked after a while", nil, func(w *world) { w.solved("One"); w.after(time.Hour) }, 1},
		{"not before it", nil, func(w *world) { w.solved("One"); w.after(59 * time.Minute) }, 0},
		{"not if it was opened again meanwhile", nil, func(w *world) {
			n := w.solved("One").Number
			w.after(time.Minute)
			w.move(n, "open")
			w.after(time.Hour)
		}, 0},
		{"a second resolution is asked about at its own time", nil, func(w *world) {
			n := w.solved("One").Number
			w.after(30 * time.Minute)
			w.move(n, "open")
			w.after(time.Minute)
			w.move(n, "resolved")
			w.after(31 * time.Minute)
			if got := len(w.mails()); got != 0 {
				w.t.Errorf("asked %d times about the first resolution, want 0", got)
			}
			w.after(29 * time.Minute)
		}, 1},
		{"not for spam", nil, func(w *world) {
			n := w.solved("One").Number
			mustertest.Do(w.t, w.DB, w.agent, func(tx *db.Tx) error { _, err := ticket.Shelve(tx, n, ticket.InSpam); return err })
			w.after(time.Hour)
		}, 0},
		{"not for what was merged into another", nil, func(w *world) {
			a, b := w.solved("One"), w.Open(w.agent, "Two", "The same.")
			mustertest.Do(w.t, w.DB, w.agent, func(tx *db.Tx) error { _, err := w.Desk.Merge(tx, a.Number, b.Number); return err })
			w.after(time.Hour)
		}, 0},
		{"not for what was cancelled", nil, func(w *world) { w.move(w.Open(w.agent, "One", "Words").Number, "cancelled"); w.after(time.Hour) }, 0},
		{"not a machine", nil, func(w *world) { w.byMachine(true, ticket.Verdict{}) }, 0},
		{"not an address that is known to be forged", nil, func(w *world) { w.byMachine(false, ticket.Verdict{DMARC: "fail"}) }, 0},
		{"a person who wrote likewise", nil, func(w *world) { w.byMachine(false, ticket.Verdict{DMARC: "pass"}) }, 1},
		{"nobody reads a no-reply address", nil, func(w *world) {
			w.Carla = w.contact("No-Reply@acme.example")
			w.solved("One")
			w.after(time.Hour)
		}, 0},
		{"one person once within the window", nil, func(w *world) {
			for _, title := range []string{"One", "Two", "Three"} {
				w.solved(title)
			}
			w.after(time.Hour)
			w.solved("Four")
			w.after(time.Hour)
		}, 1},
		{"and again after it", nil, func(w *world) {
			w.solved("One")
			w.after(time.Hour)
			w.after(30 * 24 * time.Hour)
			w.solved("Two")
			w.after(time.Hour)
		}, 2},
		{"of two surveys that fit a ticket one asks", func(_ *survey.Survey, w *world) { w.ask(survey.NPS) }, func(w *world) { w.solved("One"); w.after(2 * time.Hour) }, 1},
		{"the first of them, also if the other would ask sooner", func(_ *survey.Survey, w *world) {
			w.ask(survey.NPS, func(s *survey.Survey) { s.Delay = 120 })
		}, func(w *world) {
			w.solved("One")
			w.after(time.Hour)
			if got := len(w.mails()); got != 0 {
				w.t.Errorf("the second survey asked: %d mails", got)
			}
			w.after(time.Hour)
		}, 1},
		{"another measure has a window of its own: it asks of the next ticket", func(_ *survey.Survey, w *world) { w.ask(survey.NPS) }, func(w *world) {
			w.solved("One")
			w.after(2 * time.Hour)
			w.solved("Two")
			w.after(2 * time.Hour)
			w.solved("Three")
			w.after(2 * time.Hour)
		}, 2},
		{"in another order another asks", func(_ *survey.Survey, w *world) {
			w.ask(survey.NPS, func(s *survey.Survey) { s.Delay = 120 })
		}, func(w *world) {
			mustertest.Do(w.t, w.DB, w.agent, func(tx *db.Tx) error {
				all, err := survey.All(tx)
				if err != nil {
					return err
				}
				return survey.Move(tx, all[1].ID, 1)
			})
			w.solved("One")
			w.after(time.Hour)
		}, 1},
		{"a survey that does not fit keeps none from asking", func(_ *survey.Survey, w *world) {
			w.ask(survey.NPS, func(s *survey.Survey) { s.Kinds = []string{"complaint"} })
		}, func(w *world) { w.solved("One"); w.after(2 * time.Hour) }, 1},
		{"a survey that is switched off asks nobody", func(s *survey.Survey, _ *world) { s.Active = false }, func(w *world) { w.solved("One"); w.after(time.Hour) }, 0},
		{"a survey of another kind does not ask", func(s *survey.Survey, _ *world) { s.Kinds = []string{"complaint"} }, func(w *world) { w.solved("One"); w.after(time.Hour) }, 0},
		{"nor one of another team", func(s *survey.Survey, w *world) { s.Teams = []string{w.Tier2.ID} }, func(w *world) { w.solved("One"); w.after(time.Hour) }, 0},
		{"nor one of another organisation", func(s *survey.Survey, w *world) { s.Organisations = []string{w.organisation("Other")} }, func(w *world) { w.solved("One"); w.after(time.Hour) }, 0},
		{"but one of them", func(s *survey.Survey, w *world) {
			s.Kinds, s.Teams, s.Organisations = []string{"task", "request"}, []string{w.Tier1.ID}, []string{w.Acme.ID}
		}, func(w *world) { w.solved("One"); w.after(time.Hour) }, 1},
		{"a desk that was away for long does not ask of what is long past", nil, func(w *world) { w.solved("One"); w.after(4 * 24 * time.Hour) }, 0},
	} {
		t.Run(row.rule, func(t *testing.T) {
			mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
				w := newWorld(t, d)
				w.ask(survey.CSAT, func(s *survey.Survey) {
					if row.change != nil {
						row.change(s, w)
					}
				})
				row.story(w)
				if got := len(w.mails()); got != row.want {
					t.Errorf("asked %d times, want %d", got, row.want)
				}
			})
		})
	}
}

// contact is somebody with another address.
func (w *world) contact(address string) (c client.Contact) {
	w.t.Helper()
	mustertest.Do(w.t, w.DB, w.system, func(tx *db.Tx) (err error) {
		c, _, err = client.EnsureContact(tx, "Somebody", address)
		return err
	})
	return c
}

// byMachine resolves a ticket whose only message came so, and waits for the question.
func (w *world) byMachine(quiet bool, v ticket.Verdict) {
	w.t.Helper()
	body, err := ticket.Compose("Disk is full.")
	if err != nil {
		w.t.Fatal(err)
	}
	mustertest.Do(w.t, w.DB, w.agent, func(tx *db.Tx) error {
		t, err := w.Desk.Open(tx, ticket.Draft{Title: "Alarm", Requester: w.Carla.ID, First: &ticket.Writing{Kind: ticket.FromCustomer, Body: body, Quiet: quiet,
			Verdict: v, Author: ticket.Author{Kind: access.Customer, ID: w.Carla.ID, Name: w.Carla.Name}}})
		if err != nil {
			return err
		}
		resolved := "resolved"
		_, err = w.Desk.Change(tx, t.Number, ticket.Any, ticket.Change{State: &resolved})
		return err
	})
	w.after(time.Hour)
}

// Of many who ask the same person at the same time, one does.
func TestWindowAtOnce(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		s := w.ask(survey.CSAT)
		var tickets []*ticket.Ticket
		for i := range 8 {
			tickets = append(tickets, w.solved(fmt.Sprint("Ticket ", i)))
		}
		mustertest.Do(t, d, w.system, func(tx *db.Tx) error {
			i, err := w.asker.Ask(tx, s.ID, tickets[0].ID, tx.Now.Add(-time.Hour))
			if i.ID != "" {
				t.Error("asked about a resolution that there was not")
			}
			return err
		})
		var mu sync.Mutex
		var asked []string
		var wg sync.WaitGroup
		for _, about := range tickets {
			wg.Go(func() {
				var i survey.Invitation
				err := d.Update(w.system, func(tx *db.Tx) error {
					t, err := ticket.ByID(tx, about.ID)
					if err == nil {
						i, err = w.asker.Ask(tx, s.ID, t.ID, t.ResolvedAt)
					}
					return err
				})
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				} else if i.ID != "" {
					asked = append(asked, i.ID)
				}
			})
		}
		wg.Wait()
		if len(asked) != 1 {
			t.Errorf("asked %d times at once, want 1", len(asked))
		}
	})
}

// What goes out is automatic mail like any other, and what stays on the ticket lets nobody answer for the customer.
func TestQuestion(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.ask(survey.CSAT)
		about := w.solved("Invoices twice")
		w.after(time.Hour)
		mail := w.text(w.mails()[0])
		for _, want := range []string{"Auto-Submitted: auto-", "[#1]", "Hello Carla Cole,", "?r=1", "?r=5", "Message-ID: <t." + string(about.ID)} {
			if !strings.Contains(mail, want) {
				t.Errorf("the mail lacks %q:\n%s", want, mail)
			}
		}
		mustertest.See(t, d, w.agent, func(tx *db.Tx) error {
			entries, err := ticket.Entries(tx, about, "", 10)
			for _, e := range entries {
				if link.MatchString(e.Body.HTML + e.Body.Text + e.Body.Source) {
					t.Errorf("a link that can be answered with stands on the ticket: %s", e.Body.HTML)
				}
			}
			return err
		})
		if got := w.now(1); got.State != "resolved" {
			t.Errorf("the question moved the ticket to %s, want resolved", got.State)
		}
		// A reply of somebody who copies the link without its signature leads nowhere.
		if _, err := w.answer(strings.Split(w.token(), ".")[0], 5, ""); !fault.Is(err, fault.NotFound) {
			t.Errorf("a link without its signature: got %v, want not found", err)
		}
	})
}

// An answer counts once it is given, and the last one counts.
func TestAnswer(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.ask(survey.CSAT)
		about := w.solved("Invoices twice")
		w.after(time.Hour)
		token := w.token()
		nobody := access.With(t.Context(), access.Nobody(w.Workspace.ID))
		mustertest.See(t, d, nobody, func(tx *db.Tx) error {
			f, err := w.asker.Open(tx, token)
			if f.Answered() || f.Number != 1 || f.Title != "Invoices twice" {
				t.Errorf("before the answer the form says %+v", f)
			}
			return err
		})
		for _, a := range []struct {
			rating  int
			comment string
		}{{2, "Took long."}, {2, "Took long."}, {4, "On second thought, fine."}} {
			if _, err := w.answer(token, a.rating, a.comment); err != nil {
				t.Fatal(err)
			}
		}
		mustertest.See(t, d, w.agent, func(tx *db.Tx) error {
			all, err := survey.Of(tx, about)
			if len(all) != 1 || all[0].Rating != 4 || all[0].Comment != "On second thought, fine." || all[0].Answers != 2 {
				t.Errorf("kept %+v, want the last of two answers", all)
			}
			return err
		})
		said := w.events(about, "survey.answered")
		if len(said) != 2 {
			t.Fatalf("%d answers in the log, want 2: the same again is none", len(said))
		}
		var last survey.Answered
		if err := said[1].Decode(&last); err != nil {
			t.Fatal(err)
		}
		if last.Rating != 4 || last.Before == nil || *last.Before != 2 || last.Low || said[1].ActorKind != string(access.Customer) || said[1].ActorName != "Carla Cole" {
			t.Errorf("the log says %+v by %s %s", last, said[1].ActorKind, said[1].ActorName)
		}
		time.Sleep(15 * 24 * time.Hour)
		if _, err := w.answer(token, 1, ""); !fault.Is(err, fault.Conflict) {
			t.Errorf("after the window: got %v, want a conflict", err)
		}
	})
}

// What is no answer is refused, in words.
func TestHostileAnswers(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.ask(survey.CSAT)
		w.solved("One")
		w.after(time.Hour)
		token := w.token()
		id, signature, _ := strings.Cut(token, ".")
		for _, row := range []struct {
			rule, token string
			rating      int
			comment     string
			want        fault.Kind
		}{
			{"a rating under the scale", token, 0, "", fault.Invalid},
			{"a rating over the scale", token, 6, "", fault.Invalid},
			{"a comment without end", token, 5, strings.Repeat("x", 5001), fault.Invalid},
			{"another signature", id + "." + strings.Repeat("0", 32), 5, "", fault.NotFound},
			{"a shorter signature", token[:len(token)-1], 5, "", fault.NotFound},
			{"a signature of another invitation", strings.Repeat("0", 20) + "." + signature, 5, "", fault.NotFound},
			{"no token", "", 5, "", fault.NotFound},
			{"a token of bytes that are no text", "\xff\x00.\xff", 5, "", fault.NotFound},
		} {
			if _, err := w.answer(row.token, row.rating, row.comment); !fault.Is(err, row.want) {
				t.Errorf("%s: got %v, want %s", row.rule, err, row.want)
			}
		}
		if _, err := w.answer(token, 3, "a\x00b\xff"); err != nil {
			t.Errorf("bytes that are no text are made one: got %v", err)
		}
		var last error
		for i := range 60 {
			if _, last = w.answer(token, 1+i%2, ""); last != nil {
				break
			}
		}
		if !fault.Is(last, fault.TooMany) {
			t.Errorf("an answer that is changed without end: got %v, want too many", last)
		}
	})
}

// What follows a bad rating: once, however often it is changed.
func TestFollowUp(t *testing.T) {
	for _, row := range []struct {
		rule   string
		follow survey.Follow
		kind   string // of the workflow's state before the answer
		rating int
		notes  int
		tasks  int
		state  string
	}{
		{"nothing", survey.FollowNothing, "resolved", 1, 0, 0, "resolved"},
		{"a note", survey.FollowNote, "resolved", 2, 1, 0, "resolved"},
		{"a good rating leads to nothing", survey.FollowNote, "resolved", 3, 0, 0, "resolved"},
		{"taken up again", survey.FollowReopen, "resolved", 1, 0, 0, "open"},
		{"a task", survey.FollowTask, "resolved", 1, 0, 1, "resolved"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
				w := newWorld(t, d)
				w.ask(survey.CSAT, func(s *survey.Survey) { s.Follow = row.follow })
				about := w.solved("One")
				w.after(time.Hour)
				for _, comment := range []string{"", "Took long.", "Took very long."} {
					if _, err := w.answer(w.token(), row.rating, comment); err != nil {
						t.Fatal(err)
					}
				}
				notes, tasks := 0, 0
				mustertest.See(t, d, w.agent, func(tx *db.Tx) error {
					entries, err := ticket.Entries(tx, about, "", 50)
					for _, e := range entries {
						if e.Kind == ticket.Note {
							notes++
						}
					}
					if err != nil {
						return err
					}
					links, err := ticket.Links(tx, about)
					tasks = len(slices.DeleteFunc(links, func(n ticket.Neighbour) bool { return n.Ticket.Kind != "task" || n.Ticket.Team != w.Tier1.ID }))
					return err
				})
				if got := w.now(1); notes != row.notes || tasks != row.tasks || got.State != row.state {
					t.Errorf("%d notes, %d tasks, %s; want %d, %d, %s", notes, tasks, got.State, row.notes, row.tasks, row.state)
				}
			})
		})
	}
}

// What cannot be asked is refused, per field.
func TestSaveRefuses(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		there := w.ask(survey.CSAT)
		for _, row := range []struct {
			rule, field string
			change      func(*survey.Survey)
		}{
			{"no name", "name", func(s *survey.Survey) { s.Name = " " }},
			{"a measure that there is not", "measure", func(s *survey.Survey) { s.Measure = "joy" }},
			{"another measure later", "measure", func(s *survey.Survey) { s.ID, s.Measure, s.Low = there.ID, survey.NPS, 6 }},
			{"a negative delay", "delay", func(s *survey.Survey) { s.Delay = -1 }},
			{"no window", "window", func(s *survey.Survey) { s.Window = 0 }},
			{"no time to answer", "open", func(s *survey.Survey) { s.Open = 0 }},
			{"a team that there is not", "teams", func(s *survey.Survey) { s.Teams = []string{"nonsense"} }},
			{"an organisation that there is not", "organisations", func(s *survey.Survey) { s.Organisations = []string{"nonsense"} }},
			{"a kind that there is not", "kinds", func(s *survey.Survey) { s.Kinds = []string{"nonsense"} }},
			{"all ratings bad", "low", func(s *survey.Survey) { s.Follow, s.Low = survey.FollowNote, 5 }},
			{"a follow-up that there is not", "follow", func(s *survey.Survey) { s.Follow = "shout" }},
		} {
			s := survey.Usual(survey.CSAT)
			s.Name = "Another"
			row.change(&s)
			err := d.Update(w.agent, func(tx *db.Tx) error { _, err := w.asker.Save(tx, s); return err })
			if fault.Fields(err)[row.field] == "" {
				t.Errorf("%s: got %v, want a word about %s", row.rule, err, row.field)
			}
		}
		there.Version = 7
		if err := d.Update(w.agent, func(tx *db.Tx) error { _, err := w.asker.Save(tx, there); return err }); !fault.Is(err, fault.Conflict) {
			t.Errorf("a version that was not seen: got %v, want a conflict", err)
		}
	})
}

// Two contacts that were one person have been asked when either was.
func TestMergedContact(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.ask(survey.CSAT)
		w.solved("One")
		w.after(time.Hour)
		other := w.contact("carla@elsewhere.example")
		mustertest.Do(t, d, w.system, func(tx *db.Tx) error { _, err := client.MergeContacts(tx, other.ID, w.Carla.ID); return err })
		w.Carla = other
		w.solved("Two")
		w.after(time.Hour)
		if got := len(w.mails()); got != 1 {
			t.Errorf("asked %d times, want 1: it is the same person", got)
		}
	})
}

// Answers are listed the newest first, page by page, and only as far as one may see their tickets.
func TestReplies(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.ask(survey.CSAT)
		for n := range 5 {
			w.Carla = w.contact(fmt.Sprintf("person%d@acme.example", n))
			w.solved(fmt.Sprint("Ticket ", n+1))
			w.after(time.Hour) // asks
			w.after(20 * time.Minute)
			if _, err := w.answer(w.token(), n+1, ""); err != nil {
				t.Fatal(err)
			}
		}
		elsewhere := w.Tier2.ID
		mustertest.Do(t, d, w.agent, func(tx *db.Tx) error {
			_, err := w.Desk.Change(tx, 3, ticket.Any, ticket.Change{Team: &elsewhere})
			return err
		})
		narrow := access.From(w.agent)
		narrow.Scope.Teams = []string{w.Tier1.ID}
		poor := 2
		for _, row := range []struct {
			rule  string
			actor access.Actor
			of    survey.Selection
			want  []int
		}{
			{"all, the newest first", access.From(w.agent), survey.Selection{}, []int{5, 4, 3, 2, 1}},
			{"page by page", access.From(w.agent), survey.Selection{Limit: 2}, []int{5, 4, 3, 2, 1}},
			{"not of tickets that one may not see", narrow, survey.Selection{Limit: 2}, []int{5, 4, 2, 1}},
			{"of those that are bad", access.From(w.agent), survey.Selection{Most: &poor}, []int{2, 1}},
			{"of another measure there are none", access.From(w.agent), survey.Selection{Measure: survey.NPS}, nil},
			{"of a while", access.From(w.agent), survey.Selection{From: time.Now().Add(-90 * time.Minute), To: time.Now()}, []int{4}},
			{"asked in a while", access.From(w.agent), survey.Selection{From: time.Now().Add(-90 * time.Minute), To: time.Now(), Asked: true}, []int{5}},
			{"by the team that had the ticket when it was asked about", access.From(w.agent), survey.Selection{Team: w.Tier2.ID}, nil},
		} {
			row.of.Measure = cmp.Or(row.of.Measure, survey.CSAT)
			var got []int
			for pages := 0; pages < 10; pages++ {
				var page survey.Page
				mustertest.See(t, d, access.With(t.Context(), row.actor), func(tx *db.Tx) (err error) {
					page, err = survey.Replies(tx, row.of)
					return err
				})
				for _, r := range page.Replies {
					got = append(got, r.Rating)
				}
				if row.of.Cursor = page.Next; page.Next == "" {
					break
				}
			}
			if !slices.Equal(got, row.want) {
				t.Errorf("%s: got %v, want %v", row.rule, got, row.want)
			}
		}
	})
}

// Only links are signed: what only reads like one, in a title that an acknowledgement repeats, gets nobody a token.
func TestOnlyLinksAreSigned(t *testing.T) {
	a := &survey.Asker{Secret: []byte("a secret")}
	const id = "0123456789abcdefghij"
	for page, signs := range map[string]bool{
		`<a href="https://desk.example/rate/` + id + `?r=5">5</a>`:  true,
		`<p>https://desk.example/rate/` + id + `?r=5"</p>`:          false,
		`<p>/rate/` + id + `?</p>`:                                  false,
		`<p title="/rate/` + id + `">x</p>`:                         false,
		`<a href="https://desk.example/rate/` + id + `x?r=5">5</a>`: false,
	} {
		if got := a.Complete("w", page) != page; got != signs {
			t.Errorf("%s is signed: %v, want %v", page, got, signs)
		}
	}
}
