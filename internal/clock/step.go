package clock

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Step is what is done when so much of a promised time is used: a warning
// below a hundred percent, the breach at a hundred, and what comes after it.
type Step struct {
	Percent int             `json:"percent"`           // of the goal: 1 to 100
	After   time.Duration   `json:"after,omitempty"`   // of working time beyond it; only at 100
	Actions json.RawMessage `json:"actions,omitempty"` // what is done on the ticket then, as rules do it; telling those who have it needs no action
}

const (
	usualWarning  = 75 // percent
	breach        = 100
	longestBeyond = 366 * 24 * time.Hour
)

// name tells the step from the others of its promise; a clock remembers by it what has been done.
func (s Step) name() string {
	if s.After > 0 {
		return fmt.Sprintf("%d%%+%s", s.Percent, s.After)
	}
	return fmt.Sprintf("%d%%", s.Percent)
}

// Typed is a length of working time as it is typed: 1h30m.
func Typed(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// typed tells when the step is taken, as it is typed: 100%+2h.
func (s Step) typed() string {
	if s.After > 0 {
		return fmt.Sprintf("%d%%+%s", s.Percent, Typed(s.After))
	}
	return s.name()
}

// at is how much working time is used when the step is due.
func (s Step) at(goal time.Duration) time.Duration {
	return goal/breach*time.Duration(s.Percent) + goal%breach*time.Duration(s.Percent)/breach + s.After
}

func (s Step) check(field func(string, ...any) error) error {
	switch {
	case s.Percent < 1 || s.Percent > breach:
		return field("take a step at 1 to 100 percent of the time, not at %d.", s.Percent)
	case s.After < 0 || s.After > longestBeyond:
		return field("take a step at most a year after the time is used up.")
	case s.After > 0 && s.Percent < breach:
		return field("a step after the time is used up stands at 100 percent, not at %d.", s.Percent)
	case len(s.Actions) > 0 && !json.Valid(s.Actions):
		return field("the actions at %s cannot be read.", s.typed())
	}
	return nil
}

// steps are all steps of the promise in their order: that of the breach is always one of them.
func (p Promise) steps() []Step {
	all := slices.Clone(p.Steps)
	if len(all) == 0 {
		all = []Step{{Percent: usualWarning}}
	}
	if !slices.ContainsFunc(all, func(s Step) bool { return s.Percent == breach && s.After == 0 }) {
		all = append(all, Step{Percent: breach})
	}
	slices.SortStableFunc(all, func(a, b Step) int { return cmp.Or(cmp.Compare(a.Percent, b.Percent), cmp.Compare(a.After, b.After)) })
	return all
}
