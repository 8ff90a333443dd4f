package kpi

import (
	"cmp"
	"slices"
	"time"

	"muster/internal/ticket/list"
)

// Ages are the classes of age that a backlog is divided into, by whole days since a ticket was opened.
func Ages() []Age {
	return []Age{{"0–1", 0, 2}, {"2–3", 2, 4}, {"4–7", 4, 8}, {"8–14", 8, 15}, {"15–30", 15, 31}, {"over 30", 31, 0}}
}

// Age is a class of age: from so many days, to before so many; To 0: without end.
type Age struct {
	Name     string
	From, To int
}

// AgeOf returns the class, by its place in Ages, of what was opened at an instant.
func AgeOf(opened, now time.Time) int {
	days := int(now.Sub(opened) / (24 * time.Hour))
	return slices.IndexFunc(Ages(), func(a Age) bool { return a.To == 0 || days < a.To })
}

// Soon is how near a promise is due that is due soon.
const Soon = list.Soon

// Urgency says how near the next promise about a ticket is.
type Urgency int

const (
	Calm    Urgency = iota // nothing is due within Soon
	DueSoon                // something is
	Overdue                // and was, or is broken
)

// UrgencyOf returns the urgency of a ticket whose next promise is due at an instant: the zero time is never.
func UrgencyOf(due, now time.Time) Urgency {
	switch {
	case due.IsZero() || due.Sub(now) >= Soon:
		return Calm
	case due.Before(now):
		return Overdue
	}
	return DueSoon
}

// Cell counts unsolved tickets that are alike.
type Cell struct {
	Assignee string // empty: nobody
	Team     string
	Waiting  bool
	Age      int
	Urgency  Urgency
	N        int64
}

// Load is what somebody has. Soon and Overdue are parts of Open and Waiting.
type Load struct {
	User                         string // empty: nobody
	Open, Waiting, Soon, Overdue int64
}

// All is everything that somebody has.
func (l Load) All() int64 { return l.Open + l.Waiting }

// Aged is how much of the backlog is of one age, and how much of that is overdue.
type Aged struct{ N, Overdue int64 }

// Backlog is what is unsolved at an instant.
type Backlog struct {
	N, Soon, Overdue int64
	ByAge            [6]Aged
	Loads            []Load // by user, nobody first
}

// Count folds cells into a backlog.
func Count(cells []Cell) Backlog {
	var b Backlog
	loads := map[string]*Load{}
	for _, c := range cells {
		l := loads[c.Assignee]
		if l == nil {
			l = &Load{User: c.Assignee}
			loads[c.Assignee] = l
		}
		l.add(c)
		b.N += c.N
		b.ByAge[c.Age].N += c.N
		switch c.Urgency {
		case DueSoon:
			b.Soon += c.N
		case Overdue:
			b.Overdue += c.N
			b.ByAge[c.Age].Overdue += c.N
		}
	}
	for _, l := range loads {
		b.Loads = append(b.Loads, *l)
	}
	slices.SortFunc(b.Loads, func(a, b Load) int { return cmp.Compare(a.User, b.User) })
	return b
}

func (l *Load) add(c Cell) {
	if c.Waiting {
		l.Waiting += c.N
	} else {
		l.Open += c.N
	}
	switch c.Urgency {
	case DueSoon:
		l.Soon += c.N
	case Overdue:
		l.Overdue += c.N
	}
}

// Of returns what a user has.
func (b Backlog) Of(user string) Load {
	for _, l := range b.Loads {
		if l.User == user {
			return l
		}
	}
	return Load{User: user}
}

// Point is a figure at the end of a day, in UTC.
type Point struct {
	Day time.Time
	N   int64
}

// Past returns the backlog at the end of each of some days, the oldest first, and as it is now: from what it is now and by how
// much it grew or shrank on each day ("2026-01-31"). What was before the first day that is known is not returned.
func Past(current int64, flow map[string]int64, now time.Time, days int) []Point {
	first := ""
	for day := range flow {
		if first == "" || day < first {
			first = day
		}
	}
	today := now.UTC().Truncate(24 * time.Hour)
	points := []Point{{today, current}}
	for range days {
		day := today.Format(time.DateOnly)
		if first == "" || day <= first {
			break
		}
		current -= flow[day]
		today = today.AddDate(0, 0, -1)
		points = append(points, Point{today, current})
	}
	slices.Reverse(points)
	return points
}
