package webhook

import (
	"encoding/json"
	"fmt"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/ticket"
)

// The types of messages that no event of the log is behind.
const (
	SentType = "ticket.sent" // a rule sends a ticket
	TestType = "muster.test" // somebody tries the endpoint out
)

const longestText = 64 << 10 // bytes of what somebody wrote

// message is what an endpoint gets.
type message struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      data      `json:"data"`
}

// data says what happened, by whom, and how the ticket is now.
type data struct {
	Version int    `json:"version"` // of the event's shape
	By      actor  `json:"by"`
	Event   any    `json:"event,omitempty"`
	Ticket  *about `json:"ticket,omitempty"`
	Entry   *words `json:"entry,omitempty"`
	Message string `json:"message,omitempty"` // of a test or a rule
}

type actor struct {
	Kind access.Kind `json:"kind"`
	ID   string      `json:"id,omitempty"`
	Name string      `json:"name"`
}

// about is a ticket as endpoints see it.
type about struct {
	ID           ticket.ID         `json:"id"`
	Number       int64             `json:"number"`
	URL          string            `json:"url"`
	Kind         string            `json:"kind"`
	Title        string            `json:"title"`
	State        string            `json:"state"`
	Category     ticket.Category   `json:"category"`
	Priority     string            `json:"priority"`
	Team         string            `json:"team,omitempty"`
	Assignee     string            `json:"assignee,omitempty"`
	Requester    string            `json:"requester,omitempty"`
	Organisation string            `json:"organisation,omitempty"`
	Item         string            `json:"item,omitempty"`
	Tags         []string          `json:"tags"`
	Fields       map[string]string `json:"fields"`
	CreatedAt    time.Time         `json:"created_at"`
	UpdatedAt    time.Time         `json:"updated_at"`
}

// words are an entry as endpoints see it.
type words struct {
	ID     string           `json:"id"`
	Kind   ticket.EntryKind `json:"kind"`
	Author string           `json:"author"`
	Text   string           `json:"text"`
}

func (h *Hooks) about(t *ticket.Ticket) *about {
	a := &about{ID: t.ID, Number: t.Number, URL: fmt.Sprintf("%s/tickets/%d", h.URL, t.Number), Kind: t.Kind, Title: t.Title, State: t.State,
		Category: t.Category, Priority: t.Priority.String(), Team: t.Team, Assignee: t.Assignee, Requester: t.Requester, Organisation: t.Organisation,
		Item: t.Item, Tags: t.Tags, Fields: t.Fields, CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt}
	if a.Tags == nil {
		a.Tags = []string{}
	}
	if a.Fields == nil {
		a.Fields = map[string]string{}
	}
	return a
}

func (m message) body() (string, error) {
	b, err := json.Marshal(m)
	return string(b), err
}

func newMessage(tx *db.Tx, name string) message {
	return message{Type: name, Timestamp: tx.Now, Data: data{Version: 1, By: actor{tx.Kind, tx.ID, tx.Name}}}
}

// heard is an event on its way to the endpoints that want it.
type heard struct {
	message
	ticket *ticket.Ticket
	note   bool
	others []int64 // numbers of other tickets that it names
}

// hear reads what an event is about.
func (h *Hooks) hear(tx *db.Tx, e db.Event) (heard, error) {
	all := heard{message: newMessage(tx, e.EventName())}
	all.Data.Event = e
	if v, ok := e.(event.Versioned); ok {
		all.Data.Version = v.EventVersion()
	}
	var subject, id string
	if a, ok := e.(event.About); ok {
		subject, id = a.About()
	}
	if subject != ticket.Subject {
		return all, nil
	}
	return all, tx.As(access.System(tx.Workspace), func(tx *db.Tx) (err error) {
		if all.ticket, err = ticket.ByID(tx, ticket.ID(id)); err != nil {
			return err
		}
		all.Data.Ticket = h.about(all.ticket)
		return all.read(tx, e)
	})
}

// read reads what an event names beside its ticket.
func (m *heard) read(tx *db.Tx, e db.Event) error {
	switch e := e.(type) {
	case ticket.Linked:
		m.others = []int64{e.Other}
	case ticket.Merged:
		m.others = []int64{e.From, e.Into}
	case ticket.Split:
		m.others = []int64{e.From, e.Into}
	case ticket.Wrote:
		_, entry, err := e.Written(tx)
		if err != nil {
			return err
		}
		m.note = entry.Kind == ticket.Note
		m.Data.Entry = &words{entry.ID, entry.Kind, entry.Author.Name, cut(entry.Body.Text)}
	case ticket.WasOpened:
		if e.Parent == "" {
			return nil
		}
		parent, err := ticket.ByID(tx, e.Parent)
		if err != nil {
			return err
		}
		m.others = []int64{parent.Number}
	}
	return nil
}

// may reports whether an endpoint may be told: of this ticket, this entry, and every other ticket that is named.
func (m heard) may(tx *db.Tx, e Endpoint) (bool, error) {
	if m.ticket == nil {
		return !e.narrow(), nil
	}
	if m.note && !e.Notes || !e.sees(tx, m.ticket) {
		return false, nil
	}
	if !e.narrow() {
		return true, nil
	}
	for _, number := range m.others {
		err := tx.As(e.actor(tx), func(tx *db.Tx) error { _, err := ticket.Find(tx, number); return err })
		if fault.Is(err, fault.NotFound) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

func cut(s string) string {
	if len(s) <= longestText {
		return s
	}
	for n := longestText; ; n-- {
		if s[n]&0xC0 != 0x80 { // the first byte of a letter
			return s[:n]
		}
	}
}
