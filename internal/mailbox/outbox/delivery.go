package outbox

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/mailbox/compose"
	"muster/internal/ticket"
)

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

// DeliveryChanged says how far a mail of ours has come.
type DeliveryChanged struct {
	Ticket    ticket.ID `json:"ticket"`
	Entry     string    `json:"entry"`
	Delivery  string    `json:"delivery"`
	Recipient string    `json:"recipient"`
	State     State     `json:"state"`
	Response  string    `json:"response,omitempty"`
}

func (DeliveryChanged) EventName() string { return "delivery.changed" }

// About is the ticket that the mail is on, else the memo.
func (e DeliveryChanged) About() (string, string) {
	if e.Ticket == "" {
		return "memo", e.Entry
	}
	return ticket.Subject, string(e.Ticket)
}

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
	Ticket ticket.ID // empty: a memo, whose subject the title is
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

// List lists what waits to be sent or went wrong, the newest first: after the
// delivery with the id cursor ("" for the first), at most 200.
func List(tx *db.Tx, cursor string, limit int) ([]Waiting, error) {
	if err := tx.Must(access.MailRead); err != nil {
		return nil, err
	}
	if limit < 1 || limit > 200 {
		limit = 50
	}
	var all []Waiting
	for _, state := range []State{Queued, Deferred, Undelivered, Bounced} {
		some, err := listWaiting(tx, state, cursor, limit)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		if tx.Scope.Teams != nil || tx.Scope.Orgs != nil || tx.Scope.Kinds != nil {
			continue // a memo may tell of any ticket
		}
		if some, err = listMemos(tx, state, cursor, limit); err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b Waiting) int { return cmp.Compare(b.ID, a.ID) })
	return all[:min(len(all), limit)], nil
}

// Resend has a mail sent again to a recipient whom it did not reach.
func Resend(tx *db.Tx, entry, delivery string) error {
	if err := tx.Must(access.MailManage); err != nil {
		return err
	}
	of, task := ticket.ID(""), memoTask
	if _, missing := memo(tx, entry); missing != nil {
		t, _, err := ticket.EntryByID(tx, entry) // the actor may see it
		if err != nil {
			return err
		}
		of, task = t.ID, ticket.SendTask
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
		if err := store(tx, of, d, before); err != nil {
			return err
		}
		if task == memoTask {
			return event.Schedule(tx, memoTask, entry, tx.Now, memoArgs{entry})
		}
		return event.Schedule(tx, ticket.SendTask, entry, tx.Now, sendArgs{entry})
	}
	return fault.New(fault.NotFound, "There is no such mail, or you may not see it.")
}

// Report is what a mail system tells about a mail of ours and one recipient.
type Report struct {
	Address, Final string // whom we wrote to, and where it went in the end
	Action         string // failed, delayed, delivered, complained …
	Answer         string // what the other system said
}

// Sentence says what the report says.
func (r Report) Sentence() string {
	who, answer := cmp.Or(r.Address, r.Final, "a recipient"), r.Answer
	if answer != "" {
		answer = ": " + answer
	}
	switch r.Action {
	case "failed":
		return "The mail to " + who + " did not arrive" + answer
	case "delayed":
		return "The mail to " + who + " has not arrived yet; it is still being tried" + answer
	case "complained":
		return who + " called the mail spam" + answer
	}
	return "The mail to " + who + " was " + cmp.Or(r.Action, "reported on") + answer
}

// Learn marks the deliveries of an entry that reports are about. A report about
// nobody we wrote to is about the only one, if there is one.
func Learn(tx *db.Tx, t ticket.ID, entry string, reports []Report) error {
	if err := tx.Must(access.MailManage); err != nil {
		return err
	}
	all, err := deliveriesOf(tx, []string{entry})
	if err != nil {
		return err
	}
	for _, r := range reports {
		for i := range all {
			d := &all[i]
			if folded := ticket.FoldAddress(d.Address); len(all) > 1 && folded != ticket.FoldAddress(r.Address) && folded != ticket.FoldAddress(r.Final) {
				continue
			}
			before := d.State
			switch r.Action {
			case "failed":
				d.State = Bounced
			case "complained":
				d.State = Complained
			}
			d.Response = compose.OneLine(cmp.Or(strings.TrimSpace(r.Answer), r.Sentence()))
			if err := store(tx, t, *d, before); err != nil {
				return err
			}
		}
	}
	return nil
}

// Record keeps that an entry of a ticket was sent to somebody, at the instant of tx: of history that is brought in.
func Record(tx *db.Tx, t ticket.ID, entry string, to ticket.Person) error {
	if err := tx.Must(access.MailManage); err != nil {
		return err
	}
	d := Delivery{ID: tx.NewID(), Entry: entry, Name: compose.OneLine(to.Name), Address: to.Address, State: Queued, QueuedAt: tx.Now}
	if err := insertDeliveries(tx, []Delivery{d}); err != nil {
		return err
	}
	d.State, d.Attempts, d.Code, d.Response, d.TriedAt = Sent, 1, 250, "2.0.0 Accepted", tx.Now
	return store(tx, t, d, Queued)
}

// LastTo returns the newest entry that was sent to an address since an instant: "" if none was.
func LastTo(tx *db.Tx, address string, since time.Time) (string, error) {
	if err := tx.Must(access.MailRead); err != nil {
		return "", err
	}
	entry, err := lastEntryTo(tx, ticket.FoldAddress(address), since)
	if db.Missing(err) {
		return "", nil
	}
	return entry, err
}
