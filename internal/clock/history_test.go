package clock_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/internal/calendar"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/mustertest"
	"muster/internal/request"
	"muster/internal/ticket"
)

// slowClock reckons a promise minute by minute, from the log alone: another way
// to the same figures, which shares no line with the first.
type slowClock struct {
	target      string
	runs, ended bool
	state       string
	used, goal  int // minutes
	broken      bool
}

// working reports whether the desk of the tests works in a minute: Monday to
// Friday, 9 to 17 in Berlin, and 7 to 13 from the instant on at which its hours changed.
func working(at, changed time.Time, berlin *time.Location) bool {
	from, to := 9, 17
	if !changed.IsZero() && !at.Before(changed) {
		from, to = 7, 13
	}
	at = at.In(berlin)
	return at.Weekday() != time.Saturday && at.Weekday() != time.Sunday && at.Hour() >= from && at.Hour() < to
}

// slowly replays a ticket's log.
func slowly(t *testing.T, log []event.Recorded, changed, now time.Time) string {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	var clocks []*slowClock
	goal := map[string]int{"first-response": 120, "next-response": 240, "resolution": 480}
	factor, last := 2, log[0].At
	pass := func(to time.Time) {
		for ; last.Before(to); last = last.Add(time.Minute) {
			for _, c := range clocks {
				if !c.runs || c.ended {
					continue
				}
				c.broken = c.broken || c.used >= c.goal // it was due at the latest when this minute began
				if working(last, changed, berlin) {
					c.used++
				}
			}
		}
	}
	start := func(target string) {
		clocks = append(clocks, &slowClock{target: target, runs: true, goal: goal[target] * factor / 2})
	}
	open := func(target string) bool {
		return slices.ContainsFunc(clocks, func(c *slowClock) bool { return c.target == target && !c.ended })
	}
	end := func(state string, targets ...string) {
		for _, c := range clocks {
			if !c.ended && slices.Contains(targets, c.target) {
				c.ended, c.state = true, state
			}
		}
	}
	for _, r := range log {
		pass(r.At)
		body := r.Body
		has := func(s string) bool { return strings.Contains(body, s) }
		switch r.Name {
		case "ticket.opened":
			start("resolution")
		case "ticket.wrote":
			switch {
			case has(`"kind":"customer"`) && !slices.ContainsFunc(clocks, func(c *slowClock) bool { return c.target == "first-response" }):
				start("first-response")
			case has(`"kind":"customer"`) && !open("first-response") && !open("next-response"):
				start("next-response")
			case has(`"kind":"reply"`):
				end("met", "first-response", "next-response")
			}
		case "ticket.changed":
			for p, f := range map[string]int{"1": 1, "2": 2, "3": 4, "4": 8} {
				if has(`"field":"priority"`) && has(`"to":"`+map[string]string{"1": "critical", "2": "high", "3": "normal", "4": "low"}[p]+`"`) {
					factor = f
					for _, c := range clocks {
						if !c.ended {
							c.goal = goal[c.target] * f / 2
						}
					}
				}
			}
		case "ticket.moved":
			switch {
			case has(`"to_category":"review"`):
				end("met", "resolution")
				end("none", "first-response", "next-response")
			case has(`"to_waits":"customer"`):
				for _, c := range clocks {
					if c.target == "resolution" {
						c.ended, c.state, c.runs = false, "", false
					}
				}
			default:
				for _, c := range clocks {
					if c.target == "resolution" {
						c.ended, c.state, c.runs = false, "", true
					}
				}
			}
		case "ticket.merged":
			end("cancelled", "resolution", "first-response", "next-response")

		}
	}
	pass(now)
	var all []string
	for _, c := range clocks {
		state := c.state
		switch {
		case c.ended && state == "met" && c.broken:
			state = "late"
		case c.ended:
		case c.broken:
			state = "breached"
		case c.runs:
			state = "running"
		default:
			state = "paused"
		}
		all = append(all, fmt.Sprintf("%s %s %d", c.target, state, c.used))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// Histories of weeks with pauses, reopenings, swaps, and other hours half-way: the clocks that
// were kept equal those that the log tells.
func TestClocksEqualTheirHistory(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		o.promise(o.day, map[clock.Target]int{clock.FirstResponse: 2, clock.NextResponse: 4, clock.Resolution: 8}, nil)
		random := rand.New(rand.NewPCG(7, 7))
		var changed time.Time
		for i := range 60 {
			time.Sleep(time.Until(time.Now().Truncate(time.Minute).Add(time.Duration(1+random.IntN(3000)) * time.Minute)))
			n := o.mail()
			var did []string
			for range 3 + random.IntN(9) {
				o.pass(time.Duration(1+random.IntN(1500)) * time.Minute)
				if i >= 30 && changed.IsZero() {
					changed = o.shorten()
				}
				did = append(did, o.something(n, random.IntN(9)))
			}
			o.pass(time.Duration(random.IntN(600)) * time.Minute)
			var log []event.Recorded
			mustertest.See(t, d, o.As(o.Ann), func(tx *db.Tx) error {
				found, err := ticket.Find(tx, n)
				if err != nil {
					return err
				}
				log, err = event.Of(tx, ticket.Subject, string(found.ID), "", 1000)
				return err
			})
			got := strings.Split(o.clocks(n), ", ")
			slices.Sort(got)
			if want := slowly(t, log, changed, time.Now()); strings.Join(got, ", ") != want {
				t.Errorf("after %s:\n got %s\nwant %s", strings.Join(did, ", "), strings.Join(got, ", "), want)
			}
			if lived := o.clocks(n); changed.IsZero() {
				if o.replay(n); o.clocks(n) != lived {
					t.Errorf("after %s:\nreplayed %s\n   lived %s", strings.Join(did, ", "), o.clocks(n), lived)
				}
			}
		}
	})
}

// replay has the clocks of a ticket be forgotten, and told anew from the log.
func (o *office) replay(n int64) {
	o.t.Helper()
	o.do(o.Ann, func(tx *db.Tx) error {
		t, err := ticket.Find(tx, n)
		if err != nil {
			return err
		}
		for _, table := range []string{"clocks", "promises"} {
			if _, err := tx.Exec(`DELETE FROM `+table+` WHERE workspace_id = $1 AND ticket_id = $2`, tx.Workspace, t.ID); err != nil {
				return err
			}
		}
		return o.works.Replay(tx, t)
	})
}

// shorten gives the desk other hours from now on, which promises that run follow.
func (o *office) shorten() time.Time {
	o.t.Helper()
	now := time.Now()
	o.do(o.Ann, func(tx *db.Tx) (err error) {
		d := o.day
		d.Versions = append(slices.Clone(d.Versions), calendar.Version{From: now, Zone: "Europe/Berlin", Week: calendar.Workdays(calendar.Hours{Open: "07:00", Close: "13:00"})})
		o.day, err = o.works.SaveDesk(tx, d, true)
		return err
	})
	if err := o.Bus.WorkOff(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
	return now
}

// something happens to a ticket, if it can.
func (o *office) something(n int64, which int) string {
	o.t.Helper()
	try := func(c ticket.Change) {
		_ = o.DB.Update(o.As(o.Bob), func(tx *db.Tx) error { _, err := o.Desk.Change(tx, n, ticket.Any, c); return err }) // some moves cannot be made from where it is
	}
	switch which {
	case 0, 1:
		o.write(n, ticket.Reply)
		return "reply"
	case 2, 3:
		o.write(n, ticket.FromCustomer)
		return "customer"
	case 4:
		try(ticket.Change{State: ptr(request.OnCustomer)})
		return "waits"
	case 5:
		try(ticket.Change{State: ptr(request.Open)})
		return "opens"
	case 6:
		try(ticket.Change{State: ptr(request.Resolved)})
		return "resolves"
	case 7:
		p := ticket.Priorities()[int(n)%4]
		try(ticket.Change{Priority: &p})
		return "priority " + p.String()
	}
	o.write(n, ticket.Note)
	return "note"
}
