package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/api/desk"
)

var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE"}

// What the description tells of is served, and what is served is in the description.
func TestDescriptionIsWhatIsServed(t *testing.T) {
	mux := http.NewServeMux()
	h := (&API{Version: "test"}).Routes(mux)
	served := map[string]bool{}
	paths := []string{"/api/v1/openapi.json"}
	for path := range h.OpenAPI().Paths {
		paths = append(paths, path)
	}
	for _, path := range paths {
		for _, method := range methods {
			r := httptest.NewRequest(method, strings.NewReplacer("{", "x", "}", "x").Replace(path), nil)
			if _, pattern := mux.Handler(r); strings.HasPrefix(pattern, method+" ") {
				served[pattern] = true
			}
		}
	}
	delete(served, "GET /api/v1/openapi.json")
	want := operations(h.OpenAPI())
	for pattern := range want {
		if !served[pattern] {
			t.Errorf("%s is described, but not served", pattern)
		}
	}
	for pattern := range served {
		if want[pattern] == nil {
			t.Errorf("%s is served, but not described", pattern)
		}
	}
	if len(want) < 30 {
		t.Errorf("%d operations are described: the walk is not what it was", len(want))
	}
}

// The file that programs read is the description that was walked, in OpenAPI 3.1.
func TestDescriptionFile(t *testing.T) {
	mux := http.NewServeMux()
	h := (&API{Version: "test"}).Routes(mux)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", "/api/v1/openapi.json", nil))
	var file struct {
		OpenAPI string                                `json:"openapi"`
		Paths   map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &file); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(file.OpenAPI, "3.1") {
		t.Errorf("the description is OpenAPI %q, want 3.1", file.OpenAPI)
	}
	got := 0
	want := operations(h.OpenAPI())
	for path, item := range file.Paths {
		for method := range item {
			if got++; want[strings.ToUpper(method)+" "+path] == nil {
				t.Errorf("the file has %s %s, which is not served", method, path)
			}
		}
	}
	if got != len(want) {
		t.Errorf("the file has %d operations, want %d", got, len(want))
	}
}

// Each operation says what it does, under a name of its own.
func TestOperationsAreNamed(t *testing.T) {
	h := (&API{Version: "test"}).Routes(http.NewServeMux())
	ids := map[string]bool{}
	for pattern, op := range operations(h.OpenAPI()) {
		if op.Summary == "" || op.OperationID == "" || ids[op.OperationID] {
			t.Errorf("%s is called %q and does %q", pattern, op.OperationID, op.Summary)
		}
		ids[op.OperationID] = true
	}
}

// The page for people tells of every operation, and has nothing inline that the policy would stop.
func TestDocsPage(t *testing.T) {
	mux := http.NewServeMux()
	h := (&API{Version: "test"}).Routes(mux)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", "/api", nil))
	page := w.Body.String()
	for pattern, op := range operations(h.OpenAPI()) {
		if !strings.Contains(page, `id="`+op.OperationID+`"`) {
			t.Errorf("the page does not tell of %s", pattern)
		}
	}
	for _, inline := range []string{"<style", " style=", "onclick", "<script>"} {
		if strings.Contains(page, inline) {
			t.Errorf("the page has %s", inline)
		}
	}
	for _, said := range []string{`rel="stylesheet"`, "curl -H", "http://example.com/api/v1/tickets", "50 requests a second", "Idempotency-Key: ", "list of text", "{id, name} or null"} {
		if !strings.Contains(page, said) {
			t.Errorf("the page does not have %s", said)
		}
	}
}

// What is no JSON, or none that fits, is refused in our words and not in those of who reads it.
func TestUnreadableBodies(t *testing.T) {
	read := formats()["json"].Unmarshal
	for _, row := range []struct{ rule, body, want string }{
		{"half a body", `{"title":`, "The body is not whole JSON: it ends too soon. Check its quotes, commas and brackets."},
		{"something else", `{"title": no}`, "The body is not JSON from character 12 on. Check its quotes, commas and brackets."},
		{"characters count, not bytes", `{"é": no}`, "The body is not JSON from character 8 on. Check its quotes, commas and brackets."},
		{"more than one", `{"title":"a"} {}`, "The body is not JSON from character 15 on. Check its quotes, commas and brackets."},
		{"a number out of bounds", `{"parent":1e300}`, "“parent” is no number that can be kept. Send a whole one with fewer digits."},
		{"a fraction", `{"parent":1.5}`, "“parent” is no number that can be kept. Send a whole one with fewer digits."},
		{"another kind of value", `{"requester":{"email":[]}}`, "“requester.email” cannot be a JSON array. See /api for what it must be."},
		{"bytes that are no text", "{\"title\":\"\xff\"}", "The body holds bytes that are no text. Send it as UTF-8."},
		{"a NUL", `{"title":"a\u0000"}`, "A text holds the character U+0000, which cannot be kept. Leave it out."},
		{"what is right", `{"title":"\u00e9"}`, ""},
	} {
		got := ""
		if err := read([]byte(row.body), new(desk.NewTicket)); err != nil {
			got = err.Error()
		}
		if got != row.want {
			t.Errorf("%s: it says %q, want %q", row.rule, got, row.want)
		}
	}
}

func TestNUL(t *testing.T) {
	for _, row := range []struct {
		rule, json string
		want       bool
	}{
		{"an escaped NUL", `"a\u0000"`, true},
		{"an escaped backslash before the same letters is a text", `"a\\u0000"`, false},
		{"a backslash and a NUL", `"a\\\u0000"`, true},
		{"another escape", `"\u0001"`, false},
	} {
		if got := holdsNUL([]byte(row.json)); got != row.want {
			t.Errorf("%s: got %v, want %v", row.rule, got, row.want)
		}
	}
}

func TestNoRoute(t *testing.T) {
	mux := http.NewServeMux()
	(&API{Version: "test"}).Routes(mux)
	for _, row := range []struct {
		rule, method, path string
		status             int
		allow              []string
	}{
		{"an address that is not there", "GET", "/api/v1/elephants", 404, nil},
		{"another version", "GET", "/api/v2/tickets", 404, nil},
		{"a method that is not there", "DELETE", "/api/v1/tickets", 405, []string{"GET", "POST"}},
		{"text that is none", "GET", "/api/v1/tickets?q=%ff", 400, nil},
		{"a query with half an escape", "GET", "/api/v1/tickets?q=%4", 400, nil},
		{"a query with semicolons", "GET", "/api/v1/tickets?q=a;limit=5", 400, nil},
		{"a NUL in the path", "GET", "/api/v1/mail/ledger/%00", 400, nil},
	} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(row.method, row.path, nil))
		var p huma.ErrorModel
		json.Unmarshal(w.Body.Bytes(), &p)
		if w.Code != row.status || w.Header().Get("Content-Type") != "application/problem+json" || !strings.HasSuffix(p.Detail, ".") {
			t.Errorf("%s: got %d %s %q, want %d and a problem", row.rule, w.Code, w.Header().Get("Content-Type"), p.Detail, row.status)
		}
		if got := strings.FieldsFunc(w.Header().Get("Allow"), func(r rune) bool { return r == ',' || r == ' ' }); !slices.Equal(got, row.allow) {
			t.Errorf("%s: Allow is %v, want %v", row.rule, got, row.allow)
		}
	}
}

// A program that is written from the description alone knows what to send and what may come back.
func TestDescriptionIsWhole(t *testing.T) {
	o := (&API{Version: "test"}).Routes(http.NewServeMux()).OpenAPI()
	for pattern, op := range operations(o) {
		want := []string{"400", "401", "403", "422", "429"}
		for _, p := range op.Parameters {
			if p.Description == "" {
				t.Errorf("%s does not say what %s is", pattern, p.Name)
			}
			if status := map[string]string{"If-Match": "412", "If-None-Match": "304", "id": "404", "number": "404"}[p.Name]; status != "" {
				want = append(want, status)
			}
		}
		for status, answer := range op.Responses {
			if answer.Content == nil && status < "204" && status != "202" {
				t.Errorf("%s does not say what comes with %s", pattern, status)
			}
		}
		for _, status := range want {
			if op.Responses[status] == nil {
				t.Errorf("%s does not tell of %s", pattern, status)
			}
		}
	}
	for name, s := range o.Components.Schemas.Map() {
		for field, is := range s.Properties {
			if is.Type == huma.TypeArray && is.Nullable {
				t.Errorf("%s.%s may be null instead of a list", name, field)
			}
			if strings.HasPrefix(name, "Change") && is.Ref == "" && is.Description == "" && !slices.Contains([]string{"name", "active"}, field) {
				t.Errorf("%s.%s is not explained", name, field)
			}
		}
	}
	if o.Components.Schemas.Map()["Ticket"].Properties["assignee"].AnyOf == nil {
		t.Error("a ticket's assignee is said never to be null")
	}
}
