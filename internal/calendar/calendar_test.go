package calendar_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/internal/calendar"
	"muster/internal/fault"
)

// one returns a calendar of one version in Berlin.
func one(week calendar.Week, holidays ...calendar.Holiday) calendar.Calendar {
	return zoned("Europe/Berlin", week, holidays...)
}

func zoned(zone string, week calendar.Week, holidays ...calendar.Holiday) calendar.Calendar {
	return calendar.Calendar{Versions: []calendar.Version{{Zone: zone, Week: week, Holidays: holidays}}}
}

// office returns periods on workdays.
func office(times ...calendar.TimeOfDay) calendar.Week {
	w := everyDay(times...)
	delete(w, calendar.Saturday)
	delete(w, calendar.Sunday)
	return w
}

// local reads an instant such as "2026-03-28 12:00:00.5 Europe/Berlin"; the zone is Berlin if none is given.
func local(t testing.TB, s string) time.Time {
	t.Helper()
	f := strings.Fields(s)
	zone := "Europe/Berlin"
	if len(f) == 3 {
		zone = f[2]
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	layout := "2006-01-02 15:04"
	if strings.Count(f[1], ":") == 2 {
		layout += ":05"
	}
	at, err := time.ParseInLocation(layout, f[0]+" "+f[1], loc)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Each row was worked out by hand. Those that begin with "known:" are wrong in other products.
func TestDeadline(t *testing.T) {
	day := func(date calendar.Date, times ...calendar.TimeOfDay) calendar.Holiday {
		h := calendar.Holiday{Name: "day", Date: date}
		for i := 0; i < len(times); i += 2 {
			h.Hours = append(h.Hours, calendar.Hours{Open: times[i], Close: times[i+1]})
		}
		return h
	}
	nine := office("09:00", "17:00")
	yearly := func(h calendar.Holiday) calendar.Holiday { h.Yearly = true; return h }
	until := func(h calendar.Holiday, last calendar.Date) calendar.Holiday { h.Until = last; return h }
	tests := []struct {
		name string
		cal  calendar.Calendar
		from string
		d    time.Duration
		want string
	}{
		{"known: 30 minutes before a closure of 30 days", one(nine, until(day("2026-08-01"), "2026-08-30")), "2026-07-31 16:45", 30 * time.Minute, "2026-08-31 09:15"},
		{"known: a shift from 22:00 to 06:00", one(office("22:00", "06:00")), "2026-06-01 23:30", 8 * time.Hour, "2026-06-02 23:30"},
		{"known: a shift from 22:00 to 06:00, begun after midnight", one(office("22:00", "06:00")), "2026-06-02 05:00", 2 * time.Hour, "2026-06-02 23:00"},
		{"known: Friday's night shift ends on Saturday", one(office("22:00", "06:00")), "2026-06-06 05:00", time.Hour, "2026-06-06 06:00"},
		{"known: a target that starts at :30 seconds", one(nine), "2026-06-05 16:59:30", time.Minute, "2026-06-08 09:00:30"},
		{"known: a target that starts between two nanoseconds", one(nine), "2026-06-05 16:59:59.999999999", 2, "2026-06-08 09:00:00.000000001"},
		{"known: a day that closes at 23:59", one(everyDay("08:00", "23:59")), "2026-06-05 23:58", 2 * time.Minute, "2026-06-06 08:01"},
		{"known: a day that closes at 24:00", one(everyDay("08:00", "24:00")), "2026-06-05 23:58", 3 * time.Minute, "2026-06-06 08:01"},
		{"known: a day that closes at 00:00", one(everyDay("08:00", "00:00")), "2026-06-05 23:58", 3 * time.Minute, "2026-06-06 08:01"},
		{"known: a lunch break", one(office("09:00", "12:00", "13:00", "17:00")), "2026-06-05 11:45", 30 * time.Minute, "2026-06-05 13:15"},
		{"known: two holiday schedules that overlap", one(nine, until(day("2026-12-24"), "2026-12-28"), until(day("2026-12-25"), "2026-12-30")), "2026-12-23 16:00", 2 * time.Hour, "2026-12-31 10:00"},
		{"known: a half day that another schedule closes", one(nine, day("2026-12-24", "09:00", "12:00"), day("2026-12-24")), "2026-12-23 16:00", 2 * time.Hour, "2026-12-25 10:00"},
		{"known: two half days are open where both are", one(nine, day("2026-12-24", "09:00", "12:00"), day("2026-12-24", "11:00", "15:00")), "2026-12-23 16:00", 90 * time.Minute, "2026-12-24 11:30"},
		{"known: it is due at the minute, not at the next sweep", one(nine), "2026-06-05 09:01", 2 * time.Minute, "2026-06-05 09:03"},

		{"the end of a day is reached before the next begins", one(nine), "2026-06-05 16:00", time.Hour, "2026-06-05 17:00"},
		{"no time is over at once, even when closed", one(nine), "2026-06-06 12:00", 0, "2026-06-06 12:00"},
		{"a target set when closed starts when the desk opens", one(nine), "2026-06-06 12:00", time.Hour, "2026-06-08 10:00"},
		{"touching and overlapping periods count once", one(office("09:00", "12:00", "12:00", "15:00", "14:00", "17:00")), "2026-06-05 11:00", 6 * time.Hour, "2026-06-05 17:00"},
		{"a night shift and a day shift that overlap count once", one(everyDay("22:00", "06:00", "05:00", "08:00")), "2026-06-05 04:00", 5 * time.Hour, "2026-06-05 23:00"},
		{"a half day", one(nine, day("2026-12-24", "09:00", "12:00")), "2026-12-24 10:00", 3 * time.Hour, "2026-12-25 10:00"},
		{"an evening of its own that runs into an ordinary day", one(nine, day("2026-12-31", "20:00", "02:00")), "2026-12-31 20:00", 7 * time.Hour, "2027-01-01 10:00"},
		{"a special Saturday", one(nine, day("2026-06-06", "10:00", "14:00")), "2026-06-05 16:00", 3 * time.Hour, "2026-06-06 12:00"},
		{"a shift begun the evening before a holiday runs to its end", one(everyDay("22:00", "06:00"), day("2026-12-25")), "2026-12-24 22:00", 8 * time.Hour, "2026-12-25 06:00"},
		{"the night shift of a holiday is not worked", one(everyDay("22:00", "06:00"), day("2026-12-25")), "2026-12-24 22:00", 9 * time.Hour, "2026-12-26 23:00"},
		{"a yearly holiday comes again", one(nine, yearly(day("2020-05-01"))), "2026-04-30 16:30", time.Hour, "2026-05-04 09:30"},
		{"a yearly holiday does not come before its first year", one(nine, yearly(day("2027-05-01"))), "2026-04-30 16:30", time.Hour, "2026-05-01 09:30"},
		{"a yearly holiday over the end of the year", one(nine, yearly(until(day("2020-12-24"), "2021-01-01"))), "2026-12-23 16:30", time.Hour, "2027-01-04 09:30"},
		{"29 February is kept in leap years", one(nine, yearly(day("2024-02-29"))), "2028-02-28 16:30", time.Hour, "2028-03-01 09:30"},
		{"29 February is not kept in others", one(nine, yearly(day("2024-02-29"))), "2029-02-28 16:30", time.Hour, "2029-03-01 09:30"},
		{"a yearly closure until 29 February ends on the 28th in others", one(nine, yearly(until(day("2024-02-27"), "2024-02-29"))), "2029-02-26 16:30", time.Hour, "2029-03-01 09:30"},
		{"a yearly closure from 29 February begins on 1 March in others", one(nine, yearly(until(day("2024-02-29"), "2024-03-01"))), "2029-02-28 16:30", time.Hour, "2029-03-02 09:30"},
		{"the day after 28 February in a leap year", one(nine), "2028-02-28 16:00", 2 * time.Hour, "2028-02-29 10:00"},
		{"an exception is worked", one(nine, calendar.Holiday{Date: "2020-05-01", Yearly: true, Except: []calendar.Date{"2026-05-01"}}), "2026-04-30 16:30", time.Hour, "2026-05-01 09:30"},
		{"a closure of nine years", one(nine, until(day("2027-01-01"), "2035-12-31")), "2026-12-31 16:00", 2 * time.Hour, "2036-01-01 10:00"},

		{"a day of 23 hours", one(calendar.Always()), "2026-03-28 12:00", 24 * time.Hour, "2026-03-29 13:00"},
		{"a day of 25 hours", one(calendar.Always()), "2026-10-24 12:00", 24 * time.Hour, "2026-10-25 11:00"},
		{"a night shift of 7 hours", one(everyDay("22:00", "06:00")), "2026-03-28 22:00", 7 * time.Hour, "2026-03-29 06:00"},
		{"a night shift of 9 hours", one(everyDay("22:00", "06:00")), "2026-10-24 22:00", 9 * time.Hour, "2026-10-25 06:00"},
		{"a period in the hour that is skipped is empty", one(everyDay("02:15", "02:45")), "2026-03-28 02:15", time.Hour, "2026-03-30 02:45"},
		{"a period that begins in the skipped hour begins after it", one(everyDay("02:30", "04:00")), "2026-03-29 00:00", 30 * time.Minute, "2026-03-29 03:30"},
		{"a period that ends in the skipped hour ends before it", one(everyDay("01:00", "02:30")), "2026-03-29 00:00", 90 * time.Minute, "2026-03-30 01:30"},
		{"a period in the hour that comes twice is worked once", one(everyDay("02:15", "02:45")), "2026-10-25 00:00", time.Hour, "2026-10-26 02:45"},
		{"what opens in the hour that comes twice stays open", one(everyDay("02:30", "04:00")), "2026-10-25 00:00", 2*time.Hour + 30*time.Minute, "2026-10-25 04:00"},
		{"clocks that change by half an hour", zoned("Australia/Lord_Howe", everyDay("22:00", "06:00")), "2026-04-04 22:00 Australia/Lord_Howe", 8*time.Hour + 30*time.Minute, "2026-04-05 06:00 Australia/Lord_Howe"},
		{"a Friday that there never was", zoned("Pacific/Apia", nine), "2011-12-29 16:00 Pacific/Apia", 2 * time.Hour, "2012-01-02 10:00 Pacific/Apia"},
		{"a midnight that is skipped", zoned("America/Sao_Paulo", everyDay("00:00", "02:00")), "2017-10-14 23:00 America/Sao_Paulo", time.Hour, "2017-10-15 02:00 America/Sao_Paulo"},
		{"an evening that comes twice", zoned("America/Sao_Paulo", everyDay("20:00", "24:00")), "2018-02-17 20:00 America/Sao_Paulo", 5 * time.Hour, "2018-02-18 00:00 America/Sao_Paulo"},
		{"a zone that was 44 minutes and 30 seconds behind", zoned("Africa/Monrovia", everyDay("00:00", "01:00")), "1972-01-06 23:00 Africa/Monrovia", 15*time.Minute + 31*time.Second, "1972-01-08 00:00:01 Africa/Monrovia"},
	}
	for _, tt := range tests {
		c := compile(t, tt.cal)
		from, want := local(t, tt.from), local(t, tt.want)
		if got, err := c.Deadline(from, tt.d); err != nil || !got.Equal(want) {
			t.Errorf("%s: got %v (%v), want %v", tt.name, got.In(want.Location()), err, want)
		}
		if got := c.Elapsed(from, want); got != tt.d {
			t.Errorf("%s: got %v until %v, want %v", tt.name, got, want, tt.d)
		}
	}
}

// The clock is turned back at 01:00 UTC: what had closed before, in the hour that comes twice, stays closed.
func TestAVersionMayBeginWhileTimeIsShownAgain(t *testing.T) {
	cal := one(calendar.Always())
	begins := time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC)
	cal.Versions = append(cal.Versions, calendar.Version{From: begins, Zone: "Europe/Berlin", Week: everyDay("02:00", "02:45")})
	if got, err := compile(t, cal).NextOpen(begins); err != nil || !got.Equal(local(t, "2026-10-26 02:00")) {
		t.Errorf("got next open %v (%v), want the next night", got, err)
	}
}

func TestElapsedBackwardsIsNegative(t *testing.T) {
	c := compile(t, one(office("09:00", "17:00")))
	now, due := local(t, "2026-06-08 10:00"), local(t, "2026-06-05 16:00")
	if got := c.Elapsed(now, due); got != -2*time.Hour {
		t.Errorf("got %v left, want two hours overdue", got)
	}
}

func TestDesksAreClosedBeyondTheYearsOfReckoning(t *testing.T) {
	c := compile(t, zoned("UTC", calendar.Always()))
	from, to := time.Time{}, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	want := time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC).Sub(time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC))
	if got := c.Elapsed(from, to); got != want {
		t.Errorf("got %v from year 1 to 9999, want the years 1970 to 2199: %v", got, want)
	}
}

func TestFaultsOfReckoning(t *testing.T) {
	for9 := calendar.Holiday{Name: "fair", Date: "2026-06-06", Hours: []calendar.Hours{{Open: "10:00", Close: "12:00"}}}
	fair := compile(t, one(nil, for9))
	rare := compile(t, one(nil, calendar.Holiday{Name: "fair", Date: "2026-06-06", Yearly: true, Hours: for9.Hours}))
	tests := []struct {
		name string
		cal  *calendar.Compiled
		from string
		d    time.Duration
		want string
	}{
		{"closed for good", fair, "2026-06-06 12:00", time.Nanosecond, "The calendar does not open any more after 2026-06-06 10:00 UTC: give it new hours."},
		{"too little is left", fair, "2026-06-06 11:00", 61 * time.Minute, "The calendar opens too little: the time would run out only after the year 2199."},
		{"too rare", rare, "2026-06-06 11:00", 1000 * time.Hour, "The calendar opens too little: the time would run out only after the year 2199."},
		{"a negative time", fair, "2026-06-06 11:00", -1, "A time of -1ns cannot run out: give one that is not negative."},
	}
	for _, tt := range tests {
		got, err := tt.cal.Deadline(local(t, tt.from), tt.d)
		if !fault.Is(err, fault.Invalid) || err.Error() != tt.want || !got.IsZero() {
			t.Errorf("%s: got %v, %v; want %s", tt.name, got, err, tt.want)
		}
	}
	if got, err := fair.NextOpen(local(t, "2026-06-06 12:00")); err == nil || !got.IsZero() {
		t.Errorf("got %v, %v; want a fault: it never opens again", got, err)
	}
}

func TestOpen(t *testing.T) {
	c := compile(t, one(office("09:00", "17:00")))
	tests := []struct {
		at   string
		want bool
		next string
	}{
		{"2026-06-05 08:59:59.999999999", false, "2026-06-05 09:00"},
		{"2026-06-05 09:00", true, "2026-06-05 09:00"},
		{"2026-06-05 16:59:59.999999999", true, "2026-06-05 16:59:59.999999999"},
		{"2026-06-05 17:00", false, "2026-06-08 09:00"},
	}
	for _, tt := range tests {
		at := local(t, tt.at)
		if got := c.Open(at); got != tt.want {
			t.Errorf("%s: got open %t, want %t", tt.at, got, tt.want)
		}
		if got, err := c.NextOpen(at); err != nil || !got.Equal(local(t, tt.next)) {
			t.Errorf("%s: got next open %v (%v), want %s", tt.at, got, err, tt.next)
		}
	}
}

func TestPeriods(t *testing.T) {
	c := compile(t, one(everyDay("09:00", "12:00", "13:00", "24:00", "00:00", "01:00")))
	var got []string
	for p := range c.Periods(local(t, "2026-06-05 11:00"), local(t, "2026-06-06 10:00")) {
		got = append(got, p.From.Format("02 15:04")+"–"+p.To.Format("02 15:04"))
	}
	if want := []string{"05 09:00–05 10:00", "05 11:00–05 23:00", "06 07:00–06 08:00"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestCalendarsAreKeptAsJSON(t *testing.T) {
	want := one(calendar.Workdays(calendar.Hours{Open: "09:00", Close: "17:00"}), calendar.Holiday{Name: "May Day", Date: "2026-05-01", Yearly: true})
	want.Versions = append(want.Versions, calendar.Version{From: local(t, "2027-01-01 00:00").UTC(), Zone: "UTC", Week: calendar.Always()})
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got calendar.Calendar
	if err := json.Unmarshal(b, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v (%v) from %s, want %+v", got, err, b, want)
	}
}
