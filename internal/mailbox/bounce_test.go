package mailbox_test

import (
	"fmt"
	"strings"
	"testing"

	"muster/internal/db"
	"muster/internal/mailbox"
	"muster/internal/mailbox/inbox"
	"muster/internal/mailbox/outbox"
	"muster/internal/mustertest"
	"muster/internal/request"
	"muster/internal/ticket"
)

// dsn is a report of a mail system about one recipient.
func dsn(to, about, address, action, status, said string) string {
	return letterOf("From: MAILER-DAEMON@mx.acme.example\nTo: "+to+"\nSubject: Undelivered Mail\nReturn-Path: <>\nMessage-ID: <dsn1@mx.acme.example>\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b",
		"--b\nContent-Type: text/plain\n\nYour mail was not delivered.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.acme.example\n\nFinal-Recipient: rfc822; "+
			address+"\nAction: "+action+"\nStatus: "+status+"\nDiagnostic-Code: smtp; "+said+"\n--b\nContent-Type: text/rfc822-headers\n\n"+about+"Subject: Hi\n--b--\n")
}

// Each row is a report about Ann's answer on ticket 1, which went to Carla and Dora.
func TestBounces(t *testing.T) {
	about := func(o outbox.Mail) string { return "Message-ID: " + header(o.Raw, "Message-ID") + "\n" }
	tests := []struct {
		name   string
		raw    func(*world, outbox.Mail) string
		want   mailbox.Outcome
		states string
		note   string
	}{
		{"by the Message-ID", func(w *world, o outbox.Mail) string {
			return dsn(w.support.Address, about(o), carla, "failed", "5.1.1", "550 5.1.1 no such user")
		}, mailbox.BounceOf, "carla bounced 1, dora sent 1", "The mail to carla@acme.example did not arrive: 550 5.1.1 no such user"},
		{"by the address that it was returned to", func(w *world, o outbox.Mail) string {
			return dsn(o.EnvelopeFrom, "", carla, "failed", "5.1.1", "no such user")
		}, mailbox.BounceOf, "carla bounced 1, dora sent 1", "did not arrive: 5.1.1 no such user"},
		{"by the recipient", func(w *world, o outbox.Mail) string {
			return dsn(w.support.Address, "", "Dora@acme.example", "failed", "5.2.2", "full")
		}, mailbox.BounceOf, "carla sent 1, dora bounced 1", "The mail to Dora@acme.example did not arrive: 5.2.2 full"},
		{"a delay is only noted", func(w *world, o outbox.Mail) string {
			return dsn(w.support.Address, about(o), carla, "delayed", "4.4.1", "no answer")
		}, mailbox.BounceOf, "carla sent 1, dora sent 1", "has not arrived yet; it is still being tried: 4.4.1 no answer"},
		{"a complaint", func(w *world, o outbox.Mail) string {
			return letterOf("From: fbl@acme.example\nTo: "+w.support.Address+"\nSubject: complaint\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary=b",
				"--b\nContent-Type: text/plain\n\nspam\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\nOriginal-Rcpt-To: <dora@acme.example>\n\n--b\nContent-Type: message/rfc822\n\n"+about(o)+"Subject: Hi\n\nx\n--b--\n")
		}, mailbox.BounceOf, "carla sent 1, dora complained 1", "dora@acme.example called the mail spam"},
		{"about a mail that is not ours: a mail like others", func(w *world, o outbox.Mail) string {
			return dsn(w.support.Address, "Message-ID: <x@y.example>\n", "who@y.example", "failed", "5.1.1", "no such user")
		}, mailbox.Opened, "carla sent 1, dora sent 1", ""},
		{"a forged signature: a mail like others", func(w *world, o outbox.Mail) string {
			return dsn(w.support.Address, broken(about(o)), "who@y.example", "failed", "5.1.1", "no such user")
		}, mailbox.Opened, "carla sent 1, dora sent 1", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
				w := newWorld(t, d)
				w.take(w.from(carla, "Hi", "Hi", "Cc: dora@acme.example"))
				out := w.answer(1, "Hello.")
				resolved := request.Resolved
				w.change(1, ticket.Change{State: &resolved})
				m := w.take(tt.raw(w, out))
				if m.Outcome != tt.want || w.states(1) != tt.states {
					t.Errorf("got %s (%s) and %s, want %s and %s", m.Outcome, m.Reason, w.states(1), tt.want, tt.states)
				}
				if tt.note != "" {
					w.noted(1, tt.note)
					if got, _ := w.ticket(m); got.State != request.Resolved || m.Entry == "" || m.Other == "" {
						t.Errorf("the ticket is %s, want it to stay resolved; the mail says %+v", got.State, m)
					}
				}
				if len(w.sent) != 1 {
					t.Errorf("%d mails were sent: a report was answered", len(w.sent)-1)
				}
				w.balanced()
			})
		})
	}
}

// Past the caps mail waits in quarantine, with one notice; what is released goes on.
func TestCaps(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		in := w.support
		in.AutoAck, in.Caps = "Thanks.", inbox.Caps{Tickets: 6, Messages: 4, Answers: 2}
		w.support = w.save(in)
		count := map[mailbox.Outcome]int{}
		var last mailbox.Message
		for i := range 10 {
			last = w.take(w.from(stranger, fmt.Sprint("New ", i), "Hi"))
			count[last.Outcome]++
		}
		if count[mailbox.Opened] != 6 || count[mailbox.Quarantined] != 4 || !strings.Contains(last.Reason, "opens more than 6 tickets an hour") {
			t.Errorf("got %v, the last because %q", count, last.Reason)
		}
		if len(w.sent) != 2 {
			t.Errorf("%d automatic answers went out, want 2", len(w.sent))
		}
		w.noted(6, "has opened 6 tickets within an hour")
		m := w.take(w.from(carla, "Other", "Hi"))
		if m.Outcome != mailbox.Opened {
			t.Errorf("another sender's mail became %s", m.Outcome)
		}
		tt, _ := w.ticket(m)
		clear(count)
		for i := range 8 {
			last = w.take(w.from(carla, "More", fmt.Sprint("Line ", i), "In-Reply-To: <"+m.MessageID+">"))
			count[last.Outcome]++
		}
		if count[mailbox.Joined] != 4 || count[mailbox.Quarantined] != 4 {
			t.Errorf("got %v on one ticket", count)
		}
		w.noted(tt.Number, "got 4 mails within an hour")
		mustertest.Do(t, d, w.As(w.Ann), func(tx *db.Tx) error { return mailbox.Release(tx, last.ID) })
		w.work()
		if last = w.message(last.ID); last.Outcome != mailbox.Joined || !last.Trusted {
			t.Errorf("after its release it is %s: %s", last.Outcome, last.Reason)
		}
		w.balanced()
		w.workFor(70 * 60e9)
		if m := w.take(w.from(stranger, "Later", "Hi")); m.Outcome != mailbox.Opened {
			t.Errorf("after an hour a mail becomes %s", m.Outcome)
		}
	})
}
