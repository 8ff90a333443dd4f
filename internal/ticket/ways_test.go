package ticket_test

import (
	"testing"

	"muster/internal/db"
	"muster/internal/mustertest"
	"muster/internal/people/client"
	"muster/internal/ticket"
)

// Each answer that is waited for is a way to the database and back. A ticket
// waits for who asks, its workflow, the workspace, its number and its place in
// the index; a reply for the ticket, the workflow and the place in the index.
func TestFewAnswersAreWaitedFor(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		var waited []string
		d.Overhear(func(statement string, waits bool) {
			if waits {
				waited = append(waited, statement)
			}
		})
		h := mustertest.NewHouse(t, d)
		ann := h.As(h.Ann)
		body := ticket.Body{Source: "Stuck.", Text: "Stuck.", HTML: "<p>Stuck.</p>"}
		tests := []struct {
			work string
			most int
			do   func(*db.Tx) error
		}{
			{"the first of all", 20, func(tx *db.Tx) error {
				_, err := h.Desk.Open(tx, ticket.Draft{Title: "First", First: &ticket.Writing{Kind: ticket.Note, Body: body}})
				return err
			}},
			{"a ticket", 5, func(tx *db.Tx) error {
				c, _, err := client.EnsureContact(tx, "", h.Carla.Address())
				if err != nil {
					return err
				}
				_, err = h.Desk.Open(tx, ticket.Draft{Title: "Stuck", Requester: c.ID, Tags: []string{"paper"}, First: &ticket.Writing{Kind: ticket.FromCustomer, Body: body}})
				return err
			}},
			{"a reply", 3, func(tx *db.Tx) error {
				_, _, err := h.Desk.Write(tx, 2, ticket.Writing{Kind: ticket.Reply, Body: body})
				return err
			}},
		}
		for _, tt := range tests {
			mustertest.Do(t, d, ann, func(tx *db.Tx) error {
				waited = nil
				return tt.do(tx)
			})
			if len(waited) > tt.most {
				t.Errorf("%s: %d answers are waited for, want at most %d:\n%q", tt.work, len(waited), tt.most, waited)
			}
		}
	})
}
