package app

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"muster/internal/access"
	"muster/internal/demo"
	"muster/internal/event"
	"muster/internal/mustertest"
)

func run(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Error(err)
		mustertest.Screenshot(t, ctx, "failed-"+t.Name())
		t.FailNow()
	}
}

// evaluate asks the page.
func evaluate[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits until an expression holds in the page, whichever page that is by then.
func until(t *testing.T, ctx context.Context, expression string) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		if err == nil && holds {
			return
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			t.Errorf("waited in vain for %s: %v", expression, err)
			mustertest.Screenshot(t, ctx, "failed-"+t.Name())
			t.FailNow()
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// signIn signs in as a person does.
func signIn(t *testing.T, ctx context.Context, d *running, email string) {
	t.Helper()
	run(t, ctx, chromedp.Navigate(d.URL+"/"), chromedp.WaitVisible("#f-email"), chromedp.Click("#f-email"), mustertest.Keys(email),
		chromedp.Click("#f-password"), mustertest.Keys(deskPassword+"\r"), chromedp.WaitVisible("#tickets"))
}

// The story of TestMailStory, as an agent lives it in a browser.
func TestMailStoryInBrowser(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	d.letsTakeBack(3)
	ann := d.hire("Ann Arbour", access.Admin)
	ctx := mustertest.Browser(t)
	complaints := mustertest.Complaints(t, ctx)
	signIn(t, ctx, d, ann.Email)
	mustertest.Screenshot(t, ctx, "story-1-empty")

	run(t, ctx, chromedp.Navigate(d.URL+"/queues/unassigned"), chromedp.WaitVisible("#tickets"))
	d.deliver("maren@fennoway.example", "support@quillmere.example",
		letterFrom("Maren Oduya <maren@fennoway.example>", "first@fennoway.example", "Invoices exported twice", "", "Both runs carry the same number.\n\nMaren"))
	until(t, ctx, `document.querySelector(".fresh:not([hidden])") !== null`) // it appears by itself
	mustertest.Screenshot(t, ctx, "story-2-arrived")
	run(t, ctx, chromedp.Click(".fresh"), chromedp.WaitVisible(".row .subject"), chromedp.Click(".row .subject"), chromedp.WaitVisible("#composer .prose"))

	// A note, by its key.
	run(t, ctx, mustertest.Keys("n"), chromedp.Click("#composer .prose"), mustertest.Keys("Seen before, in **February**."), mustertest.Keys("\r", chromedp.ModifierCtrl))
	until(t, ctx, `[...document.querySelectorAll(".message[data-is=note] strong")].some(e => e.textContent === "February")`)
	mustertest.Screenshot(t, ctx, "story-3-note")

	// A reply, which waits for the customer.
	run(t, ctx, chromedp.WaitVisible("#composer .prose"), mustertest.Keys("r"), chromedp.Click("#composer .prose"), mustertest.Keys("Hello Maren,\rwe have paused it."))
	mustertest.Screenshot(t, ctx, "story-4-writing")
	run(t, ctx, chromedp.Click(`#composer button[value="waiting-customer"]`))
	until(t, ctx, `document.querySelector(".toast [data-key=z]") !== null && document.querySelector("#ticket-state").textContent.includes("Waiting on customer")`)
	mustertest.Screenshot(t, ctx, "story-5-sent")
	d.await("the reply has arrived", func() bool { return len(d.sink.mails()) == 1 })
	reply := d.sink.mails()[0]
	if strings.Contains(string(reply.Raw), "February") {
		t.Error("the note was sent")
	}

	// The customer's answer appears without a reload, and the ticket is open again.
	d.deliver("maren@fennoway.example", "support@quillmere.example", letterFrom("Maren Oduya <maren@fennoway.example>", "second@fennoway.example",
		"Re: Invoices exported twice", "In-Reply-To: "+reply.header(t, "Message-ID")+"\n", "Thank you, it is fine now."))
	until(t, ctx, `[...document.querySelectorAll("#timeline .message")].some(e => e.textContent.includes("it is fine now"))`)
	until(t, ctx, `document.querySelector("#ticket-state .state").dataset.is === "open"`)
	run(t, ctx, chromedp.Navigate(d.URL+"/tickets/1"), chromedp.WaitVisible("#composer .prose"))
	evaluate[any](t, ctx, `document.activeElement.blur()`)
	run(t, ctx, mustertest.Keys("e"))
	until(t, ctx, `document.querySelector("#ticket-state").textContent.includes("Resolved")`)
	mustertest.Screenshot(t, ctx, "story-6-resolved")
	for _, c := range complaints() {
		t.Error(c)
	}
}

// A reply that is taken back in time never leaves, and a dialog tells what somebody else did.
func TestTakeBackInBrowser(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	d.letsTakeBack(5)
	ann := d.hire("Ann Arbour", access.Admin)
	d.deliver("maren@fennoway.example", "support@quillmere.example",
		letterFrom("Maren Oduya <maren@fennoway.example>", "first@fennoway.example", "Invoices exported twice", "", "Both runs carry the same number."))
	ctx := mustertest.Browser(t)
	complaints := mustertest.Complaints(t, ctx)
	signIn(t, ctx, d, ann.Email)
	write := func(text string) {
		t.Helper()
		run(t, ctx, chromedp.WaitVisible("#composer .prose"), chromedp.Click("#composer .prose"), mustertest.Keys(text), chromedp.Click(`#composer button[data-is="main"]`))
		until(t, ctx, `[...document.querySelectorAll(".message[data-is=reply]")].some(e => e.textContent.includes("`+text+`"))`)
	}
	run(t, ctx, chromedp.Navigate(d.URL+"/tickets/1"), chromedp.WaitVisible("#composer .prose"), chromedp.Click(`#composer [name="cc"]`), mustertest.Keys("it@fennoway.example"))
	write("A hasty word")
	run(t, ctx, chromedp.Click("#composer .prose"), mustertest.Keys("Begun since"), chromedp.WaitVisible(`.toast button[data-key="z"]`), chromedp.Click(`.toast button[data-key="z"]`))
	until(t, ctx, `document.body.textContent.includes("Taken back before it was sent.")`)

	// What was taken back can be written on, before what was begun since; who was added to it is not among those who get copies.
	until(t, ctx, `document.activeElement.closest("#composer .prose") !== null`)
	composer := `[document.querySelector("#composer textarea").value, document.querySelector("#composer [name=cc]").value, document.querySelectorAll(".panel .tag").length].join("|")`
	if got := evaluate[string](t, ctx, composer); got != "A hasty word\n\nBegun since|it@fennoway.example|0" {
		t.Errorf("the composer holds %q, want text and copies of the reply", got)
	}
	mustertest.Screenshot(t, ctx, "taken-back")
	run(t, ctx, mustertest.Keys("a", chromedp.ModifierCtrl), mustertest.Keys("\b"))
	write("A calm word")
	d.await("the second reply has arrived", func() bool { return len(d.sink.mails()) > 0 })
	for _, m := range d.sink.mails() {
		if strings.Contains(string(m.Raw), "hasty") {
			t.Error("the reply that was taken back was sent")
		}
		if !strings.Contains(strings.Join(m.To, " "), "it@fennoway.example") {
			t.Errorf("it went to %v, want the copy to go out with the reply that was sent", m.To)
		}
	}

	// While the dialog is open, somebody else changes the title.
	run(t, ctx, chromedp.Click(`[popovertarget="more"]`), chromedp.Click(`#more [data-dialog="title"]`), chromedp.WaitVisible("#title #f-title"))
	d.must("PATCH", "/tickets/1", map[string]any{"title": "Theirs"}, nil)
	until(t, ctx, `document.querySelector("main h1").textContent.includes("Theirs")`)
	evaluate[any](t, ctx, `document.querySelector("#title #f-title").value = ""`)
	run(t, ctx, chromedp.Click("#title #f-title"), mustertest.Keys("Mine\r"))
	until(t, ctx, `document.querySelector("dialog#title:modal .banner")?.textContent.includes("was changed while you had it open")`)
	until(t, ctx, `document.activeElement.matches("dialog#title:modal [role=alert]")`)
	if got := evaluate[string](t, ctx, `document.querySelector("#title #f-title").value`); got != "Mine" {
		t.Errorf("the dialog holds %q, want what was typed", got)
	}
	mustertest.Screenshot(t, ctx, "stale-title")
	for _, c := range complaints() {
		if !strings.Contains(c, "409") {
			t.Error(c)
		}
	}
}

// The demo company, page by page, for people to look at.
func TestDemoPages(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db", func(c *Config) { c.Smarthost = "" })
	event.NewBus(d.house.db, "demo") // history makes no mail
	if _, err := demo.Fill(d.as(), demo.Company{DB: d.house.db, Desk: d.house.desk, Office: d.house.office, Asker: d.house.asker, Works: d.house.works, Hooks: d.house.hooks, Hasher: d.house.hasher, Seed: 1, Tickets: 200, Now: time.Now()}); err != nil {
		t.Fatal(err)
	}
	ctx := mustertest.Browser(t)
	run(t, ctx, chromedp.Navigate(d.URL+"/"), chromedp.WaitVisible("#f-email"))
	mustertest.Screenshot(t, ctx, "sign-in")
	run(t, ctx, chromedp.Click("#f-email"), mustertest.Keys("tariq.belhaven@quillmere.example"), chromedp.Click("#f-password"), mustertest.Keys("quillmere-demo\r"), chromedp.WaitVisible("#tickets"))
	for _, theme := range []string{"light", "dark"} {
		evaluate[any](t, ctx, `document.cookie = "theme=`+theme+`; path=/"`)
		for _, size := range []struct {
			name          string
			width, height int64
		}{{"wide", 1680, 1000}, {"desk", 1440, 900}, {"phone", 360, 740}} {
			run(t, ctx, chromedp.EmulateViewport(size.width, size.height))
			for name, path := range map[string]string{"queue": "/queues/open", "ticket": "/tickets/150", "search": "/search?q=export", "new": "/tickets/new", "custody": "/mail",
				"settings": "/settings", "inboxes": "/settings/inboxes/new", "staff": "/settings/staff", "empty": "/queues/spam"} {
				run(t, ctx, chromedp.Navigate(d.URL+path), chromedp.WaitVisible("main h1"))
				until(t, ctx, `innerWidth < 1600 || !document.querySelector(".row") || document.querySelector("#peek h2") !== null`)
				if wide := evaluate[int](t, ctx, "document.documentElement.scrollWidth"); wide > int(size.width) {
					t.Errorf("%s is %d px wide on a screen of %d", path, wide, size.width)
				}
				if os.Getenv("MUSTER_SHOTS") != "" {
					picture(t, ctx, name, theme, size.name)
				}
			}
		}
	}
}

// picture keeps a page of the demo as it looks. On a phone nothing of it stays in its place while it scrolls.
func picture(t *testing.T, ctx context.Context, page, theme, size string) {
	t.Helper()
	take := mustertest.Screenshot
	if size != "phone" && (page == "ticket" || page == "queue") {
		take = mustertest.Screen
	}
	take(t, ctx, page+"-"+theme+"-"+size)
}
