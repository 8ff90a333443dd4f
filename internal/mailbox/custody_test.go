package mailbox_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/mailbox"
	"muster/internal/mustertest"
	"muster/internal/ticket"
)

// A node that dies or stumbles anywhere leaves a mail that is processed exactly once, and delays no other.
func TestKilledAnywhere(t *testing.T) {
	stumble := errors.New("the disk is away")
	tests := []struct {
		name string
		at   string // the step
		die  bool   // panic in place of an error
	}{
		{"while it reads the raw bytes", "open", false},
		{"dying while it reads the raw bytes", "open", true},
		{"while it keeps an attachment", "put", false},
		{"dying while it keeps an attachment", "put", true},
		{"while the ticket is opened", "opened", false},
		{"dying while the ticket is opened", "opened", true},
		{"while the outcome is committed", "settled", false},
		{"dying while the outcome is committed", "settled", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
				w := newWorld(t, d)
				left, first := 2, ""
				trip := func(at, id string) error {
					if at != tt.at || left == 0 || id != "" && id != first {
						return nil
					}
					left--
					if tt.die {
						panic("killed")
					}
					return stumble
				}
				event.On(w.Bus, func(_ *db.Tx, e mailbox.Settled) error { return trip("settled", e.Message) })
				event.On(w.Bus, func(_ *db.Tx, e ticket.WasOpened) error {
					if e.Title == "First" {
						return trip("opened", "")
					}
					return nil
				})
				first = w.accept(w.from(carla, "First", "--b\n\nSee there.\n--b\nContent-Type: text/x; name=a.txt\n\nhello\n--b--\n", "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b"))
				second := w.accept(w.from(carla, "Second", "Hi"))
				w.store.fail = func(what string) error { return trip(what, "") }
				w.work()
				w.work()
				if m := w.message(second); m.Outcome != mailbox.Opened && tt.at != "open" {
					t.Errorf("the second mail is %s, want that it was not delayed", m.Outcome)
				}
				w.workFor(5 * time.Minute)
				for _, id := range []string{first, second} {
					if m := w.message(id); m.Outcome != mailbox.Opened {
						t.Errorf("%q is %s: %s", m.Subject, m.Outcome, m.Reason)
					}
				}
				if left != 0 {
					t.Errorf("%d stumbles are left: the test does not reach the step", left)
				}
				if _, es := w.ticket(w.message(first)); len(es) != 1 || len(es[0].Attachments) != 1 {
					t.Errorf("the first mail's ticket has %d entries", len(es))
				}
				w.count(2)
				w.balanced()
			})
		})
	}
}

// count checks how many tickets there are.
func (w *world) count(want int64) {
	w.t.Helper()
	mustertest.See(w.t, w.DB, w.system, func(tx *db.Tx) error {
		c, err := ticket.Count(tx)
		if got := c.Open + c.Waiting + c.Done + c.Spam + c.Trash; got != want {
			w.t.Errorf("there are %d tickets, want %d", got, want)
		}
		return err
	})
}

// Custody begins with the bytes: without them there is nothing, and the sender is not told that there is.
func TestAcceptIsDurableOrNothing(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.store.fail = func(string) error { return errors.New("the disk is full") }
		o := mailbox.Origin{Source: mailbox.SMTP, Transaction: "t1", EnvelopeTo: []string{w.support.Address}}
		if id, err := w.office.Accept(t.Context(), w.Workspace.ID, o, strings.NewReader("x")); err == nil {
			t.Errorf("a mail that was not kept was accepted as %s", id)
		}
		w.store.fail = nil
		id, err := w.office.Accept(t.Context(), w.Workspace.ID, o, strings.NewReader(w.from(carla, "Hi", "Hi")))
		if err != nil {
			t.Fatal(err)
		}
		m := w.message(id)
		if _, err := w.store.Stat(t.Context(), m.Blob); err != nil || m.Outcome != mailbox.Pending {
			t.Errorf("got %s and %v, want a pending mail whose bytes are there", m.Outcome, err)
		}
		mustertest.See(t, d, w.system, func(tx *db.Tx) error {
			s, err := mailbox.Summary(tx)
			if s.Received != 1 || s.Pending != 1 || s.Unaccounted != 0 || s.Oldest.IsZero() {
				t.Errorf("got %+v, want one that is pending", s)
			}
			return err
		})
		w.work()
		w.balanced()
	})
}

// A mail that always breaks its reader fails, visibly, and can be retried by hand after a fix.
func TestPoison(t *testing.T) {
	tests := []struct {
		name    string
		fail    func() error
		tries   int
		reasons string
	}{
		{"a reader that falls is tried three times", func() error { panic("parser bug") }, 3, "parser bug"},
		{"what is broken around it has hours to be mended", func() error { return errors.New("store away") }, 12, "store away"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
				w := newWorld(t, d)
				tries := 0
				w.store.fail = func(what string) error {
					if what == "put" {
						return nil
					}
					tries++
					return tt.fail()
				}
				id := w.accept(w.from(carla, "Hi", "Hi"))
				w.workFor(20 * time.Hour)
				m := w.message(id)
				if m.Outcome != mailbox.Failed || !strings.Contains(m.Reason, tt.reasons) || tries != tt.tries || m.Attempts != tt.tries {
					t.Errorf("after %d attempts (%d kept) it is %s: %s", tries, m.Attempts, m.Outcome, m.Reason)
				}
				w.store.fail = nil
				mustertest.Do(t, d, w.As(w.Ann), func(tx *db.Tx) error {
					n, err := mailbox.RetryFailed(tx)
					if n != 1 {
						t.Errorf("%d mails are tried again, want 1", n)
					}
					return err
				})
				w.work()
				if m = w.message(id); m.Outcome != mailbox.Opened {
					t.Errorf("after the fix it is %s: %s", m.Outcome, m.Reason)
				}
				w.balanced()
			})
		})
	}
}

// Two desks that answer each other by themselves fall silent.
func TestTwoDesksFallSilent(t *testing.T) {
	marks := []string{"Auto-Submitted", "X-Auto-Response-Suppress", "X-Muster-Loop"}
	tests := []struct {
		name  string
		strip []string // fields that a gateway between them takes away
		most  int
	}{
		{"as they are", nil, 3},
		{"without the marks of automatic mail", marks, 3},
		{"without those, and without any thread", append(marks, "Message-ID", "In-Reply-To", "References", "Reply-To"), 12},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
				d2 := mustertest.Open(t, "sqlite:"+t.TempDir()+"/two.db")
				one, two := newWorld(t, d), newWorldOf(t, d2, "desk.two.example", "help@two.example")
				for _, w := range []*world{one, two} {
					in := w.support
					in.AutoAck = "We have your mail."
					w.support = w.save(in)
				}
				one.take(one.from(two.support.Address, "Order", "When does it come?"))
				total, seen := 0, map[*world]int{}
				for round := 0; round < 60; round++ {
					for from, to := range map[*world]*world{one: two, two: one} {
						for ; seen[from] < len(from.sent); seen[from]++ {
							total++
							to.take(without(string(from.sent[seen[from]].Raw), tt.strip), func(o *mailbox.Origin) { o.Inbox = to.support.ID })
						}
					}
				}
				if total == 0 || total > tt.most {
					t.Errorf("%d automatic mails went to and fro, want 1 to %d", total, tt.most)
				}
				one.balanced()
				two.balanced()
				if err := d2.Close(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// without takes header fields away.
func without(raw string, fields []string) string {
	head, body, _ := strings.Cut(raw, "\r\n\r\n")
	var kept []string
	drop := false
	for line := range strings.SplitSeq(head, "\r\n") {
		if !strings.HasPrefix(line, " ") {
			name, _, _ := strings.Cut(line, ":")
			drop = false
			for _, f := range fields {
				drop = drop || strings.EqualFold(f, name)
			}
		}
		if !drop {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\r\n") + "\r\n\r\n" + body
}

// A mail whose job was lost is taken up again.
func TestSweep(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		id := w.accept(w.from(carla, "Hi", "Hi"))
		mustertest.Do(t, d, w.system, func(tx *db.Tx) error {
			n, err := tx.Exec(`DELETE FROM jobs WHERE workspace_id = $1 AND task = 'mailbox.intake'`, tx.Workspace)
			if n != 1 {
				t.Errorf("%d jobs were there to be lost, want 1", n)
			}
			return err
		})
		time.Sleep(11 * time.Hour)
		if err := mailbox.Sweep(w.office, t.Context()); err != nil {
			t.Fatal(err)
		}
		w.work()
		if m := w.message(id); m.Outcome != mailbox.Pending {
			t.Errorf("after 11 hours it is %s, want pending: its job may still be at it", m.Outcome)
		}
		time.Sleep(2 * time.Hour)
		if err := mailbox.Sweep(w.office, t.Context()); err != nil {
			t.Fatal(err)
		}
		w.work()
		if m := w.message(id); m.Outcome != mailbox.Opened {
			t.Errorf("after 13 hours it is %s, want a ticket", m.Outcome)
		}
	})
}

// Many mails at a time, each offered twice and some stumbling, have one outcome each.
func TestManyAtOnce(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		const mails, senders = 60, 7
		raws := make([]string, mails)
		for i := range raws {
			raws[i] = w.from(fmt.Sprintf("p%d@x.example", i%senders), fmt.Sprint("Mail ", i), "Hi")
		}
		n := 0
		w.store.fail = func(what string) error { // under the store's lock
			if n++; n%5 == 0 && what == "open" {
				return errors.New("away")
			}
			return nil
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- w.Bus.Work(ctx) }()
		var wg sync.WaitGroup
		for i := range 2 * mails {
			wg.Go(func() {
				o := mailbox.Origin{Source: mailbox.SMTP, Transaction: fmt.Sprint(i), EnvelopeTo: []string{w.support.Address}}
				if _, err := w.office.Accept(ctx, w.Workspace.ID, o, strings.NewReader(raws[i%mails])); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		time.Sleep(time.Minute)
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		w.count(mails)
		mustertest.See(t, d, w.system, func(tx *db.Tx) error {
			s, err := mailbox.Summary(tx)
			if s.Received != 2*mails || s.Pending != 0 || s.Outcomes[mailbox.Opened] != mails || s.Outcomes[mailbox.DuplicateOf] != mails || s.Unaccounted != 0 {
				t.Errorf("got %+v, want each mail once as a ticket and once as its duplicate", s)
			}
			return err
		})
		w.balanced()
	})
}
