package clock

import (
	"time"
)

// Line is one stretch of a clock's reckoning.
type Line struct {
	From, To time.Time // To zero: it goes on
	Counted  bool      // else the clock stood still
	Hours    Hours
	Open     []Stretch     // of a counted line: when the desk was open in it
	Used     time.Duration // of working time, in this stretch
	Sum      time.Duration // and up to its end
}

// Stretch is when the desk was open.
type Stretch struct{ From, To time.Time }

// longestStory bounds how many open stretches one line lists; their time is in its figures all the same.
const longestStory = 60

// Explain shows, stretch by stretch, how the clock has come to what it has
// used at an instant: the lines add up to Used.
func (c *Clock) Explain(at time.Time, calendars Calendars) ([]Line, error) {
	var lines []Line
	var sum time.Duration
	var until time.Time
	for _, r := range c.Runs {
		if !until.IsZero() && r.From.After(until) {
			lines = append(lines, Line{From: until, To: r.From, Hours: r.Hours, Sum: sum})
		}
		line, err := r.explain(at, calendars)
		if err != nil {
			return nil, err
		}
		sum += line.Used
		line.Sum, until = sum, r.To
		if r.open() || r.To.After(r.From) {
			lines = append(lines, line)
		}
	}
	if !until.IsZero() && c.EndedAs == "" && at.After(until) {
		lines = append(lines, Line{From: until, Hours: c.last().Hours, Sum: sum})
	}
	return lines, nil
}

func (r Run) explain(at time.Time, calendars Calendars) (Line, error) {
	l := Line{From: r.From, To: r.To, Counted: true, Hours: r.Hours}
	hours, err := calendars(r.Hours)
	if err != nil {
		return l, err
	}
	to := r.To
	if r.open() {
		to = at
	}
	if !to.After(r.From) {
		return l, nil
	}
	l.Used = hours.Elapsed(r.From, to)
	for s := range hours.Periods(r.From, to) {
		if len(l.Open) == longestStory {
			break
		}
		l.Open = append(l.Open, Stretch{s.From, s.To})
	}
	return l, nil
}
