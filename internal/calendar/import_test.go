package calendar_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"muster/internal/calendar"
	"muster/internal/fault"
)

// ical returns a file with one event of each of the texts, whose lines are parted by a bar.
func ical(events ...string) string {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Muster//test//EN\r\n")
	for i, e := range events {
		fmt.Fprintf(&b, "BEGIN:VEVENT\r\nUID:%d@example.com\r\nDTSTAMP:20260101T000000Z\r\n%s\r\nEND:VEVENT\r\n", i, strings.ReplaceAll(e, "|", "\r\n"))
	}
	return b.String() + "END:VCALENDAR\r\n"
}

func TestImport(t *testing.T) {
	day := func(dates ...calendar.Date) []calendar.Holiday {
		var list []calendar.Holiday
		for _, d := range dates {
			list = append(list, calendar.Holiday{Name: "Day", Date: d})
		}
		return list
	}
	const start = "SUMMARY:Day|DTSTART;VALUE=DATE:20260501"
	yearly := func(except ...calendar.Date) []calendar.Holiday {
		return []calendar.Holiday{{Name: "Day", Date: "2026-05-01", Yearly: true, Except: except}}
	}
	tests := []struct {
		name, event string
		want        []calendar.Holiday
		skipped     string // the beginning of the reason
	}{
		{"one day", start + "|DTEND;VALUE=DATE:20260502", day("2026-05-01"), ""},
		{"no end is one day", start, day("2026-05-01"), ""},
		{"an end on the same day is one day", start + "|DTEND;VALUE=DATE:20260501", day("2026-05-01"), ""},
		{"the end is the first day after", start + "|DTEND;VALUE=DATE:20260504", []calendar.Holiday{{Name: "Day", Date: "2026-05-01", Until: "2026-05-03"}}, ""},
		{"a duration of days", start + "|DURATION:P2D", []calendar.Holiday{{Name: "Day", Date: "2026-05-01", Until: "2026-05-02"}}, ""},
		{"a duration of weeks", start + "|DURATION:P1W", []calendar.Holiday{{Name: "Day", Date: "2026-05-01", Until: "2026-05-07"}}, ""},
		{"from midnight to midnight", "SUMMARY:Day|DTSTART;TZID=Europe/Berlin:20260501T000000|DTEND;TZID=Europe/Berlin:20260502T000000", day("2026-05-01"), ""},
		{"a name with commas, folds and letters", "SUMMARY:Tag der Arbeit\\, \r\n überall|DTSTART:20260501", []calendar.Holiday{{Name: "Tag der Arbeit, überall", Date: "2026-05-01"}}, ""},
		{"a long name is cut between letters", "DTSTART:20260501|SUMMARY:" + strings.Repeat("ß", 101) + "x", []calendar.Holiday{{Name: strings.Repeat("ß", 100), Date: "2026-05-01"}}, ""},
		{"each year", start + "|RRULE:FREQ=YEARLY", yearly(), ""},
		{"each year, said in full", start + "|RRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=5;BYMONTHDAY=1;WKST=MO", yearly(), ""},
		{"each year but some", start + "|RRULE:FREQ=YEARLY|EXDATE;VALUE=DATE:20270501,20290501|EXDATE;VALUE=DATE:20300501", yearly("2027-05-01", "2029-05-01", "2030-05-01"), ""},
		{"an exception of two days", start + "|DTEND:20260503|RRULE:FREQ=YEARLY|EXDATE:20270501T000000", []calendar.Holiday{{Name: "Day", Date: "2026-05-01", Until: "2026-05-02", Yearly: true, Except: []calendar.Date{"2027-05-01", "2027-05-02"}}}, ""},
		{"some years are written out", start + "|RRULE:FREQ=YEARLY;COUNT=3", day("2026-05-01", "2027-05-01", "2028-05-01"), ""},
		{"until a year", start + "|RRULE:FREQ=YEARLY;UNTIL=20280501T120000Z", day("2026-05-01", "2027-05-01", "2028-05-01"), ""},
		{"each second year, and not in one", start + "|RRULE:FREQ=YEARLY;INTERVAL=2|EXDATE:20280501", day("2026-05-01", "2030-05-01"), ""},
		{"what is written out begins with the years asked for", "SUMMARY:Day|DTSTART:20200501|RRULE:FREQ=YEARLY;COUNT=8", day("2025-05-01", "2026-05-01", "2027-05-01"), ""},
		{"leap days are written out in leap years", "SUMMARY:Day|DTSTART:20240229|RRULE:FREQ=YEARLY;COUNT=3", day("2028-02-29"), ""},
		{"the first Monday in May", "SUMMARY:Day|DTSTART:20260504|RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=1MO", day("2026-05-04", "2027-05-03", "2028-05-01", "2029-05-07", "2030-05-06"), ""},
		{"the last Monday in May, for two days", "SUMMARY:Day|DTSTART:20280529|DTEND:20280531|RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=2", []calendar.Holiday{{Name: "Day", Date: "2028-05-29", Until: "2028-05-30"}, {Name: "Day", Date: "2029-05-28", Until: "2029-05-29"}}, ""},
		{"each month", start + "|RRULE:FREQ=MONTHLY", nil, "It recurs by FREQ=MONTHLY, which cannot be taken over"},
		{"a rule that we do not know", start + "|RRULE:FREQ=YEARLY;BYYEARDAY=121", nil, "It recurs by"},
		{"a rule that its date breaks", start + "|RRULE:FREQ=YEARLY;BYMONTH=6", nil, "It recurs by"},
		{"a weekday that its date breaks", start + "|RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=1MO", nil, "It recurs by"},
		{"no weekday", start + "|RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=1XX", nil, "It recurs by"},
		{"a time of day", "SUMMARY:Day|DTSTART:20260501T090000Z", nil, `It begins at "20260501T090000Z", which is no day from 1970 to 2199.`},
		{"midnight in another zone", "SUMMARY:Day|DTSTART:20260501T000000Z", nil, `It begins at "20260501T000000Z"`},
		{"before our time", "SUMMARY:Day|DTSTART:16000101", nil, `It begins at "16000101"`},
		{"no beginning", "SUMMARY:Day", nil, `It begins at ""`},
		{"an end before the beginning", start + "|DTEND:20260430", nil, `It ends at "20260430", which is no later day.`},
		{"a duration of hours", start + "|DURATION:PT8H", nil, "It lasts PT8H, which are no whole days."},
		{"called off", start + "|STATUS:CANCELLED", nil, "It was called off."},
		{"an occurrence that moved", start + "|RECURRENCE-ID;VALUE=DATE:20260430", nil, "It changes one occurrence"},
		{"dates beyond the rule", start + "|RDATE:20260801", nil, "It has dates beyond its rule"},
		{"each year for more than a year", start + "|DURATION:P400D|RRULE:FREQ=YEARLY", nil, `"Day" lasts 400 days, and so cannot be each year.`},
	}
	for _, tt := range tests {
		got, err := calendar.Import(strings.NewReader(ical(tt.event)), 2025, 2030)
		if err != nil {
			t.Errorf("%s: got %v, want holidays", tt.name, err)
			continue
		}
		if !reflect.DeepEqual(got.Holidays, tt.want) && len(tt.want) > 0 {
			t.Errorf("%s: got %+v, want %+v", tt.name, got, tt.want)
		}
		if tt.skipped != "" && (len(got.Skipped) != 1 || got.Skipped[0].Name != "Day" || !strings.HasPrefix(got.Skipped[0].Reason, tt.skipped)) {
			t.Errorf("%s: got %+v, want it skipped: %s", tt.name, got, tt.skipped)
		}
		if len(got.Skipped)+len(got.Holidays) == 0 {
			t.Errorf("%s: got neither a holiday nor a reason", tt.name)
		}
		if err := one(calendar.Always(), got.Holidays...).Check(); err != nil {
			t.Errorf("%s: got holidays that break a rule: %v", tt.name, err)
		}
	}
}

func TestImportRefuses(t *testing.T) {
	day := "SUMMARY:Day|DTSTART:20260501"
	tests := []struct {
		name, file string
		kind       fault.Kind
		want       string // the beginning of the sentence
	}{
		{"nothing", "", fault.Invalid, "This is no iCalendar file, or nothing is in it"},
		{"a calendar without events", ical(), fault.Invalid, "This is no iCalendar file, or nothing is in it"},
		{"a page", "<!DOCTYPE html>\n<html></html>\n", fault.Invalid, "This is no whole iCalendar file"},
		{"another file", "date;name\n2026-05-01;May Day\n", fault.Invalid, "This is no whole iCalendar file"},
		{"half a file", strings.TrimSuffix(ical(day), "END:VEVENT\r\nEND:VCALENDAR\r\n"), fault.Invalid, "This is no whole iCalendar file"},
		{"a file without its end", strings.TrimSuffix(ical(day), "END:VCALENDAR\r\n"), fault.Invalid, "This is no whole iCalendar file"},
		{"a huge file", strings.Repeat(ical(day), 9000), fault.TooLarge, "The file of holidays is larger than 1 MiB"},
		{"a huge line", ical(day + "|DESCRIPTION:" + strings.Repeat("x\r\n ", 9000)), fault.Invalid, "The file has a line of more than 16 KiB"},
		{"a huge number", ical(slicesOf(40, day+"|RRULE:FREQ=YEARLY;COUNT=100")...), fault.TooLarge, "The file holds more than 2000 holidays"},
	}
	for _, tt := range tests {
		got, err := calendar.Import(strings.NewReader(tt.file), 2026, 2099)
		if !fault.Is(err, tt.kind) || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: got %d holidays, %v; want %s", tt.name, len(got.Holidays), err, tt.want)
		}
	}
}

func TestImportTellsWhatItSkipped(t *testing.T) {
	file := "\ufeff" + ical("SUMMARY:May Day|DTSTART:20260501", "SUMMARY:Meeting|DTSTART:20260501T100000", "SUMMARY:Christmas|DTSTART:20261225|RRULE:FREQ=YEARLY")
	got, err := calendar.Import(strings.NewReader(file), 2026, 2030)
	if err != nil || len(got.Holidays) != 2 || len(got.Skipped) != 1 || got.Skipped[0].Name != "Meeting" {
		t.Errorf("got %+v (%v), want two holidays, and the meeting skipped", got, err)
	}
}
