package mailbox

import (
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/ticket"
)

// Delivery is how far an entry has come on its way to one recipient.
type Delivery struct {
	ID, Entry     string
	Copy          bool // named under Cc, not To
	Name, Address string
	State         State
	Attempts      int
	Code          int    // of the last answer
	Response      string // the last answer, or what it waits for
	QueuedAt      time.Time
	TriedAt       time.Time // zero: not yet
	NextAt        time.Time // zero: as soon as possible, or never again
}

// open reports whether it is still to be sent.
func (d Delivery) open() bool { return d.State == Queued || d.State == Deferred }

// Waiting is a delivery that is not done, or went wrong.
type Waiting struct {
	Delivery
	Ticket ticket.ID
	Number int64
	Title  string
}

// Deliveries returns how far entries have come, by entry. Whoever may see the
// entries may see their deliveries: the caller has found the ticket already.
func Deliveries(tx *db.Tx, entries []string) (map[string][]Delivery, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	of := map[string][]Delivery{}
	if len(entries) == 0 {
		return of, nil
	}
	all, err := deliveriesOf(tx, entries)
	for _, d := range all {
		of[d.Entry] = append(of[d.Entry], d)
	}
	return of, err
}

// Outbox lists what waits to be sent or went wrong, the newest first: after the
// delivery with the id cursor ("" for the first), at most 200.
func Outbox(tx *db.Tx, cursor string, limit int) ([]Waiting, error) {
	if err := tx.Must(access.MailRead); err != nil {
		return nil, err
	}
	if limit < 1 || limit > 200 {
		limit = 50
	}
	return listOutbox(tx, []State{Queued, Deferred, Undelivered, Bounced}, cursor, limit)
}

// Resend has a mail sent again to a recipient whom it did not reach.
func Resend(tx *db.Tx, entry, delivery string) error {
	if err := tx.Must(access.MailManage); err != nil {
		return err
	}
	t, _, err := ticket.EntryByID(tx, entry) // the actor may see it
	if err != nil {
		return err
	}
	all, err := deliveriesOf(tx, []string{entry})
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.ID != delivery {
			continue
		}
		before := d.State
		if before == Sent || before == TakenBack {
			return fault.New(fault.Conflict, "The mail to %s is %s already.", d.Address, before)
		}
		d.State, d.Attempts, d.Response, d.QueuedAt, d.NextAt = Queued, 0, "", tx.Now, time.Time{}
		if err := changeDelivery(tx, t.ID, d, before); err != nil {
			return err
		}
		return event.Schedule(tx, ticket.SendTask, entry, tx.Now, sendArgs{entry})
	}
	return fault.New(fault.NotFound, "There is no such mail, or you may not see it.")
}

// wrote puts what an agent or a rule wrote to a customer into the outbox.
func (o *Office) wrote(tx *db.Tx, w ticket.Wrote) error {
	if !w.Kind.Outgoing() {
		return nil
	}
	return tx.As(access.System(tx.Workspace), func(tx *db.Tx) error {
		t, e, err := ticket.EntryByID(tx, w.Entry)
		if err != nil {
			return err
		}
		if err := ticket.SetMessageID(tx, e.ID, o.marks.MessageID(tx.Workspace, string(t.ID), e.ID)); err != nil {
			return err
		}
		all, err := o.addressees(tx, t, e)
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
func (o *Office) addressees(tx *db.Tx, t *ticket.Ticket, e *ticket.Entry) ([]Delivery, error) {
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
	ours, err := inboxes(tx)
	if err != nil {
		return nil, err
	}
	return o.deliveries(tx, e, t, ours, to, cc)
}

func (o *Office) deliveries(tx *db.Tx, e *ticket.Entry, t *ticket.Ticket, ours inboxList, to, cc []ticket.Person) ([]Delivery, error) {
	var all []Delivery
	seen := map[string]bool{"": true}
	for i, p := range append(to[:len(to):len(to)], cc...) {
		_, own := ours.at(p.Address)
		if seen[fold(p.Address)] || own {
			continue
		}
		seen[fold(p.Address)] = true
		d := Delivery{ID: tx.NewID(), Entry: e.ID, Copy: i >= len(to), Name: oneLine(p.Name), Address: p.Address, State: Queued, QueuedAt: tx.Now}
		if !writable(p.Address) {
			d.State, d.Response = Undelivered, "This is no address that mail can be sent to."
		}
		if e.Kind == ticket.Automatic && d.State == Queued {
			if err := o.hush(tx, t, ours, &d); err != nil {
				return nil, err
			}
		}
		all = append(all, d)
	}
	return all, nil
}

// hush ends the talk of machines: past so many automatic mails an hour to one
// address, or on one ticket, no more are sent. They are on the ticket all the same.
func (o *Office) hush(tx *db.Tx, t *ticket.Ticket, ours inboxList, d *Delivery) error {
	in, _ := ours.find(t.Inbox)
	limit := in.Caps.orDefault().Answers
	for _, name := range []string{"answers/" + fold(d.Address), "answers-on/" + string(t.ID)} {
		n, _, err := countOne(tx, name, tx.Now.Add(-time.Hour))
		if err != nil {
			return err
		}
		if n > limit {
			d.State, d.Response = Undelivered, "It was not sent: there were more automatic mails within an hour than the inbox allows."
		}
	}
	return nil
}

// withdrew takes back what has not been sent.
func (o *Office) withdrew(tx *db.Tx, w ticket.Withdrew) error {
	all, err := deliveriesOf(tx, []string{w.Entry})
	if err != nil {
		return err
	}
	for _, d := range all {
		if before := d.State; d.open() {
			d.State, d.NextAt = TakenBack, time.Time{}
			if err := changeDelivery(tx, w.Ticket, d, before); err != nil {
				return err
			}
		}
	}
	return nil
}
