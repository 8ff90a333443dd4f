// Package mark signs what Muster puts on its mail, so that an answer finds its
// ticket and nobody can make one up.
package mark

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Signer signs for one installation.
type Signer struct {
	secret []byte
	host   string
}

// New returns a signer with an installation's secret. The host of its web
// address stands in the Message-IDs.
func New(secret []byte, address string) Signer {
	host := "muster.invalid"
	if u, err := url.Parse(address); err == nil && u.Hostname() != "" {
		host = strings.ToLower(u.Hostname())
	}
	return Signer{secret, host}
}

// Host is the right side of all Message-IDs of the installation.
func (s Signer) Host() string { return s.host }

var digits = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

// sign returns n characters, of 5 bits each, that only the secret gives for parts.
func (s Signer) sign(n int, parts ...string) string {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte(strings.Join(parts, "\x00")))
	return digits.EncodeToString(mac.Sum(nil))[:n]
}

func equal(a, b string) bool { return hmac.Equal([]byte(a), []byte(b)) }

const (
	inID      = 24 // characters of a signature in a Message-ID
	inAddress = 12 // in an address, which has at most 64 before the @
)

// MessageID returns the Message-ID, without <>, that an entry of a ticket is sent under.
func (s Signer) MessageID(workspace, ticket, entry string) string {
	return "t." + ticket + "." + entry + "." + s.sign(inID, "id", workspace, ticket, entry) + "@" + s.host
}

var idShape = regexp.MustCompile(`^t\.([0-9a-v]{20})\.([0-9a-v]{20})\.([0-9a-v]{24})@`)

// Foreign reports whether a Message-ID looks like one of Muster's: with one that is not ours, another's.
func Foreign(id string) bool { return idShape.MatchString(strings.ToLower(id)) }

// ReadMessageID returns the ticket and the entry that a Message-ID of ours was made for.
func (s Signer) ReadMessageID(workspace, id string) (ticket, entry string, ok bool) {
	m := idShape.FindStringSubmatch(strings.ToLower(id))
	if m == nil || !equal(m[3], s.sign(inID, "id", workspace, m[1], m[2])) {
		return "", "", false
	}
	return m[1], m[2], true
}

// TicketAddress returns the address of an inbox that leads to a ticket: the
// plain one if there is no room for more.
func (s Signer) TicketAddress(workspace, inbox string, number int64) string {
	n := strconv.FormatInt(number, 10)
	return plus(inbox, "t"+n+"."+s.sign(inAddress, "ticket", workspace, n))
}

// BounceAddress returns the address of an inbox that reports on an entry are to be sent to.
func (s Signer) BounceAddress(workspace, inbox, entry string) string {
	return plus(inbox, "b"+entry+"."+s.sign(inAddress, "bounce", workspace, entry))
}

const maxLocal = 64

func plus(inbox, token string) string {
	local, host, _ := strings.Cut(inbox, "@")
	if len(local)+1+len(token) > maxLocal {
		return inbox
	}
	return local + "+" + token + "@" + host
}

// Inbox returns an address without what was added after a plus.
func Inbox(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return address
	}
	local, _, _ := strings.Cut(address[:at], "+")
	return local + address[at:]
}

var tokenShape = regexp.MustCompile(`\+([tb])([0-9a-v]{1,20})\.([0-9a-v]{12})@`)

func (s Signer) read(workspace, address, kind, purpose string) (string, bool) {
	m := tokenShape.FindStringSubmatch(strings.ToLower(address))
	if m == nil || m[1] != kind || !equal(m[3], s.sign(inAddress, purpose, workspace, m[2])) {
		return "", false
	}
	return m[2], true
}

// ReadTicketAddress returns the number of the ticket that an address leads to.
func (s Signer) ReadTicketAddress(workspace, address string) (int64, bool) {
	n, ok := s.read(workspace, address, "t", "ticket")
	number, err := strconv.ParseInt(n, 10, 64)
	return number, ok && err == nil
}

// ReadBounceAddress returns the entry that a report to an address is about.
func (s Signer) ReadBounceAddress(workspace, address string) (string, bool) {
	return s.read(workspace, address, "b", "bounce")
}

// Instance names the installation and the workspace, for a header that shows a loop.
func (s Signer) Instance(workspace string) string { return s.sign(16, "instance", workspace) }
