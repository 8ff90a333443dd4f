package clock

import (
	"slices"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/ticket"
)

// Kept is a clock that is kept about a ticket.
type Kept struct {
	ID        string
	Ticket    ticket.ID
	Policy    string // the id of the policy it stands under
	Kind      Kind
	ExcusedBy int64 // the number of the linked ticket that was the cause; 0: nothing excuses it
	Clock

	DueAt     time.Time // when it is broken, or was: the zero time, if it stands still or has ended
	CountedAt time.Time // when it was kept or broken, whichever came first: when figures count it
	StartedAt time.Time

	stored string // the row as the database has it; empty: not yet
}

// Of returns the clocks of a ticket, oldest first. Whoever sees the ticket may see them: the caller has found it already.
func Of(tx *db.Tx, t *ticket.Ticket) ([]Kept, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	return clocksOf(tx, t.ID)
}

// Next returns, of each of some tickets that the caller has found, the clock that is due next; of one
// whose clocks all stand still, the one of the resolution.
func Next(tx *db.Tx, ids []ticket.ID) (map[ticket.ID]Kept, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	all, err := openClocks(tx, ids)
	next := map[ticket.ID]Kept{}
	for _, k := range all {
		if k.Kind == Supplier {
			continue
		}
		if was, ok := next[k.Ticket]; !ok || k.before(was) {
			next[k.Ticket] = k
		}
	}
	return next, err
}

// before reports whether the clock is due before another. What stands still comes last, and of it resolutions first.
func (k Kept) before(o Kept) bool {
	if k.DueAt.IsZero() && o.DueAt.IsZero() {
		return k.Target == Resolution && o.Target != Resolution
	}
	return db.Sortable(k.DueAt) < db.Sortable(o.DueAt)
}

// settleRow sets what is kept to be found by.
func (k *Kept) settleRow(calendars Calendars) error {
	k.DueAt, k.CountedAt = time.Time{}, time.Time{}
	if k.EndedAs == "" {
		due, err := k.Due(calendars)
		if err != nil && !fault.Is(err, fault.Invalid) { // a desk that does not open any more has nothing due
			return err
		}
		k.DueAt = due
		if !k.BreachedAt.IsZero() {
			k.DueAt = k.BreachedAt
		}
	}
	switch state := k.State(); state {
	case Breached, Late:
		k.CountedAt = k.BreachedAt
	case None, Met:
		k.CountedAt = k.EndedAt
		if !k.BreachedAt.IsZero() {
			k.CountedAt = k.BreachedAt
		}
	}
	if k.StartedAt.IsZero() && len(k.Runs) > 0 {
		k.StartedAt = k.Runs[0].From
	}
	return nil
}

// untake forgets the steps that were taken and are not reached any more, since
// the goal is another: they are to be taken again.
func (k *Kept) untake(p Promise, now time.Time, calendars Calendars) error {
	if k.EndedAs != "" || len(k.Taken) == 0 {
		return nil
	}
	used, err := k.Used(now, calendars)
	k.Taken = slices.DeleteFunc(k.Taken, func(name string) bool {
		return slices.ContainsFunc(p.steps(), func(s Step) bool { return s.name() == name && used < s.at(k.Goal) })
	})
	return err
}

// ripe returns the steps of a promise that are due at an instant and were not taken, in their order.
func (k *Kept) ripe(p Promise, now time.Time, calendars Calendars) (ripe []Step, err error) {
	err = k.waiting(p, calendars, func(s Step, at time.Time) {
		if !at.After(now) {
			ripe = append(ripe, s)
		}
	})
	return ripe, err
}

// upcoming is when the next step that was not taken is due, or was.
func (k *Kept) upcoming(p Promise, calendars Calendars) (next time.Time, err error) {
	err = k.waiting(p, calendars, func(_ Step, at time.Time) {
		if next.IsZero() || at.Before(next) {
			next = at
		}
	})
	return next, err
}

// waiting calls f for each step that was not taken and has its instant.
func (k *Kept) waiting(p Promise, calendars Calendars, f func(Step, time.Time)) error {
	for _, s := range p.steps() {
		if slices.Contains(k.Taken, s.name()) {
			continue
		}
		at, err := k.instant(s, calendars)
		if err != nil {
			return err
		}
		if !at.IsZero() {
			f(s, at)
		}
	}
	return nil
}

// instant is when a step is due: the zero time, if it is not as things stand. What
// is done in the very instant is in time, so a step comes one tick after it. That
// a promise was broken is told even if it was kept a moment later; of what has
// ended nothing else is.
func (k *Kept) instant(s Step, calendars Calendars) (time.Time, error) {
	const tick = time.Microsecond // of what is stored
	if s.Percent == breach && s.After == 0 && !k.BreachedAt.IsZero() && k.EndedAs != Cancelled {
		return k.BreachedAt, nil
	}
	at, err := k.Reaches(s.at(k.Goal), calendars)
	if fault.Is(err, fault.Invalid) {
		return time.Time{}, nil // the desk does not open for so long any more
	}
	if err != nil || at.IsZero() {
		return time.Time{}, err
	}
	return at.Truncate(tick).Add(tick), nil
}
