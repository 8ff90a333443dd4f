// Package hours is how working hours are typed and drawn.
package hours

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"muster/internal/calendar"
	"muster/internal/fault"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

const dayMinutes = 24 * 60

// Bars are the periods of a week; what crosses from Sunday to Monday is drawn at both ends.
func Bars(week calendar.Week) []ui.WeekBar {
	var bars []ui.WeekBar
	for i, d := range calendar.Days() {
		for _, h := range week[d] {
			from, to := i*dayMinutes+minutesOf(h.Open), i*dayMinutes+minutesOf(h.Close)
			if to <= from {
				to += dayMinutes
			}
			title := fmt.Sprintf("%s %s–%s", d, h.Open, h.Close)
			if over := to - 7*dayMinutes; over > 0 {
				bars = append(bars, ui.WeekBar{From: 0, To: over, Title: title})
				to = 7 * dayMinutes
			}
			bars = append(bars, ui.WeekBar{From: from, To: to, Title: title})
		}
	}
	return bars
}

func minutesOf(t calendar.TimeOfDay) int {
	hour, minute, _ := strings.Cut(string(t), ":")
	h, _ := strconv.Atoi(hour) // checked when it was kept
	m, _ := strconv.Atoi(minute)
	return h*60 + m
}

// Text writes periods as they are typed: 09:00-12:00, 13:00-17:00.
func Text(hours []calendar.Hours) string {
	var all []string
	for _, h := range hours {
		all = append(all, string(h.Open)+"-"+string(h.Close))
	}
	return strings.Join(all, ", ")
}

// Read reads what was typed; each side is checked by the calendar.
func Read(typed string) []calendar.Hours {
	var all []calendar.Hours
	for _, part := range sheet.Listed(strings.ReplaceAll(typed, "–", "-")) {
		open, shut, _ := strings.Cut(part, "-")
		all = append(all, calendar.Hours{Open: timeOfDay(open), Close: timeOfDay(shut)})
	}
	return all
}

// Week reads the hours of a form with a field for each day.
func Week(f url.Values) (calendar.Week, error) {
	week := calendar.Week{}
	var errs []error
	for _, d := range calendar.Days() {
		typed := f.Get(string(d))
		if hours := Read(typed); len(hours) > 0 {
			week[d] = hours
		}
		errs = append(errs, meant(d, typed))
	}
	return week, fault.Join(errs...)
}

// meant refuses 9-5, by which hardly anybody means a night shift; 22-6 is one.
func meant(d calendar.Weekday, typed string) error {
	for _, h := range Read(typed) {
		if !strings.Contains(typed, ":") && h.Open < "12:00" && h.Close != "00:00" && h.Close <= h.Open {
			return fault.Field(string(d), "%.40q would go over night, from %s to %s. Write it so if that is meant, or like 09:00-17:00.", typed, h.Open, h.Close)
		}
	}
	return nil
}

// timeOfDay takes 9 and 9:30 for 09:00 and 09:30.
func timeOfDay(s string) calendar.TimeOfDay {
	hour, minute, ok := strings.Cut(strings.TrimSpace(s), ":")
	if !ok {
		minute = "00"
	}
	if len(hour) == 1 {
		hour = "0" + hour
	}
	return calendar.TimeOfDay(hour + ":" + minute)
}

// OnDay puts what is wrong with a week beside the day that it is about, and what is wrong with all of it beside the first.
func OnDay(err error, never string) error {
	wrong := fault.Fields(err)["week"]
	if wrong == "" {
		return err
	}
	for _, d := range calendar.Days() {
		if strings.Contains(wrong, strconv.Quote(string(d))) {
			return fault.Field(string(d), "%s", wrong)
		}
	}
	return fault.Field(string(calendar.Monday), "%s", never)
}
