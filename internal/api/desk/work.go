package desk

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/api/rest"
	"muster/internal/db"
	"muster/internal/ticket"
)

func (a *API) workRoutes(h huma.API) {
	huma.Register(h, rest.Op("POST", "/tickets/{number}/merge", "mergeTicket", "Tickets", "Merge a ticket into another", 200), a.merge)
	huma.Register(h, rest.Op("POST", "/tickets/{number}/split", "splitTicket", "Tickets", "Make a ticket of some messages of another", 201), a.split)
	huma.Register(h, rest.Op("GET", "/tickets/{number}/links", "links", "Tickets", "List linked tickets, parent and children", 200), a.links)
	huma.Register(h, rest.Op("POST", "/tickets/{number}/links", "linkTicket", "Tickets", "Link two tickets", 204), a.link)
	huma.Register(h, rest.Op("DELETE", "/tickets/{number}/links/{type}/{other}", "unlinkTicket", "Tickets", "Remove a link", 204), a.unlink)
	huma.Register(h, rest.Op("PUT", "/tickets/{number}/shelf", "shelveTicket", "Tickets", "Put a ticket into spam or trash, or restore it", 200), a.shelve)
	huma.Register(h, rest.Op("GET", "/tickets/{number}/participants", "participants", "Tickets", "List who gets copies", 200), a.participants)
	huma.Register(h, rest.Op("PUT", "/tickets/{number}/participants/{email}", "addParticipant", "Tickets", "Have somebody get copies", 204), a.addParticipant)
	huma.Register(h, rest.Op("DELETE", "/tickets/{number}/participants/{email}", "removeParticipant", "Tickets", "Have somebody get no more copies", 204), a.removeParticipant)
	huma.Register(h, rest.Op("POST", "/tickets/{number}/replies/{entry}/withdraw", "withdrawReply", "Tickets", "Take back a reply that has not been sent", 200), a.withdraw)
	huma.Register(h, rest.Op("GET", "/tickets/{number}/complaint", "complaint", "Tickets", "Read what came of a complaint", 200), a.complaint)
	huma.Register(h, rest.Op("PUT", "/tickets/{number}/complaint", "decideComplaint", "Tickets", "Say what came of a complaint", 200), a.decideComplaint)
	huma.Register(h, rest.Op("GET", "/queues", "queues", "Tickets", "Read how many tickets stand in each queue", 200), a.queues)
}

type mergeInput struct {
	rest.Numbered
	Body struct {
		Into int64 `json:"into" minimum:"1" doc:"The number of the ticket that stays."`
	}
}

func (a *API) merge(ctx context.Context, in *mergeInput) (*TicketAnswer, error) {
	return rest.Update(ctx, a.DB, func(tx *db.Tx) (*TicketAnswer, error) {
		t, err := a.Desk.Merge(tx, in.Number, in.Body.Into)
		if err != nil {
			return nil, err
		}
		return a.outcome(tx, t)
	})
}

type splitInput struct {
	rest.Numbered
	rest.Once
	Body struct {
		Title   string   `json:"title"`
		Entries []string `json:"entries" maxItems:"1000" doc:"Ids of the messages that become a ticket of their own."`
	}
}

func (a *API) split(ctx context.Context, in *splitInput) (*TicketAnswer, error) {
	return rest.UpdateOnce(ctx, a.DB, in.Once, in.Body, func(tx *db.Tx) (*TicketAnswer, error) {
		t, err := a.Desk.SplitOff(tx, in.Number, in.Body.Entries, in.Body.Title)
		if err != nil {
			return nil, err
		}
		return a.outcome(tx, t)
	})
}

// LinkedTicket is a ticket at the other end of a link.
type LinkedTicket struct {
	Type   string `json:"type,omitempty" doc:"Empty for parent and child."`
	Words  string `json:"words" doc:"As the link reads from this ticket: “caused by”."`
	Number int64  `json:"number"`
	Title  string `json:"title"`
	Kind   string `json:"kind"`
	State  string `json:"state"`
}

func linkedTicket(l ticket.Neighbour) LinkedTicket {
	return LinkedTicket{string(l.Type), l.Words, l.Ticket.Number, l.Ticket.Title, l.Ticket.Kind, l.Ticket.State}
}

func (a *API) links(ctx context.Context, in *rest.Numbered) (*rest.Page[LinkedTicket], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[LinkedTicket], error) {
		t, err := ticket.Find(tx, in.Number)
		if err != nil {
			return nil, err
		}
		all, err := ticket.Links(tx, t)
		return rest.ListAs(all, "", linkedTicket), err
	})
}

type linkInput struct {
	rest.Numbered
	Body struct {
		Type  string `json:"type" doc:"relates, duplicates, blocks, causes, fixes, follows-up or released-in."`
		Other int64  `json:"other" minimum:"1" doc:"The number of the ticket at the other end."`
	}
}

func (a *API) link(ctx context.Context, in *linkInput) (*rest.Nothing, error) {
	return rest.Do(ctx, a.DB, func(tx *db.Tx) error {
		return ticket.Link(tx, in.Number, ticket.LinkType(in.Body.Type), in.Body.Other)
	})
}

type unlinkInput struct {
	rest.Numbered
	Type  string `path:"type" doc:"As when it was linked: relates, duplicates, blocks, causes, fixes, follows-up or released-in."`
	Other int64  `path:"other" doc:"The number of the ticket at the other end."`
}

func (a *API) unlink(ctx context.Context, in *unlinkInput) (*rest.Nothing, error) {
	return rest.Do(ctx, a.DB, func(tx *db.Tx) error {
		return ticket.Unlink(tx, in.Number, ticket.LinkType(in.Type), in.Other)
	})
}

type shelveInput struct {
	rest.Numbered
	Body struct {
		To string `json:"to" enum:"spam,trash,open" doc:"open restores the ticket."`
	}
}

func (a *API) shelve(ctx context.Context, in *shelveInput) (*TicketAnswer, error) {
	return rest.Update(ctx, a.DB, func(tx *db.Tx) (*TicketAnswer, error) {
		t, err := ticket.Shelve(tx, in.Number, ticket.Bucket(in.Body.To))
		if err != nil {
			return nil, err
		}
		return a.outcome(tx, t)
	})
}

func participant(p ticket.Participant) Person {
	return Person{ID: p.Contact, Email: p.Written, Name: p.Name}
}

func (a *API) participants(ctx context.Context, in *rest.Numbered) (*rest.Page[Person], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Person], error) {
		t, err := ticket.Find(tx, in.Number)
		if err != nil {
			return nil, err
		}
		all, err := ticket.Participants(tx, t)
		return rest.ListAs(all, "", participant), err
	})
}

type participantInput struct {
	rest.Numbered
	Email string `path:"email" doc:"A mail address."`
}

func (a *API) addParticipant(ctx context.Context, in *participantInput) (*rest.Nothing, error) {
	return rest.Do(ctx, a.DB, func(tx *db.Tx) error {
		return ticket.AddParticipant(tx, in.Number, ticket.Person{Address: in.Email})
	})
}

func (a *API) removeParticipant(ctx context.Context, in *participantInput) (*rest.Nothing, error) {
	return rest.Do(ctx, a.DB, func(tx *db.Tx) error { return ticket.RemoveParticipant(tx, in.Number, in.Email) })
}

type withdrawInput struct {
	rest.Numbered
	Entry string `path:"entry" doc:"The id of the reply."`
}

func (a *API) withdraw(ctx context.Context, in *withdrawInput) (*rest.Answer[Entry], error) {
	return rest.Update(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[Entry], error) {
		e, err := ticket.Withdraw(tx, in.Number, in.Entry)
		if err != nil {
			return nil, err
		}
		return rest.AnswerOf(entry(e)), nil
	})
}

// Queues are kept counts, as far as the token may see the tickets.
type Queues struct {
	Mine       int64 `json:"mine"`
	Teams      int64 `json:"teams"`
	Unassigned int64 `json:"unassigned"`
	Open       int64 `json:"open"`
	Waiting    int64 `json:"waiting"`
	Done       int64 `json:"done"`
	Spam       int64 `json:"spam"`
	Trash      int64 `json:"trash"`
}

func (a *API) queues(ctx context.Context, _ *struct{}) (*rest.Answer[Queues], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[Queues], error) {
		c, err := ticket.Count(tx)
		return rest.AnswerOf(Queues{c.Mine, c.Teams, c.Unassigned, c.Open, c.Waiting, c.Done, c.Spam, c.Trash}), err
	})
}
