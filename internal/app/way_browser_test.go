package app

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"muster/internal/access"
	"muster/internal/mustertest"
)

// A ticket leads back to the list that it was opened from, to where one was there, and to its neighbours.
func TestWayThroughAQueueInBrowser(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	ann := d.hire("Ann Arbour", access.Admin)
	admin := d.signedIn(t, ann.Email)
	for _, title := range []string{"First", "Second", "Third", "Elsewhere"} {
		admin.post("/tickets", "kind", "request", "title", title, "body", "word", "impact", "medium", "urgency", "medium")
	}
	admin.post("/tickets/4/set", "state", "resolved")
	ctx := mustertest.Browser(t)
	signIn(t, ctx, d, ann.Email)
	at := func(path string) {
		t.Helper()
		until(t, ctx, `location.pathname + location.search === "`+path+`" && document.readyState === "complete"`)
	}
	list := "/queues/open?sort=created"
	run(t, ctx, chromedp.Navigate(d.URL+list), chromedp.WaitVisible(".row"))
	order := evaluate[[]string](t, ctx, `[...document.querySelectorAll(".row .subject")].map((a) => a.pathname)`)
	run(t, ctx, mustertest.Keys("j"), mustertest.Keys("j"), mustertest.Keys("o"))
	at(order[1])
	until(t, ctx, `document.querySelector("[data-way] [data-text]").textContent === "All open: 2 of 3"`)
	run(t, ctx, mustertest.Keys("j"))
	at(order[2])
	until(t, ctx, `document.querySelector("[data-way] [rel=next]").ariaDisabled === "true"`)
	run(t, ctx, mustertest.Keys("k"))
	at(order[1])
	until(t, ctx, `document.querySelector("#composer .prose") !== null`)
	run(t, ctx, mustertest.Keys("n"), mustertest.Keys("A thought"), mustertest.Keys("\x1b"))
	at(order[1]) // the first Escape leaves the text
	run(t, ctx, mustertest.Keys("\x1b"))
	at(list)
	until(t, ctx, `document.activeElement.pathname === "`+order[1]+`" && document.querySelector(".row[aria-current]") !== null`)

	// Who comes from nowhere is led to all that is open.
	run(t, ctx, chromedp.Navigate(d.URL+"/tickets/4"), chromedp.WaitVisible("main h1"))
	if evaluate[bool](t, ctx, `document.querySelector("[data-way]").checkVisibility()`) {
		t.Error("a ticket that was not in the list has a place in it")
	}
	run(t, ctx, mustertest.Keys("\x1b"))
	at("/queues/open")
}

// On a phone every place is within reach of the thumb: the near ones in the bar, the others behind its button.
func TestPlacesOnAPhoneInBrowser(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	ann := d.hire("Ann Arbour", access.Admin)
	furnish(d, d.signedIn(t, ann.Email))
	ctx := mustertest.Browser(t)
	signIn(t, ctx, d, ann.Email)
	run(t, ctx, chromedp.EmulateViewport(1280, 800), chromedp.Navigate(d.URL+"/queues/open"), chromedp.WaitVisible(".row"))
	seen := `[...document.querySelectorAll("%s")].filter((e) => e.checkVisibility()).map((e) => e.getAttribute("href"))`
	wide := evaluate[[]string](t, ctx, `[...new Set(`+fmt.Sprintf(seen, ".rail a")+`)].sort()`)
	run(t, ctx, chromedp.EmulateViewport(360, 740), chromedp.Click(`[popovertarget=far]`), chromedp.WaitVisible("#far"))
	phone := evaluate[[]string](t, ctx, `[...new Set(`+fmt.Sprintf(seen, ".rail a, #far a")+`)].sort()`)
	if !equalJSON(phone, wide) {
		t.Errorf("a phone leads to %q, a wide window to %q", phone, wide)
	}
	small := `[...document.querySelectorAll(".rail :is(a, button), .menu:popover-open :is(a, button)")].filter((e) => e.checkVisibility()).flatMap((e) => {
		const b = e.getBoundingClientRect();
		return b.width < 40 || b.height < 40 || b.left < 0 || b.right > innerWidth || b.bottom > innerHeight + 1 && !e.closest(".menu") ? [e.outerHTML.slice(0, 80)] : [];
	}).join("\n")`
	if got := evaluate[string](t, ctx, small); got != "" {
		t.Errorf("for a thumb these are small, or outside:\n%s", got)
	}
	mustertest.Screenshot(t, ctx, "phone-places")
	run(t, ctx, mustertest.Keys("\x1b"), chromedp.Click(`[popovertarget=me]`), chromedp.WaitVisible("#me"))
	if got := evaluate[string](t, ctx, small); got != "" {
		t.Errorf("in the reader's menu these are small, or outside:\n%s", got)
	}
	mustertest.Screenshot(t, ctx, "phone-me")
}
