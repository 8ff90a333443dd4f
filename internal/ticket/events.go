package ticket

import (
	"time"

	"muster/internal/access"
	"muster/internal/db"
)

// Subject is how the log names a ticket as the record that an event is about.
const Subject = "ticket"

// WasOpened and the other events are also the entries of a ticket's timeline.
type WasOpened struct {
	Ticket       ID       `json:"ticket"`
	Number       int64    `json:"number"`
	Kind         string   `json:"kind"`
	Title        string   `json:"title"`
	State        string   `json:"state"`
	Category     Category `json:"category"`
	Priority     Priority `json:"priority"`
	Team         string   `json:"team,omitempty"`
	Assignee     string   `json:"assignee,omitempty"`
	Requester    string   `json:"requester,omitempty"`
	Organisation string   `json:"organisation,omitempty"`
	Item         string   `json:"item,omitempty"`
	Parent       ID       `json:"parent,omitempty"`
	Channel      string   `json:"channel"`
	Tags         []string `json:"tags,omitempty"`
	Impact       Level    `json:"impact,omitempty"`  // older events lack it: medium, as a rule
	Urgency      Level    `json:"urgency,omitempty"` // likewise

	Fields map[string]string `json:"fields,omitempty"`
}

// Set is one thing that was changed: by id, and by the name it had then.
type Set struct {
	Field    string `json:"field"`
	From     string `json:"from"`
	To       string `json:"to"`
	FromName string `json:"from_name,omitempty"`
	ToName   string `json:"to_name,omitempty"`
}

// Changed says that something on a ticket was set.
type Changed struct {
	Ticket  ID    `json:"ticket"`
	Version int64 `json:"version"` // after the change
	Sets    []Set `json:"sets"`
}

// Moved says that a ticket went from one state to another.
type Moved struct {
	Ticket       ID       `json:"ticket"`
	Version      int64    `json:"version"`
	From         string   `json:"from"`
	To           string   `json:"to"`
	FromName     string   `json:"from_name"`
	ToName       string   `json:"to_name"`
	FromCategory Category `json:"from_category"`
	ToCategory   Category `json:"to_category"`
	FromWaits    Waits    `json:"from_waits,omitempty"`
	ToWaits      Waits    `json:"to_waits,omitempty"`
}

// Reopened reports whether the move took up ended work again.
func (m Moved) Reopened() bool { return m.FromCategory.Ended() && !m.ToCategory.Ended() }

// Wrote says that an entry was added.
type Wrote struct {
	Ticket   ID          `json:"ticket"`
	Entry    string      `json:"entry"`
	Kind     EntryKind   `json:"kind"`
	Author   access.Kind `json:"author"`
	Channel  string      `json:"channel"`
	Quiet    bool        `json:"quiet,omitempty"` // a machine wrote it: nothing is to happen because of it
	Mentions []string    `json:"mentions,omitempty"`

	entry *Entry // for who reacts in the same unit of work
}

// Written returns the entry, and its ticket as that is now.
func (w Wrote) Written(tx *db.Tx) (*Ticket, *Entry, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, nil, err
	}
	if w.entry == nil {
		return EntryByID(tx, w.Entry)
	}
	t, err := ByID(tx, w.Ticket)
	return t, w.entry, err
}

// Withdrew says that a reply was taken back before it was sent.
type Withdrew struct {
	Ticket ID     `json:"ticket"`
	Entry  string `json:"entry"`

	Replied time.Time `json:"replied,omitzero"` // when somebody replied last, before that
}

// Merged says, on both tickets, that one went into the other.
type Merged struct {
	Ticket     ID    `json:"ticket"` // whose timeline it stands on
	FromTicket ID    `json:"from_ticket"`
	From       int64 `json:"from"`
	Into       int64 `json:"into"`
}

// Split says, on both tickets, that messages of one became another.
type Split struct {
	Ticket ID    `json:"ticket"`
	From   int64 `json:"from"`
	Into   int64 `json:"into"`

	Asked time.Time `json:"asked,omitzero"` // when a customer wrote what nobody has answered on this one
}

// Linked says, on both tickets, that they are linked, or no longer so.
type Linked struct {
	Ticket  ID       `json:"ticket"`
	Type    LinkType `json:"type"`
	Other   int64    `json:"other"`
	Reverse bool     `json:"reverse,omitempty"` // the link points here
	Cut     bool     `json:"cut,omitempty"`
}

// Shelved says that a ticket was put aside, or brought back.
type Shelved struct {
	Ticket ID     `json:"ticket"`
	From   Bucket `json:"from"`
	To     Bucket `json:"to"`
}

// Joined says who now gets copies, or watches; or does no longer.
type Joined struct {
	Ticket  ID     `json:"ticket"`
	Person  string `json:"person"` // a name or an address
	Watcher bool   `json:"watcher,omitempty"`
	Left    bool   `json:"left,omitempty"`
}

// FlowChanged says that tickets of a kind have another workflow in the workspace.
type FlowChanged struct {
	Kind     string   `json:"kind"`
	Workflow Workflow `json:"workflow"`
}

func (WasOpened) EventName() string { return "ticket.opened" }
func (Changed) EventName() string   { return "ticket.changed" }
func (Moved) EventName() string     { return "ticket.moved" }
func (Wrote) EventName() string     { return "ticket.wrote" }
func (Withdrew) EventName() string  { return "ticket.withdrew" }
func (Merged) EventName() string    { return "ticket.merged" }
func (Split) EventName() string     { return "ticket.split" }
func (Linked) EventName() string    { return "ticket.linked" }
func (Shelved) EventName() string   { return "ticket.shelved" }
func (Joined) EventName() string    { return "ticket.joined" }

func (FlowChanged) EventName() string { return "workflow.changed" }

func (e FlowChanged) About() (string, string) { return "workflow", e.Kind }
func (e WasOpened) About() (string, string)   { return Subject, string(e.Ticket) }
func (e Changed) About() (string, string)     { return Subject, string(e.Ticket) }
func (e Moved) About() (string, string)       { return Subject, string(e.Ticket) }
func (e Wrote) About() (string, string)       { return Subject, string(e.Ticket) }
func (e Withdrew) About() (string, string)    { return Subject, string(e.Ticket) }
func (e Merged) About() (string, string)      { return Subject, string(e.Ticket) }
func (e Split) About() (string, string)       { return Subject, string(e.Ticket) }
func (e Linked) About() (string, string)      { return Subject, string(e.Ticket) }
func (e Shelved) About() (string, string)     { return Subject, string(e.Ticket) }
func (e Joined) About() (string, string)      { return Subject, string(e.Ticket) }

func opened(t *Ticket) db.Event {
	return WasOpened{Ticket: t.ID, Number: t.Number, Kind: t.Kind, Title: t.Title, State: t.State, Category: t.Category,
		Priority: t.Priority, Team: t.Team, Assignee: t.Assignee, Requester: t.Requester, Organisation: t.Organisation,
		Item: t.Item, Parent: t.Parent, Channel: t.Channel, Tags: t.Tags, Impact: t.Impact, Urgency: t.Urgency, Fields: t.Fields}
}
