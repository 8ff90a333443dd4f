package report

import (
	"fmt"
	"strings"

	"muster/internal/kpi"
)

// spark is a small line over some weeks or days: its paths in a box of 120 by 28. Goal is what one would reach.
type spark struct{ Line, Area, Goal string }

const (
	sparkWide = 120.0
	sparkHigh = 28.0
	sparkRim  = 2.0
)

// sparkOf draws values from 0 to the largest, or to the goal, so that the ground is zero. A goal of 0 is none. Fewer than two are no line.
func sparkOf(values []float64, goal float64) spark {
	if len(values) < 2 {
		return spark{}
	}
	most := goal
	for _, v := range values {
		most = max(most, v)
	}
	if most == 0 {
		most = 1
	}
	height := func(v float64) float64 { return sparkHigh - sparkRim - v/most*(sparkHigh-2*sparkRim) }
	points := make([]string, len(values))
	for i, v := range values {
		x := sparkWide * float64(i) / float64(len(values)-1)
		points[i] = fmt.Sprintf("%.1f %.1f", x, height(v))
	}
	line := "M" + strings.Join(points, " L")
	drawn := spark{Line: line, Area: line + " V28 H0z"}
	if goal > 0 {
		drawn.Goal = fmt.Sprintf("M0 %.1fH120", height(goal))
	}
	return drawn
}

// sharesOf are the shares of the weeks that have any, for a spark; nil, if there are too few promises to draw.
func sharesOf(shares []kpi.Share) []float64 {
	var values []float64
	var n int64
	for _, s := range shares {
		if p, ok := s.Percent(); ok {
			values = append(values, p)
		}
		n += s.N
	}
	if n < kpi.Enough {
		return nil
	}
	return values
}

// bar is one column of a chart: heights in per cent of the tallest, from the ground up.
type bar struct {
	Href, Name    string
	N, Overdue    int64
	Y, High       string
	BadY, BadHigh string
}

// barsOf draws the backlog by age: each bar begins at zero, the overdue part at the ground.
func barsOf(b kpi.Backlog, href func(kpi.Age) string) []bar {
	most := int64(1)
	for _, a := range b.ByAge {
		most = max(most, a.N)
	}
	var bars []bar
	for i, age := range kpi.Ages() {
		of := b.ByAge[i]
		high, bad := 100*float64(of.N)/float64(most), 100*float64(of.Overdue)/float64(most)
		bars = append(bars, bar{Href: href(age), Name: age.Name, N: of.N, Overdue: of.Overdue, Y: cent(100 - high), High: cent(high), BadY: cent(100 - bad), BadHigh: cent(bad)})
	}
	return bars
}

func cent(p float64) string { return fmt.Sprintf("%.1f%%", p) }

// meter is what somebody has, in parts of what is drawn as full.
type meter struct{ Bad, Warn, WarnAt, Open, OpenAt, Waiting, WaitingAt, Label string }

// meterOf draws a load. Overdue and soon are parts of what is open or waiting; they are drawn first.
func meterOf(l kpi.Load, full int64) meter {
	full = max(full, 1)
	of := func(n int64) float64 { return 100 * float64(n) / float64(full) }
	pressing := l.Overdue + l.Soon
	open := max(l.Open-pressing, 0)
	waiting := l.All() - pressing - open
	return meter{Bad: cent(of(l.Overdue)), Warn: cent(of(l.Soon)), WarnAt: cent(of(l.Overdue)), Open: cent(of(open)), OpenAt: cent(of(pressing)),
		Waiting: cent(of(waiting)), WaitingAt: cent(of(pressing + open)),
		Label: fmt.Sprintf("%d overdue, %d due soon, %d open, %d waiting, of %d", l.Overdue, l.Soon, l.Open, l.Waiting, full)}
}
