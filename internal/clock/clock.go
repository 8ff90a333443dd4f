// Package clock keeps promises: how much working time was promised, how much of it is used, and when it is due.
package clock

import (
	"slices"
	"time"

	"muster/internal/calendar"
	"muster/internal/fault"
)

// Target is what is promised.
type Target string

// The targets.
const (
	FirstResponse   Target = "first-response"
	NextResponse    Target = "next-response"
	Resolution      Target = "resolution"
	Acknowledgement Target = "acknowledgement"
	Approval        Target = "approval"
)

// State is how a promise stands.
type State string

// The states. Late is a promise that was kept after it was broken.
const (
	Running   State = "running"
	Paused    State = "paused"
	Breached  State = "breached"
	Met       State = "met"
	Late      State = "late"
	None      State = "none" // it ended without what was promised: closed without a reply, say
	Cancelled State = "cancelled"
)

// Clock is one promise. What it has used is told by the instants between which
// it ran and the calendars it ran by, never by a length of time alone.
type Clock struct {
	Target     Target        `json:"target"`
	Goal       time.Duration `json:"goal"` // of working time
	Runs       []Run         `json:"runs"` // oldest first; only the last may be open
	EndedAs    State         `json:"ended_as,omitempty"`
	EndedAt    time.Time     `json:"ended_at,omitzero"`
	BreachedAt time.Time     `json:"breached_at,omitzero"` // when it was due and not kept
	Taken      []string      `json:"taken,omitempty"`      // the steps that were taken
}

// Run is a stretch of time in which a clock ran.
type Run struct {
	From  time.Time `json:"from"`
	To    time.Time `json:"to,omitzero"` // zero: it runs still
	Hours Hours     `json:"hours"`
}

func (r Run) open() bool { return r.To.IsZero() }

// Hours names a calendar as it was known: with so many of its versions.
type Hours struct {
	Calendar string `json:"calendar"`
	Versions int    `json:"versions"`
}

// Calendars finds the calendars that clocks run by.
type Calendars func(Hours) (*calendar.Compiled, error)

// Start returns a clock that begins to run at an instant.
func Start(target Target, goal time.Duration, hours Hours, at time.Time) Clock {
	return Clock{Target: target, Goal: goal, Runs: []Run{{From: at, Hours: hours}}}
}

// State tells how the clock stands.
func (c *Clock) State() State {
	switch {
	case c.EndedAs == Met && !c.BreachedAt.IsZero():
		return Late
	case c.EndedAs != "":
		return c.EndedAs
	case !c.BreachedAt.IsZero():
		return Breached
	case c.runs():
		return Running
	}
	return Paused
}

func (c *Clock) runs() bool { return len(c.Runs) > 0 && c.Runs[len(c.Runs)-1].open() }

// Used is how much working time the clock has used at an instant.
func (c *Clock) Used(at time.Time, calendars Calendars) (time.Duration, error) {
	var used time.Duration
	for _, r := range c.Runs {
		to := r.To
		if r.open() || to.After(at) {
			to = at
		}
		if !to.After(r.From) {
			continue
		}
		hours, err := calendars(r.Hours)
		if err != nil {
			return 0, err
		}
		used += hours.Elapsed(r.From, to)
	}
	return used, nil
}

// Due is the instant at which the promise will have been broken if nothing
// changes: the zero time while the clock does not run.
func (c *Clock) Due(calendars Calendars) (time.Time, error) { return c.Reaches(c.Goal, calendars) }

// Reaches is the instant at which a running clock will have used so much
// working time; if it has already, the instant at which it began to run last.
func (c *Clock) Reaches(used time.Duration, calendars Calendars) (time.Time, error) {
	if !c.runs() || c.EndedAs != "" {
		return time.Time{}, nil
	}
	last := c.Runs[len(c.Runs)-1]
	before, err := c.Used(last.From, calendars)
	if err != nil {
		return time.Time{}, err
	}
	hours, err := calendars(last.Hours)
	if err != nil {
		return time.Time{}, err
	}
	return hours.Deadline(last.From, max(used-before, 0))
}

// Unmeet has the clock run on as if it had never been met: what met it was taken back.
func (c *Clock) Unmeet() {
	if c.EndedAs == Met && len(c.Runs) > 0 {
		c.EndedAs, c.EndedAt = "", time.Time{}
		c.Runs[len(c.Runs)-1].To = time.Time{}
	}
}

// settle notes that the promise was broken before an instant, if it was. Each
// change of a clock begins with it, so that none depends on when a job ran.
func (c *Clock) settle(at time.Time, calendars Calendars) error {
	if !c.BreachedAt.IsZero() {
		return nil
	}
	due, err := c.Due(calendars)
	if fault.Is(err, fault.Invalid) {
		return nil // the desk does not open for so long any more: it is never due
	}
	if err == nil && !due.IsZero() && due.Before(at) {
		c.BreachedAt = due
	}
	return err
}

// Breach notes that the promise is broken, if it is by now, and reports whether it is.
func (c *Clock) Breach(now time.Time, calendars Calendars) (bool, error) {
	err := c.settle(now, calendars)
	return !c.BreachedAt.IsZero(), err
}

// Pause stops a clock that runs; to pause it again changes nothing.
func (c *Clock) Pause(at time.Time, calendars Calendars) error {
	if c.EndedAs != "" || !c.runs() {
		return nil
	}
	if err := c.settle(at, calendars); err != nil {
		return err
	}
	c.stop(at)
	return nil
}

// stop closes the open run. One that had no length leaves no trace.
func (c *Clock) stop(at time.Time) {
	if !c.runs() {
		return
	}
	last := &c.Runs[len(c.Runs)-1]
	last.To = at
	if !at.After(last.From) && len(c.Runs) > 1 {
		c.Runs = c.Runs[:len(c.Runs)-1]
	}
}

// Resume has a paused clock, or one that had ended, run on with what it has
// used: what lay between is not counted.
func (c *Clock) Resume(at time.Time) {
	if c.runs() || c.EndedAs == Cancelled || len(c.Runs) == 0 {
		return
	}
	c.EndedAs, c.EndedAt = "", time.Time{}
	c.Runs = append(c.Runs, Run{From: at, Hours: c.Runs[len(c.Runs)-1].Hours})
}

// Meet ends the clock: what was promised has been done.
func (c *Clock) Meet(at time.Time, calendars Calendars) error { return c.end(Met, at, calendars) }

// GiveUp ends the clock without what was promised.
func (c *Clock) GiveUp(at time.Time, calendars Calendars) error { return c.end(None, at, calendars) }

// Cancel ends the clock: the promise no longer holds, and counts for nothing.
func (c *Clock) Cancel(at time.Time, calendars Calendars) error {
	return c.end(Cancelled, at, calendars)
}

func (c *Clock) end(as State, at time.Time, calendars Calendars) error {
	if c.EndedAs != "" {
		return nil
	}
	if err := c.settle(at, calendars); err != nil {
		return err
	}
	c.stop(at)
	c.EndedAs, c.EndedAt = as, at
	return nil
}

// Swap gives the clock another goal and other hours from an instant on. What
// it had used stays used as it was counted, and what it was paused stays out.
func (c *Clock) Swap(goal time.Duration, hours Hours, at time.Time, calendars Calendars) error {
	if c.EndedAs != "" || len(c.Runs) == 0 {
		return nil
	}
	if err := c.settle(at, calendars); err != nil {
		return err
	}
	c.Goal = goal
	if !c.runs() { // it will run on by the new hours
		c.Runs = append(c.Runs, Run{From: at, To: at, Hours: hours})
		return nil
	}
	c.stop(at)
	c.Runs = append(c.Runs, Run{From: at, Hours: hours})
	return nil
}

// SwapFromStart gives the clock another goal and other hours as if it had had
// them from its beginning. Its pauses stay; whether it is broken is judged anew.
func (c *Clock) SwapFromStart(goal time.Duration, hours Hours, now time.Time, calendars Calendars) error {
	if c.EndedAs == Cancelled || len(c.Runs) == 0 {
		return nil
	}
	c.Goal = goal
	c.Runs = slices.Clone(c.Runs)
	for i := range c.Runs {
		c.Runs[i].Hours = hours
	}
	broken, err := c.broken(now, calendars)
	c.BreachedAt = broken
	return err
}

// broken is when the goal was passed, over all runs: the zero time if it was not by now.
func (c *Clock) broken(now time.Time, calendars Calendars) (time.Time, error) {
	left := c.Goal
	for _, r := range c.Runs {
		hours, err := calendars(r.Hours)
		if err != nil {
			return time.Time{}, err
		}
		to := r.To
		if r.open() {
			to = now
		}
		used := hours.Elapsed(r.From, to)
		if used > left {
			return hours.Deadline(r.From, left)
		}
		left -= used
	}
	return time.Time{}, nil
}
