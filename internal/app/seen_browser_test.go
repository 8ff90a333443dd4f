package app

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"muster/internal/access"
	"muster/internal/mustertest"
)

// A reply is stopped by another's that its writer has not seen, and by no other.
func TestSeenInBrowser(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	ann, bob := d.hire("Ann Arbour", access.Admin), d.signedIn(t, d.hire("Bob Burrow", access.Admin).Email)
	d.deliver("maren@fennoway.example", "support@quillmere.example",
		letterFrom("Maren Oduya <maren@fennoway.example>", "first@fennoway.example", "Invoices exported twice", "", "Both runs carry the same number."))
	d.await("the mail is a ticket", func() bool { return bob.see("/tickets/1").status == 200 })
	ctx := mustertest.Browser(t)
	complaints := mustertest.Complaints(t, ctx)
	signIn(t, ctx, d, ann.Email)
	run(t, ctx, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(d.URL+"/tickets/1"), chromedp.WaitVisible("#composer .prose"))
	says := func(text string) string {
		return `[...document.querySelectorAll("#timeline .message")].some(e => e.textContent.includes("` + text + `"))`
	}
	reply := func(text string) {
		t.Helper()
		run(t, ctx, chromedp.Click("#composer .prose"), mustertest.Keys(text), chromedp.Click(`#composer button[data-is="main"]`))
	}

	bob.post("/tickets/1/write", "kind", "reply", "body", "Bob is on it.")
	until(t, ctx, says("Bob is on it."))
	until(t, ctx, `document.querySelector("#composer input[name=seen]").value === [...document.querySelectorAll("#timeline .message")].at(-1).id.slice(2)`)
	reply("And Ann helps.")
	until(t, ctx, says("And Ann helps."))

	// What comes in below the window has not been seen.
	for range 8 {
		bob.post("/tickets/1/write", "kind", "note", "body", strings.Repeat("One more line.\n\n", 8))
	}
	run(t, ctx, chromedp.EmulateViewport(1280, 600), chromedp.Navigate(d.URL+"/tickets/1"), chromedp.WaitVisible("#composer .prose"),
		chromedp.Click("#composer .prose"), mustertest.Keys("Ann does not know."))
	evaluate[any](t, ctx, `scrollTo(0, 0)`) // to read once more how it began
	bob.post("/tickets/1/write", "kind", "reply", "body", "Bob is done.")
	until(t, ctx, says("Bob is done."))
	evaluate[any](t, ctx, `new Promise(done => setTimeout(done, 300))`)
	evaluate[any](t, ctx, `document.querySelector('#composer button[data-is="main"]').click()`)
	until(t, ctx, `document.querySelector("main [role=alert]")?.textContent.includes("Bob Burrow replied to ticket 1 while you were writing")`)
	for _, c := range complaints() {
		if !strings.Contains(c, "409") {
			t.Error(c)
		}
	}
}
