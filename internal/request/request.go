// Package request is about what customers ask for.
package request

import "muster/internal/ticket"

// States of a request.
const (
	New        = "new"
	Open       = "open"
	OnCustomer = "waiting-customer"
	OnThird    = "waiting-third-party"
	Approval   = "awaiting-approval"
	Resolved   = "resolved"
	Closed     = "closed"
	Cancelled  = "cancelled"
)

// Kind is the request kind of ticket.
func Kind() ticket.Kind {
	return ticket.Kind{Name: "request", Title: "Request", Code: "REQ", Icon: "ticket", Workflow: Workflow()}
}

// Workflow is the path of a request. A customer's answer reopens it from wherever it waits or rests.
func Workflow() ticket.Workflow {
	working := []string{Open, OnCustomer, OnThird, Approval, Resolved, Closed, Cancelled}
	return ticket.Workflow{
		States: []ticket.State{
			{ID: New, Name: "New", Category: ticket.New},
			{ID: Open, Name: "Open", Category: ticket.Opened},
			{ID: OnCustomer, Name: "Waiting on customer", Category: ticket.Waiting, Waits: ticket.OnCustomer},
			{ID: OnThird, Name: "Waiting on third party", Category: ticket.Waiting, Waits: ticket.OnThirdParty},
			{ID: Approval, Name: "Awaiting approval", Category: ticket.Waiting, Waits: ticket.OnApproval},
			{ID: Resolved, Name: "Resolved", Category: ticket.Review},
			{ID: Closed, Name: "Closed", Category: ticket.Done},
			{ID: Cancelled, Name: "Cancelled", Category: ticket.Cancelled},
		},
		Moves: map[string][]string{
			New:        working,
			Open:       working,
			OnCustomer: working,
			OnThird:    working,
			Approval:   working,
			Resolved:   {Open, OnCustomer, Closed},
			Closed:     {Open},
			Cancelled:  {Open},
		},
	}
}
