package clock_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"muster/internal/clock"
	"muster/internal/fault"
)

var (
	isNew      = clock.Standing{Category: "new"}
	isOpen     = clock.Standing{Category: "open"}
	onCustomer = clock.Standing{Category: "waiting", Waits: "customer"}
	onThird    = clock.Standing{Category: "waiting", Waits: "third-party"}
	onApproval = clock.Standing{Category: "waiting", Waits: "approval"}
	resolved   = clock.Standing{Category: "review"}
	cancelled  = clock.Standing{Category: "cancelled"}
)

func gold() clock.Policy {
	promise := func(target clock.Target, goal time.Duration) clock.Promise {
		return clock.Promise{Target: target, Goals: map[int]time.Duration{1: goal, 2: 2 * goal}, Calendar: "always"}
	}
	return clock.Policy{Name: "Gold", Kind: clock.SLA, Pauses: []string{"customer"}, Promises: []clock.Promise{
		promise(clock.FirstResponse, time.Hour), promise(clock.NextResponse, 2*time.Hour), promise(clock.Resolution, 8*time.Hour), promise(clock.Approval, time.Hour)}}
}

// step is something that happens so many minutes after the beginning.
type step struct {
	minute int
	what   clock.Happening
}

func TestFollow(t *testing.T) {
	calendars := desks(t)
	mail := step{0, clock.Opened{ByCustomer: true}}
	reply := func(minute int) step { return step{minute, clock.Wrote{By: clock.Human}} }
	asks := func(minute int) step { return step{minute, clock.Wrote{By: clock.Customer}} }
	move := func(minute int, from, to clock.Standing) step { return step{minute, clock.Moved{From: from, To: to}} }
	for _, row := range []struct {
		rule  string
		steps []step
		want  string // each clock: target, state, minutes used at the last step
	}{
		{"a mail starts what is promised", []step{mail, {10, clock.Wrote{By: clock.Machine}}}, "resolution running 10, first-response running 10"},
		{"a person's public reply is the first response", []step{mail, reply(20)}, "resolution running 20, first-response met 20"},
		{"a machine's is not", []step{mail, {20, clock.Wrote{By: clock.Machine}}, {30, clock.Wrote{By: clock.Machine}}}, "resolution running 30, first-response running 30"},
		{"a second message does not start it again", []step{mail, asks(10), reply(30)}, "resolution running 30, first-response met 30"},
		{"opened by an agent for a customer, none runs until the customer writes", []step{{0, clock.Opened{}}, asks(30), reply(40)},
			"resolution running 40, first-response met 10"},
		{"an agent's reply to what nobody asked answers nothing", []step{{0, clock.Opened{}}, reply(5)}, "resolution running 5"},
		{"the next response counts from the oldest unanswered message", []step{mail, reply(10), asks(20), asks(30), reply(50)},
			"resolution running 50, first-response met 10, next-response met 30"},
		{"each question has its own", []step{mail, reply(10), asks(20), reply(30), asks(40), reply(45)},
			"resolution running 45, first-response met 10, next-response met 10, next-response met 5"},
		{"a late first response is late", []step{mail, reply(61)}, "resolution running 61, first-response late 61"},
		{"waiting for the customer pauses the resolution", []step{mail, reply(10), move(10, isNew, onCustomer), move(100, onCustomer, isOpen), move(110, isOpen, isOpen)},
			"resolution running 20, first-response met 10"},
		{"but not a response", []step{mail, move(10, isNew, onCustomer), asks(30)}, "resolution paused 10, first-response running 30"},
		{"waiting for a supplier pauses only if the policy says so", []step{mail, move(10, isNew, onThird), move(40, onThird, isOpen)}, "resolution running 40, first-response running 40"},
		{"resolved without a reply is neither met nor broken", []step{mail, move(30, isNew, resolved)}, "resolution met 30, first-response none 30"},
		{"reopened, the resolution goes on", []step{mail, reply(10), move(30, isOpen, resolved), move(300, resolved, isOpen), move(310, isOpen, isOpen)},
			"resolution running 40, first-response met 10"},
		{"reopened to wait for the customer, it waits", []step{mail, reply(10), move(30, isOpen, resolved), move(300, resolved, onCustomer), move(310, onCustomer, onCustomer)},
			"resolution paused 30, first-response met 10"},
		{"a cancelled ticket promises nothing", []step{mail, move(30, isNew, cancelled)}, "resolution cancelled 30, first-response cancelled 30"},
		{"merged away, its clocks are cancelled", []step{mail, {30, clock.Merged{}}}, "resolution cancelled 30, first-response cancelled 30"},
		{"a question that became another ticket is owed no answer here", []step{mail, {30, clock.Divided{}}}, "resolution running 30, first-response cancelled 30"},
		{"there it is, since it was asked", []step{{20, clock.Opened{}}, {20, clock.Divided{Asked: time.Date(2026, 3, 2, 8, 5, 0, 0, time.UTC)}}, {30, clock.Wrote{By: clock.Machine}}},
			"resolution running 10, first-response running 25"},
		{"what is still asked stays owed", []step{mail, {30, clock.Divided{Asked: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}}}, "resolution running 30, first-response running 30"},
		{"an approval has its time", []step{mail, reply(5), move(10, isOpen, onApproval), move(30, onApproval, isOpen)}, "resolution running 30, first-response met 5, approval met 20"},
	} {
		if got := followed(t, calendars, gold(), row.steps); got != row.want {
			t.Errorf("%s: got %s, want %s", row.rule, got, row.want)
		}
	}
}

// followed has clocks follow some steps, and tells of each: target, state, minutes used at the last step.
func followed(t *testing.T, calendars clock.Calendars, p clock.Policy, steps []step) string {
	t.Helper()
	begin := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	k := clock.Keeper{Policy: p, Priority: 1, Calendars: calendars, Hours: func(name string) clock.Hours { return clock.Hours{Calendar: name} }}
	var clocks []clock.Clock
	var at time.Time
	for _, s := range steps {
		var err error
		at = begin.Add(time.Duration(s.minute) * time.Minute)
		if clocks, err = k.Follow(clocks, s.what, at); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, c := range clocks {
		used, err := c.Used(at, calendars)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%s %s %d", c.Target, c.State(), used/time.Minute))
	}
	return strings.Join(got, ", ")
}

// What teams promise each other, and suppliers us, all within eight hours; teams see to it within two.
func TestFollowOthers(t *testing.T) {
	calendars := desks(t)
	promise := func(target clock.Target, goal time.Duration) clock.Promise {
		return clock.Promise{Target: target, Goals: map[int]time.Duration{1: goal}, Calendar: "always"}
	}
	team := clock.Policy{Name: "Second line", Kind: clock.OLA, Pauses: []string{"customer", "third-party"},
		Promises: []clock.Promise{promise(clock.Resolution, 8*time.Hour), promise(clock.Acknowledgement, 2*time.Hour)}}
	hosting := clock.Policy{Name: "Hosting", Kind: clock.Supplier, Promises: []clock.Promise{promise(clock.Resolution, 8*time.Hour)}}
	opened := step{0, clock.Opened{}}
	took := func(minute int) step { return step{minute, clock.Took{}} }
	move := func(minute int, from, to clock.Standing) step { return step{minute, clock.Moved{From: from, To: to}} }
	message := func(minute int, from, to clock.Standing) step {
		return step{minute, clock.Moved{From: from, To: to, Itself: true}}
	}
	for _, row := range []struct {
		rule  string
		of    clock.Policy
		steps []step
		want  string
	}{
		{"a team is to see to it, and to resolve it", team, []step{opened, {30, clock.Wrote{By: clock.Machine}}}, "resolution running 30, acknowledgement running 30"},
		{"who takes it has seen to it", team, []step{opened, took(45), took(60)}, "resolution running 60, acknowledgement met 45"},
		{"too late", team, []step{opened, took(121)}, "resolution running 121, acknowledgement late 121"},
		{"handed on, it is done with the first", team, []step{opened, {50, clock.HandedOn{}}}, "resolution met 50, acknowledgement none 50"},
		{"handed on, the second team begins anew", team, []step{opened, took(10), {50, clock.HandedOn{}}, {50, clock.Opened{}}, took(70)},
			"resolution met 50, acknowledgement met 10, resolution running 20, acknowledgement met 20"},
		{"it stands still while others have to act", team, []step{opened, took(5), move(10, isOpen, onThird), move(90, onThird, isOpen), move(100, isOpen, isOpen)},
			"resolution running 20, acknowledgement met 5"},
		{"a supplier promises nothing until a ticket waits for it", hosting, []step{opened, move(10, isNew, isOpen), {20, clock.Wrote{By: clock.Customer}}}, ""},
		{"then it does", hosting, []step{opened, move(10, isNew, onThird), {40, clock.Wrote{By: clock.Customer}}}, "resolution running 30"},
		{"somebody says that it has delivered", hosting, []step{opened, move(10, isNew, onThird), move(40, onThird, isOpen)}, "resolution met 30"},
		{"too late", hosting, []step{opened, move(10, isNew, onThird), move(491, onThird, isOpen)}, "resolution late 481"},
		{"each time anew", hosting, []step{opened, move(10, isNew, onThird), move(40, onThird, isOpen), move(50, isOpen, onThird), move(55, onThird, onThird)},
			"resolution met 30, resolution running 5"},
		{"a message is not yet the delivery", hosting, []step{opened, move(10, isNew, onThird), message(40, onThird, isOpen), move(60, isOpen, isOpen)}, "resolution met 30"},
		{"until somebody moves it on, the clock stands still", hosting, []step{opened, move(10, isNew, onThird), message(40, onThird, isOpen), {70, clock.Wrote{By: clock.Human}}}, "resolution paused 30"},
		{"put back to wait, it goes on with what it had used", hosting, []step{opened, move(10, isNew, onThird), message(40, onThird, isOpen), move(70, isOpen, onThird), move(90, onThird, onThird)},
			"resolution running 50"},
		{"resolved, it was", hosting, []step{opened, move(10, isNew, onThird), message(40, onThird, isOpen), move(70, isOpen, resolved)}, "resolution met 30"},
		{"brought back from the trash, it stands still as before", hosting, []step{opened, move(10, isNew, onThird), message(40, onThird, isOpen), {50, clock.Shelved{}}, {60, clock.Restored{To: isOpen}}, {70, clock.Took{}}},
			"resolution paused 30"},
		{"a cancelled ticket needs it no more", hosting, []step{opened, move(10, isNew, onThird), move(40, onThird, cancelled)}, "resolution cancelled 30"},
	} {
		if got := followed(t, calendars, row.of, row.steps); got != row.want {
			t.Errorf("%s: got %s, want %s", row.rule, got, row.want)
		}
	}
}

func TestWhoIsPromisedWhat(t *testing.T) {
	all := []clock.Policy{
		{Active: true, Name: "Fennoway", Kind: clock.SLA, When: clock.When{Organisations: []string{"fennoway"}, Kinds: []string{"request"}}},
		{Active: true, Name: "Gold", Kind: clock.SLA, When: clock.When{Tiers: []string{"gold"}}},
		{Active: true, Name: "Second line", Kind: clock.OLA, When: clock.When{Teams: []string{"tier2"}}},
		{Active: true, Name: "Everybody", Kind: clock.SLA},
	}
	for _, row := range []struct {
		rule    string
		kind    clock.Kind
		subject clock.Subject
		want    string
	}{
		{"the first that holds counts", clock.SLA, clock.Subject{Organisation: "fennoway", Kind: "request", Tier: "gold"}, "Fennoway"},
		{"all that is given must hold", clock.SLA, clock.Subject{Organisation: "fennoway", Kind: "complaint", Tier: "gold"}, "Gold"},
		{"what is for all is for the rest", clock.SLA, clock.Subject{Tier: "bronze"}, "Everybody"},
		{"each kind has its own", clock.OLA, clock.Subject{Team: "tier2", Tier: "gold"}, "Second line"},
		{"there need be none", clock.OLA, clock.Subject{Team: "tier1"}, ""},
	} {
		if got, _ := clock.Choose(all, row.kind, row.subject); got.Name != row.want {
			t.Errorf("%s: got %q, want %q", row.rule, got.Name, row.want)
		}
	}
}

func TestPoliciesAreChecked(t *testing.T) {
	for _, row := range []struct {
		rule, field string
		change      func(*clock.Policy)
	}{
		{"what is right is right", "", func(*clock.Policy) {}},
		{"a name", "name", func(p *clock.Policy) { p.Name = " " }},
		{"a kind", "kind", func(p *clock.Policy) { p.Kind = "vip" }},
		{"something promised", "promises", func(p *clock.Policy) { p.Promises = nil }},
		{"a target that there is", "promises", func(p *clock.Policy) { p.Promises[0].Target = "happiness" }},
		{"each target once", "promises", func(p *clock.Policy) { p.Promises[1].Target = p.Promises[0].Target }},
		{"a calendar", "promises", func(p *clock.Policy) { p.Promises[0].Calendar = "" }},
		{"some time", "promises", func(p *clock.Policy) { p.Promises[0].Goals[1] = 0 }},
		{"not too much of it", "promises", func(p *clock.Policy) { p.Promises[0].Goals[1] = 20 * 365 * 24 * time.Hour }},
		{"a priority that there is", "promises", func(p *clock.Policy) { p.Promises[0].Goals[7] = time.Hour }},
		{"a warning before the end", "promises", func(p *clock.Policy) { p.Promises[0].Steps = []clock.Step{{Percent: 50, After: time.Hour}} }},
		{"a pause for something that tickets wait for", "pauses", func(p *clock.Policy) { p.Pauses = []string{"weather"} }},
	} {
		p := gold()
		row.change(&p)
		err := p.Check()
		if _, blamed := fault.Fields(err)[row.field]; (err == nil) != (row.field == "") || row.field != "" && !blamed {
			t.Errorf("%s: got %v, want a fault of %q", row.rule, err, row.field)
		}
	}
}
