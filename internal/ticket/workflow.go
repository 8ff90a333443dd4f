package ticket

import (
	"slices"

	"muster/internal/db"
	"muster/internal/fault"
)

// Category says how far along a state is. Metrics and rules read categories
// only, so that a workspace may name its states as it likes.
type Category string

const (
	New       Category = "new"
	Opened    Category = "open"
	Waiting   Category = "waiting"
	Review    Category = "review"
	Done      Category = "done"
	Cancelled Category = "cancelled"
)

// Categories lists them in the order of a ticket's life.
func Categories() []Category { return []Category{New, Opened, Waiting, Review, Done, Cancelled} }

// Ended reports whether a ticket of the category needs no more work.
func (c Category) Ended() bool { return c == Review || c == Done || c == Cancelled }

// Waits says what a waiting ticket waits for. Clocks pause by it, however the
// workspace calls its states.
type Waits string

const (
	OnCustomer   Waits = "customer"
	OnThirdParty Waits = "third-party" // a supplier, another company
	OnApproval   Waits = "approval"
	OnChange     Waits = "change" // of ours, that is planned
)

// Waitings lists them.
func Waitings() []Waits { return []Waits{OnCustomer, OnThirdParty, OnApproval, OnChange} }

// State is one step of a workflow.
type State struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Category Category `json:"category"`
	Waits    Waits    `json:"waits,omitempty"` // of the category waiting alone; empty: nothing that has a name
}

// Workflow is the path that tickets of a kind take: the first state is a new
// ticket's. It is data, so that a workspace may have its own.
type Workflow struct {
	States []State             `json:"states"`
	Moves  map[string][]string `json:"moves"` // from each state, where it may go
}

// State returns the state with an id.
func (w Workflow) State(id string) (State, bool) {
	i := slices.IndexFunc(w.States, func(s State) bool { return s.ID == id })
	if i < 0 {
		return State{}, false
	}
	return w.States[i], true
}

// First returns the first state of a category that can be reached from state
// from, directly: what "resolve" or "reopen" mean in this workflow.
func (w Workflow) First(from string, categories ...Category) (State, bool) {
	for _, c := range categories {
		for _, to := range w.Moves[from] {
			if s, ok := w.State(to); ok && s.Category == c {
				return s, true
			}
		}
	}
	return State{}, false
}

// Next returns the states that can be reached from a state, in the workflow's order.
func (w Workflow) Next(from string) []State {
	var next []State
	for _, s := range w.States {
		if slices.Contains(w.Moves[from], s.ID) {
			next = append(next, s)
		}
	}
	return next
}

// Check returns a fault that says why w cannot be a workflow, or nil.
func (w Workflow) Check() error {
	if len(w.States) == 0 || w.States[0].Category != New {
		return fault.Field("states", "A workflow begins with a state of the category new.")
	}
	for i, s := range w.States {
		if s.ID == "" || s.Name == "" {
			return fault.Field("states", "Each state needs an id and a name; number %d has not.", i+1)
		}
		if !slices.Contains(Categories(), s.Category) {
			return fault.Field("states", "The state %s has the category %q, which there is not.", s.Name, s.Category)
		}
		if s.Waits != "" && (s.Category != Waiting || !slices.Contains(Waitings(), s.Waits)) {
			return fault.Field("states", "The state %s cannot wait for %q. One of the category waiting can, for customer, third-party, approval or change.", s.Name, s.Waits)
		}
		if slices.ContainsFunc(w.States[:i], func(o State) bool { return o.ID == s.ID }) {
			return fault.Field("states", "Two states have the id %q.", s.ID)
		}
	}
	return w.checkMoves()
}

func (w Workflow) checkMoves() error {
	reached := map[string]bool{w.States[0].ID: true}
	for queue := []string{w.States[0].ID}; len(queue) > 0; queue = queue[1:] {
		for _, to := range w.Moves[queue[0]] {
			if _, ok := w.State(to); !ok {
				return fault.Field("moves", "The state %s leads to %q, which there is not.", queue[0], to)
			}
			if !reached[to] {
				reached[to] = true
				queue = append(queue, to)
			}
		}
	}
	for _, s := range w.States {
		if !reached[s.ID] {
			return fault.Field("moves", "No path leads to the state %s.", s.Name)
		}
	}
	return nil
}

// Kind is a sort of ticket. Kinds differ in what they are called, in their
// workflow and in who guards it; in all else they are tickets.
type Kind struct {
	Name     string // "request"
	Title    string // as people read it
	Code     string // "REQ", as in REQ-42
	Icon     string // in the icons of the desk
	Workflow Workflow

	// Guard, if set, may refuse a move that the workflow allows.
	Guard func(tx *db.Tx, t *Ticket, to State) error
	// Owner, if set, may refuse who a ticket is given to.
	Owner func(tx *db.Tx, t *Ticket) error
}
