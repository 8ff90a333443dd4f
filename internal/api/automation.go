package api

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/automation"
	"muster/internal/db"
	"muster/internal/expression"
)

func (a *API) automationRoutes(h huma.API) {
	huma.Register(h, op("GET", "/rules", "rules", "Rules", "List rules, in the order in which they are asked", 200), a.rules)
	huma.Register(h, op("POST", "/rules", "addRule", "Rules", "Add a rule, the last to be asked", 201), a.addRule)
	huma.Register(h, op("GET", "/rules/{id}", "rule", "Rules", "Read a rule", 200), a.rule)
	huma.Register(h, op("PATCH", "/rules/{id}", "changeRule", "Rules", "Change a rule, or ask it at another place", 200), a.changeRule)
	huma.Register(h, op("DELETE", "/rules/{id}", "removeRule", "Rules", "Remove a rule", 204), a.removeRule)
	huma.Register(h, op("POST", "/rules/{id}/try", "tryRule", "Rules", "Ask a rule about a ticket, and do nothing", 200), a.tryRule)
	huma.Register(h, op("GET", "/rules/{id}/runs", "ruleRuns", "Rules", "List what a rule did, newest first", 200), a.ruleRuns)
	huma.Register(h, op("GET", "/rule-runs", "runs", "Rules", "List what rules did, newest first", 200), a.runs)
	huma.Register(h, op("POST", "/expressions/check", "checkExpression", "Rules", "Say what is wrong with an expression", 200), a.checkExpression)
	a.macroRoutes(h)
	a.templateRoutes(h)
}

// RuleAction is one thing to be done to a ticket.
type RuleAction struct {
	Do    string `json:"do" enum:"set,assign,tag,untag,reply,note,notify,webhook,link,macro"`
	Field string `json:"field,omitempty" doc:"What is set: state, priority, impact, urgency, item or field:NAME. Whom to assign: user or team. How to link."`
	Value string `json:"value,omitempty" doc:"An id or a name: of a state, an agent, a team, a template, a webhook, a macro; a tag; a number. For notify: assignee, team, watchers, user:NAME or team:NAME."`
	Text  string `json:"text,omitempty" doc:"What is written, in Markdown with variables such as {{requester.name}}."`
}

// RuleRow is one question of a rule's form.
type RuleRow struct {
	Field string `json:"field" doc:"Such as ticket.priority, requester.domain, or field:NAME for a field of the ticket's own."`
	Op    string `json:"op" enum:"is,is-not,one-of,contains,contains-not,begins,ends,empty,filled,more,less"`
	Value string `json:"value,omitempty"`
}

// Rule says what is done when something has happened.
type Rule struct {
	ID         string       `json:"id,omitempty" readOnly:"true"`
	Name       string       `json:"name"`
	Place      int64        `json:"place,omitempty" readOnly:"true" doc:"Rules are asked in this order."`
	Active     bool         `json:"active"`
	On         []string     `json:"on" nullable:"false" doc:"opened, changed, moved, asked, replied, noted, merged, linked, surveyed, warned, broken."`
	Wait       int64        `json:"wait_minutes,omitempty" minimum:"0" maximum:"525600" doc:"After the last of what it listens to; 0: at once."`
	Calendar   string       `json:"wait_calendar,omitempty" doc:"Id or name of the calendar in whose working time it waits; empty: by the clock."`
	Any        bool         `json:"any,omitempty" doc:"One row that holds is enough."`
	Rows       []RuleRow    `json:"rows,omitempty"`
	Expression string       `json:"expression,omitempty" doc:"Must hold beside the rows."`
	Actions    []RuleAction `json:"actions" nullable:"false"`
	Stop       bool         `json:"stop,omitempty" doc:"If it ran, the rules after it are not asked."`
	Version    int64        `json:"version,omitempty" readOnly:"true" doc:"As in the ETag."`
}

func wireRule(r automation.Rule) Rule {
	w := Rule{ID: r.ID, Name: r.Name, Place: r.Place, Active: r.Active, On: []string{}, Wait: int64(r.Wait / time.Minute), Calendar: r.Calendar, Any: r.Any,
		Expression: r.Expression, Actions: wireActions(r.Actions), Stop: r.Stop, Version: r.Version}
	for _, t := range r.On {
		w.On = append(w.On, string(t))
	}
	for _, row := range r.Rows {
		w.Rows = append(w.Rows, RuleRow{row.Field, string(row.Op), row.Value})
	}
	return w
}

// rule reads what was sent of a rule that is new.
func (w Rule) rule() automation.Rule {
	return automation.Rule{Name: w.Name, Active: w.Active, Definition: automation.Definition{On: triggersOf(w.On),
		Wait: time.Duration(w.Wait) * time.Minute, Calendar: w.Calendar, Stop: w.Stop, Actions: actionsOf(w.Actions),
		Condition: automation.Condition{Any: w.Any, Rows: rowsOf(w.Rows), Expression: w.Expression}}}
}

func wireActions(actions []automation.Action) []RuleAction {
	all := []RuleAction{}
	for _, a := range actions {
		all = append(all, RuleAction{string(a.Do), a.Field, a.Value, a.Text})
	}
	return all
}

func actionsOf(wire []RuleAction) (all []automation.Action) {
	for _, a := range wire {
		all = append(all, automation.Action{Do: automation.Verb(a.Do), Field: a.Field, Value: a.Value, Text: a.Text})
	}
	return all
}

func rowsOf(wire []RuleRow) (all []automation.Row) {
	for _, r := range wire {
		all = append(all, automation.Row{Field: r.Field, Op: automation.Op(r.Op), Value: r.Value})
	}
	return all
}

func triggersOf(wire []string) (all []automation.Trigger) {
	for _, t := range wire {
		all = append(all, automation.Trigger(t))
	}
	return all
}

func (a *API) rules(ctx context.Context, _ *struct{}) (*Answer[List[Rule]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[Rule]], error) {
		all, err := automation.Rules(tx)
		var items []Rule
		for _, r := range all {
			items = append(items, wireRule(r))
		}
		return list(items, ""), err
	})
}

type newRule struct {
	Once
	Body Rule
}

func (a *API) addRule(ctx context.Context, in *newRule) (*Answer[Rule], error) {
	b := in.Body
	return once(ctx, a, in.Once, b, func(tx *db.Tx) (*Answer[Rule], error) {
		r, err := a.Clerk.SaveRule(tx, b.rule())
		return &Answer[Rule]{wireRule(r)}, err
	})
}

func (a *API) rule(ctx context.Context, in *Identified) (*Versioned[Rule], error) {
	return view(ctx, a, func(tx *db.Tx) (*Versioned[Rule], error) {
		r, err := automation.FindRule(tx, in.ID)
		return versioned(r.Version, wireRule(r)), err
	})
}

type changeRule struct {
	Identified
	Match
	Body struct {
		Name       *string       `json:"name,omitempty"`
		Place      *int          `json:"place,omitempty" minimum:"1" doc:"1 is asked first."`
		Active     *bool         `json:"active,omitempty"`
		On         *[]string     `json:"on,omitempty"`
		Wait       *int64        `json:"wait_minutes,omitempty" minimum:"0" maximum:"525600"`
		Calendar   *string       `json:"wait_calendar,omitempty" doc:"Empty: by the clock."`
		Any        *bool         `json:"any,omitempty"`
		Rows       *[]RuleRow    `json:"rows,omitempty"`
		Expression *string       `json:"expression,omitempty"`
		Actions    *[]RuleAction `json:"actions,omitempty"`
		Stop       *bool         `json:"stop,omitempty"`
	}
}

// apply makes the change to a rule.
func (c *changeRule) apply(r *automation.Rule) {
	b := c.Body
	put(&r.Name, b.Name)
	put(&r.Active, b.Active)
	put(&r.Any, b.Any)
	put(&r.Expression, b.Expression)
	put(&r.Stop, b.Stop)
	put(&r.Calendar, b.Calendar)
	if b.On != nil {
		r.On = triggersOf(*b.On)
	}
	if b.Wait != nil {
		r.Wait = time.Duration(*b.Wait) * time.Minute
	}
	if b.Rows != nil {
		r.Rows = rowsOf(*b.Rows)
	}
	if b.Actions != nil {
		r.Actions = actionsOf(*b.Actions)
	}
}

// put sets a value that was given.
func put[T any](to *T, given *T) {
	if given != nil {
		*to = *given
	}
}

func (a *API) changeRule(ctx context.Context, in *changeRule) (*Versioned[Rule], error) {
	return change(ctx, a, in.Match, func(tx *db.Tx) (int64, error) {
		r, err := automation.FindRule(tx, in.ID)
		return r.Version, err
	}, func(tx *db.Tx, version int64) (*Versioned[Rule], error) {
		r, err := automation.FindRule(tx, in.ID)
		if err != nil {
			return nil, err
		}
		in.apply(&r)
		r.Version = version
		if _, err = a.Clerk.SaveRule(tx, r); err != nil {
			return nil, err
		}
		if in.Body.Place != nil {
			if err := a.Clerk.MoveRule(tx, in.ID, *in.Body.Place); err != nil {
				return nil, err
			}
		}
		r, err = automation.FindRule(tx, in.ID)
		return versioned(r.Version, wireRule(r)), err
	})
}

func (a *API) removeRule(ctx context.Context, in *Identified) (*struct{}, error) {
	return update(ctx, a, func(tx *db.Tx) (*struct{}, error) { return nil, a.Clerk.RemoveRule(tx, in.ID) })
}

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
	Identified
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

func (a *API) tryRule(ctx context.Context, in *tryRule) (*Answer[RuleTrial], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[RuleTrial], error) {
		r, err := automation.FindRule(tx, in.ID)
		if err != nil {
			return nil, err
		}
		t, err := a.Clerk.Try(tx, r, in.Body.Ticket)
		return &Answer[RuleTrial]{RuleTrial{t.Matched, t.Any, wireParts(t.Parts)}}, err
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

type runPage struct {
	Ticket int64  `query:"ticket" doc:"A number: only runs on that ticket."`
	Cursor string `query:"cursor" maxLength:"100"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type ruleRuns struct {
	Identified
	runPage
}

func (a *API) ruleRuns(ctx context.Context, in *ruleRuns) (*Answer[List[RuleRun]], error) {
	return a.listRuns(ctx, in.ID, in.runPage)
}

func (a *API) runs(ctx context.Context, in *runPage) (*Answer[List[RuleRun]], error) {
	return a.listRuns(ctx, "", *in)
}

func (a *API) listRuns(ctx context.Context, rule string, p runPage) (*Answer[List[RuleRun]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[RuleRun]], error) {
		if rule != "" {
			if _, err := automation.FindRule(tx, rule); err != nil {
				return nil, err
			}
		}
		all, next, err := automation.Runs(tx, automation.RunQuery{Rule: rule, Ticket: p.Ticket, Cursor: p.Cursor, Limit: p.Limit})
		var items []RuleRun
		for _, r := range all {
			items = append(items, wireRun(r))
		}
		return list(items, next), err
	})
}

type checkExpression struct {
	Body struct {
		Expression string `json:"expression"`
	}
}

// ExpressionVerdict says whether an expression is sound.
type ExpressionVerdict struct {
	Sound   bool   `json:"sound"`
	Problem string `json:"problem,omitempty" doc:"What is wrong, and where."`
}

func (a *API) checkExpression(ctx context.Context, in *checkExpression) (*Answer[ExpressionVerdict], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[ExpressionVerdict], error) {
		if _, err := automation.Rules(tx); err != nil {
			return nil, err
		}
		if err := automation.CheckExpression(in.Body.Expression); err != nil {
			return &Answer[ExpressionVerdict]{ExpressionVerdict{Problem: err.Error()}}, nil
		}
		return &Answer[ExpressionVerdict]{ExpressionVerdict{Sound: true}}, nil
	})
}
