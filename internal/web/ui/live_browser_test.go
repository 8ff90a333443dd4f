package ui_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/chromedp/chromedp"

	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/web/ui"
)

// liveView is a page on which things happen.
type liveView struct {
	ui.Frame
	Count int64
	List  ui.List
}

var livePage = ui.Parse[liveView](fstest.MapFS{"live.html": {Data: []byte(`{{define "main"}}
<h1>Live</h1><p data-presence="ticket:7" hidden><span data-text></span></p>
<section id="record" data-live="ticket:7"><output>{{.Count}}</output> <input id="typed" name="typed" aria-label="Typed"> <details><summary>More</summary>Unfolded</details></section>
{{template "list" .List}}
<form id="edit" hx-post="/edit" hx-swap="none"><label>Window <input name="window" value="07:20"></label><button class="btn" data-is="main">Save</button></form>
<button class="btn" id="merge" hx-post="/merge">Merge</button>{{end}}`)}}, "live.html")

// desk serves that page, its stream of changes, and what its buttons ask for.
type desk struct {
	*httptest.Server
	count   atomic.Int64
	say     chan string
	streams chan string // the topics of each stream that was opened
}

func serveLive(t *testing.T) *desk {
	t.Helper()
	d := &desk{say: make(chan string), streams: make(chan string, 8)}
	mux := http.NewServeMux()
	mux.Handle("GET /assets/", ui.Assets())
	mux.Handle("GET /", ui.Handler(d.page))
	mux.HandleFunc("GET /live", d.stream)
	mux.HandleFunc("POST /presence", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(map[string]any{"here": []map[string]string{{"name": "Saoirse", "doing": "writing"}}})
	})
	mux.Handle("POST /edit", ui.Handler(func(http.ResponseWriter, *http.Request) error {
		return fault.Field("window", "The window ends before it begins – did you mean 08:20?")
	}))
	mux.Handle("POST /merge", ui.Handler(func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.Conflict, "Ticket 8 was merged by Lena.")
	}))
	d.Server = httptest.NewServer(ui.Secure(ui.Gzip(mux)))
	t.Cleanup(func() { d.CloseClientConnections(); d.Close() })
	return d
}

func (d *desk) page(w http.ResponseWriter, r *http.Request) error {
	v := liveView{Frame: ui.FrameOf(r, "Live"), Count: d.count.Load()}
	v.Shell, v.Live = ui.Desk, "/live"
	v.List = ui.List{Label: "Tickets", Topic: "queue:1", Here: "/", Groups: []ui.Rows{{Rows: []ui.Row{{ID: "t1", Number: "#1", Subject: "First", Href: "#1", State: ui.State{Category: "new"}}}}}}
	return livePage.Render(w, r, v)
}

func (d *desk) stream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	http.NewResponseController(w).Flush()
	d.streams <- r.URL.RawQuery
	for {
		select {
		case message := <-d.say:
			fmt.Fprintf(w, "data: %s\n\n", message)
			http.NewResponseController(w).Flush()
		case <-r.Context().Done():
			return
		}
	}
}

func TestLivePageIsSound(t *testing.T) {
	if err := livePage.Check(); err != nil {
		t.Error(err)
	}
}

func TestLive(t *testing.T) {
	d := serveLive(t)
	ctx := mustertest.Browser(t)
	complaints := mustertest.Complaints(t, ctx)
	do(t, ctx, chromedp.Navigate(d.URL+"/"))
	if got, want := <-d.streams, "topic=queue%3A1&topic=rail&topic=ticket%3A7"; got != want {
		t.Errorf("the page listens to %q, want %q", got, want)
	}
	await(t, ctx, `document.querySelector("[data-presence]").textContent.trim() === "Saoirse is writing"`)

	// A change by somebody else, while the reader types.
	do(t, ctx, chromedp.Click("#typed"), mustertest.Keys("half"))
	ask[any](t, ctx, `document.querySelector("#record details").open = true; document.querySelector("#typed").setSelectionRange(2, 2); 0`)
	d.count.Store(41)
	d.say <- `{"topic":"ticket:7","id":"e1","by":"lena"}`
	await(t, ctx, `document.querySelector("#record output").textContent === "41"`)
	state := `[document.activeElement.id, document.querySelector("#typed").value, document.querySelector("#typed").selectionStart, document.querySelector("#record details").open].join(" ")`
	if got := ask[string](t, ctx, state); got != "typed half 2 true" {
		t.Errorf("after the change the reader has %q, want focus, text, cursor and what was unfolded as before", got)
	}

	// New rows are announced, not pushed in; one that is shown already is not new.
	d.say <- `{"topic":"queue:1","id":"t1"}`
	d.say <- `{"topic":"queue:1","id":"t2"}`
	d.say <- `{"topic":"queue:1","id":"t3"}`
	d.say <- `{"topic":"queue:1","id":"t3"}`
	await(t, ctx, `document.querySelector(".fresh").checkVisibility() && document.querySelector(".fresh").textContent.trim() === "2 new tickets"`)
	for _, c := range complaints() {
		t.Errorf("the browser complained: %s", c)
	}

	// The stream breaks: it is opened again, and what was missed meanwhile appears.
	d.count.Store(42)
	d.CloseClientConnections()
	<-d.streams
	await(t, ctx, `document.querySelector("#record output").textContent === "42"`)
}

func TestFaultsInPlace(t *testing.T) {
	d := serveLive(t)
	ctx := mustertest.Browser(t)
	do(t, ctx, chromedp.Navigate(d.URL+"/"), chromedp.Click("#edit button"), chromedp.WaitVisible("#edit .error"))
	got := ask[string](t, ctx, `[document.querySelector("#edit .error").textContent, document.querySelector("#edit input").ariaInvalid, document.querySelector("#edit input").value, document.activeElement.name].join("|")`)
	if want := "The window ends before it begins – did you mean 08:20?|true|07:20|window"; got != want {
		t.Errorf("the form has %q, want %q", got, want)
	}
	do(t, ctx, chromedp.Click("#merge"), chromedp.WaitVisible("#toasts [role=alert]"))
	if got := ask[string](t, ctx, `document.querySelector("#toasts").textContent.trim()`); !strings.Contains(got, "Ticket 8 was merged by Lena.") {
		t.Errorf("the toast says %q, want the fault", got)
	}
	for _, v := range violations(t, ctx) {
		t.Error(v)
	}
	do(t, ctx, chromedp.Click("#toasts [data-close]"), chromedp.WaitNotPresent("#toasts [role=alert]"))
}
