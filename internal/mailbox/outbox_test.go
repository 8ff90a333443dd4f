package mailbox_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/mailbox/inbox"
	"muster/internal/mailbox/letter"
	"muster/internal/mailbox/outbox"
	"muster/internal/mustertest"
	"muster/internal/ticket"
)

// states returns how far the last answer on ticket 1 has come, by address.
func (w *world) states(number int64) string {
	w.t.Helper()
	var all []string
	mustertest.See(w.t, w.DB, w.system, func(tx *db.Tx) error {
		t, err := ticket.Find(tx, number)
		if err != nil {
			return err
		}
		es, err := ticket.Entries(tx, t, "", 100)
		if err != nil {
			return err
		}
		var last string
		for _, e := range es {
			if e.Kind.Outgoing() {
				last = e.ID
			}
		}
		of, err := outbox.Deliveries(tx, []string{last})
		for _, d := range of[last] {
			all = append(all, fmt.Sprintf("%s %s %d", strings.Split(d.Address, "@")[0], d.State, d.Attempts))
		}
		return err
	})
	slices.Sort(all)
	return strings.Join(all, ", ")
}

func TestAnAnswerGoesOut(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		in := w.support
		in.FromName, in.Signature = "Quillmere Hilfe", "Your *team*"
		w.support = w.save(in)
		m := w.take(w.from("Carla <"+carla+">", "Prïnter", "It burns.\nBadly.", "Cc: Dora <dora@acme.example>"))
		out := w.answer(1, "Try **water**.")
		raw := string(out.Raw)
		l, err := letter.Read(out.Raw, letter.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		tests := []struct{ what, got, want string }{
			{"recipients", strings.Join(out.Recipients, " "), "carla@acme.example dora@acme.example"},
			{"From", l.From.String(), "Quillmere Hilfe <support@quillmere.example>"},
			{"To", l.To[0].String(), "Carla Cole <carla@acme.example>"},
			{"Cc", l.Cc[0].String(), "Dora <dora@acme.example>"},
			{"Subject", l.Subject, "Re: Prïnter [#1]"},
			{"In-Reply-To", strings.Join(l.InReplyTo, " "), m.MessageID},
			{"References", strings.Join(l.References, " "), m.MessageID},
			{"Auto-Submitted", l.Get("Auto-Submitted"), ""},
			{"loop header", l.Get(letter.LoopHeader), ""},
			{"date", l.Date.String(), "2000-01-01 00:00:00 +0000 UTC"},
		}
		for _, tt := range tests {
			if tt.got != tt.want {
				t.Errorf("%s: got %q, want %q", tt.what, tt.got, tt.want)
			}
		}
		for _, want := range []string{"Try water.", "-- \nYour team", "On 1 January 2000 00:00 UTC, Carla Cole wrote:\n> It burns.\n> Badly."} {
			if !strings.Contains(l.Text, want) {
				t.Errorf("the text lacks %q:\n%s", want, l.Text)
			}
		}
		if !strings.Contains(l.HTML, "<strong>water</strong>") || !strings.Contains(l.HTML, `<blockquote type="cite">It burns.<br>Badly.`) {
			t.Errorf("got the page\n%s", l.HTML)
		}
		if !strings.HasPrefix(out.EnvelopeFrom, "support+b") || !strings.HasPrefix(addressIn(header(out.Raw, "Reply-To")), "support+t1.") {
			t.Errorf("it comes from %s, and answers go to %s", out.EnvelopeFrom, header(out.Raw, "Reply-To"))
		}
		if got := w.states(1); got != "carla sent 1, dora sent 1" {
			t.Errorf("the deliveries are %s", got)
		}
		if strings.Contains(strings.ReplaceAll(raw, "\r\n", ""), "\n") {
			t.Error("a line ends without CR")
		}
	})
}

func TestAnAnswerCarriesItsFiles(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.take(w.from(carla, "Hi", "Hi"))
		ref, err := w.store.Put(t.Context(), strings.NewReader("hello"))
		if err != nil {
			t.Fatal(err)
		}
		ann := w.As(w.Ann)
		mustertest.Do(t, d, ann, func(tx *db.Tx) error {
			var ids []string
			for _, name := range []string{"see.png", "résumé.txt"} {
				kind := map[bool]string{true: "image/png", false: "text/plain"}[name == "see.png"]
				a, err := ticket.Upload(tx, 1, ticket.Attachment{Name: name, Type: kind, Size: ref.Size, Blob: ref.Key})
				if err != nil {
					return err
				}
				ids = append(ids, a.ID)
			}
			body, err := ticket.Compose("Look: ![it](attachment:" + ids[0] + ")")
			if err != nil {
				return err
			}
			_, _, err = w.Desk.Write(tx, 1, ticket.Writing{Kind: ticket.Reply, Body: body, Attachments: []ticket.Attachment{{ID: ids[0]}, {ID: ids[1]}}})
			return err
		})
		w.work()
		l, err := letter.Read(w.sent[0].Raw, letter.Limits{})
		if err != nil || len(l.Parts) != 2 || !l.Parts[0].Inline || string(l.Parts[0].Data) != "hello" || l.Parts[1].Name != "résumé.txt" || l.Parts[1].Inline {
			t.Errorf("got the parts %+v (%v) of\n%s", l.Parts, err, w.sent[0].Raw)
		}
		if !strings.Contains(l.HTML, "cid:"+l.Parts[0].ContentID) {
			t.Errorf("the page does not show the picture:\n%s", l.HTML)
		}
	})
}

// Mail is tried for three days, each recipient apart, and under one Message-ID.
func TestRetries(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.take(w.from(carla, "Hi", "Hi", "Cc: dora@acme.example, nobody@acme.example"))
		w.reply = func(o outbox.Mail) []outbox.Result {
			var all []outbox.Result
			for _, r := range o.Recipients {
				switch {
				case strings.HasPrefix(r, "dora"):
					all = append(all, outbox.Result{Recipient: r, State: outbox.Sent, Code: 250})
				case strings.HasPrefix(r, "nobody"):
					all = append(all, outbox.Result{Recipient: r, State: outbox.Undelivered, Code: 550, Text: "5.1.1 no such user"})
				default:
					all = append(all, outbox.Result{Recipient: r, State: outbox.Deferred, Code: 451, Text: "come back later"})
				}
			}
			return all
		}
		if _, _, err := w.Write(w.As(w.Ann), 1, ticket.Reply, "Hello."); err != nil {
			t.Fatal(err)
		}
		w.workFor(time.Hour)
		if got := w.states(1); got != "carla deferred 4, dora sent 1, nobody failed 1" {
			t.Errorf("after an hour the deliveries are %s", got)
		}
		w.workFor(4 * 24 * time.Hour)
		if got := w.states(1); !strings.HasPrefix(got, "carla failed ") || !strings.HasSuffix(got, ", dora sent 1, nobody failed 1") {
			t.Errorf("after three days the deliveries are %s", got)
		}
		if n := len(w.sent); n < 15 || n > 40 {
			t.Errorf("it was tried %d times in three days", n)
		}
		for _, o := range w.sent[1:] {
			if header(o.Raw, "Message-ID") != header(w.sent[0].Raw, "Message-ID") || strings.Join(o.Recipients, "") != carla || header(o.Raw, "Cc") == "" {
				t.Errorf("the mail was sent to %v as %s", o.Recipients, header(o.Raw, "Message-ID"))
			}
		}
		w.noted(1, "The mail to nobody@acme.example did not arrive: 5.1.1 no such user", "Given up after 3 days. The last answer was: come back later")
		mustertest.See(t, d, w.As(w.Ann), func(tx *db.Tx) error {
			all, err := outbox.List(tx, "", 10)
			if len(all) != 2 || all[0].Number != 1 || all[0].Title != "Hi" {
				t.Errorf("the outbox shows %+v, want the two that failed", all)
			}
			return err
		})
		w.reply = nil
		mustertest.Do(t, d, w.As(w.Ann), func(tx *db.Tx) error {
			all, err := outbox.List(tx, "", 10)
			return errors.Join(err, outbox.Resend(tx, all[1].Entry, all[1].ID))
		})
		w.workFor(time.Minute)
		if got := w.states(1); got != "carla sent 1, dora sent 1, nobody failed 1" {
			t.Errorf("after it was sent again the deliveries are %s", got)
		}
	})
}

// noted checks that notes on a ticket say some things.
func (w *world) noted(number int64, wants ...string) {
	w.t.Helper()
	mustertest.See(w.t, w.DB, w.system, func(tx *db.Tx) error {
		t, err := ticket.Find(tx, number)
		if err != nil {
			return err
		}
		es, err := ticket.Entries(tx, t, "", 100)
		var all string
		for _, e := range es {
			if e.Kind == ticket.Note {
				all += e.Body.Text + "\n"
			}
		}
		for _, want := range wants {
			if strings.Count(all, want) != 1 {
				w.t.Errorf("the notes say %d times %q, want once:\n%s", strings.Count(all, want), want, all)
			}
		}
		return err
	})
}

func TestMailWaitsWithoutASmarthost(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.take(w.from(carla, "Hi", "Hi"))
		send := w.office.Send
		w.office.Send = nil
		_, e, err := w.Write(w.As(w.Ann), 1, ticket.Reply, "Hello.")
		if err != nil {
			t.Fatal(err)
		}
		w.workFor(time.Hour)
		mustertest.See(t, d, w.system, func(tx *db.Tx) error {
			all, err := outbox.List(tx, "", 10)
			if len(all) != 1 || all[0].State != outbox.Queued || !strings.Contains(all[0].Response, "MUSTER_SMARTHOST is not set") {
				t.Errorf("the outbox shows %+v, want what it waits for", all)
			}
			return err
		})
		w.office.Send = send
		w.workFor(10 * time.Minute)
		if got := w.states(1); got != "carla sent 1" {
			t.Errorf("the deliveries are %s", got)
		}
		// What waits can be taken back, what is gone cannot.
		err = d.Update(w.As(w.Ann), func(tx *db.Tx) error { _, err := ticket.Withdraw(tx, 1, e.ID); return err })
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("got %v, want that the mail is gone", err)
		}
		w.office.Send = nil
		_, e, err = w.Write(w.As(w.Ann), 1, ticket.Reply, "Forget it.")
		if err != nil {
			t.Fatal(err)
		}
		w.workFor(time.Hour)
		mustertest.Do(t, d, w.As(w.Ann), func(tx *db.Tx) error { _, err := ticket.Withdraw(tx, 1, e.ID); return err })
		w.office.Send = send
		w.workFor(time.Hour)
		if got := w.states(1); got != "carla withdrawn 0" || len(w.sent) != 1 {
			t.Errorf("%d mails went out, the deliveries are %s", len(w.sent), got)
		}
	})
}

// A reply waits for a while, in which it can be taken back.
func TestUndo(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.take(w.from(carla, "Hi", "Hi"))
		body, err := ticket.Compose("Hello.")
		if err != nil {
			t.Fatal(err)
		}
		write := func() (e *ticket.Entry) {
			mustertest.Do(t, d, w.As(w.Ann), func(tx *db.Tx) (err error) {
				_, e, err = w.Desk.Write(tx, 1, ticket.Writing{Kind: ticket.Reply, Body: body, Undo: 10 * time.Second})
				return err
			})
			return e
		}
		e := write()
		w.workFor(5 * time.Second)
		mustertest.Do(t, d, w.As(w.Ann), func(tx *db.Tx) error { _, err := ticket.Withdraw(tx, 1, e.ID); return err })
		w.workFor(time.Minute)
		if len(w.sent) != 0 || w.states(1) != "carla withdrawn 0" {
			t.Errorf("%d mails went out, want none: %s", len(w.sent), w.states(1))
		}
		write()
		w.workFor(9 * time.Second)
		before := len(w.sent)
		w.workFor(3 * time.Second)
		if before != 0 || len(w.sent) != 1 {
			t.Errorf("%d mails went out before its time and %d after, want 0 and 1", before, len(w.sent))
		}
	})
}

// A node that dies while it sends, or while it writes down what was sent, has another send no more than what is open.
func TestSendingIsTakenUpAgain(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.take(w.from(carla, "Hi", "Hi"))
		died := false
		w.reply = func(o outbox.Mail) []outbox.Result {
			if !died {
				died = true
				panic("the node dies")
			}
			return answerAll(o, outbox.Sent, 250, "")
		}
		if _, _, err := w.Write(w.As(w.Ann), 1, ticket.Reply, "Hello."); err != nil {
			t.Fatal(err)
		}
		w.workFor(time.Hour)
		if len(w.sent) != 2 || w.states(1) != "carla sent 2" || header(w.sent[0].Raw, "Message-ID") != header(w.sent[1].Raw, "Message-ID") {
			t.Errorf("%d mails went out, the deliveries are %s", len(w.sent), w.states(1))
		}
	})
}

// What is sent is to be signed with the key of the inbox that it is from.
func TestSigned(t *testing.T) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		in := w.support
		in.DKIM = inbox.DKIM{Domain: "quillmere.example", Selector: "s1", Key: text}
		w.save(in)
		w.take(w.from(carla, "Hi", "Hi"))
		if out := w.answer(1, "Hello."); out.DKIM == nil || out.DKIM.Key != text || out.DKIM.Selector != "s1" {
			t.Errorf("got %+v to sign with", out.DKIM)
		}
	})
}

// What a node learns of a sending that another has taken over from it says no more how far the mail has come.
func TestSendingThatWasTakenOver(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.take(w.from(carla, "Hi", "Hi"))
		held := false
		w.reply = func(o outbox.Mail) []outbox.Result {
			if held {
				return answerAll(o, outbox.Sent, 250, "")
			}
			held = true
			if _, err := db.Single(t.Context(), d, db.Value[string], `UPDATE jobs SET run_at = 0 WHERE task = $1 RETURNING id`, ticket.SendTask); err != nil {
				t.Error(err)
			}
			w.mu.Unlock()
			w.work() // as another node
			time.Sleep(3 * time.Minute)
			w.mu.Lock()
			return answerAll(o, outbox.Deferred, 0, "the server did not answer in time")
		}
		if _, _, err := w.Write(w.As(w.Ann), 1, ticket.Reply, "Hello."); err != nil {
			t.Fatal(err)
		}
		w.workFor(time.Hour)
		if got := w.states(1); got != "carla sent 1" {
			t.Errorf("the deliveries are %s", got)
		}
	})
}

// A mail that was handed over is not handed over again because the database was away when that was to be written down.
func TestDatabaseAwayAfterSending(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.take(w.from(carla, "Hi", "Hi"))
		var back time.Time
		event.On(w.Bus, func(*db.Tx, outbox.DeliveryChanged) error {
			if time.Now().Before(back) {
				return fault.Full
			}
			return nil
		})
		w.reply = func(o outbox.Mail) []outbox.Result {
			back = time.Now().Add(90 * time.Second)
			return answerAll(o, outbox.Sent, 250, "")
		}
		if _, _, err := w.Write(w.As(w.Ann), 1, ticket.Reply, "Hello."); err != nil {
			t.Fatal(err)
		}
		w.workFor(time.Hour)
		if len(w.sent) != 1 || w.states(1) != "carla sent 1" {
			t.Errorf("%d mails went out, the deliveries are %s", len(w.sent), w.states(1))
		}
	})
}

// Our own inboxes are written to by nobody here, and nobody twice.
func TestNotToOurselves(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.save(inbox.Inbox{Address: "sales@quillmere.example", Active: true})
		w.take(w.from(carla, "Hi", "Hi"))
		body, err := ticket.Compose("Hello.")
		if err != nil {
			t.Fatal(err)
		}
		mustertest.Do(t, d, w.As(w.Ann), func(tx *db.Tx) error {
			_, _, err := w.Desk.Write(tx, 1, ticket.Writing{Kind: ticket.Reply, Body: body, To: []ticket.Person{{Address: carla}},
				Cc: []ticket.Person{{Address: "Sales@quillmere.example"}, {Address: "support+t1.x@quillmere.example"}, {Address: "CARLA@acme.example"}}})
			return err
		})
		w.work()
		if len(w.sent) != 1 || strings.Join(w.sent[0].Recipients, " ") != carla || header(w.sent[0].Raw, "Cc") != "" {
			t.Errorf("it went to %v", w.sent[0].Recipients)
		}
	})
}

// An answer that reaches nobody is seen.
func TestNobodyToSendTo(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		m := w.take(letterOf("Subject: Hi", "Hi"))
		tt, _ := w.ticket(m)
		if _, _, err := w.Write(w.As(w.Ann), tt.Number, ticket.Reply, "Hello?"); err != nil {
			t.Fatal(err)
		}
		w.work()
		mustertest.See(t, d, w.system, func(tx *db.Tx) error {
			all, err := outbox.List(tx, "", 10)
			if len(all) != 1 || all[0].State != outbox.Undelivered || !strings.Contains(all[0].Response, "nobody to send it to") {
				t.Errorf("the outbox shows %+v, want an answer that reaches nobody", all)
			}
			return err
		})
	})
}

// What would write into the header is refused, and seen.
func TestHeaderInjection(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.take(w.from("=?utf-8?q?Carla=0D=0ABcc:_x@y.example?= <"+carla+">", "=?utf-8?q?Hi=0D=0ABcc:_x@y.example?=", "Hi"))
		out := w.answer(1, "Hello.")
		head, _, _ := strings.Cut(string(out.Raw), "\r\n\r\n")
		if strings.Contains(head, "\nBcc:") || len(out.Recipients) != 1 {
			t.Errorf("got the header\n%s", head)
		}
	})
}
