package calendar

import (
	"cmp"
	"iter"
	"slices"
)

// last returns the last day of h.
func (h Holiday) last() Date {
	if h.Until == "" {
		return h.Date
	}
	return h.Until
}

// On reports whether the holiday is kept on a day.
func (h Holiday) On(d Date) bool {
	n, ok := d.number()
	if !ok || h.exceptions()[n] {
		return false
	}
	for a, b := range h.rows(n, n) {
		if a <= n && n <= b {
			return true
		}
	}
	return false
}

// rows yields first and last day of h in each of its years that may touch the days from first to last.
func (h Holiday) rows(first, last int64) iter.Seq2[int64, int64] {
	return func(yield func(int64, int64) bool) {
		a, _ := h.Date.number()
		b, _ := h.last().number()
		if !h.Yearly {
			yield(a, b)
			return
		}
		year, month, from := civil(a)
		endYear, endMonth, to := civil(b)
		now, _, _ := civil(first)
		for y := max(year, now-1); dayNumber(y, month, from) <= last; y++ {
			end := y + endYear - year
			if !yield(dayNumber(y, month, from), min(dayNumber(end, endMonth, to), dayNumber(end, endMonth+1, 1)-1)) {
				return
			}
		}
	}
}

// dated is a day with hours of its own, up to 48:00.
type dated struct {
	day  int64
	open spans
}

// holidays returns the days from first to last that have hours of their own, in order.
func holidays(list []Holiday, first, last int64) []dated {
	var all []dated
	for _, h := range list {
		open, except := hours(h.Hours), h.exceptions()
		for a, b := range h.rows(first, last) {
			for n := max(a, first); n <= min(b, last); n++ {
				if !except[n] {
					all = append(all, dated{n, open})
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b dated) int { return cmp.Compare(a.day, b.day) })
	return overlaid(all)
}

// overlaid makes one of the entries of each day: open is what all of them leave open.
func overlaid(all []dated) []dated {
	days := all[:0]
	for _, d := range all {
		if last := len(days) - 1; last >= 0 && days[last].day == d.day {
			days[last].open = common(days[last].open, d.open)
		} else {
			days = append(days, d)
		}
	}
	return days
}

func (h Holiday) exceptions() map[int64]bool {
	days := map[int64]bool{}
	for _, d := range h.Except {
		n, _ := d.number()
		days[n] = true
	}
	return days
}
