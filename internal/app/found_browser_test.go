package app

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"muster/internal/access"
	"muster/internal/mustertest"
)

// What was looked for is marked, whom a note can call is told apart, and who is refused begins where it went wrong.
func TestWhereTheEyeGoesInBrowser(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	ann := d.hire("Ann Arbour", access.Admin)
	bob := d.hire("Bob Burrow", access.Admin)
	d.deliver("maren@fennoway.example", "support@quillmere.example",
		letterFrom("Maren Oduya <maren@fennoway.example>", "first@fennoway.example", "Exported <b>twice</b>", "", "Both runs carry the same number."))
	ctx := mustertest.Browser(t)
	complaints := mustertest.Complaints(t, ctx)
	signIn(t, ctx, d, ann.Email)
	evaluate[int](t, ctx, `fetch("/settings/teams/new", {method: "POST", body: new URLSearchParams({name: "First line", members: "`+bob.ID+`"})}).then(r => r.status)`)

	run(t, ctx, chromedp.Navigate(d.URL+"/search?q=twice+runs+is:open"), chromedp.WaitVisible(".row"))
	if got := evaluate[string](t, ctx, `[...document.querySelectorAll(".row mark")].map(m => m.textContent).join(" ") + ": " + document.querySelector(".row .subject").textContent`); got != "twice runs: Unread: Exported <b>twice</b>" {
		t.Errorf("marked is %q, want the words that were looked for", got)
	}
	mustertest.Screenshot(t, ctx, "found")

	run(t, ctx, chromedp.Navigate(d.URL+"/tickets/1"), chromedp.WaitVisible("#composer .prose"), mustertest.Keys("n"), chromedp.Click("#composer .prose"), mustertest.Keys("@"))
	until(t, ctx, `document.querySelectorAll("#at-list:not([hidden]) [role=option]").length === 2`)
	if got := evaluate[string](t, ctx, `[...document.querySelectorAll("#at-list .hint")].map(h => h.textContent).join(", ")`); got != "ann.arbour@quillmere.example, First line" {
		t.Errorf("the hints are %q, want an address and a team", got)
	}
	mustertest.Screenshot(t, ctx, "mentions")
	evaluate[any](t, ctx, `localStorage.clear()`)

	focused := func(selector string) {
		t.Helper()
		until(t, ctx, `document.activeElement.matches(`+"`"+selector+"`"+`)`)
	}
	run(t, ctx, chromedp.Navigate(d.URL+"/tickets/1"), chromedp.WaitVisible("#composer .prose"), chromedp.Click(`[popovertarget="more"]`), chromedp.Click(`#more [data-dialog="merge"]`),
		chromedp.WaitVisible("#merge #f-into"), chromedp.Click("#merge #f-into"), mustertest.Keys("77\r"))
	focused("dialog#merge:modal #f-into[aria-invalid=true]")
	run(t, ctx, chromedp.Navigate(d.URL+"/tickets/new"), chromedp.WaitVisible("#f-requester"), chromedp.Click("#f-requester"), mustertest.Keys("nobody"), chromedp.Click("#f-title"), mustertest.Keys("Kept\r"))
	focused("#f-requester[aria-invalid=true]")
	d.must("PATCH", "/tickets/1", map[string]any{"title": "Theirs"}, nil)
	run(t, ctx, chromedp.Navigate(d.URL+"/tickets/1"), chromedp.WaitVisible("#composer .prose"))
	evaluate[any](t, ctx, `document.querySelectorAll("#states input[name=version]").forEach(i => { i.value = "1" }); document.querySelector("#states button[value=resolved]").click()`)
	focused("main [role=alert]")
	for _, c := range complaints() {
		if !strings.Contains(c, "422") && !strings.Contains(c, "409") {
			t.Error(c)
		}
	}
}
