package ui

import "fmt"

// Week is when something is open or worked, drawn day by day: a row for each calendar, shift or person.
type Week struct {
	Caption string   // read aloud
	Days    []string // the heads: as many as the drawing is divided into
	Rows    []WeekRow
}

// WeekRow is one line of a Week. Words are read aloud instead of the drawing.
type WeekRow struct {
	Text, Href, Hint string
	Words            string
	Bars             []WeekBar
}

// WeekBar is one stretch, in minutes since the week began. Is: "" or "quiet".
type WeekBar struct {
	From, To  int
	Title, Is string
}

const weekMinutes = 7 * 24 * 60

// X is where the bar begins, of the width of the drawing.
func (b WeekBar) X() string { return percent(b.From) }

// Width is how long the bar is.
func (b WeekBar) Width() string { return percent(b.To - b.From) }

func percent(minutes int) string { return fmt.Sprintf("%.3f%%", 100*float64(minutes)/weekMinutes) }

// Lines are where one day ends and the next begins.
func (w Week) Lines() []string {
	var all []string
	for i := 1; i < len(w.Days); i++ {
		all = append(all, percent(i*weekMinutes/len(w.Days)))
	}
	return all
}

func (Week) part() string { return "week" }
