package ticket

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/search"
	"muster/internal/text"
)

// EntryKind says who an entry speaks to.
type EntryKind string

const (
	FromCustomer EntryKind = "customer"
	Reply        EntryKind = "reply" // public, by an agent
	Note         EntryKind = "note"  // internal
	Automatic    EntryKind = "auto"  // public, by a rule: an acknowledgement, say
)

// Public reports whether the customer may see entries of the kind.
func (k EntryKind) Public() bool { return k != Note }

// Outgoing reports whether entries of the kind are sent to the customer.
func (k EntryKind) Outgoing() bool { return k == Reply || k == Automatic }

// Entry is something that somebody wrote on a ticket.
type Entry struct {
	ID          string
	Ticket      ID
	Kind        EntryKind
	Author      Author
	Channel     string
	Body        Body
	To, Cc      []Person
	MessageID   string
	Verdict     Verdict
	CreatedAt   time.Time
	SendAt      time.Time // zero: it is not sent
	WithdrawnAt time.Time
	Attachments []Attachment
	Mentions    []string // users
	Quiet       bool     // a machine wrote it
}

// Author is who wrote an entry.
type Author struct {
	Kind              access.Kind
	ID, Name, Address string
}

// Person is a name and a mail address.
type Person struct {
	Name    string `json:"name,omitempty"`
	Address string `json:"address"`
}

// Body is what an entry says.
type Body struct {
	Source string // Markdown, as an agent wrote it
	Text   string // as one reads it: plain, without the quoted history
	HTML   string // cleaned, without the quoted history
	Quoted string // the quoted history, cleaned
	Remote int    // images that are not loaded until asked
}

// Verdict is what is known about where a mail came from.
type Verdict struct {
	SPF   string `json:"spf,omitempty"`
	DKIM  string `json:"dkim,omitempty"`
	DMARC string `json:"dmarc,omitempty"`
	Auto  string `json:"auto,omitempty"`  // why a machine is thought to have sent it
	Notes string `json:"notes,omitempty"` // encrypted, signed, parts that were refused
}

// Forged reports whether the sender is probably not who the mail says.
func (v Verdict) Forged() bool { return v.DMARC == "fail" || v.SPF == "fail" && v.DMARC != "pass" }

// Compose makes a body of Markdown. It is costly, so it is done before the unit of work.
func Compose(markdown string) (Body, error) {
	source := strings.TrimSpace(text.Valid(markdown))
	if len(source) > maxBody {
		return Body{}, fault.Field("body", "The text has more than 1 MB. Attach it as a file.")
	}
	html := text.Markdown(source)
	return Body{Source: source, Text: text.Plain(html), HTML: html}, nil
}

// Writing is an entry to be written.
type Writing struct {
	Kind        EntryKind
	Body        Body
	Author      Author // zero: the actor
	Channel     string
	To, Cc      []Person // of a mail that came in; of a reply, instead of the ticket's people
	MessageID   string
	Verdict     Verdict
	Attachments []Attachment // uploaded ones by id alone; others whole
	Undo        time.Duration
	Seen        string // the last public entry that the author had seen; empty: it does not matter
	Quiet       bool   // a machine wrote it: do not reopen because of it
	Mentions    []string
	State       string // the state to move to; empty: as the kind of entry asks
}

// Write adds an entry to a ticket.
func (d *Desk) Write(tx *db.Tx, number int64, w Writing) (*Ticket, *Entry, error) {
	if err := tx.Must(access.TicketsWrite); err != nil {
		return nil, nil, err
	}
	addressed, err := Find(tx, number)
	if err != nil {
		return nil, nil, err
	}
	t, err := follow(tx, addressed)
	if err != nil {
		return nil, nil, err
	}
	if err := checkUnseen(tx, addressed, t, w); err != nil {
		return nil, nil, err
	}
	e, err := d.newEntry(tx, t, w)
	if err != nil {
		return nil, nil, err
	}
	t.count(e)
	if err := d.moveBecause(tx, t, e, w.State); err != nil {
		return nil, nil, err
	}
	if err := update(tx, t); err != nil {
		return nil, nil, err
	}
	return t, e, store(tx, t, e, w.Attachments)
}

// follow returns the ticket that a merged one went into.
func follow(tx *db.Tx, t *Ticket) (*Ticket, error) {
	if t.MergedInto == 0 {
		return t, nil
	}
	return Find(tx, t.MergedInto)
}

func (d *Desk) newEntry(tx *db.Tx, t *Ticket, w Writing) (*Entry, error) {
	if w.Kind.Outgoing() && tx.Kind == access.Human || w.Kind == Reply {
		if err := tx.Must(access.TicketsReply); err != nil {
			return nil, err
		}
	}
	if w.Body.Text == "" && w.Body.HTML == "" && len(w.Attachments) == 0 && w.Kind != FromCustomer {
		return nil, fault.Field("body", "Write something first: the text is empty.")
	}
	author := w.Author
	if author.Kind == "" {
		author = Author{Kind: tx.Kind, ID: tx.ID, Name: tx.Name}
	}
	e := &Entry{ID: tx.NewID(), Ticket: t.ID, Kind: w.Kind, Author: author, Channel: cmp.Or(w.Channel, "desk"), Body: w.Body,
		To: w.To, Cc: w.Cc, MessageID: w.MessageID, Verdict: w.Verdict, CreatedAt: tx.Now, Mentions: w.Mentions, Quiet: w.Quiet}
	if w.Kind.Outgoing() {
		e.SendAt = tx.Now.Add(w.Undo)
		if d.MessageID != nil {
			e.MessageID = d.MessageID(tx.Workspace, t.ID, e.ID)
		}
	}
	for _, p := range slices.Concat(w.To, w.Cc) {
		if err := checkAddress(p.Address); err != nil {
			return nil, err
		}
	}
	return e, nil
}

var plainAddress = regexp.MustCompile(`^[^\s@<>,;:"\\\x00-\x1f\x7f]+@[^\s@<>,;:"\\\x00-\x1f\x7f]+$`)

func checkAddress(a string) error {
	if len(a) > 320 || !plainAddress.MatchString(a) {
		return fault.Field("cc", "%q is no mail address. Write it as name@example.org.", text.Snippet(text.Valid(a), 60))
	}
	return nil
}

// checkUnseen refuses a reply by someone who has not seen that somebody else replied meanwhile, or that it would go to
// another customer, since the ticket was merged.
func checkUnseen(tx *db.Tx, addressed, t *Ticket, w Writing) error {
	if w.Seen == "" || w.Kind != Reply {
		return nil
	}
	if addressed.Requester != t.Requester {
		return fault.New(fault.Conflict, "Ticket %d was merged into %d, which another customer asked. Look whom your reply goes to now; your text is kept.", addressed.Number, t.Number)
	}
	other, err := replyAfter(tx, t.ID, w.Seen, tx.ID)
	if db.Missing(err) || err != nil {
		return ignoreMissing(err)
	}
	return fault.New(fault.Conflict, "%s replied to ticket %d while you were writing. Read that reply first; your text is kept.", other, t.Number)
}

func ignoreMissing(err error) error {
	if db.Missing(err) {
		return nil
	}
	return err
}

// count keeps on the ticket what lists show of its messages.
func (t *Ticket) count(e *Entry) {
	t.Entries++
	t.UpdatedAt = e.CreatedAt
	if !e.WithdrawnAt.IsZero() {
		return
	}
	t.LastAuthor = e.Author.Kind
	if e.Kind != Note {
		t.Snippet = text.Snippet(e.Body.Text, 160)
	}
	switch {
	case e.Kind == Reply:
		t.RepliedAt = e.CreatedAt
		t.Replies++
	case e.Kind == FromCustomer && !e.Quiet:
		t.CustomerAt = e.CreatedAt
	}
}

// moveBecause moves the ticket as an entry asks: a customer's message opens it
// again and brings it back from the trash, a reply takes a new one up, and an
// agent may say where it goes.
func (d *Desk) moveBecause(tx *db.Tx, t *Ticket, e *Entry, state string) error {
	asked := e.Kind == FromCustomer && !e.Quiet
	if asked && t.Bucket == InTrash {
		t.shelve(tx, t.Category.Bucket()) // what a customer asks is never out of sight
	}
	if t.Shelved() {
		return nil
	}
	kind, err := d.Kind(t.Kind)
	if err != nil {
		return err
	}
	flow, err := workflow(tx, kind)
	if err != nil {
		return err
	}
	if state != "" && state != t.State {
		return d.move(tx, t, kind, flow, state)
	}
	takeUp := e.Kind == Reply && t.Category == New
	reopen := asked && (t.Category == Waiting || t.Category.Ended())
	if !takeUp && !reopen || state != "" {
		return nil
	}
	_, err = d.takeUp(tx, t, kind, flow)
	return err
}

// takeUp has a ticket be worked on, and reports whether its workflow has a way there.
func (d *Desk) takeUp(tx *db.Tx, t *Ticket, kind Kind, flow Workflow) (bool, error) {
	to, ok := flow.First(t.State, Opened, New)
	if !ok {
		return false, nil
	}
	return true, d.move(tx, t, kind, flow, to.ID)
}

// store writes the entry and all that goes with it.
func store(tx *db.Tx, t *Ticket, e *Entry, files []Attachment) error {
	if err := insertEntry(tx, e); err != nil {
		return err
	}
	if err := attach(tx, t, e, files); err != nil {
		return err
	}
	if len(files) > 0 {
		if err := setFiles(tx, t); err != nil {
			return err
		}
	}
	if e.Kind != Note {
		if err := addParticipants(tx, t, e.Cc); err != nil {
			return err
		}
	}
	for _, user := range e.Mentions {
		if err := watch(tx, t, user); err != nil {
			return err
		}
	}
	tx.Emit(Wrote{Ticket: t.ID, Entry: e.ID, Kind: e.Kind, Author: e.Author.Kind, Channel: e.Channel, Quiet: e.Quiet, Mentions: e.Mentions, entry: e})
	return index(tx, t, e)
}

func (e *Entry) doc(t *Ticket) search.Doc {
	names := make([]string, 0, len(e.Attachments)+2)
	names = append(names, e.Body.Text, e.Author.Name)
	for _, a := range e.Attachments {
		names = append(names, a.Name)
	}
	return search.Doc{Subject: Subject, ID: string(t.ID), Part: e.ID, Title: t.Title, Body: strings.Join(names, "\n"), At: e.CreatedAt}
}

// SendTask is the job that sends an entry: package mailbox does it.
const SendTask = "mailbox.send"
