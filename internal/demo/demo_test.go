package demo_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/blob"
	"muster/internal/clock"
	"muster/internal/complaint"
	"muster/internal/db"
	"muster/internal/demo"
	"muster/internal/event"
	"muster/internal/mailbox"
	"muster/internal/mustertest"
	"muster/internal/people"
	"muster/internal/request"
	"muster/internal/survey"
	"muster/internal/task"
	"muster/internal/ticket"
	"muster/internal/ticket/list"
	"muster/internal/ticket/past"
	"muster/internal/web/ui"
	"muster/internal/workspace"
)

// company is a desk that the demo has filled.
type company struct {
	*demo.Company
	ctx     context.Context
	tickets []*ticket.Ticket
	mails   []mailbox.Message
}

const size = 220

func fill(t *testing.T, d *db.DB, seed uint64, tickets int) company {
	t.Helper()
	blobs, err := blob.Open(t.Context(), "dir:"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	desk := ticket.NewDesk(request.Kind(), complaint.Kind(), task.Kind())
	office := mailbox.NewOffice(mailbox.Office{DB: d, Bus: event.NewBus(d, "test"), Desk: desk, Blobs: blobs, Secret: []byte("a secret"), URL: "https://desk.quillmere.example"})
	asker := survey.NewAsker(survey.Asker{DB: d, Bus: event.NewBus(d, "asks"), Desk: desk, Secret: []byte("a secret"), URL: "https://desk.quillmere.example", Say: ui.Say})
	event.NewBus(d, "demo") // history is recorded; nobody reacts to it
	w, err := workspace.Ensure(t.Context(), d, "Muster")
	if err != nil {
		t.Fatal(err)
	}
	c := company{Company: &demo.Company{DB: d, Desk: desk, Office: office, Asker: asker, Works: clock.New(d, event.NewBus(d, "promises"), desk), Hasher: people.NewQuickHasher(), Seed: seed, Tickets: tickets, Now: time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)},
		ctx: access.With(t.Context(), access.System(w.ID))}
	if _, err := demo.Fill(c.ctx, *c.Company); err != nil {
		t.Fatal(err)
	}
	mustertest.See(t, d, c.ctx, c.read)
	return c
}

// read reads all tickets and all mail.
func (c *company) read(tx *db.Tx) error {
	for cursor := ""; ; {
		page, err := list.Read(tx, c.Desk, list.Of{Buckets: ticket.Buckets(), Sort: list.Created, Cursor: cursor, Limit: 200})
		if err != nil {
			return err
		}
		c.tickets = append(c.tickets, page.Tickets...)
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	for cursor := ""; ; {
		page, err := mailbox.Ledger(tx, mailbox.LedgerQuery{Cursor: cursor, Limit: 200})
		if err != nil {
			return err
		}
		c.mails = append(c.mails, page.Messages...)
		if cursor = page.Next; cursor == "" {
			return nil
		}
	}
}

// count tells how many tickets hold.
func (c *company) count(holds func(*ticket.Ticket) bool) (n int) {
	for _, t := range c.tickets {
		if holds(t) {
			n++
		}
	}
	return n
}

func TestCompany(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		c := fill(t, d, 1, size)
		c.hasAllSortsOfWork(t)
		c.hasAllMailInCustody(t)
		c.agreesWithItsLog(t)
		c.agreesWithItsBytes(t)
		c.agreesWithItself(t)
	})
}

func (c *company) hasAllSortsOfWork(t *testing.T) {
	for _, tt := range []struct {
		rule  string
		least int
		holds func(*ticket.Ticket) bool
	}{
		{"open tickets that nobody has", 2, func(t *ticket.Ticket) bool { return t.Bucket == ticket.InOpen && t.Assignee == "" }},
		{"open tickets that somebody has", 2, func(t *ticket.Ticket) bool { return t.Bucket == ticket.InOpen && t.Assignee != "" }},
		{"waiting tickets", 3, func(t *ticket.Ticket) bool { return t.Bucket == ticket.InWaiting }},
		{"merged tickets", 1, func(t *ticket.Ticket) bool { return t.MergedInto != 0 }},
		{"spam", 1, func(t *ticket.Ticket) bool { return t.Bucket == ticket.InSpam }},
		{"complaints", 3, func(t *ticket.Ticket) bool { return t.Kind == "complaint" }},
		{"tasks that are part of something", 5, func(t *ticket.Ticket) bool { return t.Kind == "task" && t.Parent != "" }},
		{"tags", size / 2, func(t *ticket.Ticket) bool { return len(t.Tags) > 0 }},
		{"critical ones", 2, func(t *ticket.Ticket) bool { return t.Priority == ticket.Critical }},
		{"low ones", 20, func(t *ticket.Ticket) bool { return t.Priority == ticket.LowPriority }},
		{"priorities set by hand", 2, func(t *ticket.Ticket) bool { return t.Overridden }},
		{"files", 1, func(t *ticket.Ticket) bool { return t.Files > 0 }},
	} {
		if got := c.count(tt.holds); got < tt.least {
			t.Errorf("%s: got %d, want %d or more", tt.rule, got, tt.least)
		}
	}
	if got := c.count(func(t *ticket.Ticket) bool { return t.Kind != "task" }); got < size {
		t.Errorf("got %d tickets of customers, want %d or more", got, size)
	}
}

func (c *company) hasAllMailInCustody(t *testing.T) {
	outcomes, entries := map[mailbox.Outcome]int{}, map[string]bool{}
	for _, m := range c.mails {
		outcomes[m.Outcome]++
		entries[m.Entry] = true
	}
	for _, o := range []mailbox.Outcome{mailbox.Opened, mailbox.Joined, mailbox.Quarantined, mailbox.DuplicateOf, mailbox.BounceOf, mailbox.Dropped} {
		if outcomes[o] == 0 {
			t.Errorf("no mail became %s: %v", o, outcomes)
		}
	}
	machines := 0
	mustertest.See(t, c.DB, c.ctx, func(tx *db.Tx) error {
		for _, tk := range c.tickets {
			items, err := ticket.Timeline(tx, tk, "", 400)
			if err != nil {
				return err
			}
			for _, i := range items {
				if e := i.Entry; e != nil && e.Kind == ticket.FromCustomer && e.Channel == "mail" {
					if !entries[e.ID] {
						t.Errorf("what %s wrote on #%d came by mail and is in no ledger", e.Author.Name, tk.Number)
					}
					if e.Quiet {
						machines++
					}
				}
			}
		}
		return nil
	})
	if machines == 0 {
		t.Error("no machine answered by itself")
	}
	mustertest.Do(t, c.DB, c.ctx, func(tx *db.Tx) error {
		kept, counted, err := mailbox.Audit(tx, false)
		if fmt.Sprint(kept) != fmt.Sprint(counted) || counted.Unaccounted != 0 || counted.Pending != 0 || counted.Received != int64(len(c.mails)) {
			t.Errorf("kept %+v, counted %+v of %d mails, want the same, none pending, none lost", kept, counted, len(c.mails))
		}
		return err
	})
}

// agreesWithItself reads each conversation: it is about one thing from its title to its end, and says nothing that nobody would.
func (c *company) agreesWithItself(t *testing.T) {
	particular := map[string]*regexp.Regexp{"invoice": regexp.MustCompile(`INV-2026-\d{4}`), "order": regexp.MustCompile(`\b3\d{4}\b`)}
	odd := regexp.MustCompile(`\{\w+\}|\b(?:on|until|offer) (?:last week|yesterday|this morning)`)
	mustertest.See(t, c.DB, c.ctx, func(tx *db.Tx) error {
		for _, one := range c.tickets {
			entries, err := ticket.Entries(tx, one, "", 200)
			if err != nil {
				return err
			}
			said := one.Title
			for _, e := range entries {
				said += "\n" + e.Body.Text
			}
			if one.Bucket == ticket.InSpam || one.MergedInto != 0 {
				continue
			}
			for what, found := range particular {
				if all := found.FindAllString(said, -1); len(slices.Compact(slices.Sorted(slices.Values(all)))) > 1 {
					t.Errorf("#%d is about more than one %s: %v", one.Number, what, all)
				}
			}
			if found := odd.FindString(said); found != "" {
				t.Errorf("#%d says %q", one.Number, found)
			}
		}
		return nil
	})
}

// agreesWithItsBytes reads some mails again: their raw bytes are there, and say what stands on the tickets.
func (c *company) agreesWithItsBytes(t *testing.T) {
	for i, m := range c.mails {
		raw, err := blob.ReadAll(c.ctx, c.Office.Blobs, m.Blob, 1<<20)
		if err != nil || int64(len(raw)) != m.Size {
			t.Fatalf("%q: %d bytes, %v; want %d", m.Subject, len(raw), err, m.Size)
		}
		if i%5 > 0 || m.Outcome != mailbox.Opened && m.Outcome != mailbox.Joined {
			continue
		}
		if differences, err := c.Office.Replay(c.ctx, m.ID); err != nil || len(differences) > 0 {
			t.Errorf("%q reads differently now: %v, %v", m.Subject, differences, err)
		}
	}
}

func (c *company) agreesWithItsLog(t *testing.T) {
	mustertest.Do(t, c.DB, c.ctx, func(tx *db.Tx) error {
		if err := past.Check(tx); err != nil {
			t.Error(err)
		}
		return ticket.CheckCounts(tx, false)
	})
}

func TestTheSameSeedMakesTheSameCompany(t *testing.T) {
	made := func(seed uint64) []string {
		d := mustertest.Open(t, "sqlite:"+t.TempDir()+"/muster.db")
		defer d.Close()
		return fill(t, d, seed, 40).story()
	}
	first, second := made(1), made(1)
	for i := range min(len(first), len(second)) {
		if first[i] != second[i] {
			t.Fatalf("line %d: %q, then %q", i, first[i], second[i])
		}
	}
	if len(first) != len(second) {
		t.Errorf("got %d lines, then %d", len(first), len(second))
	}
	if slices.Equal(first, made(2)) {
		t.Error("another seed makes the same company")
	}
}

// story is what a company has been through, without what no seed decides.
func (c company) story() (all []string) {
	for _, t := range c.tickets {
		all = append(all, fmt.Sprintf("%06d %s %s %s %s %d %d %s %v %s", t.Number, t.Kind, t.Title, t.State, t.Channel, t.Entries, t.Priority, t.Snippet, t.Tags, t.UpdatedAt))
	}
	for _, m := range c.mails {
		all = append(all, fmt.Sprintf("mail %s %s %s %s %s", m.ReceivedAt, m.Outcome, m.Sender, m.Subject, m.Blob))
	}
	slices.Sort(all)
	return all
}
