package app

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/mustertest"
	"muster/internal/notify"
	"muster/internal/people"
)

type wireRun struct {
	Ticket int64
	Result string
	Why    []struct {
		Condition string
		Held      bool
		Values    map[string]string
	}
	Steps []struct{ Did, Refused string }
}

// By the API a desk is given rules, macros and texts, and tells what the rules did and why.
func TestRulesAPI(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d := startDesk(t, url)
		cleo := d.hire("Cleo Crane", access.Admin)
		var text, macro, rule struct{ ID string }
		d.must("POST", "/templates", json.RawMessage(`{"name":"Received","offered":true,"texts":{"de":"Guten Tag {{requester.name}}","en":"Dear {{requester.first_name}}, it is #{{ticket.number}}."}}`), &text)
		d.must("POST", "/macros", json.RawMessage(`{"name":"Escalate","actions":[{"do":"set","field":"priority","value":"critical"},{"do":"tag","value":"escalated"}]}`), &macro)
		d.must("POST", "/rules", json.RawMessage(`{"name":"Gold first","active":true,"on":["opened"],"rows":[{"field":"ticket.words","op":"contains","value":"Scanner"}],"expression":"requester.domain endsWith \"fennoway.example\"",
			"actions":[{"do":"macro","value":"escalate"},{"do":"reply","value":"received"},{"do":"notify","value":"user:Cleo Crane","text":"Gold: {{ticket.title}}"}]}`), &rule)
		n, other := d.openOne("The scanner is offline"), d.openOne("A question")
		var got struct {
			Priority string
			Tags     []string
		}
		d.must("GET", fmt.Sprint("/tickets/", n), nil, &got)
		if got.Priority != "critical" || len(got.Tags) != 1 || got.Tags[0] != "escalated" {
			t.Errorf("the rule left %+v, want it critical and escalated", got)
		}
		var runs wireList[wireRun]
		d.must("GET", fmt.Sprint("/rules/", rule.ID, "/runs?limit=200&ticket=", n), nil, &runs)
		if len(runs.Items) != 1 || runs.Items[0].Ticket != n || len(runs.Items[0].Steps) != 4 || runs.Items[0].Steps[3].Did == "" || runs.Items[0].Steps[2].Did != "wrote to the customer" || len(runs.Items[0].Why) != 2 || runs.Items[0].Why[1].Values["requester.domain"] != "fennoway.example" {
			t.Errorf("the runs are %+v, want one of four steps, for two conditions", runs.Items)
		}
		mustertest.See(t, d.house.db, access.With(t.Context(), access.System(d.house.workspace.ID)), func(tx *db.Tx) error {
			actor, err := people.ActorOf(tx, cleo)
			if err != nil {
				return err
			}
			return tx.As(actor, func(tx *db.Tx) error {
				told, _, err := notify.Inbox(tx, true, "", 10)
				if len(told) != 1 || told[0].Words != "Gold: The scanner is offline" {
					t.Errorf("Cleo was told %+v, want what the rule says", told)
				}
				return err
			})
		})
		var trial struct {
			Matched bool
			Parts   []struct{ Held bool }
		}
		d.must("POST", "/rules/"+rule.ID+"/try", map[string]any{"ticket": other}, &trial)
		if trial.Matched || len(trial.Parts) != 2 || trial.Parts[0].Held || !trial.Parts[1].Held {
			t.Errorf("tried on another: %+v, want that the first condition does not hold", trial)
		}
		d.must("POST", "/macros/"+macro.ID+"/run", map[string]any{"ticket": other}, nil)
		d.must("GET", fmt.Sprint("/tickets/", other), nil, &got)
		if got.Priority != "critical" {
			t.Errorf("the macro left %+v, want it critical", got)
		}
		d.must("GET", fmt.Sprint("/rule-runs?ticket=", n), nil, &runs)
		if len(runs.Items) != 1 {
			t.Errorf("the runs on the ticket are %+v, want one", runs.Items)
		}
		for path, change := range map[string][2]string{
			"/api/v1/rules/" + rule.ID:     {`{"name":"Gold","active":false,"wait_minutes":60,"place":1}`, `"name":"Gold","place":1,"active":false,"on":["opened"],"wait_minutes":60`},
			"/api/v1/macros/" + macro.ID:   {`{"name":"Raise","roles":["admin"]}`, `"roles":["admin"]`},
			"/api/v1/templates/" + text.ID: {`{"texts":{"en":"Hello"}}`, `"texts":{"en":"Hello"}`},
		} {
			etag := d.ask("GET", path, "").Header.Get("ETag")
			if r := d.ask("PATCH", path, change[0], "If-Match: "+etag); r.Status != 200 || !strings.Contains(string(r.Body), change[1]) {
				t.Errorf("a change of %s: %d %s, want %s", path, r.Status, r.Body, change[1])
			}
			if r := d.ask("PATCH", path, change[0], "If-Match: "+etag); r.Status != 412 {
				t.Errorf("a late change of %s: %d %s, want 412", path, r.Status, r.Body)
			}
		}
		d.rulesAreGuarded(t, rule.ID, macro.ID, text.ID)
	})
}

// rulesAreGuarded shows what is refused, who may not, and what goes.
func (d *running) rulesAreGuarded(t *testing.T, rule, macro, text string) {
	t.Helper()
	for _, row := range []struct{ rule, method, path, body, field, says string }{
		{"an expression that is none", "POST", "/rules", `{"name":"x","active":true,"on":["opened"],"expression":"ticket.moon","actions":[{"do":"tag","value":"x"}]}`, "body.expression", "At character 8"},
		{"nothing to listen to", "POST", "/rules", `{"name":"x","active":true,"on":[],"actions":[{"do":"tag","value":"x"}]}`, "body.on", "Choose"},
		{"a calendar that there is not", "POST", "/rules", `{"name":"x","active":true,"on":["opened"],"wait_minutes":60,"wait_calendar":"Moon","actions":[{"do":"tag","value":"x"}]}`, "body.wait_calendar", "no calendar"},
		{"a calendar that there is not, in a change", "PATCH", "/rules/" + rule, `{"wait_minutes":60,"wait_calendar":"Moon"}`, "body.wait_calendar", "no calendar"},
		{"a wait of seven hundred days", "POST", "/rules", `{"name":"x","active":true,"on":["opened"],"wait_minutes":1008000,"actions":[{"do":"tag","value":"x"}]}`, "body.wait_minutes", "at most"},
		{"an action that cannot be", "PATCH", "/rules/" + rule, `{"actions":[{"do":"set","field":"state","value":"Frozen"}]}`, "body.actions.0", "there is no state"},
		{"a variable that is none", "PATCH", "/templates/" + text, `{"texts":{"en":"{{shoe}}"}}`, "body.texts.en", "no variable"},
		{"a macro that does nothing", "PATCH", "/macros/" + macro, `{"actions":[]}`, "body.actions", "at least one"},
	} {
		r := d.ask(row.method, "/api/v1"+row.path, row.body)
		if r.Status != 422 || !strings.Contains(r.problem(t).about(row.field), row.says) {
			t.Errorf("%s: %d %s, want %q about %s", row.rule, r.Status, r.Body, row.says, row.field)
		}
	}
	var verdict struct {
		Sound   bool
		Problem string
	}
	d.must("POST", "/expressions/check", map[string]any{"expression": "now.hour >"}, &verdict)
	if verdict.Sound || !strings.Contains(verdict.Problem, "ends too early") {
		t.Errorf("an expression that ends too early: %+v", verdict)
	}
	d.token = d.mintToken("customer-support")
	for _, row := range []struct{ method, path, body string }{{"GET", "/rules", ""}, {"POST", "/rules", `{"name":"x","active":true,"on":["opened"],"actions":[{"do":"tag","value":"x"}]}`}, {"DELETE", "/rules/" + rule, ""},
		{"GET", "/rules/" + rule + "/runs", ""}, {"POST", "/rules/" + rule + "/try", `{"ticket":1}`}, {"DELETE", "/templates/" + text, ""}, {"POST", "/expressions/check", `{"expression":"true"}`}} {
		if r := d.ask(row.method, "/api/v1"+row.path, row.body); r.Status != 403 {
			t.Errorf("%s %s by an agent: %d %s, want 403", row.method, row.path, r.Status, r.Body)
		}
	}
	if r := d.ask("GET", "/api/v1/macros", ""); r.Status != 200 || strings.Contains(string(r.Body), "Raise") {
		t.Errorf("macros of an agent: %d %s, want none that is for others", r.Status, r.Body)
	}
	d.token = d.mintToken(access.Admin)
	for _, row := range []struct {
		path   string
		status int
	}{{"/macros/" + macro, 409}, {"/templates/" + text, 409}, {"/rules/" + rule, 204}, {"/rules/" + rule, 404}, {"/macros/" + macro, 204}, {"/templates/" + text, 204}} {
		if r := d.ask("DELETE", "/api/v1"+row.path, ""); r.Status != row.status {
			t.Errorf("remove %s: %d %s, want %d", row.path, r.Status, r.Body, row.status)
		}
	}
}
