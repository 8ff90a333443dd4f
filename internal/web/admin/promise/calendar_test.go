package promise

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"muster/internal/calendar"
	"muster/internal/clock"
	"muster/internal/fault"
)

// An edit adds a version where its instant puts it, and replaces one that is planned for the same instant.
func TestVersionsOfACalendar(t *testing.T) {
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	version := func(from time.Time, hours string) calendar.Version {
		week, err := readVersion(url.Values{"zone": {"Europe/Berlin"}, "monday": {hours}})
		if err != nil {
			t.Fatal(err)
		}
		week.From = from
		return week
	}
	year := time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC) // 2027 in Berlin
	for _, row := range []struct {
		rule, hours, from, want string
	}{
		{"from now on, before what is planned", "10:00-12:00", "", "09:00-17:00 10:00-12:00 08:00-16:00"},
		{"what is planned for the instant is replaced", "10:00-12:00", "2027-01-01T00:00", "09:00-17:00 10:00-12:00"},
		{"after it", "10:00-12:00", "2027-02-01T00:00", "09:00-17:00 08:00-16:00 10:00-12:00"},
		{"nothing else from now on", "09:00-17:00", "", "09:00-17:00 08:00-16:00"},
		{"what was in force stays", "10:00-12:00", "2026-11-01T00:00", "from"},
		{"no instant", "10:00-12:00", "soon", "from"},
	} {
		d := clock.Desk{ID: "d", Calendar: calendar.Calendar{Versions: []calendar.Version{version(time.Time{}, "09:00-17:00"), version(year, "08:00-16:00")}}}
		made, err := withVersion(d, version(time.Time{}, row.hours), url.Values{"name": {"Desk"}, "from": {row.from}}, now)
		var got []string
		for field := range fault.Fields(err) {
			got = append(got, field)
		}
		for _, v := range made.Versions {
			if err == nil {
				got = append(got, strings.TrimPrefix(weekWords(v.Week), "Mon "))
			}
		}
		if s := strings.Join(got, " "); s != row.want {
			t.Errorf("%s: got %s (%v), want %s", row.rule, s, err, row.want)
		}
		if err == nil && made.CheckChange(d.Calendar, now) != nil {
			t.Errorf("%s: got %v, want it to be kept", row.rule, made.CheckChange(d.Calendar, now))
		}
	}
}

func TestHoursThatArePlainlyNotMeant(t *testing.T) {
	for typed, right := range map[string]bool{"9-17": true, "9-5": false, "22:00-06:00": true, "22-6": true, "9:00-5:00": true, "8-12, 13-17": true, "0-24": true, "": true, "18-0": true} {
		if _, err := readVersion(url.Values{"zone": {"UTC"}, "tuesday": {typed}}); (err == nil) != right || !right && fault.Fields(err)["tuesday"] == "" {
			t.Errorf("%q: got %v", typed, err)
		}
	}
}

// What a file holds is added once, however often it is read, as a browser sends lines.
func TestHolidaysAreAddedOnce(t *testing.T) {
	day := []calendar.Holiday{{Name: "Labour Day", Date: "2026-05-01"}}
	if got, added := addHolidays("2026-12-25 Christmas\r\n2026-05-01 Labour Day\r\n", day); added != 0 || got != "2026-12-25 Christmas\n2026-05-01 Labour Day" {
		t.Errorf("got %d added, %q", added, got)
	}
}
