package ui

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// budget is what the first page may weigh on its way, in bytes: with the editor, and without.
const (
	budget     = 150_000
	budgetBare = 40_000
)

func TestBudget(t *testing.T) {
	if assetURL("app.js") == "" {
		t.Fatal("the assets are not built: run scripts/assets, then the tests again")
	}
	weigh := func(names ...string) (sum int) {
		for _, name := range names {
			b, err := dist.ReadFile("dist/" + manifest()[name] + ".gz")
			if err != nil {
				t.Fatal(err)
			}
			sum += len(b)
		}
		return sum
	}
	files, err := dist.ReadDir("dist")
	if err != nil {
		t.Fatal(err)
	}
	shared := 0
	for _, file := range files {
		if strings.HasPrefix(file.Name(), "part-") && strings.HasSuffix(file.Name(), ".js.gz") {
			b, _ := dist.ReadFile("dist/" + file.Name())
			shared += len(b)
		}
	}
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/parts", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	Gzip(Parts()).ServeHTTP(w, r)
	bare := w.Body.Len() + shared + weigh("app.js", "app.css", "mark.svg")
	full := bare + weigh("editor.js")
	t.Logf("page %d, app.js %d, app.css %d, shared %d, editor.js %d", w.Body.Len(), weigh("app.js"), weigh("app.css"), shared, weigh("editor.js"))
	if bare > budgetBare+w.Body.Len() {
		t.Errorf("what every page loads weighs %d bytes, want at most %d", bare-w.Body.Len(), budgetBare)
	}
	if full > budget {
		t.Errorf("a first page with the editor weighs %d bytes, want at most %d", full, budget)
	}
}

func TestAssets(t *testing.T) {
	for _, row := range []struct {
		rule, path, encoding string
		status               int
		kind, packed, cache  string
	}{
		{"the stylesheet comes packed", assetURL("app.css"), "gzip, br", 200, "text/css; charset=utf-8", "gzip", "immutable"},
		{"or as it is", assetURL("app.css"), "", 200, "text/css; charset=utf-8", "", "immutable"},
		{"no encoding means no", assetURL("app.css"), "gzip;q=0", 200, "text/css; charset=utf-8", "", "immutable"},
		{"a brand is one number", "/assets/brand-295.css", "", 200, "text/css; charset=utf-8", "", "immutable"},
		{"and only a number", "/assets/brand-}x.css", "", 404, "", "", ""},
		{"within the circle", "/assets/brand-999.css", "", 404, "", "", ""},
		{"what is not there is not kept", "/assets/app-OLD.js", "", 404, "", "", ""},
		{"packed files have no address of their own", assetURL("app.css") + ".gz", "", 404, "", "", ""},
		{"nothing beside the folder", "/assets/../ui.go", "", 404, "", "", ""},
	} {
		r := httptest.NewRequest("GET", "/assets/x", nil)
		r.URL.Path = row.path
		r.Header.Set("Accept-Encoding", row.encoding)
		w := httptest.NewRecorder()
		Assets().ServeHTTP(w, r)
		h := w.Header()
		if w.Code != row.status || row.status == 200 && h.Get("Content-Type") != row.kind || h.Get("Content-Encoding") != row.packed || !strings.Contains(h.Get("Cache-Control"), row.cache) || row.cache == "" && h.Get("Cache-Control") != "" {
			t.Errorf("%s: got %d %v, want %d %s %q %s", row.rule, w.Code, h, row.status, row.kind, row.packed, row.cache)
		}
	}
}

func TestGzip(t *testing.T) {
	long := strings.Repeat("what is long is worth it. ", 100)
	for _, row := range []struct {
		rule, accepts, kind, body string
		packed                    bool
	}{
		{"a long page is packed", "gzip, deflate", "text/html; charset=utf-8", long, true},
		{"a short one is not worth it", "gzip", "text/html; charset=utf-8", "short", false},
		{"a browser may not take it", "", "text/html; charset=utf-8", long, false},
		{"a picture is packed already", "gzip", "image/png", long, false},
		{"a stream passes as it is", "gzip", "text/event-stream", long, false},
	} {
		h := Gzip(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", row.kind)
			w.WriteHeader(http.StatusAccepted)
			for part := range strings.SplitAfterSeq(row.body, ". ") {
				io.WriteString(w, part)
			}
		}))
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", row.accepts)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		packed := w.Header().Get("Content-Encoding") == "gzip"
		body := io.Reader(w.Body)
		if packed {
			z, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			body = z
		}
		got, err := io.ReadAll(body)
		if err != nil || string(got) != row.body || w.Code != http.StatusAccepted || packed != row.packed || w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: got %d, packed %v, %d bytes (%v), want 202, packed %v, %d bytes", row.rule, w.Code, packed, len(got), err, row.packed, len(row.body))
		}
	}
}

func TestGzipLetsStreamsFlow(t *testing.T) {
	next := make(chan bool)
	s := httptest.NewServer(Gzip(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for i := range 2 {
			fmt.Fprintf(w, "data: %d\n\n", i)
			http.NewResponseController(w).Flush()
			<-next
		}
	})))
	defer s.Close()
	response, err := s.Client().Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	for i := range 2 {
		buffer := make([]byte, len("data: 0\n\n"))
		if _, err := io.ReadFull(response.Body, buffer); err != nil || !bytes.Contains(buffer, fmt.Append(nil, i)) {
			t.Fatalf("got %q (%v), want message %d before the next is sent", buffer, err, i)
		}
		next <- true
	}
}

func TestUnbuiltPageSaysWhatToRun(t *testing.T) {
	page := Parse[unbuilt](pages, "pages/fault.html")
	w := httptest.NewRecorder()
	if err := page.Render(w, httptest.NewRequest("GET", "/", nil), unbuilt{}); err != nil {
		t.Fatal(err)
	}
	if got := w.Body.String(); !strings.Contains(got, "scripts/assets") || strings.Contains(got, "<script") {
		t.Errorf("got %s, want a page that says to run scripts/assets and loads nothing", got)
	}
}

// unbuilt is a page of a binary without its assets.
type unbuilt struct {
	Frame
	Empty  Empty
	Fields []string
}

func (unbuilt) Built() bool         { return false }
func (unbuilt) Asset(string) string { return "" }

func TestRenderAnswersWhatWasAsked(t *testing.T) {
	f := Frame{Title: "Parts", Now: time.Date(2026, 3, 10, 9, 42, 0, 0, time.UTC), Search: "/search"}
	for _, row := range []struct {
		rule      string
		headers   []string
		has, hasn string
	}{
		{"a browser gets the whole page", nil, "<!doctype html>", "nothing of this"},
		{"htmx gets the main part, with its title", []string{"HX-Request", "true", "HX-Target", "main#main"}, "<title>Parts · Muster</title>", "<html"},
		{"or the part that it will replace", []string{"HX-Request", "true", "HX-Target", "nav#rail"}, `<nav class="rail" id="rail"`, `class="empty"`},
		{"a whole body is a whole page", []string{"HX-Request", "true", "HX-Target", "body"}, "<!doctype html>", "nothing of this"},
		{"so is a page from the history", []string{"HX-Request", "true", "HX-History-Restore-Request", "true"}, "<!doctype html>", "nothing of this"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		for i := 0; i < len(row.headers); i += 2 {
			r.Header.Set(row.headers[i], row.headers[i+1])
		}
		w := httptest.NewRecorder()
		if err := faultPage().Render(w, r, faultView{Frame: f}); err != nil {
			t.Fatal(err)
		}
		if got := w.Body.String(); !strings.Contains(got, row.has) || strings.Contains(got, row.hasn) {
			t.Errorf("%s: want %q and not %q in\n%s", row.rule, row.has, row.hasn, got)
		}
		if got := w.Header().Values("Vary"); len(got) == 0 || got[0] != "HX-Request, HX-Target" {
			t.Errorf("%s: got Vary %q, want what the answer depends on", row.rule, got)
		}
	}
}

func TestReadersAtOnceGetTheirOwnWords(t *testing.T) {
	want := map[string]string{"": "Skip to content", "de": "Zum Inhalt"}
	var all sync.WaitGroup
	for i := range 40 {
		locale := [...]string{"", "de"}[i%2]
		all.Go(func() {
			w := httptest.NewRecorder()
			v := faultView{Frame: Frame{Me: Me{Locale: locale}}, Empty: Empty{Title: locale}}
			if err := faultPage().Render(w, httptest.NewRequest("GET", "/", nil), v); err != nil {
				t.Error(err)
			}
			if !strings.Contains(w.Body.String(), want[locale]) {
				t.Errorf("a reader of %q did not get %q", locale, want[locale])
			}
		})
	}
	all.Wait()
}
