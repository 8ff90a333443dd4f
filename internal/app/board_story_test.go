package app

import (
	"encoding/csv"
	"html"
	"net/http"
	"strings"
	"testing"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/mustertest"
	"muster/internal/people"
)

// The boards show what there is, lead to it, can be downloaded, and are for who may see figures.
func TestBoards(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d := startDesk(t, url)
		ann := d.hire("Ann Arbour", access.Admin)
		agent := d.signedIn(t, ann.Email)
		for _, path := range []string{"/reports/support", "/reports/service", "/reports/promises?is=missed", "/reports/answers?measure=nps"} {
			if p := agent.see(path); p.status != 200 {
				t.Errorf("%s of an empty desk: %d", path, p.status)
			}
		}
		link := d.asked(t, agent)
		d.visitor(t).post(link, "rating", "5", "comment", "Great.")
		for range 3 {
			d.must("POST", "/tickets", map[string]any{"title": "One more", "body": "Words.", "requester": map[string]string{"email": "maren@fennoway.example"}, "assignee": "ann.arbour@quillmere.example"}, nil)
		}
		if err := d.house.db.Update(d.as(), func(tx *db.Tx) error {
			_, err := people.AddUser(tx, people.NewUser{Name: "=cmd|' /C calc'!A0", Email: "formula@quillmere.example", Role: access.Admin})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		d.must("POST", "/tickets", map[string]any{"title": "Of a formula", "body": "Words.", "assignee": "formula@quillmere.example"}, nil)
		d.await("the board has seen it", func() bool { return strings.Contains(agent.see("/reports/support").body, "=cmd|") })
		p := agent.see("/reports/support")
		for _, want := range []string{"Backlog by age", "Ann Arbour", "none overdue", "Promises kept", "is%3Aopen+is%3Awaiting+after%3A"} {
			if !strings.Contains(html.UnescapeString(p.body), want) {
				t.Errorf("the support board lacks %q", want)
			}
		}
		if p := agent.see("/reports/answers?measure=csat"); !strings.Contains(p.body, "Great.") || !strings.Contains(p.body, "5 of 5") {
			t.Error("the answers behind the rating lack the one there is")
		}
		sheet := agent.see("/reports/support.csv")
		if got := sheet.head.Get("Content-Type"); !strings.HasPrefix(got, "text/csv; charset=utf-8") || !strings.Contains(sheet.body, "\r\n") {
			t.Errorf("the sheet is %s", got)
		}
		rows, err := csv.NewReader(strings.NewReader(sheet.body)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]string{}
		for _, r := range rows {
			found[r[0]+"/"+r[1]] = r[2]
		}
		for of, want := range map[string]string{"backlog/all": "4", "workload/Ann Arbour": "3", "workload/'=cmd|' /C calc'!A0": "1", "backlog by age in days/0–1": "4"} {
			if found[of] != want {
				t.Errorf("the sheet says %s is %q, want %s", of, found[of], want)
			}
		}
		if sheet := agent.see("/reports/service.csv"); sheet.status != 200 || !strings.Contains(sheet.body, "csat_percent") {
			t.Errorf("the service sheet: %d", sheet.status)
		}
		var support struct {
			Backlog int64
			ByAge   []struct{ N int64 } `json:"by_age"`
		}
		d.must("GET", "/figures/support", nil, &support)
		var service struct {
			Total struct {
				CSAT struct{ Part, N int64 }
			}
		}
		d.must("GET", "/figures/service", nil, &service)
		d.must("GET", "/figures/promises?is=missed", nil, nil)
		if support.Backlog != 4 || len(support.ByAge) != 6 || support.ByAge[0].N != 4 || service.Total.CSAT.Part != 1 || service.Total.CSAT.N != 1 {
			t.Errorf("the API says %+v and %+v", support, service)
		}
		other := d.signedIn(t, d.hire("Bob Burrow", "customer-support").Email)
		for _, path := range []string{"/reports/support", "/reports/service", "/reports/support.csv", "/reports/service.csv", "/reports/promises", "/reports/answers"} {
			if p := other.see(path); p.status != http.StatusForbidden {
				t.Errorf("%s without the right: %d, want 403", path, p.status)
			}
		}
		if strings.Contains(other.see("/queues/open").body, "/reports/support") {
			t.Error("the rail leads to a board that its reader may not see")
		}
	})
}
