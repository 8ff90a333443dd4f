package clock

import (
	"encoding/json"
	"slices"
	"time"

	"muster/internal/access"
	"muster/internal/calendar"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/memory"
	"muster/internal/ticket"
)

// Works is the clockwork: it has the clocks of tickets follow what happens,
// and rings when one of them is due.
type Works struct {
	db    *db.DB
	desk  *ticket.Desk
	books *memory.Of[string, book] // by workspace
	// CheckActions, if set, says what is wrong with the actions of a step, and returns them as they are kept.
	CheckActions func(tx *db.Tx, actions json.RawMessage) (json.RawMessage, error)

	compiled *memory.Of[hoursKey, *calendar.Compiled] // a version once in force does not change
}

type hoursKey struct {
	workspace string
	Hours
}

const (
	bookLasts, mostBooks  = time.Second, 1000
	hoursLast, mostOfThem = time.Hour, 1000

	ringLease = 10 * time.Second // after which another node rings what a dead one was about to

	ringTask  = "clock.ring"
	adoptTask = "clock.adopt"
)

// New returns the clockwork of a desk, which reacts to what happens on bus.
func New(d *db.DB, bus *event.Bus, desk *ticket.Desk) *Works {
	w := &Works{db: d, desk: desk, books: memory.New[string, book](bookLasts, mostBooks),
		compiled: memory.New[hoursKey, *calendar.Compiled](hoursLast, mostOfThem)}
	event.On(bus, w.opened)
	event.On(bus, w.wrote)
	event.On(bus, w.withdrew)
	event.On(bus, w.moved)
	event.On(bus, w.changed)
	event.On(bus, w.merged)
	event.On(bus, w.divided)
	event.On(bus, w.shelved)
	event.On(bus, w.linked)
	event.Task(bus, ringTask, w.ring, event.Options{Lease: ringLease})
	event.Task(bus, adoptTask, w.apply, event.Options{AtOnce: 1})
	bus.Watch(func(h event.Happening) {
		if slices.Contains([]string{PolicySaved{}.EventName(), PoliciesOrdered{}.EventName(), CalendarSaved{}.EventName()}, h.Name) {
			w.books.Forget()
		}
	})
	return w
}

// book is what a workspace promises, and by which calendars.
type book struct {
	policies []Policy // in their order, also those that are no longer chosen
	desks    []Desk
	tiers    bool // some policy asks for the tier of an organisation
}

func (b book) policy(id string) (Policy, bool) {
	i := slices.IndexFunc(b.policies, func(p Policy) bool { return p.ID == id })
	if i < 0 {
		return Policy{}, false
	}
	return b.policies[i], true
}

// hours names a calendar as it is at an instant.
func (b book) hours(at time.Time) func(string) Hours {
	return func(id string) Hours {
		i := slices.IndexFunc(b.desks, func(d Desk) bool { return d.ID == id })
		if i < 0 {
			return Hours{Calendar: id}
		}
		return Hours{id, b.desks[i].At(at)}
	}
}

// book returns what the workspace promises, at most a second out of date.
func (w *Works) book(tx *db.Tx) (book, error) {
	return w.books.Get(tx.Workspace, func() (b book, keep bool, err error) {
		if b.policies, err = allPolicies(tx); err != nil || len(b.policies) == 0 {
			return b, true, err
		}
		b.tiers = slices.ContainsFunc(b.policies, func(p Policy) bool { return len(p.When.Tiers) > 0 })
		b.desks, err = allDesks(tx)
		return b, true, err
	})
}

// calendars finds the calendars of the workspace, each compiled once.
func (w *Works) calendars(tx *db.Tx) Calendars {
	return func(h Hours) (*calendar.Compiled, error) {
		return w.compiled.Get(hoursKey{tx.Workspace, h}, func() (*calendar.Compiled, bool, error) {
			d, err := oneDesk(tx, h.Calendar)
			if err != nil {
				return nil, false, err
			}
			c, err := d.compile(h.Versions)
			return c, true, err
		})
	}
}

// Promises reports whether anything is promised in the workspace.
func (w *Works) Promises(tx *db.Tx) (bool, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return false, err
	}
	b, err := w.book(tx)
	return slices.ContainsFunc(b.policies, func(p Policy) bool { return p.Active }), err
}

// Calendars finds the calendars that the workspace's clocks run by.
func (w *Works) Calendars(tx *db.Tx) (Calendars, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	return w.calendars(tx), nil
}

// -- who reacts to what --

func (w *Works) opened(tx *db.Tx, e ticket.WasOpened) error {
	return w.at(tx, e.Ticket, func(s *scene) error {
		if err := s.choose(Subject{Kind: e.Kind, Organisation: e.Organisation, Item: e.Item, Team: e.Team, Priority: int(e.Priority)}); err != nil {
			return err
		}
		return s.each(Opened{})
	})
}

func (w *Works) wrote(tx *db.Tx, e ticket.Wrote) error {
	by, told := writer(e)
	if !told {
		return nil
	}
	return w.at(tx, e.Ticket, func(s *scene) error { return s.each(Wrote{by}) })
}

// writer tells who wrote what the customer may read; told is false of the rest.
func writer(e ticket.Wrote) (by Writer, told bool) {
	switch {
	case e.Quiet || !e.Kind.Public():
		return "", false
	case e.Kind == ticket.FromCustomer:
		return Customer, true
	case e.Kind == ticket.Reply && e.Author == access.Human:
		return Human, true
	}
	return Machine, false // it answers nobody
}

func (w *Works) withdrew(tx *db.Tx, e ticket.Withdrew) error {
	return w.at(tx, e.Ticket, func(s *scene) error {
		_, entry, err := ticket.EntryByID(tx, e.Entry)
		if err != nil {
			return err
		}
		return s.each(TookBack{entry.CreatedAt})
	})
}

func (w *Works) moved(tx *db.Tx, e ticket.Moved) error {
	by := event.Reacting(tx).Actor.Kind
	return w.at(tx, e.Ticket, func(s *scene) error { return s.each(moved(e, by)) })
}

func moved(e ticket.Moved, by access.Kind) Moved {
	return Moved{From: Standing{string(e.FromCategory), string(e.FromWaits)}, To: Standing{string(e.ToCategory), string(e.ToWaits)},
		Itself: by == access.Muster || by == access.Customer}
}

func (w *Works) merged(tx *db.Tx, e ticket.Merged) error {
	if e.Ticket != e.FromTicket {
		return nil
	}
	return w.at(tx, e.Ticket, func(s *scene) error { return s.each(Merged{}) })
}

func (w *Works) divided(tx *db.Tx, e ticket.Split) error {
	return w.at(tx, e.Ticket, func(s *scene) error { return s.each(Divided{e.Asked}) })
}

func (w *Works) shelved(tx *db.Tx, e ticket.Shelved) error {
	return w.at(tx, e.Ticket, func(s *scene) error {
		if e.To == ticket.InSpam || e.To == ticket.InTrash {
			return s.each(Shelved{})
		}
		t, err := s.ticket()
		if err != nil {
			return err
		}
		to, err := w.standingOf(tx, t)
		if err != nil {
			return err
		}
		return s.each(Restored{to})
	})
}

// changed has other policies hold, if what they are chosen by is not what it was.
func (w *Works) changed(tx *db.Tx, e ticket.Changed) error {
	what := cares(e)
	if !what.matters && !what.took {
		return nil
	}
	return w.at(tx, e.Ticket, func(s *scene) error {
		if what.matters {
			if err := s.rechoose(what.team); err != nil {
				return err
			}
		}
		if what.took {
			return s.each(Took{})
		}
		return nil
	})
}

// change is what promises care for of something that was set.
type change struct {
	matters bool // policies may be chosen by it
	team    bool // the ticket went to another team
	took    bool // somebody took it
}

func cares(e ticket.Changed) (c change) {
	for _, set := range e.Sets {
		c.matters = c.matters || slices.Contains([]string{"priority", "team", "item", "organisation", "requester"}, set.Field)
		c.team = c.team || set.Field == "team"
		c.took = c.took || set.Field == "assignee" && set.To != ""
	}
	return c
}

// linked excuses what was or will be broken by a cause that is known, if the policy says so.
func (w *Works) linked(tx *db.Tx, e ticket.Linked) error {
	if e.Type != ticket.Causes || !e.Reverse {
		return nil
	}
	return w.at(tx, e.Ticket, func(s *scene) error {
		for i := range s.clocks {
			k := &s.clocks[i]
			switch p, _ := s.policy(k.Policy); {
			case !e.Cut && p.Excuses && k.ExcusedBy == 0:
				k.ExcusedBy = e.Other
			case e.Cut && k.ExcusedBy == e.Other:
				k.ExcusedBy = 0
			}
		}
		return nil
	})
}

// standingOf is what the state of a ticket means.
func (w *Works) standingOf(tx *db.Tx, t *ticket.Ticket) (Standing, error) {
	flow, err := w.desk.WorkflowOf(tx, t.Kind)
	state, _ := flow.State(t.State)
	return Standing{string(t.Category), string(state.Waits)}, err
}

// subjectOf is what policies look at of a ticket.
func subjectOf(t *ticket.Ticket) Subject {
	return Subject{Kind: t.Kind, Organisation: t.Organisation, Item: t.Item, Team: t.Team, Priority: int(t.Priority)}
}
