package clock

import (
	"muster/internal/ticket"
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
type Moved struct {
	From, To Standing
	Itself   bool // a message brought it about: nobody has said that it is so
}

// Standing is what a state means: its category, and what the ticket waits for in it.
type Standing struct{ Category, Waits string }

// Merged says that a ticket went into another, whose own clocks go on.
type Merged struct{}

// Shelved says that a ticket was put aside as spam or trash.
type Shelved struct{}

// Restored says that it was brought back, to where it had been.
type Restored struct{ To Standing }

// Took says that somebody of us has taken a ticket.
type Took struct{}

// HandedOn says that a ticket went to another team: what the first promised the others is done.
type HandedOn struct{}

// TookBack says that what somebody wrote at an instant was never sent.
type TookBack struct{ Written time.Time }

// Repromised says that from now on other things are promised: the keeper's
// policy or priority is not what it was.
type Repromised struct {
	FromStart bool // as if it had been so from the beginning, else from now on
	Standing  Standing
	Asked     time.Time // the oldest message of the customer that is not answered; zero: none
	Answered  bool      // the customer was answered before
}

// Divided says that messages became another ticket, or came from one. Asked is when the
// customer wrote what is not answered here; zero: nothing is.
type Divided struct{ Asked time.Time }

func (Opened) happening()     {}
func (Divided) happening()    {}
func (Wrote) happening()      {}
func (Moved) happening()      {}
func (Merged) happening()     {}
func (Shelved) happening()    {}
func (Restored) happening()   {}
func (Took) happening()       {}
func (HandedOn) happening()   {}
func (TookBack) happening()   {}
func (Repromised) happening() {}

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
	for i := range f.clocks {
		f.clocks[i].Runs = slices.Clone(f.clocks[i].Runs)
	}
	switch h := h.(type) {
	case Opened:
		f.opened(h)
	case Wrote:
		f.wrote(h.By)
	case Moved:
		f.moved(h)
	case Merged:
		f.each((*Clock).Cancel, targets()...)
	case Divided:
		f.divided(h)
	case Shelved:
		f.each((*Clock).Pause, targets()...)
	case Restored:
		f.restored(h.To)
	case Took:
		f.took()
	case HandedOn:
		f.each((*Clock).Meet, Resolution)
		f.each((*Clock).GiveUp, FirstResponse, NextResponse, Acknowledgement, Approval)
	case TookBack:
		f.tookBack(h.Written)
	case Repromised:
		f.repromised(h)
	}
	return f.clocks, f.err
}

// followed has those of a ticket's clocks follow that stand under a policy of a kind. Such as begin come last, and have no name yet.
func (k Keeper) followed(all []Kept, kind Kind, h Happening, at time.Time) ([]Kept, error) {
	var clocks []Clock
	var of []int
	for i, c := range all {
		if c.Kind == kind {
			clocks, of = append(clocks, c.Clock), append(of, i)
		}
	}
	if k.Policy.ID == "" && len(clocks) == 0 {
		return all, nil
	}
	clocks, err := k.Follow(clocks, h, at)
	if err != nil {
		return all, err
	}
	for i, c := range clocks {
		if i >= len(of) {
			all = append(all, Kept{Policy: k.Policy.ID, Kind: kind, Clock: c})
			continue
		}
		kept := &all[of[i]]
		if kept.Clock = c; c.EndedAs == "" {
			kept.Policy = k.Policy.ID
		}
	}
	return all, nil
}

// follower collects what becomes of the clocks.
type follower struct {
	Keeper
	clocks []Clock
	at     time.Time
	err    error
}

// start begins a clock, if the policy promises the target.
func (f *follower) start(target Target) { f.startAt(target, f.at) }

func (f *follower) startAt(target Target, at time.Time) {
	if promise, goal, ok := f.Policy.Of(target, f.Priority); ok {
		f.clocks = append(f.clocks, Start(target, goal, f.Hours(promise.Calendar), at))
	}
}

// has reports whether there is a clock of a target, and whether one of them has not ended.
func (f *follower) has(target Target) (some, open bool) {
	for _, c := range f.clocks {
		if c.Target == target {
			some, open = true, open || c.EndedAs == ""
		}
	}
	return some, open
}

// each does something to the clocks of some targets.
func (f *follower) each(do func(*Clock, time.Time, Calendars) error, of ...Target) {
	for i := range f.clocks {
		if f.err == nil && slices.Contains(of, f.clocks[i].Target) {
			f.err = do(&f.clocks[i], f.at, f.Calendars)
		}
	}
}

// opened starts what is promised from the beginning. A supplier promises nothing until a ticket waits for it.
func (f *follower) opened(o Opened) {
	if f.Policy.Kind == Supplier {
		return
	}
	f.start(Resolution)
	f.start(Acknowledgement)
	if o.ByCustomer {
		f.start(FirstResponse)
	}
}

// took meets what one team promises another: that somebody sees to it.
func (f *follower) took() {
	if f.Policy.Kind == OLA {
		f.each((*Clock).Meet, Acknowledgement)
	}
}

func (f *follower) wrote(by Writer) {
	switch by {
	case Human:
		f.each((*Clock).Meet, FirstResponse, NextResponse, Acknowledgement)
	case Customer:
		f.asked()
	}
}

// asked starts the response that is owed: of several messages in a row the oldest counts.
func (f *follower) asked() {
	first, owed := f.has(FirstResponse)
	_, asked := f.has(NextResponse)
	_, _, promised := f.Policy.Of(FirstResponse, f.Priority)
	switch {
	case f.Policy.Kind == Supplier:
	case !first && promised:
		f.start(FirstResponse)
	case !owed && !asked:
		f.start(NextResponse)
	}
}

func (f *follower) divided(d Divided) {
	if d.Asked.IsZero() {
		f.each((*Clock).Cancel, FirstResponse, NextResponse)
		return
	}
	f.at = d.Asked
	f.asked()
}

func (f *follower) moved(m Moved) {
	if f.Policy.Kind == Supplier {
		f.supplied(m)
		return
	}
	from, to := m.From, m.To
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
	if f.rests(to) {
		if from.ended() {
			f.each(resume, Resolution)
		}
		f.each((*Clock).Pause, Resolution)
		return
	}
	f.each(resume, Resolution)
}

// rests reports whether the resolution clock stands still where the ticket stands.
func (f *follower) rests(s Standing) bool {
	return s.Waits != "" && slices.Contains(f.Policy.Pauses, s.Waits)
}

// supplied runs a supplier's clock while the ticket waits for a third party: a new one each time. If a message
// has it opened again, the clock stands still until somebody says what that was: it goes on if the ticket is
// put back to wait, and was kept if it is moved elsewhere.
func (f *follower) supplied(m Moved) {
	_, open := f.has(Resolution)
	switch {
	case m.To.cancelled():
		f.each((*Clock).Cancel, Resolution)
	case m.To.Waits == supplier && open:
		f.each(resumeOpen, Resolution)
	case m.To.Waits == supplier:
		f.start(Resolution)
	case m.Itself && !m.To.ended():
		f.each((*Clock).Pause, Resolution)
	default:
		f.each((*Clock).Meet, Resolution)
	}
}

const supplier = string(ticket.OnThirdParty)

// restored has run on what stood still because the ticket was put aside.
func (f *follower) restored(to Standing) {
	f.each(resumeOpen, FirstResponse, NextResponse, Acknowledgement, Approval)
	if !f.rests(to) && (f.Policy.Kind != Supplier || to.Waits == supplier) {
		f.each(resumeOpen, Resolution)
	}
}

// tookBack has the clocks run on that were met by what was never sent.
func (f *follower) tookBack(written time.Time) {
	for i := range f.clocks {
		if c := &f.clocks[i]; c.EndedAt.Equal(written) && c.Target != Resolution {
			c.Unmeet()
		}
	}
}

func resume(c *Clock, at time.Time, _ Calendars) error {
	c.Resume(at)
	return nil
}

func resumeOpen(c *Clock, at time.Time, calendars Calendars) error {
	if c.EndedAs != "" {
		return nil
	}
	return resume(c, at, calendars)
}
