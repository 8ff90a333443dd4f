package automation_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/automation"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/people"
	"muster/internal/template"
	"muster/internal/ticket"
)

// desk is a house with a clerk, and what its hands were asked to do.
type desk struct {
	*mustertest.House
	t     *testing.T
	clerk *automation.Clerk
	ann   context.Context
	told  []string
}

func newDesk(t *testing.T, d *db.DB) *desk {
	h := mustertest.NewHouse(t, d)
	k := &desk{House: h, t: t, ann: h.As(h.Ann)}
	k.clerk = automation.NewClerk(d, h.Bus, h.Desk, automation.Hands{
		Notify: func(_ *db.Tx, users, teams []string, t *ticket.Ticket, say string) error {
			k.told = append(k.told, fmt.Sprint(len(users), " users, ", len(teams), " teams: ", say))
			return nil
		},
		Webhook: func(tx *db.Tx, hook string, t *ticket.Ticket, say string) error {
			k.told = append(k.told, "hook "+hook+" by "+tx.Name+": "+say)
			return nil
		},
		Hooks: func(*db.Tx) ([]automation.Choosable, error) {
			return []automation.Choosable{{ID: "h1", Name: "Chat"}}, nil
		}})
	return k
}

// each runs a story on both engines.
func each(t *testing.T, f func(k *desk)) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) { f(newDesk(t, d)) })
}

// rule saves an active rule that must be sound.
func (k *desk) rule(name string, on automation.Trigger, change ...func(*automation.Rule)) automation.Rule {
	k.t.Helper()
	r := automation.Rule{Name: name, Active: true, Definition: automation.Definition{On: []automation.Trigger{on}, Actions: []automation.Action{{Do: automation.Tag, Value: name}}}}
	for _, f := range change {
		f(&r)
	}
	mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) (err error) { r, err = k.clerk.SaveRule(tx, r); return err })
	return r
}

func does(actions ...automation.Action) func(*automation.Rule) {
	return func(r *automation.Rule) { r.Actions = actions }
}

func when(expression string) func(*automation.Rule) {
	return func(r *automation.Rule) { r.Expression = expression }
}

func after(d time.Duration) func(*automation.Rule) { return func(r *automation.Rule) { r.Wait = d } }

func stops(r *automation.Rule) { r.Stop = true }

func (k *desk) see(n int64) (t *ticket.Ticket) {
	k.t.Helper()
	mustertest.See(k.t, k.DB, k.ann, func(tx *db.Tx) (err error) { t, err = ticket.Find(tx, n); return err })
	return t
}

func (k *desk) change(n int64, c ticket.Change) {
	k.t.Helper()
	mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) error { _, err := k.Desk.Change(tx, n, ticket.Any, c); return err })
}

func (k *desk) runs(q automation.RunQuery) (all []automation.Run) {
	k.t.Helper()
	mustertest.See(k.t, k.DB, k.ann, func(tx *db.Tx) (err error) { all, _, err = automation.Runs(tx, q); return err })
	return all
}

func (k *desk) say(n int64, kind ticket.EntryKind, words string) {
	k.t.Helper()
	if _, _, err := k.Write(k.ann, n, kind, words); err != nil {
		k.t.Fatal(err)
	}
}

// tags are those of a ticket, in the order of their alphabet.
func (k *desk) tags(n int64) string {
	tags := k.see(n).Tags
	slices.Sort(tags)
	return strings.Join(tags, " ")
}

// days lets time pass, and has what is due done: each minute of a short while, each hour of a long one.
func (k *desk) days(d time.Duration) {
	k.t.Helper()
	step := time.Minute
	if d > 24*time.Hour {
		step = time.Hour
	}
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(step)
		if err := k.Bus.WorkOff(k.t.Context()); err != nil {
			k.t.Fatal(err)
		}
	}
}

func ptr[T any](v T) *T { return &v }

func TestTriggers(t *testing.T) {
	each(t, func(k *desk) {
		for _, on := range automation.Triggers() {
			k.rule(string(on), on)
		}
		one, other := k.Open(k.ann, "One", "It is broken."), k.Open(k.ann, "Other", "It is broken, too.")
		for _, row := range []struct {
			rule string
			do   func()
			want string // tags that are new
		}{
			{"what is opened triggers that, and not its first message", func() {}, "changed opened"}, // the tag that a rule adds is a change
			{"what an agent changes", func() { k.change(one.Number, ticket.Change{Title: ptr("Printer")}) }, ""},
			{"a customer's message", func() { k.say(one.Number, ticket.FromCustomer, "Still.") }, "asked"},
			{"a reply, which takes the ticket up", func() { k.say(one.Number, ticket.Reply, "We look at it.") }, "moved replied"},
			{"a note", func() { k.say(one.Number, ticket.Note, "Odd.") }, "noted"},
			{"a link", func() {
				mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) error { return ticket.Link(tx, one.Number, ticket.Relates, other.Number) })
			}, "linked"},
			{"another that goes into it", func() {
				mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) error { _, err := k.Desk.Merge(tx, other.Number, one.Number); return err })
			}, "merged"},
			{"what other subjects tell of", func() {
				for _, on := range []automation.Trigger{automation.Surveyed, automation.Warned, automation.Broken} {
					mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) error {
						return k.clerk.Hear(tx, one.ID, automation.Event{Trigger: on})
					})
				}
			}, "broken surveyed warned"},
		} {
			before := strings.Fields(k.tags(one.Number))
			if row.want == "changed opened" {
				before = nil
			}
			row.do()
			fresh := slices.DeleteFunc(strings.Fields(k.tags(one.Number)), func(s string) bool { return slices.Contains(before, s) })
			if got := strings.Join(fresh, " "); got != row.want {
				t := k.t
				t.Errorf("%s: got the tags %q, want %q", row.rule, got, row.want)
			}
		}
	})
}

// What a machine wrote, and what is put aside, triggers nothing.
func TestQuietTriggersNothing(t *testing.T) {
	each(t, func(k *desk) {
		k.rule("asked", automation.Asked)
		k.rule("changed", automation.Changed)
		one := k.Open(k.ann, "One", "It is broken.")
		body, _ := ticket.Compose("I am away.")
		mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) error {
			_, _, err := k.Desk.Write(tx, one.Number, ticket.Writing{Kind: ticket.FromCustomer, Quiet: true, Body: body})
			return err
		})
		mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) error { _, err := ticket.Shelve(tx, one.Number, ticket.InSpam); return err })
		k.change(one.Number, ticket.Change{Title: ptr("Spam")})
		if got := k.tags(one.Number); got != "" {
			k.t.Errorf("got the tags %q, want none", got)
		}
	})
}

func TestOrderAndStop(t *testing.T) {
	each(t, func(k *desk) {
		k.rule("a", automation.Opened)
		b := k.rule("b", automation.Opened, stops)
		c := k.rule("c", automation.Opened)
		off := k.rule("off", automation.Opened, func(r *automation.Rule) { r.Active = false })
		if got := k.tags(k.Open(k.ann, "One", "x").Number); got != "a b" {
			k.t.Errorf("after a rule that stops: got %q, want a b", got)
		}
		mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) error { return k.clerk.MoveRule(tx, c.ID, 1) })
		if got := k.tags(k.Open(k.ann, "Two", "x").Number); got != "a b c" {
			k.t.Errorf("with c moved to the first place: got %q, want a b c", got)
		}
		off.Active, b.Active = true, false
		mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) error {
			_, err := k.clerk.SaveRule(tx, b)
			if err == nil {
				_, err = k.clerk.SaveRule(tx, off)
			}
			return err
		})
		if got := k.tags(k.Open(k.ann, "Three", "x").Number); got != "a c off" {
			k.t.Errorf("with b off and another on: got %q, want a c off", got)
		}
		mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) error { return k.clerk.RemoveRule(tx, c.ID) })
		if got := k.tags(k.Open(k.ann, "Four", "x").Number); got != "a off" {
			k.t.Errorf("without c: got %q, want a off", got)
		}
	})
}

func TestActions(t *testing.T) {
	each(t, func(k *desk) {
		var macro automation.Macro
		mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) (err error) {
			if _, err = template.Save(tx, template.Template{Name: "Received", Texts: []template.Text{{Language: "en", Body: "Dear {{requester.first_name}}, we have #{{ticket.number}}: {{ticket.title}}."}}}); err != nil {
				return err
			}
			macro, err = k.clerk.SaveMacro(tx, automation.Macro{Name: "Both", Actions: []automation.Action{{Do: automation.Tag, Value: "m1"}, {Do: automation.Tag, Value: "m2"}}})
			return err
		})
		target := k.Open(k.ann, "Target", "x")
		for _, row := range []struct {
			rule   string
			action automation.Action
			done   func(t *ticket.Ticket) bool
		}{
			{"set the state, by its name", automation.Action{Do: automation.Set, Field: "state", Value: "Waiting on third party"}, func(t *ticket.Ticket) bool { return t.Category == ticket.Waiting }},
			{"set the priority", automation.Action{Do: automation.Set, Field: "priority", Value: "P1"}, func(t *ticket.Ticket) bool { return t.Priority == ticket.Critical }},
			{"set the impact", automation.Action{Do: automation.Set, Field: "impact", Value: "high"}, func(t *ticket.Ticket) bool { return t.Impact == ticket.High }},
			{"set the urgency", automation.Action{Do: automation.Set, Field: "urgency", Value: "low"}, func(t *ticket.Ticket) bool { return t.Urgency == ticket.Low }},
			{"set a field", automation.Action{Do: automation.Set, Field: "field:site", Value: "North"}, func(t *ticket.Ticket) bool { return t.Fields["site"] == "North" }},
			{"assign to an agent, by name", automation.Action{Do: automation.Assign, Field: "user", Value: "Bob Burrow"}, func(t *ticket.Ticket) bool { return t.Assignee == k.Bob.ID }},
			{"give to a team", automation.Action{Do: automation.Assign, Field: "team", Value: "tier 2"}, func(t *ticket.Ticket) bool { return t.Team == k.Tier2.ID }},
			{"to nobody", automation.Action{Do: automation.Assign, Field: "team"}, func(t *ticket.Ticket) bool { return t.Team == "" }},
			{"tag", automation.Action{Do: automation.Tag, Value: "vip"}, func(t *ticket.Ticket) bool { return slices.Contains(t.Tags, "vip") }},
			{"untag", automation.Action{Do: automation.Untag, Value: "RED"}, func(t *ticket.Ticket) bool { return !slices.Contains(t.Tags, "red") }},
			{"reply from a template", automation.Action{Do: automation.Reply, Value: "received"}, func(t *ticket.Ticket) bool {
				return t.Snippet == fmt.Sprintf("Dear Carla, we have #%d: *One*.", t.Number)
			}},
			{"note", automation.Action{Do: automation.Note, Text: "For {{ticket.team}}"}, func(t *ticket.Ticket) bool { return t.Entries == 2 }},
			{"notify the team", automation.Action{Do: automation.Notify, Value: "team", Text: "Look at {{ticket.title}}"}, func(*ticket.Ticket) bool { return slices.Contains(k.told, "0 users, 1 teams: Look at *One*") }},
			{"notify an agent", automation.Action{Do: automation.Notify, Value: "user:Bob Burrow", Text: "Hm"}, func(*ticket.Ticket) bool { return slices.Contains(k.told, "1 users, 0 teams: Hm") }},
			{"webhook", automation.Action{Do: automation.Webhook, Value: "chat", Text: "See {{ticket.title}}"}, func(*ticket.Ticket) bool {
				return slices.Contains(k.told, "hook h1 by Rule “webhook”: See *One*")
			}},
			{"link", automation.Action{Do: automation.Link, Value: fmt.Sprint("#", target.Number)}, func(t *ticket.Ticket) bool { return k.linked(t) == target.Number }},
			{"run a macro", automation.Action{Do: automation.Use, Value: macro.ID}, func(t *ticket.Ticket) bool { return slices.Contains(t.Tags, "m1") && slices.Contains(t.Tags, "m2") }},
		} {
			k.told = nil
			r := k.rule(row.rule, automation.Opened, does(row.action))
			one := k.Open(k.ann, "*One*", "x")
			if row.action.Do == automation.Untag {
				one = k.tagged()
			}
			if !row.done(k.see(one.Number)) {
				k.t.Errorf("%s: not done to %+v; told %v; runs %+v", row.rule, k.see(one.Number), k.told, k.runs(automation.RunQuery{Rule: r.ID}))
			}
			mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) error { return k.clerk.RemoveRule(tx, r.ID) })
		}
	})
}

// tagged opens a ticket that has tags from its beginning.
func (k *desk) tagged() (t *ticket.Ticket) {
	mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) (err error) {
		t, err = k.Desk.Open(tx, ticket.Draft{Title: "Tagged", Tags: []string{"red", "blue"}})
		return err
	})
	return t
}

func (k *desk) linked(t *ticket.Ticket) (other int64) {
	mustertest.See(k.t, k.DB, k.ann, func(tx *db.Tx) error {
		near, err := ticket.Links(tx, t)
		for _, n := range near {
			other = n.Ticket.Number
		}
		return err
	})
	return other
}

// An action that cannot be done does not undo what happened, nor keep the rest from being done.
func TestRefusedActions(t *testing.T) {
	each(t, func(k *desk) {
		r := k.rule("sad", automation.Opened, does(
			automation.Action{Do: automation.Set, Field: "state", Value: "Under investigation"}, // of complaints
			automation.Action{Do: automation.Notify, Value: "assignee", Text: "x"},
			automation.Action{Do: automation.Webhook, Value: "h1"},
			automation.Action{Do: automation.Tag, Value: "done"}))
		k.clerk.Hands = automation.Hands{}
		one := k.Open(k.ann, "One", "x")
		if got := k.tags(one.Number); got != "done" {
			k.t.Errorf("got the tags %q, want done", got)
		}
		runs := k.runs(automation.RunQuery{Rule: r.ID})
		if len(runs) != 1 || len(runs[0].Steps) != 4 {
			k.t.Fatalf("got %+v, want one run of four steps", runs)
		}
		for i, says := range []string{"A request has no state", "does not notify", "no webhooks", ""} {
			if s := runs[0].Steps[i]; !strings.Contains(s.Refused, says) || (says == "") != (s.Refused == "") {
				k.t.Errorf("step %d: got %+v, want %q", i, s, says)
			}
		}
	})
}

// What a rule writes is a machine's, not an agent's answer, and machines are not answered.
func TestAutomaticReplies(t *testing.T) {
	each(t, func(k *desk) {
		k.rule("ack", automation.Asked, does(automation.Action{Do: automation.Reply, Text: "Hello {{requester.name}}, this is {{agent.name}}."}))
		k.rule("again", automation.Replied)
		one := k.Open(k.ann, "One", "x")
		k.say(one.Number, ticket.FromCustomer, "Well?")
		now := k.see(one.Number)
		if now.Replies != 0 || !now.RepliedAt.IsZero() || now.Category != ticket.New || k.tags(one.Number) != "" {
			k.t.Errorf("an automatic answer counts as one: %d replies, at %v, %s, tags %v", now.Replies, now.RepliedAt, now.State, now.Tags)
		}
		var last *ticket.Entry
		mustertest.See(k.t, k.DB, k.ann, func(tx *db.Tx) error {
			all, err := ticket.Entries(tx, now, "", 10)
			last = all[len(all)-1]
			return err
		})
		if last.Kind != ticket.Automatic || last.Author.Kind != access.Auto || !last.Quiet || last.Body.Text != "Hello Carla Cole, this is Quillmere." {
			k.t.Errorf("got %+v, want an automatic entry of the workspace's", last)
		}
		body, _ := ticket.Compose("Nightly report")
		var quiet *ticket.Ticket
		k.rule("first", automation.Opened, does(automation.Action{Do: automation.Reply, Text: "Hello."}))
		mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) (err error) {
			quiet, err = k.Desk.Open(tx, ticket.Draft{Title: "Report", Requester: k.Carla.ID, First: &ticket.Writing{Kind: ticket.FromCustomer, Quiet: true, Body: body}})
			return err
		})
		if n := k.see(quiet.Number).Entries; n != 1 {
			k.t.Errorf("a machine was answered: %d entries, want 1", n)
		}
	})
}

func TestRights(t *testing.T) {
	each(t, func(k *desk) {
		r := k.rule("a", automation.Opened)
		var bob people.User
		mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) (err error) {
			bob, err = people.AddUser(tx, people.NewUser{Email: "cleo@quillmere.example", Name: "Cleo", Role: "customer-support"})
			return err
		})
		agent := k.As(bob)
		for what, f := range map[string]func(*db.Tx) error{
			"list":   func(tx *db.Tx) error { _, err := automation.Rules(tx); return err },
			"find":   func(tx *db.Tx) error { _, err := automation.FindRule(tx, r.ID); return err },
			"save":   func(tx *db.Tx) error { _, err := k.clerk.SaveRule(tx, r); return err },
			"move":   func(tx *db.Tx) error { return k.clerk.MoveRule(tx, r.ID, 1) },
			"remove": func(tx *db.Tx) error { return k.clerk.RemoveRule(tx, r.ID) },
			"try":    func(tx *db.Tx) error { _, err := k.clerk.Try(tx, r, 1); return err },
			"runs":   func(tx *db.Tx) error { _, _, err := automation.Runs(tx, automation.RunQuery{}); return err },
			"macro":  func(tx *db.Tx) error { _, err := k.clerk.SaveMacro(tx, automation.Macro{Name: "x"}); return err },
			"text": func(tx *db.Tx) error {
				_, err := template.Save(tx, template.Template{Name: "x"})
				return err
			},
		} {
			if err := k.DB.Update(agent, f); !fault.Is(err, fault.Denied) {
				k.t.Errorf("%s by an agent: got %v, want a refusal", what, err)
			}
		}
	})
}

func TestRefusedRules(t *testing.T) {
	each(t, func(k *desk) {
		tag := []automation.Action{{Do: automation.Tag, Value: "x"}}
		good := automation.Definition{On: []automation.Trigger{automation.Opened}, Actions: tag}
		with := func(f func(*automation.Definition)) automation.Definition { d := good; f(&d); return d }
		action := func(a automation.Action) automation.Definition {
			return with(func(d *automation.Definition) { d.Actions = []automation.Action{tag[0], a} })
		}
		row := func(field string, op automation.Op, value string) automation.Definition {
			return with(func(d *automation.Definition) { d.Rows = []automation.Row{{Field: field, Op: op, Value: value}} })
		}
		for _, row := range []struct {
			rule, name  string
			d           automation.Definition
			field, says string
		}{
			{"no name", " ", good, "name", "Give it a name"},
			{"nothing it listens to", "x", with(func(d *automation.Definition) { d.On = nil }), "on", "Choose at least one"},
			{"an event that is none", "x", with(func(d *automation.Definition) { d.On = []automation.Trigger{"sneezed"} }), "on", "sneezed"},
			{"a wait of seconds", "x", with(func(d *automation.Definition) { d.Wait = time.Second }), "wait", "whole minutes"},
			{"nothing to do", "x", with(func(d *automation.Definition) { d.Actions = nil }), "actions", "add at least one"},
			{"an expression", "x", with(func(d *automation.Definition) { d.Expression = "foo" }), "expression", "At character 1"},
			{"a row about nothing", "x", with(func(d *automation.Definition) { d.Rows = []automation.Row{{Field: "moon", Op: automation.Is}} }), "rows.0", "moon"},
			{"a row that cannot be asked so", "x", with(func(d *automation.Definition) {
				d.Rows = []automation.Row{{Field: "ticket.age", Op: automation.Begins, Value: "1"}}
			}), "rows.0", "one cannot ask"},
			{"a number that is none", "x", with(func(d *automation.Definition) {
				d.Rows = []automation.Row{{Field: "ticket.age", Op: automation.More, Value: "old"}}
			}), "rows.0", "compared with a number"},
			{"a team that is none", "x", with(func(d *automation.Definition) {
				d.Rows = []automation.Row{{Field: "ticket.team_id", Op: automation.Is, Value: "Tier 9"}}
			}), "rows.0", "There is no team"},
			{"a state that no ticket is ever in", "x", row("ticket.state", automation.Is, "Wating"), "rows.0", "“State” is New, Open, Waiting on customer"},
			{"a priority that there is not", "x", row("ticket.priority", automation.OneOf, "high, hihg"), "rows.0", "“Priority” is critical, high, normal or low, not \"hihg\""},
			{"a kind that there is not", "x", row("ticket.kind", automation.IsNot, "moans"), "rows.0", "“Kind of ticket” is"},
			{"a tier that there is not", "x", row("organisation.tier", automation.Is, "platin"), "rows.0", "gold, silver or bronze"},
			{"a day that there is not", "x", row("now.weekday", automation.Is, "Sonntag"), "rows.0", "“Day of the week” is monday"},
			{"an organisation that there is not", "x", row("organisation.name", automation.Is, "Acmee"), "rows.0", "There is no organisation called"},
			{"a verb that is none", "x", action(automation.Action{Do: "dance"}), "actions.1", "dance"},
			{"a state that is none", "x", action(automation.Action{Do: automation.Set, Field: "state", Value: "Frozen"}), "actions.1", "there is no state"},
			{"a priority that is none", "x", action(automation.Action{Do: automation.Set, Field: "priority", Value: "huge"}), "actions.1", "is no priority"},
			{"an agent who is nobody", "x", action(automation.Action{Do: automation.Assign, Field: "user", Value: "Zoe"}), "actions.1", "no agent"},
			{"an agent who would be the rule", "x", action(automation.Action{Do: automation.Assign, Field: "user", Value: "me"}), "actions.1", "no agent"},
			{"a template that is none", "x", action(automation.Action{Do: automation.Reply, Value: "Hm"}), "actions.1", "no template"},
			{"a variable that is none", "x", action(automation.Action{Do: automation.Note, Text: "{{requester.shoe}}"}), "actions.1", "no variable {{requester.shoe}}"},
			{"nothing to say", "x", action(automation.Action{Do: automation.Note}), "actions.1", "say what"},
			{"nobody to notify", "x", action(automation.Action{Do: automation.Notify, Value: "all", Text: "x"}), "actions.1", "say whom"},
			{"a ticket that is none", "x", action(automation.Action{Do: automation.Link, Value: "9999"}), "actions.1", "There is no ticket"},
			{"a webhook that is none", "x", action(automation.Action{Do: automation.Webhook, Value: "x"}), "actions.1", "no webhook"},
			{"a macro that is none", "x", action(automation.Action{Do: automation.Use, Value: "x"}), "actions.1", "no macro"},
		} {
			err := k.DB.Update(k.ann, func(tx *db.Tx) error {
				_, err := k.clerk.SaveRule(tx, automation.Rule{Name: row.name, Definition: row.d})
				return err
			})
			if got := fault.Fields(err)[row.field]; !strings.Contains(got, row.says) {
				k.t.Errorf("%s: got %v (%v), want %q at %s", row.rule, err, fault.Fields(err), row.says, row.field)
			}
		}
		kept := k.rule("as people say it", automation.Opened)
		kept.Rows = []automation.Row{{Field: "ticket.state", Op: automation.OneOf, Value: "waiting on Customer, resolved"}, {Field: "ticket.kind", Op: automation.Is, Value: "Request"},
			{Field: "ticket.priority", Op: automation.Is, Value: "High"}, {Field: "event.to", Op: automation.Is, Value: "Waiting on customer"}, {Field: "organisation.name", Op: automation.Is, Value: "ACME"}}
		mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) (err error) { kept, err = k.clerk.SaveRule(tx, kept); return err })
		var values []string
		for _, r := range kept.Rows {
			values = append(values, r.Value)
		}
		if got, want := strings.Join(values, " | "), "waiting-customer,resolved | request | high | waiting-customer | Acme"; got != want {
			k.t.Errorf("kept as %q, want %q", got, want)
		}
		r := k.rule("kept", automation.Opened)
		r.Version = 7
		if err := k.DB.Update(k.ann, func(tx *db.Tx) error { _, err := k.clerk.SaveRule(tx, r); return err }); !fault.Is(err, fault.Conflict) {
			k.t.Errorf("a version that others changed: got %v, want a conflict", err)
		}
	})
}
