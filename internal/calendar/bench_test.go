package calendar_test

import (
	"testing"
	"time"

	"muster/internal/calendar"
)

// busy is a calendar such as a large desk has: lunch breaks, and fifteen holidays.
func busy(b *testing.B) calendar.Calendar {
	b.Helper()
	c := one(office("08:00", "12:00", "13:00", "18:00"))
	for i := range 15 {
		date := time.Date(2016, 1, 1+24*i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		c.Versions[0].Holidays = append(c.Versions[0].Holidays, calendar.Holiday{Name: "day", Date: calendar.Date(date), Yearly: true})
	}
	return c
}

func BenchmarkCompile(b *testing.B) {
	c := busy(b)
	for b.Loop() {
		compile(b, c)
	}
}

func BenchmarkDeadline(b *testing.B) {
	c, from := compile(b, busy(b)), local(b, "2026-06-05 11:45:30")
	for b.Loop() {
		if _, err := c.Deadline(from, 40*time.Hour); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTenYears(b *testing.B) {
	c, from, to := compile(b, busy(b)), local(b, "2026-06-05 11:45:30"), local(b, "2036-06-05 11:45:30")
	d := c.Elapsed(from, to)
	for b.Loop() {
		if got, err := c.Deadline(from, d); err != nil || c.Elapsed(from, got) != d {
			b.Fatal(got, err)
		}
	}
}
