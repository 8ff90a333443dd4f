package mailbox

import (
	"regexp"
	"strings"
	"unicode"
)

var writableAddress = regexp.MustCompile(`^[^\s@<>,;:"\\\x00-\x1f\x7f]+@[^\s@<>,;:"\\\x00-\x1f\x7f]+$`)

// writable reports whether an address can stand in a header and an envelope as it is.
func writable(address string) bool {
	return len(address) <= 254 && writableAddress.MatchString(address)
}

// oneLine returns a text without what may not stand in a header.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}

func fold(address string) string { return strings.ToLower(strings.TrimSpace(address)) }
