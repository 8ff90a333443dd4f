package app

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/textproto"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// visitor is somebody with a browser that runs no scripts.
type visitor struct {
	t    *testing.T
	desk *running
	http *http.Client
}

// page is what a visitor got.
type page struct {
	status int
	head   http.Header
	body   string
	path   string // where it ended, after what led elsewhere
}

func (d *running) visitor(t *testing.T) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, desk: d, http: &http.Client{Jar: jar}}
}

// signedIn is a visitor who has signed in.
func (d *running) signedIn(t *testing.T, email string) *visitor {
	t.Helper()
	v := d.visitor(t)
	if p := v.post("/sign-in", "email", email, "password", deskPassword); p.status != 200 || strings.HasPrefix(p.path, "/sign-in") {
		t.Fatalf("%s is not signed in: %d at %s", email, p.status, p.path)
	}
	return v
}

func (v *visitor) do(r *http.Request) page {
	v.t.Helper()
	answer, err := v.http.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return page{answer.StatusCode, answer.Header, string(b), answer.Request.URL.RequestURI()}
}

func (v *visitor) request(method, path string, body io.Reader) *http.Request {
	v.t.Helper()
	r, err := http.NewRequest(method, v.desk.URL+path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	return r
}

func (v *visitor) see(path string) page {
	v.t.Helper()
	return v.do(v.request("GET", path, nil))
}

// post sends a form of names and values, in turn.
func (v *visitor) post(path string, pairs ...string) page {
	v.t.Helper()
	return v.do(v.form(path, pairs...))
}

func (v *visitor) form(path string, pairs ...string) *http.Request {
	v.t.Helper()
	sent := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		sent.Add(pairs[i], pairs[i+1])
	}
	r := v.request("POST", path, strings.NewReader(sent.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// upload sends a file as the editor does, and returns its id.
func (v *visitor) upload(path, name, kind string, data []byte) string {
	v.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`}, "Content-Type": {kind}})
	if err != nil {
		v.t.Fatal(err)
	}
	part.Write(data)
	w.Close()
	r := v.request("POST", path, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	p := v.do(r)
	id := regexp.MustCompile(`"id":"([0-9a-v]{20})"`).FindStringSubmatch(p.body)
	if p.status != 200 || id == nil {
		v.t.Fatalf("upload of %s: %d %s", name, p.status, p.body)
	}
	return id[1]
}

// links are the addresses on a page that lead to pages of ours.
func (p page) links(t *testing.T) []string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(p.body))
	if err != nil {
		t.Fatal(err)
	}
	base, err := url.Parse(p.path)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			if n.Data != "a" || a.Key != "href" {
				continue
			}
			u, err := base.Parse(a.Val)
			if err != nil {
				t.Errorf("%s links to %q, which is no address: %v", p.path, a.Val, err)
				continue
			}
			if u.Host == "" && (u.Scheme == "" || u.Scheme == "http") {
				u.Fragment = ""
				all = append(all, u.String())
			}
		}
	}
	return all
}

// field is the value of an input of that name, the first on the page.
func (p page) field(name string) string {
	m := regexp.MustCompile(`name="` + regexp.QuoteMeta(name) + `" value="([^"]*)"`).FindStringSubmatch(p.body)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

// choice is what the form of a menu's line sends, for post.
func (p page) choice(t *testing.T, menu, line string) (pairs []string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(p.body))
	if err != nil {
		t.Fatal(err)
	}
	for form := range root.Descendants() {
		if form.Data != "form" || form.Parent == nil || attribute(form.Parent, "id") != menu || words(form) != line {
			continue
		}
		for n := range form.Descendants() {
			if n.Data == "input" || n.Data == "button" {
				pairs = append(pairs, attribute(n, "name"), attribute(n, "value"))
			}
		}
	}
	if pairs == nil {
		t.Fatalf("%s has no %q in the menu %s", p.path, line, menu)
	}
	return pairs
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// words is the text in an element.
func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(b.String())
}
