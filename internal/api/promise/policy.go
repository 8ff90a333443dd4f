package promise

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"muster/internal/api/rest"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/ticket"
)

// Policy is what is promised for some tickets.
type Policy struct {
	ID          string    `json:"id,omitempty" readOnly:"true"`
	Name        string    `json:"name"`
	Kind        string    `json:"kind" enum:"sla,ola,supplier" doc:"sla: to customers. ola: between our teams. supplier: by a supplier to us, while a ticket waits for a third party; it promises a resolution alone."`
	When        When      `json:"when" doc:"Which tickets it is for. Of each kind, the first policy that fits holds."`
	Promises    []Promise `json:"promises" doc:"At least one, each about another target."`
	Pauses      []string  `json:"pauses,omitempty" doc:"What a ticket waits for that stops its resolution clock: customer, third-party, approval, change."`
	Excuses     bool      `json:"excuses,omitempty" doc:"A ticket that is linked as the cause excuses what was broken."`
	Retroactive bool      `json:"retroactive,omitempty" doc:"Another priority counts from the start of the ticket, not from then on."`
	Active      bool      `json:"active" doc:"It is chosen for tickets."`
	Version     int64     `json:"version,omitempty" readOnly:"true" doc:"As in the ETag."`
}

// When says which tickets a policy is for: all that is given must hold.
type When struct {
	Kinds         []string `json:"kinds,omitempty" doc:"Of tickets: request, complaint, task."`
	Organisations []string `json:"organisations,omitempty" doc:"Ids."`
	Tiers         []string `json:"tiers,omitempty" doc:"Of the organisation: gold, silver, bronze."`
	Items         []string `json:"items,omitempty" doc:"Ids of catalogue items."`
	Teams         []string `json:"teams,omitempty" doc:"Ids."`
}

// Promise is one target of a policy.
type Promise struct {
	Target   string `json:"target" enum:"first-response,next-response,resolution,acknowledgement,approval" doc:"first-response: from the customer's first message to a person's public reply. next-response: from the oldest unanswered message to the next such reply. resolution: from the opening until it is resolved. acknowledgement: from the opening until somebody replies or takes it up. approval: while the ticket is in a state that waits for approval."`
	Calendar string `json:"calendar" doc:"The id of the calendar that it counts by."`
	Goals    Goals  `json:"goals" doc:"Working time, in seconds, by priority. A priority that is left out has no such clock."`
	Steps    []Step `json:"steps,omitempty" doc:"What is done when, beside telling who has the ticket. None: a warning at 75 percent. The breach is always told."`
}

// Goals are lengths of working time by priority, in seconds.
type Goals struct {
	Critical int64 `json:"critical,omitempty"`
	High     int64 `json:"high,omitempty"`
	Normal   int64 `json:"normal,omitempty"`
	Low      int64 `json:"low,omitempty"`
}

// Step is what is done when so much of the time is used.
type Step struct {
	Percent int   `json:"percent" minimum:"1" maximum:"100" doc:"Of the time that was promised."`
	After   int64 `json:"after,omitempty" doc:"Seconds of working time beyond a hundred percent; only with percent 100."`
	Actions any   `json:"actions,omitempty" doc:"A list of actions, each as one of a rule (RuleAction): {do, field, value, text}."`
}

func (g Goals) durations() map[int]time.Duration {
	all := map[int]time.Duration{}
	for p, seconds := range map[ticket.Priority]int64{ticket.Critical: g.Critical, ticket.HighPriority: g.High, ticket.Normal: g.Normal, ticket.LowPriority: g.Low} {
		if seconds != 0 {
			all[int(p)] = time.Duration(seconds) * time.Second
		}
	}
	return all
}

func goals(all map[int]time.Duration) Goals {
	of := func(p ticket.Priority) int64 { return wholeSeconds(all[int(p)]) }
	return Goals{of(ticket.Critical), of(ticket.HighPriority), of(ticket.Normal), of(ticket.LowPriority)}
}

func policyOf(p clock.Policy) Policy {
	w := Policy{ID: p.ID, Name: p.Name, Kind: string(p.Kind), When: When(p.When), Promises: []Promise{}, Pauses: p.Pauses, Excuses: p.Excuses,
		Retroactive: p.Retroactive, Active: p.Active, Version: p.Version}
	for _, promise := range p.Promises {
		wire := Promise{Target: string(promise.Target), Calendar: promise.Calendar, Goals: goals(promise.Goals)}
		for _, s := range promise.Steps {
			wire.Steps = append(wire.Steps, stepOf(s))
		}
		w.Promises = append(w.Promises, wire)
	}
	return w
}

func stepOf(s clock.Step) Step {
	step := Step{Percent: s.Percent, After: wholeSeconds(s.After)}
	if len(s.Actions) > 0 {
		step.Actions = s.Actions
	}
	return step
}

// Kept is what a program has written, as the desk keeps it.
func (w Policy) Kept() (clock.Policy, error) {
	p := clock.Policy{ID: w.ID, Name: w.Name, Kind: clock.Kind(w.Kind), When: clock.When(w.When), Pauses: w.Pauses, Excuses: w.Excuses,
		Retroactive: w.Retroactive, Active: w.Active, Version: w.Version}
	for _, promise := range w.Promises {
		kept := clock.Promise{Target: clock.Target(promise.Target), Calendar: promise.Calendar, Goals: promise.Goals.durations()}
		for _, s := range promise.Steps {
			step := clock.Step{Percent: s.Percent, After: time.Duration(s.After) * time.Second}
			if s.Actions != nil {
				raw, err := json.Marshal(s.Actions)
				if err != nil {
					return p, fault.Field("promises", "The actions of a step cannot be read.")
				}
				step.Actions = raw
			}
			kept.Steps = append(kept.Steps, step)
		}
		p.Promises = append(p.Promises, kept)
	}
	return p, nil
}

func (a *API) policies(ctx context.Context, _ *struct{}) (*rest.Page[Policy], error) {
	return rest.View(ctx, a.DB, listPolicies)
}

func listPolicies(tx *db.Tx) (*rest.Page[Policy], error) {
	all, err := clock.Policies(tx)
	return rest.ListAs(all, "", policyOf), err
}

type newPolicy struct {
	rest.Once
	Body Policy
}

func (a *API) addPolicy(ctx context.Context, in *newPolicy) (*rest.Answer[Policy], error) {
	return rest.UpdateOnce(ctx, a.DB, in.Once, in.Body, func(tx *db.Tx) (*rest.Answer[Policy], error) {
		in.Body.ID, in.Body.Version = "", 0
		p, err := in.Body.Kept()
		if err != nil {
			return nil, err
		}
		p, err = a.savePolicy(tx, p)
		return rest.AnswerOf(policyOf(p)), err
	})
}

func (a *API) savePolicy(tx *db.Tx, p clock.Policy) (clock.Policy, error) {
	p, err := a.Works.SavePolicy(tx, p)
	return p, rest.Renamed(err, "kinds", "when.kinds", "organisations", "when.organisations", "tiers", "when.tiers", "items", "when.items", "teams", "when.teams", "steps", "promises.steps")
}

func (a *API) policy(ctx context.Context, in *rest.Identified) (*rest.Versioned[Policy], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Versioned[Policy], error) {
		p, err := clock.FindPolicy(tx, in.ID)
		return rest.VersionedOf(p.Version, policyOf(p)), err
	})
}

type changePolicy struct {
	rest.Identified
	rest.Match
	Body struct {
		Name        *string    `json:"name,omitempty"`
		When        *When      `json:"when,omitempty"`
		Promises    *[]Promise `json:"promises,omitempty"`
		Pauses      *[]string  `json:"pauses,omitempty"`
		Excuses     *bool      `json:"excuses,omitempty"`
		Retroactive *bool      `json:"retroactive,omitempty"`
		Active      *bool      `json:"active,omitempty"`
	}
}

func (a *API) changePolicy(ctx context.Context, in *changePolicy) (*rest.Versioned[Policy], error) {
	b := in.Body
	return rest.Change(ctx, a.DB, in.Match, func(tx *db.Tx) (int64, error) {
		p, err := clock.FindPolicy(tx, in.ID)
		return p.Version, err
	}, func(tx *db.Tx, seen int64) (*rest.Versioned[Policy], error) {
		was, err := clock.FindPolicy(tx, in.ID)
		if err != nil {
			return nil, err
		}
		w := policyOf(was)
		rest.Set(&w.Name, b.Name)
		rest.Set(&w.When, b.When)
		rest.Set(&w.Promises, b.Promises)
		rest.Set(&w.Pauses, b.Pauses)
		rest.Set(&w.Excuses, b.Excuses)
		rest.Set(&w.Retroactive, b.Retroactive)
		rest.Set(&w.Active, b.Active)
		w.Version = cmp.Or(seen, w.Version)
		p, err := w.Kept()
		if err != nil {
			return nil, err
		}
		p, err = a.savePolicy(tx, p)
		return rest.VersionedOf(p.Version, policyOf(p)), err
	})
}

type order struct {
	Body struct {
		IDs []string `json:"ids" maxItems:"1000" doc:"Those that are not named follow as they were."`
	}
}

func (a *API) orderPolicies(ctx context.Context, in *order) (*rest.Page[Policy], error) {
	return rest.Update(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Policy], error) {
		if err := a.Works.Order(tx, in.Body.IDs); err != nil {
			return nil, err
		}
		return listPolicies(tx)
	})
}

type applyPolicies struct {
	Body struct {
		FromStart bool `json:"from_start,omitempty" doc:"As if they had held from the start of each ticket; otherwise from now on. Nobody is told of what is past."`
	}
}

func (a *API) applyPolicies(ctx context.Context, in *applyPolicies) (*rest.Nothing, error) {
	return rest.Do(ctx, a.DB, func(tx *db.Tx) error { return a.Works.Apply(tx, in.Body.FromStart) })
}
