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

// Weeks is how many weeks a service board looks back.
const Weeks = 8

const week = 7 * 24 * time.Hour

// Period is from an instant to before another.
type Period struct{ From, To time.Time }

// LastWeeks is the period of a service board that ends at an instant.
func LastWeeks(to time.Time) Period { return Period{to.Add(-Weeks * week), to} }

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
	Weeks         [Weeks]Attainment
	CSAT          Ratings
	CSATWeeks     [Weeks]Ratings
	Soon, Overdue int64 // now
}

// Trend compares how many promises were kept in the second half of the period with the first.
func (l Line) Trend() Direction {
	var before, now Attainment
	for i, w := range l.Weeks {
		if i < Weeks/2 {
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

// Serve folds facts of a period into a service board.
func Serve(p Period, tried []Tried, rated []Rated, pressing []Pressing) ServiceBoard {
	b := ServiceBoard{Period: p, Total: Line{ByTarget: map[string]Attainment{}}, ByPolicy: map[string]Attainment{}}
	organisations, items := map[string]*Line{}, map[string]*Line{}
	each := func(organisation, item string, f func(*Line)) {
		f(&b.Total)
		f(lineOf(organisations, organisation))
		f(lineOf(items, item))
	}
	for _, t := range tried {
		each(t.Organisation, t.Item, func(l *Line) { l.try(t) })
		of := b.ByPolicy[t.Policy]
		of.Add(t.Outcome, t.N)
		b.ByPolicy[t.Policy] = of
	}
	for _, r := range rated {
		switch r.Measure {
		case "nps":
			b.NPS.Add(r.Rating, r.N)
		case "ces":
			b.CES.Add(r.Rating, r.N)
		default:
			each(r.Organisation, r.Item, func(l *Line) { l.CSAT.Add(r.Rating, r.N); l.CSATWeeks[r.Week].Add(r.Rating, r.N) })
		}
	}
	for _, x := range pressing {
		each(x.Organisation, x.Item, func(l *Line) { l.press(x) })
	}
	b.ByOrganisation, b.ByItem = sorted(organisations), sorted(items)
	return b
}

func lineOf(all map[string]*Line, id string) *Line {
	if all[id] == nil {
		all[id] = &Line{ID: id, ByTarget: map[string]Attainment{}}
	}
	return all[id]
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
	kept, err := tried(tx, p)
	if err != nil {
		return ServiceBoard{}, err
	}
	ended, err := endedWithout(tx, p)
	if err != nil {
		return ServiceBoard{}, err
	}
	answers, err := rated(tx, p)
	if err != nil {
		return ServiceBoard{}, err
	}
	now, err := pressing(tx)
	if err != nil {
		return ServiceBoard{}, err
	}
	b := Serve(p, append(kept, ended...), answers, now)
	b.Asked, err = asked(tx, p)
	return b, err
}
