package app

import (
	"context"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"muster/internal/access"
	"muster/internal/mustertest"
)

// furnish gives a desk one of everything that pages show.
func furnish(d *running, admin *visitor) {
	d.t.Helper()
	d.deliver("maren@fennoway.example", "support@quillmere.example",
		letterFrom("Maren Oduya <maren@fennoway.example>", "first@fennoway.example", "Invoices exported twice", "", "Both runs carry the same number.\n\nMaren"))
	d.await("the mail is a ticket", func() bool { return admin.see("/tickets/1").status == 200 })
	for _, form := range [][]string{
		{"kind", "complaint", "title", "Nobody called back", "requester", "ilka@nordhalm.example", "body", "Twice.", "tags", "phone, callback"},
		{"kind", "request", "title", "The same again", "requester", "maren@fennoway.example", "body", "See the other."},
		{"kind", "request", "title", "Cheap watches", "requester", "seller@watches.example", "body", "Buy."},
		{"kind", "request", "title", "A part of the first", "body", ""},
	} {
		if p := admin.post("/tickets", append(form, "impact", "medium", "urgency", "medium")...); p.status != 200 {
			d.t.Fatalf("open %v: %d %s", form, p.status, p.body)
		}
	}
	for _, act := range [][]string{{"/tickets/3/merge", "into", "1"}, {"/tickets/4/shelf", "to", "spam"}, {"/tickets/5/link", "type", "child", "other", "1"},
		{"/settings/teams/new", "name", "First line"}, {"/settings/catalogue", "name", "Ledger", "kind", "product"}, {"/settings/organisations/new", "name", "Fennoway", "tier", "gold"},
		{"/settings/calendars/new", "name", "Office hours", "zone", "UTC", "monday", "09:00-17:00", "holidays", "2026-12-25 yearly Christmas Day"}, {"/settings/tokens", "name", "robot", "role", access.Admin}} {
		if p := admin.post(act[0], act[1:]...); p.status != 200 {
			d.t.Fatalf("%v: %d %s", act, p.status, p.body)
		}
	}
}

// crawl follows every link from the start, and returns where it came. No link may lead nowhere.
func crawl(t *testing.T, v *visitor) []string {
	t.Helper()
	came, next := map[string]string{"/": "the start"}, []string{"/"}
	var all []string
	for len(next) > 0 {
		path := next[0]
		next = next[1:]
		all = append(all, path)
		p := v.see(path)
		if p.status >= 400 {
			t.Errorf("%s answers %d, though %s links to it", path, p.status, came[path])
			continue
		}
		if !strings.HasPrefix(p.head.Get("Content-Type"), "text/html") {
			continue
		}
		for _, link := range p.links(t) {
			if _, known := came[link]; !known {
				came[link] = path
				next = append(next, link)
			}
		}
	}
	return all
}

// Every page as every role: no link leads where the reader may not go, and no page breaks.
func TestEveryPageAsEveryRole(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	ann := d.signedIn(t, d.hire("Ann Arbour", access.Admin).Email)
	furnish(d, ann)
	everywhere := crawl(t, ann)
	for _, role := range access.Roles() {
		v := d.signedIn(t, d.hire("Robin "+role.Name, role.Name).Email)
		t.Run(role.Name, func(t *testing.T) {
			v.t = t
			found := crawl(t, v)
			for _, path := range everywhere {
				if p := v.see(path); p.status >= 500 || p.status >= 400 && slices.Contains(found, path) {
					t.Errorf("%s answers %d", path, p.status)
				} else if p.status >= 400 && p.status != http.StatusForbidden && p.status != http.StatusNotFound {
					t.Errorf("%s answers %d, want 403 or 404", path, p.status)
				}
			}
		})
	}
	for _, want := range []string{"/mail", "/settings/staff", "/settings/tokens", "/settings/jobs", "/settings/account", "/tickets/1", "/tickets/2", "/tickets/new", "/queues/spam", "/settings/inboxes/new", "/settings/roles/admin", "/settings/workflows/task/add",
		"/settings/workflows/request/states/open", "/settings/workspaces/new", "/api"} {
		if !slices.Contains(everywhere, want) {
			t.Errorf("no link leads to %s", want)
		}
	}
	nobody := d.visitor(t)
	for _, path := range everywhere {
		if p := nobody.see(path); !strings.HasPrefix(p.path, "/sign-in") && !strings.HasPrefix(path, "/assets/") && !strings.HasPrefix(path, "/api") {
			t.Errorf("nobody sees %s: %d", path, p.status)
		}
	}
}

// The main pages hold to WCAG 2.2 AA, in light and in dark.
func TestPagesForEveryone(t *testing.T) {
	forEveryone(t, "/queues/open", "/queues/done", "/tickets/1", "/tickets/2", "/tickets/4", "/tickets/new", "/search?q=zebra", "/mail", "/settings", "/settings/inboxes/new")
}

// So do those by which a desk is set up.
func TestSettingsForEveryone(t *testing.T) {
	forEveryone(t, "/settings/staff", "/settings/teams", "/settings/tokens", "/settings/jobs", "/settings/account", "/settings/workspace", "/settings/catalogue",
		"/settings/roles", "/settings/roles/admin", "/settings/workflows/request", "/settings/workflows/request/states/open", "/settings/workspaces/new", "/api")
}

// And those by which it is said whom it serves, what it promises and what it does by itself; "…" is the first record of a list.
func TestPromisesForEveryone(t *testing.T) {
	forEveryone(t, "/settings/organisations", "/settings/organisations/…", "/settings/contacts", "/settings/contacts/…", "/settings/catalogue/…", "/settings/staff/…",
		"/settings/calendars/…", "/settings/policies", "/settings/policies/new", "/settings/surveys/new", "/settings/routing", "/settings/routing/default", "/settings/skills", "/settings/skills/…",
		"/settings/shifts/new", "/settings/rules/new", "/settings/macros/new", "/settings/templates/…", "/settings/webhooks/new", "/settings/notifications")
}

// forEveryone looks at the page for signing in and at these, in light on a desk and in dark on a phone.
func forEveryone(t *testing.T, pages ...string) {
	t.Helper()
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	ann := d.hire("Ann Arbour", access.Admin)
	admin := d.signedIn(t, ann.Email)
	furnish(d, admin)
	ctx := mustertest.Browser(t)
	look := func(path, theme string) {
		t.Helper()
		run(t, ctx, chromedp.Navigate(d.URL+path), chromedp.WaitVisible("main h1"))
		until(t, ctx, `!document.querySelector("muster-editor:not(:defined)")`)
		accessible(t, ctx, path+" in "+theme)
	}
	for _, theme := range []string{"light", "dark"} {
		run(t, ctx, chromedp.Navigate(d.URL+"/sign-in"))
		evaluate[any](t, ctx, `document.cookie = "theme=`+theme+`; path=/"`)
		look("/sign-in", theme)
	}
	signIn(t, ctx, d, ann.Email)
	for _, theme := range []string{"light", "dark"} {
		evaluate[any](t, ctx, `document.cookie = "theme=`+theme+`; path=/"`)
		if theme == "dark" {
			run(t, ctx, chromedp.EmulateViewport(360, 800))
		}
		for _, path := range pages {
			look(firstOf(admin, path), theme)
		}
	}
}

// firstOf is the address of the first record of a list, for one that ends in "…".
func firstOf(v *visitor, path string) string {
	v.t.Helper()
	list, records := strings.CutSuffix(path, "…")
	if !records {
		return path
	}
	links := v.see(strings.TrimSuffix(list, "/")).links(v.t)
	i := slices.IndexFunc(links, func(link string) bool { return strings.HasPrefix(link, list) && link != list+"new" })
	if i < 0 {
		v.t.Fatalf("%s lists nothing", list)
	}
	return links[i]
}

// accessible holds the page that is open to WCAG 2.2 AA.
func accessible(t *testing.T, ctx context.Context, page string) {
	t.Helper()
	axe, err := os.ReadFile("../../node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is not there: run scripts/assets, then the tests again (%v)", err)
	}
	evaluate[any](t, ctx, string(axe)+";0")
	found := evaluate[string](t, ctx, `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], rules: {"target-size": {enabled: true}}})
		.then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.target.join(" ") + ": " + (n.any[0] || n.all[0] || n.none[0] || {}).message)).join("\n"))`)
	if found != "" {
		t.Errorf("%s: %s", page, found)
	}
}
