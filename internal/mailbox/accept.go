package mailbox

import (
	"context"
	"fmt"
	"io"
	"time"

	"muster/internal/access"
	"muster/internal/blob"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/mailbox/inbox"
)

// Sources of mail.
const (
	SMTP = "smtp"
	IMAP = "imap"
)

// Origin is where a message came from.
type Origin struct {
	Source       string    `json:"source"`
	Inbox        string    `json:"inbox,omitempty"` // the id; empty: as the envelope says
	UIDValidity  uint32    `json:"uidValidity,omitempty"`
	UID          uint32    `json:"uid,omitempty"`
	Folder       string    `json:"folder,omitempty"`
	Transaction  string    `json:"transaction,omitempty"` // of SMTP: unique for ever
	Remote       string    `json:"remote,omitempty"`      // the address that it was sent from
	Helo         string    `json:"helo,omitempty"`
	EnvelopeFrom string    `json:"envelopeFrom,omitempty"`
	EnvelopeTo   []string  `json:"envelopeTo,omitempty"`
	Verdict      Verdict   `json:"verdict"`
	ReceivedAt   time.Time `json:"receivedAt"` // zero: now
}

// Verdict is what the sender's domain says about a message: "pass", "fail",
// "softfail", "none" and so on, as in Authentication-Results.
type Verdict struct {
	SPF    string `json:"spf,omitempty"`
	DKIM   string `json:"dkim,omitempty"`
	DMARC  string `json:"dmarc,omitempty"`
	Policy string `json:"policy,omitempty"` // what the domain asks for if DMARC fails: none, quarantine, reject
	Detail string `json:"-"`                // a line for each check, for people: the steps of the message keep them
}

// key is where a message was met: what is met there again is the same message.
// A message that is one of a kind has an empty one.
func (o Origin) key() string {
	switch {
	case o.Source == IMAP:
		return fmt.Sprintf("imap/%s/%s/%d/%d", o.Inbox, o.Folder, o.UIDValidity, o.UID)
	case o.Transaction != "":
		return "smtp/" + o.Transaction + "/" + o.Inbox
	}
	return ""
}

// Accept keeps the bytes of a message and takes custody of it.
func (o *Office) Accept(ctx context.Context, workspace string, origin Origin, raw io.Reader) (id string, err error) {
	ref, err := o.Keep(ctx, raw)
	if err != nil {
		return "", err
	}
	return o.File(ctx, workspace, origin, ref)
}

// Keep makes the bytes of a message durable. Nothing becomes of them before they are filed.
func (o *Office) Keep(ctx context.Context, raw io.Reader) (blob.Ref, error) {
	ref, err := o.Blobs.Put(ctx, raw)
	if err != nil {
		return ref, fmt.Errorf("keep a mail: %w", err)
	}
	return ref, nil
}

// File takes custody of a message whose bytes are kept. When it returns an id,
// the ledger's row is durable too, and what becomes of the message will be decided
// soon. The same UID of the same folder, or the same transaction, is one
// message however often it is offered. Where the envelope names several inboxes
// and Origin.Inbox none, each has a row of its own, and the first id is returned.
func (o *Office) File(ctx context.Context, workspace string, origin Origin, ref blob.Ref) (id string, err error) {
	ctx = access.With(ctx, access.System(workspace))
	err = o.DB.Update(ctx, func(tx *db.Tx) error {
		to, err := addressed(tx, origin)
		if err != nil {
			return err
		}
		id = ""
		for _, in := range to {
			m := Message{Blob: ref.Key, Size: ref.Size, Origin: origin}
			m.Origin.Inbox = in
			row, err := file(tx, m)
			if err != nil {
				return fmt.Errorf("file a mail: %w", err)
			}
			if id == "" {
				id = row
			}
		}
		return nil
	})
	return id, err
}

// addressed returns the inboxes that a message is for: "" if it is for none that we know.
func addressed(tx *db.Tx, origin Origin) ([]string, error) {
	if origin.Inbox != "" || len(origin.EnvelopeTo) == 0 {
		return []string{origin.Inbox}, nil
	}
	all, err := inbox.All(tx)
	if err != nil {
		return nil, err
	}
	var ids []string
	seen := map[string]bool{}
	for _, to := range origin.EnvelopeTo {
		if in, ok := all.At(to); ok && !seen[in.ID] {
			seen[in.ID] = true
			ids = append(ids, in.ID)
		}
	}
	if len(ids) == 0 {
		ids = []string{""}
	}
	return ids, nil
}

// file writes the ledger's row of a message, or finds it, and has it looked at.
func file(tx *db.Tx, m Message) (string, error) {
	fresh, err := enter(tx, &m)
	if err != nil || !fresh {
		return m.ID, err
	}
	return m.ID, event.Schedule(tx, intakeTask, "", tx.Now, intakeArgs{m.ID})
}

// enter writes the ledger's row of a message, and reports false if it is there already.
func enter(tx *db.Tx, m *Message) (fresh bool, err error) {
	m.ID, m.Outcome, m.ReceivedAt = tx.NewID(), Pending, m.Origin.ReceivedAt.UTC()
	if m.Origin.ReceivedAt.IsZero() {
		m.ReceivedAt = tx.Now
	}
	key := m.Origin.key()
	if key == "" {
		key = "once/" + m.ID
	}
	if fresh, err = insertMessage(tx, key, *m); err != nil {
		return false, err
	}
	if !fresh {
		m.ID, err = idAt(tx, key)
		return false, err
	}
	tx.Tally(family, received, 1)
	tx.Tally(family, string(Pending), 1)
	tx.Emit(Received{Message: m.ID, Inbox: m.Origin.Inbox, Source: m.Origin.Source})
	return true, nil
}

// Known tells which UIDs of a folder are in the ledger: for a mailbox that is compared with it.
func (o *Office) Known(ctx context.Context, workspace, inbox, folder string, validity uint32, uids []uint32) (map[uint32]bool, error) {
	known := map[uint32]bool{}
	keys := make(map[string]uint32, len(uids))
	for _, uid := range uids {
		keys[Origin{Source: IMAP, Inbox: inbox, Folder: folder, UIDValidity: validity, UID: uid}.key()] = uid
	}
	err := o.DB.View(access.With(ctx, access.System(workspace)), func(tx *db.Tx) error {
		found, err := keysIn(tx, keys)
		for _, key := range found {
			known[keys[key]] = true
		}
		return err
	})
	return known, err
}
