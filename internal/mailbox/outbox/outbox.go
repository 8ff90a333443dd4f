// Package outbox sends what agents and rules write to customers, and knows how far each mail has come.
package outbox

import (
	"context"
	"math"
	"time"

	"muster/internal/access"
	"muster/internal/blob"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/mailbox/compose"
	"muster/internal/mailbox/flow"
	"muster/internal/mailbox/inbox"
	"muster/internal/mailbox/mark"
	"muster/internal/ticket"
)

// Box is where mail waits until it is sent.
type Box struct {
	DB      *db.DB
	Desk    *ticket.Desk
	Blobs   blob.Store
	Marks   mark.Signer
	Inboxes *inbox.Book
	Leave   string // the page on which a colleague chooses to get no more memos

	Ready func() bool                          // whether there is a mail system to hand mail to
	Send  func(context.Context, Mail) []Result // hands a mail to it
	Most  func() int64                         // bytes of attachments in one mail

	// Complete fills into an automatic mail what is not to be read on the ticket: signed links.
	Complete func(workspace, page string) string
}

// Mail is ready to be sent.
type Mail struct {
	Workspace    string
	Entry        string
	From         string      // the address in the header
	EnvelopeFrom string      // where reports go
	Recipients   []string    // addresses
	Raw          []byte      // with lines that end in CRLF, without a DKIM signature
	DKIM         *inbox.DKIM // to sign with; nil: not at all
}

// Result is what the next mail system said for one recipient.
type Result struct {
	Recipient string
	State     State // Sent, Deferred or Undelivered
	Code      int   // of the answer, 250 for instance; 0: there was none
	Text      string
}

// New opens the box: from now on it takes part in what happens on the bus.
func New(bus *event.Bus, b Box) *Box {
	event.Task(bus, ticket.SendTask, b.send, event.Options{Tries: math.MaxInt, AtOnce: 8, Lease: 2 * time.Minute})
	event.Task(bus, memoTask, b.sendMemo, event.Options{Tries: math.MaxInt, AtOnce: 4, Lease: 2 * time.Minute})
	event.On(bus, b.wrote)
	event.On(bus, b.withdrew)
	b.Desk.MessageID = func(workspace string, t ticket.ID, entry string) string {
		return b.Marks.MessageID(workspace, string(t), entry)
	}
	return &b
}

// wrote puts what an agent or a rule wrote to a customer into the box.
func (b *Box) wrote(tx *db.Tx, w ticket.Wrote) error {
	if !w.Kind.Outgoing() {
		return nil
	}
	return tx.As(access.System(tx.Workspace), func(tx *db.Tx) error {
		t, e, err := w.Written(tx)
		if err != nil {
			return err
		}
		all, err := b.addressees(tx, t, e)
		if err != nil {
			return err
		}
		if err := insertDeliveries(tx, all); err != nil {
			return err
		}
		return event.Schedule(tx, ticket.SendTask, e.ID, e.SendAt, sendArgs{e.ID})
	})
}

// addressees are whom an entry goes to: those that it names, else the requester
// and, of what a person wrote, all who get copies. Never ourselves.
func (b *Box) addressees(tx *db.Tx, t *ticket.Ticket, e *ticket.Entry) ([]Delivery, error) {
	to, cc := e.To, e.Cc
	if len(to) == 0 && len(cc) == 0 {
		requester, err := ticket.RequesterOf(tx, t)
		if err != nil {
			return nil, err
		}
		to = []ticket.Person{requester}
		if e.Kind == ticket.Reply {
			participants, err := ticket.Participants(tx, t)
			if err != nil {
				return nil, err
			}
			for _, p := range participants {
				cc = append(cc, ticket.Person{Name: p.Name, Address: p.Written})
			}
		}
	}
	return b.deliveries(tx, t, e, to, cc)
}

func (b *Box) deliveries(tx *db.Tx, t *ticket.Ticket, e *ticket.Entry, to, cc []ticket.Person) ([]Delivery, error) {
	inboxes, err := inbox.All(tx)
	if err != nil {
		return nil, err
	}
	var all []Delivery
	seen := map[string]bool{"": true}
	for i, p := range append(to[:len(to):len(to)], cc...) {
		if _, ours := inboxes.At(p.Address); ours || seen[ticket.FoldAddress(p.Address)] {
			continue
		}
		seen[ticket.FoldAddress(p.Address)] = true
		d := Delivery{ID: tx.NewID(), Entry: e.ID, Copy: i >= len(to), Name: compose.OneLine(p.Name), Address: p.Address, State: Queued, QueuedAt: tx.Now}
		if !compose.Writable(p.Address) {
			d.State, d.Response = Undelivered, "This is no address that mail can be sent to."
		} else if e.Kind == ticket.Automatic {
			if err := b.hush(tx, t, &d); err != nil {
				return nil, err
			}
		}
		all = append(all, d)
	}
	if len(all) == 0 && e.Kind == ticket.Reply {
		all = append(all, Delivery{ID: tx.NewID(), Entry: e.ID, State: Undelivered, QueuedAt: tx.Now,
			Response: "There is nobody to send it to: the ticket has no requester with a mail address."})
	}
	return all, nil
}

// hush ends the talk of machines: past so many automatic mails an hour to one
// address, or on one ticket, no more are sent. They are on the ticket all the same.
func (b *Box) hush(tx *db.Tx, t *ticket.Ticket, d *Delivery) error {
	from, err := b.senderOf(tx, t.Inbox)
	if err != nil {
		return err
	}
	for _, name := range []string{"answers/" + ticket.FoldAddress(d.Address), "answers-on/" + string(t.ID)} {
		n, err := flow.Take(tx, name, from.Answers, time.Hour)
		if err != nil {
			return err
		}
		if n.Over() {
			d.State, d.Response = Undelivered, "It was not sent: there were more automatic mails within an hour than the inbox allows."
		}
	}
	return nil
}

// withdrew takes back what has not been sent.
func (b *Box) withdrew(tx *db.Tx, w ticket.Withdrew) error {
	all, err := deliveriesOf(tx, []string{w.Entry})
	if err != nil {
		return err
	}
	for _, d := range all {
		if before := d.State; d.open() {
			d.State, d.NextAt = TakenBack, time.Time{}
			if err := store(tx, w.Ticket, d, before); err != nil {
				return err
			}
		}
	}
	return nil
}
