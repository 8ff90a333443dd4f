package automation_test

import (
	"fmt"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/automation"
	"muster/internal/calendar"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/ticket"
)

func sets(field, value string) func(*automation.Rule) {
	return does(automation.Action{Do: automation.Set, Field: field, Value: value})
}

// Two rules that undo each other's work come to rest, and the log says why.
func TestPingPong(t *testing.T) {
	each(t, func(k *desk) {
		ping := k.rule("ping", automation.Changed, when(`ticket.priority == "high"`), sets("priority", "low"))
		pong := k.rule("pong", automation.Changed, when(`ticket.priority == "low"`), sets("priority", "high"))
		one := k.Open(k.ann, "One", "x")
		k.change(one.Number, ticket.Change{Priority: ptr(ticket.HighPriority)})
		runs := k.runs(automation.RunQuery{Ticket: one.Number})
		if len(runs) != 3 {
			k.t.Fatalf("got %d runs, want 3: %+v", len(runs), runs)
		}
		third, second, first := runs[0], runs[1], runs[2]
		if first.Rule != ping.ID || first.Result != automation.Ran || first.Depth != 0 || first.CausedBy != "" {
			k.t.Errorf("the first run: got %+v, want ping's, of a person's change", first)
		}
		if second.Rule != pong.ID || second.Result != automation.Ran || second.Depth != 1 || second.CausedBy != first.ID {
			k.t.Errorf("the second run: got %+v, want pong's, caused by the first", second)
		}
		if third.Rule != ping.ID || third.Result != automation.Looped || third.Depth != 2 || third.CausedBy != second.ID || len(third.Steps) != 0 {
			k.t.Errorf("the third run: got %+v, want one that was kept from running", third)
		}
		if got := k.see(one.Number).Priority; got != ticket.HighPriority {
			k.t.Errorf("the priority is %v, want high, where the second left it", got)
		}
		mustertest.See(k.t, k.DB, k.ann, func(tx *db.Tx) error {
			log, err := event.Of(tx, ticket.Subject, string(one.ID), "", 100)
			for i, e := range log {
				switch {
				case e.ID == second.Event && (log[i].ActorID != first.ID || e.ActorKind != string(access.Auto) || e.ActorName != "Rule “ping”"):
					k.t.Errorf("the second run reacted to %+v, want the change that the first made", e)
				case e.ID == first.Event && e.ActorName != "Ann Arbour":
					k.t.Errorf("the first run reacted to %+v, want Ann's change", e)
				}
			}
			return err
		})
	})
}

// A rule that does again what it listens to is not a loop, and needs no telling.
func TestRuleDoesNotHearItself(t *testing.T) {
	each(t, func(k *desk) {
		k.rule("echo", automation.Changed, does(automation.Action{Do: automation.Set, Field: "field:n", Value: "1"}, automation.Action{Do: automation.Tag, Value: "x"}))
		one := k.Open(k.ann, "One", "x")
		k.change(one.Number, ticket.Change{Title: ptr("Two")})
		if runs := k.runs(automation.RunQuery{}); len(runs) != 1 {
			k.t.Errorf("got %d runs, want 1: %+v", len(runs), runs)
		}
	})
}

// A chain of rules, each caused by the one before, ends.
func TestChainsEnd(t *testing.T) {
	each(t, func(k *desk) {
		for i := range 15 {
			k.rule(fmt.Sprint("r", i), automation.Changed, when(fmt.Sprintf(`ticket.fields["n"] == "%d"`, i)), does(automation.Action{Do: automation.Set, Field: "field:n", Value: fmt.Sprint(i + 1)}))
		}
		one := k.Open(k.ann, "One", "x")
		k.change(one.Number, ticket.Change{Fields: map[string]*string{"n": ptr("0")}})
		if got := k.see(one.Number).Fields["n"]; got != "9" {
			k.t.Errorf("the chain came to %s, want 9", got)
		}
	})
}

// Rules that wait keep the chain of their causes: what goes round over days ends, too.
func TestPingPongOverDays(t *testing.T) {
	each(t, func(k *desk) {
		k.rule("park", automation.Moved, after(5*time.Hour), when(`ticket.state == "open"`), sets("state", "waiting-customer"))
		k.rule("wake", automation.Moved, after(20*time.Hour), when(`ticket.state == "waiting-customer"`), sets("state", "open"))
		one := k.Open(k.ann, "One", "x")
		k.change(one.Number, ticket.Change{State: ptr("open")})
		k.days(30 * 24 * time.Hour)
		var results []automation.Result
		for _, r := range k.runs(automation.RunQuery{Ticket: one.Number}) {
			results = append(results, r.Result)
		}
		if fmt.Sprint(results) != "[looped ran ran]" {
			k.t.Errorf("got the runs %v, newest first, want two that ran and one that was kept from it", results)
		}
	})
}

// However often a ticket is touched, so many rules run on it within an hour; then it goes on.
func TestTooManyRuns(t *testing.T) {
	each(t, func(k *desk) {
		k.rule("count", automation.Noted, does(automation.Action{Do: automation.Set, Field: "field:last", Value: "x"}))
		one := k.Open(k.ann, "One", "x")
		for range 65 {
			k.say(one.Number, ticket.Note, "Again.")
		}
		ran, halted := k.count(one, automation.Ran), k.count(one, automation.Halted)
		if ran != 60 || halted != 1 {
			k.t.Errorf("got %d runs and %d halts, want 60 and 1", ran, halted)
		}
		mustertest.See(k.t, k.DB, k.ann, func(tx *db.Tx) error {
			log, err := event.Of(tx, ticket.Subject, string(one.ID), "", 1000)
			n := 0
			for _, e := range log {
				if e.Name == "rule.halted" {
					n++
				}
			}
			if n != 1 {
				k.t.Errorf("the timeline says %d times that rules were halted, want once", n)
			}
			return err
		})
		time.Sleep(61 * time.Minute)
		k.say(one.Number, ticket.Note, "An hour later.")
		if got := k.count(one, automation.Ran); got != 61 {
			k.t.Errorf("an hour later: got %d runs, want 61", got)
		}
	})
}

func (k *desk) count(t *ticket.Ticket, result automation.Result) (n int) {
	for _, r := range k.runs(automation.RunQuery{Ticket: t.Number, Limit: 200}) {
		if r.Result == result {
			n++
		}
	}
	return n
}

func TestWaits(t *testing.T) {
	each(t, func(k *desk) {
		k.rule("unanswered", automation.Asked, after(4*time.Hour), when(`ticket.unanswered >= 4`))
		k.rule("stale", automation.Changed, after(72*time.Hour), when(`ticket.category not in ["review", "done"]`))
		off := k.rule("off", automation.Asked, after(4*time.Hour))
		open := func() int64 { return k.Open(k.ann, "One", "x").Number }
		late, answered, renewed, gone := open(), open(), open(), open()
		for _, n := range []int64{late, answered, renewed, gone} {
			k.say(n, ticket.FromCustomer, "Well?")
		}
		off.Active = false
		mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) error { _, err := k.clerk.SaveRule(tx, off); return err })
		k.days(3*time.Hour + 59*time.Minute)
		if got := k.tags(late); got != "" {
			k.t.Errorf("a minute before: got %q, want nothing", got)
		}
		k.say(answered, ticket.Reply, "Here.")
		k.say(renewed, ticket.FromCustomer, "Still?")
		mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) error { _, err := ticket.Shelve(tx, gone, ticket.InTrash); return err })
		k.days(2 * time.Minute)
		for what, row := range map[string]struct {
			n    int64
			want string
		}{"unanswered": {late, "unanswered"}, "answered in time": {answered, ""}, "asked again": {renewed, ""}, "in the trash": {gone, ""}} {
			if got := k.tags(row.n); got != row.want {
				k.t.Errorf("after four hours, %s: got %q, want %q", what, got, row.want)
			}
		}
		k.days(4 * time.Hour)
		if got := k.tags(renewed); got != "unanswered" {
			k.t.Errorf("four hours after it was asked again: got %q, want unanswered", got)
		}
		k.days(4 * 24 * time.Hour)
		if got := k.tags(late); got != "stale unanswered" {
			k.t.Errorf("three days after the last change: got %q, want stale, too", got)
		}
	})
}

// A wait may be counted in the working time of a calendar: one that begins on a Saturday is over on Monday.
func TestWaitsByACalendar(t *testing.T) {
	each(t, func(k *desk) {
		works, nine, five := clock.New(k.DB, k.Bus, k.Desk), calendar.TimeOfDay("09:00"), calendar.TimeOfDay("17:00")
		mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) error {
			_, err := works.SaveDesk(tx, clock.Desk{Name: "Office hours", Calendar: calendar.Calendar{Versions: []calendar.Version{{Zone: "UTC", Week: calendar.Week{
				calendar.Monday: {{Open: nine, Close: five}}, calendar.Tuesday: {{Open: nine, Close: five}}}}}}}, false)
			return err
		})
		by := func(name string) func(*automation.Rule) { return func(r *automation.Rule) { r.Calendar = name } }
		r := k.rule("hours", automation.Opened, after(4*time.Hour), by("office HOURS"))
		k.rule("clock", automation.Opened, after(4*time.Hour))
		if r.Calendar == "" || r.Calendar == "office HOURS" {
			k.t.Errorf("the calendar is kept as %q, want its id", r.Calendar)
		}
		if none := k.rule("at once", automation.Opened, by("Office hours")); none.Calendar != "" {
			k.t.Errorf("a rule that does not wait has the calendar %q", none.Calendar)
		}
		_, err := saveRule(k, automation.Rule{Name: "x", Definition: automation.Definition{On: r.On, Actions: r.Actions, Wait: time.Hour, Calendar: "Night shift"}})
		if fault.Fields(err)["calendar"] == "" {
			k.t.Errorf("a calendar that is none: got %v", err)
		}
		if day := time.Now().UTC().Weekday(); day != time.Saturday {
			k.t.Fatalf("the story begins on a %s", day)
		}
		one := k.Open(k.ann, "One", "x").Number
		k.days(5 * time.Hour)
		if got := k.tags(one); got != "at once clock" {
			k.t.Errorf("on Saturday: got %q, want what the clock counts", got)
		}
		k.days(time.Until(time.Date(2000, 1, 3, 12, 0, 0, 0, time.UTC)))
		k.days(time.Until(time.Date(2000, 1, 3, 12, 59, 0, 0, time.UTC)))
		if got := k.tags(one); got != "at once clock" {
			k.t.Errorf("on Monday at 12:59: got %q", got)
		}
		k.days(2 * time.Minute)
		if got := k.tags(one); got != "at once clock hours" {
			k.t.Errorf("on Monday at 13:01: got %q, want what four working hours bring, too", got)
		}
	})
}

func saveRule(k *desk, r automation.Rule) (automation.Rule, error) {
	err := k.DB.Update(k.ann, func(tx *db.Tx) (err error) { r, err = k.clerk.SaveRule(tx, r); return err })
	return r, err
}

// Rules that wait equally long are asked in their order, and one may stop the others.
func TestWaitsHaveAnOrder(t *testing.T) {
	each(t, func(k *desk) {
		k.rule("first", automation.Opened, after(time.Hour), stops)
		k.rule("second", automation.Opened, after(time.Hour))
		k.rule("third", automation.Opened, after(2*time.Hour))
		one := k.Open(k.ann, "One", "x")
		k.days(3 * time.Hour)
		if got := k.tags(one.Number); got != "first third" {
			k.t.Errorf("got %q, want first third", got)
		}
	})
}

func TestLogAndTrial(t *testing.T) {
	each(t, func(k *desk) {
		r := k.rule("gold", automation.Opened, func(r *automation.Rule) {
			r.Rows = []automation.Row{{Field: "organisation.tier", Op: automation.Is, Value: "gold"}, {Field: "message.words", Op: automation.Contains, Value: "Broken"}}
		})
		one, two := k.Open(k.ann, "One", "It is broken."), k.Open(k.ann, "Two", "It works.")
		runs := k.runs(automation.RunQuery{Rule: r.ID})
		if len(runs) != 1 || runs[0].Number != one.Number || len(runs[0].Why) != 2 || !runs[0].Why[1].Held || runs[0].Why[0].Values[0].Is != "gold" || runs[0].Steps[0].Did != "added the tag gold" {
			k.t.Errorf("got %+v, want one run on the first that says why", runs)
		}
		mustertest.See(k.t, k.DB, k.ann, func(tx *db.Tx) error {
			trial, err := k.clerk.Try(tx, r, two.Number)
			if trial.Matched || len(trial.Parts) != 2 || !trial.Parts[0].Held || trial.Parts[1].Held || trial.Parts[1].Values[0].Is != "it works." {
				k.t.Errorf("got %+v, want that the second condition does not hold", trial)
			}
			return err
		})
	})
}

func TestSweep(t *testing.T) {
	each(t, func(k *desk) {
		k.rule("count", automation.Noted)
		one := k.Open(k.ann, "One", "x")
		k.say(one.Number, ticket.Note, "Once.")
		time.Sleep(20 * 24 * time.Hour)
		k.say(one.Number, ticket.Note, "Twice.")
		for _, row := range []struct {
			after time.Duration
			want  int
		}{{0, 2}, {11 * 24 * time.Hour, 1}, {20 * 24 * time.Hour, 0}} {
			time.Sleep(row.after)
			if err := k.clerk.Sweep(k.ann); err != nil {
				k.t.Error(err)
			}
			if got := len(k.runs(automation.RunQuery{})); got != row.want {
				k.t.Errorf("%v later: got %d runs, want %d", row.after, got, row.want)
			}
		}
	})
}

// What two rules do because of one event is one cause: a third that listens to both runs once.
func TestRuleRunsOnceForOneCause(t *testing.T) {
	each(t, func(k *desk) {
		k.rule("a", automation.Opened, sets("field:a", "1"))
		k.rule("b", automation.Opened, sets("field:b", "1"))
		third := k.rule("third", automation.Changed)
		one := k.Open(k.ann, "One", "x")
		ran := 0
		for _, r := range k.runs(automation.RunQuery{Rule: third.ID}) {
			if r.Result == automation.Ran {
				ran++
			}
		}
		if ran != 1 || k.tags(one.Number) != "third" {
			k.t.Errorf("it ran %d times, want once", ran)
		}
	})
}

// Of a rule that runs all the time the newest runs are kept, however young the others are.
func TestTheLogIsBounded(t *testing.T) {
	each(t, func(k *desk) {
		k.rule("always", automation.Changed)
		one := k.Open(k.ann, "One", "x").Number
		const runs, kept = 1005, 1000
		for i := range runs {
			k.change(one, ticket.Change{Title: ptr(fmt.Sprint("Title ", i))})
			time.Sleep(2 * time.Minute)
		}
		if err := k.clerk.Sweep(k.ann); err != nil {
			k.t.Fatal(err)
		}
		n := 0
		for q := (automation.RunQuery{Limit: 200}); ; {
			var page []automation.Run
			var next string
			mustertest.See(k.t, k.DB, k.ann, func(tx *db.Tx) (err error) { page, next, err = automation.Runs(tx, q); return err })
			if n += len(page); next == "" {
				break
			}
			q.Cursor = next
		}
		if n != kept {
			k.t.Errorf("%d of %d runs are kept, want %d", n, runs, kept)
		}
	})
}
