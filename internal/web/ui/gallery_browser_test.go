package ui_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/web/ui"
)

// server serves the page of every part as the program does, and remembers what was uploaded.
type server struct {
	*httptest.Server
	mu    sync.Mutex
	files []string
}

func serve(t *testing.T) *server {
	t.Helper()
	if (ui.Frame{}).Asset("app.js") == "" {
		t.Fatal("the assets are not built: run scripts/assets, then the tests again")
	}
	s := &server{}
	mux := http.NewServeMux()
	mux.Handle("GET /assets/", ui.Assets())
	mux.Handle("GET /parts", ui.Parts())
	mux.Handle("POST /theme", ui.SetTheme())
	mux.Handle("POST /parts/upload", ui.Handler(s.upload))
	mux.HandleFunc("GET /parts/people", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode([]map[string]string{{"id": "u1", "name": "Saoirse Dunmall", "hint": "First line"}})
	})
	mux.HandleFunc("GET /attachments/{id}", func(w http.ResponseWriter, r *http.Request) { w.Write(dot) })
	mux.HandleFunc("GET /search", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "<!doctype html><title>Search</title><p id=%q>found", r.FormValue("q"))
	})
	mux.HandleFunc("POST /parts", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "<!doctype html><title>Kept</title><p id=kept>kept")
	})
	s.Server = httptest.NewServer(ui.Secure(ui.Gzip(mux)))
	t.Cleanup(s.Close)
	return s
}

func (s *server) upload(w http.ResponseWriter, r *http.Request) error {
	file, head, err := r.FormFile("file")
	if err != nil {
		return err
	}
	defer file.Close()
	if head.Filename == "run.exe" {
		return fault.Field("file", "Programs are not taken.")
	}
	size, err := io.Copy(io.Discard, file)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files = append(s.files, head.Filename)
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(map[string]any{"id": fmt.Sprintf("a%d", len(s.files)), "name": head.Filename, "url": "/attachments/a1", "type": head.Header.Get("Content-Type"), "size": size})
}

// dot is a picture of one point.
var dot = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\r\xefF\xb8\x00\x00\x00\x00IEND\xaeB`\x82")

// visit opens the page of every part and waits until its editor is there.
func visit(t *testing.T, ctx context.Context, s *server) {
	t.Helper()
	do(t, ctx, chromedp.Navigate(s.URL+"/parts"), chromedp.WaitVisible(".prose[contenteditable]"))
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// ask evaluates an expression in the page.
func ask[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// await waits until an expression holds.
func await(t *testing.T, ctx context.Context, expression string) {
	t.Helper()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression)); err != nil {
		t.Fatalf("waiting for %s: %v", expression, err)
	}
}

// violations are what axe-core finds against WCAG 2.2 AA, one line for each place.
func violations(t *testing.T, ctx context.Context) []string {
	t.Helper()
	axe, err := os.ReadFile("../../../node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is not there: run scripts/assets, then the tests again (%v)", err)
	}
	ask[any](t, ctx, string(axe)+";0")
	found := ask[string](t, ctx, `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], rules: {"target-size": {enabled: true}}})
		.then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.target.join(" ") + ": " + (n.any[0] || n.all[0] || n.none[0] || {}).message)).join("\n"))`)
	if found == "" {
		return nil
	}
	return strings.Split(found, "\n")
}

func TestPartsInBrowser(t *testing.T) {
	s := serve(t)
	ctx := mustertest.Browser(t)
	complaints := mustertest.Complaints(t, ctx)
	for _, theme := range []string{"light", "dark"} {
		for _, size := range []struct {
			name          string
			width, height int64
		}{{"desk", 1440, 900}, {"tablet", 800, 1000}, {"phone", 360, 740}} {
			t.Run(theme+"/"+size.name, func(t *testing.T) {
				do(t, ctx, chromedp.EmulateViewport(size.width, size.height))
				do(t, ctx, chromedp.Navigate(s.URL+"/parts"))
				ask[any](t, ctx, fmt.Sprintf("document.cookie = 'theme=%s; path=/'", theme))
				visit(t, ctx, s)
				if got := ask[string](t, ctx, "document.documentElement.dataset.theme"); got != theme {
					t.Errorf("the theme is %q, want %q as the cookie says", got, theme)
				}
				for _, v := range violations(t, ctx) {
					t.Error(v)
				}
				if wide := ask[int](t, ctx, "document.documentElement.scrollWidth"); wide > int(size.width) {
					t.Errorf("the page is %d px wide, want at most %d: it scrolls sideways", wide, size.width)
				}
				mustertest.Screenshot(t, ctx, "parts-"+theme+"-"+size.name)
			})
		}
	}
	for _, c := range complaints() {
		t.Errorf("the browser complained: %s", c)
	}
}
