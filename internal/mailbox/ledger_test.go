package mailbox_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mailbox"
	"muster/internal/mailbox/inbox"
	"muster/internal/mailbox/letter"
	"muster/internal/mailbox/outbox"
	"muster/internal/mustertest"
	"muster/internal/ticket"
)

func TestLedgerPages(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for i := range 7 {
			w.take(w.from(fmt.Sprintf("p%d@x.example", i), fmt.Sprintf("Drucker %d_%%", i), "Hi"))
		}
		w.take(w.from(carla, "Ärger", "Hi"), func(o *mailbox.Origin) { o.Verdict = mailbox.Verdict{DMARC: "fail", Policy: "reject"} })
		tests := []struct {
			name string
			q    mailbox.LedgerQuery
			want string
		}{
			{"all, the newest first, page by page", mailbox.LedgerQuery{Limit: 3}, "carla p6 p5|p4 p3 p2|p1 p0"},
			{"by outcome", mailbox.LedgerQuery{Outcome: mailbox.Quarantined}, "carla"},
			{"by words of the subject, however written", mailbox.LedgerQuery{Words: "arger"}, "carla"},
			{"by the sender", mailbox.LedgerQuery{Words: "p3@X"}, "p3"},
			{"signs of a pattern are signs", mailbox.LedgerQuery{Words: "4_%"}, "p4"},
			{"signs of a pattern stand for nothing else", mailbox.LedgerQuery{Words: "4__"}, ""},
			{"words and pages", mailbox.LedgerQuery{Words: "drucker", Limit: 4}, "p6 p5 p4 p3|p2 p1 p0"},
		}
		for _, tt := range tests {
			var pages []string
			mustertest.See(t, d, w.As(w.Ann), func(tx *db.Tx) error {
				for q := tt.q; ; {
					page, err := mailbox.Ledger(tx, q)
					if err != nil {
						return err
					}
					var names []string
					for _, m := range page.Messages {
						name, _, _ := strings.Cut(m.Sender, "@")
						names = append(names, name)
					}
					pages = append(pages, strings.Join(names, " "))
					if q.Cursor = page.Next; q.Cursor == "" {
						return nil
					}
				}
			})
			if got := strings.Join(pages, "|"); got != tt.want {
				t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
			}
		}
	})
}

// Who sees only some tickets sees the mails of those; what is hidden is not there.
func TestLedgerScope(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		mine := w.take(w.from(carla, "Mine", "Hi"))
		other := w.save(inbox.Inbox{Address: "other@quillmere.example", Team: w.Tier2.ID, Active: true})
		theirs := w.take(w.from(carla, "Theirs", "Hi"), func(o *mailbox.Origin) { o.Inbox = other.ID })
		held := w.take(w.from(carla, "Held", "Hi"), func(o *mailbox.Origin) { o.Verdict = mailbox.Verdict{DMARC: "fail", Policy: "reject"} })
		w.answer(1, "Hello.")
		w.answer(2, "Hello.")
		actor := access.From(w.As(w.Ann))
		actor.Scope.Teams = []string{w.Tier1.ID}
		ctx := access.With(t.Context(), actor)
		mustertest.See(t, d, ctx, func(tx *db.Tx) error {
			page, err := mailbox.Ledger(tx, mailbox.LedgerQuery{})
			if len(page.Messages) != 1 || page.Messages[0].ID != mine.ID {
				t.Errorf("the ledger shows %d mails, want the one of the actor's team", len(page.Messages))
			}
			found, err2 := mailbox.Ledger(tx, mailbox.LedgerQuery{Words: "carla"})
			if len(found.Messages) != 1 || found.Messages[0].ID != mine.ID {
				t.Errorf("a search shows %d mails, want the one of the actor's team", len(found.Messages))
			}
			for _, hidden := range []string{theirs.ID, held.ID} {
				if _, err := mailbox.Find(tx, hidden); !fault.Is(err, fault.NotFound) {
					t.Errorf("got %v of a hidden mail, want that there is none", err)
				}
			}
			return errors.Join(err, err2)
		})
		if _, _, err := w.office.Raw(ctx, theirs.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("got %v of hidden bytes, want that there are none", err)
		}
		if err := d.Update(ctx, func(tx *db.Tx) error { return mailbox.Release(tx, held.ID) }); !fault.Is(err, fault.NotFound) {
			t.Errorf("got %v on releasing a hidden mail, want that there is none", err)
		}
		w.office.Send = nil
		for number := range int64(2) {
			if _, _, err := w.Write(w.As(w.Bob), number+1, ticket.Reply, "More."); err != nil {
				t.Fatal(err)
			}
		}
		mustertest.See(t, d, ctx, func(tx *db.Tx) error {
			all, err := outbox.List(tx, "", 10)
			if len(all) != 1 || all[0].Number != 1 {
				t.Errorf("the outbox shows %+v, want what is about the actor's ticket", all)
			}
			return err
		})
		// A mail moves with what it became.
		mustertest.Do(t, d, w.As(w.Ann), func(tx *db.Tx) error { _, err := w.Desk.Merge(tx, 1, 2); return err })
		mustertest.See(t, d, ctx, func(tx *db.Tx) error {
			if _, err := mailbox.Find(tx, mine.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("got %v of a mail whose ticket was merged into a hidden one", err)
			}
			return nil
		})
	})
}

func TestLedgerRights(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		m := w.take(w.from(carla, "Hi", "Hi"), func(o *mailbox.Origin) { o.Verdict = mailbox.Verdict{DMARC: "fail", Policy: "reject"} })
		reader := access.From(w.As(w.Ann))
		reader.Rights = []access.Right{access.TicketsRead, access.MailRead}
		ctx := access.With(t.Context(), reader)
		for what, do := range map[string]func(*db.Tx) error{
			"release": func(tx *db.Tx) error { return mailbox.Release(tx, m.ID) },
			"drop":    func(tx *db.Tx) error { return mailbox.Drop(tx, m.ID) },
			"retry":   func(tx *db.Tx) error { _, err := mailbox.RetryFailed(tx); return err },
			"audit":   func(tx *db.Tx) error { _, _, err := mailbox.Audit(tx, true); return err },
		} {
			if err := d.Update(ctx, do); !fault.Is(err, fault.Denied) {
				t.Errorf("%s: got %v, want that a reader may not", what, err)
			}
		}
		if _, err := w.office.Replay(ctx, m.ID); !fault.Is(err, fault.Denied) {
			t.Errorf("replay: got %v, want that a reader may not", err)
		}
		_, r, err := w.office.Raw(ctx, m.ID)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		r.Close()
		if int64(len(raw)) != m.Size || err != nil {
			t.Errorf("got %d bytes (%v), want all %d", len(raw), err, m.Size)
		}
		nobody := access.With(t.Context(), access.Actor{Workspace: w.Workspace.ID, Name: "N", Kind: access.Human, Rights: []access.Right{access.TicketsRead}})
		if err := d.View(nobody, func(tx *db.Tx) error { _, err := mailbox.Ledger(tx, mailbox.LedgerQuery{}); return err }); !fault.Is(err, fault.Denied) {
			t.Errorf("the ledger: got %v, want that it needs a right", err)
		}
	})
}

func TestHandling(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		bad := func(o *mailbox.Origin) { o.Verdict = mailbox.Verdict{DMARC: "fail", Policy: "quarantine"} }
		one, two := w.take(w.from(carla, "One", "Hi"), bad), w.take(w.from(carla, "Two", "Hi"), bad)
		ann := w.As(w.Ann)
		mustertest.Do(t, d, ann, func(tx *db.Tx) error { return mailbox.Release(tx, one.ID) })
		mustertest.Do(t, d, ann, func(tx *db.Tx) error { return mailbox.Drop(tx, two.ID) })
		w.work()
		if got := w.message(one.ID); got.Outcome != mailbox.Opened || !got.Trusted || len(got.Steps) != 3 {
			t.Errorf("what was released is %s: %+v", got.Outcome, got.Steps)
		}
		if got := w.message(two.ID); got.Outcome != mailbox.Dropped || got.Reason != "Ann Arbour dropped it." {
			t.Errorf("what was dropped is %s: %s", got.Outcome, got.Reason)
		}
		for what, do := range map[string]func(*db.Tx) error{
			"release twice": func(tx *db.Tx) error { return mailbox.Release(tx, one.ID) },
			"drop a ticket": func(tx *db.Tx) error { return mailbox.Drop(tx, one.ID) },
			"retry":         func(tx *db.Tx) error { return mailbox.Retry(tx, one.ID) },
		} {
			if err := d.Update(ann, do); !fault.Is(err, fault.Conflict) {
				t.Errorf("%s: got %v, want a conflict", what, err)
			}
		}
		w.balanced()
	})
}

// A mail that is read again makes nothing new: it corrects what it made.
func TestReplay(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		m := w.take(w.from(carla, "Hi", "The whole text."))
		_, es := w.ticket(m)
		mustertest.Do(t, d, w.system, func(tx *db.Tx) error { // as an older parser read it
			return ticket.Reread(tx, m.Entry, ticket.Body{Text: "The"}, nil)
		})
		ann := w.As(w.Ann)
		diff, err := w.office.Replay(ann, m.ID)
		if err != nil || len(diff) != 2 || !strings.Contains(diff[0], "the text is other: 15 characters, before 3") {
			t.Errorf("got the differences %q (%v)", diff, err)
		}
		tt, now := w.ticket(m)
		if len(now) != 1 || now[0].ID != es[0].ID || now[0].Body.Text != "The whole text." || now[0].Body.HTML != es[0].Body.HTML || tt.Snippet != "The whole text." {
			t.Errorf("got %d entries, %+v, and the snippet %q", len(now), now[0], tt.Snippet)
		}
		if diff, err = w.office.Replay(ann, m.ID); err != nil || len(diff) != 0 {
			t.Errorf("read once more, %q differs (%v)", diff, err)
		}
		if got := w.message(m.ID); got.Outcome != mailbox.Opened || !strings.Contains(got.Steps[len(got.Steps)-1].What, "nothing differs") {
			t.Errorf("the mail is %s: %+v", got.Outcome, got.Steps)
		}
		held := w.take(w.from(carla, "Held", "Hi"), func(o *mailbox.Origin) { o.Verdict = mailbox.Verdict{DMARC: "fail", Policy: "reject"} })
		if _, err := w.office.Replay(ann, held.ID); err != nil {
			t.Fatal(err)
		}
		w.work()
		if got := w.message(held.ID); got.Outcome != mailbox.Quarantined || len(got.Steps) != 3 {
			t.Errorf("what had no ticket was judged anew: %s, %+v", got.Outcome, got.Steps)
		}
		w.count(1)
		w.balanced()
	})
}

func TestAuditMends(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.take(w.from(carla, "Hi", "Hi"))
		mustertest.Do(t, d, w.system, func(tx *db.Tx) error { tx.Tally("mail", "received", 3); return nil })
		mustertest.Do(t, d, w.system, func(tx *db.Tx) error {
			kept, counted, err := mailbox.Audit(tx, true)
			if kept.Unaccounted != 3 || counted.Unaccounted != 0 || counted.Received != 1 {
				t.Errorf("kept %+v, counted %+v, want three that are missing", kept, counted)
			}
			return err
		})
		w.balanced()
	})
}

func TestKnown(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.accept(w.from(carla, "Hi", "Hi"), func(o *mailbox.Origin) { o.UID = 50 })
		uids := make([]uint32, 1200)
		for i := range uids {
			uids[i] = uint32(i)
		}
		known, err := w.office.Known(t.Context(), w.Workspace.ID, w.support.ID, "INBOX", 7, uids)
		if err != nil || len(known) != 1 || !known[50] {
			t.Errorf("known are %v (%v), want 50", known, err)
		}
		if known, err = w.office.Known(t.Context(), w.Workspace.ID, w.support.ID, "INBOX", 8, uids); err != nil || len(known) != 0 {
			t.Errorf("of another UIDVALIDITY %v are known (%v), want none", known, err)
		}
	})
}

// What was found out about the sender stands among the steps, check by check, once.
func TestVerdictIsExplained(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.office.Judge = func(context.Context, mailbox.Message, inbox.Inbox, []byte, *letter.Letter) mailbox.Verdict {
			return mailbox.Verdict{DKIM: "fail", DMARC: "fail", Policy: "reject", Detail: "DKIM fail: the body was changed.\nARC none."}
		}
		m := w.take(w.from(carla, "Hi", "Hi"))
		mustertest.Do(t, d, w.As(w.Ann), func(tx *db.Tx) error { return mailbox.Release(tx, m.ID) })
		w.work()
		var said []string
		for _, s := range w.message(m.ID).Steps {
			said = append(said, s.What)
		}
		if len(said) < 4 || said[0] != "DKIM fail: the body was changed." || said[1] != "ARC none." || slices.Contains(said[2:], said[1]) {
			t.Errorf("got the steps %q", said)
		}
	})
}
