package app

import (
	"net/http"
	"strings"
	"testing"

	"muster/internal/access"
	"muster/internal/mustertest"
)

// A rule and a routing are rehearsed from their editors and by the API, and nothing comes of it.
func TestRehearsals(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d, ann := furnished(t, url)
		bob := d.hire("Bob Burrow", "customer-support")
		var teams wireList[struct{ ID string }]
		d.must("GET", "/teams", nil, &teams)
		team := teams.Items[0].ID
		d.must("PATCH", "/teams/"+team, map[string]any{"members": []string{bob.ID}}, nil)
		for _, title := range []string{"The printer hums", "An invoice", "A printer beeps"} {
			d.must("POST", "/tickets", map[string]any{"kind": "request", "title": title, "team": team}, nil)
		}
		var made struct{ ID, State string }
		d.must("POST", "/rehearsals", map[string]any{"kind": "rule", "days": 7, "draft": map[string]any{"name": "Printers", "on": []string{"opened"},
			"expression": `ticket.words contains "printer"`, "actions": []any{map[string]any{"do": "tag", "value": "hardware"}}}}, &made)
		var got struct {
			State        string
			Seen, Differ int
			Rows         []struct {
				Ticket     int64
				Was, Would string
			}
		}
		d.await("the rehearsal", func() bool { d.must("GET", "/rehearsals/"+made.ID, nil, &got); return got.State != "running" })
		if got.State != "done" || got.Seen != 3 || got.Differ != 2 || len(got.Rows) != 2 || got.Rows[0].Would != "tag hardware" {
			t.Errorf("got %+v, want two of three tickets", got)
		}
		page := "/settings/rehearsals/" + made.ID
		wants(t, "the result", ann.see(page), 200, "Rule “Printers”", "2 would have differed.", `href="/tickets/1"`, "#1 The printer hums", "tag hardware", "Nothing was sent or changed")
		wants(t, "the list", ann.see("/settings/rehearsals"), 200, page, "Done")
		wants(t, "nothing was done", ann.see("/tickets/1"), 200, "!hardware")
		p := ann.post("/settings/routing/"+team, "mode", "round-robin", "also", "absent", "also", "off_shift", "rehearse", "7")
		wants(t, "routing, from its editor", p, 200, "Routing", "Over the last 7 days")
		d.await("the rehearsal of routing", func() bool { return strings.Contains(ann.see("/settings/rehearsals").body, "At work") == false })
		wants(t, "what is rehearsed is not kept", ann.see("/settings/routing/"+team), 200, `value="off" checked`)
		wants(t, "routing that cannot be", ann.post("/settings/routing/"+team, "mode", "least-loaded", "capacity", "1", "weight-1", "5", "rehearse", "7"), 422, "nobody could ever take one")
		typed := []string{"name", "Invoices", "on", "opened", "expression", `ticket.words contains "invoice"`, "actions.0", "tag", "actions.0.value", "money", "rehearse", "7"}
		wants(t, "a rule, from its editor", ann.post("/settings/rules/new", typed...), 200, "Rule “Invoices”", "Over the last 7 days")
		wants(t, "the rule is not kept", ann.see("/settings/rules"), 200, "No rules yet")
		typed[5] = "ticket.words contains"
		wants(t, "a rule that cannot be", ann.post("/settings/rules/new", typed...), 422, `value="Invoices"`, "Rehearse over 30 days")
		wants(t, "a calendar, from its editor", ann.post("/settings/calendars/new", "name", "Early desk", "zone", "UTC", "monday", "06:00-14:00", "rehearse", "7"), 200, "Calendar “Early desk”", "Over the last 7 days")
		wants(t, "the calendar is not kept", ann.see("/settings/calendars"), 200, "!Early desk")
		wants(t, "a calendar that cannot be", ann.post("/settings/calendars/new", "name", "Early desk", "zone", "Mars", "monday", "06:00-14:00", "rehearse", "7"), 422, "is no time zone", `value="Early desk"`)
		wants(t, "a policy that cannot be", ann.post("/settings/policies/new", "name", "Gold", "kind", "sla", "rehearse", "7"), 422, "Promise something", `value="Gold"`)
		if status, _ := d.call("POST", "/rehearsals", map[string]any{"kind": "policy", "days": 7, "draft": map[string]any{"name": "P"}}, nil); status != http.StatusUnprocessableEntity {
			t.Errorf("a policy that promises nothing: %d, want 422", status)
		}
		var desk struct{ ID string }
		d.must("POST", "/calendars", map[string]any{"name": "Day desk", "versions": []any{map[string]any{"zone": "UTC", "week": map[string]any{"monday": []any{map[string]any{"open": "09:00", "close": "17:00"}}}}}}, &desk)
		d.must("POST", "/rehearsals", map[string]any{"kind": "policy", "days": 7, "draft": map[string]any{"name": "Gold", "kind": "sla", "active": true, "when": map[string]any{},
			"promises": []any{map[string]any{"target": "resolution", "calendar": desk.ID, "goals": map[string]any{"high": 3600}}}}}, nil)
		for _, row := range []struct{ rule, kind, draft, field, says string }{
			{"a rule with a number for a name", "rule", `{"name":7,"on":["opened"],"actions":[]}`, "draft.name", "must be a text"},
			{"a rule without a trigger", "rule", `{"name":"R","actions":[]}`, "draft.on", "The field on is missing"},
			{"a rule with a field that is none", "rule", `{"name":"R","on":["opened"],"actions":[],"colour":"red"}`, "draft.colour", "There is no field"},
			{"a rule that does what is none", "rule", `{"name":"R","on":["opened"],"actions":[{"do":"dance"}]}`, "draft.actions[0].do", "must be one of set, assign"},
			{"a rule that waits for ever", "rule", `{"name":"R","on":["opened"],"actions":[],"wait_minutes":1e300}`, "draft.wait_minutes", "must be at most 525600"},
			{"a rule about a state that is none", "rule", `{"name":"R","on":["opened"],"actions":[{"do":"tag","value":"x"}],"rows":[{"field":"ticket.state","op":"is","value":"Wating"}]}`, "", "“State” is New"},
			{"a rule whose condition is none", "rule", `{"name":"R","on":["opened"],"actions":[],"expression":"ticket.words contains"}`, "", "ends too early"},
			{"a policy with words for a promise", "policy", `{"name":"P","kind":"sla","when":{},"promises":"soon"}`, "draft.promises", "must be a list"},
			{"a calendar that opens by number", "calendar", `{"name":"C","versions":[{"zone":"UTC","week":{"monday":[{"open":9,"close":"17:00"}]}}]}`, "draft.versions[0].week.monday[0].open", "must be a text"},
			{"a calendar that opens when no clock shows it", "calendar", `{"name":"C","versions":[{"zone":"UTC","week":{"monday":[{"open":"nine","close":"17:00"}]}}]}`, "", "nine"},
			{"a calendar of nothing", "calendar", `{}`, "draft.name", "The field name is missing"},
			{"routing by magic", "routing", `{"team":"default","policy":{"mode":"magic"}}`, "draft.policy.mode", "must be one of off"},
			{"routing without a policy", "routing", `{"team":"default"}`, "draft.policy", "The field policy is missing"},
		} {
			a := d.ask("POST", "/api/v1/rehearsals", `{"kind":"`+row.kind+`","days":7,"draft":`+row.draft+`}`)
			p := a.problem(t)
			said := p.Detail
			if row.field != "" {
				said = p.about("body." + row.field)
			}
			if a.Status != 422 || !strings.Contains(said, row.says) || !strings.HasSuffix(said, ".") || strings.Contains(said, "json") {
				t.Errorf("%s: got %d %s, want 422 and “%s” about %s", row.rule, a.Status, a.Body, row.says, row.field)
			}
		}
		d.must("POST", "/rehearsals", map[string]any{"kind": "routing", "days": 7, "draft": map[string]any{"team": "default",
			"policy": map[string]any{"mode": "least-loaded", "capacity": 10, "weights": map[string]any{"critical": 3}}}}, nil)
		as := d.signedIn(t, bob.Email)
		wants(t, "who may not look at it", as.see(page), 404)
		d.token = d.mintToken("customer-support")
		if status, _ := d.call("POST", "/rehearsals", map[string]any{"kind": "rule", "days": 7, "draft": map[string]any{"name": "R", "on": []string{"opened"}, "actions": []any{}}}, nil); status != http.StatusForbidden {
			t.Errorf("who may not rehearse: %d, want 403", status)
		}
		d.token = d.mintToken(access.Admin)
	})
}
