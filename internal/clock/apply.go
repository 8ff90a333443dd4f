package clock

import (
	"context"
	"fmt"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/ticket"
	"muster/internal/ticket/list"
)

// application is the job of applying what was changed to the tickets on which work goes on, a page at a time.
type application struct {
	Calendar  string        `json:"calendar,omitempty"` // of clocks that run by it; empty: to all tickets
	FromStart bool          `json:"from_start,omitempty"`
	Bucket    ticket.Bucket `json:"bucket,omitempty"`
	After     string        `json:"after,omitempty"` // the cursor of the next page
	Run       string        `json:"run,omitempty"`
}

const applyAtOnce = 50

// Apply has the policies, as they are now, hold for the tickets on which work
// goes on: from now on, or as if they had held from the start. It is done in
// the background, and nobody is told of what is past.
func (w *Works) Apply(tx *db.Tx, fromStart bool) error {
	if err := tx.Must(access.PromisesEdit); err != nil {
		return err
	}
	return event.Schedule(tx, adoptTask, "policies", tx.Now, application{FromStart: fromStart, Bucket: ticket.InOpen, Run: tx.NewID()})
}

func (w *Works) apply(ctx context.Context, a application) error {
	return w.db.Update(ctx, func(tx *db.Tx) error {
		if err := event.Finish(tx); err != nil {
			return err
		}
		w.books.Forget() // it may have been read before what is applied was saved
		if a.Bucket == "" {
			a.Bucket, a.Run = ticket.InOpen, tx.NewID()
		}
		page, err := list.Read(tx, w.desk, list.Of{Buckets: []ticket.Bucket{a.Bucket}, Sort: list.Created, Limit: applyAtOnce, Cursor: a.After})
		if err != nil {
			return err
		}
		for _, t := range page.Tickets {
			if err := w.applyTo(tx, t, a); err != nil {
				return fmt.Errorf("apply to ticket %d: %w", t.Number, err)
			}
		}
		return a.goOn(tx, page.Next)
	})
}

// goOn schedules the next page, if there is one.
func (a application) goOn(tx *db.Tx, next string) error {
	a.After = next
	if next == "" {
		if a.Bucket == ticket.InWaiting {
			return nil
		}
		a.Bucket = ticket.InWaiting
	}
	return event.Schedule(tx, adoptTask, a.Run+"/"+string(a.Bucket)+"/"+next, tx.Now, a)
}

func (w *Works) applyTo(tx *db.Tx, t *ticket.Ticket, a application) error {
	return w.at(tx, t.ID, func(s *scene) error {
		s.read, s.quiet = t, true
		if a.Calendar != "" {
			return s.rehour(a.Calendar)
		}
		return s.apply(t, a.FromStart)
	})
}

// rehour has the clocks that run by a calendar follow it as it is now.
func (s *scene) rehour(calendar string) error {
	for i := range s.clocks {
		k := &s.clocks[i]
		if k.EndedAs != "" || k.last().Hours.Calendar != calendar {
			continue
		}
		if hours := s.hours(s.tx.Now)(calendar); hours != k.last().Hours {
			if err := k.Swap(k.Goal, hours, s.tx.Now, s.calendars); err != nil {
				return err
			}
		}
	}
	return nil
}

// apply has the policies hold for a ticket that was opened before.
func (s *scene) apply(t *ticket.Ticket, fromStart bool) error {
	if err := s.choose(subjectOf(t)); err != nil {
		return err
	}
	to, err := s.standingOf(s.tx, t)
	if err != nil {
		return err
	}
	again := repromise(to, t)
	again.FromStart = fromStart
	var anew []Kind
	for _, kind := range kinds() {
		if fromStart && !s.has(kind) {
			anew = append(anew, kind)
		} else if err := s.follow(kind, again); err != nil {
			return err
		}
	}
	return s.replay(anew)
}

func (s *scene) has(kind Kind) bool {
	for _, k := range s.clocks {
		if k.Kind == kind {
			return true
		}
	}
	return false
}
