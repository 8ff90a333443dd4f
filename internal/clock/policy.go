package clock

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"muster/internal/fault"
	"muster/internal/text"
	"muster/internal/ticket"
)

// Kind says to whom a policy promises.
type Kind string

// The kinds of policy.
const (
	SLA      Kind = "sla"      // to customers
	OLA      Kind = "ola"      // between our teams
	Supplier Kind = "supplier" // by suppliers to us
)

func kinds() []Kind { return []Kind{SLA, OLA, Supplier} }

// Policy is what is promised for some tickets.
type Policy struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Kind        Kind      `json:"kind"`
	When        When      `json:"when"`
	Promises    []Promise `json:"promises"`
	Pauses      []string  `json:"pauses"`                // what a ticket waits for that stops its resolution clock: customer, third-party, approval, change
	Excuses     bool      `json:"excuses"`               // a linked cause excuses what was broken
	Retroactive bool      `json:"retroactive,omitempty"` // a ticket that comes under it, or changes its priority, is judged as if it had been so from its start
	Active      bool      `json:"active"`                // it is chosen for tickets; what stands under it already stays
	Version     int64     `json:"version"`
}

// When says which tickets a policy is for: all that is given must hold. The zero value is for all.
type When struct {
	Kinds         []string `json:"kinds,omitempty"`
	Organisations []string `json:"organisations,omitempty"`
	Tiers         []string `json:"tiers,omitempty"`
	Items         []string `json:"items,omitempty"`
	Teams         []string `json:"teams,omitempty"`
}

// Subject is what a policy looks at of a ticket.
type Subject struct {
	Kind, Organisation, Tier, Item, Team string
	Priority                             int // 1 is the most urgent
}

// Promise is one target of a policy: how much working time there is, by priority.
type Promise struct {
	Target   Target                `json:"target"`
	Goals    map[int]time.Duration `json:"goals"` // a priority that is not named has no such clock
	Calendar string                `json:"calendar"`
	Steps    []Step                `json:"steps,omitempty"` // none: a warning at 75 percent
}

// Holds reports whether the policy is for a ticket.
func (w When) Holds(s Subject) bool {
	in := func(list []string, value string) bool { return len(list) == 0 || slices.Contains(list, value) }
	return in(w.Kinds, s.Kind) && in(w.Organisations, s.Organisation) && in(w.Tiers, s.Tier) && in(w.Items, s.Item) && in(w.Teams, s.Team)
}

// Choose returns the first of some policies of a kind, in their order, that is active and for a ticket.
func Choose(policies []Policy, kind Kind, s Subject) (Policy, bool) {
	for _, p := range policies {
		if p.Kind == kind && p.Active && p.When.Holds(s) {
			return p, true
		}
	}
	return Policy{}, false
}

// promise returns what the policy says about a target, whatever the priority.
func (p Policy) promise(target Target) Promise {
	i := slices.IndexFunc(p.Promises, func(promise Promise) bool { return promise.Target == target })
	if i < 0 {
		return Promise{Target: target}
	}
	return p.Promises[i]
}

// Of returns what the policy promises about a target for a priority.
func (p Policy) Of(target Target, priority int) (Promise, time.Duration, bool) {
	for _, promise := range p.Promises {
		if goal, ok := promise.Goals[priority]; ok && promise.Target == target {
			return promise, goal, true
		}
	}
	return Promise{}, 0, false
}

// Limits of what can be promised.
const (
	longestGoal = 5 * 366 * 24 * time.Hour
	mostSteps   = 10
)

// Check returns a fault that says what is wrong with the policy, or nil.
func (p Policy) Check() error {
	var errs []error
	if name := strings.TrimSpace(p.Name); name == "" || len([]rune(name)) > longestName || text.Valid(name) != name {
		errs = append(errs, fault.Field("name", "Give the policy a name of at most %d characters, by which tickets say what was promised.", longestName))
	}
	if !slices.Contains(kinds(), p.Kind) {
		errs = append(errs, fault.Field("kind", "A policy is an sla, an ola or a supplier's, not %.40q.", p.Kind))
	}
	for _, waits := range p.Pauses {
		if !slices.Contains(waitings(), waits) {
			errs = append(errs, fault.Field("pauses", "A clock can pause while a ticket waits for %s, not for %.40q.", strings.Join(waitings(), ", "), waits))
		}
	}
	if len(p.Promises) == 0 {
		errs = append(errs, fault.Field("promises", "Promise something: a first response, a next response, a resolution, an acknowledgement or an approval."))
	}
	if p.Kind == Supplier && slices.Contains(p.Pauses, string(ticket.OnThirdParty)) {
		errs = append(errs, fault.Field("pauses", "A supplier's clock runs while a ticket waits for a third party, so it cannot pause then: it would never run."))
	}
	for i, promise := range p.Promises {
		if p.Kind == Supplier && promise.Target != Resolution {
			errs = append(errs, fault.Field("promises", "%s: leave it empty. A supplier promises a resolution alone, of what a ticket waits for; nothing else is seen from here.", promise.Target))
		}
		errs = append(errs, promise.check(p.Promises[:i]))
	}
	return fault.Join(errs...)
}

// waitings is what a ticket can wait for.
func waitings() []string {
	var all []string
	for _, w := range ticket.Waitings() {
		all = append(all, string(w))
	}
	return all
}

func targets() []Target {
	return []Target{FirstResponse, NextResponse, Resolution, Acknowledgement, Approval}
}

func (p Promise) check(before []Promise) error {
	field := func(format string, args ...any) error {
		return fault.Field("promises", "%s: "+format, append([]any{p.Target}, args...)...)
	}
	switch {
	case !slices.Contains(targets(), p.Target):
		return fault.Field("promises", "There is no target %.40q.", p.Target)
	case slices.ContainsFunc(before, func(o Promise) bool { return o.Target == p.Target }):
		return field("it is promised twice; keep one.")
	case p.Calendar == "":
		return field("choose the calendar that it counts by.")
	case len(p.Goals) == 0:
		return field("say how much time there is, for one priority at least.")
	case len(p.Steps) > mostSteps:
		return field("take %d steps at most.", mostSteps)
	}
	for priority, goal := range p.Goals {
		if priority < 1 || priority > 4 {
			return field("priorities go from 1 to 4; %d is none.", priority)
		}
		if goal <= 0 || goal > longestGoal {
			return field("for the priority %s, promise more than no time and less than five years.", ticket.Priority(priority))
		}
	}
	for _, s := range p.Steps {
		if err := s.check(field); err != nil {
			return err
		}
	}
	return nil
}

// String tells the policy by its name.
func (p Policy) String() string { return fmt.Sprintf("%s (%s)", p.Name, p.Kind) }
