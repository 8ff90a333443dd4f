package notify

import (
	"context"
	"testing"
	"time"

	"muster/internal/calendar"
	"muster/internal/fault"
)

type (
	ctx     = context.Context
	weekday = calendar.Weekday
)

// When a notice goes out, in the person's own zone, in the nights too in which clocks change.
func TestWhen(t *testing.T) {
	every := calendar.Days()
	night := Quiet{From: "22:00", To: "07:00", Days: every}
	weekend := Quiet{Whole: []weekday{"saturday", "sunday"}}
	for _, row := range []struct {
		rule   string
		rules  Rules
		way    Channel
		urgent bool
		now    string
		state  State
		at     string
	}{
		{"the inbox never waits", Rules{Zone: "UTC", Quiet: night}, App, false, "2026-03-10T23:00:00Z", Delivered, "2026-03-10T23:00:00Z"},
		{"a push at once", Rules{Zone: "UTC", Quiet: night}, Push, false, "2026-03-10T12:00:00Z", Queued, "2026-03-10T12:00:00Z"},
		{"a push at night", Rules{Zone: "UTC", Quiet: night}, Push, false, "2026-03-10T23:00:00Z", InQuiet, "2026-03-11T07:00:00Z"},
		{"the first quiet second", Rules{Zone: "UTC", Quiet: night}, Push, false, "2026-03-10T22:00:00Z", InQuiet, "2026-03-11T07:00:00Z"},
		{"the last quiet second", Rules{Zone: "UTC", Quiet: night}, Push, false, "2026-03-11T06:59:59Z", InQuiet, "2026-03-11T07:00:00Z"},
		{"the first loud second", Rules{Zone: "UTC", Quiet: night}, Push, false, "2026-03-11T07:00:00Z", Queued, "2026-03-11T07:00:00Z"},
		{"urgent, and it may pass", Rules{Zone: "UTC", Quiet: night, Pass: true}, Push, true, "2026-03-10T23:00:00Z", Queued, "2026-03-10T23:00:00Z"},
		{"urgent, and it may not", Rules{Zone: "UTC", Quiet: night}, Push, true, "2026-03-10T23:00:00Z", InQuiet, "2026-03-11T07:00:00Z"},
		{"not urgent, though that may pass", Rules{Zone: "UTC", Quiet: night, Pass: true}, Push, false, "2026-03-10T23:00:00Z", InQuiet, "2026-03-11T07:00:00Z"},
		{"in Berlin, in winter", Rules{Zone: "Europe/Berlin", Quiet: night}, Push, false, "2026-01-10T21:00:00Z", InQuiet, "2026-01-11T06:00:00Z"},
		{"in Berlin, the night that is short", Rules{Zone: "Europe/Berlin", Quiet: night}, Push, false, "2026-03-28T21:30:00Z", InQuiet, "2026-03-29T05:00:00Z"},
		{"in Berlin, the night that is long", Rules{Zone: "Europe/Berlin", Quiet: night}, Push, false, "2026-10-24T20:30:00Z", InQuiet, "2026-10-25T06:00:00Z"},
		{"an end that the clock jumps over", Rules{Zone: "Europe/Berlin", Quiet: Quiet{From: "22:00", To: "02:30", Days: every}}, Push, false, "2026-03-28T22:00:00Z", InQuiet, "2026-03-29T01:00:00Z"},
		{"a whole weekend, and the nights around it", Rules{Zone: "UTC", Quiet: Quiet{From: "20:00", To: "08:00", Days: every, Whole: weekend.Whole}}, Push, false, "2026-03-13T21:00:00Z", InQuiet, "2026-03-16T08:00:00Z"},
		{"Friday's evening is not the weekend", Rules{Zone: "UTC", Quiet: weekend}, Push, false, "2026-03-13T23:59:59Z", Queued, "2026-03-13T23:59:59Z"},
		{"mail at once goes with what comes together", Rules{Zone: "UTC", Digest: AtOnce}, Mail, false, "2026-03-10T12:00:10Z", Queued, "2026-03-10T12:00:30Z"},
		{"mail each hour", Rules{Zone: "UTC", Digest: Hourly}, Mail, false, "2026-03-10T12:00:10Z", InDigest, "2026-03-10T13:00:00Z"},
		{"mail each hour, urgent", Rules{Zone: "UTC", Digest: Hourly, Pass: true}, Mail, true, "2026-03-10T12:00:10Z", Queued, "2026-03-10T12:00:30Z"},
		{"mail each day", Rules{Zone: "Europe/Berlin", Digest: Daily, Hour: 8}, Mail, false, "2026-03-10T12:00:10Z", InDigest, "2026-03-11T07:00:00Z"},
		{"mail each day, before its hour", Rules{Zone: "Europe/Berlin", Digest: Daily, Hour: 8}, Mail, false, "2026-03-10T02:00:00Z", InDigest, "2026-03-10T07:00:00Z"},
		{"mail each day, over the change of clocks", Rules{Zone: "Europe/Berlin", Digest: Daily, Hour: 8}, Mail, false, "2026-03-28T12:00:00Z", InDigest, "2026-03-29T06:00:00Z"},
		{"mail each day, at an hour that there is not", Rules{Zone: "Europe/Berlin", Digest: Daily, Hour: 2}, Mail, false, "2026-03-28T12:00:00Z", InDigest, "2026-03-29T01:00:00Z"},
		{"mail each day, in quiet hours", Rules{Zone: "UTC", Digest: Daily, Hour: 6, Quiet: night}, Mail, false, "2026-03-10T12:00:00Z", InQuiet, "2026-03-11T07:00:00Z"},
		{"mail each hour, at night", Rules{Zone: "UTC", Digest: Hourly, Quiet: night}, Mail, false, "2026-03-10T21:30:00Z", InQuiet, "2026-03-11T07:00:00Z"},
	} {
		now, err := time.Parse(time.RFC3339, row.now)
		if err != nil {
			t.Fatal(err)
		}
		at, state := row.rules.When(row.way, row.urgent, now)
		if got := at.UTC().Format(time.RFC3339); got != row.at || state != row.state {
			t.Errorf("%s: got %s at %s, want %s at %s", row.rule, state, got, row.state, row.at)
		}
	}
}

// What cannot be is refused, with a word about the field.
func TestCheck(t *testing.T) {
	good := Beginning()
	for field, change := range map[string]func(*Rules){
		"topics":          func(r *Rules) { r.Topics = map[Topic][]Channel{"coffee": {App}} },
		"topics.assigned": func(r *Rules) { r.Topics = map[Topic][]Channel{Assigned: {"pigeon"}} },
		"digest":          func(r *Rules) { r.Digest = "weekly" },
		"hour":            func(r *Rules) { r.Hour = 24 },
		"quiet.from":      func(r *Rules) { r.Quiet = Quiet{From: "22:00", Days: calendar.Days()} },
		"quiet.days":      func(r *Rules) { r.Quiet = Quiet{From: "22:00", To: "07:00"} },
		"quiet.whole":     func(r *Rules) { r.Quiet = Quiet{Whole: calendar.Days()} },
	} {
		r := good
		change(&r)
		if err := r.check(); fault.Fields(err)[field] == "" {
			t.Errorf("%s: got %v, want a word about it", field, err)
		}
	}
	odd := good
	odd.Quiet = Quiet{From: "25:00", To: "07:00", Days: calendar.Days()}
	if err := odd.check(); fault.Fields(err)["quiet.from"] == "" {
		t.Errorf("an hour that is none: got %v", err)
	}
	if err := good.check(); err != nil {
		t.Errorf("what everybody begins with: got %v", err)
	}
}
