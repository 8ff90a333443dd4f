// Package people knows everyone: the agents and their teams and roles, the
// programs that act with a token, and the contacts and organisations served.
package people

import (
	"net/mail"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"muster/internal/fault"
)

// most bounds the lists that a page shows whole: users, teams, roles, tokens.
const most = 1000

const (
	longestName    = 200 // characters
	longestAddress = 254 // bytes, as SMTP has it
	longestLocal   = 64
)

// Difference is one thing that a change made different, as a page may show it.
type Difference struct {
	Field, From, To string
}

// differ adds a difference to ds if there is one.
func differ(ds []Difference, field, from, to string) []Difference {
	if from == to {
		return ds
	}
	return append(ds, Difference{field, from, to})
}

// cleanName returns a name as it is stored: on one line, without control characters.
func cleanName(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}

func checkName(s string) (string, error) {
	s = cleanName(s)
	if s == "" || len([]rune(s)) > longestName {
		return "", fault.Field("name", "Give a name of at most %d characters.", longestName)
	}
	return s, nil
}

// checkAddress returns an e-mail address without the space around it.
func checkAddress(field, s string) (string, error) {
	s = strings.TrimSpace(s)
	local, domain, _ := strings.Cut(s, "@")
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || strings.HasPrefix(domain, "[") ||
		len(s) > longestAddress || len(local) > longestLocal {
		return "", fault.Field(field, "%.100q is no e-mail address; write it like ann@example.com.", s)
	}
	return s, nil
}

// foldAddress returns an address as it is compared. Accents stay: ä@ and a@
// are different people. A domain counts the same in either of its spellings.
func foldAddress(s string) string {
	s = strings.ToLower(norm.NFC.String(strings.TrimSpace(s)))
	local, domain, ok := strings.Cut(s, "@")
	if !ok {
		return s
	}
	return local + "@" + foldDomain(domain)
}

func foldDomain(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if ascii, err := idna.Lookup.ToASCII(s); err == nil {
		return ascii
	}
	return s
}

func domainOf(folded string) string { return folded[strings.LastIndexByte(folded, '@')+1:] }

func checkLocale(s string) error {
	if _, err := language.Parse(s); s != "" && err != nil {
		return fault.Field("locale", "%.100q is no language; write it like en or de-CH.", s)
	}
	return nil
}

func checkZone(s string) error {
	if _, err := time.LoadLocation(s); err != nil || s == "Local" {
		return fault.Field("zone", "%.100q is no time zone; write it like Europe/Berlin.", s)
	}
	return nil
}

// taken is a conflict about one field of a form.
func taken(field, message string) error {
	return &fault.Error{Kind: fault.Conflict, Message: message, Fields: map[string]string{field: message}}
}

// seen makes sure that a caller has seen the version that it changes: 0 is any.
func seen(version, stored int64) error {
	if version != 0 && version != stored {
		return fault.New(fault.Conflict, "Somebody changed this meanwhile. Look at it again, then repeat your change.")
	}
	return nil
}
