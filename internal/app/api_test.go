package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/mailbox/inbox"
	"muster/internal/mustertest"
	"muster/internal/people"
	"muster/internal/workspace"
)

// reaction is what the desk answered to one request.
type reaction struct {
	Status int
	Header http.Header
	Body   []byte
}

// problem is what a refusal says.
type problem struct {
	Status int
	Title  string
	Detail string
	Errors []struct{ Location, Message string }
}

// about tells what is wrong with a part of the request.
func (p problem) about(location string) string {
	for _, e := range p.Errors {
		if e.Location == location {
			return e.Message
		}
	}
	return ""
}

func (a reaction) problem(t *testing.T) (p problem) {
	t.Helper()
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("a refusal comes as %q: %.200s", got, a.Body)
		return p
	}
	if err := json.Unmarshal(a.Body, &p); err != nil {
		t.Errorf("a refusal is no JSON: %v", err)
	}
	if p.Status != a.Status || p.Title == "" || !strings.HasSuffix(p.Detail, ".") || len(p.Detail) < 15 {
		t.Errorf("a refusal is no sentence: %d %s", a.Status, a.Body)
	}
	for _, e := range p.Errors {
		if !strings.HasSuffix(e.Message, ".") || e.Location == "" {
			t.Errorf("what is wrong with %q is no sentence: %q", e.Location, e.Message)
		}
	}
	return p
}

// ask sends a request with a token, unless the headers say otherwise: "Name: value".
func (d *running) ask(method, path, body string, headers ...string) reaction {
	d.t.Helper()
	if d.token == "" {
		d.token = d.mintToken(access.Admin)
	}
	r, err := http.NewRequest(method, d.URL+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+d.token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			r.Host = value
		}
		r.Header.Set(name, value)
	}
	return d.send(&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, r)
}

// send sends a request and reads the whole answer.
func (d *running) send(c *http.Client, r *http.Request) reaction {
	d.t.Helper()
	answer, err := c.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	got := reaction{answer.StatusCode, answer.Header, b}
	asDescribed(d.t, r, got)
	return got
}

func (d *running) openOne(title string) int64 {
	d.t.Helper()
	var tk wireTicket
	d.must("POST", "/tickets", map[string]any{"title": title, "body": "It began this morning.", "requester": map[string]string{"email": "maren@fennoway.example", "name": "Maren Oduya"}}, &tk)
	return tk.Number
}

// The promises of the API that other programs are built on.
func TestAPIContract(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d := startDesk(t, url)
		t.Run("a ticket has all it was given", d.opensTicket)
		t.Run("lists and paging", d.pages)
		t.Run("replies, the timeline and merging", d.works)
		t.Run("the ledger", d.showsMail)
		t.Run("what is wrong is said", d.refusesBadInput)
		t.Run("parameters are known", d.namesParameters)
		t.Run("a request is done once", d.doesOnce)
		t.Run("versions", d.keepsVersions)
		t.Run("tokens cost no password hash", d.checksTokensQuickly)
		t.Run("tokens end", d.endsTokens)
		t.Run("roles and scopes", d.keepsRights)
		t.Run("tenants are apart", d.keepsTenantsApart)
		t.Run("requests are counted", d.boundsRates)
	})
}

func (d *running) opensTicket(t *testing.T) {
	d.must("POST", "/teams", map[string]any{"name": "Tier 2"}, nil)
	a := d.ask("POST", "/api/v1/tickets", `{"kind":"request","title":"Scanner is offline","body":"Since **Monday**.","requester":{"email":"Maren@Fennoway.example","name":"Maren Oduya"},
		"priority":"high","team":"tier 2","tags":["vip","scanner"],"fields":{"site":"North"}}`)
	var got struct {
		Number                       int64
		Kind, Title, Priority, State string
		Requester, Team              struct{ Name, Email string }
		Tags                         []string
		Fields                       map[string]string
	}
	if err := json.Unmarshal(a.Body, &got); err != nil || a.Status != 201 {
		t.Fatalf("got %d %s, %v; want 201", a.Status, a.Body, err)
	}
	if got.Number != 1 || got.Kind != "request" || got.Title != "Scanner is offline" || got.Priority != "high" || got.Team.Name != "Tier 2" ||
		got.Requester.Email != "Maren@Fennoway.example" && got.Requester.Email != "maren@fennoway.example" || len(got.Tags) != 2 || got.Fields["site"] != "North" {
		t.Errorf("opened %s", a.Body)
	}
	read := d.ask("GET", "/api/v1/tickets/1", "")
	if !bytes.Equal(read.Body, a.Body) {
		t.Errorf("it reads %s, but was answered %s", read.Body, a.Body)
	}
}

// pages reads all tickets in small pages, while more are opened.
func (d *running) pages(t *testing.T) {
	for i := range 7 {
		d.openOne(fmt.Sprintf("Page %d", i))
	}
	seen := map[int64]int{}
	cursor, rounds := "", 0
	for {
		var l struct {
			Items []wireTicket `json:"items"`
			Next  *string      `json:"next"`
		}
		a := d.ask("GET", "/api/v1/tickets?q=page&limit=3&sort=created&cursor="+cursor, "")
		if err := json.Unmarshal(a.Body, &l); err != nil || !bytes.Contains(a.Body, []byte(`"next":`)) {
			t.Fatalf("a page is %s: %v", a.Body, err)
		}
		for _, tk := range l.Items {
			seen[tk.Number]++
		}
		if rounds++; l.Next == nil {
			break
		}
		cursor = *l.Next
		d.openOne("Page in between") // new ones come before the cursor, so that none is shown twice
	}
	if len(seen) < 7 || rounds < 3 {
		t.Errorf("%d pages showed %d tickets, want at least 7 on 3", rounds, len(seen))
	}
	for number, n := range seen {
		if n != 1 {
			t.Errorf("ticket %d was shown %d times", number, n)
		}
	}
	if a := d.ask("GET", "/api/v1/tickets?q=nothing-of-the-kind", ""); string(bytes.TrimSpace(a.Body)) != `{"items":[],"next":null}` {
		t.Errorf("an empty list is %s", a.Body)
	}
}

func (d *running) works(t *testing.T) {
	one, two := d.openOne("Printer"), d.openOne("Printer again")
	at := fmt.Sprintf("/api/v1/tickets/%d", one)
	file := d.upload(t, "notes.txt", "what I saw")
	a := d.ask("POST", at+"/replies", fmt.Sprintf(`{"body":"See *there*.","public":true,"attachments":[%q]}`, file))
	if a.Status != 201 || !bytes.Contains(a.Body, []byte(`"kind":"reply"`)) || !bytes.Contains(a.Body, []byte("notes.txt")) {
		t.Errorf("a reply: %d %s", a.Status, a.Body)
	}
	if a := d.ask("POST", at+"/replies", `{"body":"Inside.","public":false}`); a.Status != 201 || !bytes.Contains(a.Body, []byte(`"kind":"note"`)) {
		t.Errorf("a note: %d %s", a.Status, a.Body)
	}
	if a := d.ask("GET", at+"/timeline?limit=1", ""); a.Status != 200 || !bytes.Contains(a.Body, []byte(`"items":[{`)) || bytes.Contains(a.Body, []byte(`"next":null`)) {
		t.Errorf("the timeline's first page: %d %s", a.Status, a.Body)
	}
	if a := d.ask("POST", fmt.Sprintf("/api/v1/tickets/%d/merge", two), fmt.Sprintf(`{"into":%d}`, one)); a.Status != 200 || !bytes.Contains(a.Body, fmt.Appendf(nil, `"number":%d`, one)) {
		t.Errorf("merging: %d %s", a.Status, a.Body)
	}
	if a := d.ask("GET", fmt.Sprintf("/api/v1/tickets/%d", two), ""); a.Status != 200 || !bytes.Contains(a.Body, fmt.Appendf(nil, `"merged_into":%d`, one)) {
		t.Errorf("the merged one reads %d %s", a.Status, a.Body)
	}
}

// A program can carry a complaint to its end: what came of it, and what is learned.
func TestComplaintByAPI(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d := startDesk(t, url)
		d.hire("Lena Lund", "customer-support")
		d.must("POST", "/tickets", map[string]any{"kind": "complaint", "title": "Nobody called"}, nil)
		at := "/api/v1/tickets/1"
		if a := d.ask("PATCH", at, `{"state":"resolved"}`); a.Status != 422 {
			t.Errorf("resolved without an outcome: %d %s", a.Status, a.Body)
		}
		if a := d.ask("PUT", at+"/complaint", `{"outcome":"won","lesson":"x"}`); a.Status != 422 || a.problem(t).about("body.outcome") == "" {
			t.Errorf("an outcome that is none: %d %s", a.Status, a.Body)
		}
		if a := d.ask("PUT", at+"/complaint", `{"outcome":"partly","lesson":"Call back.","about":"Nobody"}`); a.Status != 422 || a.problem(t).about("body.about") == "" {
			t.Errorf("about nobody there is: %d %s", a.Status, a.Body)
		}
		want := `{"outcome":"partly","lesson":"Call back.","about":{"id":`
		if a := d.ask("PUT", at+"/complaint", `{"outcome":"partly","lesson":"Call back.","about":"Lena Lund"}`); a.Status != 200 || !bytes.HasPrefix(a.Body, []byte(want)) {
			t.Errorf("decided: %d %s", a.Status, a.Body)
		}
		if a := d.ask("GET", at+"/complaint", ""); !bytes.HasPrefix(a.Body, []byte(want)) {
			t.Errorf("read: %d %s", a.Status, a.Body)
		}
		if a := d.ask("PATCH", at, `{"state":"resolved"}`); a.Status != 200 {
			t.Errorf("resolved: %d %s", a.Status, a.Body)
		}
		d.openOne("A request")
		if a := d.ask("GET", "/api/v1/tickets/2/complaint", ""); a.Status != 404 {
			t.Errorf("of a request: %d %s", a.Status, a.Body)
		}
	})
}

// form is a multipart form with one file.
func form(t *testing.T, field, name, text string) (body, kind string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	f, err := m.CreateFormFile(field, name)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(f, text)
	m.Close()
	return b.String(), "Content-Type: " + m.FormDataContentType()
}

func (d *running) upload(t *testing.T, name, text string) string {
	t.Helper()
	body, kind := form(t, "file", name, text)
	a := d.ask("POST", "/api/v1/attachments", body, kind)
	var f struct{ ID string }
	if err := json.Unmarshal(a.Body, &f); err != nil || a.Status != 201 || f.ID == "" {
		t.Fatalf("upload: %d %s", a.Status, a.Body)
	}
	return f.ID
}

func (d *running) showsMail(t *testing.T) {
	d.deliver("maren@fennoway.example", "support@quillmere.example", letterFrom("Maren <maren@fennoway.example>", "ledger@fennoway.example", "For the ledger", "", "Text."))
	var sum struct {
		Received, Pending, Unaccounted int64
		Outcomes                       map[string]int64
	}
	d.await("the mail has its outcome", func() bool { d.must("GET", "/mail/summary", nil, &sum); return sum.Outcomes["ticket"] == 1 })
	if sum.Received != 1 || sum.Unaccounted != 0 {
		t.Errorf("the summary is %+v", sum)
	}
	a := d.ask("GET", "/api/v1/mail/ledger?outcome=ticket&cursor=", "")
	if a.Status != 200 || !bytes.Contains(a.Body, []byte(`"outcome":"ticket"`)) || !bytes.Contains(a.Body, []byte(`"next":null`)) {
		t.Errorf("the ledger: %d %s", a.Status, a.Body)
	}
	var l struct{ Items []struct{ ID string } }
	json.Unmarshal(a.Body, &l)
	if raw := d.ask("GET", "/api/v1/mail/ledger/"+l.Items[0].ID+"/raw", ""); raw.Header.Get("Content-Type") != "message/rfc822" || !bytes.Contains(raw.Body, []byte("Subject: For the ledger")) {
		t.Errorf("the raw mail: %v %.100s", raw.Header, raw.Body)
	}
}

func (d *running) refusesBadInput(t *testing.T) {
	long := strings.Repeat("x", 100_000)
	for _, row := range []struct {
		rule, method, path, body string
		status                   int
		field                    string
		headers                  []string
	}{
		{"broken JSON", "POST", "/tickets", `{"title":`, 400, "body", nil},
		{"no body", "POST", "/tickets", ``, 400, "", nil},
		{"a list for an object", "POST", "/tickets", `[]`, 422, "body", nil},
		{"a wrong type", "POST", "/tickets", `{"title":7}`, 422, "body.title", nil},
		{"null for a text", "POST", "/tickets", `{"title":null}`, 422, "body.title", nil},
		{"a missing field", "POST", "/tickets", `{"body":"x"}`, 422, "body", nil},
		{"an empty title", "POST", "/tickets", `{"title":" "}`, 422, "body.title", nil},
		{"a title that is too long", "POST", "/tickets", `{"title":"` + long + `"}`, 422, "body.title", nil},
		{"an unknown field", "POST", "/tickets", `{"title":"x","colour":"red"}`, 422, "body.colour", nil},
		{"an unknown field further in", "POST", "/tickets", `{"title":"x","requester":{"email":"a@b.example","age":3}}`, 422, "body.requester.age", nil},
		{"an unknown kind", "POST", "/tickets", `{"title":"x","kind":"elephant"}`, 422, "body.kind", nil},
		{"an unknown priority", "POST", "/tickets", `{"title":"x","priority":"asap"}`, 422, "body.priority", nil},
		{"an unknown impact", "POST", "/tickets", `{"title":"x","impact":"vast"}`, 422, "body.impact", nil},
		{"an unknown team", "POST", "/tickets", `{"title":"x","team":"Elephants"}`, 422, "body.team", nil},
		{"an unknown assignee", "POST", "/tickets", `{"title":"x","assignee":"Elephant"}`, 422, "body.assignee", nil},
		{"no mail address", "POST", "/tickets", `{"title":"x","requester":{"email":"nobody"}}`, 422, "body.requester.email", nil},
		{"too many tags", "POST", "/tickets", `{"title":"x","tags":[` + strings.Repeat(`"a",`, 60) + `"b"]}`, 422, "body.tags", nil},
		{"a NUL in a text", "POST", "/tickets", `{"title":"a\u0000b"}`, 400, "body", nil},
		{"a huge body", "POST", "/tickets", `{"title":"x","body":"` + strings.Repeat("x", 5<<20) + `"}`, 413, "", nil},
		{"another content type", "POST", "/tickets", `title=x`, 415, "", []string{"Content-Type: application/x-www-form-urlencoded"}},
		{"XML", "POST", "/tickets", `<ticket/>`, 415, "", []string{"Content-Type: text/xml"}},
		{"packed JSON is not unpacked", "POST", "/tickets", "\x1f\x8b\x08\x00", 400, "body", []string{"Content-Encoding: gzip"}},
		{"no such ticket", "GET", "/tickets/999999", ``, 404, "", nil},
		{"a number that is none", "GET", "/tickets/one", ``, 422, "path.number", nil},
		{"a number that is too large", "GET", "/tickets/99999999999999999999", ``, 422, "path.number", nil},
		{"a number below one", "GET", "/tickets/0", ``, 422, "path.number", nil},
		{"a limit that is none", "GET", "/tickets?limit=many", ``, 422, "query.limit", nil},
		{"a limit that is too large", "GET", "/tickets?limit=100000", ``, 422, "query.limit", nil},
		{"a cursor that is none", "GET", "/tickets?cursor=elephant", ``, 422, "query.cursor", nil},
		{"a search that cannot be read", "GET", "/tickets?q=has:elephants", ``, 422, "query.q", nil},
		{"a parameter that is misspelt", "GET", "/tickets?limt=5", ``, 422, "query.limt", nil},
		{"one of another address", "GET", "/teams?limit=5", ``, 422, "query.limit", nil},
		{"one in capitals", "GET", "/contacts?Limit=5", ``, 422, "query.Limit", nil},
		{"one without a name", "GET", "/contacts?=5", ``, 422, "query.", nil},
		{"one of a change", "PATCH", "/tickets/1?force=yes", `{"title":"x"}`, 422, "query.force", nil},
		{"one of an upload", "POST", "/attachments?name=x", "--b--\r\n", 422, "query.name", []string{"Content-Type: multipart/form-data; boundary=b"}},
		{"two of them", "GET", "/me?a=1&b=2", ``, 422, "query.b", nil},
		{"an order that is none", "GET", "/tickets?sort=colour", ``, 422, "query.sort", nil},
		{"a change of a ticket that is not there", "PATCH", "/tickets/999999", `{"title":"x"}`, 404, "", nil},
		{"a state that is none", "PATCH", "/tickets/1", `{"state":"asleep"}`, 422, "", nil},
		{"a state of the wrong type", "PATCH", "/tickets/1", `{"state":[]}`, 422, "body.state", nil},
		{"an If-Match that is no ETag", "PATCH", "/tickets/1", `{"title":"x"}`, 422, "", []string{"If-Match: elephant"}},
		{"an empty reply", "POST", "/tickets/1/replies", `{"body":""}`, 422, "body.body", nil},
		{"a reply that is too long", "POST", "/tickets/1/replies", `{"body":"` + strings.Repeat("long ", 700_000) + `"}`, 422, "body.body", nil},
		{"a reply with a file that is not there", "POST", "/tickets/1/replies", `{"body":"x","attachments":["nope"]}`, 422, "", nil},
		{"a reply to a ticket that is not there", "POST", "/tickets/999999/replies", `{"body":"x"}`, 404, "", nil},
		{"a copy to what is no address", "POST", "/tickets/1/replies", `{"body":"x","cc":["nobody"]}`, 422, "body.cc", nil},
		{"a merge into nothing", "POST", "/tickets/1/merge", `{}`, 422, "body", nil},
		{"a merge into itself", "POST", "/tickets/1/merge", `{"into":1}`, 422, "body.into", nil},
		{"a merge into what is not there", "POST", "/tickets/1/merge", `{"into":999999}`, 404, "", nil},
		{"a timeline of what is not there", "GET", "/tickets/999999/timeline", ``, 404, "", nil},
		{"a link of no kind", "POST", "/tickets/1/links", `{"type":"likes","other":2}`, 422, "body.type", nil},
		{"an outcome that is none", "GET", "/mail/ledger?outcome=lost", ``, 422, "query.outcome", nil},
		{"a ledger's cursor that is none", "GET", "/mail/ledger?cursor=Elephant", ``, 422, "query.cursor", nil},
		{"a timeline's cursor that is none", "GET", "/tickets/1/timeline?cursor=Elephant", ``, 422, "query.cursor", nil},
		{"a contacts' cursor that is none", "GET", "/contacts?cursor=elephant", ``, 422, "query.cursor", nil},
		{"an organisations' cursor that is none", "GET", "/organisations?cursor=IA", ``, 422, "query.cursor", nil},
		{"a message that is not there", "GET", "/mail/ledger/nope", ``, 404, "", nil},
		{"the bytes of a message that is not there", "GET", "/mail/ledger/nope/raw", ``, 404, "", nil},
		{"a release of what is not there", "POST", "/mail/ledger/nope/release", ``, 404, "", nil},
		{"a replay of what is not there", "POST", "/mail/ledger/nope/replay", ``, 404, "", nil},
		{"a job that is not there", "POST", "/jobs/dead/nope/retry", ``, 404, "", nil},
		{"a contact without an address", "POST", "/contacts", `{"email":""}`, 422, "body.email", nil},
		{"an organisation without a name", "POST", "/organisations", `{"name":""}`, 422, "body.name", nil},
		{"a team without a name", "POST", "/teams", `{"name":""}`, 422, "body.name", nil},
		{"a team that there is", "POST", "/teams", `{"name":"Tier 2"}`, 409, "body.name", nil},
		{"an item of no kind", "POST", "/items", `{"kind":"animal","name":"x"}`, 422, "body.kind", nil},
		{"a key that is too long", "POST", "/tickets", `{"title":"x"}`, 422, "header.Idempotency-Key", []string{"Idempotency-Key: " + strings.Repeat("k", 201)}},
		{"an upload that is no form", "POST", "/attachments", `{}`, 415, "", nil},
		{"a mail that lacks its scale", "POST", "/templates/preview", `{"id":"survey","texts":{"en":"x"}}`, 422, "body.texts.en", nil},
		{"an upload that is nothing", "POST", "/attachments", ``, 415, "", nil},
		{"a role that is not there", "DELETE", "/roles/elephant", ``, 404, "", nil},
		{"an upload without a file", "POST", "/attachments", "--b--\r\n", 422, "", []string{"Content-Type: multipart/form-data; boundary=b"}},
	} {
		a := d.ask(row.method, "/api/v1"+row.path, row.body, row.headers...)
		if a.Status != row.status {
			t.Errorf("%s: got %d %.300s, want %d", row.rule, a.Status, a.Body, row.status)
			continue
		}
		p := a.problem(t)
		if strings.Contains(p.Detail, `"" cannot`) || strings.Contains(p.Detail, `\`) {
			t.Errorf("%s: it is not told as a person would: %s", row.rule, p.Detail)
		}
		if row.field != "" && p.about(row.field) == "" {
			t.Errorf("%s: nothing is said about %s: %.400s", row.rule, row.field, a.Body)
		}
	}
}

// A parameter that is not known is named, and so are those that are.
func (d *running) namesParameters(t *testing.T) {
	for _, row := range []struct{ path, location, want string }{
		{"/tickets?limt=5", "query.limt", "There is no parameter “limt”. There are: q, sort, cursor, limit."},
		{"/teams?limit=5", "query.limit", "There is no parameter “limit”: this address takes none. Leave it out."},
	} {
		p := d.ask("GET", "/api/v1"+row.path, "").problem(t)
		if p.about(row.location) != row.want || p.Detail != row.want {
			t.Errorf("%s: got %q about %s and %q in all, want %q", row.path, p.about(row.location), row.location, p.Detail, row.want)
		}
	}
}

// doesOnce repeats a request, one after the other and all at once.
func (d *running) doesOnce(t *testing.T) {
	body := `{"title":"Only once","body":"Please."}`
	answers := make([]reaction, 8)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() { answers[i] = d.ask("POST", "/api/v1/tickets", body, "Idempotency-Key: once-1") })
	}
	wg.Wait()
	answers = append(answers, d.ask("POST", "/api/v1/tickets", body, "Idempotency-Key: once-1"))
	for _, a := range answers {
		if a.Status != 201 || !bytes.Equal(a.Body, answers[0].Body) || a.Header.Get("ETag") != answers[0].Header.Get("ETag") {
			t.Errorf("repeated: %d %s, want the first answer %s", a.Status, a.Body, answers[0].Body)
		}
	}
	var l wireList[wireTicket]
	d.must("GET", "/tickets?q=once", nil, &l)
	if len(l.Items) != 1 {
		t.Errorf("it was done %d times, want once", len(l.Items))
	}
	a := d.ask("POST", "/api/v1/tickets", `{"title":"Only twice"}`, "Idempotency-Key: once-1")
	if a.Status != 409 || !strings.Contains(a.problem(t).Detail, "once-1") {
		t.Errorf("the key with another request: %d %s, want 409", a.Status, a.Body)
	}
	at := fmt.Sprintf("/api/v1/tickets/%d", l.Items[0].Number)
	for range 2 {
		d.ask("POST", at+"/replies", `{"body":"One reply.","public":false}`, "Idempotency-Key: reply-1")
	}
	var tk wireTicket
	d.must("GET", strings.TrimPrefix(at, "/api/v1"), nil, &tk)
	if tk.Entries != 2 {
		t.Errorf("the ticket has %d entries, want the first and one reply", tk.Entries)
	}
	d.ask("POST", "/api/v1/teams", `{"name":"Till"}`, "Idempotency-Key: team-1")
	if a := d.ask("POST", "/api/v1/routing/skills", `{"name":"Till"}`, "Idempotency-Key: team-1"); a.Status != 409 {
		t.Errorf("a key that was used at another address is answered %d: %s", a.Status, a.Body)
	}
	if a := d.ask("POST", "/api/v1/tickets", `{"title":" "}`, "Idempotency-Key: once-2"); a.Status != 422 {
		t.Errorf("a refused request: %d", a.Status)
	}
	if a := d.ask("POST", "/api/v1/tickets", `{"title":"Mended"}`, "Idempotency-Key: once-2"); a.Status != 201 {
		t.Errorf("the key of a refused request can be used again: %d %s", a.Status, a.Body)
	}
}

func (d *running) keepsVersions(t *testing.T) {
	at := fmt.Sprintf("/api/v1/tickets/%d", d.openOne("Versions"))
	first := d.ask("GET", at, "")
	etag := first.Header.Get("ETag")
	if etag == "" || etag[0] != '"' {
		t.Errorf("the ETag is %q", etag)
	}
	if a := d.ask("GET", at, "", "If-None-Match: "+etag); a.Status != 304 || len(a.Body) != 0 || a.Header.Get("ETag") != etag {
		t.Errorf("unchanged: %d %q %s, want 304", a.Status, a.Body, a.Header.Get("ETag"))
	}
	changed := d.ask("PATCH", at, `{"title":"Versions, renamed","priority":"high"}`, "If-Match: "+etag)
	if changed.Status != 200 || changed.Header.Get("ETag") == etag {
		t.Fatalf("a change: %d %s", changed.Status, changed.Body)
	}
	if a := d.ask("GET", at, "", "If-None-Match: "+etag); a.Status != 200 {
		t.Errorf("changed: %d, want 200", a.Status)
	}
	late := d.ask("PATCH", at, `{"title":"Mine"}`, "If-Match: "+etag)
	if p := late.problem(t); late.Status != 412 || !strings.Contains(p.Detail, "title") || !strings.Contains(p.Detail, "priority") {
		t.Errorf("a late change: %d %s, want 412 and what changed", late.Status, late.Body)
	}
	if a := d.ask("GET", at, ""); !bytes.Contains(a.Body, []byte("Versions, renamed")) {
		t.Errorf("the late change was done: %s", a.Body)
	}
	d.must("POST", strings.TrimPrefix(at, "/api/v1")+"/merge", map[string]int64{"into": d.openOne("The one that stays")}, nil)
	etag = d.ask("GET", at, "").Header.Get("ETag")
	if a := d.ask("PATCH", at, `{"title":"Gone"}`, "If-Match: "+etag); a.Status != 409 || !strings.Contains(a.problem(t).Detail, "merged") {
		t.Errorf("a change of a merged ticket that was seen as it is: %d %s, want 409: the precondition holds", a.Status, a.Body)
	}
	if a := d.ask("PATCH", at, `{"title":"Gone"}`, "If-Match: "+first.Header.Get("ETag")); a.Status != 412 {
		t.Errorf("a change of a merged ticket that was seen as it was: %d %s, want 412", a.Status, a.Body)
	}
}

func (d *running) checksTokensQuickly(t *testing.T) {
	before := d.house.hasher.Computed()
	for range 5 {
		d.ask("GET", "/api/v1/me", "")
		d.ask("GET", "/api/v1/me", "", "Authorization: Bearer mst_0123456789abcdefghij_wrong", "X: y")
	}
	if got := d.house.hasher.Computed() - before; got != 0 {
		t.Errorf("ten tokens cost %d password hashes, want none", got)
	}
}

// makeToken makes a token as told.
func (d *running) makeToken(t *testing.T, n people.NewToken) (id, secret string) {
	t.Helper()
	if err := d.house.db.Update(d.as(), func(tx *db.Tx) error {
		token, s, err := people.CreateToken(tx, n)
		id, secret = token.ID, s
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return id, secret
}

func (d *running) endsTokens(t *testing.T) {
	id, secret := d.makeToken(t, people.NewToken{Name: "revoked", Role: access.Admin})
	if a := d.ask("GET", "/api/v1/me", "", "Authorization: Bearer "+secret); a.Status != 200 {
		t.Fatalf("a token that is good: %d %s", a.Status, a.Body)
	}
	if err := d.house.db.Update(d.as(), func(tx *db.Tx) error { return people.RevokeToken(tx, id) }); err != nil {
		t.Fatal(err)
	}
	_, short := d.makeToken(t, people.NewToken{Name: "short", Role: access.Admin, ExpiresAt: time.Now().Add(300 * time.Millisecond)})
	d.await("the short token has ended", func() bool {
		return d.ask("GET", "/api/v1/me", "", "Authorization: Bearer "+short).Status != 200
	})
	d.takesNone(t, secret, short)
}

// takesNone asserts that these tokens are not taken, nor none at all, nor another scheme.
func (d *running) takesNone(t *testing.T, bad ...string) {
	headers := []string{"Authorization: ", "Authorization: Basic YTpi", "Authorization: Bearer ", "Authorization: Bearer mst_x"}
	for _, s := range bad {
		headers = append(headers, "Authorization: Bearer "+s)
	}
	for _, h := range headers {
		var a reaction
		d.await("it is answered", func() bool { a = d.ask("GET", "/api/v1/me", "", h); return a.Status != 429 })
		a.problem(t)
		if a.Status != 401 || a.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%.30s: got %d, want 401 and what to send", h, a.Status)
		}
	}
}

func (d *running) keepsRights(t *testing.T) {
	number := d.openOne("Hidden from some")
	_, reader := d.makeToken(t, people.NewToken{Name: "reader", Role: access.Admin, Scopes: []access.Right{access.TicketsRead, access.PeopleRead}})
	as := "Authorization: Bearer " + reader
	if a := d.ask("GET", fmt.Sprintf("/api/v1/tickets/%d", number), "", as); a.Status != 200 {
		t.Errorf("a scope that is enough: %d %s", a.Status, a.Body)
	}
	for _, row := range [][3]string{
		{"POST", "/tickets", `{"title":"x"}`}, {"PATCH", fmt.Sprintf("/tickets/%d", number), `{"title":"x"}`},
		{"POST", fmt.Sprintf("/tickets/%d/replies", number), `{"body":"x"}`}, {"GET", "/mail/summary", ""}, {"GET", "/mail/ledger", ""},
		{"GET", "/jobs/dead", ""}, {"POST", "/teams", `{"name":"y"}`}, {"POST", "/contacts", `{"email":"a@b.example"}`},
		{"POST", fmt.Sprintf("/tickets/%d/merge", number), `{"into":1}`}, {"PUT", fmt.Sprintf("/tickets/%d/shelf", number), `{"to":"trash"}`},
	} {
		a := d.ask(row[0], "/api/v1"+row[1], row[2], as)
		if p := a.problem(t); a.Status != 403 || !strings.Contains(p.Detail, "lacks the right") {
			t.Errorf("%s %s beyond the scope: %d %s, want 403", row[0], row[1], a.Status, a.Body)
		}
	}
	if err := d.house.db.Update(d.as(), func(tx *db.Tx) error {
		return people.SaveRole(tx, people.Role{ID: "outsider", Name: "Outsider", Rights: []access.Right{access.TicketsRead, access.TicketsWrite, access.PeopleRead}, Reach: access.OwnTeams})
	}); err != nil {
		t.Fatal(err)
	}
	_, outsider := d.makeToken(t, people.NewToken{Name: "outsider", Role: "outsider"})
	as = "Authorization: Bearer " + outsider
	hidden := d.ask("GET", fmt.Sprintf("/api/v1/tickets/%d", number), "", as)
	missing := d.ask("GET", "/api/v1/tickets/999999", "", as)
	if hidden.Status != 404 || strings.ReplaceAll(string(hidden.Body), fmt.Sprint(number), "999999") != string(missing.Body) {
		t.Errorf("a hidden ticket: %d %s, want what a missing one gets: %s", hidden.Status, hidden.Body, missing.Body)
	}
	for _, path := range []string{"/timeline", "/links", "/participants"} {
		if a := d.ask("GET", fmt.Sprintf("/api/v1/tickets/%d%s", number, path), "", as); a.Status != 404 {
			t.Errorf("%s of a hidden ticket: %d, want 404", path, a.Status)
		}
	}
	if a := d.ask("GET", "/api/v1/tickets", "", as); string(bytes.TrimSpace(a.Body)) != `{"items":[],"next":null}` {
		t.Errorf("hidden tickets are listed: %s", a.Body)
	}
}

// tokenIn makes an administrator's token in another workspace.
func (d *running) tokenIn(t *testing.T, workspace string) (secret string) {
	t.Helper()
	if err := d.house.db.Update(access.With(t.Context(), access.System(workspace)), func(tx *db.Tx) (err error) {
		_, secret, err = people.CreateToken(tx, people.NewToken{Name: "theirs", Role: access.Admin})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return secret
}

// inboxOf reads an inbox with its secrets.
func (d *running) inboxOf(id string) (in inbox.Inbox, err error) {
	if err := d.house.db.View(d.as(), func(tx *db.Tx) (err error) { in, err = inbox.Find(tx, id); return err }); err != nil {
		return in, err
	}
	return d.house.office.Inboxes.Unseal(in)
}

func (d *running) keepsTenantsApart(t *testing.T) {
	number := d.openOne("Of the first tenant")
	other, err := workspace.Create(d.as(), d.house.db, workspace.New{Name: "Other", Host: "other.example"})
	if err != nil {
		t.Fatal(err)
	}
	secret := d.tokenIn(t, other.ID)
	theirs := []string{"Host: other.example", "Authorization: Bearer " + secret}
	if a := d.ask("GET", fmt.Sprintf("/api/v1/tickets/%d", number), "", theirs...); a.Status != 404 {
		t.Errorf("another tenant reads the ticket: %d %s", a.Status, a.Body)
	}
	if a := d.ask("GET", "/api/v1/tickets", "", theirs...); string(bytes.TrimSpace(a.Body)) != `{"items":[],"next":null}` {
		t.Errorf("another tenant lists %s", a.Body)
	}
	for _, h := range [][]string{{"Host: other.example"}, {"Authorization: Bearer " + secret}} {
		var a reaction
		d.await("it is answered", func() bool { a = d.ask("GET", "/api/v1/me", "", h...); return a.Status != 429 })
		if a.Status != 401 {
			t.Errorf("a token at another tenant's host (%.20s): %d, want 401", h[0], a.Status)
		}
	}
}

// hammer asks n times at once, and returns an answer that is a refusal, if there is one.
func (d *running) hammer(n int, header string) (refused *reaction) {
	answers := make([]reaction, n)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() { answers[i] = d.ask("GET", "/api/v1/me", "", header) })
	}
	wg.Wait()
	for i := range answers {
		if answers[i].Status == 429 {
			return &answers[i]
		}
	}
	return nil
}

// What the operator says about rates counts: few for who has a token, many for who has none, administrators too.
func TestRatesAreTheOperators(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db", func(c *Config) { c.APIRate, c.APIAddress, c.APIAdmins = "2", "1000", "yes" })
	_, agent := d.makeToken(t, people.NewToken{Name: "slow", Role: "customer-support"})
	for _, row := range []struct {
		rule, token string
		asks        int
		refused     bool
	}{
		{"a burst is twice the rate", agent, 4, false},
		{"more than that is refused", agent, 6, true},
		{"administrators' tokens as well", d.mintToken(access.Admin), 12, true},
		{"more may come without a token", "none", 60, false},
	} {
		if a := d.hammer(row.asks, "Authorization: Bearer "+row.token); (a != nil) != row.refused {
			t.Errorf("%s: of %d at once one was refused: %v, want %v", row.rule, row.asks, a != nil, row.refused)
		}
	}
}

func (d *running) boundsRates(t *testing.T) {
	_, agent := d.makeToken(t, people.NewToken{Name: "busy", Role: "customer-support"})
	if a := d.hammer(150, "Authorization: Bearer "+d.token); a != nil {
		t.Errorf("an administrator was slowed down: %s", a.Body)
	}
	if a := d.hammer(30, "Authorization: Bearer none"); a == nil {
		t.Error("thirty bad tokens at once were all answered, want 429 for some")
	} else if a.problem(t); a.Header.Get("Retry-After") == "" {
		t.Error("429 comes without Retry-After")
	}
	if a := d.hammer(400, "Authorization: Bearer "+agent); a == nil {
		t.Error("400 requests at once with one token were all answered, want 429 for some")
	} else if a.problem(t); a.Header.Get("Retry-After") == "" {
		t.Error("429 comes without Retry-After")
	}
}
