// Package mailbox takes custody of every mail, and makes tickets and answers of it.
//
// Every message that was accepted is in the ledger with exactly one outcome.
// The raw bytes and the ledger's row are durable before Accept returns; what
// becomes of the message is decided by a job that ends in the same unit of work
// as the ticket, the entry and the outcome that it makes.
package mailbox

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"

	"muster/internal/blob"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/mailbox/inbox"
	"muster/internal/mailbox/letter"
	"muster/internal/mailbox/mark"
	"muster/internal/mailbox/outbox"
	"muster/internal/ticket"
)

// Office receives and sends the mail of all workspaces.
type Office struct {
	DB     *db.DB
	Bus    *event.Bus
	Desk   *ticket.Desk
	Blobs  blob.Store
	Secret []byte        // of the installation: it signs addresses and seals passwords
	URL    string        // the web address of the desk
	Limits letter.Limits // the zero value: the defaults

	// Inboxes are the addresses that mail comes to and goes out from. NewOffice opens the book.
	Inboxes *inbox.Book

	// Send hands a mail to the next mail system and tells what it said for
	// each recipient. Nil means that MUSTER_SMARTHOST is not set: mail waits.
	Send func(ctx context.Context, m outbox.Mail) []outbox.Result

	// Judge tells where a message really comes from. It may ask name servers, so
	// it is asked while a mail is read, after its bytes are safe. Nil: nobody is asked.
	Judge func(ctx context.Context, m Message, in inbox.Inbox, raw []byte, l *letter.Letter) Verdict

	// Complete fills into an automatic mail what is not to be read on the ticket: signed links. Nil: nothing.
	Complete func(workspace, page string) string

	marks mark.Signer
	room  *semaphore.Weighted // bytes of mail that are being read: taken apart, a mail is many times its size
}

// NewOffice returns an office that takes part in what happens on its bus: it
// must be made before the bus works.
func NewOffice(o Office) *Office {
	o.marks = mark.New(o.Secret, o.URL)
	o.Inboxes = inbox.NewBook(inbox.Book{DB: o.DB, Bus: o.Bus, Desk: o.Desk, Marks: o.marks})
	if o.Complete == nil {
		o.Complete = func(_, page string) string { return page }
	}
	if o.Limits == (letter.Limits{}) {
		o.Limits = letter.DefaultLimits()
	}
	o.room = semaphore.NewWeighted(o.Limits.Size)
	event.Task(o.Bus, intakeTask, o.intake, event.Options{Tries: intakeTries + 5, AtOnce: intakeAtOnce, Lease: intakeLease})
	event.Every(o.Bus, "mailbox.sweep", time.Hour, o.sweep)
	event.On(o.Bus, func(tx *db.Tx, e ticket.Merged) error { return moveMail(tx, e.Ticket) })
	event.On(o.Bus, func(tx *db.Tx, e ticket.Split) error { return moveMail(tx, e.Ticket) })
	o.openOutbox()
	return &o
}

// Subject is how the log names a message of the ledger as the record that an event is about.
const Subject = "mail"

// Received says that a message is in the ledger.
type Received struct {
	Message string `json:"message"`
	Inbox   string `json:"inbox"`
	Source  string `json:"source"`
}

// Settled says what became of a message.
type Settled struct {
	Message string    `json:"message"`
	Outcome Outcome   `json:"outcome"`
	Reason  string    `json:"reason"`
	Ticket  ticket.ID `json:"ticket,omitempty"`
	Entry   string    `json:"entry,omitempty"`
}

// Released says that somebody trusted a message that was in quarantine.
type Released struct {
	Message string `json:"message"`
}

func (Received) EventName() string { return "mail.received" }
func (Settled) EventName() string  { return "mail.settled" }
func (Released) EventName() string { return "mail.released" }

func (e Received) About() (string, string) { return Subject, e.Message }

// About is the ticket that the message belongs to, else the message.
func (e Settled) About() (string, string) {
	if e.Ticket != "" {
		return ticket.Subject, string(e.Ticket)
	}
	return Subject, e.Message
}
func (e Released) About() (string, string) { return Subject, e.Message }

// openOutbox has what is written to customers sent.
func (o *Office) openOutbox() {
	outbox.New(o.Bus, outbox.Box{DB: o.DB, Desk: o.Desk, Blobs: o.Blobs, Marks: o.marks, Inboxes: o.Inboxes, Leave: o.URL + "/settings/notifications",
		Ready:    func() bool { return o.Send != nil },
		Send:     func(ctx context.Context, m outbox.Mail) []outbox.Result { return o.Send(ctx, m) },
		Most:     func() int64 { return o.Limits.Size },
		Complete: o.Complete,
	})
}
