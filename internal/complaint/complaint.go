// Package complaint is about what customers hold against us, what came of it and what we learned.
package complaint

import (
	"slices"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/ticket"
)

// States of a complaint.
const (
	New           = "new"
	Acknowledged  = "acknowledged"
	Investigating = "investigating"
	OnCustomer    = "waiting-customer"
	OnThird       = "waiting-third-party"
	Responded     = "response-sent"
	Resolved      = "resolved"
	Closed        = "closed"
	Cancelled     = "cancelled"
)

// Outcome is what came of a complaint.
type Outcome string

const (
	Upheld    Outcome = "upheld"
	Partly    Outcome = "partly"
	NotUpheld Outcome = "not-upheld"
)

// Outcomes lists them.
func Outcomes() []Outcome { return []Outcome{Upheld, Partly, NotUpheld} }

// Details is what only a complaint has.
type Details struct {
	Outcome Outcome // empty: not decided
	Lesson  string  // what is done differently from now on
	About   string  // the user it is about, who must not own it
}

// Decided says that the details of a complaint were set.
type Decided struct {
	Ticket  ticket.ID `json:"ticket"`
	Outcome Outcome   `json:"outcome"`
	Lesson  string    `json:"lesson"`
	Subject string    `json:"about"`
}

func (Decided) EventName() string         { return "complaint.decided" }
func (d Decided) About() (string, string) { return ticket.Subject, string(d.Ticket) }

const maxLesson = 10_000

// Kind is the complaint kind of ticket.
func Kind() ticket.Kind {
	return ticket.Kind{Name: "complaint", Title: "Complaint", Code: "CMP", Icon: "mega", Workflow: Workflow(), Guard: guard, Owner: owner}
}

// Workflow is the path of a complaint.
func Workflow() ticket.Workflow {
	working := []string{Acknowledged, Investigating, OnCustomer, OnThird, Responded, Resolved, Cancelled}
	return ticket.Workflow{
		States: []ticket.State{
			{ID: New, Name: "New", Category: ticket.New},
			{ID: Acknowledged, Name: "Acknowledged", Category: ticket.Opened},
			{ID: Investigating, Name: "Under investigation", Category: ticket.Opened},
			{ID: OnCustomer, Name: "Waiting on customer", Category: ticket.Waiting, Waits: ticket.OnCustomer},
			{ID: OnThird, Name: "Waiting on third party", Category: ticket.Waiting, Waits: ticket.OnThirdParty},
			{ID: Responded, Name: "Response sent", Category: ticket.Review},
			{ID: Resolved, Name: "Resolved", Category: ticket.Review},
			{ID: Closed, Name: "Closed", Category: ticket.Done},
			{ID: Cancelled, Name: "Cancelled", Category: ticket.Cancelled},
		},
		Moves: map[string][]string{
			New: working, Acknowledged: working, Investigating: working, OnCustomer: working, OnThird: working,
			Responded: {Investigating, OnCustomer, Resolved, Closed},
			Resolved:  {Investigating, Closed},
			Closed:    {Investigating},
			Cancelled: {Investigating},
		},
	}
}

// guard refuses to end a complaint without an outcome and a lesson.
func guard(tx *db.Tx, t *ticket.Ticket, to ticket.State) error {
	if to.Category != ticket.Review && to.Category != ticket.Done {
		return nil
	}
	d, err := find(tx, t.ID)
	if err != nil {
		return err
	}
	if d.Outcome == "" || d.Lesson == "" {
		return fault.Field("state", "Say what came of the complaint and what is learned from it before it becomes %s.", to.Name)
	}
	return nil
}

// owner refuses to give a complaint to the one it is about.
func owner(tx *db.Tx, t *ticket.Ticket) error {
	d, err := find(tx, t.ID)
	if err == nil && d.About != "" && d.About == t.Assignee {
		err = fault.Field("assignee", "A complaint is not handled by the one it is about. Assign someone else.")
	}
	return err
}

// Of returns the details of a complaint that the actor may see.
func Of(tx *db.Tx, t *ticket.Ticket) (Details, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return Details{}, err
	}
	return find(tx, t.ID)
}

// Decide sets the details of a complaint.
func Decide(tx *db.Tx, number int64, d Details) error {
	if err := tx.Must(access.TicketsWrite); err != nil {
		return err
	}
	t, err := ticket.Find(tx, number)
	if err != nil {
		return err
	}
	switch {
	case t.Kind != "complaint":
		return fault.New(fault.Invalid, "Ticket %d is a %s, not a complaint.", number, t.Kind)
	case d.Outcome != "" && !slices.Contains(Outcomes(), d.Outcome):
		return fault.Field("outcome", "The outcome is upheld, partly or not-upheld, not %q.", d.Outcome)
	case len(d.Lesson) > maxLesson:
		return fault.Field("lesson", "The lesson has more than %d characters. Attach a report instead.", maxLesson)
	case d.About != "" && d.About == t.Assignee:
		return fault.Field("about", "Who it is about has the complaint. Assign someone else first.")
	}
	if d.About != "" {
		if _, err := people.FindUser(tx, d.About); err != nil {
			return fault.Field("about", "There is no agent %.100q.", d.About)
		}
	}
	tx.Emit(Decided{t.ID, d.Outcome, d.Lesson, d.About})
	return save(tx, t.ID, d)
}
