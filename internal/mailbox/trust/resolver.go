package trust

import (
	"context"
	"errors"
	"net"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// Resolver looks names up. Each function ends with its context, and returns a
// *net.DNSError with IsNotFound for a name that is not there.
type Resolver struct {
	TXT func(ctx context.Context, name string) ([]string, error)
	MX  func(ctx context.Context, name string) ([]*net.MX, error)
	IP  func(ctx context.Context, host string) ([]net.IPAddr, error)
	PTR func(ctx context.Context, addr string) ([]string, error)
}

// System returns the machine's own resolver.
func System() Resolver {
	r := net.DefaultResolver
	return Resolver{TXT: r.LookupTXT, MX: r.LookupMX, IP: r.LookupIPAddr, PTR: r.LookupAddr}
}

// library is a resolver as the SPF library wants it.
type library struct{ r Resolver }

func (l library) LookupTXT(ctx context.Context, name string) ([]string, error) {
	return ask(ctx, l.r.TXT, name)
}

func (l library) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	return ask(ctx, l.r.MX, name)
}

func (l library) LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error) {
	return ask(ctx, l.r.IP, host)
}

func (l library) LookupAddr(ctx context.Context, addr string) ([]string, error) {
	return ask(ctx, l.r.PTR, addr)
}

// ask looks a name up. An error that does not say that there is none is one
// that may pass: the libraries take it for an answer otherwise.
func ask[T any](ctx context.Context, lookup func(context.Context, string) ([]T, error), name string) ([]T, error) {
	all, err := lookup(ctx, name)
	if err != nil && !notFound(err) {
		return nil, &net.DNSError{Err: "no answer", Name: name, IsTemporary: true, UnwrapErr: err}
	}
	return all, err
}

func notFound(err error) bool {
	e, ok := errors.AsType[*net.DNSError](err)
	return ok && e.IsNotFound
}

func unanswered(err error) bool {
	e, ok := errors.AsType[*net.DNSError](err)
	return ok && e.IsTemporary
}

// ascii returns a domain as it is compared and looked up.
func ascii(domain string) string {
	domain = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(domain), "."))
	if a, err := idna.Lookup.ToASCII(domain); err == nil {
		return a
	}
	return domain
}

// organisation returns the domain that was registered: mail.example.co.uk is
// of example.co.uk. A domain under which others register is only itself.
func organisation(domain string) string {
	if org, err := publicsuffix.EffectiveTLDPlusOne(domain); err == nil {
		return org
	}
	return domain
}
