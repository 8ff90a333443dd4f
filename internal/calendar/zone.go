package calendar

import (
	"sort"
	"time"
)

// zoned counts open seconds of a plan by instants of a zone (seconds since 1970, UTC). It lists the changes
// of the zone's offset; between two of them instants and the wall run alike.
type zoned struct {
	plan *plan
	eras []era
}

// era is a time in which a zone keeps one offset.
type era struct {
	from, offset int64
	wall         int64 // where new time begins: what the wall clock showed before is only shown again
	again        bool  // the desk is open while time is shown again
	before       int64 // open seconds before from
}

// fresh returns the instant from which the wall shows new time.
func (e *era) fresh() int64 { return e.wall - e.offset }

// inZone returns the plan by the instants of loc, right from from to to.
func inZone(p *plan, loc *time.Location, from, to int64) *zoned {
	z := &zoned{plan: p}
	for at := from - margin; ; {
		t := time.Unix(at, 0).In(loc)
		_, offset := t.Zone()
		z.turn(at, int64(offset))
		_, end := t.ZoneBounds()
		if end.IsZero() || end.Unix() >= to {
			return z
		}
		next := end.Unix()
		if next <= at { // so says the standard library on 31 December of leap years
			next = at + day
		}
		at = next
	}
}

// margin is how much earlier a zone is looked at, in case the wall shows time again when the plan begins.
const margin = 2 * day

// turn begins an era at an instant.
func (z *zoned) turn(at, offset int64) {
	e := era{from: at, offset: offset, wall: at + offset}
	if len(z.eras) == 0 {
		e.before = z.plan.until(e.wall)
		z.eras = append(z.eras, e)
		return
	}
	last := &z.eras[len(z.eras)-1]
	if last.offset == offset {
		return
	}
	shown := max(last.wall, at+last.offset)
	e.wall = max(shown, e.wall)
	e.again = z.plan.until(shown) > z.plan.until(shown-1)
	e.before = z.until(at)
	z.eras = append(z.eras, e)
}

// until returns the open seconds before an instant.
func (z *zoned) until(at int64) int64 {
	i := sort.Search(len(z.eras), func(i int) bool { return z.eras[i].from > at }) - 1
	e := &z.eras[max(i, 0)]
	n := e.before
	if e.again {
		n += min(at, e.fresh()) - e.from
	}
	if at > e.fresh() {
		n += z.plan.until(at+e.offset) - z.plan.until(e.wall)
	}
	return n
}

// reach returns the first instant before which n seconds were open; there must be one.
func (z *zoned) reach(n int64) int64 {
	i := sort.Search(len(z.eras), func(i int) bool { return z.eras[i].before >= n }) - 1
	e := &z.eras[max(i, 0)]
	rest := n - e.before
	if e.again && e.from+rest <= e.fresh() {
		return e.from + rest
	}
	if e.again {
		rest -= e.fresh() - e.from
	}
	return z.plan.reach(z.plan.until(e.wall)+rest) - e.offset
}
