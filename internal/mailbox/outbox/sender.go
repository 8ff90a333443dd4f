package outbox

import (
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mailbox/inbox"
)

// sender is who a mail is from.
type sender struct {
	Address, Name string
	Signature     string      // Markdown
	Plus          bool        // the mail system delivers name+anything@ to the address
	Answers       int         // automatic ones an hour, to one address or on one ticket
	DKIM          *inbox.DKIM // nil: mail is not signed
	Trouble       string      // a sentence: why nothing can be sent for now; empty: all is well
}

// senderOf returns who mail about an inbox's tickets is from: it, else the
// workspace's first that is active. The zero value is nobody.
func (b *Box) senderOf(tx *db.Tx, id string) (sender, error) {
	all, err := inbox.All(tx)
	if err != nil {
		return sender{}, err
	}
	in, ok := all.ByID(id)
	for i := 0; !(ok && in.Active) && i < len(all); i++ {
		in, ok = all[i], true
	}
	if !ok || !in.Active {
		return sender{}, nil
	}
	s := sender{Address: in.Address, Name: in.SenderName(), Signature: in.Signature, Plus: in.Plus, Answers: in.Limits().Answers}
	open, err := b.Inboxes.Unseal(in)
	if err != nil {
		s.Trouble = fault.Message(err)
		return s, nil
	}
	if k := open.DKIM; k.Key != "" && k.Domain != "" && k.Selector != "" {
		s.DKIM = &k
	}
	return s, nil
}
