package outbox

import (
	"context"
	"errors"
	"fmt"
	"html"
	"slices"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/mailbox/compose"
	"muster/internal/ticket"
)

type sendArgs struct {
	Entry string `json:"entry"`
}

const (
	givenUp  = 3 * 24 * time.Hour // after which a mail is tried no more
	lookAt   = 5 * time.Minute    // how often a mail that cannot be sent yet looks whether it can
	slowest  = 4 * time.Hour      // between two attempts
	quickest = time.Minute

	retryKeeping = 200 * time.Millisecond // while the database is away
)

// parcel is an entry on its way out.
type parcel struct {
	workspace  string
	ticket     *ticket.Ticket
	entry      *ticket.Entry
	last       []ticket.Letter // the public entries before it, newest first
	asked      *ticket.Entry   // what the customer said last before it; nil: nothing
	deliveries []Delivery      // that are still open
	all        []Delivery
	from       sender
	zone       *time.Location
}

// send sends an entry to those recipients that have not got it. It may be run
// twice: the mail has the same Message-ID each time.
func (b *Box) send(ctx context.Context, a sendArgs) error {
	p, err := b.parcel(ctx, a.Entry)
	if fault.Is(err, fault.NotFound) || err == nil && (len(p.deliveries) == 0 || !p.entry.WithdrawnAt.IsZero()) {
		return nil
	}
	if err != nil {
		return err
	}
	if why := b.obstacle(p); why != "" {
		return b.wait(ctx, p, why)
	}
	out, err := b.pack(ctx, p)
	if err != nil {
		return b.record(ctx, p, refusals(p, err))
	}
	return b.record(ctx, p, b.hand(ctx, *out))
}

// hand gives a mail to the next mail system. What falls there was not sent.
func (b *Box) hand(ctx context.Context, out Mail) (results []Result) {
	defer func() {
		if p := recover(); p != nil {
			results = nil
			for _, r := range out.Recipients {
				results = append(results, Result{Recipient: r, State: Deferred, Text: fmt.Sprintf("Handing it over broke off: %v", p)})
			}
		}
	}()
	return b.Send(ctx, out)
}

// obstacle says why mail cannot be sent at all: "" if it can.
func (b *Box) obstacle(p *parcel) string {
	switch {
	case !b.Ready():
		return "It waits: MUSTER_SMARTHOST is not set."
	case p.from.Trouble != "":
		return "It waits: " + p.from.Trouble
	case p.from.Address == "":
		return "It waits: the workspace has no inbox to send from."
	}
	return ""
}

// wait has a mail look again later, as a new job: it was not tried, so that it can still be taken back.
func (b *Box) wait(ctx context.Context, p *parcel, why string) error {
	return b.DB.Update(ctx, func(tx *db.Tx) error {
		for _, d := range p.deliveries {
			if d.Response == why {
				continue
			}
			d.Response = why
			if err := store(tx, p.ticket.ID, d, d.State); err != nil {
				return err
			}
		}
		return event.Schedule(tx, ticket.SendTask, p.entry.ID, tx.Now.Add(lookAt), sendArgs{p.entry.ID})
	})
}

// refusals are the results of a mail that could not be written: for good, if it
// is the mail's own fault, else until next time.
func refusals(p *parcel, err error) []Result {
	state, text := Deferred, err.Error()
	switch fault.KindOf(err) {
	case fault.Invalid, fault.NotFound, fault.TooLarge:
		state, text = Undelivered, fault.Message(err)
	case fault.Conflict:
		text = fault.Message(err)
	}
	all := make([]Result, len(p.deliveries))
	for i, d := range p.deliveries {
		all[i] = Result{Recipient: d.Address, State: state, Text: text}
	}
	return all
}

// record keeps what became of a mail, and asks for another attempt where one is left.
func (b *Box) record(ctx context.Context, p *parcel, results []Result) error {
	var next time.Time
	err := b.keep(ctx, func(tx *db.Tx) error {
		next = time.Time{}
		for _, d := range p.deliveries {
			before := d.State
			d.learn(tx.Now, find(results, d.Address))
			if err := store(tx, p.ticket.ID, d, before); err != nil {
				return err
			}
			if d.State == Undelivered {
				if err := b.tellUndelivered(tx, p, d); err != nil {
					return err
				}
			}
			if d.State == Deferred && (next.IsZero() || d.NextAt.Before(next)) {
				next = d.NextAt
			}
		}
		return nil
	})
	if err != nil || next.IsZero() {
		return err
	}
	return event.RetryAfter(max(time.Until(next), time.Second), errors.New("the next mail system wants it later"))
}

// keep writes down what became of a mail. It does not leave it at a database
// that is away: the mail has been handed over, and would be so once more. What
// another node, which took the mail over, has written down stays.
func (b *Box) keep(ctx context.Context, f func(*db.Tx) error) error {
	for {
		err := b.DB.Update(context.WithoutCancel(ctx), func(tx *db.Tx) error {
			if err := f(tx); err != nil {
				return err
			}
			return event.Hold(tx)
		})
		if !db.Away(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(retryKeeping):
		}
	}
}

func find(results []Result, address string) Result {
	for _, r := range results {
		if ticket.FoldAddress(r.Recipient) == ticket.FoldAddress(address) {
			return r
		}
	}
	return Result{State: Deferred, Text: "The next mail system said nothing about this recipient."}
}

// learn changes a delivery by what an attempt came tb.
func (d *Delivery) learn(now time.Time, r Result) {
	d.Attempts++
	d.TriedAt, d.Code, d.Response, d.State, d.NextAt = now, r.Code, compose.OneLine(r.Text), r.State, time.Time{}
	if r.State != Sent && r.State != Undelivered {
		d.State = Deferred
		d.NextAt = now.Add(pause(d.Attempts))
		if d.NextAt.Sub(d.QueuedAt) > givenUp {
			d.State, d.NextAt = Undelivered, time.Time{}
			d.Response = "Given up after 3 days. The last answer was: " + d.Response
		}
	}
}

// pause is how long to wait after an attempt: one minute, then four times as long each time, up to four hours.
func pause(attempts int) time.Duration {
	return min(quickest<<(2*min(attempts-1, 6)), slowest)
}

// tellUndelivered puts on the ticket that a mail did not reach somebody.
func (b *Box) tellUndelivered(tx *db.Tx, p *parcel, d Delivery) error {
	say := Report{Address: d.Address, Action: "failed", Answer: d.Response}.Sentence()
	_, _, err := b.Desk.Write(tx, p.ticket.Number, ticket.Writing{Kind: ticket.Note, Channel: "mail", Quiet: true,
		Body: ticket.Body{Source: say, Text: say, HTML: "<p>" + html.EscapeString(say) + "</p>"}, Author: ticket.Author{Kind: access.Muster, Name: "Muster"}})
	return err
}

// parcel reads what a mail is made of.
func (b *Box) parcel(ctx context.Context, entry string) (*parcel, error) {
	p := &parcel{zone: time.UTC}
	err := b.DB.View(ctx, func(tx *db.Tx) (err error) {
		p.workspace = tx.Workspace
		if p.ticket, p.entry, err = ticket.EntryByID(tx, entry); err != nil {
			return err
		}
		if p.all, err = deliveriesOf(tx, []string{entry}); err != nil {
			return err
		}
		p.deliveries = slices.DeleteFunc(slices.Clone(p.all), func(d Delivery) bool { return !d.open() })
		if err := p.follow(tx); err != nil {
			return err
		}
		if p.from, err = b.senderOf(tx, p.ticket.Inbox); err != nil {
			return err
		}
		p.zone = zoneOf(tx)
		return nil
	})
	return p, err
}
