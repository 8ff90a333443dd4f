package calendar_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"muster/internal/calendar"
)

func drawSpan(t *rapid.T, most time.Duration) time.Duration {
	most = rapid.SampledFrom([]time.Duration{time.Second, time.Hour, 24 * time.Hour, 40 * 24 * time.Hour, most}).Draw(t, "scale")
	return time.Duration(rapid.Int64Range(0, int64(most)).Draw(t, "span"))
}

func mustCompile(t *rapid.T, c calendar.Calendar) *calendar.Compiled {
	made, err := calendar.Compile(c)
	if err != nil {
		t.Fatalf("got %v, want a calendar", err)
	}
	return made
}

const tenYears = 3653 * 24 * time.Hour

// Elapsed(from, Deadline(from, d)) == d, and no earlier instant has it.
func TestDeadlineIsTheInverseOfElapsed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := mustCompile(t, drawCalendar(t))
		for range 20 {
			from, d := drawInstant(t, "from"), drawSpan(t, tenYears/4)
			due, err := c.Deadline(from, d)
			if ever := c.Elapsed(from, time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil && ever >= d {
				t.Fatalf("%v after %v: got %v, want a deadline: there are %v", d, from, err, ever)
			} else if err != nil {
				continue
			}
			if got := c.Elapsed(from, due); got != d || due.Before(from) {
				t.Fatalf("from %v: got %v until %v, want %v", from, got, due, d)
			}
			if got := c.Elapsed(from, due.Add(-1)); got >= d && d > 0 {
				t.Fatalf("from %v: got %v a nanosecond before %v, want less than %v", from, got, due, d)
			}
		}
	})
}

func TestElapsedIsAdditiveAndMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := mustCompile(t, drawCalendar(t))
		for range 20 {
			x, y, z := drawInstant(t, "x"), drawInstant(t, "y"), drawInstant(t, "z")
			if got, want := c.Elapsed(x, y)+c.Elapsed(y, z), c.Elapsed(x, z); got != want {
				t.Fatalf("%v, %v, %v: got %v in two parts, want %v", x, y, z, got, want)
			}
			d := drawSpan(t, tenYears)
			if got := c.Elapsed(x, x.Add(d)); got < 0 || got > d {
				t.Fatalf("%v: got %v of working time in %v", x, got, d)
			}
			if got, want := c.Elapsed(y, x), -c.Elapsed(x, y); got != want {
				t.Fatalf("%v to %v: got %v backwards, want %v", x, y, got, want)
			}
		}
	})
}

// The stretches are open, those between them closed, and their lengths are what has elapsed.
func TestPeriodsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := mustCompile(t, drawCalendar(t))
		from := drawInstant(t, "from")
		to := from.Add(drawSpan(t, tenYears/20))
		sum, last := time.Duration(0), time.Time{}
		for p := range c.Periods(from, to) {
			sum += p.To.Sub(p.From)
			if !p.From.After(last) || !p.From.Before(p.To) || p.To.After(to) || p.From.Before(from) {
				t.Fatalf("got %v after %v, want a later one", p, last)
			}
			if !c.Open(p.From) || !c.Open(p.To.Add(-1)) || c.Open(p.From.Add(-1)) && p.From != from || c.Open(p.To) && p.To != to {
				t.Fatalf("got %v, want where the desk opens and closes", p)
			}
			if got, err := c.NextOpen(last); err != nil || got != p.From && !last.IsZero() {
				t.Fatalf("next open after %v: got %v (%v), want %v", last, got, err, p.From)
			}
			last = p.To
		}
		if want := c.Elapsed(from, to); sum != want {
			t.Fatalf("%v to %v: got periods of %v, want %v", from, to, sum, want)
		}
	})
}

// A calendar of several versions is each of them in its time.
func TestVersionsCountInTheirTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := drawCalendar(t)
		from, to := drawInstant(t, "from"), drawInstant(t, "to")
		if to.Before(from) {
			from, to = to, from
		}
		want, at := time.Duration(0), from
		for i, v := range whole.Versions {
			until := to
			if i+1 < len(whole.Versions) && whole.Versions[i+1].From.Before(to) {
				until = whole.Versions[i+1].From
			}
			if at.Before(until) {
				want += mustCompile(t, calendar.Calendar{Versions: []calendar.Version{v}}).Elapsed(at, until)
				at = until
			}
		}
		if got := mustCompile(t, whole).Elapsed(from, to); got != want {
			t.Fatalf("%v to %v: got %v, want %v", from, to, got, want)
		}
	})
}

// Spans of up to ten years are as a slow reckoning by days has them.
func TestElapsedIsAsTheSlowReckoningSays(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		v := drawVersion(r)
		from := drawInstant(r, "from")
		to := from.Add(drawSpan(r, tenYears))
		got := mustCompile(r, calendar.Calendar{Versions: []calendar.Version{v}}).Elapsed(from, to)
		if want := newSlow(t, v).elapsed(from, to); got != want {
			r.Fatalf("%v to %v: got %v, want %v", from, to, got, want)
		}
	})
}
