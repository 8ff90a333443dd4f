package kpi_test

import (
	"testing"
	"time"

	"muster/internal/kpi"
)

func TestAges(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		rule string
		age  time.Duration
		want string
	}{
		{"just opened", 0, "0–1"}, {"almost two days", 48*time.Hour - 1, "0–1"}, {"two days", 48 * time.Hour, "2–3"}, {"three days and a half", 84 * time.Hour, "2–3"},
		{"four days", 96 * time.Hour, "4–7"}, {"a week", 7 * 24 * time.Hour, "4–7"}, {"eight days", 8 * 24 * time.Hour, "8–14"},
		{"fifteen days", 15 * 24 * time.Hour, "15–30"}, {"thirty days and a half", 732 * time.Hour, "15–30"}, {"thirty-one days", 31 * 24 * time.Hour, "over 30"},
	} {
		if got := kpi.Ages()[kpi.AgeOf(now.Add(-row.age), now)].Name; got != row.want {
			t.Errorf("%s: got %s, want %s", row.rule, got, row.want)
		}
	}
}

func TestAttainment(t *testing.T) {
	for _, row := range []struct {
		rule string
		of   kpi.Outcome
		want kpi.Attainment
	}{
		{"met counts", kpi.Outcome{State: "met"}, kpi.Attainment{Met: 1}},
		{"late is missed", kpi.Outcome{State: "late"}, kpi.Attainment{Missed: 1}},
		{"broken is missed, though not done yet", kpi.Outcome{State: "breached"}, kpi.Attainment{Missed: 1}},
		{"what another's fault broke is apart", kpi.Outcome{State: "late", Excused: true}, kpi.Attainment{Excused: 1}},
		{"what was met needs no excuse", kpi.Outcome{State: "met", Excused: true}, kpi.Attainment{Met: 1}},
		{"closed in time without what was promised is apart", kpi.Outcome{State: "none"}, kpi.Attainment{None: 1}},
		{"closed late without it is missed", kpi.Outcome{State: "none", Broken: true}, kpi.Attainment{Missed: 1}},
		{"what runs counts nothing", kpi.Outcome{State: "running"}, kpi.Attainment{}},
		{"nor what stands still", kpi.Outcome{State: "paused"}, kpi.Attainment{}},
		{"nor what was cancelled", kpi.Outcome{State: "cancelled"}, kpi.Attainment{}},
	} {
		var got kpi.Attainment
		if got.Add(row.of, 1); got != row.want {
			t.Errorf("%s: got %+v, want %+v", row.rule, got, row.want)
		}
		var ticket kpi.Attainment
		if ticket.AddTicket(kpi.VerdictOf(row.of), 1); row.want != (kpi.Attainment{}) && ticket != row.want {
			t.Errorf("%s, of a ticket with this promise alone: got %+v, want %+v", row.rule, ticket, row.want)
		}
	}
}

func TestTrend(t *testing.T) {
	for _, row := range []struct {
		rule        string
		before, now kpi.Share
		want        kpi.Direction
	}{
		{"better", kpi.Share{Part: 15, N: 20}, kpi.Share{Part: 19, N: 20}, kpi.Better},
		{"worse", kpi.Share{Part: 20, N: 20}, kpi.Share{Part: 15, N: 20}, kpi.Worse},
		{"within a point", kpi.Share{Part: 900, N: 1000}, kpi.Share{Part: 905, N: 1000}, kpi.Steady},
		{"none under n = 20 before", kpi.Share{Part: 1, N: 19}, kpi.Share{Part: 20, N: 20}, kpi.Unknown},
		{"none under n = 20 now", kpi.Share{Part: 1, N: 20}, kpi.Share{Part: 19, N: 19}, kpi.Unknown},
	} {
		if got := kpi.Trend(row.before, row.now); got != row.want {
			t.Errorf("%s: got %v, want %v", row.rule, got, row.want)
		}
	}
}

func TestPast(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	got := kpi.Past(7, map[string]int64{"2026-03-10": 2, "2026-03-08": -1, "2026-03-07": 6}, now, 14)
	want := []kpi.Point{{N: 6}, {N: 5}, {N: 5}, {N: 7}} // the ends of the 7th to the 9th, and now
	for i := range want {
		want[i].Day = time.Date(2026, 3, 7+i, 0, 0, 0, 0, time.UTC)
	}
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("day %d: got %v, want %v", i, got[i], want[i])
		}
	}
	if got := kpi.Past(3, nil, now, 14); len(got) != 1 {
		t.Errorf("of what nothing is known there is no past, got %v", got)
	}
}
