package mime

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Words makes one readable line of a header value: encoded words
// (RFC 2047) are decoded even where they are put together wrongly, raw 8-bit
// bytes are taken for the hinted charset, folding and control characters vanish.
func Words(v, hint string) string {
	if !strings.Contains(v, "=?") {
		return Line(Raw(v, hint))
	}
	var out strings.Builder
	var run []byte // bytes of encoded words that follow each other in one charset
	var charset string
	flush := func() {
		if run != nil {
			text, _ := Decode(run, charset, hint)
			out.WriteString(text)
			run = nil
		}
	}
	for v != "" {
		i, w, ok := nextWord(v)
		if !ok {
			break
		}
		if gap := v[:i]; run == nil || strings.TrimSpace(gap) != "" {
			flush()
			out.WriteString(Raw(gap, hint))
		}
		if run != nil && !strings.EqualFold(charset, w.charset) {
			flush()
		}
		charset, run = w.charset, append(run, w.data...)
		if run == nil {
			run = []byte{}
		}
		v = v[i+w.len:]
	}
	flush()
	out.WriteString(Raw(v, hint))
	return Line(out.String())
}

// word is one encoded word.
type word struct {
	charset string
	data    []byte
	len     int // how much of the value it takes
}

// nextWord finds the first encoded word of v.
func nextWord(v string) (at int, w word, ok bool) {
	for {
		i := strings.Index(v[at:], "=?")
		if i < 0 {
			return 0, word{}, false
		}
		at += i
		rest := v[at+2:]
		mark := strings.IndexByte(rest[:min(len(rest), 80)], '?')
		if mark > 0 && len(rest) > mark+2 && rest[mark+2] == '?' {
			text := rest[mark+3:]
			end := strings.Index(text, "?=")
			if end < 0 {
				return 0, word{}, false // no word ends from here on
			}
			if w, ok = newWord(rest[:mark], rest[mark+1], text[:end]); ok {
				w.len = 2 + mark + 3 + end + 2
				return at, w, true
			}
		}
		at += 2
	}
}

func newWord(charset string, encoding byte, text string) (word, bool) {
	charset, _, _ = strings.Cut(charset, "*") // RFC 2231 adds a language
	w := word{charset: charset}
	switch encoding {
	case 'b', 'B':
		w.data = unbase64([]byte(text))
	case 'q', 'Q':
		w.data = unquote([]byte(strings.ReplaceAll(text, "_", " ")), true)
	default:
		return w, false
	}
	return w, !strings.ContainsAny(charset, " \t<>\"")
}

// Raw makes text of a value without encoded words.
func Raw(v, hint string) string {
	if ASCII(v) && strings.IndexByte(v, 0x1b) < 0 {
		return v
	}
	text, _ := Decode([]byte(v), "", hint)
	return text
}

// Line collapses folding, and drops what must not stand in a line of a page:
// control characters, and marks that turn the direction of the text around them.
func Line(s string) string {
	if plainLine(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	space := true // so that leading space goes too
	for _, r := range s {
		switch {
		case r == ' ' || r == '\t' || r == '\n' || r == '\r':
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		case unicode.IsControl(r) || Turns(r) || r == 0xfeff || r == 0x2028 || r == 0x2029:
			continue
		}
		space = false
		b.WriteRune(r) // an invalid byte becomes U+FFFD
	}
	return strings.TrimRight(b.String(), " ")
}

// plainLine reports whether s is as Line would make it.
func plainLine(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < ' ' || c >= 0x7f || c == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ') {
			return false
		}
	}
	return true
}

// Turns reports whether r changes the direction of the text that follows.
func Turns(r rune) bool { return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 }

// Clip cuts s to at most n bytes, between characters.
func Clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// ASCII reports whether s has no other characters.
func ASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
