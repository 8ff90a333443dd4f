package app

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/mustertest"
)

// What concerns a person appears at the bell by itself, is read, unread and undone, and the rules are the person's own.
func TestNoticesInBrowser(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	ann := d.hire("Ann Arbour", access.Admin)
	ctx := mustertest.Browser(t)
	complaints := mustertest.Complaints(t, ctx)
	signIn(t, ctx, d, ann.Email)
	if got := evaluate[bool](t, ctx, `document.querySelector('.rail [href="/inbox"] .num') !== null`); got {
		t.Error("the bell rings without a reason")
	}
	for _, title := range []string{"Printer burns", "Invoices exported twice", "Nobody can sign in since the update of this morning"} {
		number := d.openOne(title)
		d.must("PATCH", ticketPathOf(number), map[string]any{"assignee": ann.ID}, nil)
	}
	until(t, ctx, `document.querySelector('.rail [href="/inbox"] .num')?.textContent === "3"`) // it appears by itself
	run(t, ctx, chromedp.Navigate(d.URL+"/inbox"), chromedp.WaitVisible("#notices"))
	mustertest.Screenshot(t, ctx, "inbox")
	d.must("PATCH", ticketPathOf(d.openOne("One more")), map[string]any{"assignee": ann.ID}, nil)
	until(t, ctx, `document.querySelectorAll("#notices .row").length === 4`) // the page too

	// It opens the ticket and is read; so is what one looks at by another way.
	run(t, ctx, chromedp.Click("#notices .row .subject"))
	until(t, ctx, `location.pathname === "/tickets/4"`)
	until(t, ctx, `document.querySelector('.rail [href="/inbox"] .num')?.textContent === "3"`)
	run(t, ctx, chromedp.Navigate(d.URL+"/tickets/1"), chromedp.WaitVisible("#composer"), chromedp.Navigate(d.URL+"/inbox"), chromedp.WaitVisible("#notices"))
	until(t, ctx, `document.querySelectorAll('#notices .row[data-is="unread"]').length === 2`)

	// All are read, and that is undone.
	run(t, ctx, chromedp.Click(`form[action="/inbox/read-all"] button`))
	until(t, ctx, `document.querySelector(".toast [data-key=z]") !== null && document.querySelectorAll('#notices .row[data-is="unread"]').length === 0`)
	mustertest.Screenshot(t, ctx, "inbox-all-read")
	run(t, ctx, chromedp.Click(`.toast [data-key="z"]`))
	until(t, ctx, `document.querySelectorAll('#notices .row[data-is="unread"]').length === 2`)

	// Some that are selected are marked.
	evaluate[any](t, ctx, `document.querySelector("#notices .row .pick input").click()`) // at once: the list may be drawn anew meanwhile
	run(t, ctx, chromedp.WaitVisible(`.bulk [value="no"]`), chromedp.Click(`.bulk [value="no"]`))
	until(t, ctx, `document.querySelectorAll('#notices .row[data-is="unread"]').length === 3`)

	// The rules: what cannot be is said at the field, and what was chosen stays.
	run(t, ctx, chromedp.Navigate(d.URL+"/settings/notifications"), chromedp.WaitVisible("#f-digest"))
	evaluate[any](t, ctx, `document.querySelector('[name="quiet.from"]').value = "22:00"; document.querySelector('[name="topics.watched"][value="mail"]').checked = true`)
	run(t, ctx, chromedp.Click(`form[action="/settings/notifications"] button.btn[data-is="main"]`))
	until(t, ctx, `document.body.textContent.includes("Give both when the quiet hours begin and when they end")`)
	mustertest.Screenshot(t, ctx, "notices-refused")
	evaluate[any](t, ctx, `document.querySelector('[name="quiet.to"]').value = "07:00"; for (const b of document.querySelectorAll('[name="quiet.days"]')) b.checked = true`)
	run(t, ctx, chromedp.Click(`form[action="/settings/notifications"] button.btn[data-is="main"]`))
	until(t, ctx, `document.querySelector(".toast") !== null && document.querySelector('[name="topics.watched"][value="mail"]').checked && document.querySelector('[name="quiet.from"]').value === "22:00"`)
	for _, theme := range []string{"light", "dark"} {
		evaluate[any](t, ctx, `document.cookie = "theme=`+theme+`; path=/"`)
		for _, width := range []int64{1440, 360} {
			run(t, ctx, chromedp.EmulateViewport(width, 900))
			for name, path := range map[string]string{"inbox": "/inbox", "notices": "/settings/notifications", "notice-log": "/settings/notifications/log"} {
				run(t, ctx, chromedp.Navigate(d.URL+path), chromedp.WaitVisible("main h1"))
				if wide := evaluate[int](t, ctx, "document.documentElement.scrollWidth"); wide > int(width) {
					t.Errorf("%s is %d px wide on a screen of %d", path, wide, width)
				}
				if os.Getenv("MUSTER_SHOTS") != "" {
					mustertest.Screenshot(t, ctx, name+"-"+theme+"-"+map[int64]string{1440: "desk", 360: "phone"}[width])
				}
			}
		}
	}
	for _, c := range complaints() {
		if !strings.Contains(c, "422") {
			t.Error(c)
		}
	}
}

func ticketPathOf(number int64) string { return fmt.Sprintf("/tickets/%d", number) }

// A digest leaves as one mail, is in the ledger, and the ledger is read by the API.
func TestDigestStory(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d := startDesk(t, url)
		ann := d.hire("Ann Arbour", access.Admin)
		browser := d.signedIn(t, ann.Email)
		wants(t, "rules", browser.post("/settings/notifications", "topics.assigned", "app", "topics.assigned", "mail", "digest", "now", "hour", "8"), 200, "Kept.")
		for _, title := range []string{"First", "Second"} {
			d.must("PATCH", ticketPathOf(d.openOne(title)), map[string]any{"assignee": ann.ID}, nil)
		}
		for _, now := range []string{`UPDATE notice_ways SET due_at = 1 WHERE workspace_id = $1 AND user_id = $2 AND channel = 'mail' RETURNING id`,
			`UPDATE jobs SET run_at = 1 WHERE workspace_id = $1 AND task = 'notify.bring' AND $2 <> '' RETURNING id`} { // half a minute has passed
			if _, err := db.Single(d.as(), d.house.db, db.Value[string], now, d.house.workspace.ID, ann.ID); err != nil {
				t.Fatal(err)
			}
		}
		d.house.bus.Wake()
		d.await("the digest has arrived", func() bool { return len(d.sink.mails()) == 1 })
		m := d.sink.mails()[0]
		if raw := string(m.Raw); !strings.Contains(raw, "Subject: 2 notices") || !strings.Contains(raw, "#1 First") || !strings.Contains(raw, "Auto-Submitted: auto-generated") ||
			!strings.Contains(raw, "List-Unsubscribe: <"+d.URL+"/settings/notifications>\r\n") {
			t.Errorf("got %s", raw)
		}
		var sum struct {
			Told, Unaccounted int64
			Outcomes          map[string]map[string]int64
		}
		d.must("GET", "/notifications/summary", nil, &sum)
		if sum.Told != 4 || sum.Unaccounted != 0 || sum.Outcomes["mail"]["delivered"] != 2 || sum.Outcomes["app"]["delivered"] != 2 {
			t.Errorf("got %+v", sum)
		}
		var page wireList[struct {
			User, Channel, Outcome, Title string
			Ticket                        int64
		}]
		d.must("GET", "/notifications?outcome=delivered&limit=3", nil, &page)
		if len(page.Items) != 3 || page.Next == nil || page.Items[0].User != ann.ID || page.Items[0].Ticket != 2 || page.Items[0].Title != "Second" {
			t.Errorf("got %+v", page)
		}
		wants(t, "the ledger's page", browser.see("/settings/notifications/log"), 200, "Every notice is accounted for", "Ann Arbour", "Delivered")
		if a := d.ask("GET", "/api/v1/notifications", "", "Authorization: Bearer "+d.mintToken("customer-support")); a.Status != 403 {
			t.Errorf("without the right: got %d, want 403", a.Status)
		}
	})
}
