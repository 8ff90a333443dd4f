package kpi

import (
	"cmp"
	"slices"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/ticket"
)

// SupportBoard is what a support manager steers by: what is unsolved, how old it is, who has it, what presses.
type SupportBoard struct {
	At time.Time
	Backlog
	Past []Point // the backlog of the last days: empty for who sees a part of the tickets only
}

// pastDays is how far a support board looks back.
const pastDays = 14

// Support returns the support board of the tickets that the actor may see.
func Support(tx *db.Tx) (SupportBoard, error) {
	if err := tx.Must(access.FiguresRead); err != nil {
		return SupportBoard{}, err
	}
	if err := tx.Must(access.TicketsRead); err != nil {
		return SupportBoard{}, err
	}
	all, err := cells(tx)
	if err != nil {
		return SupportBoard{}, err
	}
	b := SupportBoard{At: tx.Now, Backlog: Count(all)}
	if narrowed(tx.Actor) {
		return b, nil
	}
	flow, err := db.Tallies(tx, ticket.Backlog)
	b.Past = Past(b.N, flow, tx.Now, pastDays)
	return b, err
}

// narrowed reports whether an actor sees a part of the tickets only.
func narrowed(a access.Actor) bool {
	return a.Scope.Teams != nil || a.Scope.Orgs != nil || a.Scope.Kinds != nil
}

// Weeks is how many weeks a service board usually looks back.
const Weeks = 8

// Spans are the numbers of weeks that one can choose.
func Spans() []int { return []int{4, Weeks, 13, 26} }

const week = 7 * 24 * time.Hour

// Period is from an instant to before another.
type Period struct{ From, To time.Time }

// LastWeeks is the period of so many weeks that ends at an instant.
func LastWeeks(to time.Time, weeks int) Period {
	return Period{to.Add(-time.Duration(weeks) * week), to}
}

// Weeks is how many weeks the period has: one that is not whole counts, too.
func (p Period) Weeks() int { return max(1, int((p.To.Sub(p.From)+week-1)/week)) }

// Tried counts promises that were kept or broken in a week of a period, by where the ticket stands.
type Tried struct {
	Organisation, Item, Policy, Target string
	Outcome
	Week int
	N    int64
}

// Rated counts answers with a rating in a week of a period, by where the ticket stood when its customer was asked.
type Rated struct {
	Measure            string // csat, nps, ces
	Organisation, Item string
	Rating, Week       int
	N                  int64
}

// Pressing counts unsolved tickets by how near their next promise is.
type Pressing struct {
	Organisation, Item string
	Urgency
	N int64
}

// Line is the figures of a client, of a service, or of all.
type Line struct {
	ID            string // empty: of those without one
	All           Attainment
	ByTarget      map[string]Attainment
	ByTicket      Attainment // of the tickets that had promises: each counts once
	Weeks         []Attainment
	CSAT          Ratings
	CSATWeeks     []Ratings
	Soon, Overdue int64 // now
}

// Trend compares how many promises were kept in the second half of the period with the first.
func (l Line) Trend() Direction {
	var before, now Attainment
	for i, w := range l.Weeks {
		if i < len(l.Weeks)/2 {
			before.Merge(w)
		} else {
			now.Merge(w)
		}
	}
	return Trend(before.Kept(), now.Kept())
}

// ServiceBoard is what a service manager steers by: which promises were kept, to whom, and what customers say.
type ServiceBoard struct {
	Period
	Total          Line
	ByOrganisation []Line // those with the most promises first
	ByItem         []Line
	ByPolicy       map[string]Attainment
	NPS, CES       Ratings
	Asked          Share // of those who were asked for their satisfaction in the period, how many answered
}

// Facts are what a service board is folded of.
type Facts struct {
	Tried    []Tried
	Tickets  []TriedTickets
	Rated    []Rated
	Pressing []Pressing
}

// TriedTickets counts tickets by what became of their promises in a period, all together.
type TriedTickets struct {
	Organisation, Item string
	Is                 Verdict
	N                  int64
}

// Verdict is what the promises of a ticket came to: the worst of what each came to.
type Verdict int

const (
	AllEnded   Verdict = iota // without what was promised, in time
	AllMet                    // or ended
	HasExcused                // and none that was missed
	HasMissed
)

// VerdictOf returns what one promise comes to.
func VerdictOf(o Outcome) Verdict {
	var a Attainment
	a.Add(o, 1)
	switch {
	case a.Missed > 0:
		return HasMissed
	case a.Excused > 0:
		return HasExcused
	case a.Met > 0:
		return AllMet
	}
	return AllEnded
}

// AddTicket counts n tickets whose promises came to this.
func (a *Attainment) AddTicket(is Verdict, n int64) {
	switch is {
	case HasMissed:
		a.Missed += n
	case HasExcused:
		a.Excused += n
	case AllMet:
		a.Met += n
	default:
		a.None += n
	}
}

// Serve folds facts of a period into a service board.
func Serve(p Period, facts Facts) ServiceBoard {
	weeks := p.Weeks()
	b := ServiceBoard{Period: p, Total: newLine("", weeks), ByPolicy: map[string]Attainment{}}
	organisations, items := map[string]*Line{}, map[string]*Line{}
	lineOf := func(all map[string]*Line, id string) *Line {
		if all[id] == nil {
			l := newLine(id, weeks)
			all[id] = &l
		}
		return all[id]
	}
	each := func(organisation, item string, f func(*Line)) {
		f(&b.Total)
		f(lineOf(organisations, organisation))
		f(lineOf(items, item))
	}
	for _, t := range facts.Tickets {
		each(t.Organisation, t.Item, func(l *Line) { l.ByTicket.AddTicket(t.Is, t.N) })
	}
	for _, t := range facts.Tried {
		each(t.Organisation, t.Item, func(l *Line) { l.try(t) })
		of := b.ByPolicy[t.Policy]
		of.Add(t.Outcome, t.N)
		b.ByPolicy[t.Policy] = of
	}
	for _, r := range facts.Rated {
		switch r.Measure {
		case "nps":
			b.NPS.Add(r.Rating, r.N)
		case "ces":
			b.CES.Add(r.Rating, r.N)
		default:
			each(r.Organisation, r.Item, func(l *Line) { l.CSAT.Add(r.Rating, r.N); l.CSATWeeks[r.Week].Add(r.Rating, r.N) })
		}
	}
	for _, x := range facts.Pressing {
		each(x.Organisation, x.Item, func(l *Line) { l.press(x) })
	}
	b.ByOrganisation, b.ByItem = sorted(organisations), sorted(items)
	return b
}

func newLine(id string, weeks int) Line {
	return Line{ID: id, ByTarget: map[string]Attainment{}, Weeks: make([]Attainment, weeks), CSATWeeks: make([]Ratings, weeks)}
}

func (l *Line) try(t Tried) {
	l.All.Add(t.Outcome, t.N)
	l.Weeks[t.Week].Add(t.Outcome, t.N)
	of := l.ByTarget[t.Target]
	of.Add(t.Outcome, t.N)
	l.ByTarget[t.Target] = of
}

func (l *Line) press(x Pressing) {
	switch x.Urgency {
	case DueSoon:
		l.Soon += x.N
	case Overdue:
		l.Overdue += x.N
	}
}

// sorted are the lines with the most promises first, then those with the most answers.
func sorted(lines map[string]*Line) (all []Line) {
	for _, l := range lines {
		all = append(all, *l)
	}
	slices.SortFunc(all, func(a, b Line) int {
		return cmp.Or(cmp.Compare(b.All.Kept().N, a.All.Kept().N), cmp.Compare(b.CSAT.N(), a.CSAT.N()), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// Service returns the service board of a period, as far as the actor may see the tickets.
func Service(tx *db.Tx, p Period) (ServiceBoard, error) {
	if err := tx.Must(access.FiguresRead); err != nil {
		return ServiceBoard{}, err
	}
	if err := tx.Must(access.TicketsRead); err != nil {
		return ServiceBoard{}, err
	}
	var facts Facts
	var b ServiceBoard
	var err error
	for _, read := range []func() error{
		func() error { facts.Tried, err = tried(tx, p); return err },
		func() error { facts.Tickets, err = triedTickets(tx, p); return err },
		func() error { facts.Rated, err = rated(tx, p); return err },
		func() error { facts.Pressing, err = pressing(tx); return err },
		func() error { b = Serve(p, facts); b.Asked, err = asked(tx, p); return err },
	} {
		if err := read(); err != nil {
			return ServiceBoard{}, err
		}
	}
	return b, nil
}
