package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"muster/internal/access"
	"muster/internal/mustertest"
)

// By the API a desk is set up so that what comes finds somebody, and the ticket says why.
func TestRoutingAPI(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d := startDesk(t, url)
		ann, bob := d.hire("Ann Arbour", access.Admin), d.hire("Bob Burrow", "customer-support")
		var team, skill struct{ ID string }
		d.must("POST", "/teams", map[string]any{"name": "First line", "members": []string{ann.ID, bob.ID}}, &team)
		d.must("POST", "/routing/skills", map[string]any{"name": "Databases"}, &skill)
		d.must("PUT", "/routing/agents/"+bob.ID, map[string]any{"capacity": 2, "skills": map[string]int{skill.ID: 3}}, nil)
		policy := map[string]any{"mode": "skills", "capacity": 8, "weights": map[string]int{"critical": 2}, "away": "others", "grace_minutes": 10,
			"routes": []any{map[string]any{"name": "Slow", "tags": []string{"slow"}, "needs": []any{map[string]any{"skill": skill.ID, "level": 2}}}}}
		at := "/routing/policies/" + team.ID
		d.must("PUT", at, policy, nil)
		d.must("PUT", "/presences/"+ann.ID, map[string]any{"state": "available"}, nil)
		d.must("PUT", "/presences/"+bob.ID, map[string]any{"state": "available"}, nil)
		var made struct{ Number int64 }
		d.must("POST", "/tickets", map[string]any{"kind": "request", "title": "Slow query", "team": team.ID, "tags": []string{"slow"}}, &made)
		var got struct{ Assignee *struct{ Name string } }
		d.await("somebody has it", func() bool {
			d.must("GET", "/tickets/"+fmt.Sprint(made.Number), nil, &got)
			return got.Assignee != nil
		})
		if got.Assignee.Name != "Bob Burrow" {
			t.Errorf("%s got it, want Bob, who knows databases", got.Assignee.Name)
		}
		as := d.signedIn(t, ann.Email)
		wants(t, "the ticket says why", as.see("/tickets/"+fmt.Sprint(made.Number)), 200, "Given to Bob Burrow: the only one who can take it (0 of 2); Ann Arbour lacks Databases level 2")
		wants(t, "whoever signs in is here", as.see("/queues/mine"), 200, `name="state" value="available" aria-checked="true"`)
		wants(t, "the switch", as.post("/presence/own", "state", "away", "back", "/queues/mine"), 200, `name="state" value="away" aria-checked="true"`, `<span class="num">Away</span>`)
		var present wireList[struct{ User, State string }]
		d.must("GET", "/presences", nil, &present)
		if !slices.ContainsFunc(present.Items, func(p struct{ User, State string }) bool { return p.User == ann.ID && p.State == "away" }) {
			t.Errorf("present are %+v, want Ann away", present.Items)
		}
		d.routingIsGuarded(t, "/api/v1"+at, policy)
	})
}

// routingIsGuarded shows what is refused: what is stale, what cannot be, and who may not.
func (d *running) routingIsGuarded(t *testing.T, at string, policy map[string]any) {
	t.Helper()
	read := d.ask("GET", at, "")
	etag := read.Header.Get("ETag")
	body := `{"mode":"round-robin"}`
	if r := d.ask("PUT", at, body, "If-Match: "+etag); r.Status != 200 || !strings.Contains(string(r.Body), `"round-robin"`) {
		t.Errorf("a change: %d %s", r.Status, r.Body)
	}
	if r := d.ask("PUT", at, body, "If-Match: "+etag); r.Status != 412 {
		t.Errorf("a late change: %d %s, want 412", r.Status, r.Body)
	}
	for _, row := range []struct {
		rule, method, path, body string
		status                   int
		field                    string
	}{
		{"nobody could take it", "PUT", at, `{"mode":"least-loaded","capacity":2,"weights":{"critical":4}}`, 422, "body.weights"},
		{"a priority that is none", "PUT", at, `{"mode":"least-loaded","weights":{"dire":4}}`, 422, "body.weights"},
		{"an endless grace", "PUT", at, `{"mode":"least-loaded","grace_minutes":99999999}`, 422, "body.grace_minutes"},
		{"an endless time before it relaxes", "PUT", at, `{"mode":"skills","relax_minutes":99999999}`, 422, "body.relax_minutes"},
		{"a skill that is none", "PUT", at, `{"mode":"skills","routes":[{"name":"R","needs":[{"skill":"nope","level":1}]}]}`, 422, "body.needs"},
		{"a team that is none", "PUT", "/api/v1/routing/policies/nope", body, 404, ""},
		{"a skill twice", "POST", "/api/v1/routing/skills", `{"name":"DATABASES"}`, 422, "body.name"},
		{"a shift in no zone", "POST", "/api/v1/routing/shifts", `{"name":"Night","zone":"Mars","week":{"monday":[{"open":"22:00","close":"06:00"}]},"members":[]}`, 422, "body.zone"},
		{"a state that is none", "PUT", "/api/v1/presences/nope", `{"state":"asleep"}`, 422, "body.state"},
	} {
		r := d.ask(row.method, row.path, row.body)
		if r.Status != row.status || row.field != "" && r.problem(t).about(row.field) == "" {
			t.Errorf("%s: %d %s, want %d about %s", row.rule, r.Status, r.Body, row.status, row.field)
		}
	}
	shift := d.ask("POST", "/api/v1/routing/shifts", `{"name":"Night","zone":"Europe/Berlin","week":{"monday":[{"open":"22:00","close":"06:00"}]},"members":[]}`)
	if shift.Status != 201 || !strings.Contains(string(shift.Body), `"close":"06:00"`) {
		t.Errorf("a shift: %d %s", shift.Status, shift.Body)
	}
	d.token = d.mintToken("customer-support")
	defer func() { d.token = d.mintToken(access.Admin) }()
	if status, _ := d.call("PUT", strings.TrimPrefix(at, "/api/v1"), policy, nil); status != 403 {
		t.Errorf("who may not set it up: %d, want 403", status)
	}
}
