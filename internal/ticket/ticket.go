// Package ticket keeps the one record that every kind of work shares: its
// number, who has it, how far it has come and everything that happened to it.
package ticket

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people/client"
	"muster/internal/text"
)

// ID is a ticket's identity within its workspace; people say its number.
type ID string

// Ticket is the spine of a request, incident, problem, change, release, defect or idea.
type Ticket struct {
	ID           ID
	Number       int64 // counts up within the workspace
	Kind         string
	Title        string
	State        string // of the kind's workflow
	Category     Category
	Bucket       Bucket
	Priority     Priority
	Impact       Level
	Urgency      Level
	Overridden   bool   // the priority was set by hand
	Assignee     string // a user
	Team         string
	Requester    string // a contact
	Organisation string
	Item         string // of the catalogue
	Parent       ID
	Required     bool  // while open, it keeps its parent from being closed
	MergedInto   int64 // a number
	Channel      string
	Inbox        string
	Tags         []string
	Fields       map[string]string
	Snippet      string      // the beginning of the last message
	LastAuthor   access.Kind // who wrote it
	Entries      int
	Replies      int // public ones by agents
	Files        int
	CreatedAt    time.Time
	UpdatedAt    time.Time
	CustomerAt   time.Time // zero: the customer never wrote
	RepliedAt    time.Time
	ResolvedAt   time.Time
	ClosedAt     time.Time
	DueAt        time.Time // when the next promise is due, or was; zero: none runs
	Version      int64     // counts changes of what can be set
	First        string    // the id of the first entry: known of a ticket just opened

	stored *Ticket // as the database has it; nil: not yet
}

// Bucket is the list a ticket stands in.
type Bucket string

const (
	InOpen    Bucket = "open"    // somebody must do something
	InWaiting Bucket = "waiting" // somebody else must
	InDone    Bucket = "done"
	InSpam    Bucket = "spam"
	InTrash   Bucket = "trash"
	InMerged  Bucket = "merged"
)

// Buckets lists them all.
func Buckets() []Bucket {
	return []Bucket{InOpen, InWaiting, InDone, InSpam, InTrash, InMerged}
}

// Bucket is the list that a ticket of the category stands in, if it is not put aside.
func (c Category) Bucket() Bucket {
	switch c {
	case Waiting:
		return InWaiting
	case Review, Done, Cancelled:
		return InDone
	}
	return InOpen
}

// Shelved reports whether the ticket was put aside as spam, trash or merged.
func (t *Ticket) Shelved() bool {
	return t.Bucket == InSpam || t.Bucket == InTrash || t.Bucket == InMerged
}

// Limits of what people write.
const (
	maxTitle  = 500
	maxBody   = 1 << 20
	maxTags   = 50
	maxTag    = 60
	maxFields = 100
	maxField  = 10_000
)

// Draft is a ticket to be opened.
type Draft struct {
	Kind, Title      string
	Requester        string // a contact; empty: nobody asked
	Priority         Priority
	Impact, Urgency  Level
	Team, Assignee   string
	Item, Inbox      string
	Parent           int64 // a number
	Required         bool
	Tags             []string
	Fields           map[string]string
	Channel          string
	First            *Writing // the first message; nil: none
	Participants     []Person
	Organisation     string // empty: the requester's
	FollowsUp, About int64  // numbers that the ticket links to: its closed predecessor, or one it was mistaken for
}

// Desk opens and moves tickets of the kinds it is given.
type Desk struct {
	kinds []Kind

	// MessageID is what an entry that is sent goes out under. Nil: nothing is sent.
	MessageID func(workspace string, ticket ID, entry string) string
}

// NewDesk returns a desk for kinds.
func NewDesk(kinds ...Kind) *Desk { return &Desk{kinds: kinds} }

// Kinds lists the kinds of tickets the desk knows.
func (d *Desk) Kinds() []Kind { return d.kinds }

// Kind returns the kind with a name.
func (d *Desk) Kind(name string) (Kind, error) {
	i := slices.IndexFunc(d.kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		var names []string
		for _, k := range d.kinds {
			names = append(names, k.Name)
		}
		return Kind{}, fault.Field("kind", "There is no kind of ticket called %q; there are %s.", name, strings.Join(names, ", "))
	}
	return d.kinds[i], nil
}

// Knows makes sure that there are kinds with these names.
func (d *Desk) Knows(kinds []string) error {
	for _, k := range kinds {
		if _, err := d.Kind(k); err != nil {
			return fault.Field("kinds", "%s", fault.Message(err))
		}
	}
	return nil
}

// Open opens a ticket.
func (d *Desk) Open(tx *db.Tx, draft Draft) (*Ticket, error) {
	if err := tx.Must(access.TicketsWrite); err != nil {
		return nil, err
	}
	kind, err := d.Kind(cmp.Or(draft.Kind, "request"))
	if err != nil {
		return nil, err
	}
	flow, err := workflow(tx, kind)
	if err != nil {
		return nil, err
	}
	t, err := newTicket(tx, kind, flow, draft)
	if err != nil {
		return nil, err
	}
	if err := checkScope(tx, t); err != nil {
		return nil, err
	}
	if t.Number, err = tx.Next("ticket"); err != nil {
		return nil, fmt.Errorf("number a ticket: %w", err)
	}
	entry, err := d.first(tx, t, draft)
	if err != nil {
		return nil, err
	}
	if err := insert(tx, t); err != nil {
		return nil, fmt.Errorf("open ticket: %w", err)
	}
	tx.Emit(opened(t))
	return t, t.furnish(tx, draft, entry)
}

// newTicket checks a draft and makes a ticket of it that has no number yet.
func newTicket(tx *db.Tx, kind Kind, flow Workflow, draft Draft) (*Ticket, error) {
	title, titleErr := checkTitle(draft.Title)
	tags, tagsErr := checkTags(draft.Tags)
	fieldsErr := checkFields(draft.Fields)
	prioErr := errorsIn(draft.Priority, draft.Impact, draft.Urgency)
	if err := fault.Join(titleErr, tagsErr, fieldsErr, prioErr); err != nil {
		return nil, err
	}
	first := flow.States[0]
	t := &Ticket{
		ID: ID(tx.NewID()), Kind: kind.Name, Title: title, State: first.ID, Category: first.Category, Bucket: first.Category.Bucket(),
		Impact: cmp.Or(draft.Impact, Medium), Urgency: cmp.Or(draft.Urgency, Medium), Priority: draft.Priority,
		Assignee: draft.Assignee, Team: draft.Team, Requester: draft.Requester, Organisation: draft.Organisation,
		Item: draft.Item, Inbox: draft.Inbox, Required: draft.Required, Channel: cmp.Or(draft.Channel, "desk"),
		Tags: tags, Fields: draft.Fields, CreatedAt: tx.Now, UpdatedAt: tx.Now, Version: 1,
	}
	if err := t.prioritise(tx); err != nil {
		return nil, err
	}
	if err := checkReferences(tx, t, draft); err != nil {
		return nil, err
	}
	return t, t.adopt(tx, draft.Parent)
}

// checkReferences makes sure that who and what the ticket names exists.
func checkReferences(tx *db.Tx, t *Ticket, draft Draft) error {
	if t.Requester != "" {
		c, err := client.FindContact(tx, t.Requester)
		if err != nil {
			return err
		}
		t.Organisation = cmp.Or(draft.Organisation, c.Organisation)
	}
	var itemErr error
	if draft.About == 0 { // what follows another ticket is about the same, retired or not
		itemErr = exists(tx, "item", t.Item)
	}
	return fault.Join(exists(tx, "team", t.Team), exists(tx, "assignee", t.Assignee), itemErr, exists(tx, "organisation", draft.Organisation))
}

// adopt makes the ticket a child of the one with a number.
func (t *Ticket) adopt(tx *db.Tx, parent int64) error {
	if parent == 0 {
		return nil
	}
	p, err := Find(tx, parent)
	if err != nil {
		return err
	}
	t.Parent = p.ID
	return nil
}

// first makes the entry of the first message, so that the ticket is stored with its snippet at once.
func (d *Desk) first(tx *db.Tx, t *Ticket, draft Draft) (*Entry, error) {
	if draft.First == nil {
		return nil, nil
	}
	e, err := d.newEntry(tx, t, *draft.First)
	if err != nil {
		return nil, err
	}
	t.count(e)
	t.First = e.ID
	return e, nil
}

// furnish stores what hangs on a new ticket.
func (t *Ticket) furnish(tx *db.Tx, draft Draft, entry *Entry) error {
	if err := insertTags(tx, t.ID, t.Tags); err != nil {
		return err
	}
	if err := addParticipants(tx, t, draft.Participants); err != nil {
		return err
	}
	if entry == nil {
		if err := reindex(tx, t); err != nil {
			return err
		}
	} else if err := store(tx, t, entry, draft.First.Attachments); err != nil {
		return err
	}
	for number, kind := range map[int64]LinkType{draft.FollowsUp: FollowsUp, draft.About: Relates} {
		if number == 0 {
			continue
		}
		other, err := Find(tx, number)
		if err != nil {
			return err
		}
		if err := link(tx, t, kind, other); err != nil {
			return err
		}
	}
	return nil
}

// Find returns the ticket with a number.
func Find(tx *db.Tx, number int64) (*Ticket, error) {
	return findWhere(tx, fmt.Sprintf("There is no ticket %d, or you may not see it.", number), "number = ?", number)
}

// ByID returns the ticket with an id.
func ByID(tx *db.Tx, id ID) (*Ticket, error) {
	return findWhere(tx, "There is no such ticket, or you may not see it.", "id = ?", id)
}

// Fresh returns a ticket that this unit of work has stored as it is now: who
// reacted to that may have stored it too. One that is out of the actor's sight
// by now is as the actor left it.
func Fresh(tx *db.Tx, t *Ticket) (*Ticket, error) {
	if last, _ := tx.Noted(latest(t.ID)).(*Ticket); last == t {
		return t, nil
	}
	again, err := findWhere(tx, "It is out of sight.", "id = ?", t.ID)
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Denied) {
		return t, nil
	}
	return again, err
}

func findWhere(tx *db.Tx, missing, term string, arg any) (*Ticket, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	t, err := selectOne(tx, Visible(tx, tx.Filter()).Where(term, arg))
	if db.Missing(err) {
		return nil, fault.New(fault.NotFound, "%s", missing)
	}
	return t, err
}

func checkTitle(title string) (string, error) {
	title = strings.Join(strings.Fields(text.Valid(title)), " ")
	switch {
	case title == "":
		return "", fault.Field("title", "Give the ticket a title, so that others see what it is about.")
	case len([]rune(title)) > maxTitle:
		return "", fault.Field("title", "The title has more than %d characters. Put the details in the text.", maxTitle)
	}
	return title, nil
}

func checkTags(tags []string) ([]string, error) {
	kept := []string{}
	for _, tag := range tags {
		tag = strings.Join(strings.Fields(text.Valid(tag)), " ")
		switch {
		case tag == "":
			continue
		case len([]rune(tag)) > maxTag:
			return nil, fault.Field("tags", "The tag %q is longer than %d characters.", text.Snippet(tag, 30), maxTag)
		case !slices.ContainsFunc(kept, func(k string) bool { return text.Fold(k) == text.Fold(tag) }):
			kept = append(kept, tag)
		}
	}
	if len(kept) > maxTags {
		return nil, fault.Field("tags", "A ticket can have %d tags; these are %d.", maxTags, len(kept))
	}
	return kept, nil
}

func checkFields(fields map[string]string) error {
	if len(fields) > maxFields {
		return fault.Field("fields", "A ticket can have %d fields; these are %d.", maxFields, len(fields))
	}
	for name, value := range fields {
		if name == "" || len(name) > maxTag || text.Valid(name) != name {
			return fault.Field("fields", "A field's name has 1 to %d plain characters, unlike %q.", maxTag, text.Snippet(text.Valid(name), 30))
		}
		if len(value) > maxField || text.Valid(value) != value {
			return fault.Field("fields", "The field %s must be plain text of at most %d characters.", name, maxField)
		}
	}
	return nil
}
