// Package mailbox takes custody of every mail, and makes tickets and answers of it.
//
// Every message that was accepted is in the ledger with exactly one outcome.
// The raw bytes and the ledger's row are durable before Accept returns; what
// becomes of the message is decided by a job that ends in the same unit of work
// as the ticket, the entry and the outcome that it makes.
package mailbox

import (
	"context"
	"math"
	"time"

	"muster/internal/blob"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/mailbox/letter"
	"muster/internal/mailbox/mark"
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

	// Send hands a mail to the next mail system and tells what it said for
	// each recipient. Nil means that MUSTER_SMARTHOST is not set: mail waits.
	Send func(ctx context.Context, o Outgoing) []Result

	marks mark.Signer

	// Units of work that settle mail write to the same ends of the same
	// indexes, so that of two at a time the database would have one tried
	// again: they go one after the other, and mails are read side by side.
	turn chan struct{}
}

// NewOffice returns an office that takes part in what happens on its bus: it
// must be made before the bus works.
func NewOffice(o Office) *Office {
	o.marks, o.turn = mark.New(o.Secret, o.URL), make(chan struct{}, turns(o.DB.Engine()))
	if o.Limits == (letter.Limits{}) {
		o.Limits = letter.DefaultLimits()
	}
	event.Task(o.Bus, intakeTask, o.intake, event.Options{Tries: intakeTries + 5, AtOnce: intakeAtOnce, Lease: 2 * time.Minute})
	event.Task(o.Bus, ticket.SendTask, o.send, event.Options{Tries: math.MaxInt, AtOnce: 8, Lease: 2 * time.Minute})
	event.Every(o.Bus, "mailbox.sweep", time.Hour, o.sweep)
	event.On(o.Bus, o.wrote)
	event.On(o.Bus, o.withdrew)
	event.On(o.Bus, func(tx *db.Tx, e ticket.Merged) error { return moveMail(tx, e.Ticket) })
	event.On(o.Bus, func(tx *db.Tx, e ticket.Split) error { return moveMail(tx, e.Ticket) })
	return &o
}

// turns is how many units of work may settle mail at a time. SQLite has one
// writer, which lets those that wait share a commit.
func turns(e db.Engine) int {
	if e == db.SQLite {
		return intakeAtOnce
	}
	return 1
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

// DeliveryChanged says how far a mail of ours has come.
type DeliveryChanged struct {
	Ticket    ticket.ID `json:"ticket"`
	Entry     string    `json:"entry"`
	Delivery  string    `json:"delivery"`
	Recipient string    `json:"recipient"`
	State     State     `json:"state"`
	Response  string    `json:"response,omitempty"`
}

func (Received) EventName() string        { return "mail.received" }
func (Settled) EventName() string         { return "mail.settled" }
func (Released) EventName() string        { return "mail.released" }
func (DeliveryChanged) EventName() string { return "delivery.changed" }

func (e Received) About() (string, string) { return Subject, e.Message }

// About is the ticket that the message belongs to, else the message.
func (e Settled) About() (string, string) {
	if e.Ticket != "" {
		return ticket.Subject, string(e.Ticket)
	}
	return Subject, e.Message
}
func (e Released) About() (string, string)        { return Subject, e.Message }
func (e DeliveryChanged) About() (string, string) { return ticket.Subject, string(e.Ticket) }

// Outgoing is a mail that is ready to be sent.
type Outgoing struct {
	Workspace    string
	Entry        string
	From         string   // the address in the header
	EnvelopeFrom string   // where reports go
	Recipients   []string // addresses
	Raw          []byte   // with lines that end in CRLF, without a DKIM signature
	DKIM         *DKIM    // to sign with; nil: not at all
}

// Result is what the next mail system said for one recipient.
type Result struct {
	Recipient string
	State     State // Sent, Deferred or Failed
	Code      int   // of the answer, 250 for instance; 0: there was none
	Text      string
}

// State says how far a mail has come on its way to one recipient.
type State string

const (
	Queued      State = "queued"
	Sent        State = "sent" // the next mail system has it
	Deferred    State = "deferred"
	Bounced     State = "bounced"    // a report says that it did not arrive
	Complained  State = "complained" // the recipient called it spam
	Undelivered State = "failed"     // given up here
	TakenBack   State = "withdrawn"
)

// DKIM is what outgoing mail of an inbox is signed with.
type DKIM struct {
	Domain   string `json:"domain,omitempty"`
	Selector string `json:"selector,omitempty"`
	Key      string `json:"-"` // PEM of a private key, RSA or Ed25519
	Sealed   string `json:"key,omitempty"`
}
