package routing_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/calendar"
	"muster/internal/complaint"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/people"
	"muster/internal/request"
	"muster/internal/routing"
	"muster/internal/ticket"
)

// floor is a house in which tickets of the first team are given to Ann, Bob and Cy.
type floor struct {
	*mustertest.House
	t      *testing.T
	router *routing.Router
	cy     people.User
	system context.Context
}

func newFloor(t *testing.T, d *db.DB) *floor {
	t.Helper()
	f := &floor{House: mustertest.NewHouse(t, d), t: t}
	f.router = routing.NewRouter(routing.Router{DB: d, Bus: f.Bus, Desk: f.Desk})
	f.system = access.With(t.Context(), access.System(f.Workspace.ID))
	f.do(func(tx *db.Tx) (err error) {
		if f.cy, err = people.AddUser(tx, people.NewUser{Email: "cy@quillmere.example", Name: "Cy Carver", Role: "customer-support"}); err != nil {
			return err
		}
		return people.SetMembers(tx, f.Tier1.ID, []string{f.Ann.ID, f.Bob.ID, f.cy.ID})
	})
	return f
}

func (f *floor) do(work func(tx *db.Tx) error) {
	f.t.Helper()
	mustertest.Do(f.t, f.DB, f.system, work)
}

func (f *floor) policy(p routing.Policy) {
	f.t.Helper()
	f.do(func(tx *db.Tx) error { _, err := routing.SetPolicy(tx, f.Tier1.ID, p, 0); return err })
}

// here says who is available; all others are not touched.
func (f *floor) set(state routing.State, users ...people.User) {
	f.t.Helper()
	for _, u := range users {
		mustertest.Do(f.t, f.DB, f.As(u), func(tx *db.Tx) error { return routing.SetPresence(tx, u.ID, state) })
	}
	f.pass(0)
}

// pass lets time go by, and then does what has come due.
func (f *floor) pass(d time.Duration) {
	f.t.Helper()
	time.Sleep(d)
	if err := f.Bus.WorkOff(f.t.Context()); err != nil {
		f.t.Error(err)
	}
}

// open opens a ticket of the first team, as a customer's mail would.
func (f *floor) open(title string, change ...func(*ticket.Draft)) int64 {
	f.t.Helper()
	n := f.add(title, change...)
	f.pass(0)
	return n
}

func (f *floor) add(title string, change ...func(*ticket.Draft)) (n int64) {
	f.t.Helper()
	draft := ticket.Draft{Title: title, Requester: f.Carla.ID, Team: f.Tier1.ID, Priority: ticket.Normal}
	for _, c := range change {
		c(&draft)
	}
	f.do(func(tx *db.Tx) error {
		t, err := f.Desk.Open(tx, draft)
		if err == nil {
			n = t.Number
		}
		return err
	})
	return n
}

func (f *floor) change(as people.User, number int64, c ticket.Change) {
	f.t.Helper()
	mustertest.Do(f.t, f.DB, f.As(as), func(tx *db.Tx) error { _, err := f.Desk.Change(tx, number, ticket.Any, c); return err })
	f.pass(0)
}

// has is who has a ticket: a first name, or "" for nobody.
func (f *floor) has(number int64) (name string) {
	f.t.Helper()
	mustertest.See(f.t, f.DB, f.system, func(tx *db.Tx) error {
		t, err := ticket.Find(tx, number)
		if err != nil || t.Assignee == "" {
			return err
		}
		u, err := people.FindUser(tx, t.Assignee)
		name, _, _ = strings.Cut(u.Name, " ")
		return err
	})
	return name
}

func (f *floor) wants(rule string, number int64, want string) {
	f.t.Helper()
	if got := f.has(number); got != want {
		f.t.Errorf("%s: %q has the ticket, want %q; it was said: %s", rule, got, want, f.told(number))
	}
}

// told is what was decided about a ticket, in short.
func (f *floor) told(number int64) string {
	f.t.Helper()
	var said []string
	mustertest.See(f.t, f.DB, f.system, func(tx *db.Tx) error {
		t, err := ticket.Find(tx, number)
		if err != nil {
			return err
		}
		log, err := event.Of(tx, ticket.Subject, string(t.ID), "", 1000)
		for _, e := range log {
			var d routing.Decided
			if e.Name != d.EventName() {
				continue
			}
			if err := e.Decode(&d); err != nil {
				return err
			}
			line := strings.TrimSpace(fmt.Sprintf("%s: %s>%s %s", d.Because, first(d.FromName), first(d.Name), d.Why))
			for _, p := range d.Passed {
				line += fmt.Sprintf(" %s:%s", first(p.Name), p.Reason)
			}
			said = append(said, strings.TrimSpace(line))
		}
		return err
	})
	return strings.Join(said, "; ")
}

func first(name string) string { n, _, _ := strings.Cut(name, " "); return n }

func TestTurnsAreKept(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		f := newFloor(t, d)
		f.set(routing.Available, f.Ann, f.Bob, f.cy)
		f.wants("nothing is given where nothing is set up", f.open("before"), "")
		f.policy(routing.Policy{Mode: routing.RoundRobin})
		var got []string
		for i := range 5 {
			got = append(got, f.has(f.open(fmt.Sprint("ticket ", i))))
		}
		if want := []string{"Ann", "Bob", "Cy", "Ann", "Bob"}; !slices.Equal(got, want) {
			t.Errorf("the turns went to %v, want %v", got, want)
		}
		if told, want := f.told(3), "opened: >Bob turn Ann:turn Cy:turn"; told != want {
			t.Errorf("it was told %q, want %q", told, want)
		}
		f.wants("what somebody was given when it was opened stays", f.open("given", func(d *ticket.Draft) { d.Assignee = f.Ann.ID }), "Ann")
		f.wants("what is of no team waits for one", f.open("teamless", func(d *ticket.Draft) { d.Team = "" }), "")
		other := f.open("of another team", func(d *ticket.Draft) { d.Team = f.Tier2.ID })
		f.wants("a team without a policy, where there is no default", other, "")
		f.change(f.Ann, other, ticket.Change{Team: &f.Tier1.ID})
		f.wants("what comes to the team", other, "Cy")
	})
}

func TestLoadAndCapacity(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		f := newFloor(t, d)
		f.set(routing.Available, f.Ann, f.Bob)
		f.policy(routing.Policy{Mode: routing.LeastLoaded, Capacity: 2, Weights: map[int]int{1: 2}})
		a, b := f.open("one"), f.open("two")
		f.wants("the first", a, "Ann")
		f.wants("who has less", b, "Bob")
		heavy := f.open("an urgent one", func(d *ticket.Draft) { d.Priority = ticket.Critical })
		f.wants("nobody has room for two points", heavy, "")
		c, e := f.open("three"), f.open("four")
		f.wants("room for one", c, "Ann")
		f.wants("and another", e, "Bob")
		low := f.open("low", func(d *ticket.Draft) { d.Priority = ticket.LowPriority })
		urgent := f.open("high", func(d *ticket.Draft) { d.Priority = ticket.HighPriority })
		f.wants("all are full", low, "")
		state := request.Resolved
		f.change(f.Bob, b, ticket.Change{State: &state})
		f.wants("room for one is not room for two", heavy, "")
		f.wants("what is more urgent comes first", urgent, "Bob")
		f.wants("the rest waits on", low, "")
		if told, want := f.told(low), "opened: > Cy:offline Ann:full Bob:full"; !sameReasons(told, want) {
			t.Errorf("it was told %q, want %q, once", told, want)
		}
		f.change(f.Ann, low, ticket.Change{Priority: new(ticket.HighPriority)})
		waiting := f.waiting()
		f.set(routing.Available, f.cy)
		f.wants("who comes has room", heavy, "Cy")
		f.wants("and no more than that", low, "")
		if waiting != 2 || f.waiting() != 1 {
			t.Errorf("%d and then %d waited, want 2 and 1", waiting, f.waiting())
		}
		f.do(func(tx *db.Tx) error {
			_, err := routing.SetProfile(tx, routing.Profile{User: f.cy.ID, Capacity: 3})
			return err
		})
		f.pass(0)
		f.wants("who carries more has room", low, "Cy")
	})
}

func sameReasons(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

func (f *floor) waiting() (n int) {
	f.t.Helper()
	mustertest.See(f.t, f.DB, f.system, func(tx *db.Tx) error {
		w, err := routing.Waiting(tx, f.Tier1.ID)
		n = len(w)
		return err
	})
	return n
}

func TestSkillsRelax(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		f := newFloor(t, d)
		f.set(routing.Available, f.Ann, f.Bob)
		var skill routing.Skill
		f.do(func(tx *db.Tx) (err error) {
			if skill, err = routing.AddSkill(tx, "Databases"); err != nil {
				return err
			}
			if _, err = routing.SetProfile(tx, routing.Profile{User: f.Ann.ID, Skills: map[string]int{skill.ID: 1}}); err != nil {
				return err
			}
			_, err = routing.SetProfile(tx, routing.Profile{User: f.cy.ID, Skills: map[string]int{skill.ID: 3}})
			return err
		})
		f.policy(routing.Policy{Mode: routing.Skilled, Relax: 30, Routes: []routing.Route{{Name: "Slow queries",
			When: routing.When{Tags: []string{"slow"}}, Needs: []routing.Need{{Skill: skill.ID, Level: 2}}}}})
		slow := func(d *ticket.Draft) { d.Tags = []string{"Slow"} }
		f.wants("what asks for nothing", f.open("plain"), "Ann")
		n := f.open("a slow query", slow)
		f.wants("who knows is not here", n, "")
		f.pass(29 * time.Minute)
		f.wants("before the time-out", n, "")
		f.set(routing.Available, f.Ann, f.Bob)
		f.pass(2 * time.Minute)
		f.wants("after the time-out", n, "Bob")
		if told, want := f.told(n), "opened: > Ann:lacks Bob:lacks Cy:offline; time-out: >Bob fewest Cy:offline Ann:load"; told != want {
			t.Errorf("it was told %q, want %q", told, want)
		}
		other := f.open("another", slow)
		f.set(routing.Available, f.cy)
		f.wants("who knows has come in time", other, "Cy")
		if err := f.DB.Update(f.system, func(tx *db.Tx) error { return routing.RemoveSkill(tx, skill.ID) }); !fault.Is(err, fault.Conflict) {
			t.Errorf("a skill that a route asks for: got %v, want a conflict", err)
		}
	})
}

func TestWhoGoesAway(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		f := newFloor(t, d)
		f.set(routing.Available, f.Ann)
		f.policy(routing.Policy{Mode: routing.LeastLoaded, Away: routing.Others, Grace: 10})
		given, asked, soon := f.open("given"), f.open("waits for the customer"), f.open("is answered soon")
		hand := f.open("by hand", func(d *ticket.Draft) { d.Team = f.Tier2.ID })
		f.change(f.Bob, hand, ticket.Change{Team: &f.Tier1.ID, Assignee: &f.Ann.ID})
		state := request.OnCustomer
		f.change(f.Ann, asked, ticket.Change{State: &state})
		f.change(f.Ann, soon, ticket.Change{State: &state})
		f.set(routing.AwayState, f.Ann)
		f.set(routing.Available, f.Bob)
		f.pass(8 * time.Minute)
		f.set(routing.Available, f.Bob)
		if _, _, err := f.Write(f.system, soon, ticket.FromCustomer, "At once."); err != nil {
			t.Fatal(err)
		}
		f.pass(0)
		f.wants("within the time of grace", given, "Ann")
		f.wants("what is answered within it", soon, "Ann")
		if err := f.router.Left(f.As(f.Ann)); err != nil { // signing out as well does not begin the time anew
			t.Fatal(err)
		}
		f.pass(3 * time.Minute)
		f.wants("after it", given, "Bob")
		f.wants("what was answered within it", soon, "Bob")
		f.wants("what waits for the customer stays", asked, "Ann")
		f.wants("and so does what a person assigned", hand, "Ann")
		if told, want := f.told(given), "opened: >Ann only Bob:offline Cy:offline; away: Ann>Bob only Cy:offline"; told != want {
			t.Errorf("it was told %q, want %q", told, want)
		}
		if _, _, err := f.Write(f.system, asked, ticket.FromCustomer, "Here it is."); err != nil {
			t.Fatal(err)
		}
		f.pass(0)
		f.wants("until the customer answers", asked, "Bob")
		f.set(routing.Available, f.Ann)
		f.pass(time.Minute)
		f.wants("who comes back gets nothing back", given, "Bob")
		f.policy(routing.Policy{Mode: routing.LeastLoaded, Away: routing.Back, Grace: 10, ByHand: true})
		f.set(routing.AwayState, f.Ann)
		f.set(routing.Available, f.Bob)
		f.pass(11 * time.Minute)
		f.wants("back to the team, what a person assigned as well", hand, "")
		f.wants("what is others' stays", given, "Bob")
	})
}

// Nobody is there to take it: it stays, and is given when somebody comes, unless who had it is back.
func TestNobodyElseIsThere(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		f := newFloor(t, d)
		f.set(routing.Available, f.Ann)
		f.policy(routing.Policy{Mode: routing.LeastLoaded, Away: routing.Others})
		a, b := f.open("one"), f.open("two")
		f.set(routing.AwayState, f.Ann)
		f.wants("nobody else is there", a, "Ann")
		f.do(func(tx *db.Tx) error {
			_, err := routing.SetProfile(tx, routing.Profile{User: f.Bob.ID, Capacity: 1})
			return err
		})
		f.set(routing.Available, f.Bob)
		f.wants("somebody has come", a, "Bob")
		f.wants("who has no room for both", b, "Ann")
		if n := f.waiting(); n != 1 {
			t.Errorf("%d wait, want 1", n)
		}
		f.set(routing.Available, f.Ann)
		f.wants("who had it is back", b, "Ann")
		if n := f.waiting(); n != 0 {
			t.Errorf("%d wait, want none", n)
		}
	})
}

func TestPeopleHaveTheLastWord(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		f := newFloor(t, d)
		f.set(routing.Available, f.Ann, f.Bob, f.cy)
		f.policy(routing.Policy{Mode: routing.RoundRobin, Away: routing.Others})
		n, nobody := f.open("one"), ""
		f.change(f.Bob, n, ticket.Change{Assignee: &nobody})
		f.wants("what a person took from somebody stays so", n, "")
		f.change(f.Bob, n, ticket.Change{Priority: new(ticket.HighPriority)})
		f.set(routing.Available, f.cy)
		f.wants("whatever else happens", n, "")
		m := f.open("two")
		f.change(f.Ann, m, ticket.Change{Assignee: &f.cy.ID})
		f.change(f.Ann, m, ticket.Change{Priority: new(ticket.HighPriority)})
		f.wants("what a person gave stays", m, "Cy")
		f.set(routing.AwayState, f.cy)
		f.wants("though they go away", m, "Cy")
		k := f.open("three") // Ann's or Bob's, by the router
		f.do(func(tx *db.Tx) error { return people.SetMembers(tx, f.Tier2.ID, []string{f.cy.ID}) })
		f.do(func(tx *db.Tx) error {
			_, err := routing.SetPolicy(tx, routing.Default, routing.Policy{Mode: routing.LeastLoaded, Absent: true}, 0)
			return err
		})
		f.change(f.Ann, m, ticket.Change{Team: &f.Tier2.ID, Assignee: &f.Bob.ID})
		f.change(f.Ann, k, ticket.Change{Team: &f.Tier2.ID})
		f.wants("what comes to another team with somebody stays theirs", m, "Bob")
		f.wants("what the router gave goes to the new team's, by the default policy", k, "Cy")
	})
}

func TestShifts(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		f := newFloor(t, d)
		// The bubble begins on Saturday 2000-01-01 00:00 UTC, 01:00 in Berlin.
		night := calendar.Week{calendar.Friday: {{Open: "22:00", Close: "06:00"}}, calendar.Saturday: {{Open: "22:00", Close: "06:00"}}}
		early := calendar.Week{calendar.Saturday: {{Open: "06:00", Close: "14:00"}}}
		f.do(func(tx *db.Tx) error {
			if _, err := routing.SetShift(tx, routing.Shift{Name: "Night", Zone: "Europe/Berlin", Week: night, Members: []string{f.Ann.ID}}); err != nil {
				return err
			}
			_, err := routing.SetShift(tx, routing.Shift{Name: "Early", Zone: "Europe/Berlin", Week: early, Members: []string{f.Bob.ID}})
			return err
		})
		f.policy(routing.Policy{Mode: routing.LeastLoaded, Absent: true, Capacity: 1})
		f.do(func(tx *db.Tx) error { return people.SetMembers(tx, f.Tier1.ID, []string{f.Ann.ID, f.Bob.ID}) })
		a, b, c := f.open("one"), f.open("two"), f.open("three")
		f.wants("the shift that began the evening before", a, "Ann")
		f.wants("full, and the other is off shift", b, "")
		f.pass(4*time.Hour + 58*time.Minute)
		f.wants("before the shift begins", b, "")
		f.pass(2 * time.Minute)
		f.wants("when it begins", b, "Bob")
		f.wants("and no more than they carry", c, "")
		mustertest.See(t, d, f.system, func(tx *db.Tx) error {
			present, err := f.router.Present(tx)
			var got []string
			for _, p := range present {
				got = append(got, fmt.Sprintf("%s %s %v %s", first(p.Name), p.State, p.OnShift, p.Turns.Format("15:04")))
			}
			if want := []string{"Ann offline false 21:00", "Bob offline true 13:00", "Cy offline true 00:00"}; !slices.Equal(got, want) {
				t.Errorf("present are %v, want %v", got, want)
			}
			return err
		})
	})
}

// An absence outside of the shift is no absence, unless the policy has tickets handed over.
func TestHandover(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		f := newFloor(t, d)
		week := calendar.Week{calendar.Saturday: {{Open: "00:00", Close: "01:00"}, {Open: "20:00", Close: "21:00"}}}
		f.do(func(tx *db.Tx) error {
			_, err := routing.SetShift(tx, routing.Shift{Name: "S", Zone: "UTC", Week: week, Members: []string{f.Ann.ID}})
			return err
		})
		f.set(routing.Available, f.Ann)
		p := routing.Policy{Mode: routing.LeastLoaded, Away: routing.Others, Grace: 5}
		f.policy(p)
		n := f.open("one")
		f.pass(time.Hour)
		f.set(routing.AwayState, f.Ann)
		f.set(routing.Available, f.Bob)
		f.pass(8 * time.Minute)
		f.wants("off shift", n, "Ann")
		p.Handover = true
		f.policy(p)
		f.set(routing.Available, f.Ann)
		f.set(routing.AwayState, f.Ann)
		f.pass(6 * time.Minute)
		f.wants("handed over", n, "Bob")
	})
}

func TestPresence(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		f := newFloor(t, d)
		ann := f.As(f.Ann)
		is := func(rule string, want routing.State) {
			t.Helper()
			mustertest.See(t, d, ann, func(tx *db.Tx) error {
				got, err := routing.OwnState(tx)
				if got != want {
					t.Errorf("%s: %s, want %s", rule, got, want)
				}
				return err
			})
		}
		seen := func() {
			t.Helper()
			f.router.Seen(ann)
		}
		is("who never was here", routing.Offline)
		seen()
		is("a sign of life", routing.Available)
		f.pass(10 * time.Minute)
		seen()
		f.pass(14 * time.Minute)
		is("a sign of life in between", routing.Available)
		f.pass(2 * time.Minute)
		is("idle for a quarter of an hour", routing.AwayState)
		seen()
		is("back by another sign", routing.Available)
		f.set(routing.AwayState, f.Ann)
		f.pass(2 * time.Minute)
		seen()
		is("who says that they are away is, whatever they do", routing.AwayState)
		f.set(routing.Busy, f.Ann)
		f.pass(2 * time.Minute)
		seen()
		is("and who is busy", routing.Busy)
		f.pass(13 * time.Hour)
		is("the session has ended", routing.Offline)
		seen()
		is("a new day", routing.Available)
		if err := f.router.Left(ann); err != nil {
			t.Fatal(err)
		}
		is("signed out", routing.Offline)
		f.pass(20 * time.Minute)
		is("and stays so", routing.Offline)
		err := d.Update(f.As(f.cy), func(tx *db.Tx) error { return routing.SetPresence(tx, f.Ann.ID, routing.Available) })
		if !fault.Is(err, fault.Denied) {
			t.Errorf("somebody else says so: got %v, want it denied", err)
		}
		err = d.Update(ann, func(tx *db.Tx) error { return routing.SetPresence(tx, f.Ann.ID, "asleep") })
		if fault.Fields(err)["state"] == "" {
			t.Errorf("a state that is none: got %v", err)
		}
	})
}

// Two nodes decide about two tickets at once: the last free place is given once, and turns are not lost.
func TestTwoNodesShareTheLastPlace(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		f := newFloor(t, d)
		f.set(routing.Available, f.Ann, f.Bob, f.cy)
		f.policy(routing.Policy{Mode: routing.LeastLoaded, Capacity: 3})
		other := event.NewBus(d, "other")
		routing.NewRouter(routing.Router{DB: d, Bus: other, Desk: f.Desk})
		f.Bus = event.NewBus(d, "test") // what is emitted goes to the newest
		routing.NewRouter(routing.Router{DB: d, Bus: f.Bus, Desk: f.Desk})
		var numbers []int64
		for i := range 12 {
			numbers = append(numbers, f.add(fmt.Sprint("ticket ", i)))
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 2)
		for _, b := range []*event.Bus{f.Bus, other} {
			go func() { done <- b.Work(ctx) }()
		}
		time.Sleep(10 * time.Second)
		cancel()
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		got := map[string]int{}
		for _, n := range numbers {
			got[f.has(n)]++
		}
		for _, name := range []string{"Ann", "Bob", "Cy", ""} {
			if got[name] != 3 {
				t.Errorf("%q has %d, want 3 of 12: %v", name, got[name], got)
			}
		}
	})
}

func TestWhoMayHaveIt(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		f := newFloor(t, d)
		f.policy(routing.Policy{Mode: routing.RoundRobin, Absent: true})
		f.do(func(tx *db.Tx) error {
			if err := people.SaveRole(tx, people.Role{ID: "reader", Name: "Reader", Rights: []access.Right{access.TicketsRead}}); err != nil {
				return err
			}
			if _, err := people.ChangeUser(tx, f.cy.ID, people.UserChange{Role: new("reader")}); err != nil {
				return err
			}
			_, err := people.ChangeUser(tx, f.Bob.ID, people.UserChange{Role: new("customer-support"), Organisations: &[]string{}})
			return err
		})
		for range 2 {
			f.wants("who may see it and work on it", f.open("one"), "Ann")
		}
		grievance := f.open("about Ann", func(d *ticket.Draft) { d.Kind, d.Team = "complaint", "" })
		f.do(func(tx *db.Tx) error {
			return complaint.Decide(tx, grievance, complaint.Details{About: f.Ann.ID})
		})
		f.change(f.Ann, grievance, ticket.Change{Team: &f.Tier1.ID})
		f.wants("a complaint is not given to the one it is about", grievance, "")
		f.do(func(tx *db.Tx) error {
			_, err := people.ChangeUser(tx, f.Bob.ID, people.UserChange{Active: new(false)})
			return err
		})
		f.wants("who cannot sign in", f.open("two"), "Ann")
	})
}
