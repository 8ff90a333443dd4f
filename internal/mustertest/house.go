package mustertest

import (
	"context"
	"testing"

	"muster/internal/access"
	"muster/internal/complaint"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/people"
	"muster/internal/people/client"
	"muster/internal/request"
	"muster/internal/task"
	"muster/internal/ticket"
	"muster/internal/workspace"
)

// House is a workspace with a few people in it.
type House struct {
	DB        *db.DB
	Bus       *event.Bus
	Desk      *ticket.Desk
	Workspace workspace.Workspace
	Ann, Bob  people.User // both administrators; Ann is in Tier1, Bob in Tier2
	Tier1     people.Team
	Tier2     people.Team
	Acme      client.Organisation
	Carla     client.Contact // of Acme
	t         testing.TB
}

// NewHouse furnishes a new database.
func NewHouse(t testing.TB, d *db.DB) *House {
	t.Helper()
	h := &House{DB: d, t: t, Bus: event.NewBus(d, "test"), Desk: ticket.NewDesk(request.Kind(), complaint.Kind(), task.Kind())}
	var err error
	if h.Workspace, err = workspace.Ensure(t.Context(), d, "Quillmere"); err != nil {
		t.Fatal(err)
	}
	Do(t, d, access.With(t.Context(), access.System(h.Workspace.ID)), h.furnish)
	return h
}

func (h *House) furnish(tx *db.Tx) (err error) {
	if h.Ann, err = people.AddUser(tx, people.NewUser{Email: "ann@quillmere.example", Name: "Ann Arbour", Role: access.Admin}); err != nil {
		return err
	}
	if h.Bob, err = people.AddUser(tx, people.NewUser{Email: "bob@quillmere.example", Name: "Bob Burrow", Role: access.Admin}); err != nil {
		return err
	}
	if h.Tier1, err = people.AddTeam(tx, "Tier 1"); err != nil {
		return err
	}
	if h.Tier2, err = people.AddTeam(tx, "Tier 2"); err != nil {
		return err
	}
	if err := people.SetMembers(tx, h.Tier1.ID, []string{h.Ann.ID}); err != nil {
		return err
	}
	if err := people.SetMembers(tx, h.Tier2.ID, []string{h.Bob.ID}); err != nil {
		return err
	}
	if h.Acme, err = client.AddOrganisation(tx, client.NewOrganisation{Name: "Acme", Domains: []string{"acme.example"}, Tier: "gold"}); err != nil {
		return err
	}
	h.Carla, _, err = client.EnsureContact(tx, "Carla Cole", "carla@acme.example")
	return err
}

// As returns a context in which a user of the house acts.
func (h *House) As(u people.User) context.Context {
	h.t.Helper()
	var actor access.Actor
	See(h.t, h.DB, access.With(h.t.Context(), access.System(h.Workspace.ID)), func(tx *db.Tx) (err error) {
		actor, err = people.ActorOf(tx, u)
		return err
	})
	return access.With(h.t.Context(), actor)
}

// Open opens a request of Carla's, with her words.
func (h *House) Open(ctx context.Context, title, words string) *ticket.Ticket {
	h.t.Helper()
	body, err := ticket.Compose(words)
	if err != nil {
		h.t.Fatal(err)
	}
	var opened *ticket.Ticket
	Do(h.t, h.DB, ctx, func(tx *db.Tx) (err error) {
		opened, err = h.Desk.Open(tx, ticket.Draft{Title: title, Requester: h.Carla.ID, Team: h.Tier1.ID,
			First: &ticket.Writing{Kind: ticket.FromCustomer, Body: body, Author: ticket.Author{Kind: access.Customer, ID: h.Carla.ID, Name: h.Carla.Name}}})
		return err
	})
	return opened
}

// Write writes on a ticket.
func (h *House) Write(ctx context.Context, number int64, kind ticket.EntryKind, words string) (*ticket.Ticket, *ticket.Entry, error) {
	h.t.Helper()
	body, err := ticket.Compose(words)
	if err != nil {
		return nil, nil, err
	}
	w := ticket.Writing{Kind: kind, Body: body}
	if kind == ticket.FromCustomer {
		w.Author = ticket.Author{Kind: access.Customer, ID: h.Carla.ID, Name: h.Carla.Name}
	}
	var t *ticket.Ticket
	var e *ticket.Entry
	err = h.DB.Update(ctx, func(tx *db.Tx) (err error) {
		t, e, err = h.Desk.Write(tx, number, w)
		return err
	})
	return t, e, err
}
