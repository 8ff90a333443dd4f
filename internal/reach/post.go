package reach

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"muster/internal/fault"
)

const (
	patience  = 15 * time.Second // for a whole exchange
	mostHead  = 64 << 10         // bytes of an answer's header
	mostKept  = 2 << 10          // bytes of its body that are looked at
	longestIn = 2000             // bytes of an address
)

// Client posts to addresses that people name.
type Client struct {
	where Where
	http  *http.Client
}

// Options are what tests, and operators with an authority of their own, say beside where.
type Options struct {
	Roots    *x509.CertPool // whom to believe; nil: as the machine does
	Resolver *net.Resolver  // nil: the machine's
}

// New returns a client that connects only where it may. An address is looked
// at when the connection is made, after its name was resolved: a name that
// leads elsewhere a moment later leads nowhere. The environment's proxy is not
// asked, since it could reach what we may not; redirects are not followed.
func New(where Where, o Options) *Client {
	d := &net.Dialer{Timeout: patience / 2, Resolver: o.Resolver, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !where(at.Addr()) {
			return &forbidden{at.Addr()}
		}
		return nil
	}}
	transport := &http.Transport{DialContext: d.DialContext, TLSHandshakeTimeout: patience / 2, DisableKeepAlives: true, ForceAttemptHTTP2: true,
		MaxResponseHeaderBytes: mostHead, DisableCompression: true, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.Roots}}
	return &Client{where, &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// forbidden is an address that may not be connected to.
type forbidden struct{ at netip.Addr }

func (f *forbidden) Error() string {
	return fmt.Sprintf("%s is inside the network or on this machine: the operator of Muster has not allowed that", f.at.Unmap())
}

// Forbidden reports whether nothing was sent because the address may not be connected to.
func Forbidden(err error) bool { _, ok := errors.AsType[*forbidden](err); return ok }

// Check refuses, as a fault about a field, what cannot be posted to. A name's addresses are looked at
// only when it is connected to.
func (c *Client) Check(field, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || len(address) > longestIn {
		return fault.Field(field, "%.100q is no address of the web. Write it like https://hooks.example.org/muster.", address)
	}
	if u.User != nil || u.Fragment != "" {
		return fault.Field(field, "Leave out the name, the password and the part after #: they are not sent.")
	}
	if u.Scheme == "http" && !c.where(netip.MustParseAddr("10.0.0.1")) {
		return fault.Field(field, "The address must begin with https://, so that nobody reads along.")
	}
	if p := u.Port(); p != "" {
		if n, err := strconv.Atoi(p); err != nil || n < 1 || n > 65535 {
			return fault.Field(field, "%s is no port.", p)
		}
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	at, err := netip.ParseAddr(host)
	if err == nil && !c.where(at) || (host == "localhost" || strings.HasSuffix(host, ".localhost")) && !c.where(netip.MustParseAddr("127.0.0.1")) {
		return fault.Field(field, "%s is inside the network or on this machine. Choose an address on the Internet, or ask the operator of Muster to allow this one.", host)
	}
	return nil
}

// Request is something to post.
type Request struct {
	URL    string
	Header map[string]string
	Body   []byte
}

// Answer is what came back.
type Answer struct {
	Status     int
	Body       string        // its first bytes, as text
	Location   string        // where a redirect that was not followed leads
	RetryAfter time.Duration // how long it asks us to wait; 0: it does not say
	Took       time.Duration
}

// Post sends a request and returns the answer, whatever its status: an error means that there was none.
func (c *Client) Post(ctx context.Context, r Request) (a Answer, err error) {
	began := time.Now()
	defer func() { a.Took = time.Since(began) }()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.URL, bytes.NewReader(r.Body))
	if err != nil {
		return a, err
	}
	req.Header.Set("User-Agent", "Muster")
	for name, value := range r.Header {
		req.Header.Set(name, value)
	}
	answer, err := c.http.Do(req)
	if err != nil {
		return a, plainly(ctx, err)
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(answer.Body, mostKept)) // what breaks off was answered all the same
	a.Status, a.Body, a.Location = answer.StatusCode, printable(body), answer.Header.Get("Location")
	a.RetryAfter = retryAfter(answer.Header.Get("Retry-After"), time.Now())
	return a, nil
}

// plainly says why there was no answer, without the address again.
func plainly(ctx context.Context, err error) error {
	if f, ok := errors.AsType[*forbidden](err); ok {
		return f
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("no answer within %d seconds", int(patience.Seconds()))
	}
	return err
}

func printable(b []byte) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, string(b))
}

func retryAfter(said string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(said); err == nil && n > 0 {
		return time.Duration(min(n, 7*24*3600)) * time.Second
	}
	if at, err := http.ParseTime(said); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}
