package app

import (
	"slices"
	"testing"

	"muster/internal/access"
	"muster/internal/mustertest"
)

// A program sets what an agent is told, by which ways and when, as the agent would on the page; the agent's page shows it.
func TestNoticeRulesByAPI(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d := startDesk(t, url)
		ann := d.hire("Ann Arbour", access.Admin)
		path := "/users/" + ann.ID + "/notifications"
		type rules struct {
			Topics  map[string][]string
			Digest  string
			Hour    int
			Quiet   struct{ From, To string }
			Urgent  bool
			Version int64
		}
		var got rules
		d.must("GET", path, nil, &got)
		if got.Digest != "hourly" || !slices.Equal(got.Topics["watched"], []string{"app"}) || len(got.Topics) != 9 || !got.Urgent {
			t.Errorf("to begin with: got %+v", got)
		}
		first := `"` + string(rune('0'+got.Version)) + `"`
		d.must("PATCH", path, map[string]any{"digest": "daily", "hour": 7, "topics": map[string]any{"watched": []string{"mail"}, "team-new": []string{"app"}},
			"quiet": map[string]any{"from": "22:00", "to": "07:00", "days": []string{"monday"}}}, &got)
		if got.Digest != "daily" || got.Hour != 7 || got.Quiet.From != "22:00" || !slices.Equal(got.Topics["watched"], []string{"mail"}) || len(got.Topics["assigned"]) != 3 {
			t.Errorf("changed: got %+v", got)
		}
		if a := d.ask("PATCH", "/api/v1"+path, `{"hour":8}`, "If-Match: "+first); a.Status != 412 {
			t.Errorf("a stale version: got %d %s, want 412", a.Status, a.Body)
		}
		for at, body := range map[string]string{"body.hour": `{"hour":31}`, "body.topics.watched": `{"topics":{"watched":["pigeon"]}}`, "body.topics": `{"topics":{"weather":["app"]}}`,
			"body.quiet.from": `{"quiet":{"from":"22:00"}}`} {
			if a := d.ask("PATCH", "/api/v1"+path, body); a.Status != 422 || a.problem(t).about(at) == "" {
				t.Errorf("%s: got %d %s, want a word about it", at, a.Status, a.Body)
			}
		}
		if a := d.ask("GET", "/api/v1"+path, "", "Authorization: Bearer "+d.mintToken("customer-support")); a.Status != 403 {
			t.Errorf("without the right: got %d, want 403", a.Status)
		}
		if a := d.ask("GET", "/api/v1/users/nobody/notifications", ""); a.Status != 404 {
			t.Errorf("of nobody: got %d, want 404", a.Status)
		}
		wants(t, "the agent's page", d.signedIn(t, ann.Email).see("/settings/notifications"), 200, `value="22:00"`, `name="hour" value="7"`)
	})
}
