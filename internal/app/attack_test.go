package app

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/mail"
	"net/netip"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	gosmtp "github.com/emersion/go-smtp"
	"golang.org/x/net/html"

	"muster/internal/access"
	"muster/internal/mustertest"
)

// browser is a client with cookies that follows no redirects by itself.
func (d *running) browser() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		d.t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// visit sends a browser's request and reads the whole answer.
func (d *running) visit(c *http.Client, method, path, body string, headers ...string) reaction {
	d.t.Helper()
	r, err := http.NewRequest(method, d.URL+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	return d.send(c, r)
}

func (d *running) signIn(c *http.Client, email string) reaction {
	d.t.Helper()
	a := d.visit(c, "POST", "/sign-in", url.Values{"email": {email}, "password": {deskPassword}}.Encode())
	if a.Status != http.StatusSeeOther {
		d.t.Fatalf("sign in as %s: %d %.300s", email, a.Status, a.Body)
	}
	return a
}

// arrived waits until the ledger has an outcome for as many mails.
func (d *running) arrived(n int64) {
	d.t.Helper()
	d.await(fmt.Sprintf("%d mails have their outcome", n), func() bool {
		var s struct{ Received, Pending, Unaccounted int64 }
		d.must("GET", "/mail/summary", nil, &s)
		return s.Received == n && s.Pending == 0 && s.Unaccounted == 0
	})
}

// What a stranger can try on a desk that runs.
func TestAttacks(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, address string) {
		d := startDesk(t, address)
		d.hire("Ines Marrow", access.Admin)
		c := d.browser()
		for _, attack := range []struct {
			name string
			try  func(*testing.T, *http.Client)
		}{
			{"a session is not fixed", d.fixesSession},
			{"pages say what they are", d.framesPages},
			{"scripts in mail", d.mailsScripts},
			{"another site's page", d.crossesSites},
			{"lines in headers", d.injectsHeaders},
			{"ways out of a folder", d.leavesFolders},
			{"files that are pages", d.attachesPages},
			{"redirects to elsewhere", d.redirectsAway},
			{"packed bombs", d.sendsBombs},
			{"mail for others", d.relaysMail},
			{"large files", d.uploadsTooMuch},
			{"inboxes on machines of ours", d.fetchesFromInside},
		} {
			t.Run(attack.name, func(t *testing.T) { attack.try(t, c) })
		}
	})
}

func (d *running) fixesSession(t *testing.T, c *http.Client) {
	at, _ := url.Parse(d.URL)
	c.Jar.SetCookies(at, []*http.Cookie{{Name: "muster", Value: "chosen-by-the-attacker-0123456789abcdefghijk"}})
	a := d.signIn(c, "ines.marrow@quillmere.example")
	cookies := (&http.Response{Header: a.Header}).Cookies()
	if len(cookies) != 1 || cookies[0].Value == "" || strings.HasPrefix(cookies[0].Value, "chosen") {
		t.Fatalf("signing in set %v, want a new session", cookies)
	}
	s := cookies[0]
	if !s.HttpOnly || s.SameSite != http.SameSiteLaxMode || s.Path != "/" || s.Domain != "" {
		t.Errorf("the session's cookie is %s", a.Header.Get("Set-Cookie"))
	}
	first := s.Value
	other := d.browser()
	other.Jar.SetCookies(at, []*http.Cookie{{Name: "muster", Value: "chosen-by-the-attacker-0123456789abcdefghijk"}})
	if a := d.visit(other, "GET", "/queues/mine", ""); a.Status != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/sign-in") {
		t.Errorf("the attacker's session is signed in: %d", a.Status)
	}
	again := d.signIn(c, "ines.marrow@quillmere.example")
	if got := (&http.Response{Header: again.Header}).Cookies(); len(got) != 1 || got[0].Value == first {
		t.Errorf("signing in again keeps the session: %v", got)
	}
	if d.visit(other, "POST", "/sign-in", "email=ines.marrow%40quillmere.example&password=wrong").Status != http.StatusUnprocessableEntity {
		t.Error("a wrong password was taken")
	}
}

func (d *running) framesPages(t *testing.T, c *http.Client) {
	for _, path := range []string{"/sign-in", "/queues/open", "/settings", "/api", "/no-such-page", "/search?q=%3Cscript%3Ealert(1)%3C/script%3E"} {
		a := d.visit(c, "GET", path, "")
		policy := a.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy %q lacks %s", path, policy, want)
			}
		}
		if strings.Contains(policy, "unsafe") || a.Header.Get("X-Frame-Options") != "DENY" || a.Header.Get("X-Content-Type-Options") != "nosniff" || a.Header.Get("Referrer-Policy") == "" {
			t.Errorf("%s: the headers are %v", path, a.Header)
		}
		mustBeHarmless(t, path, a.Body)
	}
}

// mustBeHarmless parses a page as a browser does: every script is ours, and nothing runs from an attribute.
func mustBeHarmless(t *testing.T, what string, page []byte) {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "iframe" || n.Data == "object" || n.Data == "embed" || n.Data == "style" || n.Data == "base" || n.Data == "math" || n.Data == "foreignobject" {
			t.Errorf("%s has an element %s", what, n.Data)
		}
		for _, a := range n.Attr {
			value := strings.ToLower(strings.Join(strings.Fields(a.Val), ""))
			switch {
			case strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" || a.Key == "formaction" && strings.HasPrefix(value, "http"):
				t.Errorf("%s: %s has %s=%q", what, n.Data, a.Key, a.Val)
			case strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "vbscript:") || strings.HasPrefix(value, "data:text") || strings.HasPrefix(value, "data:image/svg"):
				t.Errorf("%s: %s has %s=%q", what, n.Data, a.Key, a.Val)
			case n.Data == "script" && a.Key == "src" && !strings.HasPrefix(value, "/assets/"), n.Data == "link" && a.Key == "href" && !strings.HasPrefix(value, "/assets/"):
				t.Errorf("%s loads %s", what, a.Val)
			case (n.Data == "img" || n.Data == "source" || n.Data == "video" || n.Data == "image") && (a.Key == "src" || a.Key == "srcset" || a.Key == "href") && strings.HasPrefix(value, "http"):
				t.Errorf("%s loads the image %s", what, a.Val)
			case (a.Key == "hx-get" || a.Key == "hx-post" || a.Key == "data-live") && strings.Contains(value, "evil"):
				t.Errorf("%s: %s has %s=%q", what, n.Data, a.Key, a.Val)
			}
		}
		if n.Data == "script" && n.FirstChild != nil {
			t.Errorf("%s has an inline script: %s", what, n.FirstChild.Data)
		}
	}
}

// hostileHTML has one of each way in which HTML can act.
const hostileHTML = `<html><head><base href="https://evil.example/"><style>body{background:url(https://evil.example/css)}</style>
<meta http-equiv="refresh" content="0;url=https://evil.example/"><link rel="stylesheet" href="https://evil.example/x.css"></head>
<body onload="alert(1)"><p>Visible text.</p><script>alert(2)</script><script src="https://evil.example/x.js"></script>
<img src="https://evil.example/pixel.gif" onerror="alert(3)" style="position:fixed"><img src=x onerror=alert(4)>
<a href="javascript:alert(5)">a</a><a href=" java&#10;script:alert(6)">b</a><a href="data:text/html,<script>alert(7)</script>">c</a><a href="vbscript:x">d</a>
<svg onload=alert(8)><script>alert(9)</script><foreignObject><iframe src="javascript:alert(10)"></iframe></foreignObject></svg>
<math><mi xlink:href="javascript:alert(11)">x</mi></math><iframe srcdoc="<script>alert(12)</script>"></iframe><object data="x"></object><embed src="x">
<form action="https://evil.example/"><input name="password"><button formaction="javascript:alert(13)">Sign in</button></form>
<div hx-get="https://evil.example/" hx-trigger="load" data-live="evil" class="app" id="main">x</div>
<noscript><p title="</noscript><img src=x onerror=alert(14)>"></noscript><template><script>alert(15)</script></template>
<img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+"><table background="https://evil.example/bg"><tr><td style="x:expression(alert(16))">t</td></tr></table>
</body></html>`

func (d *running) mailsScripts(t *testing.T, c *http.Client) {
	fetched := new(atomic.Int64)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	spy := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { fetched.Add(1) })}
	go spy.Serve(l)
	defer spy.Close()
	body := hostileHTML + `<img src="http://` + l.Addr().String() + `/pixel.gif"><link rel=stylesheet href="http://` + l.Addr().String() + `/x.css">`
	d.deliver("eve@elsewhere.example", "support@quillmere.example",
		"From: \"<script>alert('name')</script><img src=x onerror=alert(17)>\" <eve@elsewhere.example>\nTo: support@quillmere.example\n"+
			"Subject: <img src=x onerror=alert(18)><script>alert('subject')</script> {{.Secret}}\nMessage-ID: <xss@elsewhere.example>\n"+
			"Cc: \"<svg onload=alert(19)>\" <cc@elsewhere.example>\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"+body)
	d.arrived(1)
	for _, path := range []string{"/tickets/1", "/queues/open", "/search?q=visible", "/settings/mail"} {
		a := d.visit(c, "GET", path, "")
		if a.Status == http.StatusNotFound && path == "/settings/mail" {
			continue
		}
		if a.Status != 200 {
			t.Errorf("%s: %d %.300s", path, a.Status, a.Body)
		}
		mustBeHarmless(t, path, a.Body)
	}
	page := string(d.visit(c, "GET", "/tickets/1", "").Body)
	if !strings.Contains(page, "Visible text.") || !strings.Contains(page, "&lt;script&gt;alert(&#39;subject&#39;)") {
		t.Error("the mail's words are not on the page: the test proves nothing")
	}
	if strings.Contains(page, `action="https://evil`) || strings.Contains(page, "http-equiv=\"refresh\"") {
		t.Error("the page has a form or a refresh of the mail's")
	}
	var timeline struct {
		Items []struct {
			Entry *struct{ HTML, Quoted string }
		}
	}
	d.must("GET", "/tickets/1/timeline", nil, &timeline)
	for _, i := range timeline.Items {
		if i.Entry != nil {
			mustBeHarmless(t, "the API's HTML", []byte(i.Entry.HTML+i.Entry.Quoted))
		}
	}
	if n := fetched.Load(); n != 0 {
		t.Errorf("%d things that the mail names were fetched, want none", n)
	}
}

// crossesSites sends what a page of another site would make a signed-in browser send.
func (d *running) crossesSites(t *testing.T, c *http.Client) {
	before := d.ask("GET", "/api/v1/tickets/1", "")
	form := url.Values{"title": {"Forged"}, "body": {"x"}}.Encode()
	for _, row := range []struct {
		rule, path string
		headers    []string
	}{
		{"a form of another site", "/tickets/1/set", []string{"Sec-Fetch-Site: cross-site"}},
		{"of a sister domain", "/tickets/1/set", []string{"Sec-Fetch-Site: same-site"}},
		{"of an old browser", "/tickets/1/set", []string{"Origin: https://evil.example"}},
		{"of a page without an origin", "/tickets/1/set", []string{"Origin: null"}},
		{"opening a ticket", "/tickets", []string{"Sec-Fetch-Site: cross-site"}},
		{"a reply", "/tickets/1/write", []string{"Origin: https://evil.example"}},
		{"signing in as somebody else", "/sign-in", []string{"Sec-Fetch-Site: cross-site"}},
		{"signing out", "/sign-out", []string{"Sec-Fetch-Site: cross-site"}},
		{"an upload", "/upload", []string{"Sec-Fetch-Site: cross-site"}},
	} {
		if a := d.visit(c, "POST", row.path, form, row.headers...); a.Status != http.StatusForbidden {
			t.Errorf("%s: %d, want 403", row.rule, a.Status)
		}
	}
	if after := d.ask("GET", "/api/v1/tickets/1", ""); !bytes.Equal(before.Body, after.Body) {
		t.Errorf("the ticket is now %s", after.Body)
	}
	if a := d.visit(c, "POST", "/api/v1/tickets", `{"title":"Forged"}`, "Content-Type: application/json"); a.Status != http.StatusUnauthorized {
		t.Errorf("the API takes the browser's cookie: %d", a.Status)
	}
	if a := d.visit(c, "GET", "/tickets/1", ""); a.Status != 200 {
		t.Errorf("the reader is signed out: %d", a.Status)
	}
}

// injectsHeaders has line breaks wherever a word ends up in a mail that is sent.
func (d *running) injectsHeaders(t *testing.T, _ *http.Client) {
	sent := len(d.sink.mails())
	evil := "x\r\nBcc: victim@elsewhere.example\r\nX-Evil: yes\r\n\r\nbody"
	for _, title := range []string{evil, "x\nBcc: victim@elsewhere.example", "x\rBcc: victim@elsewhere.example", "x\u2028Bcc: victim@elsewhere.example\u0085X-Evil: yes"} {
		var tk wireTicket
		status, refused := d.call("POST", "/tickets", map[string]any{"title": title, "body": "x", "requester": map[string]string{"email": "maren@fennoway.example", "name": "Maren" + evil}}, &tk)
		if status >= 500 {
			t.Errorf("a title with lines: %d %s", status, refused)
		}
		if status >= 400 {
			continue
		}
		d.must("POST", fmt.Sprintf("/tickets/%d/replies", tk.Number), map[string]any{"body": "An answer."}, nil)
		sent++
		for _, cc := range []string{"a@b.example\r\nBcc: victim@elsewhere.example", "a@b.example>\r\nX-Evil: <y"} {
			if status, _ := d.call("POST", fmt.Sprintf("/tickets/%d/replies", tk.Number), map[string]any{"body": "An answer.", "cc": []string{cc}}, nil); status != 422 {
				t.Errorf("a copy to %q: %d, want 422", cc, status)
			}
		}
	}
	d.deliver("eve@elsewhere.example", "support@quillmere.example",
		"From: =?utf-8?Q?Eve=0D=0AX-Evil:_yes?= <eve@elsewhere.example>\nTo: support@quillmere.example\nSubject: =?utf-8?Q?Hello=0D=0ABcc:_victim@elsewhere.example=0D=0AX-Evil:_yes?=\n"+
			"Message-ID: <evil@elsewhere.example>\nReferences: =?utf-8?Q?=0D=0AX-Evil:_yes?=\nMIME-Version: 1.0\nContent-Type: text/plain\n\nA mail with lines in its names.\n")
	d.arrived(2)
	var l wireList[wireTicket]
	d.must("GET", "/tickets?q=names", nil, &l)
	if len(l.Items) != 1 {
		t.Fatalf("the mail became %d tickets", len(l.Items))
	}
	d.must("POST", fmt.Sprintf("/tickets/%d/replies", l.Items[0].Number), map[string]any{"body": "An answer."}, nil)
	sent++
	d.await("the answers have arrived", func() bool { return len(d.sink.mails()) >= sent })
	for _, p := range d.sink.mails() {
		m, err := mail.ReadMessage(bytes.NewReader(p.Raw))
		if err != nil {
			t.Fatalf("what was sent is no mail: %v\n%s", err, p.Raw)
		}
		for name := range m.Header {
			if name == "Bcc" || name == "X-Evil" {
				t.Errorf("a mail was sent with %s:\n%.600s", name, p.Raw)
			}
		}
		for _, to := range p.To {
			if strings.Contains(to, "victim") {
				t.Errorf("a mail was sent to %s", to)
			}
		}
	}
}

func (d *running) leavesFolders(t *testing.T, c *http.Client) {
	for _, path := range []string{"/attachments/..%2f..%2fsecret", "/attachments/%2e%2e%2fsecret", "/attachments/....//secret", "/assets/..%2f..%2fui.go", "/assets/%2e%2e/%2e%2e/etc/passwd",
		"/assets/..%5c..%5csecret", "/attachments/%00", "/assets/%00", "/api/v1/mail/ledger/..%2f..%2fsecret/raw"} {
		a := d.visit(c, "GET", path, "")
		if a.Status == 200 || a.Status >= 500 || bytes.Contains(a.Body, []byte("root:")) || bytes.Contains(a.Body, []byte(strings.Repeat("s", 40))) {
			t.Errorf("%s: %d %.200s", path, a.Status, a.Body)
		}
	}
	for _, row := range [][3]string{
		{"GET", "/search?q=%00", ""}, {"GET", "/search?q=%ff%fe", ""}, {"GET", "/queues/%00", ""}, {"GET", "/mentions?q=%00", ""}, {"GET", "/tickets/1?x=%00", ""},
		{"POST", "/tickets", "title=a%00b&body=c%00d&kind=request"}, {"POST", "/tickets/1/set", "title=a%00b"}, {"POST", "/tickets/1/set", "assignee=%00"}, {"POST", "/tickets/1/set", "state=%ff"},
		{"POST", "/tickets/1/tags", "add=%00&tag=%00"}, {"POST", "/tickets/1/write", "body=%00&mode=note"}, {"POST", "/tickets/1/people", "email=%00%40b.example&address=%00"},
	} {
		if a := d.visit(c, row[0], row[1], row[2]); a.Status >= 500 {
			t.Errorf("%s %s %s: %d, want a sentence", row[0], row[1], row[2], a.Status)
		}
	}
	if a := d.visit(d.browser(), "POST", "/sign-in", "email=%00&password=%00"); a.Status != http.StatusUnprocessableEntity && a.Status != http.StatusBadRequest {
		t.Errorf("signing in with a NUL: %d", a.Status)
	}
	number := d.openOne("Files")
	for _, name := range []string{"../../../etc/passwd", `..\..\windows\x.txt`, "a\"; filename=\"b.html", "ключ\u202Egpj.exe", strings.Repeat("n", 300) + ".txt"} {
		body, head := form(t, "file", "NAME", "text")
		body = strings.Replace(body, "NAME", strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name), 1)
		a := d.ask("POST", "/api/v1/attachments", body, head)
		if a.Status >= 500 {
			t.Errorf("upload %q: %d %s", name, a.Status, a.Body)
		}
		if a.Status != 201 {
			continue
		}
		_, id, _ := strings.Cut(string(a.Body), `"id":"`)
		id, _, _ = strings.Cut(id, `"`)
		d.must("POST", fmt.Sprintf("/tickets/%d/replies", number), map[string]any{"body": "File.", "public": false, "attachments": []string{id}}, nil)
		got := d.visit(c, "GET", "/attachments/"+id, "")
		disposition := got.Header.Get("Content-Disposition")
		kind, params, err := mime.ParseMediaType(disposition)
		if got.Status != 200 || kind != "attachment" || err != nil || strings.ContainsAny(params["filename"], "/\\\"\r\n") {
			t.Errorf("%q is sent as %d %q, %v", name, got.Status, disposition, err)
		}
	}
}

func (d *running) attachesPages(t *testing.T, c *http.Client) {
	number := d.openOne("Pages in files")
	for _, kind := range []string{"text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/javascript", "image/png, text/html", "TEXT/HTML", "application/pdf"} {
		body, head := form(t, "file", "page.html", "<script>alert(document.cookie)</script>")
		body = strings.Replace(body, "Content-Type: application/octet-stream", "Content-Type: "+kind, 1)
		a := d.ask("POST", "/api/v1/attachments", body, head)
		_, id, _ := strings.Cut(string(a.Body), `"id":"`)
		id, _, _ = strings.Cut(id, `"`)
		if a.Status != 201 {
			t.Errorf("upload %s: %d %s", kind, a.Status, a.Body)
			continue
		}
		d.must("POST", fmt.Sprintf("/tickets/%d/replies", number), map[string]any{"body": "File.", "public": false, "attachments": []string{id}}, nil)
		got := d.visit(c, "GET", "/attachments/"+id, "")
		h := got.Header
		if got.Status != 200 || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || h.Get("Content-Type") != "application/octet-stream" ||
			h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s is sent as %d %v", kind, got.Status, h)
		}
	}
}

func (d *running) redirectsAway(t *testing.T, c *http.Client) {
	for _, to := range []string{"https://evil.example/", "//evil.example/", `/\evil.example/`, `\\evil.example`, "/\r\nLocation: https://evil.example/", "javascript:alert(1)", "/%0d%0ahttps://evil.example", "/\t/evil.example", "https:evil.example"} {
		for path, form := range map[string]url.Values{
			"/theme":                               {"theme": {"dark"}, "back": {to}},
			"/tickets/1/set":                       {"title": {"Renamed"}, "back": {to}},
			"/tickets/1/watch":                     {"back": {to}},
			"/sign-in?back=" + url.QueryEscape(to): {"email": {"ines.marrow@quillmere.example"}, "password": {deskPassword}},
		} {
			a := d.visit(c, "POST", path, form.Encode())
			l := a.Header.Get("Location")
			u, err := url.Parse(l)
			if a.Status >= 500 || a.Status == http.StatusSeeOther && (err != nil || u.Host != "" || u.Scheme != "" || strings.HasPrefix(l, "//") || strings.ContainsAny(l, "\\\r\n\t")) {
				t.Errorf("POST %s with back=%q leads to %d %q", path, to, a.Status, l)
			}
		}
	}
}

func (d *running) sendsBombs(t *testing.T, c *http.Client) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	io.Copy(z, io.LimitReader(zeros{}, 50<<20))
	z.Close()
	a := d.ask("POST", "/api/v1/tickets", packed.String(), "Content-Encoding: gzip")
	if a.Status != 400 {
		t.Errorf("a packed body: %d, want 400: it is not unpacked", a.Status)
	}
	if a := d.visit(c, "POST", "/tickets", "title="+strings.Repeat("x", 5<<20)); a.Status != http.StatusRequestEntityTooLarge || !bytes.Contains(a.Body, []byte("Send less, or in parts.")) {
		t.Errorf("a huge form: %d %.300s", a.Status, a.Body)
	}
	if a := d.ask("POST", "/api/v1/tickets", strings.Repeat("[", 100_000)); a.Status != 400 {
		t.Errorf("deeply nested JSON: %d", a.Status)
	}
	if a := d.ask("POST", "/api/v1/tickets", `{"title":"x","fields":{`+strings.Repeat(`"k":"v",`, 200_000)+`"z":"z"}}`); a.Status >= 500 {
		t.Errorf("many fields: %d %.200s", a.Status, a.Body)
	}
	var before struct{ Received int64 }
	d.must("GET", "/mail/summary", nil, &before)
	head := func(id string) string {
		return "From: eve@elsewhere.example\nTo: support@quillmere.example\nSubject: Bomb " + id + "\nMessage-ID: <" + id + "@elsewhere.example>\nMIME-Version: 1.0\n"
	}
	d.deliver("eve@elsewhere.example", "support@quillmere.example", head("nested")+nested(300))
	d.deliver("eve@elsewhere.example", "support@quillmere.example", head("deep")+"Content-Type: text/html\n\n"+strings.Repeat("<div>\n", 100_000)+"Deep.")
	d.deliver("eve@elsewhere.example", "support@quillmere.example", head("zip")+"Content-Type: application/zip; name=bomb.zip\nContent-Disposition: attachment; filename=bomb.zip\nContent-Transfer-Encoding: base64\n\nUEsDBAoAAAAAAA==\n")
	d.deliver("eve@elsewhere.example", "support@quillmere.example", head("wide")+"Content-Type: multipart/mixed; boundary=b\n\n"+strings.Repeat("--b\nContent-Type: text/plain\n\nx\n", 5_000)+"--b--\n")
	d.arrived(before.Received + 4)
	for _, id := range []string{"nested", "deep", "zip", "wide"} {
		var l wireList[wireTicket]
		d.must("GET", "/tickets?q=bomb", nil, &l)
		l.Items = slices.DeleteFunc(l.Items, func(tk wireTicket) bool { return tk.Title != "Bomb "+id })
		if len(l.Items) != 1 {
			t.Errorf("the mail %s became %d tickets, want one", id, len(l.Items))
			continue
		}
		if a := d.visit(c, "GET", fmt.Sprintf("/tickets/%d", l.Items[0].Number), ""); a.Status != 200 || len(a.Body) > 4<<20 {
			t.Errorf("its page: %d, %d bytes", a.Status, len(a.Body))
		}
	}
}

// nested is a message of multiparts in each other.
func nested(depth int) string {
	var b strings.Builder
	for i := range depth {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	b.WriteString("Content-Type: text/plain\n\nAt the bottom.\n")
	for i := depth - 1; i >= 0; i-- {
		fmt.Fprintf(&b, "--b%d--\n", i)
	}
	return b.String()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func (d *running) relaysMail(t *testing.T, _ *http.Client) {
	for _, to := range []string{"victim@elsewhere.example", "support@quillmere.example.elsewhere.example", "victim%elsewhere.example@quillmere.example", "@quillmere.example:victim@elsewhere.example", "nobody@quillmere.example"} {
		c, err := gosmtp.Dial(d.house.config.SMTPListen)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Mail("eve@elsewhere.example", nil); err != nil {
			t.Fatal(err)
		}
		err = c.Rcpt(to, nil)
		if refused, ok := err.(*gosmtp.SMTPError); !ok || refused.Code < 500 {
			t.Errorf("mail to %s: %v, want it refused for good", to, err)
		}
		c.Close()
	}
	conn, err := textproto.Dial("tcp", d.house.config.SMTPListen)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	say := func(code int, format string, args ...any) {
		t.Helper()
		if format != "" {
			if err := conn.PrintfLine(format, args...); err != nil {
				t.Fatal(err)
			}
		}
		if _, text, err := conn.ReadResponse(code); err != nil {
			t.Errorf("%.60s: %v %s", fmt.Sprintf(format, args...), err, text)
		}
	}
	say(220, "")
	say(250, "EHLO elsewhere.example")
	say(552, "MAIL FROM:<eve@elsewhere.example> SIZE=999999999")
	say(250, "MAIL FROM:<eve@elsewhere.example>")
	say(250, "RCPT TO:<support@quillmere.example>")
	say(354, "DATA")
	line := strings.Repeat("x", 900)
	for range 40 << 20 / 900 {
		conn.W.WriteString(line + "\r\n")
	}
	conn.W.WriteString(".\r\n")
	conn.W.Flush()
	_, text, err := conn.ReadResponse(552)
	if err != nil || !strings.Contains(text, "larger than") {
		t.Errorf("an oversize mail: %v %s, want 552 and why", err, text)
	}
}

// uploadsTooMuch sends files that are larger than any that is kept.
func (d *running) uploadsTooMuch(t *testing.T, _ *http.Client) {
	for _, row := range []struct {
		rule   string
		bytes  int
		status int
	}{
		{"a file of the largest size", 35 << 20, 201},
		{"one byte more", 35<<20 + 1, 413},
		{"more than is read at all", 50 << 20, 413},
	} {
		body, head := form(t, "file", "large.bin", strings.Repeat("x", row.bytes))
		a := d.ask("POST", "/api/v1/attachments", body, head)
		if a.Status != row.status {
			t.Errorf("%s: got %d %.200s, want %d", row.rule, a.Status, a.Body, row.status)
		}
		if row.status == 413 && !strings.Contains(a.problem(t).Detail, "35 MB") {
			t.Errorf("%s: it says %s, want how large a file can be", row.rule, a.Body)
		}
	}
}

// fetchesFromInside has an administrator, or who stole that session, look for
// servers that only this machine can reach: none is asked, unless the operator says so.
func (d *running) fetchesFromInside(t *testing.T, c *http.Client) {
	inside, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer inside.Close()
	var asked atomic.Int64
	go func() {
		for {
			conn, err := inside.Accept()
			if err != nil {
				return
			}
			asked.Add(1)
			conn.Close()
		}
	}()
	_, port, _ := net.SplitHostPort(inside.Addr().String())
	for i, row := range []struct{ rule, host string }{
		{"this machine", "127.0.0.1"}, {"by name", "localhost"}, {"in IPv6", "::1"}, {"IPv4 in IPv6", "::ffff:127.0.0.1"}, {"any address", "0.0.0.0"}, {"another of the loopback's", "127.8.8.8"},
		{"a private network", "10.0.0.1"}, {"another one", "192.168.1.1"}, {"a private network in IPv6", "fd00::1"}, {"a cloud's own server", "169.254.169.254"}, {"a link", "fe80::1"},
	} {
		in := d.inboxAt(t, fmt.Sprintf("inside%d@quillmere.example", i), row.host, port)
		a := d.visit(c, "POST", "/settings/inboxes/"+in+"/test", "x=1")
		if a.Status != 200 || !strings.Contains(string(a.Body), "has not allowed mail servers there") {
			t.Errorf("%s: testing it answers %d, want a page that says why it may not be there", row.rule, a.Status)
		}
		d.await(row.rule+" was tried by who fetches mail", func() bool {
			var read struct {
				Fetching struct{ Status, Detail string }
			}
			d.must("GET", "/inboxes/"+in, nil, &read)
			return read.Fetching.Status == "unreachable" && strings.Contains(read.Fetching.Detail, "has not allowed mail servers there")
		})
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("a server of this machine was asked %d times, want never", n)
	}
	d.house.imap.Allow = func(netip.Addr) bool { return true }
	in := d.inboxAt(t, "allowed@quillmere.example", "127.0.0.1", port)
	if d.visit(c, "POST", "/settings/inboxes/"+in+"/test", "x=1"); asked.Load() == 0 {
		t.Error("nor was it asked when the operator allows it: the test proves nothing")
	}
}

// inboxAt makes an inbox whose mail is fetched from there.
func (d *running) inboxAt(t *testing.T, address, host, port string) (id string) {
	t.Helper()
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	var made struct{ ID string }
	d.must("POST", "/inboxes", map[string]any{"address": address, "imap": map[string]any{"host": host, "port": n, "security": "none", "user": "x", "password": "y"}}, &made)
	return made.ID
}
