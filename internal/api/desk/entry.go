package desk

import (
	"cmp"
	"encoding/json"
	"time"

	"muster/internal/api/rest"
	"muster/internal/ticket"
)

// Entry is something that somebody wrote.
type Entry struct {
	ID          string       `json:"id"`
	Ticket      int64        `json:"ticket,omitempty"`
	Kind        string       `json:"kind" doc:"customer, reply, note or auto."`
	Public      bool         `json:"public"`
	Author      Author       `json:"author"`
	Channel     string       `json:"channel"`
	Body        string       `json:"body" doc:"Plain text or Markdown, without the quoted history."`
	HTML        string       `json:"html" doc:"Cleaned."`
	Quoted      string       `json:"quoted,omitempty" doc:"The quoted history, as cleaned HTML."`
	To          []Person     `json:"to,omitempty"`
	Cc          []Person     `json:"cc,omitempty"`
	MessageID   string       `json:"message_id,omitempty"`
	Attachments []Attachment `json:"attachments"`
	CreatedAt   time.Time    `json:"created_at"`
	SendAt      *time.Time   `json:"send_at,omitempty"`
	WithdrawnAt *time.Time   `json:"withdrawn_at,omitempty"`
}

// Author is who wrote it, or did it.
type Author struct {
	Kind  string `json:"kind" doc:"human, customer, bot, auto or muster."`
	ID    string `json:"id,omitempty"`
	Name  string `json:"name"`
	Email string `json:"email,omitempty"`
}

// Attachment is a file.
type Attachment struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	Inline bool   `json:"inline"`
}

// Item is an entry or an event of a timeline.
type Item struct {
	ID    string    `json:"id"`
	At    time.Time `json:"at"`
	Type  string    `json:"type" doc:"entry, or the name of the event."`
	Actor Author    `json:"actor"`
	Entry *Entry    `json:"entry,omitempty"`
	Event any       `json:"event,omitempty"`
}

func entry(e *ticket.Entry) Entry {
	w := Entry{ID: e.ID, Kind: string(e.Kind), Public: e.Kind.Public(), Author: Author{string(e.Author.Kind), e.Author.ID, e.Author.Name, e.Author.Address},
		Channel: e.Channel, Body: cmp.Or(e.Body.Source, e.Body.Text), HTML: e.Body.HTML, Quoted: e.Body.Quoted, To: persons(e.To), Cc: persons(e.Cc),
		MessageID: e.MessageID, Attachments: []Attachment{}, CreatedAt: e.CreatedAt, SendAt: rest.Instant(e.SendAt), WithdrawnAt: rest.Instant(e.WithdrawnAt)}
	for _, f := range e.Attachments {
		w.Attachments = append(w.Attachments, Attachment{f.ID, f.Name, f.Type, f.Size, f.Inline})
	}
	return w
}

func persons(all []ticket.Person) []Person {
	var out []Person
	for _, p := range all {
		out = append(out, Person{Email: p.Address, Name: p.Name})
	}
	return out
}

func item(i ticket.Item) (Item, error) {
	if i.Entry != nil {
		e := entry(i.Entry)
		return Item{ID: i.ID, At: i.At, Type: "entry", Actor: e.Author, Entry: &e}, nil
	}
	var body any
	err := json.Unmarshal([]byte(i.Event.Body), &body)
	return Item{ID: i.ID, At: i.At, Type: i.Event.Name, Event: body,
		Actor: Author{Kind: i.Event.ActorKind, ID: i.Event.ActorID, Name: i.Event.ActorName}}, err
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
