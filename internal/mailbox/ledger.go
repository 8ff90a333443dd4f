package mailbox

import (
	"context"
	"fmt"
	"io"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/ticket"
)

// Outcome is what became of a message.
type Outcome string

const (
	Pending     Outcome = "pending" // nothing yet: the only one that is no outcome
	Opened      Outcome = "ticket"
	Joined      Outcome = "reply"
	Quarantined Outcome = "quarantined"
	DuplicateOf Outcome = "duplicate-of"
	BounceOf    Outcome = "bounce-of"
	Dropped     Outcome = "dropped-by-rule"
	Failed      Outcome = "failed"
)

// Outcomes lists what can become of a message.
func Outcomes() []Outcome {
	return []Outcome{Opened, Joined, Quarantined, DuplicateOf, BounceOf, Dropped, Failed}
}

// Message is a mail in custody.
type Message struct {
	ID         string
	Origin     Origin
	Size       int64
	Blob       string // key of the raw bytes, which is their SHA-256
	ReceivedAt time.Time
	Outcome    Outcome
	Reason     string // a sentence
	Ticket     ticket.ID
	Entry      string
	Other      string // the message, or the entry, that a duplicate or a bounce is of
	Trusted    bool   // somebody released it from quarantine
	Attempts   int
	MessageID  string
	Sender     string
	Subject    string
	Content    string // SHA-256 of what it says, without the marks of its way here
	SettledAt  time.Time
	Steps      []Step
}

// Step is something that was decided about a message.
type Step struct {
	At   time.Time `json:"at"`
	What string    `json:"what"`
}

// LedgerQuery says which messages to list, the newest first.
type LedgerQuery struct {
	Outcome Outcome // empty: any
	Words   string  // that sender or subject contain; empty: any
	Ticket  ticket.ID
	Cursor  string // the Next of the page before; empty: the first page
	Limit   int    // from 1 to 200; 0: 50
}

// LedgerPage is a part of the ledger.
type LedgerPage struct {
	Messages []Message
	Next     string // for the page after; empty: this is the last
}

const (
	family   = "mail" // of kept counts
	received = "received"
)

// Counts tells how many messages there are.
type Counts struct {
	Received, Pending, Unaccounted int64
	Outcomes                       map[Outcome]int64
	Oldest                         time.Time // received, and pending still; zero: none is
}

// Summary returns the numbers of the ledger, as kept.
func Summary(tx *db.Tx) (Counts, error) {
	if err := tx.Must(access.MailRead); err != nil {
		return Counts{}, err
	}
	counts, err := db.Tallies(tx, family)
	if err != nil {
		return Counts{}, err
	}
	s := summarise(counts)
	s.Oldest, err = oldestPending(tx)
	return s, err
}

func summarise(counts map[string]int64) Counts {
	s := Counts{Received: counts[received], Pending: counts[string(Pending)], Outcomes: map[Outcome]int64{}}
	s.Unaccounted = s.Received - s.Pending
	for _, o := range Outcomes() {
		s.Outcomes[o] = counts[string(o)]
		s.Unaccounted -= counts[string(o)]
	}
	return s
}

// Audit counts the ledger from its rows, for comparison with what is kept, and keeps what it counted if repair is set.
func Audit(tx *db.Tx, repair bool) (kept, counted Counts, err error) {
	if err := tx.Must(access.MailManage); err != nil {
		return kept, counted, err
	}
	before, err := db.Tallies(tx, family)
	if err != nil {
		return kept, counted, err
	}
	rows, err := countMessages(tx)
	if err != nil {
		return kept, counted, err
	}
	if repair {
		err = db.SetTallies(tx, family, rows)
	}
	return summarise(before), summarise(rows), err
}

// Blobs returns the keys of raw mails, in order, after the one given: for who proves that they are there.
func Blobs(tx *db.Tx, after string, limit int) ([]string, error) {
	if err := tx.Must(access.MailManage); err != nil {
		return nil, err
	}
	return blobsAfter(tx, after, limit)
}

// Ledger lists messages, as far as the actor may see them: who sees only some
// tickets sees the messages of those.
func Ledger(tx *db.Tx, q LedgerQuery) (LedgerPage, error) {
	if err := tx.Must(access.MailRead); err != nil {
		return LedgerPage{}, err
	}
	if q.Limit < 1 || q.Limit > 200 {
		q.Limit = 50
	}
	return listMessages(tx, q)
}

// Find returns a message.
func Find(tx *db.Tx, id string) (Message, error) {
	if err := tx.Must(access.MailRead); err != nil {
		return Message{}, err
	}
	m, err := message(tx, id)
	if db.Missing(err) {
		return Message{}, fault.New(fault.NotFound, "There is no such mail, or you may not see it.")
	}
	return m, err
}

// Raw returns a message and its bytes, which the caller closes.
func (o *Office) Raw(ctx context.Context, id string) (m Message, r io.ReadCloser, err error) {
	err = o.DB.View(ctx, func(tx *db.Tx) error {
		m, err = Find(tx, id)
		return err
	})
	if err != nil {
		return m, nil, err
	}
	if r, err = o.Blobs.Open(ctx, m.Blob); err != nil {
		return m, nil, fmt.Errorf("read mail %s: %w", id, err)
	}
	return m, r, nil
}
