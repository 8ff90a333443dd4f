// Package desk offers tickets to other programs: to list, open, change, answer, link and merge them, with their files.
package desk

import (
	"github.com/danielgtaylor/huma/v2"

	"muster/internal/api/rest"
	"muster/internal/blob"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/ticket"
)

// API is what the endpoints about tickets work with.
type API struct {
	DB    *db.DB
	Bus   *event.Bus
	Desk  *ticket.Desk
	Blobs blob.Store
}

// Routes adds the endpoints.
func (a *API) Routes(h huma.API) {
	huma.Register(h, rest.Op("GET", "/tickets", "listTickets", "Tickets", "List or search tickets", 200), a.listTickets)
	huma.Register(h, rest.Op("POST", "/tickets", "openTicket", "Tickets", "Open a ticket", 201), a.openTicket)
	huma.Register(h, rest.Op("GET", "/tickets/{number}", "ticket", "Tickets", "Read a ticket", 200), a.ticket)
	huma.Register(h, rest.Op("PATCH", "/tickets/{number}", "changeTicket", "Tickets", "Change a ticket", 200), a.changeTicket)
	huma.Register(h, rest.Op("POST", "/tickets/{number}/replies", "reply", "Tickets", "Write a reply or a note", 201), a.reply)
	huma.Register(h, rest.Op("GET", "/tickets/{number}/timeline", "timeline", "Tickets", "Read what was written and what happened", 200), a.timeline)
	a.workRoutes(h)
	a.fileRoutes(h)
}

// TicketAnswer is a ticket with its version as the ETag.
type TicketAnswer = rest.Versioned[Ticket]

func answer(t Ticket) *TicketAnswer { return rest.VersionedOf(t.Version, t) }

// outcome answers with a ticket that was changed, as reading it again tells it:
// after clocks, rules and routing have reacted to the change.
func (a *API) outcome(tx *db.Tx, t *ticket.Ticket) (*TicketAnswer, error) {
	if err := a.Bus.React(tx); err != nil {
		return nil, err
	}
	t, err := ticket.Fresh(tx, t)
	if err != nil {
		return nil, err
	}
	w, err := wire(tx, t)
	return answer(w), err
}
