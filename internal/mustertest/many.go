package mustertest

import (
	"context"
	"math/rand/v2"
	"time"

	"muster/internal/db"
	"muster/internal/request"
	"muster/internal/ticket"
	"muster/internal/ticket/list"
)

// OpenAtRandom opens tickets of all kinds, teams, states and people, and changes them about.
func (h *House) OpenAtRandom(ctx context.Context, n int) {
	h.t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	body, _ := ticket.Compose("words")
	for range n {
		time.Sleep(time.Second)
		Do(h.t, h.DB, ctx, func(tx *db.Tx) error {
			tk, err := h.Desk.Open(tx, ticket.Draft{Kind: pick("request", "task", "complaint"), Title: "T", Requester: pick("", h.Carla.ID),
				Team: pick("", h.Tier1.ID, h.Tier2.ID), Assignee: pick("", h.Ann.ID, h.Bob.ID), Priority: ticket.Priority(r.IntN(5)),
				Tags: []string{pick("red", "blue")}, First: &ticket.Writing{Kind: ticket.FromCustomer, Body: body}})
			if err != nil {
				return err
			}
			team := pick("", h.Tier1.ID, h.Tier2.ID)
			c := ticket.Change{Team: &team}
			if tk.Kind == "request" {
				state := pick(request.Open, request.OnCustomer, request.Resolved, request.New)
				c.State = &state
			}
			if tk, err = h.Desk.Change(tx, tk.Number, ticket.Any, c); err != nil {
				return err
			}
			if r.IntN(8) == 0 {
				_, err = ticket.Shelve(tx, tk.Number, ticket.Bucket(pick("spam", "trash")))
			}
			return err
		})
	}
}

// Tickets reads all tickets of the house, whatever their bucket.
func (h *House) Tickets() (all []*ticket.Ticket) {
	h.t.Helper()
	See(h.t, h.DB, h.As(h.Ann), func(tx *db.Tx) error {
		all = nil
		for cursor := ""; ; {
			page, err := list.Read(tx, h.Desk, list.Of{Buckets: ticket.Buckets(), Cursor: cursor, Limit: 7})
			if err != nil {
				return err
			}
			all = append(all, page.Tickets...)
			if cursor = page.Next; cursor == "" {
				return nil
			}
		}
	})
	return all
}
