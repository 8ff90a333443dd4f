package calendar_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"muster/internal/calendar"
)

// zones are ordinary ones, and those with the oddest histories.
func zones() []string {
	return []string{
		"UTC", "Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Moscow", "Europe/Istanbul",
		"Europe/Volgograd", "Europe/Vilnius", "Europe/Chisinau", "Atlantic/Azores", "Africa/Cairo", "Africa/Casablanca",
		"Africa/El_Aaiun", "Africa/Juba", "Africa/Windhoek", "Africa/Tripoli", "Africa/Sao_Tome", "America/New_York",
		"America/St_Johns", "America/Sao_Paulo", "America/Havana", "America/Caracas", "America/Santiago", "America/Asuncion",
		"America/Scoresbysund", "America/Nuuk", "America/Phoenix", "America/Anchorage", "America/Port-au-Prince", "Asia/Tehran",
		"Asia/Gaza", "Asia/Amman", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Pyongyang", "Asia/Seoul", "Asia/Ulaanbaatar",
		"Asia/Manila", "Asia/Dhaka", "Asia/Almaty", "Australia/Lord_Howe", "Australia/Sydney", "Australia/Eucla",
		"Pacific/Apia", "Pacific/Kwajalein", "Pacific/Chatham", "Pacific/Tongatapu", "Pacific/Norfolk", "Pacific/Kiritimati",
		"Antarctica/Troll", "Antarctica/Casey",
	}
}

func drawTime(t *rapid.T, name string, last int) calendar.TimeOfDay {
	m := rapid.IntRange(0, last/5).Draw(t, name) * 5
	return calendar.TimeOfDay(fmt.Sprintf("%02d:%02d", m/60, m%60))
}

func drawHours(t *rapid.T, least int) []calendar.Hours {
	var list []calendar.Hours
	for range rapid.IntRange(least, 3).Draw(t, "periods") {
		h := calendar.Hours{Open: drawTime(t, "open", 23*60+55), Close: drawTime(t, "close", 24*60)}
		if h.Open != h.Close {
			list = append(list, h)
		}
	}
	return list
}

func drawDate(t *rapid.T, name string) calendar.Date {
	if rapid.IntRange(0, 9).Draw(t, "leap") == 0 {
		return calendar.Date(fmt.Sprintf("%d-02-29", 4*rapid.IntRange(498, 509).Draw(t, "year"))) // 1992 to 2036
	}
	at := drawInstant(t, name)
	return calendar.Date(at.Format(time.DateOnly))
}

// drawHoliday leaves 29 February out of what is longer than a day: its rows are worked out by hand.
func drawHoliday(t *rapid.T) calendar.Holiday {
	h := calendar.Holiday{Name: "day", Date: drawDate(t, "holiday"), Yearly: rapid.Bool().Draw(t, "yearly")}
	if n := rapid.SampledFrom([]int{0, 0, 1, 9, 90, 1000}).Draw(t, "further days"); n > 0 && h.Date[5:] != "02-29" && (n < 360 || !h.Yearly) {
		first, _ := time.Parse(time.DateOnly, string(h.Date))
		h.Until = calendar.Date(first.AddDate(0, 0, n).Format(time.DateOnly))
	}
	if rapid.Bool().Draw(t, "half") {
		h.Hours = drawHours(t, 1)
	}
	return h
}

func drawVersion(t *rapid.T) calendar.Version {
	v := calendar.Version{Zone: rapid.SampledFrom(zones()).Draw(t, "zone"), Week: calendar.Week{}}
	for _, d := range calendar.Days() {
		v.Week[d] = drawHours(t, 0)
	}
	v.Week[calendar.Wednesday] = append(v.Week[calendar.Wednesday], calendar.Hours{Open: "12:00", Close: "12:30"})
	for range rapid.IntRange(0, 6).Draw(t, "holidays") {
		v.Holidays = append(v.Holidays, drawHoliday(t))
	}
	return v
}

// drawInstant returns an instant from 1990 to 2040, to the nanosecond.
func drawInstant(t *rapid.T, name string) time.Time {
	from, to := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)
	return time.Unix(0, rapid.Int64Range(from.UnixNano(), to.UnixNano()).Draw(t, name)).UTC()
}

// drawCalendar returns a calendar of up to three versions, and the versions by themselves.
func drawCalendar(t *rapid.T) calendar.Calendar {
	c := calendar.Calendar{Versions: []calendar.Version{drawVersion(t)}}
	at := drawInstant(t, "from").Truncate(time.Second)
	for range rapid.IntRange(0, 2).Draw(t, "more versions") {
		v := drawVersion(t)
		v.From = at
		at = at.Add(time.Duration(rapid.IntRange(1, 4*365*24*3600).Draw(t, "in force")) * time.Second)
		c.Versions = append(c.Versions, v)
	}
	return c
}

func compile(t testing.TB, c calendar.Calendar) *calendar.Compiled {
	t.Helper()
	made, err := calendar.Compile(c)
	if err != nil {
		t.Fatalf("got %v, want a calendar: %+v", err, c)
	}
	return made
}
