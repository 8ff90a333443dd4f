package calendar

import "sort"

// Compiled is a calendar made ready to reckon with. Nothing in it changes any more, so that any number of
// goroutines may share one; it holds a few words for each holiday and each clock change up to the year 2199.
type Compiled struct {
	parts []part
	total int64 // open seconds up to the end
}

// part is the time in which one version is in force.
type part struct {
	*zoned
	from   int64
	before int64 // open seconds before from
	skip   int64 // what the version by itself counts before from
}

// The instants at which reckoning begins and ends: 1970-01-01 and 2200-01-01, UTC.
const (
	begin int64 = 0
	end   int64 = 7_258_118_400
)

// Compile checks c and makes it ready. It takes a millisecond or two: keep the result as long as c.
func Compile(c Calendar) (*Compiled, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	made := &Compiled{}
	for i, v := range c.Versions {
		from, to := begin, end
		if i > 0 {
			from = clamp(v.From.Unix())
		}
		if i+1 < len(c.Versions) {
			to = clamp(c.Versions[i+1].From.Unix())
		}
		if err := made.add(v, from, to); err != nil {
			return nil, err
		}
	}
	return made, nil
}

func clamp(at int64) int64 { return min(max(at, begin), end) }

// add appends a version that is in force from from to to.
func (c *Compiled) add(v Version, from, to int64) error {
	loc, err := v.location()
	if err != nil {
		return err
	}
	z := inZone(newPlan(v, (from-2*margin)/day-1, (to+2*margin)/day+1), loc, from, to)
	p := part{zoned: z, from: from, before: c.total, skip: z.until(from)}
	c.parts = append(c.parts, p)
	c.total += z.until(to) - p.skip
	return nil
}

// until returns the open seconds before an instant.
func (c *Compiled) until(at int64) int64 {
	at = clamp(at)
	if at == end {
		return c.total
	}
	i := sort.Search(len(c.parts), func(i int) bool { return c.parts[i].from > at }) - 1
	p := &c.parts[i]
	return p.before + p.zoned.until(at) - p.skip
}

// reach returns the first instant before which n seconds were open: 0 < n <= total.
func (c *Compiled) reach(n int64) int64 {
	i := sort.Search(len(c.parts), func(i int) bool { return c.parts[i].before >= n }) - 1
	p := &c.parts[i]
	return p.zoned.reach(n - p.before + p.skip)
}
