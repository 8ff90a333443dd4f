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
	runs map[time.Time][][2]int // open minutes of days
}

func newSlow(t testing.TB, v calendar.Version) *slow {
	t.Helper()
	loc, err := time.LoadLocation(v.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return &slow{v, loc, map[time.Time][][2]int{}}
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

// painted returns the open minutes of a day, up to 48:00.
func painted(hours []calendar.Hours) (open [48 * 60]bool) {
	for _, h := range hours {
		a, b := minutesOf(h.Open), minutesOf(h.Close)
		if b <= a {
			b += 24 * 60
		}
		for m := a; m < b; m++ {
			open[m] = true
		}
	}
	return open
}

// day returns the open stretches of a date's own periods, in minutes up to 48:00.
func (s *slow) day(date time.Time) [][2]int {
	if runs, ok := s.runs[date]; ok {
		return runs
	}
	open, ordinary := painted(s.Week[calendar.Days()[(int(date.Weekday())+6)%7]]), true
	for _, h := range s.Holidays {
		if !keeps(h, date) {
			continue
		}
		for m, o := range painted(h.Hours) {
			open[m] = o && (ordinary || open[m])
		}
		ordinary = false
	}
	var runs [][2]int
	for m, o := range open {
		if last := len(runs) - 1; o && last >= 0 && runs[last][1] == m {
			runs[last][1]++
		} else if o {
			runs = append(runs, [2]int{m, m + 1})
		}
	}
	s.runs[date] = runs
	return runs
}

func has(runs [][2]int, minute int) bool {
	return slices.ContainsFunc(runs, func(r [2]int) bool { return r[0] <= minute && minute < r[1] })
}

// wall returns the date of an instant, and the minutes that the clock on the wall has shown since 1970.
func (s *slow) wall(at time.Time) (time.Time, int) {
	shown := at.Unix() + int64(offset(at.In(s.loc)))
	return time.Unix(shown-shown%(24*60*60), 0).UTC(), int(shown / 60)
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
