// Package rehearsal shows what a changed rule, policy, calendar or routing would have made of the last days, before it is switched on.
package rehearsal

import (
	"encoding/json"
	"slices"
	"time"

	"muster/internal/access"
	"muster/internal/automation"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/routing"
	"muster/internal/ticket"
)

// Kind says what is rehearsed.
type Kind string

// The kinds.
const (
	Rule     Kind = "rule"
	Policy   Kind = "policy"
	Calendar Kind = "calendar"
	Routing  Kind = "routing"
)

// right is what who rehearses must be allowed to set up.
func (k Kind) right() access.Right {
	if k == Policy || k == Calendar {
		return access.PromisesEdit
	}
	return access.RulesEdit
}

// AsOfNow says what the log does not tell as it was, so that it is taken as it is now.
func (k Kind) AsOfNow() string {
	switch k {
	case Rule:
		return "The names, tiers and languages of people and organisations, and who is in which team, are taken as they are now. The rule is asked by itself: what other rules would have made of its deeds is not seen."
	case Routing:
		return "Who is in the teams, their skills, what they carry, their shifts, the tiers of organisations and the languages of requesters are taken as they are now. Of whom the log knows no presence, it is taken that they were available."
	}
	return "The tiers of organisations are taken as they are now; priorities, teams and all else as they were then."
}

// State says how far a rehearsal is.
type State string

// The states.
const (
	Running State = "running"
	Done    State = "done"
	Stopped State = "stopped" // it could not come to its end
)

// Rehearsal is one, and what came of it.
type Rehearsal struct {
	ID          string
	Kind        Kind
	Name        string // of what is rehearsed
	Days        int
	Draft       json.RawMessage
	State       State
	Seen, Total int // tickets; the total is not known before the end of the log has been looked up
	Result      Result
	User        string // who asked for it
	UserName    string
	CreatedAt   time.Time
	DoneAt      time.Time
}

// Result is what would have differed.
type Result struct {
	Was     []Figure `json:"was"`   // as it was, or as the present set-up would have had it
	Would   []Figure `json:"would"` // as the change would have had it; in the same order
	Rows    []Row    `json:"rows"`  // the first that differ
	Differ  int      `json:"differ"`
	Problem string   `json:"problem,omitempty"` // why it stopped, or what could not be judged
}

// Figure is a count with its name.
type Figure struct {
	Name string `json:"name"`
	N    int    `json:"n"`
}

// Row is one ticket that would have fared otherwise.
type Row struct {
	Ticket ticket.ID `json:"ticket"`
	Number int64     `json:"number"`
	At     time.Time `json:"at"`
	What   string    `json:"what"`
	Was    string    `json:"was"`
	Would  string    `json:"would"`
}

const (
	mostRows = 500
	mostDays = 366
	keptDays = 14
)

// RoutingDraft is another policy for a team, or for all that have none of their own.
type RoutingDraft struct {
	Team   string         `json:"team"`
	Policy routing.Policy `json:"policy"`
}

// Start has a draft rehearsed over the last days.
func Start(tx *db.Tx, kind Kind, days int, draft json.RawMessage) (Rehearsal, error) {
	if err := tx.Must(kind.right()); err != nil {
		return Rehearsal{}, err
	}
	if days < 1 || days > mostDays {
		return Rehearsal{}, fault.Field("days", "A rehearsal goes over the last 1 to %d days, not %d.", mostDays, days)
	}
	r := Rehearsal{ID: tx.NewID(), Kind: kind, Days: days, Draft: draft, State: Running, User: tx.ID, UserName: tx.Name, CreatedAt: tx.Now}
	var err error
	if r.Name, err = check(kind, draft); err != nil {
		return Rehearsal{}, err
	}
	if err := insert(tx, r); err != nil {
		return Rehearsal{}, err
	}
	return r, event.Schedule(tx, task, r.ID, tx.Now, args{r.ID})
}

// check makes sure that a draft can be rehearsed, and returns its name.
func check(kind Kind, draft json.RawMessage) (string, error) {
	read := func(to any) error {
		if err := json.Unmarshal(draft, to); err != nil {
			return fault.Field("draft", "The draft is no %s as the desk keeps one.", kind)
		}
		return nil
	}
	switch kind {
	case Rule:
		var r automation.Rule
		if err := read(&r); err != nil {
			return "", err
		}
		_, err := automation.Compile(r)
		return r.Name, err
	case Policy:
		var p clock.Policy
		if err := read(&p); err != nil {
			return "", err
		}
		return p.Name, p.Check()
	case Calendar:
		var d clock.Desk
		if err := read(&d); err != nil {
			return "", err
		}
		return d.Name, d.Calendar.Check()
	case Routing:
		var d RoutingDraft
		if err := read(&d); err != nil {
			return "", err
		}
		return "Routing", d.Policy.Check()
	}
	return "", fault.Field("kind", "A rule, policy, calendar or routing can be rehearsed, not %.40q.", kind)
}

// Find returns a rehearsal. Rows about tickets that the actor may not see are left out.
func Find(tx *db.Tx, id string) (Rehearsal, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return Rehearsal{}, err
	}
	r, err := one(tx, id)
	if db.Missing(err) || err == nil && !tx.May(r.Kind.right()) {
		return Rehearsal{}, fault.New(fault.NotFound, "There is no such rehearsal. It may be older than %d days: start it again.", keptDays)
	}
	if err != nil {
		return Rehearsal{}, err
	}
	var ids []ticket.ID
	for _, row := range r.Result.Rows {
		ids = append(ids, row.Ticket)
	}
	seen, err := ticket.ByIDs(tx, ids)
	r.Result.Rows = slices.DeleteFunc(r.Result.Rows, func(row Row) bool {
		return !slices.ContainsFunc(seen, func(t *ticket.Ticket) bool { return t.ID == row.Ticket })
	})
	return r, err
}

// List returns the newest rehearsals that the actor may look at, without their rows.
func List(tx *db.Tx) ([]Rehearsal, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	all, err := newest(tx, 50)
	return slices.DeleteFunc(all, func(r Rehearsal) bool { return !tx.May(r.Kind.right()) }), err
}

// differs notes one ticket that would have fared otherwise.
func (r *Result) differs(row Row) {
	if r.Differ++; len(r.Rows) < mostRows {
		r.Rows = append(r.Rows, row)
	}
}
