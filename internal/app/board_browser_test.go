package app

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"muster/internal/demo"
	"muster/internal/event"
	"muster/internal/mustertest"
)

// The boards of a desk with a history: each bar opens the very tickets that it counts, and what changes comes by itself.
func TestBoardsInBrowser(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db", func(c *Config) { c.Smarthost = "" })
	event.NewBus(d.house.db, "demo") // history is recorded; nobody reacts to it
	made, err := demo.Fill(d.as(), demo.Company{DB: d.house.db, Desk: d.house.desk, Office: d.house.office, Asker: d.house.asker, Works: d.house.works, Hooks: d.house.hooks, Hasher: d.house.hasher, Seed: 1, Tickets: 300, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	ctx := mustertest.Browser(t)
	complaints := mustertest.Complaints(t, ctx)
	run(t, ctx, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(d.URL+"/"), chromedp.WaitVisible("#f-email"), chromedp.Click("#f-email"), mustertest.Keys(made.Email),
		chromedp.Click("#f-password"), mustertest.Keys(made.Password+"\r"), chromedp.WaitVisible("#tickets"))
	for _, theme := range []string{"light", "dark"} {
		evaluate[any](t, ctx, `document.cookie = "theme=`+theme+`; path=/"`)
		for _, page := range []string{"support", "service", "answers"} {
			run(t, ctx, chromedp.Navigate(d.URL+"/reports/"+page), chromedp.WaitVisible("main h1"))
			accessible(t, ctx, page+" in "+theme)
			mustertest.Screenshot(t, ctx, "board-"+page+"-"+theme)
		}
	}
	run(t, ctx, chromedp.EmulateViewport(360, 740), chromedp.Navigate(d.URL+"/reports/service"), chromedp.WaitVisible("main h1"))
	mustertest.Screenshot(t, ctx, "board-service-narrow")
	run(t, ctx, chromedp.Navigate(d.URL+"/reports/support"), chromedp.WaitVisible("main h1"))
	if evaluate[bool](t, ctx, `document.documentElement.scrollWidth > innerWidth`) {
		t.Error("at 360 px the board is wider than the window")
	}
	mustertest.Screenshot(t, ctx, "board-narrow")
	run(t, ctx, chromedp.EmulateViewport(1440, 900))
	// A board that is open says by itself what has happened since.
	before := evaluate[string](t, ctx, `document.querySelector(".tile strong").textContent.trim()`)
	d.must("POST", "/tickets", map[string]any{"title": "Just now", "body": "Words."}, nil)
	until(t, ctx, `document.querySelector(".tile strong").textContent.trim() !== "`+before+`"`)
	// The last bar that is not empty leads to as many tickets as it counts.
	bar := `[...document.querySelectorAll(".columns a")].findLast(a => a.querySelector("strong").textContent.trim() !== "0")`
	n := evaluate[string](t, ctx, bar+`.querySelector("strong").textContent.trim()`)
	evaluate[any](t, ctx, bar+`.click()`)
	until(t, ctx, `location.pathname === "/search" && String(document.querySelectorAll("#tickets .row").length) === "`+n+`"`)
	for _, c := range complaints() {
		t.Error(c)
	}
}
