package app

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"muster/internal/access"
	"muster/internal/mustertest"
)

// Words that never end break no page: what does not fit is cut or wrapped, and nothing runs out of the window.
func TestLongWordsInBrowser(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	ann := d.hire(strings.Repeat("Wolfeschlegelstein", 3)+" Arbour", access.Admin)
	admin := d.signedIn(t, ann.Email)
	word, name := strings.Repeat("Invoicesexportedtwice", 15)[:300], strings.Repeat("Hubertblaine", 12)
	d.deliver("maren@fennoway.example", "support@quillmere.example", letterFrom(name+" <maren@fennoway.example>", "first@fennoway.example", word, "", word+" "+word))
	d.await("the mail is a ticket", func() bool { return admin.see("/tickets/1").status == 200 })
	admin.post("/settings/teams/new", "name", strings.Repeat("Firstline", 11))
	admin.post("/tickets/1/tags", "tag", strings.Repeat("export", 10))
	admin.post("/tickets/1/set", "assignee", ann.ID)
	admin.post("/tickets/1/people", "email", strings.Repeat("accounts", 7)+"@"+strings.Repeat("fennoway", 7)+".example")
	admin.post("/tickets", "kind", "request", "title", "b"+word, "requester", "", "impact", "medium", "urgency", "medium")
	admin.post("/tickets/2/link", "type", "child", "other", "1")
	if p := admin.post("/tickets/1/set", "team", regexp.MustCompile(`<option value="([0-9a-v]{20})">Firstline`).FindStringSubmatch(admin.see("/tickets/new").body)[1]); p.status != 200 {
		t.Fatal(p.status)
	}
	message := regexp.MustCompile(`/mail/[0-9a-v]{20}`).FindString(admin.see("/mail").body)
	admin.post("/tickets/1/write", "kind", "note", "body", "`"+word+"`\n\n    "+word)
	ctx := mustertest.Browser(t)
	signIn(t, ctx, d, ann.Email)
	for _, width := range []int64{360, 1280, 1600} {
		for page, path := range map[string]string{"queue": "/queues/open", "ticket": "/tickets/1", "child": "/tickets/2", "search": "/search?q=" + word[:40], "custody": "/mail", "message": message, "new": "/tickets/new"} {
			run(t, ctx, chromedp.EmulateViewport(width, 800), chromedp.Navigate(d.URL+path), chromedp.WaitVisible("main h1"))
			until(t, ctx, `!document.querySelector("muster-editor:not(:defined)") && (innerWidth < 1600 || !document.querySelector(".row") || document.querySelector("#peek h2") !== null)`)
			if got := evaluate[string](t, ctx, outside); got != "" {
				t.Errorf("%s at %d px runs out of the window: %s", path, width, got)
			}
			mustertest.Screenshot(t, ctx, fmt.Sprintf("long-%s-%d", page, width))
		}
	}
}

// outside names what can be seen beyond the window's right edge: what an ancestor cuts off or scrolls cannot.
const outside = `(() => {
	const cut = (e) => { for (let p = e.parentElement; p; p = p.parentElement) if (p !== document.body && p !== document.documentElement && getComputedStyle(p).overflowX !== "visible") return true; return false };
	const all = [...document.querySelectorAll("main *, .rail *")].filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.matches(".sr, .sr *") && !cut(e));
	const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth ? ["the page"] : [];
	return [...wide, ...all.slice(0, 4).map((e) => e.tagName + "." + e.className + (e.id && "#" + e.id))].join(", ");
})()`
