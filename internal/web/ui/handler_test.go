package ui

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"muster/internal/fault"
)

// answer is what a handler that returns err answers, with what it logged.
func answer(t *testing.T, err error, headers ...string) (*httptest.ResponseRecorder, string) {
	t.Helper()
	var log bytes.Buffer
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(old)
	r := httptest.NewRequest("GET", "/tickets/7?tab=all", nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	Handler(func(http.ResponseWriter, *http.Request) error { return err }).ServeHTTP(w, r)
	return w, log.String()
}

func TestFaultPages(t *testing.T) {
	for _, row := range []struct {
		rule   string
		err    error
		status int
		says   []string
	}{
		{"what is not there may be hidden", fault.New(fault.NotFound, "There is no ticket 7."), 404, []string{"<h1>There is nothing here, or you may not see it</h1>", "There is no ticket 7.", "ask them to add you", `href="/"`}},
		{"what is forbidden says who can allow it", fault.New(fault.Denied, "Tariq may not merge."), 403, []string{"Tariq may not merge.", "can give you the right"}},
		{"what changed says to look again", fault.New(fault.Conflict, "It was merged."), 409, []string{"It was merged.", "load the page again"}},
		{"too many says to wait", fault.New(fault.TooMany, "Ten a minute."), 429, []string{"Ten a minute.", "Wait a minute"}},
		{"too large says to send less", fault.New(fault.TooLarge, "At most 25 MB."), 413, []string{"At most 25 MB.", "send less"}},
		{"what is wrong with fields is listed when the form cannot say it", fault.Join(fault.Field("a", "A is empty."), fault.Field("b", "B is odd.")), 422, []string{"A is empty.", "B is odd.", "what you typed is still there"}},
		{"a body over the limit is named", fmt.Errorf("read form: %w", &http.MaxBytesError{Limit: 1 << 20}), 413, []string{"1 MB"}},
		{"a wrapped fault keeps its words", fmt.Errorf("open ticket: %w", fault.New(fault.NotFound, "Gone.")), 404, []string{"Gone."}},
		{"markup in a fault is text", fault.New(fault.Invalid, "Not <b>that</b>."), 422, []string{"Not &lt;b&gt;that&lt;/b&gt;."}},
	} {
		w, log := answer(t, row.err)
		if w.Code != row.status {
			t.Errorf("%s: got status %d, want %d", row.rule, w.Code, row.status)
		}
		for _, want := range row.says {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: want %q in\n%s", row.rule, want, w.Body)
			}
		}
		if log != "" {
			t.Errorf("%s: want nothing logged of what the reader did, got %s", row.rule, log)
		}
	}
}

// A form that is cut short is refused, and not worked on as if what is missing were empty.
func TestFormsArriveWhole(t *testing.T) {
	for _, row := range []struct {
		rule, kind, body string
		status           int
		says             string
	}{
		{"a form", "application/x-www-form-urlencoded", "title=Printer", 200, "Printer"},
		{"a form over the limit", "application/x-www-form-urlencoded; charset=UTF-8", "title=" + strings.Repeat("x", 2000), 413, "taken at once. Send less, or in parts."},
		{"half an escape", "application/x-www-form-urlencoded", "title=Printer%2", 422, "The form did not arrive whole. Send it again."},
		{"what is no form is the handler's", "text/plain", strings.Repeat("x", 2000), 200, ""},
	} {
		r := httptest.NewRequest("POST", "/tickets", strings.NewReader(row.body))
		r.Header.Set("Content-Type", row.kind)
		w := httptest.NewRecorder()
		Limit(Handler(func(w http.ResponseWriter, r *http.Request) error {
			io.WriteString(w, r.PostFormValue("title"))
			return nil
		}), 1000, 1000).ServeHTTP(w, r)
		if w.Code != row.status || !strings.Contains(w.Body.String(), row.says) {
			t.Errorf("%s: got %d %s, want %d and “%s”", row.rule, w.Code, w.Body, row.status, row.says)
		}
	}
}

func TestFaultOfOursHasAReference(t *testing.T) {
	w, log := answer(t, errors.New("dial tcp 10.0.0.3: refused"))
	reference := regexp.MustCompile(`[A-Z2-7]{4}-[A-Z2-7]{4}`).FindString(w.Body.String())
	if w.Code != 500 || reference == "" || !strings.Contains(log, reference) || !strings.Contains(log, "10.0.0.3") {
		t.Errorf("got %d with reference %q and log %q, want 500, and the cause logged under the reference", w.Code, reference, log)
	}
	if strings.Contains(w.Body.String(), "10.0.0.3") {
		t.Error("the page shows the cause, want it in the log only")
	}
}

func TestFaultSpeaksTheReadersLanguage(t *testing.T) {
	w, _ := answer(t, fault.New(fault.Denied, "x"), "Accept-Language", "de-DE,de;q=0.9")
	for _, want := range []string{`<html lang="de"`, "Das dürfen Sie nicht", "Wer Ihren Arbeitsbereich verwaltet"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("want %q in\n%s", want, w.Body)
		}
	}
}

func TestFaultForHTMX(t *testing.T) {
	w, _ := answer(t, fault.New(fault.Conflict, "It was merged."), "HX-Request", "true", "HX-Target", "form#edit")
	if w.Code != 409 || w.Header().Get("HX-Retarget") != "#toasts" || w.Header().Get("HX-Reswap") != "beforeend" {
		t.Errorf("got %d %v, want 409 into the toasts", w.Code, w.Header())
	}
	if got := w.Body.String(); !strings.HasPrefix(got, `<div class="toast" role="alert"`) || !strings.Contains(got, "It was merged.") {
		t.Errorf("got %s, want a toast that says it", got)
	}
	w, _ = answer(t, fault.New(fault.NotFound, "No."), "HX-Request", "true", "HX-Target", "main#main")
	if got := w.Body.String(); strings.Contains(got, "<html") || !strings.Contains(got, "<h1>") || w.Header().Get("HX-Retarget") != "" {
		t.Errorf("got %v %s, want the page about it, as the main part", w.Header(), got)
	}
	w, _ = answer(t, fault.New(fault.NotFound, "No."), "HX-Request", "true", "Muster-Live", "1")
	if w.Code != 404 || w.Body.Len() != 0 {
		t.Errorf("a refresh that nobody asked for got %d %q, want 404 and nothing to show", w.Code, w.Body)
	}
}

func TestFieldFaultForHTMX(t *testing.T) {
	w, _ := answer(t, fault.Field("window", "Endet früher, „08:20“ 😀?"), "HX-Request", "true", "HX-Target", "form#edit")
	if w.Code != 422 || w.Header().Get("HX-Reswap") != "none" {
		t.Errorf("got %d %v, want 422 and the form left as it is", w.Code, w.Header())
	}
	header := w.Header().Get("HX-Trigger")
	for _, c := range header {
		if c > 0x7e {
			t.Fatalf("the header %q holds %q, want ASCII", header, c)
		}
	}
	var got map[string]struct{ Fields map[string]string }
	if err := json.Unmarshal([]byte(header), &got); err != nil {
		t.Fatal(err)
	}
	if got["muster:fields"].Fields["window"] != "Endet früher, „08:20“ 😀?" {
		t.Errorf("got %v, want the sentence under its field", got)
	}
}

func TestFaultForScripts(t *testing.T) {
	w, _ := answer(t, fault.Field("file", "A program may not be attached."), "Accept", "application/json")
	var got trouble
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if w.Code != 422 || got.Message != "A program may not be attached." || got.Fields["file"] == "" {
		t.Errorf("got %d %+v, want 422 with the sentence", w.Code, got)
	}
}

func TestPanicIsAFaultOfOurs(t *testing.T) {
	var log bytes.Buffer
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(old)
	w := httptest.NewRecorder()
	Handler(func(http.ResponseWriter, *http.Request) error { panic("no such page") }).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 500 || !strings.Contains(log.String(), "no such page") || strings.Contains(w.Body.String(), "no such page") {
		t.Errorf("got %d, log %q; want 500 and the panic in the log alone", w.Code, log.String())
	}
}

func TestSecure(t *testing.T) {
	h := Secure(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "done") }))
	for _, row := range []struct {
		rule, method, site, origin string
		status                     int
	}{
		{"a page of ours may post", "POST", "same-origin", "", 200},
		{"the address bar may post", "POST", "none", "", 200},
		{"another site may not post", "POST", "cross-site", "https://evil.example", 403},
		{"a sister site may not post", "POST", "same-site", "", 403},
		{"an old browser is known by its origin", "POST", "", "https://evil.example", 403},
		{"a program is not a browser", "POST", "", "", 200},
		{"another site may link here", "GET", "cross-site", "", 200},
	} {
		r := httptest.NewRequest(row.method, "https://desk.example/tickets", nil)
		r.Header.Set("Sec-Fetch-Site", row.site)
		r.Header.Set("Origin", row.origin)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != row.status || (w.Body.String() == "done") != (row.status == 200) {
			t.Errorf("%s: got %d, want %d", row.rule, w.Code, row.status)
		}
		csp := w.Header().Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: got headers %v, want the strict ones on every answer", row.rule, w.Header())
		}
	}
}

func TestLimit(t *testing.T) {
	h := Limit(Handler(func(w http.ResponseWriter, r *http.Request) error {
		_, err := io.Copy(io.Discard, r.Body)
		return err
	}), 10, 100)
	for _, row := range []struct {
		rule, kind string
		size       int
		status     int
	}{
		{"a form within its limit", "application/x-www-form-urlencoded", 10, 200}, {"a form beyond it", "application/x-www-form-urlencoded", 11, 413},
		{"an upload may be larger", "multipart/form-data; boundary=x", 100, 200}, {"but not without end", "multipart/form-data; boundary=x", 101, 413},
	} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(strings.Repeat("x", row.size)))
		r.Header.Set("Content-Type", row.kind)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != row.status {
			t.Errorf("%s: got %d, want %d", row.rule, w.Code, row.status)
		}
	}
}

func TestTheme(t *testing.T) {
	for _, row := range []struct{ rule, theme, back, cookie, to string }{
		{"dark is kept", "dark", "/queues/1?x=1", "theme=dark", "/queues/1?x=1"},
		{"as the system is forgets it", "", "/", "Max-Age=0", "/"},
		{"another host is no way back", "light", "//evil.example", "theme=light", "/"},
		{"nor with a backslash", "light", `/\evil.example`, "theme=light", "/"},
	} {
		r := httptest.NewRequest("POST", "/theme", strings.NewReader("theme="+row.theme+"&back="+strings.ReplaceAll(row.back, "?", "%3F")))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		SetTheme().ServeHTTP(w, r)
		if w.Code != 303 || !strings.Contains(w.Header().Get("Set-Cookie"), row.cookie) || w.Header().Get("Location") != row.to {
			t.Errorf("%s: got %d %v, want %s and back to %s", row.rule, w.Code, w.Header(), row.cookie, row.to)
		}
	}
}
