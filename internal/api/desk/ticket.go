package desk

import (
	"context"
	"fmt"

	"muster/internal/access"
	"muster/internal/api/directory"
	"muster/internal/api/rest"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/ticket"
	"muster/internal/ticket/list"
)

type listTickets struct {
	Query string `query:"q" maxLength:"2000" doc:"As in the search box: is:open kind:request team:\"Tier 2\" assignee:me org:acme tag:vip priority:high before:2026-01-01 has:attachment words"`
	Sort  string `query:"sort" enum:"due,recent,created,urgent" doc:"Without it: what changed last first; where before: or after: is asked for, the newest first."`
	rest.Paging
}

func (a *API) listTickets(ctx context.Context, in *listTickets) (*rest.Page[Ticket], error) {
	q, err := list.Parse(in.Query)
	if err != nil {
		return nil, rest.ProblemIn(ctx, "query", err)
	}
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Ticket], error) {
		page, err := list.Read(tx, a.Desk, list.Of{Query: q, Sort: list.Sort(in.Sort), Cursor: in.Cursor, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		n, err := names(tx, page.Tickets)
		if err != nil {
			return nil, err
		}
		return rest.ListAs(page.Tickets, page.Next, n.ticket), nil
	})
}

// NewTicket is a ticket to be opened.
type NewTicket struct {
	Kind      string               `json:"kind,omitempty" doc:"request, complaint or task; request if not given."`
	Title     string               `json:"title"`
	Body      string               `json:"body,omitempty" doc:"The first message, in Markdown: from the requester, if there is one."`
	Requester *directory.NewPerson `json:"requester,omitempty"`
	Priority  string               `json:"priority,omitempty" doc:"critical, high, normal or low; from impact and urgency if not given."`
	Impact    string               `json:"impact,omitempty" doc:"high, medium or low."`
	Urgency   string               `json:"urgency,omitempty" doc:"high, medium or low."`
	Team      string               `json:"team,omitempty" doc:"Name or id."`
	Assignee  string               `json:"assignee,omitempty" doc:"Name, mail address or id of an agent."`
	Item      string               `json:"item,omitempty" doc:"Name or id of a catalogue item."`
	Parent    int64                `json:"parent,omitempty" doc:"The number of the ticket that it is a part of."`
	Tags      []string             `json:"tags,omitempty" maxItems:"50"`
	Fields    map[string]string    `json:"fields,omitempty" doc:"What else is known of it, by names of your choice."`
}

type openTicket struct {
	rest.Once
	Body NewTicket
}

func (a *API) openTicket(ctx context.Context, in *openTicket) (*TicketAnswer, error) {
	priority, err := ticket.ParsePriority(in.Body.Priority)
	if err != nil {
		return nil, rest.Problem(ctx, err)
	}
	body, err := ticket.Compose(in.Body.Body)
	if err != nil {
		return nil, rest.Problem(ctx, err)
	}
	return rest.UpdateOnce(ctx, a.DB, in.Once, in.Body, func(tx *db.Tx) (*TicketAnswer, error) {
		draft, err := draftOf(tx, in.Body, priority, body)
		if err != nil {
			return nil, err
		}
		t, err := a.Desk.Open(tx, draft)
		if err != nil {
			return nil, err
		}
		return a.outcome(tx, t)
	})
}

func draftOf(tx *db.Tx, n NewTicket, priority ticket.Priority, body ticket.Body) (ticket.Draft, error) {
	d := ticket.Draft{Kind: n.Kind, Title: n.Title, Priority: priority, Impact: ticket.Level(n.Impact), Urgency: ticket.Level(n.Urgency),
		Parent: n.Parent, Tags: n.Tags, Fields: n.Fields, Channel: "api"}
	var first ticket.Writing
	if body.Text != "" {
		first = ticket.Writing{Kind: ticket.FromCustomer, Body: body, Channel: "api"}
		d.First = &first
	}
	if n.Requester != nil {
		c, err := n.Requester.Contact(tx, "requester")
		if err != nil {
			return d, err
		}
		d.Requester = c.ID
		first.Author = ticket.Author{Kind: access.Customer, ID: c.ID, Name: c.Name, Address: c.Address()}
	} else {
		first.Kind = ticket.Note // nobody asked: it is ours
	}
	var errs [3]error
	d.Team, errs[0] = directory.TeamID(tx, n.Team)
	d.Assignee, errs[1] = directory.UserID(tx, n.Assignee)
	d.Item, errs[2] = directory.ItemID(tx, n.Item)
	return d, fault.Join(errs[:]...)
}

type readTicket struct {
	rest.Numbered
	None string `header:"If-None-Match" doc:"An ETag that you have: if it still holds, the answer is 304 and empty."`
}

func (a *API) ticket(ctx context.Context, in *readTicket) (*TicketAnswer, error) {
	out, err := rest.View(ctx, a.DB, func(tx *db.Tx) (*TicketAnswer, error) {
		t, err := ticket.Find(tx, in.Number)
		if err != nil {
			return nil, err
		}
		w, err := wire(tx, t)
		return answer(w), err
	})
	if err != nil {
		return nil, err
	}
	return out, rest.NotModified(in.None, out.ETag)
}

// TicketChange is what to set: what is not given stays as it is.
type TicketChange struct {
	Title    *string            `json:"title,omitempty"`
	State    *string            `json:"state,omitempty" doc:"By its key or its name."`
	Priority *string            `json:"priority,omitempty" doc:"Empty: as impact and urgency say."`
	Impact   *string            `json:"impact,omitempty" doc:"high, medium or low; empty: medium."`
	Urgency  *string            `json:"urgency,omitempty" doc:"high, medium or low; empty: medium."`
	Team     *string            `json:"team,omitempty" doc:"Name or id. Empty: none."`
	Assignee *string            `json:"assignee,omitempty" doc:"Name, mail address or id of an agent. Empty: nobody."`
	Item     *string            `json:"item,omitempty" doc:"Name or id of a catalogue item. Empty: none."`
	Tags     *[]string          `json:"tags,omitempty" doc:"All that it is to have."`
	Fields   map[string]*string `json:"fields,omitempty" doc:"Null removes a field."`
}

type changeTicket struct {
	rest.Numbered
	rest.Match
	Body TicketChange
}

func (a *API) changeTicket(ctx context.Context, in *changeTicket) (*TicketAnswer, error) {
	return rest.Change(ctx, a.DB, in.Match, func(tx *db.Tx) (int64, error) {
		t, err := ticket.Find(tx, in.Number)
		if err != nil {
			return 0, err
		}
		return t.Version, nil
	}, func(tx *db.Tx, version int64) (*TicketAnswer, error) {
		c, err := changeOf(tx, in.Body)
		if err != nil {
			return nil, err
		}
		t, err := a.Desk.Change(tx, in.Number, version, c)
		if err != nil {
			return nil, err
		}
		return a.outcome(tx, t)
	})
}

func changeOf(tx *db.Tx, b TicketChange) (ticket.Change, error) {
	c := ticket.Change{Title: b.Title, State: b.State, Tags: b.Tags, Fields: b.Fields}
	var errs []error
	find := func(s *string, by func(*db.Tx, string) (string, error)) *string {
		if s == nil {
			return nil
		}
		id, err := by(tx, *s)
		errs = append(errs, err)
		return &id
	}
	c.Team, c.Assignee, c.Item = find(b.Team, directory.TeamID), find(b.Assignee, directory.UserID), find(b.Item, directory.ItemID)
	if b.Priority != nil {
		p, err := ticket.ParsePriority(*b.Priority)
		errs = append(errs, err)
		c.Priority = &p
	}
	if b.Impact != nil {
		l := ticket.Level(*b.Impact)
		c.Impact = &l
	}
	if b.Urgency != nil {
		l := ticket.Level(*b.Urgency)
		c.Urgency = &l
	}
	return c, fault.Join(errs...)
}

// NewReply is a reply to the customer or, if it is not public, a note for the team.
type NewReply struct {
	Body        string   `json:"body" doc:"Markdown."`
	Public      *bool    `json:"public,omitempty" doc:"True, as without it: a reply that is sent. False: a note."`
	Attachments []string `json:"attachments,omitempty" maxItems:"200" doc:"Ids of files that were uploaded."`
	Cc          []string `json:"cc,omitempty" maxItems:"100" doc:"Addresses that get copies, of this and of later replies."`
	State       string   `json:"state,omitempty" doc:"The state to move to."`
	Undo        *int     `json:"undo_seconds,omitempty" minimum:"0" maximum:"300" doc:"How long a reply can be taken back before it is sent; 0 if not given."`
	Seen        string   `json:"seen,omitempty" doc:"The id of the last entry that you have seen: if somebody else replied since, yours is refused."`
}

type reply struct {
	rest.Numbered
	rest.Once
	Body NewReply
}

func (a *API) reply(ctx context.Context, in *reply) (*rest.Answer[Entry], error) {
	body, err := ticket.Compose(in.Body.Body)
	if err != nil {
		return nil, rest.Problem(ctx, err)
	}
	w := ticket.Writing{Kind: ticket.Reply, Body: body, Channel: "api", State: in.Body.State, Seen: in.Body.Seen}
	if in.Body.Public != nil && !*in.Body.Public {
		w.Kind = ticket.Note
	}
	if in.Body.Undo != nil {
		w.Undo = seconds(*in.Body.Undo)
	}
	for _, id := range in.Body.Attachments {
		w.Attachments = append(w.Attachments, ticket.Attachment{ID: id})
	}
	return rest.UpdateOnce(ctx, a.DB, in.Once, in.Body, func(tx *db.Tx) (*rest.Answer[Entry], error) {
		if err := copyTo(tx, in.Number, w.Kind, in.Body.Cc); err != nil {
			return nil, err
		}
		t, e, err := a.Desk.Write(tx, in.Number, w)
		if err != nil {
			return nil, err
		}
		out := entry(e)
		out.Ticket = t.Number
		return rest.AnswerOf(out), nil
	})
}

// copyTo has people get copies of what goes to the requester in any case.
func copyTo(tx *db.Tx, number int64, kind ticket.EntryKind, addresses []string) error {
	if kind == ticket.Note && len(addresses) > 0 {
		return fault.Field("cc", "A note goes to nobody. Leave cc out, or send a reply.")
	}
	for _, a := range addresses {
		if err := ticket.AddParticipant(tx, number, ticket.Person{Address: a}); err != nil {
			return err
		}
	}
	return nil
}

type timeline struct {
	rest.Numbered
	Cursor string `query:"cursor" pattern:"^[0-9a-v]{1,50}$" patternDescription:"the next of the page before, as it came" doc:"The next of the page before; without it, the first page."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"100" doc:"How many items a page has at most."`
}

func (a *API) timeline(ctx context.Context, in *timeline) (*rest.Page[Item], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Item], error) {
		t, err := ticket.Find(tx, in.Number)
		if err != nil {
			return nil, err
		}
		items, err := ticket.Timeline(tx, t, in.Cursor, in.Limit+1)
		if err != nil {
			return nil, err
		}
		items, next := db.Cut(items, in.Limit, func(i ticket.Item) string { return i.ID })
		out := make([]Item, len(items))
		for i, it := range items {
			if out[i], err = item(it); err != nil {
				return nil, fmt.Errorf("show %s: %w", it.ID, err)
			}
		}
		return rest.ListOf(out, next), nil
	})
}
