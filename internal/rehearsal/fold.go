package rehearsal

import (
	"cmp"
	"context"
	"strings"
	"time"

	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/ticket"
)

const (
	pageOfLog = 10_000 // events that are looked at to find which tickets there are
	atOnce    = 200    // tickets whose stories are read together
)

// story is all that happened to one ticket, oldest first.
type story struct {
	id     string
	events []event.Recorded
}

// stories calls visit with the whole stories of the tickets to which anything
// happened since an instant, some at a time. Each look at the database is a
// view of its own, which cannot write and keeps no writer waiting; what is held
// in memory is the stories of some tickets, and the ids of those that were told.
// Between them, known is told how many tickets there are as far as the log was looked at.
func stories(ctx context.Context, d *db.DB, since time.Time, visit func(tx *db.Tx, some []story) error, known func(total int) error) error {
	told := map[string]bool{}
	for after := db.IDBefore(since.UnixMicro()); ; {
		var ids []string
		var last string
		if err := d.View(ctx, func(tx *db.Tx) (err error) {
			ids, last, err = event.Touched(tx, ticket.Subject, after, pageOfLog)
			return err
		}); err != nil {
			return err
		}
		var fresh []string
		for _, id := range ids {
			if !told[id] {
				told[id] = true
				fresh = append(fresh, id)
			}
		}
		if err := tell(ctx, d, fresh, visit, func() error { return known(len(told)) }); err != nil || last == "" {
			return err
		}
		after = last
	}
}

// tell reads the next stories while those before are looked at.
func tell(ctx context.Context, d *db.DB, ids []string, visit func(tx *db.Tx, some []story) error, after func() error) error {
	if len(ids) == 0 {
		return nil
	}
	next := fetch(ctx, d, ids[:min(len(ids), atOnce)])
	for len(ids) > 0 {
		got := <-next
		if got.err != nil {
			return got.err
		}
		ids = ids[min(len(ids), atOnce):]
		if len(ids) > 0 {
			next = fetch(ctx, d, ids[:min(len(ids), atOnce)])
		}
		if err := d.View(ctx, func(tx *db.Tx) error { return visit(tx, got.stories) }); err != nil {
			return err
		}
		if err := after(); err != nil {
			return err
		}
	}
	return nil
}

type fetched struct {
	stories []story
	err     error
}

// fetch reads the stories of some tickets, in a view of its own. Whoever does not want them any more need not wait.
func fetch(ctx context.Context, d *db.DB, ids []string) <-chan fetched {
	c := make(chan fetched, 1)
	go func() {
		var got fetched
		got.err = d.View(ctx, func(tx *db.Tx) error {
			of, err := event.Histories(tx, ticket.Subject, ids)
			for _, id := range ids {
				got.stories = append(got.stories, story{id, of[id]})
			}
			return err
		})
		c <- got
	}()
	return c
}

// deed is an event, and what it says if it is a ticket's own.
type deed struct {
	event.Recorded
	of db.Event
}

// works are the story's events by unit of work: what is done at once is seen as a whole by who reacts to it.
func (s story) works() ([][]deed, error) {
	var all [][]deed
	for i, r := range s.events {
		of, err := happened(r)
		if err != nil {
			return nil, err
		}
		if i > 0 && r.At.Equal(s.events[i-1].At) {
			all[len(all)-1] = append(all[len(all)-1], deed{r, of})
			continue
		}
		all = append(all, []deed{{r, of}})
	}
	return all, nil
}

// past is a ticket as it was at some instant of its story.
type past struct {
	ticket.Ticket
	waits   ticket.Waits
	message string // the last that the customer may read
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

// follow has the ticket be as something that happened left it.
func (p *past) follow(e db.Event, at time.Time) {
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
		p.State, p.Category, p.waits, p.Bucket, p.UpdatedAt = e.To, e.ToCategory, e.ToWaits, bucketOf(e.ToCategory), at
	case ticket.Wrote:
		p.wrote(e, at)
	case ticket.Shelved:
		p.Bucket = e.To
	case ticket.Merged:
		if e.Ticket == e.FromTicket {
			p.Bucket, p.MergedInto = ticket.InMerged, e.Into
		}
	}
}

func bucketOf(c ticket.Category) ticket.Bucket {
	switch {
	case c == ticket.Waiting:
		return ticket.InWaiting
	case c.Ended():
		return ticket.InDone
	}
	return ticket.InOpen
}

func (p *past) wrote(e ticket.Wrote, at time.Time) {
	p.Entries++
	p.UpdatedAt, p.LastAuthor = at, e.Author
	if e.Kind.Public() {
		p.message = e.Entry
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
func (p *past) set(s ticket.Set) {
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

func (p *past) setField(s ticket.Set) {
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
