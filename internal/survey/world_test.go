package survey_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/blob"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/mailbox"
	"muster/internal/mailbox/inbox"
	"muster/internal/mailbox/outbox"
	"muster/internal/mustertest"
	"muster/internal/people/client"
	"muster/internal/survey"
	"muster/internal/ticket"
)

// world is a house that asks its customers, by mail into memory.
type world struct {
	*mustertest.House
	t      *testing.T
	asker  *survey.Asker
	system context.Context
	agent  context.Context

	mu   sync.Mutex
	sent []outbox.Mail
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{House: mustertest.NewHouse(t, d), t: t}
	store, err := blob.Open(t.Context(), "dir:"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w.asker = survey.NewAsker(survey.Asker{DB: d, Bus: w.Bus, Desk: w.Desk, Secret: []byte("a secret"), URL: "https://desk.quillmere.example",
		Say: func(_, text string, values ...any) string {
			if len(values) == 0 {
				return text
			}
			return fmt.Sprintf(text, values...)
		}})
	office := mailbox.NewOffice(mailbox.Office{DB: d, Bus: w.Bus, Desk: w.Desk, Blobs: store, Secret: []byte("a secret"),
		URL: "https://desk.quillmere.example", Send: w.send, Complete: w.asker.Complete})
	w.system = access.With(t.Context(), access.System(w.Workspace.ID))
	w.agent = w.As(w.Ann)
	mustertest.Do(t, d, w.system, func(tx *db.Tx) error {
		_, err := office.Inboxes.Save(tx, inbox.Inbox{Name: "Support", Address: "support@quillmere.example", Team: w.Tier1.ID, Active: true, Plus: true})
		return err
	})
	return w
}

func (w *world) send(_ context.Context, o outbox.Mail) (all []outbox.Result) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, o)
	for _, r := range o.Recipients {
		all = append(all, outbox.Result{Recipient: r, State: outbox.Sent, Code: 250, Text: "ok"})
	}
	return all
}

// ask makes a survey.
func (w *world) ask(m survey.Measure, change ...func(*survey.Survey)) survey.Survey {
	w.t.Helper()
	s := survey.Usual(m)
	s.Name = string(m)
	for _, f := range change {
		f(&s)
	}
	mustertest.Do(w.t, w.DB, w.agent, func(tx *db.Tx) (err error) {
		s, err = w.asker.Save(tx, s)
		return err
	})
	return s
}

// move moves a ticket to a state.
func (w *world) move(number int64, state string) {
	w.t.Helper()
	mustertest.Do(w.t, w.DB, w.agent, func(tx *db.Tx) error {
		_, err := w.Desk.Change(tx, number, ticket.Any, ticket.Change{State: &state})
		return err
	})
}

// solved opens a ticket and resolves it.
func (w *world) solved(title string) *ticket.Ticket {
	w.t.Helper()
	t := w.Open(w.agent, title, "It does not work.")
	w.move(t.Number, "resolved")
	return t
}

// after lets time pass, and has done what is due then.
func (w *world) after(d time.Duration) {
	w.t.Helper()
	time.Sleep(d)
	if err := w.Bus.WorkOff(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// mails are the questions that went out.
func (w *world) mails() []outbox.Mail {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []outbox.Mail
	for _, m := range w.sent {
		if strings.Contains(w.text(m), "/rate/") {
			all = append(all, m)
		}
	}
	return all
}

// text is a mail without the marks that long lines are broken with.
func (w *world) text(m outbox.Mail) string {
	return strings.NewReplacer("=\r\n", "", "=3D", "=").Replace(string(m.Raw))
}

var link = regexp.MustCompile(`/rate/([0-9a-v]{20}\.[0-9a-v]{32})`)

// token is the one in the links of the newest question.
func (w *world) token() string {
	w.t.Helper()
	all := w.mails()
	if len(all) == 0 {
		w.t.Fatal("no question was sent")
	}
	m := link.FindStringSubmatch(w.text(all[len(all)-1]))
	if m == nil {
		w.t.Fatalf("no signed link in\n%s", w.text(all[len(all)-1]))
	}
	return m[1]
}

// answer answers as somebody who is not signed in.
func (w *world) answer(token string, rating int, comment string) (f survey.Form, err error) {
	nobody := access.With(w.t.Context(), access.Nobody(w.Workspace.ID))
	err = w.DB.Update(nobody, func(tx *db.Tx) error {
		f, err = w.asker.Answer(tx, token, rating, comment)
		return err
	})
	return f, err
}

// events are those of a ticket with a name.
func (w *world) events(t *ticket.Ticket, name string) (all []event.Recorded) {
	w.t.Helper()
	mustertest.See(w.t, w.DB, w.system, func(tx *db.Tx) error {
		every, err := event.Of(tx, ticket.Subject, string(t.ID), "", 1000)
		for _, e := range every {
			if e.Name == name {
				all = append(all, e)
			}
		}
		return err
	})
	return all
}

// now is the ticket as it is.
func (w *world) now(number int64) (t *ticket.Ticket) {
	w.t.Helper()
	mustertest.See(w.t, w.DB, w.system, func(tx *db.Tx) (err error) {
		t, err = ticket.Find(tx, number)
		return err
	})
	return t
}

// organisation is the id of another organisation.
func (w *world) organisation(name string) (id string) {
	w.t.Helper()
	mustertest.Do(w.t, w.DB, w.system, func(tx *db.Tx) error {
		o, err := client.AddOrganisation(tx, client.NewOrganisation{Name: name})
		id = o.ID
		return err
	})
	return id
}
