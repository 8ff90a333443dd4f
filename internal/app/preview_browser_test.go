package app

import (
	"testing"

	"github.com/chromedp/chromedp"

	"muster/internal/access"
	"muster/internal/mustertest"
)

// On a wide screen the current row's ticket stands beside the list; on others nothing is fetched for it.
func TestPreviewInBrowser(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	ann := d.hire("Ann Arbour", access.Admin)
	ctx := mustertest.Browser(t)
	complaints := mustertest.Complaints(t, ctx)
	signIn(t, ctx, d, ann.Email)
	for _, mail := range [][]string{{"first", "Invoices exported twice", "Both runs carry the same number."}, {"second", "The scanner asks for a licence", "On every start."}} {
		d.deliver("maren@fennoway.example", "support@quillmere.example", letterFrom("Maren Oduya <maren@fennoway.example>", mail[0]+"@fennoway.example", mail[1], "", mail[2]))
		d.await("it is a ticket", func() bool {
			return evaluate[bool](t, ctx, `fetch("/queues/open?sort=created").then(r => r.text()).then(t => t.includes("`+mail[1]+`"))`)
		})
	}

	run(t, ctx, chromedp.EmulateViewport(1600, 900), chromedp.Navigate(d.URL+"/queues/open?sort=created"))
	shows := func(title string) {
		t.Helper()
		until(t, ctx, `document.querySelector("#peek").checkVisibility() && document.querySelector("#peek h2")?.textContent === "`+title+`"`)
	}
	shows("The scanner asks for a licence")
	run(t, ctx, mustertest.Keys("j"))
	shows("Invoices exported twice")
	mustertest.Screenshot(t, ctx, "preview")
	run(t, ctx, mustertest.Keys("k"))
	shows("The scanner asks for a licence")
	run(t, ctx, mustertest.Keys("j"))
	shows("Invoices exported twice")

	// An answer that is no preview does not take its place; it is asked for again.
	evaluate[any](t, ctx, `void (window.fetch = (real => (url, request) => url.includes("/preview") && !window.refused++ ?
		Promise.resolve(new Response("<p>Busy</p>", {status: 503})) : real(url, request))(window.fetch), window.refused = 0)`)
	run(t, ctx, mustertest.Keys("k"))
	shows("The scanner asks for a licence")
	if got := evaluate[int](t, ctx, `window.refused`); got < 1 {
		t.Error("no preview was refused: the test proves nothing")
	}
	run(t, ctx, mustertest.Keys("j"))
	shows("Invoices exported twice")

	// What somebody else does appears in it, and the row stays the current one.
	d.deliver("maren@fennoway.example", "support@quillmere.example", letterFrom("Maren Oduya <maren@fennoway.example>", "third@fennoway.example",
		"Re: Invoices exported twice", "In-Reply-To: <first@fennoway.example>\n", "A third run begins."))
	until(t, ctx, `document.querySelector("#peek").textContent.includes("A third run begins.")`)
	if got := evaluate[string](t, ctx, `document.querySelector(".row[aria-current] .subject").textContent`); got != "Invoices exported twice" && got != "Unread: Invoices exported twice" {
		t.Errorf("the current row is %q, want the one that was", got)
	}

	// Reply leads to the composer of that ticket, ready to write.
	run(t, ctx, mustertest.Keys("r"))
	until(t, ctx, `location.pathname === "/tickets/1" && document.activeElement.closest("#composer") !== null`)

	run(t, ctx, chromedp.EmulateViewport(1599, 900), chromedp.Navigate(d.URL+"/queues/open"), chromedp.WaitVisible(".row"), mustertest.Keys("j"), mustertest.Keys("j"))
	until(t, ctx, `document.activeElement.classList.contains("subject")`)
	evaluate[any](t, ctx, `new Promise(done => setTimeout(done, 500))`)
	if got := evaluate[string](t, ctx, `[document.querySelector("#peek").checkVisibility(), document.querySelector("#peek").childElementCount, performance.getEntriesByType("resource").filter(e => e.name.includes("/preview")).length].join(" ")`); got != "false 0 0" {
		t.Errorf("below 1600 px: visible, parts and requests are %s, want none", got)
	}
	for _, c := range complaints() {
		t.Error(c)
	}
}
