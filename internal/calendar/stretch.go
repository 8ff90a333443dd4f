package calendar

import (
	"iter"
	"sort"
	"time"
)

// Stretch is a time in which the desk is open: From is in it, To is not.
type Stretch struct {
	From, To time.Time
}

// Periods yields the open stretches between from and to in order, cut off there. None touches the next, even
// over midnight or from one version to the next; their lengths add up to Elapsed(from, to).
func (c *Compiled) Periods(from, to time.Time) iter.Seq[Stretch] {
	return func(yield func(Stretch) bool) {
		for at := from; at.Before(to); {
			opens, err := c.NextOpen(at)
			if err != nil || !opens.Before(to) {
				return
			}
			closes := c.closes(opens, to)
			if !yield(Stretch{opens, closes}) {
				return
			}
			at = closes
		}
	}
}

// closes returns when a desk that is open at an instant closes, at limit at the latest. It looks ahead in
// steps that double, and then between the last two.
func (c *Compiled) closes(at, limit time.Time) time.Time {
	from, step := at.Unix(), int64(day)
	seen := c.until(from)
	open := func(n int64) bool { return c.until(from+n)-seen == n }
	for open(step) && from+step < limit.Unix() {
		step *= 2
	}
	n := sort.Search(int(step), func(n int) bool { return !open(int64(n) + 1) })
	if t := time.Unix(from+int64(n), 0).UTC(); t.Before(limit) {
		return t
	}
	return limit.Round(0).UTC()
}
