package desk

import (
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/api/rest"
	"muster/internal/db"
	"muster/internal/people"
	"muster/internal/people/client"
	"muster/internal/ticket"
)

// Ref names a record by id and name.
type Ref struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Person is a name and a mail address.
type Person struct {
	ID    string `json:"id,omitempty"`
	Email string `json:"email"`
	Name  string `json:"name"`
}

// Ticket is a ticket as the API shows it.
type Ticket struct {
	ID           string            `json:"id"`
	Number       int64             `json:"number"`
	Kind         string            `json:"kind" doc:"request, complaint or task."`
	Title        string            `json:"title"`
	State        string            `json:"state" doc:"By its key in the kind's workflow."`
	Category     string            `json:"category" doc:"new, open, waiting, review, done or cancelled, whatever the state is called."`
	Bucket       string            `json:"bucket" doc:"The list it stands in: open, waiting, done, spam, trash or merged."`
	Priority     string            `json:"priority" enum:"critical,high,normal,low"`
	Impact       string            `json:"impact" enum:"high,medium,low"`
	Urgency      string            `json:"urgency" enum:"high,medium,low"`
	Assignee     *Ref              `json:"assignee"`
	Team         *Ref              `json:"team"`
	Requester    *Person           `json:"requester"`
	Organisation *Ref              `json:"organisation"`
	Item         string            `json:"item,omitempty" doc:"The id of the catalogue item that it is about."`
	Tags         []string          `json:"tags"`
	Fields       map[string]string `json:"fields"`
	Channel      string            `json:"channel" doc:"How it came: mail, desk, phone, api or survey."`
	Snippet      string            `json:"snippet" doc:"The beginning of the last message."`
	Entries      int               `json:"entries" doc:"How many messages and notes it has."`
	Files        int               `json:"files" doc:"How many files are attached to them."`
	MergedInto   int64             `json:"merged_into,omitempty" doc:"The number of the ticket that it was merged into."`
	CreatedAt    time.Time         `json:"created_at"`
	UpdatedAt    time.Time         `json:"updated_at"`
	ResolvedAt   *time.Time        `json:"resolved_at"`
	ClosedAt     *time.Time        `json:"closed_at"`
	DueAt        *time.Time        `json:"due_at" doc:"When the next promise is due, or was."`
	Version      int64             `json:"version" doc:"As in the ETag: send it in If-Match to change what you have seen."`
}

// TransformSchema says what of a ticket there may not be.
func (Ticket) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	for _, field := range []string{"assignee", "team", "requester", "organisation"} {
		s.Properties[field] = &huma.Schema{AnyOf: []*huma.Schema{s.Properties[field], {Type: "null"}}}
	}
	return s
}

// namer looks names up once for a whole list.
type namer struct {
	users, teams  map[string]string
	contacts      map[string]client.Contact
	organisations map[string]string
}

func names(tx *db.Tx, tickets []*ticket.Ticket) (*namer, error) {
	n := &namer{users: map[string]string{}, teams: map[string]string{}, contacts: map[string]client.Contact{}, organisations: map[string]string{}}
	for _, t := range tickets {
		if err := n.learn(tx, t); err != nil {
			return nil, err
		}
	}
	return n, nil
}

func (n *namer) learn(tx *db.Tx, t *ticket.Ticket) error {
	if _, known := n.users[t.Assignee]; !known && t.Assignee != "" {
		u, err := people.FindUser(tx, t.Assignee)
		if err != nil {
			return err
		}
		n.users[u.ID] = u.Name
	}
	if _, known := n.teams[t.Team]; !known && t.Team != "" {
		team, err := people.FindTeam(tx, t.Team)
		if err != nil {
			return err
		}
		n.teams[team.ID] = team.Name
	}
	if _, known := n.contacts[t.Requester]; !known && t.Requester != "" {
		c, err := client.FindContact(tx, t.Requester)
		if err != nil {
			return err
		}
		n.contacts[t.Requester] = c
	}
	if _, known := n.organisations[t.Organisation]; !known && t.Organisation != "" {
		o, err := client.FindOrganisation(tx, t.Organisation)
		if err != nil {
			return err
		}
		n.organisations[o.ID] = o.Name
	}
	return nil
}

func ref(names map[string]string, id string) *Ref {
	if id == "" {
		return nil
	}
	return &Ref{id, names[id]}
}

func (n *namer) ticket(t *ticket.Ticket) Ticket {
	w := Ticket{ID: string(t.ID), Number: t.Number, Kind: t.Kind, Title: t.Title, State: t.State, Category: string(t.Category),
		Bucket: string(t.Bucket), Priority: t.Priority.String(), Impact: string(t.Impact), Urgency: string(t.Urgency),
		Assignee: ref(n.users, t.Assignee), Team: ref(n.teams, t.Team), Organisation: ref(n.organisations, t.Organisation), Item: t.Item,
		Tags: t.Tags, Fields: t.Fields, Channel: t.Channel, Snippet: t.Snippet, Entries: t.Entries, Files: t.Files, MergedInto: t.MergedInto,
		CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt, ResolvedAt: rest.Instant(t.ResolvedAt), ClosedAt: rest.Instant(t.ClosedAt), DueAt: rest.Instant(t.DueAt), Version: t.Version}
	if c, ok := n.contacts[t.Requester]; ok {
		w.Requester = &Person{c.ID, c.Address(), c.Name}
	}
	if w.Tags == nil {
		w.Tags = []string{}
	}
	if w.Fields == nil {
		w.Fields = map[string]string{}
	}
	return w
}

// wire shows one ticket.
func wire(tx *db.Tx, t *ticket.Ticket) (Ticket, error) {
	n, err := names(tx, []*ticket.Ticket{t})
	if err != nil {
		return Ticket{}, err
	}
	return n.ticket(t), nil
}
