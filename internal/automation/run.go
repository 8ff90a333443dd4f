package automation

import (
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/expression"
	"muster/internal/ticket"
)

// Run is one time that a rule matched: why, what it did, and what had led there.
type Run struct {
	ID       string
	Rule     string // the id
	Name     string // of the rule, as it was
	Ticket   ticket.ID
	Number   int64  // of the ticket
	Event    string // the id of what it reacted to, in the log; empty: it had waited
	Trigger  Trigger
	CausedBy string // the run that made that happen; empty: no rule did
	Depth    int    // how many runs led to it
	Result   Result
	At       time.Time
	Why      []expression.Part
	Steps    []Step

	chain []string // the rules whose runs led to it, and its own
}

// Result is how a run ended.
type Result string

// The results.
const (
	Ran    Result = "ran"
	Looped Result = "looped" // not done: the rule had run already for what this came of
	Halted Result = "halted" // not done: too many runs on the ticket
)

// RunHalted says, on the ticket's timeline, that rules do nothing there for a while.
type RunHalted struct {
	Ticket ticket.ID `json:"ticket"`
	Rule   string    `json:"rule"`
	Name   string    `json:"name"`
	Runs   int       `json:"runs"` // there were within the hour
}

func (RunHalted) EventName() string         { return "rule.halted" }
func (e RunHalted) About() (string, string) { return ticket.Subject, string(e.Ticket) }

const (
	mostRuns    = 60 // on a ticket within runWindow
	runWindow   = time.Hour
	deepest     = 8 // runs that lead to one another
	keptFor     = 30 * 24 * time.Hour
	keptRuns    = 1000 // of a rule
	mostRunPage = 200
)

// RunQuery says which runs to list, newest first.
type RunQuery struct {
	Rule   string // empty: of all rules
	Ticket int64  // a number; 0: on all tickets
	Cursor string // the last run of the page before
	Limit  int    // 0: 50
}

// Runs lists what rules did, on tickets that the actor may see.
func Runs(tx *db.Tx, q RunQuery) (all []Run, next string, err error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return nil, "", err
	}
	if q.Limit <= 0 || q.Limit > mostRunPage {
		q.Limit = 50
	}
	f := tx.Filter()
	if q.Rule != "" {
		f.Where("rule_id = ?", q.Rule)
	}
	if q.Ticket != 0 {
		t, err := ticket.Find(tx, q.Ticket)
		if err != nil {
			return nil, "", err
		}
		f.Where("ticket_id = ?", t.ID)
	}
	if q.Cursor != "" {
		f.Where("id < ?", q.Cursor)
	}
	all, err = selectRuns(tx, f, q.Limit)
	if len(all) == q.Limit {
		next = all[len(all)-1].ID
	}
	if err != nil {
		return nil, "", err
	}
	all, err = seen(tx, all)
	return all, next, err
}

// seen leaves out runs on tickets that the actor may not see, and fills in the numbers.
func seen(tx *db.Tx, all []Run) ([]Run, error) {
	ids := make([]ticket.ID, len(all))
	for i, r := range all {
		ids[i] = r.Ticket
	}
	tickets, err := ticket.ByIDs(tx, ids)
	if err != nil {
		return nil, err
	}
	numbers := map[ticket.ID]int64{}
	for _, t := range tickets {
		numbers[t.ID] = t.Number
	}
	kept := all[:0]
	for _, r := range all {
		if r.Number = numbers[r.Ticket]; r.Number != 0 {
			kept = append(kept, r)
		}
	}
	return kept, nil
}

// Trial is what a rule would say to a ticket as it is now.
type Trial struct {
	Matched bool
	Parts   []expression.Part
	Any     bool // of the rows one is enough
}

// Try asks a rule about a ticket and does nothing. The ticket is taken as it
// is now, and as if what the rule listens to first had just happened.
func (c *Clerk) Try(tx *db.Tx, r Rule, number int64) (Trial, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return Trial{}, err
	}
	t, err := ticket.Find(tx, number)
	if err != nil {
		return Trial{}, err
	}
	rule, err := Compile(r)
	if err != nil {
		return Trial{}, err
	}
	b, err := c.openBook(tx)
	if err != nil {
		return Trial{}, err
	}
	var e Event
	if len(r.On) > 0 {
		e = Event{Trigger: r.On[0], By: string(tx.Kind), Actor: tx.Name}
	}
	f, err := c.facts(tx, b, t, happening{Event: e}, allRoots[:])
	if err != nil {
		return Trial{}, err
	}
	trial := Trial{Any: r.Any}
	if trial.Parts, err = Explain(r, f); err != nil {
		return trial, err
	}
	trial.Matched, err = rule.program.Holds(&f)
	return trial, err
}
