// Package calendar says when a desk is open, how much working time lies between two instants, and when a promise of so much working time is due.
package calendar

import (
	"slices"
	"time"
	_ "time/tzdata" // zones are known on machines that have no list of them
)

// Calendar is a list of versions, in order. At any instant exactly one of them is in force: the last whose
// From has come. The first is in force since ever.
type Calendar struct {
	Versions []Version `json:"versions"`
}

// Version is a calendar as it is from one instant on.
type Version struct {
	From     time.Time `json:"from,omitzero"` // in force from this second on
	Zone     string    `json:"zone"`          // IANA, such as Europe/Berlin
	Week     Week      `json:"week"`
	Holidays []Holiday `json:"holidays,omitempty"`
}

// Week has the hours of each day of the week. A day that it lacks is closed.
type Week map[Weekday][]Hours

// Weekday is a day of the week.
type Weekday string

// The days of the week.
const (
	Monday    Weekday = "monday"
	Tuesday   Weekday = "tuesday"
	Wednesday Weekday = "wednesday"
	Thursday  Weekday = "thursday"
	Friday    Weekday = "friday"
	Saturday  Weekday = "saturday"
	Sunday    Weekday = "sunday"
)

// Days returns the days of the week in order.
func Days() []Weekday {
	return []Weekday{Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday}
}

// Hours is a period of a day. One that closes before it opens closes on the next day, and belongs wholly to
// the day on which it opens: a night shift that began the evening before a holiday runs to its end, and the
// one that would begin on the holiday is not worked. Periods may touch and overlap; what lies in any is open.
type Hours struct {
	Open  TimeOfDay `json:"open"`
	Close TimeOfDay `json:"close"` // the first minute that is closed again
}

// TimeOfDay is what a clock on the wall shows, "00:00" to "24:00". In the nights in which clocks change:
// what is skipped begins, and ends, when the clock jumps over it; what is shown twice begins, and ends, when
// it is shown first. So when the clock is turned back, a desk stays open or closed, whichever it was, until
// the clock has caught up with itself; and periods that touch on paper touch in every night.
type TimeOfDay string

// Date is a day of the civil calendar, "2026-12-24".
type Date string

// Holiday is a day, or a row of days, with hours of its own instead of the week's. Where holidays overlap the
// desk is open only when all of them say so: closed counts over half a day, and nothing is subtracted twice.
type Holiday struct {
	Name   string  `json:"name"`
	Date   Date    `json:"date"`
	Until  Date    `json:"until,omitempty"`  // the last day, if there is more than one
	Yearly bool    `json:"yearly,omitempty"` // again each following year; 29 February only in leap years
	Except []Date  `json:"except,omitempty"` // days on which it is not kept after all
	Hours  []Hours `json:"hours,omitempty"`  // when the desk is open; none: it is closed
}

// Always returns a week that never closes.
func Always() Week { return every(Days(), Hours{"00:00", "24:00"}) }

// Workdays returns a week with the same hours from Monday to Friday.
func Workdays(hours ...Hours) Week { return every(Days()[:5], hours...) }

func every(days []Weekday, hours ...Hours) Week {
	w := Week{}
	for _, d := range days {
		w[d] = slices.Clone(hours)
	}
	return w
}

// At returns the number of the version that is in force at an instant: 1 for the first, 0 if there is none.
// It is what a clock keeps, together with its instants, to explain itself later.
func (c Calendar) At(at time.Time) int {
	for n := len(c.Versions); n > 1; n-- {
		if from := c.Versions[n-1].From.Truncate(time.Second); !at.Before(from) {
			return n
		}
	}
	return min(1, len(c.Versions))
}
