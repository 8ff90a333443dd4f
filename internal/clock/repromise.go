package clock

// repromised gives the clocks that have not ended their new goals and hours,
// ends those that are no longer promised, and starts those that are now.
func (f *follower) repromised(h Repromised) {
	for i := range f.clocks {
		if f.err == nil && f.clocks[i].EndedAs == "" {
			f.err = f.swap(&f.clocks[i], h.FromStart)
		}
	}
	if f.err != nil || h.Standing.ended() || f.Policy.Kind == Supplier {
		return
	}
	for _, target := range targets() {
		if some, _ := f.has(target); !some {
			f.owe(target, h)
		}
	}
}

func (f *follower) swap(c *Clock, fromStart bool) error {
	promise, goal, ok := f.Policy.Of(c.Target, f.Priority)
	if !ok {
		return c.Cancel(f.at, f.Calendars)
	}
	hours := f.Hours(promise.Calendar)
	if fromStart {
		return c.SwapFromStart(goal, hours, f.at, f.Calendars)
	}
	if goal == c.Goal && hours == c.Runs[len(c.Runs)-1].Hours {
		return nil
	}
	return c.Swap(goal, hours, f.at, f.Calendars)
}

// owe starts a clock that nobody has kept so far, if there is something to keep.
func (f *follower) owe(target Target, h Repromised) {
	owed := false
	switch target {
	case Resolution:
		owed = true
	case FirstResponse:
		owed = !h.Asked.IsZero() && !h.Answered
	case NextResponse:
		owed = !h.Asked.IsZero() && h.Answered
	case Acknowledgement:
		owed = h.Standing.Category == "new"
	case Approval:
		owed = h.Standing.Waits == "approval"
	}
	if !owed {
		return
	}
	f.start(target)
	if target == Resolution && f.rests(h.Standing) {
		f.each((*Clock).Pause, Resolution)
	}
}
