package mailbox

import (
	"context"
	"fmt"

	"muster/internal/access"
	"muster/internal/blob"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mailbox/inbox"
	"muster/internal/workspace"
)

// Parcel is a mail of the past that was read and can be settled.
type Parcel struct {
	message Message
	reading *reading
}

// Unpack keeps the bytes and the files of a mail of the past, and reads it: all
// that is costly about bringing it in. Several may be unpacked at a time.
func (o *Office) Unpack(ctx context.Context, origin Origin, raw []byte) (*Parcel, error) {
	ref, err := blob.PutBytes(ctx, o.Blobs, raw)
	if err != nil {
		return nil, fmt.Errorf("keep a mail: %w", err)
	}
	p := &Parcel{message: Message{Blob: ref.Key, Size: ref.Size, Origin: origin, Attempts: 1}}
	if p.reading, err = o.read(p.message, raw); err != nil {
		return nil, err
	}
	return p, o.keepFiles(ctx, p.reading)
}

// Settle takes a mail of the past into custody and decides about it as about
// any other, both at the instant of tx. What its origin says of where it comes
// from is believed: it is too late to ask.
func (o *Office) Settle(tx *db.Tx, p *Parcel) (Message, error) {
	if err := tx.Must(access.MailManage); err != nil {
		return Message{}, err
	}
	c := &custody{message: p.message}
	c.message.Origin.ReceivedAt = tx.Now
	fresh, err := enter(tx, &c.message)
	if err != nil {
		return Message{}, fmt.Errorf("file a mail: %w", err)
	}
	if !fresh {
		return Message{}, fault.New(fault.Conflict, "The mail is in the ledger already.")
	}
	if c.inboxes, err = inbox.All(tx); err != nil {
		return Message{}, err
	}
	w, err := workspace.Current(tx)
	if err != nil {
		return Message{}, err
	}
	c.days = w.Settings.ReopenDays
	c.describe(p.reading)
	s := settling{office: o, tx: tx, custody: c, reading: p.reading, early: c.judge(p.reading)}
	if err := s.decide(); err != nil {
		return Message{}, err
	}
	return c.message, s.store()
}
