package clock

import (
	"context"
	"encoding/json"
	"time"

	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/ticket"
)

// Ring is what is told when a step is due.
type Ring struct {
	Ticket  ticket.ID       `json:"ticket"`
	Clock   string          `json:"clock"`
	Policy  string          `json:"policy"`
	Name    string          `json:"name"` // of the policy
	Kind    Kind            `json:"kind"`
	Target  Target          `json:"target"`
	Percent int             `json:"percent"`
	After   time.Duration   `json:"after,omitempty"` // of working time since the promise was broken, in nanoseconds
	Due     time.Time       `json:"due,omitzero"`
	Actions json.RawMessage `json:"actions,omitempty"`
}

// Warned says that much of a promised time is used.
type Warned struct{ Ring }

// Broke says that a promise was not kept in time.
type Broke struct{ Ring }

// Overran says that a promise was broken some time ago, and is still not kept.
type Overran struct{ Ring }

// EventName is how the log calls it.
func (Warned) EventName() string { return "clock.warned" }

// EventName is how the log calls it.
func (Broke) EventName() string { return "clock.broke" }

// EventName is how the log calls it.
func (Overran) EventName() string { return "clock.overran" }

// About puts it on the ticket's timeline.
func (r Ring) About() (string, string) { return ticket.Subject, string(r.Ticket) }

// Changed says what became of the clocks of a ticket.
type Changed struct {
	Ticket  ticket.ID `json:"ticket"`
	Changes []Change  `json:"changes"`
}

// EventName is how the log calls it.
func (Changed) EventName() string { return "clock.changed" }

// About puts it on the ticket's timeline.
func (c Changed) About() (string, string) { return ticket.Subject, string(c.Ticket) }

// Change is what became of one clock.
type Change struct {
	Clock  string        `json:"clock"`
	Policy string        `json:"policy"`
	Kind   Kind          `json:"kind"`
	Target Target        `json:"target"`
	What   What          `json:"what"`
	State  State         `json:"state"`
	Goal   time.Duration `json:"goal"` // in nanoseconds
	Due    time.Time     `json:"due,omitzero"`
	Cause  int64         `json:"cause,omitempty"` // the number of the ticket that excuses it
}

// What says what became of a clock.
type What string

// What becomes of clocks.
const (
	Started    What = "started"
	Stopped    What = "paused"
	Resumed    What = "resumed"
	Reopened   What = "reopened"
	Ended      What = "ended"
	Swapped    What = "swapped" // another goal or other hours
	WasBroken  What = "broken"
	Overdue    What = "overdue" // as told of a past that is replayed, in which no step was taken
	IsExcused  What = "excused"
	NotExcused What = "not excused"
)

// rings is the event of a step.
func (k *Kept) rings(p Policy, s Step) db.Event {
	r := Ring{Ticket: k.Ticket, Clock: k.ID, Policy: p.ID, Name: p.Name, Kind: k.Kind, Target: k.Target, Percent: s.Percent, After: s.After,
		Due: k.DueAt, Actions: s.Actions}
	switch {
	case s.After > 0:
		return Overran{r}
	case s.Percent == breach:
		r.Due = k.BreachedAt
		return Broke{r}
	}
	return Warned{r}
}

// changes tells what became of clocks since they were as before; those that are new come last.
func changes(before, clocks []Kept) []Change {
	var all []Change
	for i := range clocks {
		what := Started
		if i < len(before) {
			if what = clocks[i].since(&before[i]); what == "" {
				continue
			}
		}
		all = append(all, clocks[i].change(what))
	}
	return all
}

func (k *Kept) change(what What) Change {
	return Change{Clock: k.ID, Policy: k.Policy, Kind: k.Kind, Target: k.Target, What: what, State: k.State(), Goal: k.Goal, Due: k.DueAt, Cause: k.ExcusedBy}
}

// since says what became of the clock since it was as given: empty, if nothing.
func (k *Kept) since(was *Kept) What {
	switch {
	case k.EndedAs != "" && was.EndedAs == "":
		return Ended
	case k.EndedAs == "" && was.EndedAs != "":
		return Reopened
	case k.Goal != was.Goal || k.last().Hours != was.last().Hours:
		return Swapped
	case was.runs() && !k.runs():
		return Stopped
	case k.runs() && !was.runs():
		return Resumed
	case !k.BreachedAt.IsZero() && was.BreachedAt.IsZero():
		return WasBroken
	case k.ExcusedBy != was.ExcusedBy && k.ExcusedBy != 0:
		return IsExcused
	case k.ExcusedBy != was.ExcusedBy:
		return NotExcused
	}
	return ""
}

func (c *Clock) last() Run {
	if len(c.Runs) == 0 {
		return Run{}
	}
	return c.Runs[len(c.Runs)-1]
}

// ringing is the job of looking at a ticket's clocks.
type ringing struct {
	Ticket ticket.ID `json:"ticket"`
}

// ring takes the steps that are due on a ticket, once: with the end of its job.
func (w *Works) ring(ctx context.Context, r ringing) error {
	return w.db.Update(ctx, func(tx *db.Tx) error {
		if err := event.Finish(tx); err != nil {
			return err
		}
		return w.at(tx, r.Ticket, func(s *scene) error {
			s.rings = true
			return nil
		})
	})
}
