package mailbox_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/mailbox"
	"muster/internal/mailbox/inbox"
	"muster/internal/mailbox/letter"
	"muster/internal/mustertest"
	"muster/internal/ticket"
)

// Each row is a rule of what one mail becomes.
func TestOutcomes(t *testing.T) {
	tests := []struct {
		name  string
		inbox func(*inbox.Inbox)
		from  func(*mailbox.Origin)
		raw   func(*world) string
		want  mailbox.Outcome
		check func(*world, mailbox.Message)
	}{
		{name: "text and HTML are kept, the HTML cleaned, the history set apart", want: mailbox.Opened,
			raw: func(w *world) string {
				return w.from(carla, "Hi", `<p onclick="x()">New words</p><script>alert(1)</script><img src="https://track.example/p.png"><div class="gmail_quote"><blockquote class="gmail_quote">Old words</blockquote></div>`, "Content-Type: text/html; charset=utf-8")
			},
			check: func(w *world, m mailbox.Message) {
				_, es := w.ticket(m)
				b := es[0].Body
				if strings.Contains(b.HTML, "script") || strings.Contains(b.HTML, "onclick") || !strings.Contains(b.Text, "New words") ||
					strings.Contains(b.HTML, "Old words") || !strings.Contains(b.Quoted, "Old words") || b.Remote != 1 {
					w.t.Errorf("got the body %+v", b)
				}
			}},
		{name: "plain text is shown as it stands, its history set apart", want: mailbox.Opened,
			raw: func(w *world) string {
				return w.from(carla, "Hi", "a < b\n\nOn Thu, 5 Mar 2026, Ann wrote:\n> Old words\n")
			},
			check: func(w *world, m mailbox.Message) {
				_, es := w.ticket(m)
				if b := es[0].Body; b.Text != "a < b" || b.HTML != "<p>a &lt; b</p>" || !strings.Contains(b.Quoted, "Old words") {
					w.t.Errorf("got the body %+v", b)
				}
			}},
		{name: "attachments go to the store", want: mailbox.Opened,
			raw: func(w *world) string {
				return w.from(carla, "Hi", "--b\n\nSee there.\n--b\nContent-Type: image/png; name=a.png\nContent-ID: <pic@x>\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b--\n", "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b")
			},
			check: func(w *world, m mailbox.Message) {
				tt, es := w.ticket(m)
				if a := es[0].Attachments; len(a) != 1 || a[0].Name != "a.png" || a[0].Size != 5 || a[0].ContentID != "pic@x" || tt.Files != 1 {
					w.t.Errorf("got the attachments %+v and %d files", a, tt.Files)
				}
			}},
		{name: "no subject", want: mailbox.Opened, raw: func(w *world) string { return w.from(carla, "Re:", "Hi") },
			check: func(w *world, m mailbox.Message) { w.titled(m, "(no subject)") }},
		{name: "no From", want: mailbox.Opened, raw: func(w *world) string { return letterOf("Subject: Hi\nTo: x@y.example", "Hi") },
			check: func(w *world, m mailbox.Message) {
				tt, es := w.ticket(m)
				if tt.Requester != "" || es[0].Author.Name != "Unknown sender" || !strings.Contains(es[0].Verdict.Notes, letter.NoteNoFrom.Sentence()) {
					w.t.Errorf("got the requester %q and the entry %+v", tt.Requester, es[0])
				}
			}},
		{name: "no Message-ID: one is made of the bytes", want: mailbox.Opened, raw: func(w *world) string { return letterOf("From: "+carla+"\nSubject: Hi", "Hi") },
			check: func(w *world, m mailbox.Message) {
				if !strings.HasSuffix(m.MessageID, "@missing") {
					w.t.Errorf("got the id %s", m.MessageID)
				}
			}},
		{name: "a malformed Message-ID is taken as it stands", want: mailbox.Opened, raw: func(w *world) string { return w.from(carla, "Hi", "Hi", "Message-ID: a@@b") },
			check: func(w *world, m mailbox.Message) {
				if m.MessageID != "a@@b" {
					w.t.Errorf("got the id %s", m.MessageID)
				}
			}},
		{name: "an empty message is a mail like one without a text: to try it again would help nobody", want: mailbox.Opened, raw: func(*world) string { return "" }},
		{name: "Reply-To is honoured", want: mailbox.Opened, raw: func(w *world) string {
			return w.from("form@web.example", "Hi", "Hi", "Reply-To: Rita <rita@r.example>", "Cc: form@web.example")
		},
			check: func(w *world, m mailbox.Message) {
				w.requested(m, "Rita", "rita@r.example")
				w.copied(m, 0)
			}},
		{name: "a list that put itself into From", want: mailbox.Opened,
			raw: func(w *world) string {
				return w.from("'Lena L' via Help <help@lists.example>", "Hi", "Hi", "List-Id: <help.lists.example>", "List-Post: <mailto:help@lists.example>", "X-Original-From: Lena L <lena@l.example>", "Cc: lena@l.example")
			},
			check: func(w *world, m mailbox.Message) {
				w.requested(m, "Lena L", "lena@l.example")
				w.copied(m, 0)
			}},
		{name: "what an agent passes on is its writer's", want: mailbox.Opened,
			raw: func(w *world) string {
				return w.from("ann@quillmere.example", "Fwd: Toner", "fyi\n\n---------- Forwarded message ---------\nFrom: Otto Ohm <otto@ohm.example>\nDate: Mon, 2 Mar 2026 at 10:00\nSubject: Toner\nTo: <ann@quillmere.example>\n\nWe need toner.\n")
			},
			check: func(w *world, m mailbox.Message) {
				w.requested(m, "Otto Ohm", "otto@ohm.example")
				w.titled(m, "Toner")
				if _, es := w.ticket(m); !strings.Contains(es[0].Body.Text, "We need toner") || !strings.Contains(es[0].Verdict.Notes, "Passed on by Ann") {
					w.t.Errorf("got the entry %+v", es[0])
				}
			}},
		{name: "what a customer passes on is the customer's", want: mailbox.Opened,
			raw: func(w *world) string {
				return w.from(carla, "FW: Toner", "Can you help him?\n\n-----Original Message-----\nFrom: Otto Ohm <otto@ohm.example>\nSent: Monday, 2 March 2026 10:00\nTo: Carla\nSubject: Toner\n\nWe need toner.\n")
			},
			check: func(w *world, m mailbox.Message) {
				w.requested(m, "Carla Cole", carla)
				if _, es := w.ticket(m); !strings.Contains(es[0].Body.Text, "We need toner") {
					w.t.Errorf("what was passed on is hidden: %+v", es[0].Body)
				}
			}},
		{name: "a machine's mail is kept, and quiet", want: mailbox.Opened, inbox: func(in *inbox.Inbox) { in.AutoAck = "Thanks." },
			raw: func(w *world) string {
				return w.from("nagios@net.example", "DOWN web1", "web1 is down", "Auto-Submitted: auto-generated", "Cc: ops@net.example")
			},
			check: func(w *world, m mailbox.Message) {
				tt, es := w.ticket(m)
				if len(es) != 1 || !es[0].Quiet || es[0].Verdict.Auto == "" || !tt.CustomerAt.IsZero() || len(w.sent) != 0 {
					w.t.Errorf("got %d entries, %d mails sent, %+v", len(es), len(w.sent), es[0])
				}
				w.copied(m, 0)
			}},
		{name: "a group whose address is the inbox's makes nobody a machine", want: mailbox.Opened,
			raw: func(w *world) string {
				return w.from(carla, "Hi", "Hi", "List-Id: Help <support.quillmere.example>", "List-Post: <https://x.example>, <mailto:support@quillmere.example>", "Precedence: list")
			},
			check: func(w *world, m mailbox.Message) { w.quiet(m, false) }},
		{name: "another list does", want: mailbox.Opened,
			raw:   func(w *world) string { return w.from(carla, "Hi", "Hi", "List-Id: <news.other.example>") },
			check: func(w *world, m mailbox.Message) { w.quiet(m, true) }},
		{name: "the verdict is shown", want: mailbox.Opened, from: func(o *mailbox.Origin) { o.Verdict = mailbox.Verdict{SPF: "pass", DKIM: "fail", DMARC: "pass"} },
			raw: func(w *world) string { return w.from(carla, "Hi", "Hi") },
			check: func(w *world, m mailbox.Message) {
				if _, es := w.ticket(m); es[0].Verdict.SPF != "pass" || es[0].Verdict.DKIM != "fail" || es[0].Verdict.DMARC != "pass" {
					w.t.Errorf("got the verdict %+v", es[0].Verdict)
				}
			}},
		{name: "a failed DMARC quarantines where the domain asks to", want: mailbox.Quarantined,
			from: func(o *mailbox.Origin) { o.Verdict = mailbox.Verdict{DMARC: "fail", Policy: "reject"} },
			raw:  func(w *world) string { return w.from(carla, "Hi", "Hi") }},
		{name: "and not where it does not", want: mailbox.Opened, from: func(o *mailbox.Origin) { o.Verdict = mailbox.Verdict{DMARC: "fail", Policy: "none"} },
			inbox: func(in *inbox.Inbox) { in.AutoAck = "Thanks." },
			raw:   func(w *world) string { return w.from(carla, "Hi", "Hi") },
			check: func(w *world, m mailbox.Message) {
				if len(w.sent) != 0 {
					w.t.Error("an address that may be forged was answered")
				}
			}},
		{name: "who is vouched for is answered, though the mail came by another's server", want: mailbox.Opened,
			from:  func(o *mailbox.Origin) { o.Verdict = mailbox.Verdict{SPF: "fail", DKIM: "pass", DMARC: "pass"} },
			inbox: func(in *inbox.Inbox) { in.AutoAck = "Thanks." },
			raw:   func(w *world) string { return w.from(carla, "Hi", "Hi") },
			check: func(w *world, m mailbox.Message) {
				if len(w.sent) != 1 {
					w.t.Errorf("%d answers were sent, want one", len(w.sent))
				}
			}},
		{name: "a blocked address is dropped", want: mailbox.Dropped, inbox: func(in *inbox.Inbox) { in.Block = []string{"Carla@acme.example"} },
			raw: func(w *world) string { return w.from(carla, "Hi", "Hi") }},
		{name: "a blocked domain is dropped, and those below it", want: mailbox.Dropped, inbox: func(in *inbox.Inbox) { in.Block = []string{"@acme.example"} },
			raw: func(w *world) string { return w.from("x@news.acme.example", "Hi", "Hi") }},
		{name: "a domain that only ends alike is not", want: mailbox.Opened, inbox: func(in *inbox.Inbox) { in.Block = []string{"cme.example"} },
			raw: func(w *world) string { return w.from(carla, "Hi", "Hi") }},
		{name: "a new ticket is acknowledged", want: mailbox.Opened, inbox: func(in *inbox.Inbox) { in.AutoAck = "Dear {{name}}, **{{title}}** is #{{number}}." },
			raw: func(w *world) string { return w.from("Carla <"+carla+">", "A *big* one", "Hi") },
			check: func(w *world, m mailbox.Message) {
				if len(w.sent) != 1 {
					w.t.Fatalf("%d mails were sent, want 1", len(w.sent))
				}
				raw := string(w.sent[0].Raw)
				if strings.Contains(raw, "wrote:") {
					w.t.Error("a machine quotes what it answers")
				}
				if !strings.Contains(raw, "Dear Carla Cole, A *big* one is #1.") || header(w.sent[0].Raw, "Auto-Submitted") != "auto-replied" || header(w.sent[0].Raw, letter.LoopHeader) == "" ||
					header(w.sent[0].Raw, "In-Reply-To") != "<"+m.MessageID+">" {
					w.t.Errorf("got\n%s", raw)
				}
			}},
		{name: "in the words of the template, if the inbox has none", want: mailbox.Opened, inbox: func(in *inbox.Inbox) { in.Acknowledge = true },
			raw: func(w *world) string { return w.from("Carla <"+carla+">", "A *big* one", "Hi") },
			check: func(w *world, m mailbox.Message) {
				if len(w.sent) != 1 || !strings.Contains(string(w.sent[0].Raw), "Hello Carla Cole,") || !strings.Contains(string(w.sent[0].Raw), "A *big* one") {
					w.t.Errorf("got %d mails: %+v", len(w.sent), w.sent)
				}
			}},
		{name: "what a title says is no variable", want: mailbox.Opened, inbox: func(in *inbox.Inbox) { in.AutoAck = "{{title}}" },
			raw: func(w *world) string { return w.from("Carla <"+carla+">", "{{number}} {{ticket.number}}", "Hi") },
			check: func(w *world, m mailbox.Message) {
				if len(w.sent) != 1 || !strings.Contains(string(w.sent[0].Raw), "\r\n{{number}} {{ticket.number}}") {
					w.t.Errorf("got %s", w.sent[0].Raw)
				}
			}},
		{name: "the inbox says of which kind and whose the tickets are", want: mailbox.Opened, inbox: func(in *inbox.Inbox) { in.Kind, in.Team = "complaint", "" },
			raw: func(w *world) string { return w.from(carla, "Hi", "Hi") },
			check: func(w *world, m mailbox.Message) {
				if tt, _ := w.ticket(m); tt.Kind != "complaint" || tt.Team != "" || tt.Inbox != w.support.ID {
					w.t.Errorf("got a %s of the team %q", tt.Kind, tt.Team)
				}
			}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
				w := newWorld(t, d)
				if tt.inbox != nil {
					in := w.support
					tt.inbox(&in)
					w.support = w.save(in)
				}
				from := func(o *mailbox.Origin) {
					if tt.from != nil {
						tt.from(o)
					}
				}
				m := w.take(tt.raw(w), from)
				if m.Outcome != tt.want || m.Reason == "" || m.SettledAt.IsZero() || len(m.Steps) == 0 {
					t.Errorf("got %s (%q, %v), want %s", m.Outcome, m.Reason, m.Steps, tt.want)
				}
				if tt.check != nil {
					tt.check(w, m)
				}
				w.balanced()
			})
		})
	}
}

func (w *world) titled(m mailbox.Message, want string) {
	w.t.Helper()
	if t, _ := w.ticket(m); t.Title != want {
		w.t.Errorf("the ticket is called %q, want %q", t.Title, want)
	}
}

// copied checks how many people get copies.
func (w *world) copied(m mailbox.Message, want int) {
	w.t.Helper()
	t, _ := w.ticket(m)
	mustertest.See(w.t, w.DB, w.system, func(tx *db.Tx) error {
		ps, err := ticket.Participants(tx, t)
		if len(ps) != want {
			w.t.Errorf("%+v get copies, want %d", ps, want)
		}
		return err
	})
}

func (w *world) quiet(m mailbox.Message, want bool) {
	w.t.Helper()
	if _, es := w.ticket(m); es[0].Quiet != want {
		w.t.Errorf("the entry is quiet: %v, want %v", es[0].Quiet, want)
	}
}

func (w *world) requested(m mailbox.Message, name, address string) {
	w.t.Helper()
	t, es := w.ticket(m)
	mustertest.See(w.t, w.DB, w.system, func(tx *db.Tx) error {
		p, err := ticket.RequesterOf(tx, t)
		if p.Name != name || p.Address != address || es[0].Author.Name != name || es[0].Author.Kind != access.Customer {
			w.t.Errorf("the requester is %+v, the author %+v, want %s <%s>", p, es[0].Author, name, address)
		}
		return err
	})
}

// Each row is a mail that is offered twice, in one way or another.
func TestSameMail(t *testing.T) {
	second := func(w *world) inbox.Inbox {
		return w.save(inbox.Inbox{Name: "Sales", Address: "sales@quillmere.example", Active: true})
	}
	at := func(in inbox.Inbox) func(*mailbox.Origin) { return func(o *mailbox.Origin) { o.Inbox = in.ID } }
	tests := []struct {
		name string
		run  func(*world) []string // ids
		want string
	}{
		{"two inboxes: the first wins, whatever was added on the way", func(w *world) []string {
			raw, sales := w.from(carla, "Hi", "Hi"), second(w)
			return []string{w.take(raw).ID, w.accept("Received: by x\r\nDelivered-To: sales@quillmere.example\r\n"+raw, at(sales))}
		}, "ticket duplicate-of"},
		{"an inbox that takes its own copy", func(w *world) []string {
			raw, sales := w.from(carla, "Hi", "Hi", "Cc: sales@quillmere.example"), second(w)
			sales.OwnCopy = true
			w.save(sales)
			return []string{w.accept(raw), w.accept(raw, at(sales))}
		}, "ticket ticket"},
		{"its own copy does not stand for another's", func(w *world) []string {
			raw, sales := w.from(carla, "Hi", "Hi", "Cc: sales@quillmere.example"), second(w)
			sales.OwnCopy = true
			w.save(sales)
			return []string{w.accept(raw, at(sales)), w.accept(raw)}
		}, "ticket ticket"},
		{"one transaction to two inboxes", func(w *world) []string {
			sales := second(w)
			id := w.accept(w.from(carla, "Hi", "Hi"), func(o *mailbox.Origin) {
				*o = mailbox.Origin{Source: mailbox.SMTP, Transaction: "t1", EnvelopeTo: []string{w.support.Address, sales.Address}}
			})
			return append([]string{id}, w.others(id)...)
		}, "ticket duplicate-of"},
		{"the first wins though it stumbles", func(w *world) []string {
			raw, sales, stumbled := w.from(carla, "Hi", "Hi"), second(w), false
			ids := []string{w.accept(raw), w.accept(raw, at(sales))}
			w.store.fail = func(what string) error {
				if what == "open" && !stumbled {
					stumbled = true
					return errors.New("away")
				}
				return nil
			}
			w.workFor(time.Minute)
			return ids
		}, "ticket duplicate-of"},
		{"a changed UIDVALIDITY scans again", func(w *world) []string {
			raw := w.from(carla, "Hi", "Hi")
			return []string{w.accept(raw), w.accept(raw, func(o *mailbox.Origin) { o.UIDValidity = 8 })}
		}, "ticket duplicate-of"},
		{"the same UID is one message", func(w *world) []string {
			raw := w.from(carla, "Hi", "Hi")
			same := func(o *mailbox.Origin) { o.UID = 99 }
			a, b := w.accept(raw, same), w.accept(raw, same)
			if a != b {
				w.t.Errorf("the same UID is two messages, %s and %s", a, b)
			}
			return []string{a}
		}, "ticket"},
		{"the same transaction is one message", func(w *world) []string {
			raw := w.from(carla, "Hi", "Hi")
			same := func(o *mailbox.Origin) {
				*o = mailbox.Origin{Source: mailbox.SMTP, Transaction: "t1", EnvelopeTo: []string{w.support.Address}}
			}
			if a, b := w.accept(raw, same), w.accept(raw, same); a != b {
				w.t.Errorf("the same transaction is two messages, %s and %s", a, b)
			}
			return []string{w.accept(raw, same)}
		}, "ticket"},
		{"another's Message-ID, of another sender", func(w *world) []string {
			return []string{w.accept(w.from(carla, "Hi", "Hi", "Message-ID: <a@b>")), w.accept(w.from(stranger, "Hi", "Hi", "Message-ID: <a@b>"))}
		}, "ticket ticket"},
		{"another's Message-ID, with other words", func(w *world) []string {
			return []string{w.accept(w.from(carla, "Hi", "Hi", "Message-ID: <a@b>")), w.accept(w.from(carla, "Hi", "Other", "Message-ID: <a@b>"))}
		}, "ticket ticket"},
		{"a program with one Message-ID for all it sends", func(w *world) []string {
			raw := w.from(carla, "Alert", "Disk full", "Message-ID: <alert@host>")
			return []string{w.accept(raw), w.accept(strings.Replace(raw, "5 Mar 2026", "6 Mar 2026", 1))}
		}, "ticket ticket"},
		{"the copy of what is in quarantine", func(w *world) []string {
			raw, bad := w.from(carla, "Hi", "Hi"), func(o *mailbox.Origin) { o.Verdict = mailbox.Verdict{DMARC: "fail", Policy: "quarantine"} }
			ids := []string{w.accept(raw, bad), w.accept(raw, bad)}
			w.work()
			for _, id := range ids {
				mustertest.Do(w.t, w.DB, w.As(w.Ann), func(tx *db.Tx) error { return mailbox.Release(tx, id) })
				w.work()
			}
			return ids
		}, "ticket duplicate-of"},
		{"our own mail that came back", func(w *world) []string {
			w.take(w.from(carla, "Hi", "Hi"))
			return []string{w.accept(string(w.answer(1, "Yes?").Raw))}
		}, "duplicate-of"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
				w := newWorld(t, d)
				ids := tt.run(w)
				w.work()
				var got []string
				for _, id := range ids {
					m := w.message(id)
					got = append(got, string(m.Outcome))
					if m.Outcome == mailbox.DuplicateOf && m.Other == "" {
						t.Errorf("it does not say whose duplicate it is: %+v", m)
					}
				}
				if s := strings.Join(got, " "); s != tt.want {
					t.Errorf("got %s, want %s", s, tt.want)
				}
				w.balanced()
			})
		})
	}
}

// others returns the ids of all messages but one.
func (w *world) others(id string) (ids []string) {
	w.t.Helper()
	mustertest.See(w.t, w.DB, w.system, func(tx *db.Tx) error {
		page, err := mailbox.Ledger(tx, mailbox.LedgerQuery{})
		for _, m := range page.Messages {
			if m.ID != id {
				ids = append(ids, m.ID)
			}
		}
		return err
	})
	return ids
}

// What is over a limit is kept, said on the ticket, and told to the sender once a day.
func TestOverALimit(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.office.Limits.Size = 1 << 10
		w.office.Limits.Addresses = 20
		many := "Cc: a0@b.example"
		for i := range 30 {
			many += fmt.Sprintf(", a%d@b.example", i)
		}
		for i, raw := range []string{w.from(carla, "Big", strings.Repeat("x", 2000)), w.from(carla, "Many", "Hi", many)} {
			m := w.take(raw)
			tt, es := w.ticket(m)
			a := es[0].Attachments
			if m.Outcome != mailbox.Opened || !strings.Contains(es[0].Body.Text, "original is attached") || len(a) != 1 || a[0].Blob != m.Blob || a[0].Size != int64(len(raw)) {
				t.Errorf("got %s and the entry %+v of %s", m.Outcome, es[0], tt.Title)
			}
			mustertest.See(t, d, w.system, func(tx *db.Tx) error {
				ps, err := ticket.Participants(tx, tt)
				if len(ps) != 0 {
					t.Errorf("%d people of a mail that was not read get copies, want none", len(ps))
				}
				return err
			})
			if len(w.sent) != 1 || !strings.Contains(string(w.sent[0].Raw), "Your message was kept") {
				t.Errorf("after mail %d, %d notices were sent, want one", i, len(w.sent))
			}
		}
	})
}

// Large mails are read one after the other, whatever the number of workers: each takes many times its size of memory.
func TestLargeMailsTakeTurns(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		var reading, most atomic.Int64
		w := newWorldOf(t, d, "desk.quillmere.example", "support@quillmere.example", func(o *mailbox.Office) {
			o.Limits = letter.DefaultLimits()
			o.Limits.Size = 100_000
			o.Judge = func(context.Context, mailbox.Message, inbox.Inbox, []byte, *letter.Letter) mailbox.Verdict {
				if n := reading.Add(1); n > most.Load() {
					most.Store(n)
				}
				time.Sleep(50 * time.Millisecond)
				reading.Add(-1)
				return mailbox.Verdict{}
			}
		})
		var ids []string
		for i := range 3 {
			ids = append(ids, w.accept(w.from(carla, fmt.Sprintf("Large %d", i), strings.Repeat("word\n", 12_000))))
		}
		ctx, stop := context.WithCancel(t.Context())
		var worker sync.WaitGroup
		worker.Go(func() { w.Bus.Work(ctx) })
		for _, id := range ids {
			for w.message(id).Outcome == mailbox.Pending {
				time.Sleep(10 * time.Millisecond)
			}
		}
		stop()
		worker.Wait()
		if most.Load() != 1 {
			t.Errorf("%d were read at a time, want one", most.Load())
		}
	})
}
