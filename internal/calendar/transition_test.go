package calendar_test

import (
	"testing"
	"time"

	"muster/internal/calendar"
)

// transitions returns when a zone's offset changes from 1990 to 2040.
func transitions(t *testing.T, zone string) []time.Time {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	var all []time.Time
	for at := time.Date(1990, 1, 1, 0, 0, 0, 0, loc); at.Year() < 2041; at = at.Add(12 * time.Hour) {
		a, b := at, at.Add(12*time.Hour)
		if offset(a) == offset(b) {
			continue
		}
		for b.Sub(a) > time.Minute {
			if mid := a.Add(b.Sub(a) / 2).Truncate(time.Minute); offset(mid) == offset(at) {
				a = mid
			} else {
				b = mid
			}
		}
		all = append(all, b)
	}
	return all
}

// Around every change of clocks each minute is as a slow walk has it.
func TestEveryTransition(t *testing.T) {
	weeks := []calendar.Week{
		calendar.Always(),
		everyDay("22:00", "01:15", "02:30", "03:15", "03:15", "12:00"),
		everyDay("00:30", "02:30", "22:30", "23:30"),
		everyDay("01:00", "02:15", "02:20", "02:40", "23:15", "00:30"),
	}
	seen := 0
	for _, zone := range zones() {
		for n, week := range weeks {
			v := calendar.Version{Zone: zone, Week: week}
			c, s := compile(t, calendar.Calendar{Versions: []calendar.Version{v}}), newSlow(t, v)
			for i, at := range transitions(t, zone) {
				if i%len(weeks) != n { // each week has its share
					continue
				}
				seen++
				around(t, c, s, at)
			}
		}
	}
	if seen < 2000 {
		t.Errorf("got %d transitions, want more: the test looks in the wrong place", seen)
	}
}

func around(t *testing.T, c *calendar.Compiled, s *slow, at time.Time) {
	from, sum, wrong := at.Add(-4*time.Hour), time.Duration(0), 0
	s.walk(from, at.Add(4*time.Hour), func(at time.Time, want bool) {
		if got := c.Open(at); got != want && wrong == 0 {
			t.Errorf("%s, %v: got open %t, want %t", s.Zone, at, got, want)
			wrong++
		}
		if got := c.Elapsed(from, at); got != sum && wrong == 0 {
			t.Errorf("%s, %v to %v: got %v, want %v", s.Zone, from, at, got, sum)
			wrong++
		}
		if want {
			sum += time.Minute
		}
	})
	if due, err := c.Deadline(from, sum); err != nil || c.Elapsed(from, due) != sum {
		t.Errorf("%s: %v after %v: got %v (%v), want an instant at which it has elapsed", s.Zone, sum, from, due, err)
	}
}

// everyDay returns a week with the same periods on each day.
func everyDay(times ...calendar.TimeOfDay) calendar.Week {
	w := calendar.Week{}
	for _, d := range calendar.Days() {
		for i := 0; i < len(times); i += 2 {
			w[d] = append(w[d], calendar.Hours{Open: times[i], Close: times[i+1]})
		}
	}
	return w
}
