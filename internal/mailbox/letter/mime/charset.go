package mime

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	utfs "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// Decode makes text of bytes. It believes the declared charset as far as the
// bytes bear it out; hint is the charset of the text around. sure is false when
// the declaration was wrong, unknown, or missing where one was needed.
func Decode(b []byte, declared, hint string) (text string, sure bool) {
	name := charsetName(declared)
	if text, ok := byMark(b, name); ok {
		return text, true
	}
	enc := charset(name)
	if sevenBit(name) || wide(name) {
		return run(enc, name, b), true
	}
	switch ascii := allASCII(b); {
	case ascii && bytes.IndexByte(b, 0x1b) < 0:
		return string(b), name == "" || enc != nil || name == "utf-8"
	case ascii && enc == nil && (bytes.Contains(b, []byte("\x1b$")) || bytes.Contains(b, []byte("\x1b("))):
		return run(japanese.ISO2022JP, "", b), false
	case ascii:
		return string(b), true
	case enc == nil:
		return undeclared(b, name, hint)
	}
	if _, single := enc.(*charmap.Charmap); single {
		if utf8.Valid(b) {
			return string(b), false
		}
		return run(enc, name, b), true
	}
	text = run(enc, name, b)
	if strings.ContainsRune(text, utf8.RuneError) && utf8.Valid(b) {
		return string(b), false
	}
	return text, true
}

// undeclared makes text of bytes that are not what their charset, UTF-8 or none, lets expect.
func undeclared(b []byte, name, hint string) (string, bool) {
	if utf8.Valid(b) {
		return string(b), true
	}
	if name == "utf-8" && mostlyUTF8(b) {
		return strings.ToValidUTF8(string(b), "\ufffd"), false
	}
	if hint = charsetName(hint); hint != name {
		if enc := charset(hint); enc != nil && !wide(hint) {
			if text := run(enc, hint, b); !strings.ContainsRune(text, utf8.RuneError) {
				return text, true
			}
		}
	}
	return guess(b), false
}

// byMark decodes text that starts with a byte order mark.
func byMark(b []byte, name string) (string, bool) {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")) && utf8.Valid(b):
		return string(b[3:]), true
	case name != "" && name != "utf-8" && !strings.HasPrefix(name, "utf-16"):
		return "", false
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return run(utfs.UTF16(utfs.LittleEndian, utfs.IgnoreBOM), "", b[2:]), true
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return run(utfs.UTF16(utfs.BigEndian, utfs.IgnoreBOM), "", b[2:]), true
	}
	return "", false
}

// charsetName reduces the many spellings of a charset to one.
func charsetName(s string) string {
	s = strings.ToLower(strings.Trim(s, " \t\"'"))
	s = strings.TrimPrefix(s, "charset=")
	s, _, _ = strings.Cut(s, ";")
	switch s = strings.Trim(s, " \t\"'"); s {
	case "utf8", "unicode-1-1-utf-8", "utf-8-mac":
		return "utf-8"
	case "us-ascii", "ascii", "ansi_x3.4-1968", "us_ascii", "7bit", "8bit", "unknown-8bit", "x-unknown", "default", "unknown":
		return ""
	}
	return s
}

// charset returns the encoding of a charset by its charsetName: nil for UTF-8, ASCII and what we do not know.
func charset(name string) encoding.Encoding {
	switch name {
	case "", "utf-8", "utf-7", "unicode-1-1-utf-7", "iso-2022-kr":
		return nil
	case "cp932", "ms932", "windows-932", "x-ms-cp932", "shift-jis", "sjis":
		return japanese.ShiftJIS
	case "iso-2022-jp-1", "iso-2022-jp-2", "iso-2022-jp-3", "iso-2022-jp-2004", "iso-2022-jp-ms", "cp50220", "cp50221", "cp50222":
		return japanese.ISO2022JP
	case "cp949", "ms949", "uhc", "windows-949", "x-windows-949", "ksc5601":
		return korean.EUCKR
	case "cp936", "ms936", "gb2312", "gbk", "gb_2312-80", "euc-cn", "windows-936", "chinese":
		return simplifiedchinese.GB18030
	case "hz-gb-2312", "hz":
		return simplifiedchinese.HZGB2312
	case "cp950", "windows-950", "big-5":
		return traditionalchinese.Big5
	case "ansi", "latin-1", "iso8859_1", "iso-8859-1-windows-3.1-latin-1":
		return charmap.Windows1252
	case "cp437", "ibm437":
		return charmap.CodePage437
	case "cp850", "ibm850":
		return charmap.CodePage850
	case "cp852", "ibm852":
		return charmap.CodePage852
	case "utf-16":
		return utfs.UTF16(utfs.BigEndian, utfs.UseBOM)
	case "utf-32", "utf-32be", "utf-32le":
		return utf32.UTF32(order(name), utf32.UseBOM)
	}
	enc, err := htmlindex.Get(name)
	if err != nil || enc == encoding.Replacement {
		return nil
	}
	return enc
}

func order(name string) utf32.Endianness {
	if strings.HasSuffix(name, "le") {
		return utf32.LittleEndian
	}
	return utf32.BigEndian
}

// sevenBit reports whether a charset hides its characters in ASCII.
func sevenBit(name string) bool {
	return strings.HasPrefix(name, "iso-2022-") || strings.HasPrefix(name, "cp5022") ||
		name == "utf-7" || name == "unicode-1-1-utf-7" || name == "hz-gb-2312" || name == "hz"
}

// wide reports whether a charset has ASCII in more than one byte.
func wide(name string) bool {
	return strings.HasPrefix(name, "utf-16") || strings.HasPrefix(name, "utf-32")
}

// run decodes b as enc, or as one of the charsets that only mail still has.
func run(enc encoding.Encoding, name string, b []byte) string {
	switch name {
	case "utf-7", "unicode-1-1-utf-7":
		return unUTF7(b)
	case "iso-2022-kr":
		enc, b = korean.EUCKR, unshift(b)
	}
	if enc == nil {
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	text, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	return string(text)
}

func allASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// mostlyUTF8 reports whether b is UTF-8 with a few broken characters, and not something else.
func mostlyUTF8(b []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			good++
		}
		i += n
	}
	return good >= 4*bad
}

// Clean makes lines end in \n and drops what no page and no database takes.
func Clean(s string) string {
	s = strings.TrimPrefix(strings.ToValidUTF8(s, "\ufffd"), "\ufeff")
	var b strings.Builder
	b.Grow(len(s))
	from := 0 // what is clean is copied in runs
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != 0x7f && c != 0xc2 || c == '\n' || c == '\t' {
			continue
		}
		if c == 0xc2 && s[i+1] >= 0xa0 { // not a control character
			continue
		}
		b.WriteString(s[from:i])
		if from = i + 1; c == 0xc2 {
			from++
		}
		if c == '\r' && !strings.HasPrefix(s[from:], "\n") {
			b.WriteByte('\n')
		}
	}
	b.WriteString(s[from:])
	return b.String()
}
