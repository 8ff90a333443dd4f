// Package rule offers what the desk does by itself to other programs: rules and what they did, macros, and texts kept ready.
package rule

import (
	"context"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/api/rest"
	"muster/internal/automation"
	"muster/internal/db"
)

// API is what the endpoints about rules work with.
type API struct {
	DB    *db.DB
	Clerk *automation.Clerk
}

// Routes adds the endpoints.
func (a *API) Routes(h huma.API) {
	huma.Register(h, rest.Op("GET", "/rules", "rules", "Rules", "List rules, in the order in which they are asked", 200), a.rules)
	huma.Register(h, rest.Op("POST", "/rules", "addRule", "Rules", "Add a rule, the last to be asked", 201), a.addRule)
	huma.Register(h, rest.Op("GET", "/rules/{id}", "rule", "Rules", "Read a rule", 200), a.rule)
	huma.Register(h, rest.Op("PATCH", "/rules/{id}", "changeRule", "Rules", "Change a rule, or ask it at another place", 200), a.changeRule)
	huma.Register(h, rest.Op("DELETE", "/rules/{id}", "removeRule", "Rules", "Remove a rule", 204), a.removeRule)
	huma.Register(h, rest.Op("POST", "/rules/{id}/try", "tryRule", "Rules", "Ask a rule about a ticket, and do nothing", 200), a.tryRule)
	huma.Register(h, rest.Op("GET", "/rules/{id}/runs", "ruleRuns", "Rules", "List what a rule did, newest first", 200), a.ruleRuns)
	huma.Register(h, rest.Op("GET", "/rule-runs", "runs", "Rules", "List what rules did, newest first", 200), a.runs)
	huma.Register(h, rest.Op("POST", "/expressions/check", "checkExpression", "Rules", "Say what is wrong with an expression", 200), a.checkExpression)
	huma.Register(h, rest.Op("GET", "/macros", "macros", "Rules", "List macros", 200), a.macros)
	huma.Register(h, rest.Op("POST", "/macros", "addMacro", "Rules", "Add a macro", 201), a.addMacro)
	huma.Register(h, rest.Op("GET", "/macros/{id}", "macro", "Rules", "Read a macro", 200), a.macro)
	huma.Register(h, rest.Op("PATCH", "/macros/{id}", "changeMacro", "Rules", "Change a macro", 200), a.changeMacro)
	huma.Register(h, rest.Op("DELETE", "/macros/{id}", "removeMacro", "Rules", "Remove a macro", 204), a.removeMacro)
	huma.Register(h, rest.Op("POST", "/macros/{id}/run", "runMacro", "Rules", "Do to a ticket what a macro says, all of it or nothing", 200), a.runMacro)
	huma.Register(h, rest.Op("GET", "/templates", "templates", "Rules", "List texts kept ready; for who may edit them also the mails that Muster writes to customers by itself", 200), a.templates)
	huma.Register(h, rest.Op("POST", "/templates", "addTemplate", "Rules", "Add a text", 201), a.addTemplate)
	huma.Register(h, rest.Op("GET", "/templates/{id}", "template", "Rules", "Read a text", 200), a.template)
	huma.Register(h, rest.Op("PATCH", "/templates/{id}", "changeTemplate", "Rules", "Change a text", 200), a.changeTemplate)
	huma.Register(h, rest.Op("DELETE", "/templates/{id}", "removeTemplate", "Rules", "Remove a text; of a mail, the change to it", 204), a.removeTemplate)
	huma.Register(h, rest.Op("POST", "/templates/preview", "previewTemplate", "Rules", "See how texts look, with examples in the place of values", 200), a.previewTemplate)
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
	Field string `json:"field"`
	Op    string `json:"op" enum:"is,is-not,one-of,contains,contains-not,begins,ends,empty,filled,more,less"`
	Value string `json:"value,omitempty"`
}

// TransformSchema says what a row can ask about.
func (RuleRow) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	var names []string
	for _, f := range automation.Fields() {
		names = append(names, f.Path)
	}
	s.Properties["field"].Description = "What is asked about: " + strings.Join(names, ", ") + "; or field:NAME for a field of the ticket's own."
	return s
}

// Rule says what is done when something has happened.
type Rule struct {
	ID         string       `json:"id,omitempty" readOnly:"true"`
	Name       string       `json:"name"`
	Place      int64        `json:"place,omitempty" readOnly:"true" doc:"Rules are asked in this order."`
	Active     bool         `json:"active"`
	On         []string     `json:"on" doc:"opened, changed, moved, asked, replied, noted, merged, linked, surveyed, warned, broken."`
	Wait       int64        `json:"wait_minutes,omitempty" minimum:"0" maximum:"525600" doc:"After the last of what it listens to; 0: at once."`
	Calendar   string       `json:"wait_calendar,omitempty" doc:"Id or name of the calendar in whose working time it waits; empty: by the clock."`
	Any        bool         `json:"any,omitempty" doc:"One row that holds is enough."`
	Rows       []RuleRow    `json:"rows,omitempty" doc:"Its questions: all must hold, unless any is set. None: it always holds."`
	Expression string       `json:"expression,omitempty" doc:"Must hold beside the rows."`
	Actions    []RuleAction `json:"actions" doc:"What is done, in order."`
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

// Kept is a rule that is new as the desk keeps it.
func (w Rule) Kept() automation.Rule {
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

func (a *API) rules(ctx context.Context, _ *struct{}) (*rest.Page[Rule], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Rule], error) {
		all, err := automation.Rules(tx)
		return rest.ListAs(all, "", wireRule), err
	})
}

type newRule struct {
	rest.Once
	Body Rule
}

func (a *API) addRule(ctx context.Context, in *newRule) (*rest.Answer[Rule], error) {
	b := in.Body
	return rest.UpdateOnce(ctx, a.DB, in.Once, b, func(tx *db.Tx) (*rest.Answer[Rule], error) {
		r, err := a.saveRule(tx, b.Kept())
		return rest.AnswerOf(wireRule(r)), err
	})
}

func (a *API) saveRule(tx *db.Tx, r automation.Rule) (automation.Rule, error) {
	r, err := a.Clerk.SaveRule(tx, r)
	return r, rest.Renamed(err, "wait", "wait_minutes", "calendar", "wait_calendar")
}

func (a *API) rule(ctx context.Context, in *rest.Identified) (*rest.Versioned[Rule], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Versioned[Rule], error) {
		r, err := automation.FindRule(tx, in.ID)
		return rest.VersionedOf(r.Version, wireRule(r)), err
	})
}

type changeRule struct {
	rest.Identified
	rest.Match
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
	rest.Set(&r.Name, b.Name)
	rest.Set(&r.Active, b.Active)
	rest.Set(&r.Any, b.Any)
	rest.Set(&r.Expression, b.Expression)
	rest.Set(&r.Stop, b.Stop)
	rest.Set(&r.Calendar, b.Calendar)
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

func (a *API) changeRule(ctx context.Context, in *changeRule) (*rest.Versioned[Rule], error) {
	return rest.Change(ctx, a.DB, in.Match, func(tx *db.Tx) (int64, error) {
		r, err := automation.FindRule(tx, in.ID)
		return r.Version, err
	}, func(tx *db.Tx, version int64) (*rest.Versioned[Rule], error) {
		r, err := automation.FindRule(tx, in.ID)
		if err != nil {
			return nil, err
		}
		in.apply(&r)
		r.Version = version
		if _, err = a.saveRule(tx, r); err != nil {
			return nil, err
		}
		if in.Body.Place != nil {
			if err := a.Clerk.MoveRule(tx, in.ID, *in.Body.Place); err != nil {
				return nil, err
			}
		}
		r, err = automation.FindRule(tx, in.ID)
		return rest.VersionedOf(r.Version, wireRule(r)), err
	})
}

func (a *API) removeRule(ctx context.Context, in *rest.Identified) (*rest.Nothing, error) {
	return rest.Do(ctx, a.DB, func(tx *db.Tx) error { return a.Clerk.RemoveRule(tx, in.ID) })
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

func (a *API) checkExpression(ctx context.Context, in *checkExpression) (*rest.Answer[ExpressionVerdict], error) {
	return rest.Ask(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[ExpressionVerdict], error) {
		if _, err := automation.Rules(tx); err != nil {
			return nil, err
		}
		if err := automation.CheckExpression(in.Body.Expression); err != nil {
			return rest.AnswerOf(ExpressionVerdict{Problem: err.Error()}), nil
		}
		return rest.AnswerOf(ExpressionVerdict{Sound: true}), nil
	})
}
