package ticket

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/people/client"
)

// Item is one thing on a timeline: something that was written, or something that happened.
type Item struct {
	ID    string
	At    time.Time
	Entry *Entry          // nil: it is an event
	Event *event.Recorded // nil: it is an entry
}

// Timeline returns what was written on a ticket and what happened to it,
// oldest first, after the item with the id after ("" for the first).
func Timeline(tx *db.Tx, t *Ticket, after string, limit int) ([]Item, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	items, err := itemsIn(tx, t, event.Span{After: after, Limit: limit})
	return items[:min(len(items), limit)], err
}

// Latest returns the newest part of a timeline, oldest first, of what is before
// the item with the id before ("" for all).
func Latest(tx *db.Tx, t *Ticket, before string, limit int) ([]Item, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	items, err := itemsIn(tx, t, event.Span{Before: before, Newest: true, Limit: limit})
	return items[max(0, len(items)-limit):], err
}

// itemsIn merges as many entries and as many events as a part may have: of both together, that many are without a gap.
func itemsIn(tx *db.Tx, t *Ticket, s event.Span) ([]Item, error) {
	entries, err := entriesIn(tx, t, s)
	if err != nil {
		return nil, err
	}
	s.Except = Wrote{}.EventName() // the entry itself is shown
	events, err := event.In(tx, Subject, string(t.ID), s)
	if err != nil {
		return nil, err
	}
	items := make([]Item, 0, len(entries)+len(events))
	for _, e := range entries {
		items = append(items, Item{ID: e.ID, At: e.CreatedAt, Entry: e})
	}
	for i := range events {
		items = append(items, Item{ID: events[i].ID, At: events[i].At, Event: &events[i]})
	}
	slices.SortFunc(items, func(a, b Item) int { return strings.Compare(a.ID, b.ID) })
	return items, nil
}

// changesSince tells in words what others changed after a version.
func changesSince(tx *db.Tx, t *Ticket, version int64) ([]string, error) {
	events, err := event.Of(tx, Subject, string(t.ID), "", 10_000)
	if err != nil {
		return nil, err
	}
	var said []string
	for _, e := range events {
		var c Changed
		var m Moved
		switch e.Name {
		case c.EventName():
			if err := e.Decode(&c); err != nil {
				return nil, err
			}
			for _, s := range c.Sets {
				if c.Version > version {
					said = append(said, fmt.Sprintf("%s set the %s from %s to %s", e.ActorName, s.Label(), quoted(s.FromName, s.From), quoted(s.ToName, s.To)))
				}
			}
		case m.EventName():
			if err := e.Decode(&m); err != nil {
				return nil, err
			}
			if m.Version > version {
				said = append(said, fmt.Sprintf("%s moved it from %s to %s", e.ActorName, m.FromName, m.ToName))
			}
		}
	}
	return said, nil
}

// Label is what people call the field that was set.
func (s Set) Label() string {
	if name, ok := strings.CutPrefix(s.Field, "field:"); ok {
		return name
	}
	return s.Field
}

func quoted(name, value string) string {
	switch {
	case name != "":
		return name
	case value == "":
		return "nothing"
	}
	return "“" + value + "”"
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// requesterOf returns whom to write to.
func requesterOf(tx *db.Tx, t *Ticket) (Person, error) {
	if t.Requester == "" {
		return Person{}, nil
	}
	c, err := client.FindContact(tx, t.Requester)
	if err != nil {
		return Person{}, err
	}
	return Person{Name: c.Name, Address: c.Address()}, nil
}

// RequesterOf returns the name and address of who asked: empty if nobody did.
func RequesterOf(tx *db.Tx, t *Ticket) (Person, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return Person{}, err
	}
	return requesterOf(tx, t)
}
