// Package text turns what people write into what people read: Markdown, HTML
// cleaning, mail quoting.
//
// Everything here is a pure function of its arguments, safe for any number of
// callers at once, and bounded: input past a stated limit is cut or shown more
// plainly, never refused, so that no message takes more than a second or two.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Valid returns s as text that both databases store: valid UTF-8, lines ended
// by \n alone, and no control characters but \n and \t.
func Valid(s string) string {
	if plainASCII(s) {
		return s
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(s, "\r\n", "\n")
		s = strings.ReplaceAll(s, "\r", "\n")
	}
	if strings.IndexFunc(s, forbidden) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if forbidden(r) {
			return -1
		}
		return r
	}, s)
}

// plainASCII reports whether s is printable ASCII, which most of mail is.
func plainASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x7f || c < ' ' && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

func forbidden(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r <= 0x9f
}

// Snippet returns plain as one line of at most n characters, with … for what
// was left out.
func Snippet(plain string, n int) string {
	if n <= 0 {
		return ""
	}
	var b strings.Builder
	b.Grow(min(len(plain), 4*n))
	last, gap, count := 0, false, 0 // last: where the text ends if one more character must give way to …
	for _, r := range plain {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			gap = count > 0
			continue
		}
		need := 1
		if gap {
			need = 2
		}
		if count+need > n {
			return cutShort(b.String(), last, count == n)
		}
		if count < n && !unicode.Is(unicode.M, r) {
			last = b.Len()
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(r)
		count += need
	}
	return b.String()
}

// cutShort ends s with …; a full s first gives up its last letter, with the
// marks that stand on it.
func cutShort(s string, last int, full bool) string {
	if full {
		s = s[:last]
	}
	return strings.TrimRight(s, " ") + "…"
}

// Initials returns the two letters that stand for a person on an avatar, taken
// from a name ("Petra Sunnavik", "Sunnavik, Petra") or an address; "?" if there is no letter.
func Initials(name string) string {
	if at := strings.IndexByte(name, '@'); at > 0 && !strings.Contains(name, " ") {
		name = name[:at]
	}
	if open := strings.IndexAny(name, "(<["); open > 0 {
		name = name[:open]
	}
	if last, first, ok := strings.Cut(name, ","); ok && strings.TrimSpace(first) != "" {
		name = first + " " + last
	}
	words := strings.FieldsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r) && r != '\'' && r != '’'
	})
	switch len(words) {
	case 0:
		return "?"
	case 1:
		return strings.ToUpper(letters(words[0], 2))
	}
	return strings.ToUpper(letters(words[0], 1) + letters(words[len(words)-1], 1))
}

// letters returns the first n letters or digits of a word.
func letters(word string, n int) string {
	var out []rune
	for _, r := range word {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if out = append(out, r); len(out) == n {
				break
			}
		}
	}
	return string(out)
}
