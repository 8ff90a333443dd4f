package calendar_test

import (
	"strings"
	"testing"
	"time"

	"muster/internal/calendar"
	"muster/internal/fault"
)

func TestCheck(t *testing.T) {
	nine := office("09:00", "17:00")
	holiday := func(h calendar.Holiday) calendar.Calendar { return one(nine, h) }
	many := func(n int, h calendar.Holiday) calendar.Calendar {
		c := one(nine)
		for range n {
			c.Versions[0].Holidays = append(c.Versions[0].Holidays, h)
		}
		return c
	}
	later := func(from ...string) calendar.Calendar {
		c := one(nine)
		for _, s := range from {
			c.Versions = append(c.Versions, calendar.Version{From: local(t, s), Zone: "UTC", Week: nine})
		}
		return c
	}
	mayDay := calendar.Holiday{Name: "May Day", Date: "2026-05-01"}
	tests := []struct {
		name, field, want string // want: the beginning of the sentence; "": nothing is wrong
		cal               calendar.Calendar
	}{
		{"an office", "", "", one(nine, mayDay)},
		{"always", "", "", one(calendar.Always())},
		{"only holidays have hours", "", "", one(nil, calendar.Holiday{Date: "2026-05-01", Hours: nine["monday"]})},
		{"versions in order", "", "", later("2026-01-01 00:00", "2027-01-01 00:00")},
		{"no version", "versions", "A calendar has 1 to 500 versions, not 0.", calendar.Calendar{}},
		{"versions out of order", "versions", "Version 3 must begin later than version 2.", later("2027-01-01 00:00", "2026-01-01 00:00")},
		{"versions at once", "versions", "Version 3 must begin later than version 2.", later("2027-01-01 00:00", "2027-01-01 00:00")},
		{"too many versions", "versions", "A calendar has 1 to 500 versions, not 501.", calendar.Calendar{Versions: make([]calendar.Version, 501)}},
		{"no zone", "zone", `"" is no time zone`, zoned("", nine)},
		{"a zone of the machine", "zone", `"Local" is no time zone`, zoned("Local", nine)},
		{"an unknown zone", "zone", `"Europe/Atlantis" is no time zone; write it like Europe/Berlin.`, zoned("Europe/Atlantis", nine)},
		{"an unknown day", "week", `"mon" is no day of the week; write it like monday.`, one(calendar.Week{"mon": nine["monday"]})},
		{"never open", "week", "Give at least one opening period: this calendar would never open.", one(calendar.Week{"monday": nil}, mayDay)},
		{"no time of day", "week", `"friday" opens at "9:00"; write a time of day from 00:00 to 23:59.`, one(office("9:00", "17:00"))},
		{"opens at the end", "week", `"friday" opens at "24:00"`, one(office("24:00", "17:00"))},
		{"closes too late", "week", `"friday" closes at "24:01"; write a time of day from 00:00 to 24:00.`, one(office("09:00", "24:01"))},
		{"minutes beyond 59", "week", `"friday" closes at "16:60"`, one(office("09:00", "16:60"))},
		{"letters", "week", `"friday" closes at "1a:00"`, one(office("09:00", "1a:00"))},
		{"an empty period", "week", `"friday" opens and closes at 09:00; for a whole day write 00:00 to 24:00.`, one(office("09:00", "09:00"))},
		{"too many periods", "week", `"friday" has 25 periods; a day has 24 at most.`, one(calendar.Week{"friday": slicesOf(25, calendar.Hours{Open: "09:00", Close: "10:00"})})},
		{"no date", "holidays", `"x" has the date "2026-02-29"; write one from 1970 to 2199 like 2026-12-24.`, holiday(calendar.Holiday{Name: "x", Date: "2026-02-29"})},
		{"a date too far away", "holidays", `"x" has the date "2200-01-01"`, holiday(calendar.Holiday{Name: "x", Date: "2200-01-01"})},
		{"no last day", "holidays", `"x" lasts until "soon"`, holiday(calendar.Holiday{Name: "x", Date: "2026-01-01", Until: "soon"})},
		{"it ends before it begins", "holidays", `"x" ends on 2025-12-31, before it begins.`, holiday(calendar.Holiday{Name: "x", Date: "2026-01-01", Until: "2025-12-31"})},
		{"each year for more than a year", "holidays", `"x" lasts 366 days, and so cannot be each year.`, holiday(calendar.Holiday{Name: "x", Date: "2026-01-01", Until: "2027-01-01", Yearly: true})},
		{"no exception", "holidays", `"x" is not kept on "never"; write a date`, holiday(calendar.Holiday{Name: "x", Date: "2026-01-01", Except: []calendar.Date{"never"}})},
		{"too many exceptions", "holidays", `"x" has 2001 exceptions`, holiday(calendar.Holiday{Name: "x", Date: "2026-01-01", Except: slicesOf(2001, calendar.Date("2026-01-01"))})},
		{"a long name", "holidays", "The name of the holiday on 2026-01-01 is longer than 200 letters.", holiday(calendar.Holiday{Name: strings.Repeat("x", 201), Date: "2026-01-01"})},
		{"hours of a half day", "holidays", `"x" closes at "25:00"`, holiday(calendar.Holiday{Name: "x", Date: "2026-01-01", Hours: []calendar.Hours{{Open: "09:00", Close: "25:00"}}})},
		{"too many holidays", "holidays", "There are 2001 holidays; a calendar has 2000 at most.", many(2001, mayDay)},
		{"too many days", "holidays", "The holidays last 144000 days in all; that is more than 100000.", many(200, calendar.Holiday{Date: "2020-07-01", Until: "2020-07-04", Yearly: true, Name: "x"})},
	}
	for _, tt := range tests {
		err := tt.cal.Check()
		if tt.want == "" && err != nil {
			t.Errorf("%s: got %v, want nothing wrong", tt.name, err)
		} else if got := fault.Fields(err)[tt.field]; tt.want != "" && !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: got %q (%v), want %s: %q", tt.name, got, err, tt.field, tt.want)
		}
		if _, compiled := calendar.Compile(tt.cal); (compiled == nil) != (err == nil) {
			t.Errorf("%s: got %v from Compile, want %v", tt.name, compiled, err)
		}
	}
}

func slicesOf[T any](n int, v T) []T {
	list := make([]T, n)
	for i := range list {
		list[i] = v
	}
	return list
}

// Several things wrong are said together.
func TestCheckTellsAll(t *testing.T) {
	err := calendar.Version{Zone: "Mars", Holidays: []calendar.Holiday{{Date: "x"}}}.Check()
	if got := fault.Fields(err); len(got) != 3 {
		t.Errorf("got %v, want zone, week and holidays", got)
	}
}

func TestNobodyEditsAVersionInForce(t *testing.T) {
	version := func(from string, times ...calendar.TimeOfDay) calendar.Version {
		v := calendar.Version{Zone: "UTC", Week: office(times...), Holidays: []calendar.Holiday{{Name: "May Day", Date: "2026-05-01"}}}
		if from != "" {
			v.From = local(t, from+" 00:00")
		}
		return v
	}
	of := func(v ...calendar.Version) calendar.Calendar { return calendar.Calendar{Versions: v} }
	first, second := version("", "09:00", "17:00"), version("2026-06-01", "08:00", "17:00")
	other := version("2026-07-01", "10:00", "17:00")
	renamed := version("", "09:00", "17:00")
	renamed.Holidays[0].Name = "Labour Day"
	now := local(t, "2026-06-15 12:00")
	atOnce := other
	atOnce.From = now
	tests := []struct {
		name     string
		old, new calendar.Calendar
		want     string
	}{
		{"a new calendar may begin in the past", calendar.Calendar{}, of(first, second), ""},
		{"nothing changes", of(first, second, other), of(first, second, other), ""},
		{"a new version begins later", of(first, second), of(first, second, other), ""},
		{"a new version begins at once", of(first, second), of(first, second, atOnce), ""},
		{"a version to come is taken away", of(first, second, other), of(first, second), ""},
		{"a version to come is edited", of(first, second, other), of(first, second, version("2026-08-01", "07:00", "08:00")), ""},
		{"the version in force is edited", of(first, second), of(first, version("2026-06-01", "07:00", "17:00")), "Version 2 has been in force: leave it as it is, and make a new version."},
		{"a version once in force is edited", of(first, second), of(renamed, second), "Version 1 has been in force: leave it as it is, and make a new version."},
		{"the version in force is taken away", of(first, second), of(first), "Version 2 has been in force: it cannot be taken away."},
		{"a new version begins in the past", of(first, second), of(first, second, version("2026-06-14", "07:00", "08:00")), "Version 3 would begin in the past: let it begin now or later."},
		{"the new version is wrong", of(first), of(first, calendar.Version{From: now.Add(time.Hour), Week: first.Week}), `"" is no time zone; write it like Europe/Berlin.`},
	}
	for _, tt := range tests {
		got := ""
		if err := tt.new.CheckChange(tt.old, now); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestVersionInForce(t *testing.T) {
	c := calendar.Calendar{Versions: make([]calendar.Version, 3)}
	c.Versions[0].From = local(t, "2026-01-01 00:00")
	c.Versions[1].From = local(t, "2026-06-01 00:00:00.5")
	c.Versions[2].From = local(t, "2026-07-01 00:00")
	tests := []struct {
		name, at string
		want     int
	}{
		{"the first is in force since ever", "2020-01-01 00:00", 1},
		{"until the next", "2026-05-31 23:59:59.999999999", 1},
		{"from its second on", "2026-06-01 00:00", 2},
		{"the last for ever", "2100-01-01 00:00", 3},
	}
	for _, tt := range tests {
		if got := c.At(local(t, tt.at)); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
		}
	}
	if got := (calendar.Calendar{}).At(time.Time{}); got != 0 {
		t.Errorf("got version %d of an empty calendar, want 0", got)
	}
}
