package calendar

import (
	"time"

	"muster/internal/fault"
)

// Elapsed returns the working time between two instants, to the nanosecond. If to is before from it is the
// same time with a minus, so that Elapsed(a, b) + Elapsed(b, c) == Elapsed(a, c) in any order, and what is
// left until a due instant turns negative once it is over. Before 1970 and after 2199 every desk is closed.
func (c *Compiled) Elapsed(from, to time.Time) time.Duration {
	a, aNanos := c.count(from)
	b, bNanos := c.count(to)
	return time.Duration(b-a)*time.Second + time.Duration(bNanos-aNanos)
}

// Deadline returns the first instant at which d of working time has passed since from: the end of a day
// rather than the beginning of the next, and from itself if d is 0. A negative d, and a time that the calendar
// does not open for, are faults.
func (c *Compiled) Deadline(from time.Time, d time.Duration) (time.Time, error) {
	if d < 0 {
		return time.Time{}, fault.New(fault.Invalid, "A time of %v cannot run out: give one that is not negative.", d)
	}
	if d == 0 {
		return from.Round(0).UTC(), nil
	}
	seconds, nanos := c.count(from)
	nanos += int64(d % time.Second)
	seconds += int64(d/time.Second) + nanos/1e9
	if nanos %= 1e9; nanos == 0 {
		return c.instant(from, seconds, 0)
	}
	return c.instant(from, seconds+1, time.Duration(1e9-nanos))
}

// Open reports whether the desk is open at an instant.
func (c *Compiled) Open(at time.Time) bool {
	return c.until(at.Unix()+1) > c.until(at.Unix())
}

// NextOpen returns the instant from which the desk is next open: at itself if it is open then.
func (c *Compiled) NextOpen(at time.Time) (time.Time, error) {
	if c.Open(at) {
		return at.Round(0).UTC(), nil
	}
	return c.instant(at, c.until(at.Unix())+1, time.Second)
}

// count returns the working time up to an instant in seconds and nanoseconds.
func (c *Compiled) count(at time.Time) (seconds, nanos int64) {
	seconds = c.until(at.Unix())
	if at.Nanosecond() > 0 && c.Open(at) {
		nanos = int64(at.Nanosecond())
	}
	return seconds, nanos
}

// instant returns what lies less (a second at most) before the first instant before which n seconds were open.
// It is sought by someone who waits since from.
func (c *Compiled) instant(from time.Time, n int64, less time.Duration) (time.Time, error) {
	if n <= c.total {
		return time.Unix(c.reach(n), 0).Add(-less).UTC(), nil
	}
	if c.until(from.Unix()) == c.total {
		return time.Time{}, fault.New(fault.Invalid, "The calendar does not open any more after %s: give it new hours.", from.UTC().Format("2006-01-02 15:04 UTC"))
	}
	return time.Time{}, fault.New(fault.Invalid, "The calendar opens too little: the time would run out only after the year %d.", lastYear)
}
