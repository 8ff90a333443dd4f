package app

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"muster/internal/access"
	"muster/internal/mustertest"
)

// A manager sets up a calendar and a promise; an agent sees its clock run, stand
// still, run on, and be overdue, without loading the page again.
func TestPromisesInBrowser(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	ann := d.hire("Ann Arbour", access.Admin)
	ctx := mustertest.Browser(t)
	complaints := mustertest.Complaints(t, ctx)
	signIn(t, ctx, d, ann.Email)
	fill := func(field, text string) {
		t.Helper()
		run(t, ctx, chromedp.Click("#f-"+field), mustertest.Keys(text))
	}
	clear := func(field string) {
		t.Helper()
		evaluate[int](t, ctx, `(document.querySelector("#f-`+field+`").value = "", 1)`)
	}
	keep := func(heading string) {
		t.Helper()
		run(t, ctx, chromedp.Click(`form[method=post] button[data-is="main"]`), chromedp.WaitVisible(".toast"))
		mustertest.Screenshot(t, ctx, heading)
	}

	run(t, ctx, chromedp.Navigate(d.URL+"/settings/calendars/new"), chromedp.WaitVisible("#f-name"))
	fill("name", "Round the clock")
	for _, day := range []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"} {
		clear(day)
		fill(day, "00:00-24:00")
	}
	fill("holidays", "2026-12-25 yearly")
	run(t, ctx, chromedp.Click(`form[method=post] button[data-is="main"]`), chromedp.WaitVisible(".error"))
	if got := evaluate[string](t, ctx, `document.querySelector("#f-holidays").value`); got != "2026-12-25 yearly" {
		t.Errorf("what was typed: got %q, want it kept", got)
	}
	fill("holidays", " Nobody's day 08:00-12:00")
	file := t.TempDir() + "/holidays.ics"
	if err := os.WriteFile(file, []byte("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20260501\r\nDTEND;VALUE=DATE:20260502\r\nSUMMARY:Labour Day\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, ctx, chromedp.SetUploadFiles("#f-file", []string{file}), chromedp.Click(`button[name="read"]`), chromedp.WaitVisible(`.banner[data-is="accent"]`))
	if got, want := evaluate[string](t, ctx, `document.querySelector("#f-name").value + ": " + document.querySelector("#f-holidays").value`),
		"Round the clock: 2026-12-25 yearly Nobody's day 08:00-12:00\n2026-05-01 Labour Day"; got != want {
		t.Errorf("with the file's holidays: got %q, want %q: nothing that was typed is lost", got, want)
	}
	keep("promises-1-calendar")

	run(t, ctx, chromedp.Navigate(d.URL+"/settings/policies/new"), chromedp.WaitVisible("#f-name"))
	fill("name", "Everybody")
	fill("first-response", "1h")
	fill("resolution", "8s")
	fill("steps", "50%")
	keep("promises-2-policy")

	var made struct{ Number int64 }
	d.must("POST", "/tickets", json.RawMessage(`{"kind":"request","title":"Help","body":"It stopped.","priority":"high","requester":{"email":"carla@acme.example"}}`), &made)
	n := strconv.FormatInt(made.Number, 10)
	state := func(to string) {
		t.Helper()
		d.must("PATCH", "/tickets/"+n, json.RawMessage(`{"state":"`+to+`"}`), nil)
	}
	run(t, ctx, chromedp.Navigate(d.URL+"/tickets/"+n), chromedp.WaitVisible(".panel .clock"))
	state("waiting-customer")
	run(t, ctx, chromedp.WaitVisible(`.panel .clock[data-is="paused"]`))
	mustertest.Screenshot(t, ctx, "promises-3-paused")
	state("open")
	run(t, ctx, chromedp.WaitNotPresent(`.panel .clock[data-is="paused"]`), chromedp.WaitVisible(`.panel .clock[data-is="over"]`))
	run(t, ctx, chromedp.Click(".panel details.promise:last-of-type summary"))
	mustertest.Screenshot(t, ctx, "promises-4-overdue")
	run(t, ctx, chromedp.Navigate(d.URL+"/queues/open"), chromedp.WaitVisible(`.row .clock[data-is="over"]`))
	mustertest.Screenshot(t, ctx, "promises-5-queue")
	for _, c := range complaints() {
		if !strings.Contains(c, "422") { // the one that was refused on purpose
			t.Error(c)
		}
	}
}
