package automation

import (
	"slices"

	"muster/internal/db"
	"muster/internal/ticket"
)

// runs are the runs of this unit of work.
type runs struct {
	byID map[string]*Run
	done map[pair]bool
}

// pair is a rule on a ticket.
type pair struct {
	rule   string
	ticket ticket.ID
}

type runsKey struct{}

func runsOf(tx *db.Tx) *runs {
	r, ok := tx.Noted(runsKey{}).(*runs)
	if !ok {
		r = &runs{map[string]*Run{}, map[pair]bool{}}
		tx.Note(runsKey{}, r)
	}
	return r
}

// run does what a matching rule says, unless that would go round in circles: a
// rule runs once on a ticket for all that comes of one cause, and so many rules
// run on a ticket within an hour. What is kept from running for that is in the log.
func (c *Clerk) run(tx *db.Tx, t *ticket.Ticket, r Rule, f Facts, from origin) error {
	all := runsOf(tx)
	run := &Run{ID: tx.NewID(), Rule: r.ID, Name: r.Name, Ticket: t.ID, Event: from.event, Trigger: f.Event.Trigger, Result: Ran, At: tx.Now, chain: []string{r.ID}}
	if from.cause != nil {
		run.CausedBy, run.Depth = from.cause.ID, from.cause.Depth+1
		run.chain = append(slices.Clone(from.cause.chain), r.ID)
		if from.cause.Rule == r.ID {
			return nil // of what it did itself: nothing needs telling
		}
	}
	done := all.done[pair{r.ID, t.ID}]
	if done && from.cause == nil {
		return nil // of another part of the same work
	}
	if done || slices.Contains(run.chain[:len(run.chain)-1], r.ID) || run.Depth > deepest {
		run.Result = Looped
		return c.keep(tx, run, r, f)
	}
	lately, err := countRuns(tx, t.ID, tx.Now.Add(-runWindow))
	if err != nil {
		return err
	}
	if lately.ran >= mostRuns {
		if lately.halted > 0 {
			return nil // it stands on the timeline
		}
		run.Result = Halted
		tx.Emit(RunHalted{t.ID, r.ID, r.Name, lately.ran})
		return c.keep(tx, run, r, f)
	}
	all.byID[run.ID], all.done[pair{r.ID, t.ID}] = run, true
	if run.Steps, err = c.Perform(tx, t, Cause{run.ID, "Rule “" + r.Name + "”"}, r.Actions); err != nil {
		return err
	}
	return c.keep(tx, run, r, f)
}

// keep writes a run into the log.
func (c *Clerk) keep(tx *db.Tx, run *Run, r Rule, f Facts) (err error) {
	if run.Why, err = Explain(r, f); err != nil {
		return err
	}
	return insertRun(tx, run)
}
