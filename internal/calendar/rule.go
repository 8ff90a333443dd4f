package calendar

import (
	"strconv"
	"strings"
	"time"
)

// rule is a recurrence once a year (an RRULE of RFC 5545 with FREQ=YEARLY): on one date, or on the n-th weekday of a month.
type rule struct {
	every   int // years
	count   int // occurrences in all; 0: without end
	until   int64
	month   time.Month
	day     int
	nth     int // of the weekday in the month; negative: from its end; 0: on the date
	weekday int64
}

// plain reports whether r is each year on the same date, for ever.
func (r rule) plain() bool { return r.every == 1 && r.count == 0 && r.until == 0 && r.nth == 0 }

// readRule reads the rule of an event that first is on day start, and reports whether it is one that we know.
func readRule(s string, start int64) (rule, bool) {
	_, month, day := civil(start)
	r := rule{every: 1, month: month, day: day}
	keys := map[string]string{}
	for part := range strings.SplitSeq(strings.ToUpper(s), ";") {
		key, value, _ := strings.Cut(part, "=")
		if keys[key] = value; !r.read(key, value) {
			return rule{}, false
		}
	}
	dated := r.nth == 0 || keys["BYMONTH"] != "" && keys["BYMONTHDAY"] == ""
	return r, keys["FREQ"] == "YEARLY" && dated && r.on(yearOf(start)) == start
}

// read takes over one part of a rule, and reports whether it can be. Months and dates must be those of the event.
func (r *rule) read(key, value string) bool {
	n, _ := strconv.Atoi(value)
	ok := true
	switch key {
	case "FREQ", "WKST", "":
	case "INTERVAL":
		r.every, ok = n, n >= 1 && n <= 100
	case "COUNT":
		r.count, ok = n, n >= 1
	case "UNTIL":
		date, _, _ := strings.Cut(value, "T")
		r.until, ok = wholeDay(date)
	case "BYMONTH":
		ok = n == int(r.month)
	case "BYMONTHDAY":
		ok = n == r.day
	case "BYDAY":
		ok = r.readWeekday(value)
	default:
		ok = false
	}
	return ok
}

func yearOf(n int64) int { y, _, _ := civil(n); return y }

// readWeekday reads the likes of 1MO and -1FR.
func (r *rule) readWeekday(s string) bool {
	if len(s) < 3 {
		return false
	}
	i := strings.Index("MO TU WE TH FR SA SU", s[len(s)-2:])
	n, err := strconv.Atoi(s[:len(s)-2])
	r.nth, r.weekday = n, int64(i/3)
	return i >= 0 && i%3 == 0 && err == nil && n != 0 && n >= -5 && n <= 5
}

// on returns the day of r in a year: -1 if it has none.
func (r rule) on(year int) int64 {
	first, next := dayNumber(year, r.month, 1), dayNumber(year, r.month+1, 1)
	n := first + int64(r.day) - 1
	switch {
	case r.nth > 0:
		n = first + (r.weekday-weekday(first)+7)%7 + int64(r.nth-1)*7
	case r.nth < 0:
		n = next - 1 - (weekday(next-1)-r.weekday+7)%7 + int64(r.nth+1)*7
	}
	if n < first || n >= next {
		return -1
	}
	return n
}

// days returns the days of r from day start on that lie in the years from first to last.
func (r rule) days(start int64, first, last int) []int64 {
	var all []int64
	count := 0
	for y := yearOf(start); y <= last; y += r.every {
		n := r.on(y)
		if n < start {
			continue
		}
		if count++; r.count > 0 && count > r.count || r.until > 0 && n > r.until {
			break
		}
		if y >= first {
			all = append(all, n)
		}
	}
	return all
}
