package rehearsal_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
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
	"muster/internal/people"
	"muster/internal/rehearsal"
	"muster/internal/request"
	"muster/internal/routing"
	"muster/internal/ticket"
)

// past is a house with some history, and a stage to rehearse on.
type past struct {
	*mustertest.House
	t      *testing.T
	stage  *rehearsal.Stage
	works  *clock.Works
	system context.Context
}

func newPast(t *testing.T, d *db.DB) *past {
	t.Helper()
	h := mustertest.NewHouse(t, d)
	p := &past{House: h, t: t, works: clock.New(d, h.Bus, h.Desk), system: access.With(t.Context(), access.System(h.Workspace.ID))}
	r := routing.NewRouter(routing.Router{DB: d, Bus: h.Bus, Desk: h.Desk})
	p.stage = rehearsal.NewStage(rehearsal.Stage{DB: d, Bus: h.Bus, Router: r})
	return p
}

func (p *past) do(f func(tx *db.Tx) error) { p.t.Helper(); mustertest.Do(p.t, p.DB, p.system, f) }

// wait lets time pass, and then does what is due.
func (p *past) wait(d time.Duration) {
	p.t.Helper()
	time.Sleep(d)
	if err := p.Bus.WorkOff(p.t.Context()); err != nil {
		p.t.Error(err)
	}
}

func (p *past) open(title, words string, change ...func(*ticket.Draft)) int64 {
	p.t.Helper()
	body, err := ticket.Compose(words)
	if err != nil {
		p.t.Fatal(err)
	}
	draft := ticket.Draft{Title: title, Requester: p.Carla.ID, Team: p.Tier1.ID, Priority: ticket.Normal,
		First: &ticket.Writing{Kind: ticket.FromCustomer, Body: body, Author: ticket.Author{Kind: access.Customer, ID: p.Carla.ID, Name: p.Carla.Name}}}
	for _, c := range change {
		c(&draft)
	}
	var n int64
	p.do(func(tx *db.Tx) error {
		t, err := p.Desk.Open(tx, draft)
		if err == nil {
			n = t.Number
		}
		return err
	})
	return n
}

func (p *past) change(n int64, c ticket.Change) {
	p.t.Helper()
	mustertest.Do(p.t, p.DB, p.As(p.Ann), func(tx *db.Tx) error { _, err := p.Desk.Change(tx, n, ticket.Any, c); return err })
}

// rehearse starts a rehearsal, as Ann, and returns what came of it.
func (p *past) rehearse(kind rehearsal.Kind, days int, draft any) rehearsal.Rehearsal {
	p.t.Helper()
	b, err := json.Marshal(draft)
	if err != nil {
		p.t.Fatal(err)
	}
	var r rehearsal.Rehearsal
	mustertest.Do(p.t, p.DB, p.As(p.Ann), func(tx *db.Tx) (err error) { r, err = rehearsal.Start(tx, kind, days, b); return err })
	p.wait(0)
	mustertest.See(p.t, p.DB, p.As(p.Ann), func(tx *db.Tx) (err error) { r, err = rehearsal.Find(tx, r.ID); return err })
	if r.State != rehearsal.Done {
		p.t.Errorf("the rehearsal is %s: %s", r.State, r.Result.Problem)
	}
	return r
}

// said is the result in short.
func said(r rehearsal.Result) string {
	var all []string
	for _, row := range r.Rows {
		all = append(all, fmt.Sprintf("#%d %s: %s > %s", row.Number, row.What, row.Was, row.Would))
	}
	return strings.Join(all, "; ")
}

func rule(on automation.Trigger, expression string, change ...func(*automation.Rule)) automation.Rule {
	r := automation.Rule{Name: "Draft", Active: true, Definition: automation.Definition{On: []automation.Trigger{on}, Condition: automation.Condition{Expression: expression},
		Actions: []automation.Action{{Do: automation.Tag, Value: "seen"}}}}
	for _, c := range change {
		c(&r)
	}
	return r
}

func TestRule(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		p := newPast(t, d)
		old := p.open("Printer of last month", "It hums.")
		p.wait(40 * 24 * time.Hour)
		printer := p.open("The printer is on fire", "Smoke everywhere.", func(d *ticket.Draft) { d.Tags, d.Fields = []string{"Hot"}, map[string]string{"site": "Lund"} })
		invoice := p.open("An invoice", "It is too high.")
		p.wait(time.Hour)
		p.change(invoice, ticket.Change{Priority: new(ticket.Critical)})
		p.wait(26 * time.Hour)
		if _, _, err := p.Write(p.As(p.Ann), invoice, ticket.Reply, "We look at it."); err != nil {
			t.Fatal(err)
		}
		p.wait(time.Hour)
		if _, _, err := p.Write(p.system, invoice, ticket.FromCustomer, "Still too high, and now it hums."); err != nil {
			t.Fatal(err)
		}
		state := request.Resolved
		p.change(printer, ticket.Change{State: &state})
		p.change(old, ticket.Change{Title: new("Scanner of last month")})
		p.wait(time.Hour)
		for _, row := range []struct {
			rule string
			of   automation.Rule
			want string
		}{
			{"the title", rule(automation.Opened, `ticket.words contains "printer"`), "#2 opened"},
			{"what is older than the days is not asked about", rule(automation.Opened, `ticket.words contains "month"`), ""},
			{"but is known as it was", rule(automation.Changed, `ticket.words contains "month" and ticket.age > 900`), "#1 changed"},
			{"tags and fields that it was opened with", rule(automation.Opened, `"hot" in ticket.tags and ticket.fields["site"] == "Lund"`), "#2 opened"},
			{"a value as it was then, not as it is now", rule(automation.Opened, `ticket.priority == "critical"`), ""},
			{"what was changed", rule(automation.Changed, `"priority" in event.changed and event.to == "critical"`), "#3 changed"},
			{"the first message, at the opening", rule(automation.Opened, `message.words contains "smoke"`), "#2 opened"},
			{"a later message", rule(automation.Asked, `message.words contains "hums"`), "#3 asked"},
			{"the message that opened it is no question", rule(automation.Asked, `message.words contains "smoke"`), ""},
			{"what an agent wrote", rule(automation.Replied, `event.actor == "Ann Arbour" and ticket.replies == 1`), "#3 replied"},
			{"who asked", rule(automation.Opened, `requester.domain == "acme.example" and organisation.tier == "gold"`), "#2 opened; #3 opened"},
			{"a move", rule(automation.Moved, `event.to == "resolved"`), "#2 moved"},
			{"after a while, as it was then", rule(automation.Opened, `ticket.replies == 0`, func(r *automation.Rule) { r.Wait = 24 * time.Hour }), "#2 opened; #3 opened"},
			{"after a while, when that had changed", rule(automation.Opened, `ticket.replies == 0`, func(r *automation.Rule) { r.Wait = 27*time.Hour + time.Minute }), "#2 opened"},
			{"a while that is not over", rule(automation.Moved, `true`, func(r *automation.Rule) { r.Wait = 24 * time.Hour }), ""},
		} {
			r := p.rehearse(rehearsal.Rule, 30, row.of)
			var got []string
			for _, line := range r.Result.Rows {
				got = append(got, fmt.Sprintf("#%d %s", line.Number, line.What))
			}
			if s := strings.Join(got, "; "); s != row.want {
				t.Errorf("%s: got %q, want %q", row.rule, s, row.want)
			}
			if n := r.Result.Would[0].N; n != len(got) || r.Result.Differ != len(got) || r.Seen != 3 {
				t.Errorf("%s: %d runs, %d differ, %d tickets seen; want %d of 3", row.rule, n, r.Result.Differ, r.Seen, len(got))
			}
		}
	})
}

// A rule that there is differs only where the changed one says something else.
func TestChangedRule(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		p := newPast(t, d)
		clerk := automation.NewClerk(d, p.Bus, p.Desk, automation.Hands{})
		was := rule(automation.Opened, `ticket.words contains "printer" or ticket.words contains "invoice"`)
		p.do(func(tx *db.Tx) (err error) { was, err = clerk.SaveRule(tx, was); return err })
		p.open("A printer", "Hums.")
		p.open("An invoice", "High.")
		p.open("A scanner", "Beeps.")
		p.wait(time.Hour)
		draft := was
		draft.Expression = `ticket.words contains "printer" or ticket.words contains "scanner"`
		r := p.rehearse(rehearsal.Rule, 7, draft)
		if got, want := said(r.Result), "#2 opened: tag seen > nothing; #3 opened: nothing > tag seen"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if r.Result.Was[0].N != 2 || r.Result.Would[0].N != 2 {
			t.Errorf("it ran %v and would have run %v, want 2 and 2", r.Result.Was, r.Result.Would)
		}
		draft = was
		draft.Actions = []automation.Action{{Do: automation.Tag, Value: "other"}}
		if got, want := said(p.rehearse(rehearsal.Rule, 7, draft).Result), "#1 opened: tag seen > tag other; #2 opened: tag seen > tag other"; got != want {
			t.Errorf("other actions: got %q, want %q", got, want)
		}
	})
}

func TestPromises(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		p := newPast(t, d)
		desk := clock.Desk{Name: "Always", Calendar: calendar.Calendar{Versions: []calendar.Version{{Zone: "UTC", Week: calendar.Always()}}}}
		p.do(func(tx *db.Tx) (err error) { desk, err = p.works.SaveDesk(tx, desk, false); return err })
		policy := clock.Policy{Name: "Everybody", Kind: clock.SLA, Active: true, Pauses: []string{"customer"}, Promises: []clock.Promise{
			{Target: clock.FirstResponse, Calendar: desk.ID, Goals: map[int]time.Duration{1: time.Hour, 3: 4 * time.Hour}},
			{Target: clock.Resolution, Calendar: desk.ID, Goals: map[int]time.Duration{1: 8 * time.Hour, 3: 48 * time.Hour}}}}
		p.do(func(tx *db.Tx) (err error) { policy, err = p.works.SavePolicy(tx, policy); return err })
		quick, slow, paused, moved := p.open("quick", "?"), p.open("slow", "?"), p.open("paused", "?"), p.open("moved", "?")
		p.wait(30 * time.Minute)
		p.change(moved, ticket.Change{Priority: new(ticket.Critical)})
		p.reply(quick, request.Resolved)
		p.wait(time.Hour)
		p.reply(paused, request.OnCustomer)
		p.wait(4 * time.Hour)
		p.reply(slow, "")
		p.wait(40 * time.Hour)
		p.reply(slow, request.Resolved)
		p.reply(moved, "")
		p.wait(9 * time.Hour)
		p.change(paused, ticket.Change{State: new(request.Resolved)})
		p.wait(time.Hour)
		same := p.rehearse(rehearsal.Policy, 7, policy)
		if same.Result.Differ != 0 {
			t.Errorf("what is promised already makes a difference: %s", said(same.Result))
		}
		p.equalsWhatIsKept(same.Result.Was)
		tighter := policy
		tighter.Promises = slices.Clone(policy.Promises)
		tighter.Promises[0].Goals = map[int]time.Duration{1: time.Hour, 3: time.Hour}
		if got, want := said(p.rehearse(rehearsal.Policy, 7, tighter).Result), "#3 first-response: kept > kept too late"; got != want {
			t.Errorf("a tighter promise: got %q, want %q", got, want)
		}
		longer := policy
		longer.Promises = slices.Clone(policy.Promises)
		longer.Promises[0].Goals = map[int]time.Duration{1: 1000 * time.Hour, 3: 6 * time.Hour}
		if got, want := said(p.rehearse(rehearsal.Policy, 7, longer).Result), "#2 first-response: kept too late > kept; #4 first-response: kept too late > kept"; got != want {
			t.Errorf("a longer one: got %q, want %q", got, want)
		}
		later := desk
		later.Versions = append(slices.Clone(desk.Versions), calendar.Version{From: time.Now().Add(24 * time.Hour), Zone: "UTC", Week: calendar.Week{calendar.Monday: {{Open: "00:00", Close: "01:00"}}}})
		hours := desk
		hours.Versions = []calendar.Version{{Zone: "UTC", Week: calendar.Week{calendar.Monday: {{Open: "00:00", Close: "01:00"}}}}}
		got := said(p.rehearse(rehearsal.Calendar, 7, hours).Result)
		if !strings.Contains(got, "#2 first-response: kept too late > kept") || !strings.Contains(got, "#4 resolution: overdue > not due yet") {
			t.Errorf("a desk that hardly opens: got %q", got)
		}
		if from := said(p.rehearse(rehearsal.Calendar, 7, later).Result); from != got {
			t.Errorf("a version that is to begin tomorrow is played as if it had held all the time: got %q, want %q", from, got)
		}
	})
}

// A ticket that comes under another policy while the customer waits owes an answer; one that was answered owes none.
func TestPromisesThatATicketComesUnder(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		p := newPast(t, d)
		desk := clock.Desk{Name: "Always", Calendar: calendar.Calendar{Versions: []calendar.Version{{Zone: "UTC", Week: calendar.Always()}}}}
		p.do(func(tx *db.Tx) (err error) { desk, err = p.works.SaveDesk(tx, desk, false); return err })
		asked, answered := p.open("asked", "?"), p.open("answered", "?")
		p.wait(time.Hour)
		p.reply(answered, "")
		p.wait(time.Hour)
		p.change(asked, ticket.Change{Team: &p.Tier2.ID})
		p.change(answered, ticket.Change{Team: &p.Tier2.ID})
		p.wait(10 * time.Hour)
		r := p.rehearse(rehearsal.Policy, 7, clock.Policy{Name: "Second line", Kind: clock.SLA, When: clock.When{Teams: []string{p.Tier2.ID}}, Promises: []clock.Promise{
			{Target: clock.FirstResponse, Calendar: desk.ID, Goals: map[int]time.Duration{3: 4 * time.Hour}}}})
		if got, want := said(r.Result), "#1 first-response: not promised > overdue"; got != want || r.Result.Would[0].N != 1 {
			t.Errorf("got %q of %v, want %q of one promise", got, r.Result.Would, want)
		}
	})
}

func (p *past) reply(n int64, state string) {
	p.t.Helper()
	body, err := ticket.Compose("An answer.")
	if err != nil {
		p.t.Fatal(err)
	}
	mustertest.Do(p.t, p.DB, p.As(p.Ann), func(tx *db.Tx) error {
		_, _, err := p.Desk.Write(tx, n, ticket.Writing{Kind: ticket.Reply, Body: body, State: state})
		return err
	})
}

// equalsWhatIsKept shows that the fold, which begins with nothing, ends with the clocks that were kept all the time.
func (p *past) equalsWhatIsKept(figures []rehearsal.Figure) {
	p.t.Helper()
	promises, broken := 0, 0
	mustertest.See(p.t, p.DB, p.system, func(tx *db.Tx) error {
		for n := int64(1); n <= 4; n++ {
			t, err := ticket.Find(tx, n)
			if err != nil {
				return err
			}
			all, err := clock.Of(tx, t)
			if err != nil {
				return err
			}
			for _, k := range all {
				promises++
				if !k.BreachedAt.IsZero() {
					broken++
				}
			}
		}
		return nil
	})
	if want := []rehearsal.Figure{{Name: "Promises", N: promises}, {Name: "Overdue", N: broken}}; !slices.Equal(figures, want) || broken == 0 {
		p.t.Errorf("replayed %v, kept %v", figures, want)
	}
}

func TestRouting(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		p := newPast(t, d)
		p.do(func(tx *db.Tx) error { return people.SetMembers(tx, p.Tier1.ID, []string{p.Ann.ID, p.Bob.ID}) })
		before := p.open("before", "?", func(d *ticket.Draft) { d.Assignee = p.Ann.ID })
		p.wait(20 * 24 * time.Hour)
		one, two, three := p.open("one", "?"), p.open("two", "?"), p.open("three", "?")
		p.wait(30 * time.Minute)
		for _, n := range []int64{one, two, three} {
			p.change(n, ticket.Change{Assignee: &p.Ann.ID})
		}
		p.change(two, ticket.Change{State: new(request.Resolved)})
		p.wait(time.Hour)
		p.open("four", "?")
		p.wait(time.Hour)
		draft := rehearsal.RoutingDraft{Team: p.Tier1.ID, Policy: routing.Policy{Mode: routing.LeastLoaded, Capacity: 2}}
		r := p.rehearse(rehearsal.Routing, 7, draft)
		// Ann has one from before: Bob gets the first, then both have as much and it is Ann's turn, then Bob. The fourth waits for nobody: two is done.
		want := "#2 assignment: Ann Arbour, after 30 min > Bob Burrow, at once; #4 assignment: Ann Arbour, after 30 min > Bob Burrow, at once; #5 assignment: nobody had it > Ann Arbour, at once"
		if got := said(r.Result); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		draft.Policy.Capacity = 1
		got := said(p.rehearse(rehearsal.Routing, 7, draft).Result)
		if !strings.HasPrefix(got, "#2 assignment: Ann Arbour, after 30 min > Bob Burrow, at once; #3 assignment: Ann Arbour, after 30 min > nobody had it") {
			t.Errorf("nobody has room: got %s", got)
		}
		if before != 1 {
			t.Errorf("the first ticket is %d", before)
		}
	})
}

// Who is away for too long gives up what they had been given: to others, who then have more to do, or to the team.
func TestRoutingOfWhoLeaves(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		p := newPast(t, d)
		p.do(func(tx *db.Tx) error { return people.SetMembers(tx, p.Tier1.ID, []string{p.Ann.ID, p.Bob.ID}) })
		present := func(is routing.State) {
			mustertest.Do(t, d, p.As(p.Ann), func(tx *db.Tx) error { return routing.SetPresence(tx, p.Ann.ID, is) })
		}
		present(routing.Available)
		p.wait(time.Minute)
		p.open("one", "?")
		p.wait(time.Hour)
		present(routing.AwayState)
		p.wait(2 * time.Hour)
		present(routing.Available)
		p.wait(time.Minute)
		p.open("two", "?")
		p.wait(time.Hour)
		const first, again = "#1 assignment: nobody had it > Ann Arbour, at once; #2 assignment: nobody had it > ", ", at once"
		for _, row := range []struct {
			rule  string
			away  routing.Away
			grace int
			want  string
			taken int
		}{
			{"they keep them", routing.Keep, 0, "Bob Burrow", 0},
			{"others get them", routing.Others, 60, "Ann Arbour", 1},
			{"not so soon", routing.Others, 150, "Bob Burrow", 0},
			{"the team gets them", routing.Back, 60, "Bob Burrow", 1},
		} {
			r := p.rehearse(rehearsal.Routing, 7, rehearsal.RoutingDraft{Team: p.Tier1.ID, Policy: routing.Policy{Mode: routing.LeastLoaded, Away: row.away, Grace: row.grace}})
			if got := said(r.Result); got != first+row.want+again {
				t.Errorf("%s: got %s, want the second with %s", row.rule, got, row.want)
			}
			if got := r.Result.Would[2].N; got != row.taken {
				t.Errorf("%s: %d were taken from who was away, want %d", row.rule, got, row.taken)
			}
		}
	})
}

// A rehearsal changes nothing but its own row, and the views that it reads in could not.
func TestNothingIsChanged(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) { // the tables are counted from end to end, which plans must not be
		d := mustertest.Open(t, url)
		defer d.Close()
		p := newPast(t, d)
		clerk := automation.NewClerk(d, p.Bus, p.Desk, automation.Hands{})
		p.do(func(tx *db.Tx) error {
			_, err := clerk.SaveRule(tx, rule(automation.Opened, `ticket.words contains "printer"`))
			return err
		})
		n := p.open("A printer", "Hums.")
		p.reply(n, request.OnCustomer)
		p.wait(0)
		before := p.everything()
		p.rehearse(rehearsal.Rule, 7, rule(automation.Opened, `true`, func(r *automation.Rule) {
			r.Actions = []automation.Action{{Do: automation.Reply, Text: "Hello"}, {Do: automation.Set, Field: "priority", Value: "critical"}}
		}))
		p.rehearse(rehearsal.Routing, 7, rehearsal.RoutingDraft{Team: p.Tier1.ID, Policy: routing.Policy{Mode: routing.RoundRobin, Absent: true}})
		p.rehearse(rehearsal.Policy, 7, clock.Policy{Name: "P", Kind: clock.SLA, Promises: []clock.Promise{{Target: clock.Resolution, Calendar: "c", Goals: map[int]time.Duration{1: time.Hour}}}})
		p.rehearse(rehearsal.Calendar, 7, clock.Desk{Name: "C", Calendar: calendar.Calendar{Versions: []calendar.Version{{Zone: "UTC", Week: calendar.Always()}}}})
		if after := p.everything(); after != before {
			t.Errorf("before\n%s\nafter\n%s", before, after)
		}
		err := d.View(p.system, func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE tickets SET title = 'x' WHERE workspace_id = $1`, tx.Workspace)
			return err
		})
		if err == nil {
			t.Error("a view wrote")
		}
	})
}

// everything is what is in the tables, but for the rehearsals, and what the log says.
func (p *past) everything() string {
	p.t.Helper()
	var b strings.Builder
	tables, err := db.Tables()
	if err != nil {
		p.t.Fatal(err)
	}
	mustertest.See(p.t, p.DB, p.system, func(tx *db.Tx) error {
		for _, table := range tables {
			if table == "rehearsals" {
				continue
			}
			n, err := db.One(tx, db.Value[int64], `SELECT count(*) FROM `+table)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "%s %d\n", table, n)
		}
		log, err := event.Log(tx, "", 10_000)
		for _, e := range log {
			fmt.Fprintln(&b, e.ID, e.Name, e.Body)
		}
		t, err2 := ticket.Find(tx, 1)
		fmt.Fprintln(&b, t.Title, t.Priority, t.Assignee, t.Entries, t.Version, err2)
		return err
	})
	return b.String()
}

func TestWhatIsRefused(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		p := newPast(t, d)
		var cy people.User
		p.do(func(tx *db.Tx) (err error) {
			cy, err = people.AddUser(tx, people.NewUser{Email: "cy@quillmere.example", Name: "Cy Carver", Role: "customer-support"})
			return err
		})
		start := func(u people.User, kind rehearsal.Kind, days int, draft string) (r rehearsal.Rehearsal, err error) {
			err = d.Update(p.As(u), func(tx *db.Tx) (err error) {
				r, err = rehearsal.Start(tx, kind, days, json.RawMessage(draft))
				return err
			})
			return r, err
		}
		for _, row := range []struct {
			rule  string
			kind  rehearsal.Kind
			days  int
			draft string
			field string
		}{
			{"no days", rehearsal.Rule, 0, `{"on":["opened"]}`, "days"},
			{"a kind that is none", "weather", 7, `{}`, "kind"},
			{"a draft that is none", rehearsal.Policy, 7, `[]`, "draft"},
			{"a policy that promises nothing", rehearsal.Policy, 7, `{"name":"P","kind":"sla"}`, "promises"},
			{"routing that cannot be", rehearsal.Routing, 7, `{"policy":{"mode":"magic"}}`, "mode"},
		} {
			if _, err := start(p.Ann, row.kind, row.days, row.draft); fault.Fields(err)[row.field] == "" {
				t.Errorf("%s: got %v, want a fault about %s", row.rule, err, row.field)
			}
		}
		if _, err := start(cy, rehearsal.Rule, 7, `{"on":["opened"],"expression":"true"}`); !fault.Is(err, fault.Denied) {
			t.Errorf("who may not set up rules: got %v, want it denied", err)
		}
		r, err := start(p.Ann, rehearsal.Rule, 7, `{"on":["opened"],"expression":"true"}`)
		if err != nil {
			t.Fatal(err)
		}
		err = d.View(p.As(cy), func(tx *db.Tx) error { _, err := rehearsal.Find(tx, r.ID); return err })
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("who may not look at it: got %v, want it not found", err)
		}
		p.wait(0)
		p.wait(20 * 24 * time.Hour)
		if err := p.stage.Sweep(p.system); err != nil {
			t.Fatal(err)
		}
		err = d.View(p.As(p.Ann), func(tx *db.Tx) error { _, err := rehearsal.Find(tx, r.ID); return err })
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("after three weeks: got %v, want it gone", err)
		}
	})
}
