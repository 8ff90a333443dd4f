package clock

import (
	"slices"

	"muster/internal/access"
	"muster/internal/catalogue"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/people/client"
	"muster/internal/text"
)

// PolicySaved says that a policy is new or was changed.
type PolicySaved struct {
	Policy Policy `json:"policy"`
}

// EventName is how the log calls it.
func (PolicySaved) EventName() string { return "policy.saved" }

// About puts it on the policy's own timeline.
func (e PolicySaved) About() (string, string) { return "policy", e.Policy.ID }

const mostPolicies = 1000

// Policies returns the policies of the workspace: of each kind, in the order in which they are looked at.
func Policies(tx *db.Tx) ([]Policy, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	return allPolicies(tx)
}

// FindPolicy returns the policy with an id.
func FindPolicy(tx *db.Tx, id string) (Policy, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return Policy{}, err
	}
	all, err := allPolicies(tx)
	if err != nil {
		return Policy{}, err
	}
	if p, ok := (book{policies: all}).policy(id); ok {
		return p, nil
	}
	return Policy{}, fault.New(fault.NotFound, "There is no policy %.100q.", id)
}

// SavePolicy adds a policy, if it has no id yet, or changes one that was seen
// in a version. Tickets that stand under it keep what they were promised, until
// it is applied to them.
func (w *Works) SavePolicy(tx *db.Tx, p Policy) (Policy, error) {
	if err := tx.Must(access.PromisesEdit); err != nil {
		return p, err
	}
	all, err := allPolicies(tx)
	if err != nil {
		return p, err
	}
	if err := fault.Join(p.Check(), p.checkAgainst(tx, all), w.checkWhen(tx, p.When)); err != nil {
		return p, err
	}
	if slices.ContainsFunc(all, func(o Policy) bool { return o.ID != p.ID && text.Fold(o.Name) == text.Fold(p.Name) }) {
		return p, taken(p.Name)
	}
	if err := w.checkSteps(tx, &p); err != nil {
		return p, err
	}
	at := slices.IndexFunc(all, func(o Policy) bool { return o.ID == p.ID })
	switch {
	case p.ID == "":
		p.ID, at = tx.NewID(), len(all)
	case at < 0:
		return p, fault.New(fault.NotFound, "There is no policy %.100q any more.", p.ID)
	case all[at].Version != p.Version:
		return p, fault.New(fault.Conflict, "Somebody changed the policy meanwhile. Load it again, and make your change anew.")
	case all[at].Kind != p.Kind:
		return p, fault.Field("kind", "The policy is an %s; make a new one to promise as %s.", all[at].Kind, p.Kind)
	}
	p.Version++
	tx.Emit(PolicySaved{p})
	return p, upsertPolicy(tx, p, at)
}

// checkSteps has the actions of each step checked by who will do them.
func (w *Works) checkSteps(tx *db.Tx, p *Policy) error {
	p.Promises = slices.Clone(p.Promises)
	for i := range p.Promises {
		steps := slices.Clone(p.Promises[i].Steps)
		p.Promises[i].Steps = steps
		for j := range steps {
			if len(steps[j].Actions) == 0 || w.CheckActions == nil {
				continue
			}
			checked, err := w.CheckActions(tx, steps[j].Actions)
			if err != nil {
				return fault.Field("steps", "At %s: %s", steps[j].typed(), fault.Message(err))
			}
			steps[j].Actions = checked
		}
	}
	return nil
}

// checkAgainst checks what a policy names, and how many there are.
func (p Policy) checkAgainst(tx *db.Tx, all []Policy) error {
	var errs []error
	if len(all) >= mostPolicies && p.ID == "" {
		errs = append(errs, fault.Field("name", "There are %d policies already; change one of them.", len(all)))
	}
	desks, err := allDesks(tx)
	if err != nil {
		return err
	}
	for _, promise := range p.Promises {
		if !slices.ContainsFunc(desks, func(d Desk) bool { return d.ID == promise.Calendar }) && promise.Calendar != "" {
			errs = append(errs, fault.Field("promises", "%s: there is no calendar %.100q.", promise.Target, promise.Calendar))
		}
	}
	return fault.Join(errs...)
}

// checkWhen checks that there is what a policy chooses tickets by.
func (w *Works) checkWhen(tx *db.Tx, when When) error {
	var kinds, teams, items []string
	for _, k := range w.desk.Kinds() {
		kinds = append(kinds, k.Name)
	}
	all, err := people.Teams(tx)
	if err != nil {
		return err
	}
	for _, t := range all {
		teams = append(teams, t.ID)
	}
	if len(when.Items) > 0 {
		catalogued, err := catalogue.Items(tx)
		if err != nil {
			return err
		}
		for _, i := range catalogued {
			items = append(items, i.ID)
		}
	}
	var errs []error
	for _, id := range when.Organisations {
		if _, err := client.FindOrganisation(tx, id); fault.Is(err, fault.NotFound) {
			errs = append(errs, fault.Field("organisations", "There is no organisation %.60q.", id))
		} else if err != nil {
			return err
		}
	}
	return fault.Join(append(errs, among("kinds", "kind of ticket", when.Kinds, kinds), among("tiers", "tier", when.Tiers, client.Tiers()),
		among("teams", "team", when.Teams, teams), among("items", "item of the catalogue", when.Items, items))...)
}

func among(field, what string, some, all []string) error {
	for _, s := range some {
		if !slices.Contains(all, s) {
			return fault.Field(field, "There is no %s %.60q.", what, s)
		}
	}
	return nil
}

// Order has the policies looked at in the order of some ids; those that are not named follow as they were.
func (w *Works) Order(tx *db.Tx, ids []string) error {
	if err := tx.Must(access.PromisesEdit); err != nil {
		return err
	}
	all, err := allPolicies(tx)
	if err != nil {
		return err
	}
	var there []string
	for _, p := range all {
		there = append(there, p.ID)
	}
	if err := among("ids", "policy", ids, there); err != nil {
		return err
	}
	place := func(p Policy) int {
		if i := slices.Index(ids, p.ID); i >= 0 {
			return i
		}
		return len(ids)
	}
	slices.SortStableFunc(all, func(a, b Policy) int { return place(a) - place(b) })
	for i, p := range all {
		if err := placePolicy(tx, p.ID, i); err != nil {
			return err
		}
	}
	tx.Emit(PoliciesOrdered{ids})
	return nil
}

// MovePolicy has a policy be looked at in another place among those of its kind: 1 is the first.
func (w *Works) MovePolicy(tx *db.Tx, id string, to int) error {
	if err := tx.Must(access.PromisesEdit); err != nil {
		return err
	}
	p, err := FindPolicy(tx, id)
	if err != nil {
		return err
	}
	all, err := allPolicies(tx)
	if err != nil {
		return err
	}
	var ids []string
	for _, o := range all {
		if o.Kind == p.Kind && o.ID != id {
			ids = append(ids, o.ID)
		}
	}
	return w.Order(tx, slices.Insert(ids, min(max(to-1, 0), len(ids)), id))
}

// PoliciesOrdered says that policies are looked at in another order.
type PoliciesOrdered struct {
	IDs []string `json:"ids"`
}

// EventName is how the log calls it.
func (PoliciesOrdered) EventName() string { return "policy.ordered" }
