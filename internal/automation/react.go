package automation

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/people/client"
	"muster/internal/text"
	"muster/internal/ticket"
)

// listen has the clerk hear of what happens to tickets. What other subjects tell of, promises and surveys, app passes to Hear.
func (c *Clerk) listen(bus *event.Bus) {
	event.On(bus, func(tx *db.Tx, e ticket.WasOpened) error { return c.heard(tx, e.Ticket, e, nil) })
	event.On(bus, func(tx *db.Tx, e ticket.Changed) error { return c.heard(tx, e.Ticket, e, nil) })
	event.On(bus, func(tx *db.Tx, e ticket.Moved) error { return c.heard(tx, e.Ticket, e, nil) })
	event.On(bus, func(tx *db.Tx, e ticket.Wrote) error { return c.heard(tx, e.Ticket, e, &e) })
	event.On(bus, func(tx *db.Tx, e ticket.Merged) error { return c.heard(tx, e.Ticket, e, nil) })
	event.On(bus, func(tx *db.Tx, e ticket.Linked) error { return c.heard(tx, e.Ticket, e, nil) })
}

func (c *Clerk) heard(tx *db.Tx, id ticket.ID, of db.Event, wrote *ticket.Wrote) error {
	e, ok := Heard(of)
	if !ok {
		return nil
	}
	return c.hear(tx, id, happening{e, wrote})
}

// happening is an event with what is known of it in this unit of work.
type happening struct {
	Event
	wrote *ticket.Wrote
}

func changed(of ticket.Changed) Event {
	e := Event{Trigger: Changed}
	for _, s := range of.Sets {
		e.Changed = append(e.Changed, s.Label())
	}
	if len(of.Sets) == 1 {
		e.From, e.To = of.Sets[0].From, of.Sets[0].To
	}
	return e
}

// Hear tells the clerk that something happened to a ticket: rules that listen to it are asked.
func (c *Clerk) Hear(tx *db.Tx, id ticket.ID, e Event) error {
	if err := tx.Must(access.Anyone); err != nil {
		return err
	}
	return c.hear(tx, id, happening{Event: e})
}

// hear asks the rules that do not wait, and has the others asked later. Where
// no rule listens, it costs nothing.
func (c *Clerk) hear(tx *db.Tx, id ticket.ID, h happening) error {
	b, err := c.book(tx)
	if err != nil {
		return err
	}
	rules := b.atOnce[h.Trigger]
	if len(rules) == 0 && len(b.later[h.Trigger]) == 0 {
		return nil
	}
	em := event.Reacting(tx)
	h.By, h.Actor = cmp.Or(h.By, string(em.Actor.Kind)), cmp.Or(h.Actor, em.Actor.Name)
	return tx.As(Cause{Name: "Rules"}.actor(tx.Workspace), func(tx *db.Tx) error {
		t, err := ticket.ByID(tx, id)
		if err != nil {
			return err
		}
		if t.Shelved() || h.Trigger == Asked && t.Entries <= 1 { // the first message opened it
			return nil
		}
		from := origin{event: em.ID, cause: runsOf(tx).byID[em.Actor.ID]}
		if err := c.putOff(tx, b, t, h.Event, from); err != nil {
			return err
		}
		return c.ask(tx, b, t, rules, h, from)
	})
}

// origin is where a run comes from.
type origin struct {
	event string // in the log
	cause *Run   // the run that made it happen; nil: no rule did
}

// ask asks rules about a ticket, and does what those say that match.
func (c *Clerk) ask(tx *db.Tx, b *book, t *ticket.Ticket, rules []Compiled, h happening, from origin) error {
	if len(rules) == 0 {
		return nil
	}
	f, err := c.facts(tx, b, t, h, roots(rules))
	if err != nil {
		return err
	}
	for _, o := range Decide(rules, f) {
		if !o.Matched {
			continue
		}
		if err := c.run(tx, t, o.Rule, f, from); err != nil {
			return err
		}
	}
	return nil
}

// allRoots are the facts that cost a look at the database, or work.
var allRoots = [...]string{"requester", "organisation", "message", "now", "ticket"}

// roots are the facts that some rules ask about.
func roots(rules []Compiled) []string {
	return slices.DeleteFunc(slices.Clone(allRoots[:]), func(root string) bool {
		return !slices.ContainsFunc(rules, func(r Compiled) bool { return r.program.Asks(root) })
	})
}

// facts gathers what rules ask about a ticket.
func (c *Clerk) facts(tx *db.Tx, b *book, t *ticket.Ticket, h happening, asked []string) (f Facts, err error) {
	f.Event = h.Event
	f.Ticket = ticketFacts(t, b.names, tx.Now)
	now := tx.Now.In(b.zone)
	f.Now = NowFacts{now.Hour(), strings.ToLower(now.Weekday().String()), now.Format(time.DateOnly)}
	if t.Requester != "" && slices.Contains(asked, "requester") {
		contact, err := client.FindContact(tx, t.Requester)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return f, err
		}
		f.Requester = requesterFacts(contact)
	}
	if t.Organisation != "" && slices.Contains(asked, "organisation") {
		o, err := client.FindOrganisation(tx, t.Organisation)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return f, err
		}
		f.Organisation = OrganisationFacts{o.ID, o.Name, o.Tier}
	}
	if slices.Contains(asked, "message") {
		e, err := message(tx, t, h)
		if err != nil {
			return f, err
		}
		f.Message = messageFacts(e)
	}
	return f, nil
}

// TicketFactsOf are the facts of a ticket at an instant, with the names of agents and teams.
func TicketFactsOf(t *ticket.Ticket, names people.Names, at time.Time) TicketFacts {
	return ticketFacts(t, names, at)
}

func ticketFacts(t *ticket.Ticket, names people.Names, at time.Time) TicketFacts {
	f := TicketFacts{Number: int(t.Number), Kind: t.Kind, Title: t.Title, Words: text.Fold(t.Title), State: t.State, Category: string(t.Category),
		Bucket: string(t.Bucket), Priority: t.Priority.String(), Impact: string(t.Impact), Urgency: string(t.Urgency),
		Team: names.Teams[t.Team], TeamID: t.Team, Assignee: names.Users[t.Assignee], AssigneeID: t.Assignee, ItemID: t.Item, Channel: t.Channel,
		Fields: t.Fields, Replies: t.Replies, Messages: t.Entries, Files: t.Files, Child: t.Parent != "",
		Age: at.Sub(t.CreatedAt).Hours(), Idle: at.Sub(t.UpdatedAt).Hours()}
	for _, tag := range t.Tags {
		f.Tags = append(f.Tags, text.Fold(tag))
	}
	if t.CustomerAt.After(t.RepliedAt) {
		f.Unanswered = at.Sub(t.CustomerAt).Hours()
	}
	return f
}

func requesterFacts(c client.Contact) RequesterFacts {
	address := strings.ToLower(c.Address())
	return RequesterFacts{c.Name, address, address[strings.LastIndexByte(address, '@')+1:], c.Locale}
}

// message is what the event is about, else the ticket's last public message: nil if there is none.
func message(tx *db.Tx, t *ticket.Ticket, h happening) (*ticket.Entry, error) {
	if h.wrote != nil {
		_, e, err := h.wrote.Written(tx)
		return e, err
	}
	entry := h.Entry
	if entry == "" {
		last, err := ticket.Thread(tx, t, "~", 1)
		if err != nil || len(last) == 0 {
			return nil, err
		}
		entry = last[0].Entry
	}
	e, err := ticket.FindEntry(tx, t, entry)
	if fault.Is(err, fault.NotFound) { // it went to another ticket meanwhile
		return nil, nil
	}
	return e, err
}

func messageFacts(e *ticket.Entry) MessageFacts {
	if e == nil {
		return MessageFacts{}
	}
	said := e.Body.Text
	if len(said) > longestText {
		said = strings.ToValidUTF8(said[:longestText], "")
	}
	return MessageFacts{Text: said, Words: text.Fold(said), From: string(e.Kind), Author: e.Author.Name, Channel: e.Channel,
		Files: len(e.Attachments), Automatic: e.Quiet || e.Verdict.Auto != ""}
}
