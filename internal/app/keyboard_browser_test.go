package app

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"muster/internal/access"
	"muster/internal/mustertest"
)

// A day's work without a mouse: what has the focus can be seen, and nothing is out of reach.
func TestKeyboardOnlyInBrowser(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	ann := d.hire("Ann Arbour", access.Admin)
	furnish(d, d.signedIn(t, ann.Email))
	ctx := mustertest.Browser(t)
	signIn(t, ctx, d, ann.Email)
	for _, page := range []string{"/queues/open", "/tickets/1", "/search?q=same", "/tickets/new", "/mail"} {
		run(t, ctx, chromedp.EmulateViewport(1280, 800), chromedp.Navigate(d.URL+page), chromedp.WaitVisible("main h1"))
		until(t, ctx, `!document.querySelector("muster-editor:not(:defined)")`)
		evaluate[any](t, ctx, `document.activeElement.blur(); scrollTo(0, 0)`)
		seen := map[string]bool{}
		for range 60 {
			run(t, ctx, mustertest.Keys("\t"))
			at := evaluate[string](t, ctx, focusSeen)
			if at == "" {
				continue // the end of the page; it begins again
			}
			if at[0] == '!' {
				t.Errorf("on %s the focus cannot be seen at %s", page, at[1:])
			}
			seen[at] = true
		}
		if len(seen) < 12 {
			t.Errorf("on %s Tab reaches %d places, want all that can be acted on", page, len(seen))
		}
	}

	// From the queue to an answer, and on.
	run(t, ctx, chromedp.Navigate(d.URL+"/queues/open?sort=created"), chromedp.WaitVisible(".row"), mustertest.Keys("j"), mustertest.Keys("o"))
	until(t, ctx, `location.pathname.startsWith("/tickets/") && document.querySelector("#composer .prose") !== null`)
	evaluate[any](t, ctx, `window.old = true`) // what the stream shows by itself is not yet the page that answers
	run(t, ctx, mustertest.Keys("n"), mustertest.Keys("Without a mouse"), mustertest.Keys("\r", chromedp.ModifierCtrl))
	until(t, ctx, `[...document.querySelectorAll(".message[data-is=note]")].some(e => e.textContent.includes("Without a mouse"))`)
	until(t, ctx, `!window.old && document.querySelector("#composer .prose") !== null && document.activeElement === document.body`)
	evaluate[any](t, ctx, `window.old = true`)
	run(t, ctx, mustertest.Keys("a"))
	until(t, ctx, `document.activeElement.closest("#owners:popover-open") !== null`)
	run(t, ctx, mustertest.Keys("m"), mustertest.Keys("\r"))
	until(t, ctx, `!window.old && document.readyState === "complete" && document.querySelector("#ticket-state").textContent.includes("Ann Arbour") && document.activeElement === document.body`)
	run(t, ctx, mustertest.Keys("g"), mustertest.Keys("q"))
	until(t, ctx, fmt.Sprintf(`location.href === %q`, d.URL+"/queues/open"))
}

// focusSeen names what has the focus, "" if nothing has; "!" stands before what shows no outline or lies outside the window.
const focusSeen = `(() => {
	const e = document.activeElement;
	if (!e || e === document.body) return "";
	const name = e.tagName + " " + (e.getAttribute("aria-label") || e.textContent.trim() || e.name || e.id).slice(0, 40);
	const box = e.getBoundingClientRect(), style = getComputedStyle(e), after = getComputedStyle(e, "::after");
	const around = e.closest(".find, .composer form, .pick, .modes label");
	const drawn = [style, after, around && getComputedStyle(around)].some((s) => s && s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || around && getComputedStyle(around).boxShadow !== "none";
	const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
	return (drawn && inside ? "" : "!") + name;
})()`
