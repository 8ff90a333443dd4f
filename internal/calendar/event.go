package calendar

import (
	"fmt"
	"strings"

	ics "github.com/arran4/golang-ical"
)

// holidays returns e as holidays, written out from one year to another where it must be, or a sentence that says why it is none.
func (e event) holidays(from, to int) ([]Holiday, string) {
	first, last, reason := e.days()
	if reason == "" {
		reason = e.unfit()
	}
	if reason != "" {
		return nil, reason
	}
	h := Holiday{Name: e.name(), Date: dateOf(first)}
	if last > first {
		h.Until = dateOf(last)
	}
	text := e.value(ics.ComponentPropertyRrule)
	if text == "" {
		return checked(h)
	}
	r, ok := readRule(text, first)
	if !ok {
		return nil, fmt.Sprintf("It recurs by %s, which cannot be taken over: enter its dates by hand.", text)
	}
	if r.plain() {
		h.Yearly, h.Except = true, e.exceptions(last-first+1)
		return checked(h)
	}
	return e.writtenOut(h, last-first, r.days(first, from, to)), ""
}

// checked returns h unless it breaks a rule of ours.
func checked(h Holiday) ([]Holiday, string) {
	if err := h.Check(); err != nil {
		return nil, err.Error()
	}
	return []Holiday{h}, ""
}

// unfit says why e is no holiday, whatever its days.
func (e event) unfit() string {
	switch {
	case strings.EqualFold(e.value(ics.ComponentPropertyStatus), "CANCELLED"):
		return "It was called off."
	case e.value(ics.ComponentPropertyRecurrenceId) != "":
		return "It changes one occurrence of another event: enter it by hand, and correct the other."
	case e.value(ics.ComponentPropertyRdate) != "":
		return "It has dates beyond its rule: enter them by hand."
	}
	return ""
}

// days returns the first and last day of e.
func (e event) days() (first, last int64, reason string) {
	start, finish := e.value(ics.ComponentPropertyDtStart), e.value(ics.ComponentPropertyDtEnd)
	first, ok := wholeDay(start)
	if !ok {
		return 0, 0, fmt.Sprintf("It begins at %q, which is no day from %d to %d.", start, firstYear, lastYear)
	}
	if duration := e.value(ics.ComponentPropertyDuration); finish == "" && duration != "" {
		n, ok := wholeDays(duration)
		if !ok {
			return 0, 0, fmt.Sprintf("It lasts %s, which are no whole days.", duration)
		}
		return first, first + n - 1, ""
	}
	if finish == "" || finish == start {
		return first, first, ""
	}
	next, ok := wholeDay(finish)
	if !ok || next < first {
		return 0, 0, fmt.Sprintf("It ends at %q, which is no later day.", finish)
	}
	return first, next - 1, ""
}

// wholeDays reads a duration such as P1D or P2W.
func wholeDays(s string) (int64, bool) {
	var n int64
	var unit string
	if _, err := fmt.Sscanf(s, "P%d%1s", &n, &unit); err != nil || n < 1 || n > maxDays || len(s) != len(fmt.Sprintf("P%d%s", n, unit)) {
		return 0, false
	}
	if unit == "W" {
		n *= 7
	}
	return n, unit == "D" || unit == "W"
}

// exceptions returns the days on which e does not recur, each occurrence with all its days.
func (e event) exceptions(length int64) []Date {
	var days []Date
	for _, p := range e.GetProperties(ics.ComponentPropertyExdate) {
		for s := range strings.SplitSeq(p.Value, ",") {
			date, _, _ := strings.Cut(strings.TrimSpace(s), "T")
			n, ok := wholeDay(date)
			for i := int64(0); ok && i < length && len(days) <= maxHolidays; i++ {
				days = append(days, dateOf(n+i))
			}
		}
	}
	return days
}

// writtenOut returns h on each of the days, but for the exceptions.
func (e event) writtenOut(h Holiday, further int64, days []int64) []Holiday {
	except := Holiday{Except: e.exceptions(1)}.exceptions()
	var all []Holiday
	for _, n := range days {
		if except[n] {
			continue
		}
		if h.Date = dateOf(n); further > 0 {
			h.Until = dateOf(n + further)
		}
		if h.Check() == nil { // else it lasts beyond the years that we reckon with
			all = append(all, h)
		}
	}
	return all
}
