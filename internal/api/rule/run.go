package rule

import (
	"context"
	"time"

	"muster/internal/api/rest"
	"muster/internal/automation"
	"muster/internal/db"
	"muster/internal/expression"
)

// RulePart is one condition of a rule, and how it stood.
type RulePart struct {
	Condition string            `json:"condition" doc:"As an expression."`
	Held      bool              `json:"held"`
	Values    map[string]string `json:"values" nullable:"false" doc:"Of the facts that it asks about."`
}

func wireParts(parts []expression.Part) []RulePart {
	all := []RulePart{}
	for _, p := range parts {
		w := RulePart{p.Text, p.Held, map[string]string{}}
		for _, v := range p.Values {
			w.Values[v.Fact] = v.Is
		}
		all = append(all, w)
	}
	return all
}

type tryRule struct {
	rest.Identified
	Body struct {
		Ticket int64 `json:"ticket" doc:"The number."`
	}
}

// RuleTrial is what a rule says to a ticket as it is now.
type RuleTrial struct {
	Matched bool       `json:"matched"`
	Any     bool       `json:"any" doc:"Of the rows one is enough."`
	Parts   []RulePart `json:"parts" nullable:"false"`
}

func (a *API) tryRule(ctx context.Context, in *tryRule) (*rest.Answer[RuleTrial], error) {
	return rest.Ask(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[RuleTrial], error) {
		r, err := automation.FindRule(tx, in.ID)
		if err != nil {
			return nil, err
		}
		t, err := a.Clerk.Try(tx, r, in.Body.Ticket)
		return rest.AnswerOf(RuleTrial{t.Matched, t.Any, wireParts(t.Parts)}), err
	})
}

// RuleRun is one time that a rule matched.
type RuleRun struct {
	ID       string     `json:"id"`
	Rule     string     `json:"rule"`
	Name     string     `json:"name" doc:"Of the rule, as it was."`
	Ticket   int64      `json:"ticket"`
	On       string     `json:"on"`
	Event    string     `json:"event,omitempty" doc:"The id in the log of what it reacted to."`
	CausedBy string     `json:"caused_by,omitempty" doc:"The run that made that happen."`
	Depth    int        `json:"depth"`
	Result   string     `json:"result" enum:"ran,looped,halted"`
	At       time.Time  `json:"at"`
	Why      []RulePart `json:"why" nullable:"false"`
	Steps    []RuleStep `json:"steps" nullable:"false"`
}

// RuleStep is what became of an action.
type RuleStep struct {
	Action  RuleAction `json:"action"`
	Did     string     `json:"did,omitempty"`
	Refused string     `json:"refused,omitempty" doc:"Why it was not done."`
}

func wireRun(r automation.Run) RuleRun {
	w := RuleRun{ID: r.ID, Rule: r.Rule, Name: r.Name, Ticket: r.Number, On: string(r.Trigger), Event: r.Event, CausedBy: r.CausedBy, Depth: r.Depth,
		Result: string(r.Result), At: r.At, Why: wireParts(r.Why), Steps: []RuleStep{}}
	for _, s := range r.Steps {
		w.Steps = append(w.Steps, RuleStep{wireActions([]automation.Action{s.Action})[0], s.Did, s.Refused})
	}
	return w
}

// RunPage says which runs are asked for, and which part of them.
type RunPage struct {
	Ticket int64 `query:"ticket" doc:"A number: only runs on that ticket."`
	rest.Paging
}

type ruleRuns struct {
	rest.Identified
	RunPage
}

func (a *API) ruleRuns(ctx context.Context, in *ruleRuns) (*rest.Page[RuleRun], error) {
	return a.listRuns(ctx, in.ID, in.RunPage)
}

func (a *API) runs(ctx context.Context, in *RunPage) (*rest.Page[RuleRun], error) {
	return a.listRuns(ctx, "", *in)
}

func (a *API) listRuns(ctx context.Context, rule string, p RunPage) (*rest.Page[RuleRun], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[RuleRun], error) {
		if rule != "" {
			if _, err := automation.FindRule(tx, rule); err != nil {
				return nil, err
			}
		}
		all, next, err := automation.Runs(tx, automation.RunQuery{Rule: rule, Ticket: p.Ticket, Cursor: p.Cursor, Limit: p.Limit})
		return rest.ListAs(all, next, wireRun), err
	})
}
