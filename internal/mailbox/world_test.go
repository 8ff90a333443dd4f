package mailbox_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/blob"
	"muster/internal/db"
	"muster/internal/mailbox"
	"muster/internal/mailbox/inbox"
	"muster/internal/mailbox/outbox"
	"muster/internal/mustertest"
	"muster/internal/ticket"
)

// world is a house with an office that sends into memory.
type world struct {
	*mustertest.House
	t       testing.TB
	office  *mailbox.Office
	store   *store
	support inbox.Inbox
	system  context.Context

	mu    sync.Mutex
	sent  []outbox.Mail
	reply func(outbox.Mail) []outbox.Result // nil: all is taken
	uid   int
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	return newWorldOf(t, d, "desk.quillmere.example", "support@quillmere.example")
}

func newWorldOf(t testing.TB, d *db.DB, host, address string, change ...func(*mailbox.Office)) *world {
	t.Helper()
	w := &world{House: mustertest.NewHouse(t, d), t: t, store: openStore(t)}
	o := mailbox.Office{DB: d, Bus: w.Bus, Desk: w.Desk, Blobs: w.store, Secret: []byte("secret of " + host), URL: "https://" + host, Send: w.send}
	for _, f := range change {
		f(&o)
	}
	w.office = mailbox.NewOffice(o)
	w.system = access.With(t.Context(), access.System(w.Workspace.ID))
	w.support = w.save(inbox.Inbox{Name: "Quillmere Support", Address: address, Team: w.Tier1.ID, Active: true, Plus: true})
	return w
}

func (w *world) send(_ context.Context, o outbox.Mail) []outbox.Result {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, o)
	if w.reply != nil {
		return w.reply(o)
	}
	return answerAll(o, outbox.Sent, 250, "ok")
}

func answerAll(o outbox.Mail, s outbox.State, code int, text string) []outbox.Result {
	var all []outbox.Result
	for _, r := range o.Recipients {
		all = append(all, outbox.Result{Recipient: r, State: s, Code: code, Text: text})
	}
	return all
}

// save saves an inbox, with Ann's rights.
func (w *world) save(in inbox.Inbox) inbox.Inbox {
	w.t.Helper()
	mustertest.Do(w.t, w.DB, w.system, func(tx *db.Tx) (err error) {
		in, err = w.office.Inboxes.Save(tx, in)
		return err
	})
	return in
}

// letter makes a raw mail: its header, one field a line, and its text.
func letterOf(header, body string) string {
	head := strings.Split(strings.TrimSpace(header), "\n")
	for i := range head {
		if !strings.HasPrefix(head[i], " ") {
			head[i] = strings.TrimSpace(head[i])
		}
	}
	return strings.ReplaceAll(strings.Join(head, "\n")+"\n\n"+body, "\n", "\r\n")
}

// from is a plain letter from an address to support, with more header fields.
func (w *world) from(address, subject, body string, more ...string) string {
	w.uid++
	id := fmt.Sprintf("Message-ID: <m%d@%s>", w.uid, address[strings.Index(address, "@")+1:])
	for _, m := range more {
		if strings.HasPrefix(m, "Message-ID:") {
			id = ""
		}
	}
	head := []string{"From: " + address, "To: " + w.support.Address, "Subject: " + subject, "Date: Thu, 5 Mar 2026 14:03:00 +0100"}
	if id != "" {
		head = append(head, id)
	}
	return letterOf(strings.Join(append(head, more...), "\n"), body)
}

// take has a mail taken in by an inbox and worked on.
func (w *world) take(raw string, change ...func(*mailbox.Origin)) mailbox.Message {
	w.t.Helper()
	id := w.accept(raw, change...)
	w.work()
	return w.message(id)
}

func (w *world) accept(raw string, change ...func(*mailbox.Origin)) string {
	w.t.Helper()
	w.uid++
	o := mailbox.Origin{Source: mailbox.IMAP, Inbox: w.support.ID, Folder: "INBOX", UIDValidity: 7, UID: uint32(w.uid)}
	for _, f := range change {
		f(&o)
	}
	id, err := w.office.Accept(w.t.Context(), w.Workspace.ID, o, strings.NewReader(raw))
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

func (w *world) work() {
	w.t.Helper()
	if err := w.Bus.WorkOff(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// workFor has what is due within a while done in its time, to the second at first, then to the minute.
func (w *world) workFor(d time.Duration) {
	w.t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); {
		step := time.Second
		if left := time.Until(end); left > 2*time.Minute {
			step = time.Minute
		}
		time.Sleep(step)
		w.work()
	}
}

func (w *world) message(id string) (m mailbox.Message) {
	w.t.Helper()
	mustertest.See(w.t, w.DB, w.system, func(tx *db.Tx) (err error) {
		m, err = mailbox.Find(tx, id)
		return err
	})
	return m
}

// ticket returns the ticket of a message, with its entries.
func (w *world) ticket(m mailbox.Message) (t *ticket.Ticket, entries []*ticket.Entry) {
	w.t.Helper()
	if m.Ticket == "" {
		w.t.Fatalf("the mail %q has no ticket: %s, %s", m.Subject, m.Outcome, m.Reason)
	}
	mustertest.See(w.t, w.DB, w.system, func(tx *db.Tx) (err error) {
		if t, err = ticket.ByID(tx, m.Ticket); err != nil {
			return err
		}
		entries, err = ticket.Entries(tx, t, "", 100)
		return err
	})
	return t, entries
}

// answer has Ann answer a ticket, and the mail sent: it returns what went out.
func (w *world) answer(number int64, words string) outbox.Mail {
	w.t.Helper()
	before := len(w.sent)
	if _, _, err := w.Write(w.As(w.Ann), number, ticket.Reply, words); err != nil {
		w.t.Fatal(err)
	}
	w.work()
	if len(w.sent) != before+1 {
		w.t.Fatalf("%d mails went out, want 1", len(w.sent)-before)
	}
	return w.sent[before]
}

// change changes a ticket as Ann.
func (w *world) change(number int64, c ticket.Change) {
	w.t.Helper()
	mustertest.Do(w.t, w.DB, w.As(w.Ann), func(tx *db.Tx) error {
		_, err := w.Desk.Change(tx, number, ticket.Any, c)
		return err
	})
}

// balanced checks that every mail has one outcome, as kept and as counted.
func (w *world) balanced() {
	w.t.Helper()
	mustertest.Do(w.t, w.DB, w.system, func(tx *db.Tx) error {
		kept, counted, err := mailbox.Audit(tx, false)
		if kept.Unaccounted != 0 || counted.Unaccounted != 0 || fmt.Sprint(kept) != fmt.Sprint(counted) {
			w.t.Errorf("the ledger does not balance: kept %+v, counted %+v", kept, counted)
		}
		return err
	})
}

// header returns the first value of a field of a raw mail, unfolded.
func header(raw []byte, name string) string {
	head, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	lines := strings.ReplaceAll(string(head), "\r\n ", " ")
	for line := range strings.SplitSeq(lines, "\r\n") {
		if n, v, ok := strings.Cut(line, ": "); ok && strings.EqualFold(n, name) {
			return v
		}
	}
	return ""
}

// store is a blob store that can fail.
type store struct {
	blob.Store
	mu   sync.Mutex
	fail func(what string) error // nil: nothing fails
}

func openStore(t testing.TB) *store {
	t.Helper()
	s, err := blob.Open(t.Context(), "dir:"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &store{Store: s}
}

func (s *store) check(what string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail == nil {
		return nil
	}
	return s.fail(what)
}

func (s *store) Put(ctx context.Context, r io.Reader) (blob.Ref, error) {
	if err := s.check("put"); err != nil {
		return blob.Ref{}, err
	}
	return s.Store.Put(ctx, r)
}

func (s *store) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	if err := s.check("open"); err != nil {
		return nil, err
	}
	return s.Store.Open(ctx, key)
}
