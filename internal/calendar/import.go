package calendar

import (
	"bytes"
	"io"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"muster/internal/fault"
)

// What a file of holidays may hold at most.
const (
	maxFile = 1 << 20
	maxLine = 16 << 10 // of a line with its folds: the reader takes square time over it
)

// Imported is what a file of holidays held.
type Imported struct {
	Holidays []Holiday
	Skipped  []Skipped
}

// Skipped is an event that was not taken for a holiday, with a sentence that says why.
type Skipped struct {
	Name   string
	Reason string
}

// Import reads holidays from an iCalendar file (RFC 5545) of 1 MiB at most: events of whole days, of one day or
// many, once or each year. Those that recur on another date each year, such as the first Monday in May, or for
// some years only, are written out for the years from first to last. It reads all it can and says what it skipped.
func Import(r io.Reader, first, last int) (Imported, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return Imported{}, err
	}
	if len(b) > maxFile {
		return Imported{}, fault.New(fault.TooLarge, "The file of holidays is larger than 1 MiB: leave out other events.")
	}
	events, err := readEvents(bytes.TrimPrefix(b, []byte("\ufeff")))
	if err != nil {
		return Imported{}, err
	}
	var all Imported
	for _, e := range events {
		list, reason := e.holidays(max(first, firstYear), min(last, lastYear))
		if reason != "" {
			all.Skipped = append(all.Skipped, Skipped{e.name(), reason})
		}
		if all.Holidays = append(all.Holidays, list...); len(all.Holidays) > maxHolidays {
			return Imported{}, fault.New(fault.TooLarge, "The file holds more than %d holidays: choose fewer years, or leave out some.", maxHolidays)
		}
	}
	return all, nil
}

// event is an event of the file.
type event struct{ *ics.VEvent }

func readEvents(b []byte) ([]event, error) {
	length := 0
	for line := range bytes.Lines(b) {
		if line[0] != ' ' && line[0] != '\t' {
			length = 0
		}
		if length += len(line); length > maxLine {
			return nil, fault.Field("file", "The file has a line of more than 16 KiB: it is hardly a list of holidays.")
		}
	}
	c, err := ics.ParseCalendar(bytes.NewReader(b))
	if err != nil {
		return nil, fault.Field("file", "This is no whole iCalendar file: choose one that ends in .ics, as your calendar program or the authority that sets the holidays gives it.")
	}
	var list []event
	for _, e := range c.Events() {
		list = append(list, event{e})
	}
	if len(c.Components) == 0 {
		return nil, fault.Field("file", "This is no iCalendar file, or nothing is in it: choose one that ends in .ics.")
	}
	if !bytes.HasSuffix(bytes.TrimSpace(b), []byte("END:VCALENDAR")) {
		return nil, fault.Field("file", "This is no whole iCalendar file: its end is missing.")
	}
	return list, nil
}

// value returns the value of a property: "" if there is none.
func (e event) value(name ics.ComponentProperty) string {
	if p := e.GetProperty(name); p != nil {
		return strings.TrimSpace(p.Value)
	}
	return ""
}

func (e event) name() string {
	name := strings.ToValidUTF8(strings.Join(strings.Fields(ics.FromText(e.value(ics.ComponentPropertySummary))), " "), "")
	return strings.ToValidUTF8(name[:min(len(name), maxName)], "")
}

// wholeDay returns the number of a day that is written 20261224, or as the midnight of its own zone.
func wholeDay(s string) (int64, bool) {
	t, err := time.Parse("20060102", strings.TrimSuffix(s, "T000000"))
	if err != nil {
		return 0, false
	}
	return dateOf(t.Unix() / day).number()
}
