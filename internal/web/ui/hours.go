package ui

import (
	"fmt"
	"html/template"
)

// Timetable draws the hours of a week: a row a day, midnight to midnight.
type Timetable struct {
	Label string
	Days  []Daytime
}

// Daytime is one row of a Timetable.
type Daytime struct {
	Name  string
	Spans []Span
	Words string // the same in words
}

// Span is a stretch of a day, in minutes since midnight.
type Span struct{ From, To int }

// YearPlan draws a year: a row a month, a cell a day.
type YearPlan struct {
	Label  string
	Months []MonthPlan
}

// MonthPlan is one row of a YearPlan.
type MonthPlan struct {
	Name string
	Days []DayPlan
}

// DayPlan is a day: how it is kept, and what a reader is told of it.
type DayPlan struct {
	Is    DayIs
	Title string
	Mark  string // one letter, for who sees no colours
}

// DayIs says how a day is kept.
type DayIs string

// How days are kept.
const (
	DayOpen    DayIs = "open"
	DayClosed  DayIs = "closed"
	DayHoliday DayIs = "holiday" // closed, or open for a while only, because of it
)

func (Timetable) part() string { return "timetable" }
func (YearPlan) part() string  { return "yearplan" }

// SVG is the drawing of a day's spans, over the lines of six, twelve and eighteen o'clock.
func (d Daytime) SVG() template.HTML {
	const wide, high = 1440, 40
	svg := fmt.Sprintf(`<svg viewBox="0 0 %d %d" preserveAspectRatio="none" aria-hidden="true">`, wide, high)
	for _, s := range d.Spans {
		svg += fmt.Sprintf(`<rect x="%d" y="4" width="%d" height="%d" rx="6"/>`, s.From, s.To-s.From, high-8)
	}
	for h := 6; h < 24; h += 6 {
		svg += fmt.Sprintf(`<path d="M%d 0V%d"/>`, h*60, high)
	}
	return template.HTML(svg + `</svg>`)
}
