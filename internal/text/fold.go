package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns s as it is matched and sorted on both databases: lower case,
// without accents, compatibility forms (ﬁ, Ａ, ①) made plain, white space
// squeezed to single blanks, and no control or zero-width characters.
// Letters that only look accented follow suit (ł is l, ß is ss). Marks that are
// part of a letter, as in Japanese, Thai and Hindi, stay.
func Fold(s string) string {
	if folded(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	marked, gap := false, false
	put := func(r rune) {
		switch {
		case unicode.IsSpace(r):
			gap = b.Len() > 0
			return
		case accent(r) || unsaid(r):
			return
		case gap:
			b.WriteByte(' ')
			gap = false
		}
		marked = marked || r >= 0x300
		writeFolded(&b, r)
	}
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			put(rune(s[i]))
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if d := norm.NFKD.PropertiesString(s[i:]).Decomposition(); d != nil {
			for len(d) > 0 {
				dr, n := utf8.DecodeRune(d)
				put(dr)
				d = d[n:]
			}
		} else {
			put(r)
		}
		i += size
	}
	if marked {
		return norm.NFC.String(b.String())
	}
	return b.String()
}

// folded reports whether s is ASCII that Fold would leave alone.
func folded(s string) bool {
	space := true
	for i := range len(s) {
		c := s[i]
		switch {
		case c == ' ' && space, c < ' ', c >= 0x7f, 'A' <= c && c <= 'Z':
			return false
		}
		space = c == ' '
	}
	return s == "" || !space
}

// writeFolded writes the lower case of r, by way of the upper case so that
// letters with two lower cases (σ ς, i ı) agree.
func writeFolded(b *strings.Builder, r rune) {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		b.WriteByte(byte(r))
		return
	}
	switch r = unicode.ToLower(unicode.ToUpper(r)); r {
	case 'ß':
		b.WriteString("ss")
	case 'æ':
		b.WriteString("ae")
	case 'œ':
		b.WriteString("oe")
	case 'þ':
		b.WriteString("th")
	case 'ø':
		b.WriteByte('o')
	case 'ł':
		b.WriteByte('l')
	case 'đ', 'ð':
		b.WriteByte('d')
	case 'ħ':
		b.WriteByte('h')
	default:
		b.WriteRune(r)
	}
}

// accent reports whether r is a mark that matching ignores.
func accent(r rune) bool {
	switch {
	case r < 0x300:
		return false
	case r <= 0x36f, r >= 0x1ab0 && r <= 0x1aff, r >= 0x1dc0 && r <= 0x1dff,
		r >= 0x20d0 && r <= 0x20ff, r >= 0xfe00 && r <= 0xfe0f, r >= 0xfe20 && r <= 0xfe2f: // Latin, Greek, Cyrillic
		return true
	case r >= 0x591 && r <= 0x5c7, r >= 0x64b && r <= 0x65f, r == 0x670: // Hebrew, Arabic
		return unicode.Is(unicode.Mn, r)
	}
	return false
}

// unsaid reports whether r is a control or zero-width character.
func unsaid(r rune) bool {
	return r < ' ' || r >= 0x7f && r <= 0x9f || r == 0xad || r >= 0x200b && unicode.Is(unicode.Cf, r)
}
