package clock

import (
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/ticket"
)

// Past is something that happened on a ticket, when it did.
type Past struct {
	Happening
	At time.Time
}

// Recall tells what an event of the log meant for promises; ok is false of what meant nothing.
func Recall(r event.Recorded) (p Past, ok bool, err error) {
	p.At = r.At
	switch r.Name {
	case (ticket.WasOpened{}).EventName():
		p.Happening = Opened{}
	case (ticket.Wrote{}).EventName():
		var e ticket.Wrote
		if err := r.Decode(&e); err != nil {
			return p, false, err
		}
		by, told := writer(e)
		if p.Happening = (Wrote{by}); !told {
			return p, false, nil
		}
	case (ticket.Moved{}).EventName():
		var e ticket.Moved
		if err := r.Decode(&e); err != nil {
			return p, false, err
		}
		p.Happening = Moved{Standing{string(e.FromCategory), string(e.FromWaits)}, Standing{string(e.ToCategory), string(e.ToWaits)}}
	case (ticket.Merged{}).EventName():
		var e ticket.Merged
		if err := r.Decode(&e); err != nil {
			return p, false, err
		}
		if p.Happening = (Merged{}); e.Ticket != e.FromTicket {
			return p, false, nil
		}
	default:
		return p, false, nil
	}
	return p, true, nil
}

// Replay has the policies hold for a ticket as if they always had, whether it
// has ended or not. Nobody is told of what is past, nor does the log tell of it:
// for desks whose history comes from elsewhere.
func (w *Works) Replay(tx *db.Tx, t *ticket.Ticket) error {
	if err := tx.Must(access.PromisesEdit); err != nil {
		return err
	}
	return w.at(tx, t.ID, func(s *scene) error {
		s.read, s.quiet, s.silent = t, true, true
		return s.apply(t, true)
	})
}

const mostReplayed = 10_000 // events of one ticket

// replay has the clocks of one kind of policy follow all that happened on the ticket so far.
func (s *scene) replay(kind Kind) error {
	p, ok := s.policy(s.under[kind])
	if !ok {
		return nil
	}
	priority, err := s.priority()
	if err != nil {
		return err
	}
	log, err := event.Of(s.tx, ticket.Subject, string(s.id), "", mostReplayed)
	if err != nil {
		return err
	}
	keeper := Keeper{Policy: p, Priority: priority, Hours: s.hours(s.tx.Now), Calendars: s.calendars}
	var clocks []Clock
	for _, r := range log {
		past, ok, err := Recall(r)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if clocks, err = keeper.Follow(clocks, past.Happening, past.At); err != nil {
			return err
		}
	}
	for _, c := range clocks {
		s.clocks = append(s.clocks, Kept{ID: s.tx.NewID(), Ticket: s.id, Policy: p.ID, Kind: kind, Clock: c})
	}
	return nil
}
