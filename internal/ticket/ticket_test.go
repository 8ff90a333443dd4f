package ticket_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/people/client"
	"muster/internal/request"
	"muster/internal/ticket"
)

func str(s string) *string { return &s }

func change(d *db.DB, h *mustertest.House, ctx context.Context, number, version int64, c ticket.Change) (t *ticket.Ticket, err error) {
	err = d.Update(ctx, func(tx *db.Tx) error {
		t, err = h.Desk.Change(tx, number, version, c)
		return err
	})
	return t, err
}

// A ticket's life: opened, noted, answered, answered back, resolved.
func TestStory(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		ann := h.As(h.Ann)
		tk := h.Open(ann, "Invoices  exported\ttwice", "Both runs carry the *same* number.")
		if tk.Number != 1 || tk.Title != "Invoices exported twice" || tk.Category != ticket.New || tk.Organisation != h.Acme.ID || tk.Priority != ticket.Normal {
			t.Errorf("opened %+v", tk)
		}
		steps := []struct {
			rule string
			do   func() (*ticket.Ticket, error)
			want ticket.Category
		}{
			{"a note leaves the state", func() (*ticket.Ticket, error) {
				tk, _, err := h.Write(ann, 1, ticket.Note, "Seen before.")
				return tk, err
			}, ticket.New},
			{"a reply takes it up", func() (*ticket.Ticket, error) {
				tk, _, err := h.Write(ann, 1, ticket.Reply, "We are on it.")
				return tk, err
			}, ticket.Opened},
			{"an agent lets it wait", func() (*ticket.Ticket, error) {
				return change(d, h, ann, 1, ticket.Any, ticket.Change{State: str(request.OnCustomer)})
			}, ticket.Waiting},
			{"the customer's answer opens it", func() (*ticket.Ticket, error) {
				tk, _, err := h.Write(ann, 1, ticket.FromCustomer, "Here is the file.")
				return tk, err
			}, ticket.Opened},
			{"resolved", func() (*ticket.Ticket, error) {
				return change(d, h, ann, 1, ticket.Any, ticket.Change{State: str(request.Resolved)})
			}, ticket.Review},
			{"the customer's answer reopens it", func() (*ticket.Ticket, error) {
				tk, _, err := h.Write(ann, 1, ticket.FromCustomer, "Not yet.")
				return tk, err
			}, ticket.Opened},
		}
		for _, s := range steps {
			time.Sleep(time.Minute)
			got, err := s.do()
			if err != nil {
				t.Fatalf("%s: %v", s.rule, err)
			}
			if got.Category != s.want {
				t.Errorf("%s: got %s, want %s", s.rule, got.Category, s.want)
			}
		}
		mustertest.See(t, d, ann, func(tx *db.Tx) error {
			tk, err := ticket.Find(tx, 1)
			if err != nil {
				return err
			}
			if tk.Entries != 5 || tk.Replies != 1 || !tk.ResolvedAt.IsZero() || tk.Snippet != "Not yet." {
				t.Errorf("kept %+v", tk)
			}
			items, err := ticket.Timeline(tx, tk, "", 100)
			var got []string
			for _, i := range items {
				if i.Entry != nil {
					got = append(got, string(i.Entry.Kind))
				} else {
					got = append(got, i.Event.Name)
				}
			}
			want := "ticket.opened customer note reply ticket.moved ticket.moved customer ticket.moved ticket.moved customer ticket.moved"
			if sorted(got) != sorted(strings.Fields(want)) {
				t.Errorf("timeline\n got %v\nwant %s", got, want)
			}
			return err
		})
	})
}

func sorted(names []string) string {
	n := map[string]int{}
	for _, s := range names {
		n[s]++
	}
	return fmt.Sprint(n)
}

func TestStaleChangeSaysWhatChanged(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		ann, bob := h.As(h.Ann), h.As(h.Bob)
		tk := h.Open(ann, "Slow", "It is slow.")
		if _, err := change(d, h, bob, 1, tk.Version, ticket.Change{Assignee: &h.Bob.ID, Tags: &[]string{"vip"}}); err != nil {
			t.Fatal(err)
		}
		_, err := change(d, h, ann, 1, tk.Version, ticket.Change{Assignee: &h.Ann.ID})
		if !fault.Is(err, fault.Conflict) {
			t.Fatalf("got %v, want a conflict", err)
		}
		for _, part := range []string{"Bob Burrow", "assignee", "nothing", "vip"} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q does not say %q", err, part)
			}
		}
		if _, _, err := h.Write(ann, 1, ticket.Note, "A message is no change."); err != nil {
			t.Fatal(err)
		}
		if _, err := change(d, h, ann, 1, tk.Version+1, ticket.Change{Title: str("Slower")}); err != nil {
			t.Errorf("a message made the version stale: %v", err)
		}
	})
}

func TestStaleReply(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		ann, bob := h.As(h.Ann), h.As(h.Bob)
		h.Open(ann, "Slow", "It is slow.")
		var seen string
		mustertest.See(t, d, ann, func(tx *db.Tx) error {
			tk, err := ticket.Find(tx, 1)
			if err != nil {
				return err
			}
			all, err := ticket.Entries(tx, tk, "", 10)
			seen = all[0].ID
			return err
		})
		if _, _, err := h.Write(bob, 1, ticket.Reply, "Bob was quicker."); err != nil {
			t.Fatal(err)
		}
		body, _ := ticket.Compose("Ann's answer.")
		write := func(seen string) error {
			return d.Update(ann, func(tx *db.Tx) error {
				_, _, err := h.Desk.Write(tx, 1, ticket.Writing{Kind: ticket.Reply, Body: body, Seen: seen})
				return err
			})
		}
		if err := write(seen); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "Bob Burrow") {
			t.Errorf("got %v, want that Bob replied meanwhile", err)
		}
		if err := write(""); err != nil {
			t.Errorf("who does not mind may reply: %v", err)
		}
	})
}

func TestBadInput(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		ann := h.As(h.Ann)
		h.Open(ann, "Slow", "It is slow.")
		long := strings.Repeat("x", 501)
		tests := []struct {
			rule  string
			draft ticket.Draft
			field string
		}{
			{"no title", ticket.Draft{Title: " \t"}, "title"},
			{"a long title", ticket.Draft{Title: long}, "title"},
			{"an unknown kind", ticket.Draft{Title: "x", Kind: "wish"}, "kind"},
			{"an unknown team", ticket.Draft{Title: "x", Team: "nope"}, "team"},
			{"an unknown assignee", ticket.Draft{Title: "x", Assignee: "nope"}, "assignee"},
			{"an unknown level", ticket.Draft{Title: "x", Impact: "huge"}, "impact"},
			{"an unknown priority", ticket.Draft{Title: "x", Priority: 9}, "priority"},
			{"a long tag", ticket.Draft{Title: "x", Tags: []string{long}}, "tags"},
			{"a field without a name", ticket.Draft{Title: "x", Fields: map[string]string{"": "x"}}, "fields"},
			{"a copy to no address", ticket.Draft{Title: "x", First: &ticket.Writing{Kind: ticket.FromCustomer,
				Cc: []ticket.Person{{Address: "x@y\r\nBcc: z@q.example"}}}}, "cc"},
		}
		for _, tt := range tests {
			err := d.Update(ann, func(tx *db.Tx) error { _, err := h.Desk.Open(tx, tt.draft); return err })
			if fault.Fields(err)[tt.field] == "" {
				t.Errorf("%s: got %v, want a sentence about %s", tt.rule, err, tt.field)
			}
		}
		if _, _, err := h.Write(ann, 1, ticket.Reply, "  "); fault.Fields(err)["body"] == "" {
			t.Errorf("an empty reply: got %v", err)
		}
		if _, err := change(d, h, ann, 1, ticket.Any, ticket.Change{State: str("nowhere")}); fault.Fields(err)["state"] == "" {
			t.Errorf("an unknown state: got %v", err)
		}
		if _, err := change(d, h, ann, 9, ticket.Any, ticket.Change{}); !fault.Is(err, fault.NotFound) {
			t.Errorf("an unknown ticket: got %v", err)
		}
	})
}

// What nobody has answered is not put away among what is done.
func TestMergeIntoWhatIsDone(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		ann := h.As(h.Ann)
		done := str("resolved")
		for _, row := range []struct {
			rule     string
			answered bool
			want     ticket.Category
		}{{"an open question", false, ticket.Opened}, {"one that was answered", true, ticket.Review}} {
			into, from := h.Open(ann, "Into", "x"), h.Open(ann, "From", "x")
			if _, err := change(d, h, ann, into.Number, ticket.Any, ticket.Change{State: done}); err != nil {
				t.Fatal(err)
			}
			_, _, err := h.Write(ann, from.Number, ticket.FromCustomer, "And this?")
			if row.answered && err == nil {
				time.Sleep(time.Millisecond)
				_, _, err = h.Write(ann, from.Number, ticket.Reply, "That too.")
			}
			if err != nil {
				t.Fatal(err)
			}
			mustertest.Do(t, d, ann, func(tx *db.Tx) error {
				got, err := h.Desk.Merge(tx, from.Number, into.Number)
				if err == nil && got.Category != row.want {
					t.Errorf("%s: the ticket is %s, want %s", row.rule, got.Category, row.want)
				}
				return err
			})
		}
	})
}

func TestMergeAndSplit(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		ann := h.As(h.Ann)
		for _, title := range []string{"One", "Two", "Three"} {
			h.Open(ann, title, "Words of "+title)
		}
		merge := func(from, into int64) error {
			return d.Update(ann, func(tx *db.Tx) error { _, err := h.Desk.Merge(tx, from, into); return err })
		}
		if err := errors.Join(merge(1, 2), merge(2, 3)); err != nil {
			t.Fatal(err)
		}
		if err := merge(3, 1); fault.Fields(err)["into"] == "" {
			t.Errorf("merging into what was merged into it: got %v", err)
		}
		tk, _, err := h.Write(ann, 1, ticket.FromCustomer, "Still me.")
		if err != nil || tk.Number != 3 || tk.Entries != 4 {
			t.Fatalf("a reply to a merged ticket went to %+v (%v), want #3 with 4 messages", tk, err)
		}
		var split *ticket.Ticket
		mustertest.Do(t, d, ann, func(tx *db.Tx) error {
			tk, err := ticket.Find(tx, 1)
			if err != nil || tk.MergedInto != 3 {
				t.Errorf("#1 leads to %d (%v), want 3", tk.MergedInto, err)
			}
			three, err := ticket.Find(tx, 3)
			if err != nil {
				return err
			}
			all, err := ticket.Entries(tx, three, "", 10)
			if err != nil {
				return err
			}
			split, err = h.Desk.SplitOff(tx, 3, []string{all[0].ID, all[3].ID}, "Another matter")
			return err
		})
		mustertest.See(t, d, ann, func(tx *db.Tx) error {
			three, err := ticket.Find(tx, 3)
			four, err2 := ticket.Find(tx, split.Number)
			links, err3 := ticket.Links(tx, four)
			if three.Entries != 2 || four.Entries != 2 || len(links) != 1 || links[0].Ticket.Number != 3 {
				t.Errorf("split %d and %d messages with links %+v, want 2 and 2 and a link", three.Entries, four.Entries, links)
			}
			return errors.Join(err, err2, err3)
		})
		checkCounts(t, h, d)
	})
}

// What is split off is answered to who wrote it.
func TestSplitIsForWhoWroteIt(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		ann := h.As(h.Ann)
		first := h.Open(ann, "Two matters", "The printer.")
		mustertest.Do(t, d, ann, func(tx *db.Tx) error {
			otto, _, err := client.EnsureContact(tx, "Otto Other", "otto@fennoway.example")
			if err != nil {
				return err
			}
			body, err := ticket.Compose("And my invoice.")
			if err != nil {
				return err
			}
			_, e, err := h.Desk.Write(tx, first.Number, ticket.Writing{Kind: ticket.FromCustomer, Body: body, Author: ticket.Author{Kind: access.Customer, ID: otto.ID, Name: otto.Name}})
			if err != nil {
				return err
			}
			split, err := h.Desk.SplitOff(tx, first.Number, []string{e.ID}, "Invoice")
			if err != nil {
				return err
			}
			left, err := ticket.Find(tx, first.Number)
			if split.Requester != otto.ID || !split.CustomerAt.Equal(tx.Now) {
				t.Errorf("the new ticket is %s's, last written on by a customer at %v, want Otto's, and now", split.Requester, split.CustomerAt)
			}
			if left.Requester != first.Requester {
				t.Errorf("the old ticket is %s's, want as before", left.Requester)
			}
			return err
		})
	})
}

func TestLinksAndChildren(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		ann := h.As(h.Ann)
		for _, title := range []string{"Parent", "Child", "Cause"} {
			h.Open(ann, title, "x")
		}
		mustertest.Do(t, d, ann, func(tx *db.Tx) error {
			_, err := ticket.Adopt(tx, 2, 1, true)
			return errors.Join(err, ticket.Link(tx, 3, ticket.Causes, 1), ticket.Link(tx, 3, ticket.Causes, 1))
		})
		tests := []struct {
			rule string
			do   func(tx *db.Tx) error
		}{
			{"a parent cannot close before a required child", func(tx *db.Tx) error {
				_, err := h.Desk.Change(tx, 1, ticket.Any, ticket.Change{State: str(request.Resolved)})
				return err
			}},
			{"a ticket cannot stand above itself", func(tx *db.Tx) error { _, err := ticket.Adopt(tx, 1, 2, false); return err }},
			{"a ticket cannot be linked to itself", func(tx *db.Tx) error { return ticket.Link(tx, 1, ticket.Blocks, 1) }},
			{"a link needs a known type", func(tx *db.Tx) error { return ticket.Link(tx, 1, "likes", 2) }},
		}
		for _, tt := range tests {
			if err := d.Update(ann, tt.do); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: got %v", tt.rule, err)
			}
		}
		mustertest.See(t, d, ann, func(tx *db.Tx) error {
			one, err := ticket.Find(tx, 1)
			links, err2 := ticket.Links(tx, one)
			got := ""
			for _, l := range links {
				got += fmt.Sprintf("%s #%d; ", l.Words, l.Ticket.Number)
			}
			if want := "requires #2; caused by #3; "; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			return errors.Join(err, err2)
		})
	})
}

func TestShelf(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		ann := h.As(h.Ann)
		h.Open(ann, "Buy now", "cheap")
		put := func(to ticket.Bucket) { // and bring back
			mustertest.Do(t, d, ann, func(tx *db.Tx) error { _, err := ticket.Shelve(tx, 1, to); return err })
			checkCounts(t, h, d)
		}
		put(ticket.InSpam)
		if tk, _, err := h.Write(ann, 1, ticket.FromCustomer, "again"); err != nil || tk.Bucket != ticket.InSpam {
			t.Errorf("a message took spam to %s (%v)", tk.Bucket, err)
		}
		if _, err := change(d, h, ann, 1, ticket.Any, ticket.Change{State: str(request.Open)}); !fault.Is(err, fault.Conflict) {
			t.Errorf("spam was moved: %v", err)
		}
		put(ticket.InTrash)
		put(ticket.InOpen)
		if tk, _, err := h.Write(ann, 1, ticket.Note, "back"); err != nil || tk.Bucket != ticket.InOpen {
			t.Errorf("it is in %s (%v), want open", tk.Bucket, err)
		}
	})
}

func TestPriority(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		ann := h.As(h.Ann)
		h.Open(ann, "Slow", "x")
		high, low := ticket.High, ticket.Low
		byHand, computed := ticket.Critical, ticket.Priority(0)
		var none ticket.Level
		steps := []struct {
			rule   string
			change ticket.Change
			want   ticket.Priority
		}{
			{"it follows from impact and urgency", ticket.Change{Impact: &high, Urgency: &high}, ticket.Critical},
			{"and follows them down", ticket.Change{Urgency: &low}, ticket.Normal},
			{"by hand it stays", ticket.Change{Priority: &byHand}, ticket.Critical},
			{"whatever the urgency", ticket.Change{Impact: &low}, ticket.Critical},
			{"until it is given back", ticket.Change{Priority: &computed}, ticket.LowPriority},
			{"no impact is a medium one, as of a new ticket", ticket.Change{Impact: &none, Urgency: &high}, ticket.HighPriority},
		}
		for _, s := range steps {
			got, err := change(d, h, ann, 1, ticket.Any, s.change)
			if err != nil || got.Priority != s.want {
				t.Errorf("%s: got %v (%v), want %v", s.rule, got.Priority, err, s.want)
			}
		}
	})
}

func TestWithdraw(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		ann := h.As(h.Ann)
		h.Open(ann, "Slow", "x")
		_, e, err := h.Write(ann, 1, ticket.Reply, "Oops")
		if err != nil {
			t.Fatal(err)
		}
		err = d.Update(ann, func(tx *db.Tx) error { _, err := ticket.Withdraw(tx, 1, e.ID); return err })
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("without a waiting job the reply is out: got %v", err)
		}
	})
}

func find(t *testing.T, d *db.DB, ctx context.Context) (found *ticket.Ticket) {
	t.Helper()
	mustertest.See(t, d, ctx, func(tx *db.Tx) (err error) {
		found, err = ticket.Find(tx, 1)
		return err
	})
	return found
}

// What was taken back answered nobody: the customer waits as before.
func TestWithdrawnReplyAnswersNobody(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		ann := h.As(h.Ann)
		h.Open(ann, "Slow", "x")
		write := func(kind ticket.EntryKind, text string) *ticket.Entry {
			_, e, err := h.Write(ann, 1, kind, text)
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		write(ticket.Reply, "Which one?")
		write(ticket.FromCustomer, "The big one.")
		before := find(t, d, ann)
		e := write(ticket.Reply, "Oops")
		mustertest.Do(t, d, ann, func(tx *db.Tx) error {
			if err := event.Schedule(tx, ticket.SendTask, e.ID, tx.Now, nil); err != nil { // as the mailbox does
				return err
			}
			_, err := ticket.Withdraw(tx, 1, e.ID)
			return err
		})
		got := find(t, d, ann)
		if got.Replies != 1 || !got.RepliedAt.Equal(before.RepliedAt) || got.LastAuthor != before.LastAuthor || got.Snippet != before.Snippet || got.Entries != before.Entries+1 {
			t.Errorf("%d replies, the last at %s, %q by %q; want it to stand as before: %d, %s, %q by %q", got.Replies, got.RepliedAt, got.Snippet, got.LastAuthor,
				before.Replies, before.RepliedAt, before.Snippet, before.LastAuthor)
		}
	})
}
