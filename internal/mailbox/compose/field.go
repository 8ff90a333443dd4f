package compose

import (
	"regexp"
	"strings"
	"unicode"
)

var writable = regexp.MustCompile(`^[^\s@<>,;:"\\\x00-\x1f\x7f]+@[^\s@<>,;:"\\\x00-\x1f\x7f]+$`)

// Writable reports whether an address can stand in a header and an envelope as it is.
func Writable(address string) bool { return len(address) <= 254 && writable.MatchString(address) }

// OneLine returns a text without what may not stand in a header.
func OneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}
