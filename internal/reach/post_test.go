package reach

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"muster/internal/fault"
)

func anywhere(netip.Addr) bool { return true }

// What is named must be an address of the Internet; what is none is refused before anything is sent.
func TestCheck(t *testing.T) {
	public, open := New(Public, Options{}), New(anywhere, Options{})
	for _, row := range []struct {
		rule, address string
		public, open  bool
	}{
		{"an address of the Internet", "https://hooks.example.org/in?x=1", true, true},
		{"in the clear", "http://hooks.example.org/in", false, true},
		{"another protocol", "ftp://hooks.example.org/in", false, false},
		{"a file", "file:///etc/passwd", false, false},
		{"no host", "https:///in", false, false},
		{"a name and a password", "https://ann:secret@hooks.example.org/", false, false},
		{"a fragment", "https://hooks.example.org/#x", false, false},
		{"the address at which clouds tell secrets", "https://169.254.169.254/latest/meta-data", false, true},
		{"the machine itself", "https://127.0.0.1:8080/", false, true},
		{"the machine itself, by version 6", "https://[::1]/", false, true},
		{"the machine itself, wrapped", "https://[::ffff:127.0.0.1]/", false, true},
		{"the machine itself, by name", "https://LOCALHOST./", false, true},
		{"a private network", "https://10.1.2.3/", false, true},
		{"a port that is none", "https://hooks.example.org:99999/", false, false},
		{"a novel", "https://hooks.example.org/" + strings.Repeat("x", 2000), false, false},
	} {
		if got := public.Check("url", row.address) == nil; got != row.public {
			t.Errorf("%s: in public got %v, want %v", row.rule, got, row.public)
		}
		err := open.Check("url", row.address)
		if got := err == nil; got != row.open {
			t.Errorf("%s: everywhere got %v, want %v", row.rule, got, row.open)
		}
		if err != nil && fault.Fields(err)["url"] == "" {
			t.Errorf("%s: got %v, want a fault about the field", row.rule, err)
		}
	}
}

// server counts what reaches it.
func server(t *testing.T, h http.HandlerFunc) (*httptest.Server, *atomic.Int64) {
	t.Helper()
	var n atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { n.Add(1); h(w, r) }))
	t.Cleanup(s.Close)
	return s, &n
}

// However an address is spelled, and whatever its name says later, nothing inside is connected to.
func TestNothingInsideIsReached(t *testing.T) {
	inside, hits := server(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "secret") })
	at, err := url.Parse(inside.URL)
	if err != nil {
		t.Fatal(err)
	}
	port := at.Port()
	t.Setenv("HTTP_PROXY", inside.URL)
	t.Setenv("HTTPS_PROXY", inside.URL)
	known := map[string][]netip.Addr{
		"inside.example.":     {netip.MustParseAddr("127.0.0.1")},
		"both.example.":       {netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("127.0.0.1")},
		"wrapped.example.":    {netip.MustParseAddr("::ffff:127.0.0.1")},
		"metadata.example.":   {netip.MustParseAddr("169.254.169.254")},
		"translated.example.": {netip.MustParseAddr("64:ff9b::7f00:1")},
	}
	c := New(Public, Options{Resolver: names(t, func(name string) []netip.Addr { return known[name] })})
	for rule, address := range map[string]string{
		"by number":                         "http://127.0.0.1:" + port,
		"by version 6":                      "http://[::1]:" + port,
		"wrapped into version 6":            "http://[::ffff:7f00:1]:" + port,
		"as one decimal number":             "http://2130706433:" + port,
		"as a short number":                 "http://127.1:" + port,
		"in octal":                          "http://0177.0.0.1:" + port,
		"in hexadecimal":                    "http://0x7f000001:" + port,
		"as the address of all":             "http://0.0.0.0:" + port,
		"by a name that leads inside":       "http://inside.example:" + port,
		"by a name that leads there too":    "http://both.example:" + port,
		"by a name that wraps it":           "http://wrapped.example:" + port,
		"where clouds tell their secrets":   "http://169.254.169.254/latest/meta-data",
		"by a name, where clouds tell them": "http://metadata.example/latest/meta-data",
		"through an address of translation": "http://translated.example:" + port,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		if _, err := c.Post(ctx, Request{URL: address}); err == nil {
			t.Errorf("%s: %s was reached", rule, address)
		}
		cancel()
	}
	if n := hits.Load(); n != 0 {
		t.Errorf("got %d requests inside, want none", n)
	}
	if _, err := c.Post(t.Context(), Request{URL: "http://inside.example:" + port}); !Forbidden(err) || !strings.Contains(err.Error(), "has not allowed that") {
		t.Errorf("got %v, want a sentence that says it is not allowed", err)
	}
}

// A name may lead elsewhere when it is asked again: what counts is where the connection goes.
func TestANameThatChangesItsMind(t *testing.T) {
	inside, hits := server(t, func(http.ResponseWriter, *http.Request) {})
	at, err := url.Parse(inside.URL)
	if err != nil {
		t.Fatal(err)
	}
	var inwards atomic.Bool
	resolver := names(t, func(string) []netip.Addr {
		if inwards.Load() {
			return []netip.Addr{netip.MustParseAddr("127.0.0.1")}
		}
		return []netip.Addr{netip.MustParseAddr("192.0.2.1")}
	})
	c := New(Public, Options{Resolver: resolver})
	address := "http://fickle.example:" + at.Port()
	first, err := resolver.LookupNetIP(t.Context(), "ip4", "fickle.example")
	if err != nil || !Public(first[0]) {
		t.Fatalf("got %v, %v; want a public address at first", first, err)
	}
	inwards.Store(true)
	if _, err := c.Post(t.Context(), Request{URL: address}); !Forbidden(err) {
		t.Errorf("got %v, want that it is not connected to", err)
	}
	if hits.Load() != 0 {
		t.Error("the name that changed its mind led inside")
	}
}

// A redirect is an answer, not a way.
func TestRedirectsAreNotFollowed(t *testing.T) {
	inside, hits := server(t, func(http.ResponseWriter, *http.Request) {})
	outside, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, inside.URL, http.StatusTemporaryRedirect)
	})
	a, err := New(anywhere, Options{}).Post(t.Context(), Request{URL: outside.URL, Body: []byte("{}")})
	if err != nil || a.Status != http.StatusTemporaryRedirect || a.Location != inside.URL {
		t.Errorf("got %+v, %v; want the redirect itself", a, err)
	}
	if hits.Load() != 0 {
		t.Error("the redirect was followed")
	}
}

// What comes back is bounded, in size and in time, and shown as text.
func TestAnswersAreBounded(t *testing.T) {
	s, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/endless":
			for r.Context().Err() == nil {
				if _, err := w.Write([]byte(strings.Repeat("x", 1<<16))); err != nil {
					return
				}
			}
		case "/odd":
			w.Header().Set("Retry-After", "90")
			w.WriteHeader(http.StatusServiceUnavailable)
			w.Write([]byte("a\x00b\x1b[31m\xffc\n"))
		case "/headers":
			w.Header().Set("X-Long", strings.Repeat("x", 1<<20))
		case "/slow":
			<-r.Context().Done()
		}
	})
	c := New(anywhere, Options{})
	if a, err := c.Post(t.Context(), Request{URL: s.URL + "/endless"}); err != nil || len(a.Body) != mostKept {
		t.Errorf("an endless answer: got %d bytes, %v; want %d", len(a.Body), err, mostKept)
	}
	if a, err := c.Post(t.Context(), Request{URL: s.URL + "/odd"}); err != nil || a.Status != 503 || a.Body != "ab[31mc\n" || a.RetryAfter != 90*time.Second {
		t.Errorf("got %+v, %v; want status 503, plain text, 90 s", a, err)
	}
	if _, err := c.Post(t.Context(), Request{URL: s.URL + "/headers"}); err == nil {
		t.Error("a header of a megabyte was taken")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := c.Post(ctx, Request{URL: s.URL + "/slow"}); err == nil {
		t.Error("what never answers was waited for")
	}
}

// A certificate that nobody vouches for is not believed.
func TestCertificatesAreChecked(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Header.Get("Webhook-Id")) }))
	t.Cleanup(s.Close)
	s.Config.ErrorLog = nil
	if _, err := New(anywhere, Options{}).Post(t.Context(), Request{URL: s.URL}); err == nil {
		t.Error("a certificate of nobody's was believed")
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
	a, err := New(anywhere, Options{Roots: roots}).Post(t.Context(), Request{URL: s.URL, Header: map[string]string{"Webhook-Id": "msg_1"}})
	if err != nil || a.Body != "msg_1" || a.Took <= 0 {
		t.Errorf("got %+v, %v; want what the header says", a, err)
	}
}

// names is a resolver that asks a server of its own, which knows a few names.
func names(t *testing.T, known func(name string) []netip.Addr) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		b := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			if reply, err := answer(b[:n], known); err == nil {
				conn.WriteTo(reply, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func answer(query []byte, known func(name string) []netip.Addr) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil {
		return nil, err
	}
	q := m.Questions[0]
	m.Header.Response, m.Additionals = true, nil
	for _, a := range known(q.Name.String()) {
		h := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
		switch {
		case a.Is4() && q.Type == dnsmessage.TypeA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AResource{A: a.As4()}})
		case a.Is6() && q.Type == dnsmessage.TypeAAAA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
		}
	}
	return m.Pack()
}
