package clock_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/calendar"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/people"
	"muster/internal/request"
	"muster/internal/ticket"
)

// office is a house that keeps promises.
type office struct {
	*mustertest.House
	t      *testing.T
	works  *clock.Works
	day    clock.Desk // Monday to Friday, 9 to 17
	always clock.Desk
}

func newOffice(t *testing.T, d *db.DB) *office {
	h := mustertest.NewHouse(t, d)
	o := &office{House: h, t: t, works: clock.New(d, h.Bus, h.Desk)}
	o.do(h.Ann, func(tx *db.Tx) (err error) {
		if o.day, err = o.works.SaveDesk(tx, clock.Desk{Name: "Office hours", Calendar: calendar.Calendar{Versions: []calendar.Version{
			{Zone: "Europe/Berlin", Week: calendar.Workdays(calendar.Hours{Open: "09:00", Close: "17:00"})}}}}, false); err != nil {
			return err
		}
		o.always, err = o.works.SaveDesk(tx, clock.Desk{Name: "Always", Calendar: calendar.Calendar{Versions: []calendar.Version{
			{Zone: "UTC", Week: calendar.Always()}}}}, false)
		return err
	})
	return o
}

func (o *office) do(u people.User, f func(*db.Tx) error) {
	o.t.Helper()
	mustertest.Do(o.t, o.DB, o.As(u), f)
}

// promise saves a policy for all, by which each target has so many hours, at priority 2 twice as many.
func (o *office) promise(desk clock.Desk, hours map[clock.Target]int, change func(*clock.Policy)) clock.Policy {
	o.t.Helper()
	p := clock.Policy{Name: "Everybody", Kind: clock.SLA, Active: true, Pauses: []string{"customer"}}
	for _, target := range []clock.Target{clock.FirstResponse, clock.NextResponse, clock.Resolution, clock.Acknowledgement, clock.Approval} {
		if n := time.Duration(hours[target]) * time.Hour; n > 0 {
			p.Promises = append(p.Promises, clock.Promise{Target: target, Calendar: desk.ID, Goals: map[int]time.Duration{1: n / 2, 2: n, 3: 2 * n, 4: 4 * n}})
		}
	}
	if change != nil {
		change(&p)
	}
	o.do(o.Ann, func(tx *db.Tx) (err error) { p, err = o.works.SavePolicy(tx, p); return err })
	return p
}

// mail opens a ticket as a customer's mail does.
func (o *office) mail() int64 {
	o.t.Helper()
	t := o.Open(o.As(o.Ann), "It does not work", "It does not.")
	o.change(t.Number, ticket.Change{Priority: ptr(ticket.HighPriority)})
	return t.Number
}

func ptr[T any](v T) *T { return &v }

func (o *office) write(n int64, kind ticket.EntryKind) *ticket.Entry {
	o.t.Helper()
	_, e, err := o.Write(o.As(o.Bob), n, kind, "Words.")
	if err != nil {
		o.t.Fatal(err)
	}
	return e
}

func (o *office) change(n int64, c ticket.Change) {
	o.t.Helper()
	o.do(o.Bob, func(tx *db.Tx) error { _, err := o.Desk.Change(tx, n, ticket.Any, c); return err })
}

func (o *office) move(n int64, state string) { o.t.Helper(); o.change(n, ticket.Change{State: &state}) }

// clocks tells how the clocks of a ticket stand: target, state, minutes used.
func (o *office) clocks(n int64) string {
	o.t.Helper()
	var all []string
	mustertest.See(o.t, o.DB, o.As(o.Ann), func(tx *db.Tx) error {
		t, err := ticket.Find(tx, n)
		if err != nil {
			return err
		}
		kept, err := clock.Of(tx, t)
		if err != nil {
			return err
		}
		calendars, err := o.works.Calendars(tx)
		if err != nil {
			return err
		}
		for _, k := range kept {
			used, err := k.Used(tx.Now, calendars)
			if err != nil {
				return err
			}
			all = append(all, fmt.Sprintf("%s %s %d", k.Target, k.State(), used/time.Minute))
		}
		return nil
	})
	return strings.Join(all, ", ")
}

func (o *office) expect(n int64, rule, want string) {
	o.t.Helper()
	if got := o.clocks(n); got != want {
		o.t.Errorf("%s: got %s, want %s", rule, got, want)
	}
}

// rings lists what rang on a ticket: target, share of the goal, hours since the beginning.
func (o *office) rings(n int64, since time.Time) string {
	o.t.Helper()
	var all []string
	mustertest.See(o.t, o.DB, o.As(o.Ann), func(tx *db.Tx) error {
		t, err := ticket.Find(tx, n)
		if err != nil {
			return err
		}
		log, err := event.Of(tx, ticket.Subject, string(t.ID), "", 1000)
		for _, r := range log {
			var ring clock.Ring
			if !strings.HasPrefix(r.Name, "clock.") || r.Name == "clock.changed" {
				continue
			}
			if err := r.Decode(&ring); err != nil {
				return err
			}
			all = append(all, fmt.Sprintf("%s %s %d+%d at %s", ring.Target, strings.TrimPrefix(r.Name, "clock."), ring.Percent, ring.After/time.Hour, r.At.Sub(since).Truncate(time.Second)))
		}
		return err
	})
	return strings.Join(all, ", ")
}

// pass lets time pass, and has each job done in its instant.
func (o *office) pass(d time.Duration) {
	o.t.Helper()
	for end := time.Now().Add(d); ; {
		var due []int64
		mustertest.See(o.t, o.DB, o.As(o.Ann), func(tx *db.Tx) (err error) {
			due, err = db.All(tx, db.Value[int64], `SELECT run_at FROM jobs WHERE workspace_id = $1 AND task = 'clock.ring' ORDER BY task, run_at LIMIT 1`, tx.Workspace)
			return err
		})
		if len(due) == 0 || time.UnixMicro(due[0]).After(end) {
			time.Sleep(time.Until(end))
			return
		}
		time.Sleep(time.Until(time.UnixMicro(due[0])))
		if err := o.Bus.WorkOff(o.t.Context()); err != nil {
			o.t.Fatal(err)
		}
	}
}

func (o *office) expectRings(n int64, since time.Time, rule, want string) {
	o.t.Helper()
	if got := o.rings(n, since); got != want {
		o.t.Errorf("%s:\n rang %s\n want %s", rule, got, want)
	}
}

func (o *office) shelve(n int64, to ticket.Bucket) {
	o.t.Helper()
	o.do(o.Bob, func(tx *db.Tx) error {
		t, err := ticket.Find(tx, n)
		if err == nil && t.MergedInto == 0 {
			_, err = ticket.Shelve(tx, n, to)
		}
		return err
	})
}

// writeUndo replies in a way that can be taken back.
func (o *office) writeUndo(n int64) (*ticket.Ticket, *ticket.Entry, error) {
	body, err := ticket.Compose("Too soon.")
	if err != nil {
		return nil, nil, err
	}
	var t *ticket.Ticket
	var e *ticket.Entry
	err = o.DB.Update(o.As(o.Bob), func(tx *db.Tx) (err error) {
		if t, e, err = o.Desk.Write(tx, n, ticket.Writing{Kind: ticket.Reply, Body: body, Undo: time.Hour}); err != nil {
			return err
		}
		return event.Schedule(tx, ticket.SendTask, e.ID, e.SendAt, nil) // as the mailbox does
	})
	return t, e, err
}

func TestAStoryOfThirtyDays(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		o.pass(time.Until(time.Date(2000, 3, 1, 9, 0, 0, 0, time.UTC))) // a Wednesday, 10:00 in Berlin
		o.promise(o.day, map[clock.Target]int{clock.FirstResponse: 2, clock.NextResponse: 4, clock.Resolution: 40}, func(p *clock.Policy) {
			p.Promises[2].Steps = []clock.Step{{Percent: 50}, {Percent: 100, After: 8 * time.Hour}}
		})
		begin := time.Now()
		n := o.mail()
		o.expect(n, "a mail starts them", "resolution running 0, first-response running 0")
		o.pass(time.Hour)
		o.write(n, ticket.Note)
		o.write(n, ticket.Automatic)
		o.expect(n, "a note and a machine answer nothing", "resolution running 60, first-response running 60")
		o.pass(45 * time.Minute)
		o.write(n, ticket.Reply)
		o.expect(n, "a reply does", "resolution running 105, first-response met 105")
		o.move(n, request.OnCustomer)
		o.pass(24 * time.Hour)
		o.expect(n, "waiting for the customer is not counted", "resolution paused 105, first-response met 105")
		o.write(n, ticket.FromCustomer)
		o.move(n, request.Open)
		o.pass(6 * 24 * time.Hour) // Thursday 11:45 to Wednesday 11:45
		o.expect(n, "nights and the weekend neither", "resolution running 2025, first-response met 105, next-response breached 1920")
		o.write(n, ticket.Reply)
		o.move(n, request.Resolved)
		o.pass(5 * 24 * time.Hour)
		o.move(n, request.Open)
		o.pass(23 * 24 * time.Hour)
		o.expect(n, "reopened, it went on with what it had used", "resolution breached 10245, first-response met 105, next-response late 1920")
		o.expectRings(n, begin, "each step once, in its instant", "first-response warned 75+0 at 1h30m0s, next-response warned 75+0 at 28h45m0s, "+
			"next-response broke 100+0 at 29h45m0s, resolution warned 50+0 at 124h0m0s, resolution broke 100+0 at 312h0m0s, resolution overran 100+8 at 336h0m0s")
	})
}

// Each row is a story of hours by a desk that never closes: 4 to the first and
// each next response, 8 to the resolution, 2 to an approval, warned at 75 percent.
func TestWhatHappensToClocks(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		o.promise(o.always, map[clock.Target]int{clock.FirstResponse: 4, clock.NextResponse: 4, clock.Resolution: 8, clock.Approval: 2}, func(p *clock.Policy) { p.Excuses = true })
		hour := func(n float64) { o.pass(time.Duration(n * float64(time.Hour))) }
		for _, row := range []struct {
			rule, want, rings string
			story             func(n int64)
		}{
			{"nothing is told in advance", "resolution running 60, first-response running 60", "", func(int64) { hour(1) }},
			{"a warning and the breach ring in their instants", "resolution running 270, first-response breached 270",
				"first-response warned 75+0 at 3h0m0s, first-response broke 100+0 at 4h0m0s", func(int64) { hour(4.5) }},
			{"what is done in the very instant is in time", "resolution running 240, first-response met 240", "first-response warned 75+0 at 3h0m0s",
				func(n int64) { hour(3.5); time.Sleep(30 * time.Minute); o.write(n, ticket.Reply); hour(0) }},
			{"a breach is told even if no job saw it before the reply", "resolution running 245, first-response late 245", "first-response broke 100+0 at 4h5m0s",
				func(n int64) { time.Sleep(4*time.Hour + 5*time.Minute); o.write(n, ticket.Reply); hour(0) }},
			{"a warning is not, once there is a reply", "resolution running 210, first-response met 210", "",
				func(n int64) { time.Sleep(210 * time.Minute); o.write(n, ticket.Reply); hour(0) }},
			{"a reply that was taken back answered nothing", "resolution running 90, first-response running 90", "",
				func(n int64) {
					hour(1)
					_, e, err := o.writeUndo(n)
					if err != nil {
						t.Fatal(err)
					}
					o.do(o.Bob, func(tx *db.Tx) error { _, err := ticket.Withdraw(tx, n, e.ID); return err })
					hour(0.5)
				}},
			{"a higher priority counts from now on, with what was used", "resolution running 120, first-response breached 120",
				"first-response warned 75+0 at 1h30m0s, first-response broke 100+0 at 2h0m0s",
				func(n int64) { hour(1); o.change(n, ticket.Change{Priority: ptr(ticket.Critical)}); hour(1.01) }},
			{"a lower one warns anew, later", "resolution running 390, first-response running 390",
				"first-response warned 75+0 at 3h0m0s, first-response warned 75+0 at 6h0m0s",
				func(n int64) { hour(3.25); o.change(n, ticket.Change{Priority: ptr(ticket.Normal)}); hour(3.25) }},
			{"swapped while it is paused, no time is lost", "resolution running 120, first-response met 60", "",
				func(n int64) {
					hour(1)
					o.write(n, ticket.Reply)
					o.move(n, request.OnCustomer)
					hour(10)
					o.change(n, ticket.Change{Priority: ptr(ticket.LowPriority)})
					hour(10)
					o.move(n, request.Open)
					hour(1)
				}},
			{"in spam nothing runs; brought back, it goes on", "resolution running 120, first-response running 120", "",
				func(n int64) {
					hour(1)
					o.shelve(n, ticket.InSpam)
					hour(100)
					o.shelve(n, ticket.InOpen)
					hour(1)
				}},
			{"merged away, its promises are off", "resolution cancelled 60, first-response cancelled 60", "",
				func(n int64) {
					hour(1)
					into := o.mail()
					o.do(o.Bob, func(tx *db.Tx) error { _, err := o.Desk.Merge(tx, n, into); return err })
					hour(9)
				}},
			{"an approval is due from when the ticket waits for it, and warned", "resolution running 160, first-response met 0, approval met 100", "approval warned 75+0 at 2h30m0s",
				func(n int64) {
					o.write(n, ticket.Reply)
					hour(1)
					o.move(n, request.Approval)
					hour(1)
					o.pass(40 * time.Minute)
					o.move(n, request.Open)
				}},
			{"an approval that is not given in time is overdue", "resolution running 240, first-response met 0, approval breached 180",
				"approval warned 75+0 at 2h30m0s, approval broke 100+0 at 3h0m0s",
				func(n int64) { o.write(n, ticket.Reply); hour(1); o.move(n, request.Approval); hour(3) }},
			{"closed without a reply is none, not met", "resolution met 60, first-response none 60", "",
				func(n int64) { hour(1); o.move(n, request.Resolved); hour(9) }},
		} {
			begin := time.Now()
			n := o.mail()
			row.story(n)
			o.expect(n, row.rule, row.want)
			o.expectRings(n, begin, row.rule, row.rings)
			o.shelve(n, ticket.InTrash)
		}
	})
}

func TestALinkedCauseExcuses(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		o.promise(o.always, map[clock.Target]int{clock.Resolution: 8}, func(p *clock.Policy) { p.Excuses = true })
		n, cause := o.mail(), o.mail()
		o.pass(9 * time.Hour)
		excused := func() int64 {
			var by int64
			o.do(o.Ann, func(tx *db.Tx) error {
				found, err := ticket.Find(tx, n)
				if err != nil {
					return err
				}
				kept, err := clock.Of(tx, found)
				by = kept[0].ExcusedBy
				return err
			})
			return by
		}
		if got := excused(); got != 0 {
			t.Errorf("before: excused by %d, want 0", got)
		}
		o.do(o.Ann, func(tx *db.Tx) error { return ticket.Link(tx, cause, ticket.Causes, n) })
		if got := excused(); got != cause {
			t.Errorf("linked: excused by %d, want %d", got, cause)
		}
		o.do(o.Ann, func(tx *db.Tx) error { return ticket.Unlink(tx, cause, ticket.Causes, n) })
		if got := excused(); got != 0 {
			t.Errorf("cut: excused by %d, want 0", got)
		}
	})
}

func TestApplyingTellsNothingOfThePast(t *testing.T) {
	for _, row := range []struct {
		rule      string
		fromStart bool
		want      string
	}{
		{"from now on", false, "first-response running 60, resolution running 60"},
		{"as if it had been so from the start", true, "resolution breached 600, first-response breached 900"},
	} {
		mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
			o := newOffice(t, d)
			begin := time.Now()
			n := o.mail()
			o.move(n, request.OnCustomer)
			o.pass(5 * time.Hour)
			o.move(n, request.Open)
			o.pass(9 * time.Hour)
			o.promise(o.always, map[clock.Target]int{clock.FirstResponse: 4, clock.Resolution: 8}, nil)
			o.do(o.Ann, func(tx *db.Tx) error { return o.works.Apply(tx, row.fromStart) })
			if err := o.Bus.WorkOff(t.Context()); err != nil {
				t.Fatal(err)
			}
			o.pass(time.Hour)
			o.expect(n, row.rule, row.want)
			o.expectRings(n, begin, row.rule, "")
		})
	}
}

// A policy is moved among those of its kind; the others keep their order.
func TestPoliciesAreMoved(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		ids := map[string]string{}
		for _, name := range []string{"a", "b", "team", "c"} {
			p := o.promise(o.day, map[clock.Target]int{clock.Resolution: 8}, func(p *clock.Policy) {
				if p.Name = name; name == "team" {
					p.Kind = clock.OLA
				}
			})
			ids[name] = p.ID
		}
		for _, row := range []struct {
			move string
			to   int
			want string
		}{{"c", 1, "cab"}, {"c", 2, "acb"}, {"a", 99, "cba"}, {"team", 1, "cba"}, {"b", -5, "bca"}} {
			o.do(o.Ann, func(tx *db.Tx) error { return o.works.MovePolicy(tx, ids[row.move], row.to) })
			got := ""
			mustertest.See(t, d, o.As(o.Ann), func(tx *db.Tx) error {
				all, err := clock.Policies(tx)
				for _, p := range all {
					if p.Kind == clock.SLA {
						got += p.Name
					}
				}
				return err
			})
			if got != row.want {
				t.Errorf("%s to %d: got %s, want %s", row.move, row.to, got, row.want)
			}
		}
	})
}

// A history that is replayed finds the priority and the team of each instant, and the log tells of it as of then.
func TestReplayedAsOfThen(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		begin := time.Now()
		n := o.mail()
		o.pass(3 * time.Hour)
		o.change(n, ticket.Change{Team: &o.Tier2.ID})
		o.pass(2 * time.Hour)
		o.change(n, ticket.Change{Priority: ptr(ticket.LowPriority)})
		o.pass(time.Hour)
		o.promise(o.always, map[clock.Target]int{clock.FirstResponse: 4, clock.Resolution: 8}, nil)
		o.promise(o.always, map[clock.Target]int{clock.Acknowledgement: 4}, func(p *clock.Policy) {
			p.Name, p.Kind, p.When = "Second line", clock.OLA, clock.When{Teams: []string{o.Tier2.ID}}
		})
		o.replay(n)
		// The first reply was due after 4 hours, and broken, before the priority was lowered; the team has had it for 3 hours.
		o.expect(n, "as it was then", "resolution running 360, first-response breached 360, acknowledgement running 180")
		var told []string
		mustertest.See(t, d, o.As(o.Ann), func(tx *db.Tx) error {
			found, err := ticket.Find(tx, n)
			if err != nil {
				return err
			}
			log, err := event.Of(tx, ticket.Subject, string(found.ID), "", 1000)
			for _, r := range log {
				var c clock.Changed
				if r.Name != c.EventName() {
					continue
				}
				if err := r.Decode(&c); err != nil {
					return err
				}
				for _, change := range c.Changes {
					told = append(told, fmt.Sprintf("%s %s at %s", change.Target, change.What, r.At.Sub(begin).Truncate(time.Minute)))
				}
			}
			return err
		})
		want := "resolution started at 0s, first-response started at 0s, acknowledgement started at 3h0m0s, first-response overdue at 4h0m0s, " +
			"resolution swapped at 5h0m0s, first-response swapped at 5h0m0s, acknowledgement swapped at 5h0m0s"
		if got := strings.Join(told, ", "); got != want {
			t.Errorf("the log:\n got %s\nwant %s", got, want)
		}
	})
}

// A mail that has the ticket opened again is not yet what the supplier owes.
func TestASupplierIsNotDoneByAMail(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		o.promise(o.always, map[clock.Target]int{clock.Resolution: 8}, func(p *clock.Policy) { p.Kind, p.Pauses = clock.Supplier, nil })
		n := o.mail()
		o.move(n, request.OnThird)
		o.pass(time.Hour)
		o.do(o.Ann, func(tx *db.Tx) error {
			return tx.As(access.System(tx.Workspace), func(tx *db.Tx) error {
				body, err := ticket.Compose("Any news?")
				if err == nil {
					_, _, err = o.Desk.Write(tx, n, ticket.Writing{Kind: ticket.FromCustomer, Body: body, Author: ticket.Author{Kind: access.Customer, ID: o.Carla.ID, Name: o.Carla.Name}})
				}
				return err
			})
		})
		o.pass(time.Hour)
		o.expect(n, "opened again by a mail", "resolution paused 60")
		o.move(n, request.OnThird)
		o.pass(time.Hour)
		o.expect(n, "put back to wait", "resolution running 120")
		lived := o.clocks(n)
		if o.replay(n); o.clocks(n) != lived {
			t.Errorf("replayed: got %s, want %s", o.clocks(n), lived)
		}
		o.move(n, request.Resolved)
		o.expect(n, "resolved", "resolution met 120")
	})
}

// Promises that run follow a version that is planned from the instant on at which it holds; or they are kept as they were made.
func TestPlannedHours(t *testing.T) {
	for _, row := range []struct {
		rule  string
		adopt bool
		want  string
	}{
		{"followed", true, "resolution running 120"},
		{"kept as they were made", false, "resolution breached 600"},
	} {
		mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
			o := newOffice(t, d)
			o.promise(o.always, map[clock.Target]int{clock.Resolution: 8}, nil)
			n := o.mail()
			o.do(o.Ann, func(tx *db.Tx) error {
				planned := o.always
				planned.Versions = append(slices.Clone(planned.Versions), calendar.Version{From: time.Now().Add(2 * time.Hour), Zone: "UTC",
					Week: calendar.Week{calendar.Monday: {{Open: "00:00", Close: "01:00"}}}}) // it is a Saturday
				_, err := o.works.SaveDesk(tx, planned, row.adopt)
				return err
			})
			for range 10 {
				o.pass(time.Hour)
				if err := o.Bus.WorkOff(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			o.expect(n, row.rule, row.want)
		})
	}
}

// A policy names what there is; a program hears of what there is not.
func TestPoliciesNameWhatThereIs(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		for field, when := range map[string]clock.When{
			"kinds": {Kinds: []string{"wish"}}, "tiers": {Tiers: []string{"platinum"}}, "teams": {Teams: []string{"nobody"}},
			"organisations": {Organisations: []string{"nobody"}}, "items": {Items: []string{"nothing"}},
		} {
			err := d.Update(o.As(o.Ann), func(tx *db.Tx) error {
				_, err := o.works.SavePolicy(tx, clock.Policy{Name: "P", Kind: clock.SLA, When: when, Promises: []clock.Promise{
					{Target: clock.Resolution, Calendar: o.day.ID, Goals: map[int]time.Duration{1: time.Hour}}}})
				return err
			})
			if fault.Fields(err)[field] == "" {
				t.Errorf("%+v: got %v, want a fault about the %s", when, err, field)
			}
		}
		o.promise(o.day, map[clock.Target]int{clock.Resolution: 8}, func(p *clock.Policy) {
			p.When = clock.When{Kinds: []string{"request"}, Tiers: []string{"gold"}, Teams: []string{o.Tier1.ID}, Organisations: []string{o.Carla.Organisation}}
		})
		err := d.Update(o.As(o.Ann), func(tx *db.Tx) error { return o.works.Order(tx, []string{"nothing"}) })
		if fault.Fields(err)["ids"] == "" {
			t.Errorf("an order of what there is not: got %v", err)
		}
	})
}
