package desk

import (
	"slices"
	"strings"
	"testing"
	"time"

	"muster/internal/calendar"
	"muster/internal/clock"
	"muster/internal/event"
	"muster/internal/ticket"
	"muster/internal/web/ui"
)

// A reckoning tells, on the wall of the calendar's zone, each stretch, who had the clock stop, and what is left.
func TestAClockExplainsItself(t *testing.T) {
	version := calendar.Version{Zone: "Europe/Berlin", Week: calendar.Workdays(calendar.Hours{Open: "09:00", Close: "17:00"})}
	desk := clock.Desk{ID: "office", Name: "Office", Calendar: calendar.Calendar{Versions: []calendar.Version{version}}}
	compiled, err := calendar.Compile(desk.Calendar)
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, hour int) time.Time { return time.Date(2026, 3, day, hour-1, 0, 0, 0, time.UTC) } // of Berlin
	moved := event.Recorded{Name: "ticket.moved", ActorName: "Ann", At: at(2, 11), Body: `{"from_name":"Open","to_name":"Waiting","to_category":"waiting"}`}
	urgent := event.Recorded{Name: "ticket.changed", ActorName: "Bob", At: at(3, 10), Body: `{"sets":[{"field":"title","to":"x"},{"field":"priority","from":"low","to":"high"}]}`}
	p := promised{now: at(3, 12), desks: []clock.Desk{desk}, policies: []clock.Policy{{ID: "p", Name: "Gold"}}, items: []ticket.Item{{Event: &moved}, {Event: &urgent}},
		calendars: func(clock.Hours) (*calendar.Compiled, error) { return compiled, nil }}
	hours := clock.Hours{Calendar: "office", Versions: 1}
	runs := []clock.Run{{From: at(2, 9), To: at(2, 11), Hours: hours}, {From: at(3, 9), To: at(3, 10), Hours: hours}, {From: at(3, 10), Hours: hours}}
	for _, row := range []struct {
		rule string
		of   clock.Kept
		want string
	}{
		{"running", clock.Kept{Policy: "p", StartedAt: at(2, 9), DueAt: at(3, 13), Clock: clock.Clock{Goal: 6 * time.Hour, Runs: runs}},
			"Promised by Gold: 6 h; Began: Mon 2 Mar, 09:00:00; By Office, version 1: Europe/Berlin; Mon 2 Mar, 09:00–11:00: 2 h; Ann moved it from Open to Waiting; " +
				"Mon 2 Mar, 11:00 – Tue 3 Mar, 09:00: stood still; Tue 3 Mar, 09:00–10:00: 1 h; Bob set the priority from low to high; Tue 3 Mar, 10:00–12:00: 2 h; " +
				"Used: 5 h; Left, in working time: 1 h; Due: Tue 3 Mar, 13:00:00"},
		{"overdue", clock.Kept{Policy: "p", StartedAt: at(2, 9), DueAt: at(2, 10), Clock: clock.Clock{Goal: time.Hour, Runs: runs[:1], BreachedAt: at(2, 10)}},
			"Promised by Gold: 1 h; Began: Mon 2 Mar, 09:00:00; By Office, version 1: Europe/Berlin; Mon 2 Mar, 09:00–11:00: 2 h; Ann moved it from Open to Waiting; " +
				"Mon 2 Mar, 11:00 on: stood still; Used: 2 h; Over, in working time: 1 h; Due: Mon 2 Mar, 10:00:00"},
		{"kept", clock.Kept{Policy: "p", StartedAt: at(2, 9), Clock: clock.Clock{Goal: 3 * time.Hour, Runs: runs[:1], EndedAs: clock.Met, EndedAt: at(2, 11)}},
			"Promised by Gold: 3 h; Began: Mon 2 Mar, 09:00:00; By Office, version 1: Europe/Berlin; Mon 2 Mar, 09:00–11:00: 2 h; Used: 2 h"},
	} {
		e, err := p.explain(row.of)
		var got []string
		for _, l := range e.Lines {
			got = append(got, strings.TrimSuffix(l.Name+": "+l.Value, ": "))
		}
		if s := strings.Join(got, "; "); err != nil || s != row.want {
			t.Errorf("%s:\n got %s (%v)\nwant %s", row.rule, s, err, row.want)
		}
	}
}

// Of the promises of one sort the last stands for all; they come in the order in which a ticket comes to them.
func TestClocksInThePanel(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	kept := func(kind clock.Kind, target clock.Target, hour int) clock.Kept {
		return clock.Kept{Kind: kind, StartedAt: at.Add(time.Duration(hour) * time.Hour), Clock: clock.Clock{Target: target, EndedAs: clock.None}}
	}
	p := promised{clocks: []clock.Kept{kept(clock.Supplier, clock.Resolution, 0), kept(clock.OLA, clock.Resolution, 0), kept(clock.SLA, clock.Resolution, 0),
		kept(clock.SLA, clock.NextResponse, 2), kept(clock.SLA, clock.FirstResponse, 0), kept(clock.SLA, clock.NextResponse, 1)}}
	section, err := clockSection(p)
	if err != nil {
		t.Fatal(err)
	}
	all := section.Parts[0].(ui.Promises)
	names := func(some []ui.Promise) (names []string) {
		for _, one := range some {
			names = append(names, one.Clock.Name)
		}
		return names
	}
	if got, want := names(all.Now), []string{"First reply", "Next reply", "Resolution", "Team: resolution", "Supplier"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := names(all.Earlier); !slices.Equal(got, []string{"Next reply"}) {
		t.Errorf("earlier: got %v, want the first next reply", got)
	}
}
