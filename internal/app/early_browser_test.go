package app

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"

	"muster/internal/access"
	"muster/internal/mustertest"
)

// Who writes before the editor has arrived goes on writing: no letter of theirs is taken for a command.
func TestWritingBeforeTheEditorIsThere(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	ann := d.hire("Ann Arbour", access.Admin)
	furnish(d, d.signedIn(t, ann.Email))
	ctx := mustertest.Browser(t)
	signIn(t, ctx, d, ann.Email)
	held := make(chan fetch.RequestID, 8)
	if err := chromedp.Listen(ctx, func(e any) {
		if paused, ok := e.(*fetch.EventRequestPaused); ok {
			held <- paused.RequestID
		}
	}); err != nil {
		t.Fatal(err)
	}
	run(t, ctx, command(fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: "*/assets/editor-*"}}}))
	evaluate[any](t, ctx, `void setTimeout(() => location.href = "`+d.URL+`/tickets/1")`)
	request := <-held
	until(t, ctx, `document.readyState !== "loading" && document.querySelector("#composer textarea") !== null`)
	run(t, ctx, mustertest.Keys("n"), mustertest.Keys("See h"))
	if got := evaluate[string](t, ctx, `document.querySelector("#composer textarea").value`); got != "See h" {
		t.Fatalf("the plain field has %q", got)
	}
	run(t, ctx, command(fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: request}), command(fetch.Disable, cdp.Empty{}))
	until(t, ctx, `document.querySelector("#composer .prose") !== null`)
	run(t, ctx, mustertest.Keys("ere"))
	until(t, ctx, `document.querySelector("#composer textarea").value === "See here"`)
	if got := evaluate[string](t, ctx, `document.querySelector("#ticket-state").textContent`); !evaluate[bool](t, ctx, `document.querySelector("#composer .prose").textContent === "See here"`) {
		t.Errorf("the letters went elsewhere; the ticket is %q", got)
	}
}

// command sends a command of the browser's protocol.
func command[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, target *chromedp.Target) (none chromedp.Void, err error) {
		_, err = cdp.Call(ctx, target, c, params)
		return none, err
	}
}
