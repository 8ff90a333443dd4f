package calendar

import "sort"

// monday is how long before second 0 of the wall clock a week began, early enough for every plan.
const monday = 10 * day

// plan counts open seconds by the clock on the wall. Only the days that differ from the week are listed, so
// that any span, however long, costs two binary searches.
type plan struct {
	own     [7]spans // hours of each weekday from Monday, up to 48:00
	week    spans    // open seconds since Monday 00:00
	special []special
}

// special is a day that differs from those of the week.
type special struct {
	day    int64
	open   spans // since its midnight
	before int64 // open seconds of the plan before its midnight
}

// newPlan returns the plan of v for the days from first to last.
func newPlan(v Version, first, last int64) *plan {
	p := &plan{}
	var all []span
	for i, d := range Days() {
		p.own[i] = hours(v.Week[d])
	}
	for i := range int64(7) {
		all = append(all, onDay(p.own[i], p.own[(i+6)%7]).within(0, day, i*day)...)
	}
	p.week = unite(all)
	p.addSpecial(holidays(v.Holidays, first, last))
	return p
}

func hours(list []Hours) spans {
	all := make([]span, len(list))
	for i, h := range list {
		all[i] = h.span()
	}
	return unite(all)
}

// onDay returns what is open on a day with hours own after a day with the hours before.
func onDay(own, before spans) spans {
	return unite(append(own.within(0, day, 0), before.within(day, 2*day, -day)...))
}

// addSpecial lists the days of own hours, and those into which a night shift runs, or no longer does.
func (p *plan) addSpecial(own []dated) {
	for i, d := range own {
		before := p.own[weekday(d.day-1)]
		if i > 0 && own[i-1].day == d.day-1 {
			before = own[i-1].open
		}
		p.add(d.day, onDay(d.open, before))
		ordinary := i+1 == len(own) || own[i+1].day > d.day+1
		if ordinary && (overnight(d.open) || overnight(p.own[weekday(d.day)])) {
			p.add(d.day+1, onDay(p.own[weekday(d.day+1)], d.open))
		}
	}
}

// add lists one more day, later than the others.
func (p *plan) add(n int64, open spans) {
	p.special = append(p.special, special{day: n, open: open, before: p.until(n * day)})
}

func overnight(s spans) bool { return len(s) > 0 && s[len(s)-1].to > day }

// until returns the open seconds before at, counted from the week in which the plan begins.
func (p *plan) until(at int64) int64 {
	i := sort.Search(len(p.special), func(i int) bool { return p.special[i].day*day > at }) - 1
	if i < 0 {
		return p.ordinary(at)
	}
	s := &p.special[i]
	n := s.before + s.open.until(at-s.day*day)
	if next := (s.day + 1) * day; at > next {
		n += p.ordinary(at) - p.ordinary(next)
	}
	return n
}

// reach returns the first second before which n were open; there must be one.
func (p *plan) reach(n int64) int64 {
	i := sort.Search(len(p.special), func(i int) bool { return p.special[i].before >= n }) - 1
	if i < 0 {
		return p.reachOrdinary(n)
	}
	s := &p.special[i]
	rest := n - s.before
	if rest <= s.open.total() {
		return s.day*day + s.open.reach(rest)
	}
	return p.reachOrdinary(rest - s.open.total() + p.ordinary((s.day+1)*day))
}

// ordinary is until in a plan without special days, and reachOrdinary its inverse.
func (p *plan) ordinary(at int64) int64 {
	at += monday
	return at/week*p.week.total() + p.week.until(at%week)
}

func (p *plan) reachOrdinary(n int64) int64 {
	weeks := (n - 1) / p.week.total()
	return weeks*week + p.week.reach(n-weeks*p.week.total()) - monday
}
