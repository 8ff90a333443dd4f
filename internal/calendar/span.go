package calendar

import (
	"cmp"
	"slices"
	"sort"
)

// span is a stretch of seconds: from is in it, to is not.
type span struct {
	from, to int64
	before   int64 // the length of all spans in front of it
}

// spans are in order and neither overlap nor touch.
type spans []span

// unite returns what lies in any of list.
func unite(list []span) spans {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var all spans
	for _, s := range list {
		if last := len(all) - 1; last >= 0 && s.from <= all[last].to {
			all[last].to = max(all[last].to, s.to)
		} else if s.from < s.to {
			all = append(all, s)
		}
	}
	sum := int64(0)
	for i := range all {
		all[i].before = sum
		sum += all[i].to - all[i].from
	}
	return all
}

// common returns what lies in both a and b.
func common(a, b spans) spans {
	var both []span
	for _, s := range a {
		both = append(both, b.within(s.from, s.to, 0)...)
	}
	return unite(both)
}

// within returns what of s lies between from and to, moved by shift.
func (s spans) within(from, to, shift int64) []span {
	var cut []span
	for _, p := range s {
		if f, t := max(p.from, from), min(p.to, to); f < t {
			cut = append(cut, span{from: f + shift, to: t + shift})
		}
	}
	return cut
}

// total returns the length of all of s.
func (s spans) total() int64 {
	if len(s) == 0 {
		return 0
	}
	last := s[len(s)-1]
	return last.before + last.to - last.from
}

// until returns how much of s lies before at.
func (s spans) until(at int64) int64 {
	i := sort.Search(len(s), func(i int) bool { return s[i].from >= at }) - 1
	if i < 0 {
		return 0
	}
	return s[i].before + min(at, s[i].to) - s[i].from
}

// reach returns the first second before which n of s lie; n is more than 0 and no more than all of s.
func (s spans) reach(n int64) int64 {
	i := sort.Search(len(s), func(i int) bool { return s[i].before >= n }) - 1
	return s[i].from + n - s[i].before
}
