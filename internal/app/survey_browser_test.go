package app

import (
	"testing"

	"github.com/chromedp/chromedp"

	"muster/internal/access"
	"muster/internal/mustertest"
)

// A customer rates a reply from the link in the mail: the rating of the link is chosen, sending counts it, and it can be changed.
func TestRateInBrowser(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	agent := d.signedIn(t, d.hire("Ann Arbour", access.Admin).Email)
	link := d.asked(t, agent)
	ctx := mustertest.Browser(t)
	complaints := mustertest.Complaints(t, ctx)
	chosen := `document.querySelector(".scale :checked")?.value`
	run(t, ctx, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(d.URL+link+"?r=2"), chromedp.WaitVisible(".scale"))
	if got := evaluate[string](t, ctx, chosen); got != "2" {
		t.Errorf("the link of 2 chooses %s", got)
	}
	mustertest.Screenshot(t, ctx, "rate")
	accessible(t, ctx, "the question")
	run(t, ctx, chromedp.Click("#comment"), mustertest.Keys("It took two days."), chromedp.Click(`button[data-is="main"]`), chromedp.WaitVisible(`.banner[data-is="good"]`))
	mustertest.Screenshot(t, ctx, "rate-done")
	accessible(t, ctx, "the thanks")
	evaluate[any](t, ctx, `window.before = true`)
	run(t, ctx, chromedp.EmulateViewport(360, 740), chromedp.Click(".scale label:nth-child(5)"), chromedp.Click(`button[data-is="main"]`))
	until(t, ctx, `!window.before && document.readyState === "complete" && `+chosen+` === "5" && location.search === "?done"`)
	if wide := evaluate[bool](t, ctx, `document.documentElement.scrollWidth > innerWidth`); wide {
		t.Error("at 360 px the page is wider than the window")
	}
	mustertest.Screenshot(t, ctx, "rate-narrow")
	signIn(t, ctx, d, "ann.arbour@quillmere.example")
	run(t, ctx, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(d.URL+"/tickets/1"), chromedp.WaitVisible("#ticket-panel"))
	until(t, ctx, `document.querySelector("#ticket-panel").textContent.includes("5 of 5")`)
	mustertest.Screenshot(t, ctx, "rate-ticket")
	run(t, ctx, chromedp.Navigate(d.URL+"/settings/surveys"), chromedp.WaitVisible("#sheet"))
	mustertest.Screenshot(t, ctx, "rate-settings")
	run(t, ctx, chromedp.Click("#sheet table a"), chromedp.WaitVisible("#f-name"))
	mustertest.Screenshot(t, ctx, "rate-survey")
	for _, c := range complaints() {
		t.Error(c)
	}
}
