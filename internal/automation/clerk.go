package automation

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"muster/internal/access"
	"muster/internal/calendar"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/expression"
	"muster/internal/memory"
	"muster/internal/people"
	"muster/internal/ticket"
	"muster/internal/workspace"
)

// Clerk does what rules, macros and promises say. It reacts to what happens on the bus.
type Clerk struct {
	DB    *db.DB
	Desk  *ticket.Desk
	Hands Hands

	books    *memory.Of[string, *book]               // by workspace
	programs *memory.Of[string, *expression.Program] // by their source
}

// Hands are what other packages do for a rule; app wires them. One that is nil
// refuses the action in a sentence.
type Hands struct {
	Notify  func(tx *db.Tx, users, teams []string, t *ticket.Ticket, say string) error
	Webhook func(tx *db.Tx, hook string, t *ticket.Ticket, say string) error
	Hooks   func(tx *db.Tx) ([]Choosable, error) // the webhooks there are
}

// Choosable is something that a form offers.
type Choosable struct{ ID, Name string }

// How long what is configured is remembered: this node hears of changes at once, another within that time.
const (
	remembered   = time.Second
	mostBooks    = 1000
	mostPrograms = 20_000
)

// NewClerk returns a clerk that reacts to what happens on a bus.
func NewClerk(d *db.DB, bus *event.Bus, desk *ticket.Desk, hands Hands) *Clerk {
	c := &Clerk{DB: d, Desk: desk, Hands: hands,
		books: memory.New[string, *book](remembered, mostBooks), programs: memory.New[string, *expression.Program](time.Hour, mostPrograms)}
	bus.Watch(func(h event.Happening) {
		if h.Subject == subject {
			c.books.Forget()
		}
	})
	c.listen(bus)
	event.Task(bus, waitTask, c.due, event.Options{})
	return c
}

// book is the active rules of a workspace, and what judging them takes.
type book struct {
	atOnce map[Trigger][]Compiled        // in their order
	later  map[Trigger][]Compiled        // those that wait
	hours  map[string]*calendar.Compiled // that rules wait by
	names  people.Names
	zone   *time.Location
}

// touched notes that this unit of work changed the rules: what it reads of them is not for others yet.
type touched struct{}

func (c *Clerk) touch(tx *db.Tx) { tx.Note(touched{}, true) }

// book returns the rules that count now.
func (c *Clerk) book(tx *db.Tx) (*book, error) {
	if tx.Noted(touched{}) != nil {
		return c.openBook(tx)
	}
	return c.books.Get(tx.Workspace, func() (*book, bool, error) {
		b, err := c.openBook(tx)
		return b, true, err
	})
}

func (c *Clerk) openBook(tx *db.Tx) (*book, error) {
	b := &book{atOnce: map[Trigger][]Compiled{}, later: map[Trigger][]Compiled{}, zone: time.UTC}
	return b, tx.As(access.System(tx.Workspace), func(tx *db.Tx) error {
		active, err := rules(tx, tx.Filter().Where("active = 1"))
		if err != nil || len(active) == 0 {
			return err
		}
		for _, r := range active {
			b.add(c.compiled(r))
		}
		if b.hours, err = hoursOf(tx, active...); err != nil {
			return err
		}
		if b.names, err = people.NamesOf(tx, nil, nil); err != nil {
			return err
		}
		w, err := workspace.Current(tx)
		if zone, zoneErr := time.LoadLocation(w.Settings.Zone); zoneErr == nil {
			b.zone = zone
		}
		return err
	})
}

func (b *book) add(r Compiled, err error) {
	if err != nil {
		slog.Warn("a rule cannot be judged any more", "rule", r.ID, "name", r.Name, "err", err)
		return
	}
	for _, t := range r.On {
		if r.Wait > 0 {
			b.later[t] = append(b.later[t], r)
		} else {
			b.atOnce[t] = append(b.atOnce[t], r)
		}
	}
}

// waits are the different times that rules wait after a trigger.
func (b *book) waits(t Trigger) (all []delay) {
	for _, r := range b.later[t] {
		if !slices.Contains(all, r.delay()) {
			all = append(all, r.delay())
		}
	}
	return all
}

// compiled makes a rule ready to be asked. Its condition is compiled once, however often it is read.
func (c *Clerk) compiled(r Rule) (Compiled, error) {
	source, err := r.Source()
	if err != nil {
		return Compiled{Rule: r}, err
	}
	p, err := c.programs.Get(source, func() (*expression.Program, bool, error) {
		p, err := compile(source)
		return p, true, err
	})
	return Compiled{r, p}, err
}

// Sweep forgets runs that are too old or too many. It is for one workspace.
func (c *Clerk) Sweep(ctx context.Context) error {
	var all []string
	err := c.DB.View(ctx, func(tx *db.Tx) error {
		if err := tx.Must(access.RulesEdit); err != nil {
			return err
		}
		found, err := rules(tx, tx.Filter())
		for _, r := range found {
			all = append(all, r.ID)
		}
		return err
	})
	errs := []error{err, c.DB.Update(ctx, func(tx *db.Tx) error { return dropRunsBefore(tx, tx.Now.Add(-keptFor)) })}
	for _, id := range all {
		errs = append(errs, c.DB.Update(ctx, func(tx *db.Tx) error { return dropRunsOf(tx, id, keptRuns) }))
	}
	return errors.Join(errs...)
}
