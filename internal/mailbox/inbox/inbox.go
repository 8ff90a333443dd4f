// Package inbox keeps the addresses that mail comes to and goes out from.
//
// An inbox says how its mail is fetched and signed, which tickets it makes and
// what is added to answers. Its password and its key are sealed where they are stored.
package inbox

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mailbox/letter"
	"muster/internal/mailbox/mark"
	"muster/internal/ticket"
)

// Inbox is an address that mail comes to and goes out from.
type Inbox struct {
	Workspace string    `json:"-"`
	ID        string    `json:"-"`
	Address   string    `json:"-"`
	Active    bool      `json:"-"`
	CreatedAt time.Time `json:"-"`
	Version   int64     `json:"-"` // counts changes; when saved: the one that was seen, 0: any

	Name        string   `json:"name"`
	FromName    string   `json:"fromName,omitempty"`    // as recipients read it; empty: the name
	Signature   string   `json:"signature,omitempty"`   // Markdown, under every reply
	Team        string   `json:"team,omitempty"`        // whose the tickets become
	Kind        string   `json:"kind,omitempty"`        // of the tickets; empty: request
	OwnCopy     bool     `json:"ownCopy,omitempty"`     // takes its own copy of what another inbox got too
	Plus        bool     `json:"plus,omitempty"`        // the mail system delivers name+anything@ here
	Acknowledge bool     `json:"acknowledge,omitempty"` // a new ticket is answered, in the words of the workspace's template
	AutoAck     string   `json:"autoAck,omitempty"`     // the inbox's own words, Markdown with variables: they acknowledge in the template's place
	Block       []string `json:"block,omitempty"`       // addresses and domains whose mail is dropped

	TrustedHost string `json:"trustedHost,omitempty"` // the authserv-id whose Authentication-Results count
	IMAP        Server `json:"imap"`                  // where the mail is fetched from; no host: nowhere
	DKIM        DKIM   `json:"dkim"`
	Caps        Caps   `json:"caps"`
}

// Caps bound how much is taken in and answered within an hour. 0 means the default.
type Caps struct {
	Tickets  int `json:"tickets,omitempty"`  // new ones of one sender
	Messages int `json:"messages,omitempty"` // to one ticket
	Answers  int `json:"answers,omitempty"`  // automatic ones, to one address or on one ticket
}

// DKIM is what mail is signed with.
type DKIM struct {
	Domain   string `json:"domain,omitempty"`
	Selector string `json:"selector,omitempty"`
	Key      string `json:"-"` // PEM of a private key, RSA or Ed25519; when saved, empty: the one there was
	Sealed   string `json:"key,omitempty"`
}

// Limits are the inbox's caps, with the default of those that are not set.
func (in Inbox) Limits() Caps {
	return Caps{cmp.Or(in.Caps.Tickets, 200), cmp.Or(in.Caps.Messages, 100), cmp.Or(in.Caps.Answers, 5)}
}

// TicketKind is the kind of the tickets that mail to the inbox becomes.
func (in Inbox) TicketKind() string { return cmp.Or(in.Kind, "request") }

// SenderName is the name that recipients read.
func (in Inbox) SenderName() string { return cmp.Or(in.FromName, in.Name) }

// Blocks returns the entry of the block list that stands against an address: an
// address, or a domain, which blocks those below it too. "" if none does.
func (in Inbox) Blocks(a letter.Address) string {
	address := a.Fold()
	_, domain, _ := strings.Cut(address, "@")
	for _, entry := range in.Block {
		e := strings.TrimPrefix(ticket.FoldAddress(entry), "@")
		if e != "" && (e == address || e == domain || !strings.Contains(e, "@") && strings.HasSuffix(domain, "."+e)) {
			return e
		}
	}
	return ""
}

// Words are the inbox's own words for an acknowledgement, as a template reads them: "" if it has none.
func (in Inbox) Words() string { return variables.Replace(in.AutoAck) }

// variables are what acknowledgements were once told to say, and what that is now.
var variables = strings.NewReplacer("{{number}}", "{{ticket.number}}", "{{title}}", "{{ticket.title}}", "{{name}}", "{{requester.name}}")

const subject = "inbox"

// Saved says that an inbox was made or changed.
type Saved struct {
	ID, Address, Name string
	Active            bool
}

func (Saved) EventName() string         { return "inbox.saved" }
func (e Saved) About() (string, string) { return subject, e.ID }

// List is the inboxes of a workspace, the oldest first.
type List []Inbox

// At returns the active inbox that an address leads to: its own address, or that
// with anything after a plus, as our signed ones have it.
func (l List) At(address string) (Inbox, bool) {
	folded, plain := ticket.FoldAddress(address), ticket.FoldAddress(mark.Inbox(address))
	i := slices.IndexFunc(l, func(in Inbox) bool { return in.Active && ticket.FoldAddress(in.Address) == folded })
	if i < 0 {
		i = slices.IndexFunc(l, func(in Inbox) bool { return in.Active && ticket.FoldAddress(in.Address) == plain })
	}
	if i < 0 {
		return Inbox{}, false
	}
	return l[i], true
}

// ByID returns the inbox with an id.
func (l List) ByID(id string) (Inbox, bool) {
	i := slices.IndexFunc(l, func(in Inbox) bool { return in.ID == id })
	if i < 0 {
		return Inbox{}, false
	}
	return l[i], true
}

// All returns the inboxes of the workspace. Their passwords and keys stay sealed.
func All(tx *db.Tx) (List, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	return list(tx)
}

// Find returns an inbox. Its password and its key stay sealed.
func Find(tx *db.Tx, id string) (Inbox, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return Inbox{}, err
	}
	all, err := list(tx)
	if err != nil {
		return Inbox{}, err
	}
	if in, ok := all.ByID(id); ok {
		return in, nil
	}
	return Inbox{}, fault.New(fault.NotFound, "There is no such inbox.")
}
