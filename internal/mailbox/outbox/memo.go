package outbox

import (
	"context"
	"errors"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/mailbox/compose"
	"muster/internal/mailbox/letter"
	"muster/internal/ticket"
)

// Memo is a mail to a colleague that is on no ticket: a digest of what happened, say.
type Memo struct {
	To         ticket.Person
	Subject    string
	Text, Page string // as plain text, and as a page of HTML
}

const memoTask = "mailbox.memo"

type memoArgs struct {
	Memo string `json:"memo"`
}

// Post puts a memo into the box and returns its id, under which its delivery stands.
func Post(tx *db.Tx, m Memo) (string, error) {
	if err := tx.Must(access.MailManage); err != nil {
		return "", err
	}
	id := tx.NewID()
	d := Delivery{ID: tx.NewID(), Entry: id, Name: compose.OneLine(m.To.Name), Address: m.To.Address, State: Queued, QueuedAt: tx.Now}
	if !compose.Writable(m.To.Address) {
		return "", fault.New(fault.Invalid, "%.100q is no address that mail can be sent to.", m.To.Address)
	}
	if err := insertMemo(tx, id, m); err != nil {
		return "", err
	}
	if err := insertDeliveries(tx, []Delivery{d}); err != nil {
		return "", err
	}
	return id, event.Schedule(tx, memoTask, id, tx.Now, memoArgs{id})
}

const (
	keepMemos = 30 * 24 * time.Hour // as long as who got one may ask what it said
	sweptOnce = 500                 // memos that one unit of work forgets
)

// Sweep forgets memos that are old and no longer on their way, with how far
// they came, and reports whether there are more.
func Sweep(tx *db.Tx) (more bool, err error) {
	if err := tx.Must(access.MailManage); err != nil {
		return false, err
	}
	gone, err := removeMemos(tx, tx.Now.Add(-keepMemos), sweptOnce)
	if err != nil || len(gone) == 0 {
		return false, err
	}
	return len(gone) == sweptOnce, removeDeliveries(tx, gone)
}

// sendMemo sends a memo. It may be run twice: the mail has the same Message-ID each time.
func (b *Box) sendMemo(ctx context.Context, a memoArgs) error {
	p := &parcel{}
	var m Memo
	err := b.DB.View(ctx, func(tx *db.Tx) (err error) {
		p.workspace = tx.Workspace
		if m, err = memo(tx, a.Memo); err != nil {
			return err
		}
		if p.all, err = deliveriesOf(tx, []string{a.Memo}); err != nil {
			return err
		}
		p.from, err = b.senderOf(tx, "")
		return err
	})
	if db.Missing(err) || err == nil && (len(p.all) == 0 || !p.all[0].open()) {
		return nil
	}
	if err != nil {
		return err
	}
	d := p.all[0]
	if why := b.obstacle(p); why != "" {
		return b.DB.Update(ctx, func(tx *db.Tx) error {
			d.Response = why
			if err := store(tx, "", d, d.State); err != nil {
				return err
			}
			return event.Schedule(tx, memoTask, a.Memo, tx.Now.Add(lookAt), a)
		})
	}
	return b.recordMemo(ctx, d, b.handMemo(ctx, p, a.Memo, m, d))
}

// handMemo writes the mail and gives it to the next mail system.
func (b *Box) handMemo(ctx context.Context, p *parcel, id string, m Memo, d Delivery) Result {
	mail := compose.Message{From: compose.Person{Name: compose.OneLine(p.from.Name), Address: p.from.Address}, Date: time.Now(),
		MessageID: "memo." + id + "@" + b.Marks.Host(), To: []compose.Person{{Name: d.Name, Address: d.Address}}, Subject: compose.OneLine(m.Subject), Text: m.Text, HTML: m.Page,
		More: []compose.Field{{Name: "Auto-Submitted", Value: "auto-generated"}, {Name: "X-Auto-Response-Suppress", Value: "All"},
			{Name: "List-Unsubscribe", Value: "<" + b.Leave + ">"}, {Name: letter.LoopHeader, Value: b.Marks.Instance(p.workspace)}}}
	raw, err := mail.Bytes()
	if err != nil {
		return Result{State: Undelivered, Text: fault.Message(err)}
	}
	return find(b.hand(ctx, Mail{Workspace: p.workspace, Entry: id, From: p.from.Address, EnvelopeFrom: p.from.Address,
		Recipients: []string{d.Address}, Raw: raw, DKIM: p.from.DKIM}), d.Address)
}

func (b *Box) recordMemo(ctx context.Context, d Delivery, r Result) error {
	before := d.State
	err := b.keep(ctx, func(tx *db.Tx) error {
		now := d
		now.learn(tx.Now, r)
		d.NextAt = now.NextAt
		return store(tx, "", now, before)
	})
	if err != nil || d.NextAt.IsZero() {
		return err
	}
	return event.RetryAfter(max(time.Until(d.NextAt), time.Second), errors.New("the next mail system wants it later"))
}
