package clock_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"muster/internal/calendar"
	"muster/internal/clock"
)

// desks are the calendars of the tests, in Berlin.
func desks(t *testing.T) clock.Calendars {
	t.Helper()
	compiled := map[string]*calendar.Compiled{}
	for name, v := range map[string]calendar.Version{
		"office": {Zone: "Europe/Berlin", Week: calendar.Workdays(calendar.Hours{Open: "09:00", Close: "17:00"})},
		"lunch":  {Zone: "Europe/Berlin", Week: calendar.Workdays(calendar.Hours{Open: "09:00", Close: "12:00"}, calendar.Hours{Open: "13:00", Close: "17:00"})},
		"always": {Zone: "Europe/Berlin", Week: calendar.Always()},
		"month":  {Zone: "Europe/Berlin", Week: calendar.Always(), Holidays: []calendar.Holiday{{Name: "Closed", Date: "2026-03-03", Until: "2026-04-01"}}},
	} {
		c, err := calendar.Compile(calendar.Calendar{Versions: []calendar.Version{v}})
		if err != nil {
			t.Fatal(err)
		}
		compiled[name] = c
	}
	return func(h clock.Hours) (*calendar.Compiled, error) {
		if c := compiled[h.Calendar]; c != nil {
			return c, nil
		}
		return nil, fmt.Errorf("no calendar %q", h.Calendar)
	}
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04:05", "2026-"+text+":00"[:3*(1-strings.Count(text, ":")/2)], berlin)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

// play runs a story: lines of an instant and what happens then. Day and time are those of Berlin in 2026.
func play(t *testing.T, calendars clock.Calendars, goal time.Duration, story string) (c clock.Clock, last time.Time) {
	t.Helper()
	for line := range strings.SplitSeq(strings.TrimSpace(story), ";") {
		f := strings.Fields(line)
		at := instant(t, f[0]+" "+f[1])
		last = at
		var err error
		switch f[2] {
		case "start":
			c = clock.Start(clock.Resolution, goal, clock.Hours{Calendar: f[3]}, at)
		case "pause":
			err = c.Pause(at, calendars)
		case "resume":
			c.Resume(at)
		case "meet":
			err = c.Meet(at, calendars)
		case "none":
			err = c.GiveUp(at, calendars)
		case "cancel":
			err = c.Cancel(at, calendars)
		case "look":
			_, err = c.Breach(at, calendars)
		case "swap", "anew":
			to, parseErr := time.ParseDuration(f[4])
			if parseErr != nil {
				t.Fatal(parseErr)
			}
			if f[2] == "swap" {
				err = c.Swap(to, clock.Hours{Calendar: f[3]}, at, calendars)
			} else {
				err = c.SwapFromStart(to, clock.Hours{Calendar: f[3]}, at, calendars)
			}
		default:
			t.Fatalf("the story has %q", line)
		}
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	return c, last
}

func TestClocks(t *testing.T) {
	calendars := desks(t)
	for _, row := range []struct {
		rule  string
		goal  time.Duration
		story string
		state clock.State
		used  time.Duration // at the last line of the story
		due   string        // empty: it is not
	}{
		{"a clock runs", 4 * time.Hour, "03-02 09:00 start office; 03-02 10:30 look", clock.Running, 90 * time.Minute, "03-02 13:00"},
		{"out of hours costs nothing", 4 * time.Hour, "03-02 16:00 start office; 03-03 08:00 look", clock.Running, time.Hour, "03-03 12:00"},
		{"30 minutes before 30 closed days", 30 * time.Minute, "03-02 23:45 start month; 04-01 12:00 look", clock.Running, 15 * time.Minute, "04-02 00:15"},
		{"seconds count", 30 * time.Minute, "03-02 09:00:30 start office; 03-02 09:10:30 look", clock.Running, 10 * time.Minute, "03-02 09:30:30"},
		{"a lunch break is not worked", 4 * time.Hour, "03-02 11:00 start lunch; 03-02 13:30 look", clock.Running, 90 * time.Minute, "03-02 16:00"},
		{"what is kept at its very instant is kept", time.Hour, "03-02 09:00 start office; 03-02 10:00 meet", clock.Met, time.Hour, ""},
		{"a pause is not counted", 4 * time.Hour, "03-02 09:00 start office; 03-02 10:00 pause; 03-03 11:00 look", clock.Paused, time.Hour, ""},
		{"after a pause what was used stays used", 4 * time.Hour, "03-02 09:00 start office; 03-02 10:00 pause; 03-03 11:00 resume; 03-03 12:00 look", clock.Running, 2 * time.Hour, "03-03 14:00"},
		{"to pause twice changes nothing", 4 * time.Hour, "03-02 09:00 start office; 03-02 10:00 pause; 03-02 12:00 pause; 03-02 13:00 resume; 03-02 14:00 look", clock.Running, 2 * time.Hour, "03-02 16:00"},
		{"to resume what runs changes nothing", 4 * time.Hour, "03-02 09:00 start office; 03-02 10:00 resume; 03-02 11:00 look", clock.Running, 2 * time.Hour, "03-02 13:00"},
		{"it is broken when it is over", time.Hour, "03-02 09:00 start office; 03-02 10:00:01 look", clock.Breached, time.Hour + time.Second, "03-02 10:00"},
		{"it is not broken at the instant it is due", time.Hour, "03-02 09:00 start office; 03-02 10:00 look", clock.Running, time.Hour, "03-02 10:00"},
		{"kept after it was broken is late", time.Hour, "03-02 09:00 start office; 03-02 11:00 meet", clock.Late, 2 * time.Hour, ""},
		{"no job need have run for that", time.Hour, "03-02 09:00 start office; 03-02 12:00 pause; 03-02 13:00 resume; 03-02 14:00 meet", clock.Late, 4 * time.Hour, ""},
		{"closing without a reply is neither", time.Hour, "03-02 09:00 start office; 03-02 09:30 none", clock.None, 30 * time.Minute, ""},
		{"a cancelled clock stays so", time.Hour, "03-02 09:00 start office; 03-02 09:30 cancel; 03-02 09:40 resume; 03-02 12:00 meet", clock.Cancelled, 30 * time.Minute, ""},
		{"reopened, it goes on with what was used, without the time it was closed", 4 * time.Hour,
			"03-02 09:00 start office; 03-02 11:00 meet; 03-04 09:00 resume; 03-04 10:00 look", clock.Running, 3 * time.Hour, "03-04 11:00"},
		{"reopened after it was broken, it is broken", time.Hour, "03-02 09:00 start office; 03-02 11:00 meet; 03-04 09:00 resume", clock.Breached, 2 * time.Hour, "03-04 09:00"},
		{"another goal counts from now on, with what was used", 8 * time.Hour, "03-02 09:00 start office; 03-02 11:00 swap office 3h; 03-02 11:30 look", clock.Running, 150 * time.Minute, "03-02 12:00"},
		{"other hours count from now on", 8 * time.Hour, "03-02 16:00 start office; 03-02 20:00 swap always 3h; 03-02 21:00 look", clock.Running, 2 * time.Hour, "03-02 22:00"},
		{"swapped while it is paused, no time is lost", 8 * time.Hour, "03-02 09:00 start office; 03-02 11:00 pause; 03-02 12:00 swap always 4h; 03-02 18:00 resume; 03-02 19:00 look", clock.Running, 3 * time.Hour, "03-02 20:00"},
		{"swapped from its start, all of it counts by the new hours", 8 * time.Hour, "03-02 16:00 start office; 03-02 20:00 anew always 5h; 03-02 20:30 look", clock.Running, 270 * time.Minute, "03-02 21:00"},
		{"and its pauses stay out", 8 * time.Hour, "03-02 16:00 start office; 03-02 18:00 pause; 03-02 20:00 anew always 5h; 03-02 21:00 resume; 03-02 22:00 look", clock.Running, 3 * time.Hour, "03-03 00:00"},
		{"and what is over by the new goal is broken", 8 * time.Hour, "03-02 09:00 start office; 03-02 11:00 anew office 1h", clock.Breached, 2 * time.Hour, "03-02 10:00"},
		{"and what is not over by it is whole again", time.Hour, "03-02 09:00 start office; 03-02 11:00 look; 03-02 11:00 anew office 3h", clock.Running, 2 * time.Hour, "03-02 12:00"},
		{"a tighter goal that is used up already is due at once", 8 * time.Hour, "03-02 09:00 start office; 03-02 11:00 swap office 1h", clock.Running, 2 * time.Hour, "03-02 11:00"},
	} {
		c, at := play(t, calendars, row.goal, row.story)
		used, err := c.Used(at, calendars)
		due, dueErr := c.Due(calendars)
		if err != nil || dueErr != nil {
			t.Errorf("%s: %v, %v", row.rule, err, dueErr)
		}
		want := time.Time{}
		if row.due != "" {
			want = instant(t, row.due)
		}
		if c.State() != row.state || used != row.used || !due.Equal(want) {
			t.Errorf("%s: got %s, %v used, due %v; want %s, %v, %v", row.rule, c.State(), used, due, row.state, row.used, want)
		}
	}
}

// Whatever happened, the lines of the explanation add up to what was used, and follow each other without a gap.
func TestExplanationAddsUp(t *testing.T) {
	calendars := desks(t)
	for _, story := range []string{
		"03-02 09:00 start office; 03-06 12:00 look",
		"03-02 09:00 start lunch; 03-02 10:00 pause; 03-03 11:00 resume; 03-05 12:00 look",
		"03-02 09:00 start office; 03-02 11:00 pause; 03-02 12:00 swap always 4h; 03-02 18:00 resume; 03-02 19:00 look",
		"03-02 09:00 start office; 03-02 11:00 meet; 03-04 09:00 resume; 03-04 10:00 pause; 03-05 10:00 look",
		"03-02 16:00 start office; 03-02 20:00 swap always 3h; 03-02 21:00 meet",
	} {
		c, at := play(t, calendars, 8*time.Hour, story)
		used, err := c.Used(at, calendars)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := c.Explain(at, calendars)
		if err != nil || len(lines) == 0 {
			t.Fatalf("%s: got %d lines (%v)", story, len(lines), err)
		}
		var sum time.Duration
		for i, l := range lines {
			var open time.Duration
			for _, s := range l.Open {
				open += s.To.Sub(s.From)
			}
			sum += l.Used
			if l.Sum != sum || open != l.Used || !l.Counted && l.Used != 0 {
				t.Errorf("%s: line %d is %+v, want its open time to be what it used, and the sum %v", story, i, l, sum)
			}
			if l.Hours.Calendar == "" {
				t.Errorf("%s: line %d has no calendar, by whose zone it is told", story, i)
			}
			if i > 0 && !lines[i-1].To.Equal(l.From) {
				t.Errorf("%s: line %d begins at %v, want %v", story, i, l.From, lines[i-1].To)
			}
		}
		if sum != used {
			t.Errorf("%s: the lines add up to %v, want %v", story, sum, used)
		}
	}
}
