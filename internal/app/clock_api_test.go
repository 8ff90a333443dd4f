package app

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"muster/internal/mustertest"
)

// A program sets up what is promised, and reads what became of it.
func TestPromisesByTheAPI(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d := startDesk(t, url)
		var cal struct{ ID string }
		d.must("POST", "/calendars", json.RawMessage(`{"name":"Always","versions":[{"zone":"UTC","week":{"monday":[{"open":"00:00","close":"24:00"}],"tuesday":[{"open":"00:00","close":"24:00"}],
			"wednesday":[{"open":"00:00","close":"24:00"}],"thursday":[{"open":"00:00","close":"24:00"}],"friday":[{"open":"00:00","close":"24:00"}],"saturday":[{"open":"00:00","close":"24:00"}],"sunday":[{"open":"00:00","close":"24:00"}]}}]}`), &cal)
		d.must("POST", "/policies", json.RawMessage(`{"name":"Everybody","kind":"sla","active":true,"when":{},"pauses":["customer"],"promises":[
			{"target":"first-response","calendar":"`+cal.ID+`","goals":{"high":3600}},{"target":"resolution","calendar":"`+cal.ID+`","goals":{"high":28800}}]}`), nil)

		var made struct {
			Number int64
			DueAt  string `json:"due_at"`
		}
		d.must("POST", "/tickets", json.RawMessage(`{"kind":"request","title":"Help","body":"It stopped.","priority":"high","requester":{"email":"carla@acme.example"}}`), &made)
		same := func(after string) {
			again := made
			again.DueAt = ""
			d.must("GET", "/tickets/"+strconv.FormatInt(made.Number, 10), nil, &again)
			if made != again {
				t.Errorf("%s: answered that it is due at %q; read again it is due at %q", after, made.DueAt, again.DueAt)
			}
		}
		same("opened")
		if made.DueAt == "" {
			t.Error("opened: nothing is due")
		}
		type clocks struct {
			Items []struct {
				Target, State string
				Goal          int64
				DueAt         *string `json:"due_at"`
			}
		}
		read := func() string {
			var c clocks
			d.must("GET", "/tickets/"+strconv.FormatInt(made.Number, 10)+"/clocks", nil, &c)
			var all []string
			for _, i := range c.Items {
				all = append(all, i.Target+" "+i.State)
			}
			return strings.Join(all, ", ")
		}
		if got, want := read(), "resolution running, first-response running"; got != want {
			t.Errorf("opened: got %s, want %s", got, want)
		}
		d.must("PATCH", "/tickets/"+strconv.FormatInt(made.Number, 10), json.RawMessage(`{"state":"waiting-customer"}`), &made)
		same("waiting")
		if got, want := read(), "resolution paused, first-response running"; got != want {
			t.Errorf("waiting: got %s, want %s", got, want)
		}
		var due struct {
			Items []struct {
				DueAt *string `json:"due_at"`
			}
		}
		d.must("GET", "/tickets?q=due:2h&sort=due", nil, &due)
		if len(due.Items) != 1 || due.Items[0].DueAt == nil {
			t.Errorf("due:2h: got %+v, want the ticket with its instant", due.Items)
		}
		for _, row := range []struct{ path, body, field string }{
			{"/policies", `{"name":"X","kind":"sla","active":true,"when":{"kinds":["moan"]},"promises":[]}`, "body.when.kinds"},
			{"/policies", `{"name":"X","kind":"sla","active":true,"when":{"tiers":["wood"]},"promises":[]}`, "body.when.tiers"},
			{"/calendars", `{"name":"X","versions":[{"zone":"Mars","week":{}}]}`, "body.versions.zone"},
			{"/calendars", `{"name":"X","versions":[{"zone":"UTC","week":{"montag":[]}}]}`, "body.versions.week"},
		} {
			if r := d.ask("POST", "/api/v1"+row.path, row.body); r.Status != 422 || r.problem(t).about(row.field) == "" {
				t.Errorf("%s of %s: %d %s, want it about %s", row.path, row.body, r.Status, r.Body, row.field)
			}
		}
		d.must("GET", "/tickets?q=due:soon", nil, &due)
		if len(due.Items) != 1 {
			t.Errorf("due:soon: got %d tickets, want the one", len(due.Items))
		}
		if r := d.ask("GET", "/api/v1/tickets?q=due:sooner", ""); r.Status != 422 || !strings.Contains(r.problem(t).about("query.q"), "due: takes overdue, soon") {
			t.Errorf("due:sooner: %d %s", r.Status, r.Body)
		}
		d.must("GET", "/tickets?q=due:overdue", nil, &due)
		if len(due.Items) != 0 {
			t.Errorf("due:overdue: got %d tickets, want none", len(due.Items))
		}
		made.DueAt = ""
		d.must("PATCH", "/tickets/"+strconv.FormatInt(made.Number, 10), json.RawMessage(`{"priority":"low"}`), &made)
		same("nothing is promised any more")
		d.must("PATCH", "/calendars/"+cal.ID, json.RawMessage(`{"name":"Day and night","adopt":true}`), nil)
		for _, row := range []struct{ rule, path, body, blames string }{
			{"a calendar that never opens", "/calendars", `{"name":"Never","versions":[{"zone":"UTC","week":{}}]}`, "would never open"},
			{"a zone that there is not", "/calendars", `{"name":"Nowhere","versions":[{"zone":"Mars/Dome","week":{"monday":[{"open":"09:00","close":"17:00"}]}}]}`, "no time zone"},
			{"a policy by no calendar", "/policies", `{"name":"X","kind":"sla","active":true,"when":{},"promises":[{"target":"resolution","calendar":"none","goals":{"high":60}}]}`, "no calendar"},
			{"start and pause that exclude each other", "/policies", `{"name":"X","kind":"supplier","active":true,"when":{},"pauses":["third-party"],"promises":[{"target":"resolution","calendar":"` + cal.ID + `","goals":{"high":60}}]}`, "never run"},
			{"no file of holidays", "/calendars/holidays", `{"file":"nothing","from":2026,"to":2027}`, "iCalendar"},
		} {
			if got := d.ask("POST", "/api/v1"+row.path, row.body); got.Status != 422 || !strings.Contains(string(got.Body), row.blames) {
				t.Errorf("%s: got %d %s, want a refusal with %q", row.rule, got.Status, got.Body, row.blames)
			}
		}
	})
}
