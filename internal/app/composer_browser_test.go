package app

import (
	"testing"

	"github.com/chromedp/chromedp"

	"muster/internal/access"
	"muster/internal/mustertest"
)

// What is being written stays what it was meant to be: a note never comes back as a reply, and nothing is sent but by its button.
func TestComposerKeepsWhatIsMeant(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	ann := d.hire("Ann Arbour", access.Admin)
	furnish(d, d.signedIn(t, ann.Email))
	ctx := mustertest.Browser(t)
	signIn(t, ctx, d, ann.Email)
	load := func() {
		t.Helper()
		run(t, ctx, chromedp.Navigate(d.URL+"/tickets/1"), chromedp.WaitVisible("#composer .prose"))
	}
	buttons := `[...document.querySelectorAll("#composer .foot :is(button, .hint)")].filter((e) => e.checkVisibility() && e.innerText.trim()).map((e) => e.innerText.trim()).join(", ")`
	load()
	if got, want := evaluate[string](t, ctx, buttons), "10 s to take it back, Send, waiting on customer, Send"; got != want {
		t.Errorf("a reply has %q, want %q", got, want)
	}
	run(t, ctx, mustertest.Keys("n"), mustertest.Keys("For us alone"))
	if got, want := evaluate[string](t, ctx, buttons), "Keep note"; got != want {
		t.Errorf("a note has %q, want %q", got, want)
	}
	mustertest.Screenshot(t, ctx, "composer-note")
	load()
	holds := `[document.querySelector("#composer [name=kind]:checked").value, document.querySelector("#composer textarea").value, document.querySelector("#composer [name=cc]").value].join("|")`
	until(t, ctx, `document.querySelector("#composer textarea").value !== ""`)
	if got, want := evaluate[string](t, ctx, holds), "note|For us alone|"; got != want {
		t.Errorf("the page again holds %q, want %q", got, want)
	}

	// Enter after an address is no wish to send.
	run(t, ctx, chromedp.Click(`#composer label:has([value=reply])`), chromedp.Click(`#composer [name=cc]`), mustertest.Keys("it@fennoway.example\r"))
	load()
	until(t, ctx, `document.querySelector("#composer textarea").value !== ""`)
	if got, want := evaluate[string](t, ctx, holds), "reply|For us alone|it@fennoway.example"; got != want {
		t.Errorf("the page again holds %q, want %q", got, want)
	}
	if evaluate[bool](t, ctx, `document.querySelector("#timeline").textContent.includes("For us alone")`) {
		t.Error("Enter after an address sent the reply")
	}

	// What was sent is not kept.
	run(t, ctx, chromedp.Click("#composer .prose"), mustertest.Keys("\r", chromedp.ModifierCtrl))
	until(t, ctx, `document.querySelector("#timeline").textContent.includes("For us alone")`)
	if got, want := evaluate[string](t, ctx, holds), "reply||"; got != want {
		t.Errorf("after sending it holds %q, want %q", got, want)
	}
}
