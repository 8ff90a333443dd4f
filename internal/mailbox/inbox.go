package mailbox

import (
	"cmp"
	"context"
	"crypto/x509"
	"encoding/pem"
	"regexp"
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/mailbox/mark"
	"muster/internal/memory"
	"muster/internal/template"
	"muster/internal/text"
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

// Server is a mailbox on another mail system.
type Server struct {
	Host     string   `json:"host,omitempty"`
	Port     int      `json:"port,omitempty"`     // 0: 993, or 143 without TLS
	Security string   `json:"security,omitempty"` // tls, starttls or none; empty: tls
	User     string   `json:"user,omitempty"`
	Trust    string   `json:"trust,omitempty"`  // the SHA-256 of the one certificate that it may show, in hexadecimal; empty: an authority vouches for it
	Folder   string   `json:"folder,omitempty"` // empty: INBOX
	More     []string `json:"more,omitempty"`   // folders beside that one
	After    string   `json:"after,omitempty"`  // what becomes of a fetched message there: leave, seen or move; empty: leave
	MoveTo   string   `json:"moveTo,omitempty"` // the folder, with move
	Password string   `json:"-"`                // when saved, empty: the one there was
	Sealed   string   `json:"password,omitempty"`
}

// Folders are those whose mail is fetched.
func (s Server) Folders() []string {
	return append([]string{cmp.Or(s.Folder, "INBOX")}, s.More...)
}

var certificate = regexp.MustCompile(`^([0-9A-Fa-f]{2}[: ]?){32}$`)

// check says what cannot be fetched so.
func (s Server) check() error {
	var errs []error
	if s.Port < 0 || s.Port > 65535 {
		errs = append(errs, fault.Field("imap.port", "A port is a number from 1 to 65535, not %d.", s.Port))
	}
	if !slices.Contains([]string{"", "tls", "starttls", "none"}, s.Security) {
		errs = append(errs, fault.Field("imap.security", "Choose tls, starttls or none."))
	}
	if s.Trust != "" && !certificate.MatchString(s.Trust) {
		errs = append(errs, fault.Field("imap.certificate", "Give the SHA-256 of the certificate: 64 hexadecimal digits."))
	}
	folders := s.Folders()
	if len(folders) > 50 || slices.ContainsFunc(folders, func(f string) bool { return f == "" || oneLine(f) != f || len(f) > 200 }) {
		errs = append(errs, fault.Field("imap.folders", "Give at most 50 folders, one a line, each of at most 200 bytes."))
	}
	if !slices.Contains([]string{"", "leave", "seen", "move"}, s.After) {
		errs = append(errs, fault.Field("imap.after", "Choose leave, seen or move."))
	}
	switch {
	case s.After == "move" && (s.MoveTo == "" || oneLine(s.MoveTo) != s.MoveTo || len(s.MoveTo) > 200):
		errs = append(errs, fault.Field("imap.moveTo", "Say which folder fetched mail is moved to."))
	case s.After == "move" && slices.Contains(folders, s.MoveTo):
		errs = append(errs, fault.Field("imap.moveTo", "Mail is fetched from the folder %s, so it cannot be moved there. Choose another.", s.MoveTo))
	}
	return fault.Join(errs...)
}

// Caps bound how much is taken in and answered within an hour. 0 means the default.
type Caps struct {
	Tickets  int `json:"tickets,omitempty"`  // new ones of one sender
	Messages int `json:"messages,omitempty"` // to one ticket
	Answers  int `json:"answers,omitempty"`  // automatic ones, to one address or on one ticket
}

// orDefault fills in the defaults.
func (c Caps) orDefault() Caps {
	return Caps{cmp.Or(c.Tickets, 200), cmp.Or(c.Messages, 100), cmp.Or(c.Answers, 5)}
}

const inboxSubject = "inbox"

// InboxSaved says that an inbox was made or changed.
type InboxSaved struct {
	ID, Address, Name string
	Active            bool
}

func (InboxSaved) EventName() string         { return "inbox.saved" }
func (e InboxSaved) About() (string, string) { return inboxSubject, e.ID }

type inboxList []Inbox

// at returns the active inbox that an address leads to.
func (l inboxList) at(address string) (Inbox, bool) {
	folded, plain := fold(address), fold(mark.Inbox(address))
	i := slices.IndexFunc(l, func(in Inbox) bool { return in.Active && fold(in.Address) == folded })
	if i < 0 {
		i = slices.IndexFunc(l, func(in Inbox) bool { return in.Active && fold(in.Address) == plain })
	}
	if i < 0 {
		return Inbox{}, false
	}
	return l[i], true
}

// find returns the inbox with an id.
func (l inboxList) find(id string) (Inbox, bool) {
	i := slices.IndexFunc(l, func(in Inbox) bool { return in.ID == id })
	if i < 0 {
		return Inbox{}, false
	}
	return l[i], true
}

// Inboxes returns the inboxes of the workspace. Their passwords and keys stay sealed.
func Inboxes(tx *db.Tx) ([]Inbox, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	return inboxes(tx)
}

// FindInbox returns an inbox.
func FindInbox(tx *db.Tx, id string) (Inbox, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return Inbox{}, err
	}
	all, err := inboxes(tx)
	if err != nil {
		return Inbox{}, err
	}
	if in, ok := all.find(id); ok {
		return in, nil
	}
	return Inbox{}, fault.New(fault.NotFound, "There is no such inbox.")
}

// SaveInbox makes an inbox, or changes the one with its id.
func (o *Office) SaveInbox(tx *db.Tx, in Inbox) (Inbox, error) {
	if err := tx.Must(access.InboxManage); err != nil {
		return Inbox{}, err
	}
	in.Workspace, in.Address, in.Name = tx.Workspace, strings.TrimSpace(in.Address), oneLine(in.Name)
	in.Name = cmp.Or(in.Name, in.Address)
	if err := o.checkInbox(in); err != nil {
		return Inbox{}, err
	}
	var was Inbox
	var err error
	if in.ID == "" {
		in.ID, in.CreatedAt = tx.NewID(), tx.Now
	} else if was, err = FindInbox(tx, in.ID); err != nil {
		return Inbox{}, err
	}
	if in.Version != 0 && in.Version != was.Version {
		return Inbox{}, fault.New(fault.Conflict, "Somebody changed this inbox meanwhile. Look at it again, then repeat your change.")
	}
	// A password that nobody can read must not be sent to whatever server somebody names.
	if moved := in.IMAP.Host != "" && in.IMAP.Host != was.IMAP.Host; moved && was.IMAP.Sealed != "" && in.IMAP.Password == "" {
		return Inbox{}, fault.Field("imap.password", "The password is that of another server. Give the one for %s.", in.IMAP.Host)
	}
	if in, err = o.seal(in, was); err != nil {
		return Inbox{}, err
	}
	in.Version, in.CreatedAt = was.Version+1, cmp.Or(was.CreatedAt, in.CreatedAt)
	if err := storeInbox(tx, in); err != nil {
		return Inbox{}, err
	}
	tx.Emit(InboxSaved{in.ID, in.Address, in.Name, in.Active})
	return in, nil
}

// seal closes the secrets of an inbox; those that are not given stay what they were.
func (o *Office) seal(in, was Inbox) (_ Inbox, err error) {
	in.IMAP.Sealed, in.DKIM.Sealed = was.IMAP.Sealed, was.DKIM.Sealed
	if in.IMAP.Password != "" {
		if in.IMAP.Sealed, err = o.marks.Seal(in.IMAP.Password, in.place("imap")); err != nil {
			return in, err
		}
	}
	if in.DKIM.Key != "" {
		if in.DKIM.Sealed, err = o.marks.Seal(in.DKIM.Key, in.place("dkim")); err != nil {
			return in, err
		}
	}
	in.IMAP.Password, in.DKIM.Key = "", ""
	return in, nil
}

// place is where a secret of the inbox may be opened.
func (in Inbox) place(what string) string { return in.Workspace + "/" + in.ID + "/" + what }

// Unseal returns an inbox with its password and its key open.
func (o *Office) Unseal(in Inbox) (_ Inbox, err error) {
	if in.IMAP.Password, err = o.marks.Unseal(in.IMAP.Sealed, in.place("imap")); err != nil {
		return in, err
	}
	in.DKIM.Key, err = o.marks.Unseal(in.DKIM.Sealed, in.place("dkim"))
	return in, err
}

func (o *Office) checkInbox(in Inbox) error {
	var errs []error
	if !writable(in.Address) || strings.Contains(in.Address, "+") {
		errs = append(errs, fault.Field("address", "%q is no address of an inbox; write it like support@example.com.", text.Snippet(text.Valid(in.Address), 80)))
	}
	if _, err := o.Desk.Kind(cmp.Or(in.Kind, defaultKind)); err != nil {
		errs = append(errs, fault.Field("kind", "There are no tickets of the kind %q.", in.Kind))
	}
	for _, name := range []string{in.Name, in.FromName} {
		if oneLine(name) != name || len(name) > 200 {
			errs = append(errs, fault.Field("name", "A name is one line of at most 200 bytes."))
		}
	}
	if why := template.Wrong(ackVariables.Replace(in.AutoAck)); why != "" {
		errs = append(errs, fault.Field("autoAck", "In the acknowledgement %s", why))
	}
	for _, entry := range in.Block {
		if e := strings.TrimPrefix(entry, "@"); !writable(e) && !domain.MatchString(e) {
			errs = append(errs, fault.Field("block", "%q is neither an address nor a domain; write it like offers@example.com or example.com.", text.Snippet(text.Valid(entry), 80)))
		}
	}
	if in.TrustedHost != "" && !domain.MatchString(in.TrustedHost) {
		errs = append(errs, fault.Field("trustedHost", "Write the trusted server's name as it stands in Authentication-Results, like mx.example.com."))
	}
	for field, words := range map[string]string{"signature": in.Signature, "autoAck": in.AutoAck} {
		if len(words) > longestWords {
			errs = append(errs, fault.Field(field, "It goes out with many mails, so it has at most %d bytes. Shorten it.", longestWords))
		}
	}
	errs = append(errs, in.IMAP.check())
	if in.DKIM.Key != "" && !isKey(in.DKIM.Key) {
		errs = append(errs, fault.Field("dkim.key", "This is no private key in PEM form."))
	}
	return fault.Join(errs...)
}

// ackVariables are what acknowledgements were once told to say, and what that is now.
var ackVariables = strings.NewReplacer("{{number}}", "{{ticket.number}}", "{{title}}", "{{ticket.title}}", "{{name}}", "{{requester.name}}")

// domain is a name such as example.com.
var domain = regexp.MustCompile(`^[\pL\pN]([\pL\pN._-]{0,250}[\pL\pN])?$`)

const longestWords = 20_000 // bytes of what is added to mails

func isKey(text string) bool {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return false
	}
	_, one := x509.ParsePKCS8PrivateKey(block.Bytes)
	_, two := x509.ParsePKCS1PrivateKey(block.Bytes)
	return one == nil || two == nil
}

const defaultKind = "request"

// EnsureInbox returns the inbox of the workspace that has an address, and makes it if there is none.
func (o *Office) EnsureInbox(ctx context.Context, workspace, address string) (in Inbox, err error) {
	err = o.DB.Update(access.With(ctx, access.System(workspace)), func(tx *db.Tx) error {
		all, err := inboxes(tx)
		if err != nil {
			return err
		}
		for _, in = range all {
			if fold(in.Address) == fold(address) {
				return nil
			}
		}
		in, err = o.SaveInbox(tx, Inbox{Address: address, Active: true, Plus: true})
		return err
	})
	return in, err
}

// FirstInbox makes an inbox in a workspace that has none yet.
func (o *Office) FirstInbox(ctx context.Context, workspace, address string) error {
	return o.DB.Update(access.With(ctx, access.System(workspace)), func(tx *db.Tx) error {
		all, err := inboxes(tx)
		if err != nil || len(all) > 0 {
			return err
		}
		_, err = o.SaveInbox(tx, Inbox{Address: address, Active: true, Plus: true})
		return err
	})
}

// Recipient tells whether mail to an address is for an inbox of the workspace:
// its own address, or that with anything after a plus, as our signed ones have it.
func (o *Office) Recipient(ctx context.Context, workspace, address string) (inbox string, ok bool, err error) {
	err = o.DB.View(access.With(ctx, access.System(workspace)), func(tx *db.Tx) error {
		all, err := inboxes(tx)
		in, found := inboxList(all).at(address)
		inbox, ok = in.ID, found
		return err
	})
	return inbox, ok, err
}

// route is where mail to an address goes.
type route struct{ workspace, inbox string }

// Senders ask for the address of each mail, twice: what is remembered for a moment is only where it is.
const (
	routesLast = time.Second
	mostRoutes = 1000
)

func routes(bus *event.Bus) *memory.Of[string, route] {
	known := memory.New[string, route](routesLast, mostRoutes)
	bus.Watch(func(e event.Happening) {
		if e.Subject == inboxSubject {
			known.Forget()
		}
	})
	return known
}

// Route is Recipient over all workspaces: where one address has several, the oldest inbox gets the mail.
func (o *Office) Route(ctx context.Context, address string) (workspace, inbox string, ok bool, err error) {
	r, err := o.routes.Get(address, func() (r route, found bool, err error) {
		err = o.DB.View(ctx, func(tx *db.Tx) error {
			in, err := inboxAnywhere(tx, fold(address), fold(mark.Inbox(address)))
			if db.Missing(err) {
				return nil
			}
			r = route{in.Workspace, in.ID}
			return err
		})
		return r, r.inbox != "", err
	})
	return r.workspace, r.inbox, r.inbox != "", err
}

// Fetched returns the active inboxes of all workspaces whose mail is fetched from elsewhere.
func (o *Office) Fetched(ctx context.Context) (all []Inbox, err error) {
	err = o.DB.View(ctx, func(tx *db.Tx) error {
		all, err = inboxesAnywhere(tx)
		all = slices.DeleteFunc(all, func(in Inbox) bool { return !in.Active || in.IMAP.Host == "" })
		return err
	})
	return all, err
}
