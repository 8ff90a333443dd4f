package calendar

import "time"

// Lengths in seconds of the wall clock, which knows no zones.
const (
	day  = 24 * 60 * 60
	week = 7 * day
)

// Years in which calendars are reckoned. Before and after, every desk is closed.
const (
	firstYear = 1970
	lastYear  = 2199
)

// minutes returns the minutes since midnight, and whether t is a time of day at all.
func (t TimeOfDay) minutes() (int64, bool) {
	if len(t) != 5 || t[2] != ':' {
		return 0, false
	}
	for _, i := range []int{0, 1, 3, 4} {
		if t[i] < '0' || t[i] > '9' {
			return 0, false
		}
	}
	h, m := int64(t[0]-'0')*10+int64(t[1]-'0'), int64(t[3]-'0')*10+int64(t[4]-'0')
	return h*60 + m, m < 60 && h*60+m <= 24*60
}

// span returns the seconds of h since the midnight that begins its day.
func (h Hours) span() span {
	opens, _ := h.Open.minutes()
	closes, _ := h.Close.minutes()
	if closes <= opens {
		closes += 24 * 60
	}
	return span{from: opens * 60, to: closes * 60}
}

// number returns the days since 1 January 1970, and whether d is a date of the years we reckon with.
func (d Date) number() (int64, bool) {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil || t.Year() < firstYear || t.Year() > lastYear {
		return 0, false
	}
	return t.Unix() / day, true
}

// dateOf returns the date of a day's number.
func dateOf(n int64) Date { return Date(time.Unix(n*day, 0).UTC().Format(time.DateOnly)) }

// civil returns year, month and day of the month of a day's number.
func civil(n int64) (int, time.Month, int) { return time.Unix(n*day, 0).UTC().Date() }

// dayNumber returns the number of a day; one past the end of a month is counted on into the next.
func dayNumber(year int, month time.Month, dayOfMonth int) int64 {
	return time.Date(year, month, dayOfMonth, 0, 0, 0, 0, time.UTC).Unix() / day
}

// weekday returns 0 for Monday to 6 for Sunday. Day 0 was a Thursday; n may be down to -10.
func weekday(n int64) int64 { return (n + 10) % 7 }
