package clock

import (
	"slices"
	"time"
)

// Happening is something that happened on a ticket, as far as promises care.
type Happening interface{ happening() }

// Opened says that a ticket was opened. Whose words it begins with matters: a
// ticket that an agent opened for a customer owes no first response until the
// customer has written.
type Opened struct{ ByCustomer bool }

// Wrote says that somebody wrote something that the customer may read.
type Wrote struct{ By Writer }

// Writer is who wrote.
type Writer string

// Writers. What a rule or a bot sends answers nobody.
const (
	Customer Writer = "customer"
	Human    Writer = "human"
	Machine  Writer = "machine"
)

// Moved says that a ticket went from one state to another.
type Moved struct{ From, To Standing }

// Standing is what a state means: its category, and what the ticket waits for in it.
type Standing struct{ Category, Waits string }

// Merged says that a ticket went into another, whose own clocks go on.
type Merged struct{}

func (Opened) happening() {}
func (Wrote) happening()  {}
func (Moved) happening()  {}
func (Merged) happening() {}

func (s Standing) resolved() bool  { return s.Category == "review" || s.Category == "done" }
func (s Standing) cancelled() bool { return s.Category == "cancelled" }
func (s Standing) ended() bool     { return s.resolved() || s.cancelled() }

// Keeper has the clocks of a ticket follow what happens on it, as a policy says.
type Keeper struct {
	Policy    Policy
	Priority  int
	Hours     func(calendar string) Hours // as the calendar is now
	Calendars Calendars
}

// Follow returns the clocks as they are after something has happened.
func (k Keeper) Follow(clocks []Clock, h Happening, at time.Time) ([]Clock, error) {
	f := follower{Keeper: k, clocks: slices.Clone(clocks), at: at}
	switch h := h.(type) {
	case Opened:
		f.start(Resolution)
		f.start(Acknowledgement)
		if h.ByCustomer {
			f.start(FirstResponse)
		}
	case Wrote:
		f.wrote(h.By)
	case Moved:
		f.moved(h.From, h.To)
	case Merged:
		f.each((*Clock).Cancel, targets()...)
	}
	return f.clocks, f.err
}

// follower collects what becomes of the clocks.
type follower struct {
	Keeper
	clocks []Clock
	at     time.Time
	err    error
}

// start begins a clock, if the policy promises the target.
func (f *follower) start(target Target) {
	if promise, goal, ok := f.Policy.Of(target, f.Priority); ok {
		f.clocks = append(f.clocks, Start(target, goal, f.Hours(promise.Calendar), f.at))
	}
}

// has reports whether there is a clock of a target, and whether one of them has not ended.
func (f *follower) has(target Target) (any, open bool) {
	for _, c := range f.clocks {
		if c.Target == target {
			any, open = true, open || c.EndedAs == ""
		}
	}
	return any, open
}

// each does something to the clocks of some targets.
func (f *follower) each(do func(*Clock, time.Time, Calendars) error, of ...Target) {
	for i := range f.clocks {
		if f.err == nil && slices.Contains(of, f.clocks[i].Target) {
			f.err = do(&f.clocks[i], f.at, f.Calendars)
		}
	}
}

func (f *follower) wrote(by Writer) {
	switch by {
	case Human:
		f.each((*Clock).Meet, FirstResponse, NextResponse, Acknowledgement)
	case Customer:
		first, owed := f.has(FirstResponse)
		_, asked := f.has(NextResponse)
		switch {
		case !first:
			f.start(FirstResponse)
		case !owed && !asked: // of several messages in a row the oldest counts
			f.start(NextResponse)
		}
	}
}

func (f *follower) moved(from, to Standing) {
	if from.Category == "new" && !to.cancelled() {
		f.each((*Clock).Meet, Acknowledgement)
	}
	if from.Waits == "approval" && to.Waits != "approval" {
		f.each((*Clock).Meet, Approval)
	}
	switch {
	case to.cancelled():
		f.each((*Clock).Cancel, targets()...)
		return
	case to.resolved():
		f.each((*Clock).Meet, Resolution)
		f.each((*Clock).GiveUp, FirstResponse, NextResponse, Acknowledgement, Approval)
		return
	}
	if to.Waits == "approval" && from.Waits != "approval" {
		f.start(Approval)
	}
	if slices.Contains(f.Policy.Pauses, to.Waits) {
		if from.ended() {
			f.each(resume, Resolution)
		}
		f.each((*Clock).Pause, Resolution)
		return
	}
	f.each(resume, Resolution)
}

func resume(c *Clock, at time.Time, _ Calendars) error {
	c.Resume(at)
	return nil
}
