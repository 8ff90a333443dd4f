// Package past tells from the log what a ticket was at any instant of its story.
package past

import (
	"cmp"
	"strings"
	"time"

	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/ticket"
)

// Deed is an event of the log, and what it says if it is a ticket's own.
type Deed struct {
	event.Recorded
	Of db.Event
}

// Works are a ticket's events by unit of work: what is done at once is seen as a whole by who reacts to it.
func Works(log []event.Recorded) ([][]Deed, error) {
	var all [][]Deed
	for i, r := range log {
		of, err := happened(r)
		if err != nil {
			return nil, err
		}
		if i > 0 && r.At.Equal(log[i-1].At) {
			all[len(all)-1] = append(all[len(all)-1], Deed{r, of})
			continue
		}
		all = append(all, []Deed{{r, of}})
	}
	return all, nil
}

// Ticket is one as it was at some instant of its story. The zero value is one that is not opened yet.
type Ticket struct {
	ticket.Ticket
	Waits   ticket.Waits
	Message string // the last that the customer may read
}

// happened reads an event of the log that is a ticket's own: nil of all others.
func happened(r event.Recorded) (db.Event, error) {
	switch r.Name {
	case (ticket.WasOpened{}).EventName():
		return read[ticket.WasOpened](r)
	case (ticket.Changed{}).EventName():
		return read[ticket.Changed](r)
	case (ticket.Moved{}).EventName():
		return read[ticket.Moved](r)
	case (ticket.Wrote{}).EventName():
		return read[ticket.Wrote](r)
	case (ticket.Withdrew{}).EventName():
		return read[ticket.Withdrew](r)
	case (ticket.Shelved{}).EventName():
		return read[ticket.Shelved](r)
	case (ticket.Split{}).EventName():
		return read[ticket.Split](r)
	case (ticket.Merged{}).EventName():
		return read[ticket.Merged](r)
	case (ticket.Linked{}).EventName():
		return read[ticket.Linked](r)
	}
	return nil, nil
}

func read[E db.Event](r event.Recorded) (db.Event, error) {
	var e E
	err := r.Decode(&e)
	return e, err
}

// Follow has the ticket be as something that happened left it.
func (p *Ticket) Follow(e db.Event, at time.Time) {
	switch e := e.(type) {
	case ticket.WasOpened:
		p.Ticket = ticket.Ticket{ID: e.Ticket, Number: e.Number, Kind: e.Kind, Title: e.Title, State: e.State, Category: e.Category, Bucket: ticket.InOpen,
			Priority: e.Priority, Impact: cmp.Or(e.Impact, ticket.Medium), Urgency: cmp.Or(e.Urgency, ticket.Medium), Fields: e.Fields, Team: e.Team,
			Assignee: e.Assignee, Requester: e.Requester, Organisation: e.Organisation, Item: e.Item, Parent: e.Parent, Channel: e.Channel, Tags: e.Tags,
			CreatedAt: at, UpdatedAt: at}
	case ticket.Changed:
		for _, s := range e.Sets {
			p.set(s)
		}
	case ticket.Moved:
		p.State, p.Category, p.Waits, p.Bucket, p.UpdatedAt = e.To, e.ToCategory, e.ToWaits, e.ToCategory.Bucket(), at
	case ticket.Wrote:
		p.wrote(e, at)
	case ticket.Withdrew:
		p.Replies--
		p.RepliedAt = e.Replied
	case ticket.Shelved:
		p.Bucket = e.To
	case ticket.Split:
		p.CustomerAt = e.Asked
	case ticket.Merged:
		if e.Ticket == e.FromTicket {
			p.Bucket, p.MergedInto = ticket.InMerged, e.Into
		}
	}
}

func (p *Ticket) wrote(e ticket.Wrote, at time.Time) {
	p.Entries++
	p.UpdatedAt, p.LastAuthor = at, e.Author
	if e.Kind.Public() {
		p.Message = e.Entry
	}
	switch {
	case e.Kind == ticket.Reply:
		p.RepliedAt = at
		p.Replies++
	case e.Kind == ticket.FromCustomer && !e.Quiet:
		p.CustomerAt = at
	}
}

// set has one thing be as it was set.
func (p *Ticket) set(s ticket.Set) {
	switch s.Field {
	case "title":
		p.Title = s.To
	case "assignee":
		p.Assignee = s.To
	case "team":
		p.Team = s.To
	case "item":
		p.Item = s.To
	case "requester":
		p.Requester = s.To
	case "organisation":
		p.Organisation = s.To
	case "priority":
		if prio, err := ticket.ParsePriority(s.To); err == nil {
			p.Priority = prio
		}
	case "impact":
		p.Impact = ticket.Level(s.To)
	case "urgency":
		p.Urgency = ticket.Level(s.To)
	case "tags":
		p.Tags = nil
		if s.To != "" {
			p.Tags = strings.Split(s.To, ", ")
		}
	default:
		p.setField(s)
	}
}

func (p *Ticket) setField(s ticket.Set) {
	name, ok := strings.CutPrefix(s.Field, "field:")
	if !ok {
		return
	}
	fields := map[string]string{}
	for k, v := range p.Fields {
		fields[k] = v
	}
	if fields[name] = s.To; s.To == "" {
		delete(fields, name)
	}
	p.Fields = fields
}
