package record

import (
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"muster/internal/fault"
)

// LongestName is how long a name can be, in characters.
const LongestName = 200

const (
	longestAddress = 254 // bytes, as SMTP has it
	longestLocal   = 64
)

// CleanName returns a name as it is stored: on one line, without control characters.
func CleanName(s string) string {
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

// CheckName returns a name as it is stored, or what is wrong with it as a fault of the field name.
func CheckName(s string) (string, error) {
	s = CleanName(s)
	if s == "" || len([]rune(s)) > LongestName {
		return "", fault.Field("name", "Give a name of at most %d characters.", LongestName)
	}
	return s, nil
}

// CheckAddress returns an e-mail address without the space around it, or what is wrong with it as a fault of a field.
func CheckAddress(field, s string) (string, error) {
	s = strings.TrimSpace(s)
	local, domain, _ := strings.Cut(s, "@")
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || strings.HasPrefix(domain, "[") ||
		len(s) > longestAddress || len(local) > longestLocal {
		return "", fault.Field(field, "%.100q is no e-mail address; write it like ann@example.com.", s)
	}
	return s, nil
}

// FoldAddress returns an address as it is compared. Accents stay: ä@ and a@
// are different people. A domain counts the same in either of its spellings.
func FoldAddress(s string) string {
	s = strings.ToLower(norm.NFC.String(strings.TrimSpace(s)))
	local, domain, ok := strings.Cut(s, "@")
	if !ok {
		return s
	}
	return local + "@" + FoldDomain(domain)
}

// FoldDomain returns a domain as it is compared.
func FoldDomain(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if ascii, err := idna.Lookup.ToASCII(s); err == nil {
		return ascii
	}
	return s
}

// CheckLocale makes sure that a locale is a language, or empty.
func CheckLocale(s string) error {
	if _, err := language.Parse(s); s != "" && err != nil {
		return fault.Field("locale", "%.100q is no language; write it like en or de-CH.", s)
	}
	return nil
}

// Clip bounds what a stranger sent to n bytes, and makes it text that a database takes.
func Clip(s string, n int) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s[:min(len(s), n)], "?"), "\x00", "?")
}
