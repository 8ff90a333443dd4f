package clock

import (
	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/ticket"
	"muster/internal/ticket/past"
	"slices"
	"time"
)

// recall tells what an event of the log meant for promises, if what it is about did not change; ok is false of what meant nothing.
func recall(r event.Recorded) (h Happening, ok bool, err error) {
	switch r.Name {
	case (ticket.Wrote{}).EventName():
		var e ticket.Wrote
		err = r.Decode(&e)
		by, told := writer(e)
		return Wrote{by}, told, err
	case (ticket.Moved{}).EventName():
		var e ticket.Moved
		err = r.Decode(&e)
		return moved(e, access.Kind(r.ActorKind)), true, err
	case (ticket.Split{}).EventName():
		var e ticket.Split
		err = r.Decode(&e)
		return Divided{e.Asked}, true, err
	case (ticket.Merged{}).EventName():
		var e ticket.Merged
		err = r.Decode(&e)
		return Merged{}, e.Ticket == e.FromTicket, err
	}
	return nil, false, nil
}

// Replay has the policies hold for a ticket as if they always had, whether it
// has ended or not. Nobody is told of what is past, but the log tells it as of
// then: for desks whose history comes from elsewhere.
func (w *Works) Replay(tx *db.Tx, t *ticket.Ticket) error {
	if err := tx.Must(access.PromisesEdit); err != nil {
		return err
	}
	return w.at(tx, t.ID, func(s *scene) error {
		s.read, s.quiet, s.retold = t, true, true
		return s.apply(t, true)
	})
}

const (
	mostReplayed = 10_000           // events of one ticket
	justAfter    = time.Millisecond // so that what followed stands below what it followed
)

// replay has the clocks of some kinds of policy follow all that happened on the ticket so far.
func (s *scene) replay(of []Kind) error {
	if len(of) == 0 {
		return nil
	}
	log, err := event.Of(s.tx, ticket.Subject, string(s.id), "", mostReplayed)
	if err != nil {
		return err
	}
	works, err := past.Works(log)
	if err != nil {
		return err
	}
	var t past.Ticket
	r := newRetelling(s.book, s.calendars)
	for _, work := range works {
		if err := s.happened(r, &t, work); err != nil {
			return err
		}
	}
	if err := s.overdue(r.clocks, s.tx.Now); err != nil {
		return err
	}
	for _, k := range r.clocks {
		if slices.Contains(of, k.Kind) {
			s.clocks = append(s.clocks, k)
		}
	}
	s.name(s.clocks)
	return nil
}

// happened has clocks that are replayed follow what was done at once.
func (s *scene) happened(r *Retelling, t *past.Ticket, work []past.Deed) error {
	at := work[0].At
	if err := s.overdue(r.clocks, at); err != nil {
		return err
	}
	for _, d := range work {
		t.Follow(d.Of, d.At)
	}
	tier, err := s.tier(t.Organisation)
	if err != nil {
		return err
	}
	before := slices.Clone(r.clocks)
	for _, d := range work {
		if err := r.Happened(t, tier, d); err != nil {
			return err
		}
	}
	return s.asOf(at.Add(justAfter), func() error {
		s.name(r.clocks)
		for i := range r.clocks {
			if err := r.clocks[i].settleRow(s.calendars); err != nil {
				return err
			}
		}
		s.tell(changes(before, r.clocks))
		return nil
	})
}

// overdue has the log say which clocks were broken by an instant of the past, each at its own.
func (s *scene) overdue(clocks []Kept, by time.Time) error {
	var broken []*Kept
	for i := range clocks {
		k := &clocks[i]
		if !k.BreachedAt.IsZero() || k.EndedAs != "" {
			continue
		}
		if is, err := k.Breach(by, s.calendars); err != nil {
			return err
		} else if is {
			broken = append(broken, k)
		}
	}
	slices.SortFunc(broken, func(a, b *Kept) int { return a.BreachedAt.Compare(b.BreachedAt) })
	for _, k := range broken {
		if err := s.asOf(k.BreachedAt, func() error { s.tell([]Change{k.change(Overdue)}); return nil }); err != nil {
			return err
		}
	}
	return nil
}

// asOf does something as if it were an instant of the past, if the log is to be told of that.
func (s *scene) asOf(at time.Time, do func() error) error {
	if !s.retold {
		return nil
	}
	now := s.tx.Now
	defer func() { s.tx.Now = now }()
	s.tx.Now = at
	return do()
}
