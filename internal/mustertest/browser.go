package mustertest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience is how long a test of a page may take in all: the machine may be busy, a page is not.
const patience = 2 * time.Minute

// Browser starts a Chromium of its own, without a window, a profile or a network service that calls
// home, and returns a context to drive it with chromedp. It ends with the test.
func Browser(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1440, 900),
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("lang", "en-GB"),
		chromedp.WSURLReadTimeout(patience),
	)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	// Waits for the browser to end, so that its profile is gone from the disk before the folder is.
	t.Cleanup(func() { _ = chromedp.Cancel(ctx); cancel() })
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return ctx
}

// Complaints collects from now on what pages complain about: exceptions, what the content security
// policy blocked, what was not found. The func it returns lists them.
func Complaints(t *testing.T, ctx context.Context) func() []string {
	t.Helper()
	var mu sync.Mutex
	var said []string
	hear := func(text string) {
		mu.Lock()
		defer mu.Unlock()
		said = append(said, text)
	}
	err := chromedp.Listen(ctx, func(ev any) {
		switch ev := ev.(type) {
		case *runtime.EventExceptionThrown:
			hear("exception: " + ev.ExceptionDetails.Text + " " + description(ev.ExceptionDetails.Exception))
		case *log.EventEntryAdded:
			if ev.Entry.Level == log.EntryLevelError || ev.Entry.Source == log.EntrySourceSecurity {
				hear(string(ev.Entry.Source) + ": " + ev.Entry.Text + " " + ev.Entry.URL)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(said)
	}
}

// Keys types the text as a keyboard does: what a page prevents at the press of a key is not written.
// kb has the runes of keys without a letter, such as kb.Escape.
func Keys(text string, modifiers ...chromedp.Modifier) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		for _, r := range text {
			events := kb.Encode(r)
			down, up := *events[0], *events[len(events)-1]
			for _, m := range modifiers {
				down.Modifiers, up.Modifiers = down.Modifiers|int64(m), up.Modifiers|int64(m)
			}
			if len(events) == 3 && len(modifiers) == 0 { // a printable key, whose text comes with its press
				down.Text, down.UnmodifiedText = events[1].Text, events[1].UnmodifiedText
			}
			for _, event := range []input.DispatchKeyEventParams{down, up} {
				if _, err := cdp.Call(ctx, target, input.DispatchKeyEvent, event); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// chromium returns the path of the browser, and says what to install where there is none.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("the tests of pages need Chromium: install the package chromium, then run them again")
	return ""
}

// Screenshot writes what the page looks like, all of it, to name.png in the folder $MUSTER_SHOTS, for
// people to look at; without that variable in a folder that goes with the test.
func Screenshot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	keep(t, ctx, name, chromedp.FullScreenshot(100))
}

// Screen writes, as Screenshot does, what fits on the screen: of a page with parts that stay in their
// place while it scrolls, a picture of all shows those where nobody ever sees them.
func Screen(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	keep(t, ctx, name, chromedp.CaptureScreenshot())
}

func keep(t *testing.T, ctx context.Context, name string, take chromedp.Action[[]byte]) {
	t.Helper()
	folder := os.Getenv("MUSTER_SHOTS")
	if folder == "" {
		folder = t.TempDir()
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	picture, err := photograph(ctx, take)
	if err != nil {
		t.Fatalf("screenshot %s: %v", name, err)
	}
	file := filepath.Join(folder, strings.ReplaceAll(name, "/", "-")+".png")
	if err := os.WriteFile(file, picture, 0o666); err != nil {
		t.Fatal(err)
	}
	t.Logf("wrote %s", file)
}

// photograph takes a picture. A browser that is on its way to
// the next page has none to show for a moment.
func photograph(ctx context.Context, take chromedp.Action[[]byte]) (picture []byte, err error) {
	for range 5 {
		if picture, err = chromedp.Run(ctx, take); err == nil {
			return picture, nil
		}
		if _, err := chromedp.Run(ctx, chromedp.Poll[bool](`document.readyState === "complete" && document.documentElement.offsetWidth > 0`)); err != nil {
			return nil, err
		}
	}
	return nil, err
}

func description(o *runtime.RemoteObject) string {
	if o == nil {
		return ""
	}
	return o.Description
}
