package text

import (
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
	f := folder{out: make([]byte, 0, len(s)+8)}
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			f.ascii(s[i])
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if d := norm.NFKD.PropertiesString(s[i:]).Decomposition(); d != nil {
			for len(d) > 0 {
				dr, n := utf8.DecodeRune(d)
				f.put(dr)
				d = d[n:]
			}
		} else {
			f.put(r)
		}
		i += size
	}
	if f.marked {
		return string(norm.NFC.Bytes(f.out))
	}
	return string(f.out)
}

// folder is folded text being written.
type folder struct {
	out    []byte
	gap    bool // a blank is owed
	marked bool // a mark may have to join its letter again
}

func (f *folder) ascii(c byte) {
	switch {
	case c == ' ' || '\t' <= c && c <= '\r':
		f.gap = len(f.out) > 0
		return
	case c < ' ' || c == 0x7f:
		return
	case 'A' <= c && c <= 'Z':
		c += 'a' - 'A'
	}
	if f.gap {
		f.out = append(f.out, ' ')
		f.gap = false
	}
	f.out = append(f.out, c)
}

// put writes the lower case of r, by way of the upper case so that letters with
// two lower cases (σ ς, i ı) agree.
func (f *folder) put(r rune) {
	switch {
	case r < utf8.RuneSelf:
		f.ascii(byte(r))
		return
	case unicode.IsSpace(r):
		f.gap = len(f.out) > 0
		return
	case accent(r) || unsaid(r):
		return
	case f.gap:
		f.out = append(f.out, ' ')
		f.gap = false
	}
	f.marked = f.marked || r >= 0x300
	r = unicode.ToLower(unicode.ToUpper(r))
	if plain, ok := plainLetters[r]; ok {
		f.out = append(f.out, plain...)
		return
	}
	f.out = utf8.AppendRune(f.out, r)
}

// plainLetters are the letters that do not decompose and yet are matched as others.
var plainLetters = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'ħ': "h",
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
