package automation_test

import (
	"strings"
	"testing"
	"time"

	"muster/internal/automation"
	"muster/internal/fault"
)

// facts are those of a ticket that the tests of conditions ask about.
func facts() automation.Facts {
	return automation.Facts{
		Ticket: automation.TicketFacts{Number: 7, Kind: "request", Title: "Café printer", Words: "cafe printer", State: "open", Category: "open", Priority: "high",
			TeamID: "t1", Team: "Tier 1", Tags: []string{"vip", "hardware"}, Fields: map[string]string{"site": "North"}, Replies: 2, Age: 5.5},
		Requester:    automation.RequesterFacts{Name: "Carla Cole", Address: "carla@acme.example", Domain: "acme.example"},
		Organisation: automation.OrganisationFacts{Name: "Acme", Tier: "gold"},
		Message:      automation.MessageFacts{Text: "My Invoice is wrong", Words: "my invoice is wrong", From: "customer"},
		Event:        automation.Event{Trigger: automation.Changed, By: "human", Changed: []string{"priority"}, From: "normal", To: "high"},
		Now:          automation.NowFacts{Hour: 22, Weekday: "saturday"},
	}
}

// holds decides a rule of one condition.
func holds(t *testing.T, c automation.Condition) bool {
	t.Helper()
	r, err := automation.Compile(automation.Rule{Definition: automation.Definition{On: []automation.Trigger{automation.Changed}, Condition: c}})
	if err != nil {
		t.Fatalf("%+v: %v", c, err)
	}
	outcomes := automation.Decide([]automation.Compiled{r}, facts())
	if len(outcomes) != 1 || outcomes[0].Problem != "" {
		t.Fatalf("%+v: got %+v, want one outcome without a problem", c, outcomes)
	}
	return outcomes[0].Matched
}

func TestRows(t *testing.T) {
	for _, row := range []struct {
		rule             string
		field, op, value string
		want             bool
	}{
		{"a choice is what it is", "ticket.priority", "is", "high", true},
		{"and is not what it is not", "ticket.priority", "is-not", "high", false},
		{"one of several", "ticket.priority", "one-of", "critical, high", true},
		{"none of several", "ticket.priority", "one-of", "low", false},
		{"titles are found without accents and capitals", "ticket.words", "contains", "CAFÉ", true},
		{"what is not there", "ticket.words", "contains-not", "scanner", true},
		{"a beginning", "ticket.words", "begins", "Cafe", true},
		{"an end", "requester.address", "ends", "@ACME.example", true},
		{"an organisation, however it is written", "organisation.name", "is", "acme", true},
		{"a tag", "ticket.tags", "contains", "VIP", true},
		{"a part of a tag is none", "ticket.tags", "contains", "hard", false},
		{"a tag that is not there", "ticket.tags", "contains-not", "spam", true},
		{"tags at all", "ticket.tags", "empty", "", false},
		{"a field of the ticket's own", "field:site", "is", "North", true},
		{"a field that is not there is empty", "field:floor", "empty", "", true},
		{"more", "ticket.age", "more", "5", true},
		{"not more", "ticket.age", "more", "5.5", false},
		{"less", "ticket.replies", "less", "3", true},
		{"yes", "message.automatic", "is", "yes", false},
		{"no", "message.automatic", "is", "no", true},
		{"a team is compared by its id", "ticket.team_id", "is", "t1", true},
		{"what was changed", "event.changed", "contains", "priority", true},
		{"from what", "event.from", "is", "normal", true},
		{"the hour", "now.hour", "more", "20", true},
		{"the day", "now.weekday", "one-of", "saturday,sunday", true},
		{"what is typed is text, not code", "ticket.words", "is", `x" or true or "`, false},
		{"nor does a line end it", "ticket.words", "contains", "a\nb", false},
	} {
		c := automation.Condition{Rows: []automation.Row{{Field: row.field, Op: automation.Op(row.op), Value: row.value}}}
		if got := holds(t, c); got != row.want {
			source, _ := c.Source()
			t.Errorf("%s: got %v, want %v (%s)", row.rule, got, row.want, source)
		}
	}
}

func TestRowsTogether(t *testing.T) {
	yes := automation.Row{Field: "ticket.priority", Op: automation.Is, Value: "high"}
	no := automation.Row{Field: "ticket.priority", Op: automation.Is, Value: "low"}
	for _, row := range []struct {
		rule string
		c    automation.Condition
		want bool
	}{
		{"no condition always holds", automation.Condition{}, true},
		{"all must hold", automation.Condition{Rows: []automation.Row{yes, no}}, false},
		{"one is enough", automation.Condition{Any: true, Rows: []automation.Row{yes, no}}, true},
		{"one is enough, and there is none", automation.Condition{Any: true, Rows: []automation.Row{no, no}}, false},
		{"the expression must hold beside", automation.Condition{Any: true, Rows: []automation.Row{yes, no}, Expression: "false"}, false},
		{"a comment at its end hides nothing", automation.Condition{Rows: []automation.Row{no}, Expression: "true // all"}, false},
		{"an or in it does not reach out", automation.Condition{Rows: []automation.Row{no}, Expression: "false or true"}, false},
		{"an expression alone", automation.Condition{Expression: `organisation.tier == "gold" and any(ticket.tags, # == "vip")`}, true},
		{"a pattern", automation.Condition{Expression: `message.text matches "(?i)invoice .* wrong$"`}, true},
		{"what happened, by its name", automation.Condition{Expression: `event.trigger == "changed" and event.trigger in ["changed", "moved"]`}, true},
	} {
		if got := holds(t, row.c); got != row.want {
			t.Errorf("%s: got %v, want %v", row.rule, got, row.want)
		}
	}
}

// Each fact that the form offers can be asked about in each way that it bears.
func TestFieldsAreFacts(t *testing.T) {
	for _, f := range automation.Fields() {
		for _, op := range f.Kind.Ops() {
			value := map[automation.FieldKind]string{automation.Figure: "1", automation.Truth: "yes"}[f.Kind]
			if value == "" {
				value = "x"
			}
			holds(t, automation.Condition{Rows: []automation.Row{{Field: f.Path, Op: op, Value: value}}})
		}
	}
}

func TestExpressionsAreChecked(t *testing.T) {
	for _, row := range []struct{ rule, source, says string }{
		{"a fact that is none", `foo == 1`, "At character 1: there is no fact “foo”; there are ticket, requester"},
		{"a field that is none", `ticket.colour == "red"`, "At character 8: there is no ticket.colour; there are number, kind"},
		{"what ends too early", `ticket.priority ==`, "ends too early"},
		{"what does not belong", `ticket.number < > 3`, `At character 17: “>” is not expected here`},
		{"a bracket too many", `(true))`, `“)” is not expected here`},
		{"a line that it is in", "true\nand fooo", "At line 2, character 5"},
		{"what is no truth", `ticket.number`, "a condition is true or false, and this is a number"},
		{"unlike things", `ticket.number == "x"`, "At character 15: "},
		{"unlike things, in our words", `ticket.tags contains "x"`, "“contains” does not go with a list and a text"},
		{"a list that lacks a comma", `ticket.priority in ["high" "low"]`, "“low” is not expected here"},
		{"a number that is none of ours", `ticket.number > 99999999999999999999`, "the number is too large"},
		{"a text where a truth belongs", `ticket.title ? true : false`, "and this is a text"},
		{"a part of a text", `ticket.title.length > 3`, "a text has nothing called length"},
		{"too many parts", "true" + strings.Repeat(" or true", 200), "more than 300 parts"},
		{"no other way in", `$env.ticket.title == ""`, "there is no fact"},
		{"what is hidden stays so", `event.entry == ""`, "there is no event.entry"},
	} {
		err := automation.CheckExpression(row.source)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Fields(err)["expression"], row.says) {
			t.Errorf("%s: got %v, want %q", row.rule, err, row.says)
		}
	}
}

// A condition is hostile input: nothing in it loops, grows, or reaches out.
func TestHostileExpressions(t *testing.T) {
	pairs := strings.Repeat("(", 900) + "true" + strings.Repeat(")", 900)
	for _, row := range []struct{ rule, source string }{
		{"a range", `all(1..1000000, true)`},
		{"a loop in a loop", `any(ticket.tags, any(ticket.tags, true))`},
		{"a loop in a loop, wrapped", `any(ticket.tags, len(ticket.tags) > 0 and (true ? none(ticket.tags, false) : false))`},
		{"what grows in a loop", `reduce(ticket.tags, #acc + #) == ""`},
		{"what grows by names", `let x = ticket.title + ticket.title; x + x == ""`},
		{"what repeats", `repeat("a", 100000000) == ""`},
		{"a pattern of a million", `ticket.title matches "(a{1000}){1000}"`},
		{"a large pattern", `ticket.title matches "` + strings.Repeat("(a|b|c|.{9})*", 60) + `"`},
		{"several that are large together", strings.TrimSuffix(strings.Repeat(`ticket.title matches "a{90}" or `, 9), " or ")},
		{"a pattern that is made", `ticket.title matches (ticket.title + ".*")`},
		{"a method", `event.changed.Len() == 1`},
		{"a function of its own", `print("x")`},
		{"the clock", `now() > date("2020-01-01")`},
		{"a place in a list", `ticket.tags[99999999] == "x"`},
		{"a slice", `ticket.tags[1:2] == []`},
		{"a division", `1 / 0 == 1`},
		{"a power", `2 ** 1000000 > 1`},
		{"a text that is too long", `"` + strings.Repeat("x", 3000) + `" == ""`},
		{"too many parts", "true" + strings.Repeat(" or true", 400)},
		{"too many that wait for their end", strings.Repeat("(", 1990)},
		{"several of them", "true; true"},
	} {
		began := time.Now()
		if err := automation.CheckExpression(row.source); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: got %v, want a refusal", row.rule, err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("%s: it took %v to refuse", row.rule, took)
		}
	}
	if err := automation.CheckExpression(pairs); err != nil {
		t.Errorf("brackets do no harm: got %v", err)
	}
}

// The worst that is allowed takes a moment at most, on the largest text there is.
func TestAllowedExpressionsAreQuick(t *testing.T) {
	f := facts()
	f.Message.Text = strings.Repeat("ab ", 8000/3)
	for range 50 {
		f.Ticket.Tags = append(f.Ticket.Tags, strings.Repeat("x", 60))
	}
	for _, source := range []string{
		`message.text matches "(a|b| )*(a|b| )*(a|b| )*(a|b| )*c"`,
		`any(ticket.tags, message.text contains #)`,
		`any(ticket.tags, (message.text + message.text + message.text) contains #)`,
		`any(ticket.tags, lower(message.text + message.text) contains #)`,
	} {
		r, err := automation.Compile(automation.Rule{Definition: automation.Definition{On: []automation.Trigger{automation.Changed}, Condition: automation.Condition{Expression: source}}})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		automation.Decide([]automation.Compiled{r}, f)
		if took := time.Since(began); took > 500*time.Millisecond {
			t.Errorf("%s took %v", source, took)
		}
	}
}

func TestDecide(t *testing.T) {
	made := func(name, expression string, stop bool, on ...automation.Trigger) automation.Compiled {
		r, err := automation.Compile(automation.Rule{Name: name, Definition: automation.Definition{On: on, Stop: stop, Condition: automation.Condition{Expression: expression}}})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for _, row := range []struct {
		rule  string
		rules []automation.Compiled
		want  string // those asked, in order; those that matched in capitals
	}{
		{"all are asked in their order", []automation.Compiled{made("a", "", false, automation.Changed), made("b", "false", false, automation.Changed), made("c", "", false, automation.Changed)}, "A b C"},
		{"after one that stops, none is", []automation.Compiled{made("a", "", true, automation.Changed), made("b", "", false, automation.Changed)}, "A"},
		{"one that stops and does not match stops nothing", []automation.Compiled{made("a", "false", true, automation.Changed), made("b", "", false, automation.Changed)}, "a B"},
		{"one that listens to something else is not asked", []automation.Compiled{made("a", "", true, automation.Opened), made("b", "", false, automation.Linked, automation.Changed)}, "B"},
		{"no rules", nil, ""},
	} {
		var got []string
		for _, o := range automation.Decide(row.rules, facts()) {
			name := o.Rule.Name
			if o.Matched {
				name = strings.ToUpper(name)
			}
			got = append(got, name)
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%s: got %v, want %s", row.rule, got, row.want)
		}
	}
}

func TestExplain(t *testing.T) {
	r := automation.Rule{Definition: automation.Definition{Condition: automation.Condition{
		Rows:       []automation.Row{{Field: "ticket.priority", Op: automation.Is, Value: "high"}, {Field: "field:site", Op: automation.Is, Value: "South"}},
		Expression: `ticket.age > 5 and (organisation.tier == "gold" or "vip" in ticket.tags)`,
	}}}
	parts, err := automation.Explain(r, facts())
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		held   bool
		values string
	}{{true, "ticket.priority=high"}, {false, "ticket.fields.site=North"}, {true, "ticket.age=5.50"}, {true, "organisation.tier=gold ticket.tags=vip, hardware"}}
	if len(parts) != len(want) {
		t.Fatalf("got %+v, want %d parts", parts, len(want))
	}
	for i, p := range parts {
		var values []string
		for _, v := range p.Values {
			values = append(values, v.Fact+"="+v.Is)
		}
		if got := strings.Join(values, " "); p.Held != want[i].held || got != want[i].values {
			t.Errorf("part %d, %s: got %v, %q, want %v, %q", i, p.Text, p.Held, got, want[i].held, want[i].values)
		}
	}
}
