package automation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/ticket"
)

// waitTask asks the rules that waited. There is one job for a ticket, a trigger
// and a time: when it happens again the job moves, so that the time begins anew.
const waitTask = "rules.wait"

// waited is what a job knows of what its rules waited after.
type waited struct {
	Ticket ticket.ID     `json:"ticket"`
	Wait   time.Duration `json:"wait"`
	Event  Event         `json:"event"`
	Log    string        `json:"log,omitempty"`   // the event's id in the log
	Cause  string        `json:"cause,omitempty"` // the run that made it happen
	Rule   string        `json:"rule,omitempty"`  // whose
	Depth  int           `json:"depth,omitempty"`
	Chain  []string      `json:"chain,omitempty"`
}

// putOff has the rules that wait asked when their time has come.
func (c *Clerk) putOff(tx *db.Tx, t *ticket.Ticket, waits []time.Duration, e Event, from origin) error {
	for _, wait := range waits {
		w := waited{Ticket: t.ID, Wait: wait, Event: e, Log: from.event}
		if from.cause != nil {
			w.Cause, w.Rule, w.Depth, w.Chain = from.cause.ID, from.cause.Rule, from.cause.Depth, from.cause.chain
		}
		key := fmt.Sprintf("%s/%s/%d", t.ID, e.Trigger, int64(wait.Minutes()))
		if err := event.Schedule(tx, waitTask, key, tx.Now.Add(wait), w); err != nil {
			return err
		}
	}
	return nil
}

// due asks the rules that waited so long for what happened. Those that are no
// more, or wait for another time now, are not asked.
func (c *Clerk) due(ctx context.Context, w waited) error {
	return c.DB.Update(ctx, func(tx *db.Tx) error {
		if err := event.Finish(tx); err != nil {
			return err
		}
		return tx.As(Cause{Name: "Rules"}.actor(tx.Workspace), func(tx *db.Tx) error {
			t, err := ticket.ByID(tx, w.Ticket)
			if fault.Is(err, fault.NotFound) {
				return nil
			}
			if err != nil || t.Shelved() {
				return err
			}
			b, err := c.openBook(tx)
			if err != nil {
				return err
			}
			rules := slices.DeleteFunc(b.later[w.Event.Trigger], func(r Compiled) bool { return r.Wait != w.Wait })
			from := origin{event: w.Log}
			if w.Cause != "" {
				from.cause = &Run{ID: w.Cause, Rule: w.Rule, Depth: w.Depth, chain: w.Chain}
			}
			return c.ask(tx, b, t, rules, happening{Event: w.Event}, from)
		})
	})
}
