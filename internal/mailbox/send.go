package mailbox

import (
	"context"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/mailbox/outbox"
)

// What the outbox calls its own, under the names that those outside know.
type (
	Outgoing        = outbox.Mail
	Result          = outbox.Result
	State           = outbox.State
	Delivery        = outbox.Delivery
	Waiting         = outbox.Waiting
	DeliveryChanged = outbox.DeliveryChanged
	Memo            = outbox.Memo
)

// How far a mail has come.
const (
	Queued      = outbox.Queued
	Sent        = outbox.Sent
	Deferred    = outbox.Deferred
	Bounced     = outbox.Bounced
	Complained  = outbox.Complained
	Undelivered = outbox.Undelivered
	TakenBack   = outbox.TakenBack
)

// Deliveries returns how far entries have come, by entry. Whoever may see the
// entries may see their deliveries: the caller has found the ticket already.
func Deliveries(tx *db.Tx, entries []string) (map[string][]Delivery, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	return outbox.Deliveries(tx, entries)
}

// Outbox lists what waits to be sent or went wrong, the newest first: after the
// delivery with the id cursor ("" for the first), at most 200.
func Outbox(tx *db.Tx, cursor string, limit int) ([]Waiting, error) {
	if err := tx.Must(access.MailRead); err != nil {
		return nil, err
	}
	return outbox.List(tx, cursor, limit)
}

// Resend has a mail sent again to a recipient whom it did not reach.
func Resend(tx *db.Tx, entry, delivery string) error {
	if err := tx.Must(access.MailManage); err != nil {
		return err
	}
	return outbox.Resend(tx, entry, delivery)
}

// Post sends a mail to a colleague that is on no ticket, and returns its id.
func Post(tx *db.Tx, m Memo) (string, error) {
	if err := tx.Must(access.MailManage); err != nil {
		return "", err
	}
	return outbox.Post(tx, m)
}

// openOutbox has what is written to customers sent.
func (o *Office) openOutbox() {
	outbox.New(o.Bus, outbox.Box{DB: o.DB, Desk: o.Desk, Blobs: o.Blobs, Marks: o.marks, Inboxes: o.Inboxes, Leave: o.URL + "/settings/notifications",
		Ready:    func() bool { return o.Send != nil },
		Send:     func(ctx context.Context, m Outgoing) []Result { return o.Send(ctx, m) },
		Most:     func() int64 { return o.Limits.Size },
		Complete: o.Complete,
	})
}
