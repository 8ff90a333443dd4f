package imap

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"
)

// resolve returns where a host may be connected to. It is asked once, and the
// connection goes to what it returned: a name that leads elsewhere a moment
// later leads nowhere.
func resolve(ctx context.Context, host string, allow func(netip.Addr) bool) ([]netip.Addr, error) {
	all, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, fmt.Errorf("there is no address for %s: %w", host, err)
	}
	var allowed []netip.Addr
	for _, a := range all {
		if allow(a) {
			allowed = append(allowed, a.Unmap())
		}
	}
	if len(allowed) == 0 {
		return nil, fmt.Errorf("%s is at %s, inside the network: the operator of Muster has not allowed mail servers there", host, all[0].Unmap())
	}
	return allowed, nil
}

// connect connects to the first address that answers.
func connect(ctx context.Context, all []netip.Addr, port int) (net.Conn, error) {
	var errs []error
	for _, a := range all {
		d := net.Dialer{Timeout: 15 * time.Second}
		conn, err := d.DialContext(ctx, "tcp", netip.AddrPortFrom(a, uint16(port)).String())
		if err == nil {
			return conn, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

// tlsConfig says whom to believe: the one certificate that is named, or any that an authority vouches for.
func (c Config) tlsConfig(s Settings) *tls.Config {
	t := &tls.Config{ServerName: s.Host, RootCAs: c.Roots, MinVersion: tls.VersionTLS12, NextProtos: []string{"imap"}}
	if s.Fingerprint == "" {
		return t
	}
	t.InsecureSkipVerify = true // VerifyConnection does it
	t.VerifyConnection = func(state tls.ConnectionState) error {
		if got := fingerprint(state.PeerCertificates[0]); got != plainHex(s.Fingerprint) {
			return fmt.Errorf("the certificate is another than the one in the settings: its SHA-256 is %s", got)
		}
		return nil
	}
	return t
}

func fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:])
}

func plainHex(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r == ':' || r == ' ' {
			return -1
		}
		return r
	}, s))
}

// untrusted says what is wrong with a certificate, and which one it is.
func untrusted(host string, err error) error {
	bad, ok := errors.AsType[*tls.CertificateVerificationError](err)
	if !ok || len(bad.UnverifiedCertificates) == 0 {
		return fmt.Errorf("encrypt the connection to %s: %w", host, err)
	}
	return fmt.Errorf("the certificate of %s is not trusted: %w; if you know the server, put the SHA-256 of its certificate into the settings: %s",
		host, bad.Err, fingerprint(bad.UnverifiedCertificates[0]))
}
