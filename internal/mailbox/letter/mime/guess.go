package mime

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// guess decodes text of which nobody said what charset it is in. Little of it
// beyond ASCII means a language of western Europe; much means one of those that
// have other letters, which are told apart by what their charsets make likely.
// A word or two says too little.
func guess(b []byte) string {
	sample := b[:min(len(b), 4096)]
	high := 0
	for _, c := range sample {
		if c >= 0x80 {
			high++
		}
	}
	if high >= 8 && high*4 >= len(sample) {
		for _, is := range []func([]byte) encoding.Encoding{japaneseText, koreanText, cyrillicText, chineseText} {
			if enc := is(sample); enc != nil {
				return run(enc, "", b)
			}
		}
	}
	return run(charmap.Windows1252, "", b)
}

// count decodes a sample and returns how many of its letters beyond ASCII is accepts; n is -1 if it does not decode.
func count(enc encoding.Encoding, b []byte, is func(rune) bool) (n, of int) {
	text := []rune(run(enc, "", b))
	if len(text) > 0 && text[len(text)-1] == utf8.RuneError {
		text = text[:len(text)-1] // the sample ends within a character
	}
	for _, r := range text {
		if r == utf8.RuneError || r >= 0x80 && r < 0xa0 {
			return -1, 0
		}
		if r >= 0x80 {
			if of++; is(r) {
				n++
			}
		}
	}
	return n, of
}

func japaneseText(b []byte) encoding.Encoding {
	kana := func(r rune) bool { return r >= 0x3041 && r <= 0x30ff }
	for _, enc := range []encoding.Encoding{japanese.ShiftJIS, japanese.EUCJP} {
		if n, of := count(enc, b, kana); n > 0 && n*5 >= of {
			return enc
		}
	}
	return nil
}

func koreanText(b []byte) encoding.Encoding {
	hangul := func(r rune) bool { return unicode.Is(unicode.Hangul, r) }
	if n, of := count(korean.EUCKR, b, hangul); n > 0 && n*20 >= of*19 {
		return korean.EUCKR
	}
	return nil
}

// cyrillicText tells by the small letters, of which any text has most.
func cyrillicText(b []byte) encoding.Encoding {
	small := func(r rune) bool { return r >= 'а' && r <= 'я' }
	win, of := count(charmap.Windows1251, b, small)
	koi, _ := count(charmap.KOI8R, b, small)
	switch {
	case win > koi && win*10 >= of*7:
		return charmap.Windows1251
	case koi > win && koi*10 >= of*7:
		return charmap.KOI8R
	}
	return nil
}

// chineseText tells by the bytes that the common characters begin with.
func chineseText(b []byte) encoding.Encoding {
	han := func(r rune) bool { return unicode.Is(unicode.Han, r) }
	gb, of := count(simplifiedchinese.GB18030, b, han)
	big, ofBig := count(traditionalchinese.Big5, b, han)
	mainland, taiwan := 0, 0
	for i := 0; i+1 < len(b); i++ {
		lead, trail := b[i], b[i+1]
		if lead < 0x80 {
			continue
		}
		if lead >= 0xb0 && lead <= 0xd7 && trail >= 0xa1 {
			mainland++
		}
		if lead >= 0xa4 && lead <= 0xc6 && (trail >= 0xa1 || trail >= 0x40 && trail < 0x7f) {
			taiwan++
		}
		i++
	}
	switch {
	case big > 0 && big*10 >= ofBig*6 && (taiwan > mainland || gb < 0):
		return traditionalchinese.Big5
	case gb > 0 && gb*10 >= of*6:
		return simplifiedchinese.GB18030
	}
	return nil
}

// unUTF7 decodes UTF-7 (RFC 2152), in which old Exchange servers wrote.
func unUTF7(b []byte) string {
	var out strings.Builder
	s := strings.ToValidUTF8(string(b), "\ufffd")
	for s != "" {
		i := strings.IndexByte(s, '+')
		if i < 0 {
			break
		}
		out.WriteString(s[:i])
		s = s[i+1:]
		end := 0
		for end < len(s) {
			if _, ok := sextet(s[end]); !ok {
				break
			}
			end++
		}
		units := shifted(s[:end])
		if end == 0 {
			out.WriteByte('+')
		}
		out.WriteString(string(utf16.Decode(units)))
		if s = s[end:]; strings.HasPrefix(s, "-") {
			s = s[1:]
		}
	}
	return out.String() + s
}

// shifted decodes a run of base64 to UTF-16.
func shifted(s string) []uint16 {
	data := make([]byte, base64.RawStdEncoding.DecodedLen(len(s)))
	n, _ := base64.RawStdEncoding.Decode(data, []byte(s))
	units := make([]uint16, n/2)
	for i := range units {
		units[i] = uint16(data[2*i])<<8 | uint16(data[2*i+1])
	}
	return units
}

// unshift turns ISO-2022-KR, which shifts between ASCII and Korean, into EUC-KR.
func unshift(b []byte) []byte {
	out := make([]byte, 0, len(b))
	var high byte
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == 0x0e:
			high = 0x80
		case c == 0x0f:
			high = 0
		case c == 0x1b && i+3 < len(b) && b[i+1] == '$':
			i += 3
		case c > ' ' && c < 0x7f:
			out = append(out, c|high)
		default:
			out = append(out, c)
		}
	}
	return out
}
