package search

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// class says what a folded character does to words.
type class uint8

const (
	gap    class = iota // separates words
	link                // joins the parts of an address, a number or a path
	letter              // part of a word
	dense               // of a script that is written without spaces: a word by itself
)

// classASCII is classOf for a character below 128.
func classASCII(c byte) class {
	switch {
	case 'a' <= c && c <= 'z', '0' <= c && c <= '9', 'A' <= c && c <= 'Z':
		return letter
	}
	switch c {
	case '-', '_', '.', '@', '/', ':', '+', '\\', '#', '&', '=', '\'':
		return link
	}
	return gap
}

func classOf(r rune) class {
	switch {
	case r < utf8.RuneSelf:
		return classASCII(byte(r))
	case r == '’' || r == '‐' || r == '‑': // the apostrophe, the hyphens
		return link
	case r == utf8.RuneError:
		return gap
	case r == 'ー' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
		return dense
	case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
		return letter
	}
	return gap
}

// isAccent reports whether a mark only colours the letter before it: Latin,
// Greek and Cyrillic accents, Hebrew and Arabic points. The vowel signs of
// Indic and Thai scripts and the voicing of kana make another letter, and stay.
func isAccent(r rune) bool {
	return r >= 0x0300 && r <= 0x036f || r >= 0x1ab0 && r <= 0x1aff || r >= 0x1dc0 && r <= 0x1dff ||
		r >= 0x20d0 && r <= 0x20ff || r >= 0xfe20 && r <= 0xfe2f ||
		r >= 0x0591 && r <= 0x05c7 || r >= 0x064b && r <= 0x065f || r == 0x0670
}

// spelled gives letters that no normal form takes apart, as people type them who do not have the key.
func spelled(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'þ':
		return "th"
	case 'ħ':
		return "h"
	case 'ı':
		return "i"
	case 'ς':
		return "σ"
	}
	return ""
}

// next returns the length of the character at the start of text, marks
// included, and what it folds to: small letters without accents, of ordinary
// width. The folded form is appended to buf.
func next(text string, buf []byte) (int, []byte) {
	r, n := utf8.DecodeRuneInString(text)
	p := norm.NFKC.PropertiesString(text)
	if p.Decomposition() == nil && p.BoundaryBefore() && !marked(text[n:]) {
		return n, appendFolded(buf, r)
	}
	// A run of marks is cut, so that no text can make one character of a megabyte.
	const longest = 64
	n = max(n, norm.NFC.NextBoundaryInString(text[:min(len(text), longest)], true))
	start := len(buf)
	for _, r := range norm.NFKD.String(text[:n]) {
		if !isAccent(r) {
			buf = appendFolded(buf, r)
		}
	}
	composed := norm.NFC.Bytes(buf[start:])
	return n, append(buf[:start], composed...)
}

// marked reports whether text begins with what may belong to the character before it.
func marked(text string) bool {
	return len(text) > 0 && text[0] >= utf8.RuneSelf && !norm.NFC.PropertiesString(text).BoundaryBefore()
}

func appendFolded(buf []byte, r rune) []byte {
	r = unicode.ToLower(r)
	if s := spelled(r); s != "" {
		return append(buf, s...)
	}
	return utf8.AppendRune(buf, r)
}
