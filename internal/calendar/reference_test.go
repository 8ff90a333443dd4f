package calendar_test

import (
	"slices"
	"testing"
	"time"

	"muster/internal/calendar"
)

// slow reckons with a version as its documentation reads, minute by minute, and shares no code with the package.
// It holds where zones change at whole minutes.
type slow struct {
	calendar.Version
	loc  *time.Location
	runs map[string][][2]int // open minutes of days, by date or weekday
}

func newSlow(t testing.TB, v calendar.Version) *slow {
	t.Helper()
	loc, err := time.LoadLocation(v.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return &slow{v, loc, map[string][][2]int{}}
}

// keeps reports whether h is kept on a date.
func keeps(h calendar.Holiday, date time.Time) bool {
	s, first, last := date.Format(time.DateOnly), string(h.Date), string(h.Until)
	if last == "" {
		last = first
	}
	if slices.Contains(h.Except, calendar.Date(s)) {
		return false
	}
	if !h.Yearly {
		return first <= s && s <= last
	}
	if first[5:] <= last[5:] {
		return first[:4] <= s[:4] && first[5:] <= s[5:] && s[5:] <= last[5:]
	}
	return first[:4] <= s[:4] && first[5:] <= s[5:] || last[:4] <= s[:4] && s[5:] <= last[5:]
}

func minutesOf(t calendar.TimeOfDay) int {
	if t == "24:00" {
		return 24 * 60
	}
	at, err := time.Parse("15:04", string(t))
	if err != nil {
		panic(err)
	}
	return at.Hour()*60 + at.Minute()
}

// in reports whether a minute of a day, up to 48:00, lies in one of its periods.
func in(hours []calendar.Hours, minute int) bool {
	return slices.ContainsFunc(hours, func(h calendar.Hours) bool {
		a, b := minutesOf(h.Open), minutesOf(h.Close)
		if b <= a {
			b += 24 * 60
		}
		return a <= minute && minute < b
	})
}

// day returns the open minutes of a date's own periods, up to 48:00.
func (s *slow) day(date time.Time) [][2]int {
	var kept []calendar.Holiday
	key := date.Weekday().String()
	for _, h := range s.Holidays {
		if keeps(h, date) {
			kept = append(kept, h)
			key = date.Format(time.DateOnly)
		}
	}
	if runs, ok := s.runs[key]; ok {
		return runs
	}
	var runs [][2]int
	for m := range 48 * 60 {
		open := in(s.Week[calendar.Days()[(int(date.Weekday())+6)%7]], m)
		for i, h := range kept {
			open = (open || i == 0) && in(h.Hours, m)
		}
		if last := len(runs) - 1; open && last >= 0 && runs[last][1] == m {
			runs[last][1]++
		} else if open {
			runs = append(runs, [2]int{m, m + 1})
		}
	}
	s.runs[key] = runs
	return runs
}

func has(runs [][2]int, minute int) bool {
	return slices.ContainsFunc(runs, func(r [2]int) bool { return r[0] <= minute && minute < r[1] })
}

// wall returns the date of an instant, and the minutes that the clock on the wall has shown since 1970.
func (s *slow) wall(at time.Time) (time.Time, int) {
	y, mo, d := at.In(s.loc).Date()
	date := time.Date(y, mo, d, 0, 0, 0, 0, time.UTC)
	h, mi, _ := at.In(s.loc).Clock()
	return date, int(date.Unix()/60) + h*60 + mi
}

// walk says of each minute from from on whether the desk is open.
func (s *slow) walk(from, to time.Time, visit func(at time.Time, open bool)) {
	open, shown := false, 0
	for at := from; at.Before(to); at = at.Add(time.Minute) {
		date, wall := s.wall(at)
		if wall >= shown { // what is shown again changes nothing
			shown = wall + 1
			minute := wall - int(date.Unix()/60)
			open = has(s.day(date), minute) || has(s.day(date.AddDate(0, 0, -1)), minute+24*60)
		}
		visit(at, open)
	}
}

// instant returns when the wall first shows a minute of a date, or a later one. Minutes are multiples of five.
func (s *slow) instant(date time.Time, minute int) time.Time {
	want := int(date.Unix()/60) + minute
	guess := time.Date(date.Year(), date.Month(), date.Day(), 0, minute, 0, 0, s.loc)
	a, b := guess.Add(-26*time.Hour), guess.Add(26*time.Hour)
	if offset(a) == offset(b) && offset(a) == offset(guess) {
		return guess
	}
	for a = a.Truncate(5 * time.Minute); ; a = a.Add(5 * time.Minute) {
		if _, wall := s.wall(a); wall >= want {
			break
		}
	}
	for a = a.Add(-5 * time.Minute); ; a = a.Add(time.Minute) {
		if _, wall := s.wall(a); wall >= want {
			return a
		}
	}
}

func offset(at time.Time) int { _, n := at.Zone(); return n }

// elapsed adds up the periods between two instants day by day.
func (s *slow) elapsed(from, to time.Time) time.Duration {
	var sum time.Duration
	seen := from // what comes before has been counted
	date, _ := s.wall(from.AddDate(0, 0, -3))
	for ; date.Before(to.AddDate(0, 0, 3)); date = date.AddDate(0, 0, 1) {
		for _, run := range s.day(date) {
			a, b := s.instant(date, run[0]), s.instant(date, run[1])
			if a.Before(seen) {
				a = seen
			}
			if b.After(to) {
				b = to
			}
			if a.Before(b) {
				sum, seen = sum+b.Sub(a), b
			}
		}
	}
	return sum
}
