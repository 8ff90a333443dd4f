package mime

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestParseMedia(t *testing.T) {
	for _, row := range []struct{ rule, in, want string }{
		{"plain", "text/plain; charset=utf-8", "text/plain map[charset:utf-8]"},
		{"case, quotes, spaces", `Text/HTML ; Charset = "UTF-8" ; x=y`, "text/html map[charset:UTF-8 x:y]"},
		{"no semicolon", "text/plain charset=utf-8", "text/plain map[charset:utf-8]"},
		{"a comment", "text/plain (really); charset=utf-8", "text/plain map[charset:utf-8]"},
		{"empty parameters", "text/plain;; ;charset=utf-8;", "text/plain map[charset:utf-8]"},
		{"a parameter without a value", "text/plain; iso-8859-1; charset=utf-8", "text/plain map[charset:utf-8]"},
		{"the first of equals", "text/plain; charset=a; charset=b", "text/plain map[charset:a]"},
		{"no value at all", "charset=utf-8", " map[charset:utf-8]"},
		{"a semicolon in quotes", `x/y; name="a;b"`, "x/y map[name:a;b]"},
		{"a backslash in quotes", `x/y; name="a\b\\c\"d"`, `x/y map[name:a\b\c"d]`},
		{"an open quote", `x/y; name="a;b`, "x/y map[name:a;b]"},
		{"pieces", "x/y; name*0=a; name*1=b; name*3=d", "x/y map[name:ab]"},
		{"a charset in the first piece", "x/y; name*0*=iso-8859-1''%E4; name*1*=%F6", "x/y map[name:äö]"},
		{"an extended value without a charset", "x/y; name*=a%20b", "x/y map[name:a b]"},
		{"an extended value with half a charset", "x/y; name*=utf-8'a", "x/y map[name:utf-8'a]"},
		{"nothing", "", " map[]"},
		{"only signs", ";=;=", " map[]"},
	} {
		m := ParseMedia(row.in, "")
		if got := fmt.Sprint(m.Value, " ", m.Params); got != row.want {
			t.Errorf("%s: ParseMedia(%q): got %q, want %q", row.rule, row.in, got, row.want)
		}
	}
}

func TestUntransfer(t *testing.T) {
	for _, row := range []struct{ rule, encoding, in, data, tail string }{
		{"base64", "base64", "SGVs\r\nbG8=\r\n", "Hello", ""},
		{"base64 without padding", "base64", "SGVsbG8", "Hello", ""},
		{"one letter too many", "base64", "SGVsbG8hS", "Hello!", ""},
		{"base64 in pieces", "base64", "SGVs\nbG8=\nSGVs\nbG8=", "HelloHello", ""},
		{"base64 and a footer", "base64", "SGVsbG8gdGhlcmU=\n\nsent by (our) list\n", "Hello there", "sent by (our) list\n"},
		{"no base64", "base64", "This is no base64.", "This is no base64.", ""},
		{"a word is no base64", "base64", "Test\n\nplease (really) look at this\n", "Test\n\nplease (really) look at this\n", ""},
		{"long base64 and a footer", "base64", strings.Repeat("QUJD", 8) + "\nsent by (our) list\n", strings.Repeat("ABC", 8), "sent by (our) list\n"},
		{"empty base64", "base64", "", "", ""},
		{"quoted", "quoted-printable", "a=3Db =\r\nc=e4\r\n", "a=b c\xe4\r\n", ""},
		{"soft break with spaces", "quoted-printable", "a= \t\r\nb=\rc=\nd", "abcd", ""},
		{"spaces before a break", "quoted-printable", "a  \t\nb=20\n", "a\nb \n", ""},
		{"an open code", "quoted-printable", "a=4", "a=4", ""},
		{"a sign at the end", "quoted-printable", "a=", "a", ""},
		{"no code", "quoted-printable", "1=x2=", "1=x2", ""},
		{"another name", `"Base64";x`, "SGVsbG8=", "Hello", ""},
		{"not encoded", "8bit", "a=3Db", "a=3Db", ""},
		{"unknown", "x-uuencode", "a=3Db", "a=3Db", ""},
	} {
		data, tail := untransfer([]byte(row.in), row.encoding)
		if string(data) != row.data || string(tail) != row.tail {
			t.Errorf("%s: got %q and %q, want %q and %q", row.rule, data, tail, row.data, row.tail)
		}
	}
}

func TestWords(t *testing.T) {
	for _, row := range []struct{ rule, in, want string }{
		{"none", "plain words", "plain words"},
		{"one", "=?utf-8?Q?T=C3=BCr?=", "Tür"},
		{"amid words", "die =?utf-8?Q?T=C3=BCr?= zu", "die Tür zu"},
		{"the space between two goes", "=?utf-8?Q?a?=  =?utf-8?Q?b?= c", "ab c"},
		{"a character in two", "=?utf-8?B?w4M=?=x=?utf-8?B?w7w=?=", "Ãxü"},
		{"two charsets", "=?utf-8?Q?a=C3=BC?= =?iso-8859-1?Q?=FC?=", "aüü"},
		{"an empty word", "a =?utf-8?Q??= b", "a  b"},
		{"folding and controls", "a\r\n\tb\x00c\x7f", "a bc"},
		{"marks of direction", "a\u202eb\u2066c", "abc"},
		{"an unknown encoding", "=?utf-8?X?a?=", "=?utf-8?X?a?="},
		{"not closed", "=?utf-8?Q?a", "=?utf-8?Q?a"},
		{"signs", "=?=?=?", "=?=?=?"},
		{"a space in the charset", "=?ut f?Q?a?=", "=?ut f?Q?a?="},
	} {
		want := Line(row.want)
		if got := Words(row.in, ""); got != want {
			t.Errorf("%s: got %q, want %q", row.rule, got, want)
		}
	}
}

// Every charset that mail has been seen in is known by its names.
func TestCharsetNames(t *testing.T) {
	for name, in := range map[string]string{
		"cp932": "\x83v", "ms932": "\x83v", "uhc": "\xc7\xc1", "cp936": "\xb4\xf2", "euc-cn": "\xb4\xf2", "cp950": "\xa6L", "latin-1": "\xfc", "ansi": "\xfc",
		"cp437": "\x81", "ibm850": "\x81", "iso-8859-8-i": "\xe0", "macintosh": "\x9f", "windows-874": "\xa1", "tis-620": "\xa1", "koi8-u": "\xc1", "x-mac-cyrillic": "\xe0",
	} {
		if text, sure := Decode([]byte(in), name, ""); !sure || strings.ContainsRune(text, '\ufffd') || len([]rune(text)) != 1 {
			t.Errorf("%s: got %q (%v), want one character", name, text, sure)
		}
	}
	for name, in := range map[string]string{
		"utf-32": "\x00\x00\xfe\xff\x00\x00\x00\xfc", "utf-32be": "\x00\x00\x00\xfc", "utf-32le": "\xfc\x00\x00\x00", "utf-16": "\xfe\xff\x00\xfc", "utf-16be": "\x00\xfc",
		"": "\xff\xfe\xfc\x00", "UTF8": "\xc3\xbc", "cp50220": "\x1b$B\x24\x22\x1b(B",
	} {
		if text, sure := Decode([]byte(in), name, ""); !sure || text != "ü" && text != "あ" {
			t.Errorf("%s: got %q (%v), want ü or あ", name, text, sure)
		}
	}
}

// A part of a text may be cut within a character; no guess depends on that.
func TestGuessOfALongText(t *testing.T) {
	line := "\x93\xf1\x8aK\x82\xcc\x83v\x83\x8a\x83\x93\x83^\x81[" // Japanese in Shift_JIS
	for _, pad := range []string{"", "x"} {
		text, sure := Decode([]byte(pad+strings.Repeat(line, 1000)), "", "")
		if want := pad + strings.Repeat("二階のプリンター", 1000); text != want || sure {
			t.Errorf("got %.40q… (%v), want Japanese", text, sure)
		}
	}
	if text, _ := Decode([]byte("\xfc"), "", "windows-1251"); text != "ь" {
		t.Errorf("with a hint: got %q, want ь", text)
	}
}

// What looks like no header over and over is the text.
func TestManyStrayLines(t *testing.T) {
	some, _ := Split([]byte(strings.Repeat("stray line\n", 20) + "Subject: x\n\nbody"))
	if got := some.Get("Subject"); got != "" || !some.Empty() {
		t.Errorf("without a field first: got %q, want no header", got)
	}
	for n, want := range map[int]string{20: "body", 21: "stray line\nSubject: x\n\nbody"} {
		_, body := Split([]byte("From: a@b\n" + strings.Repeat("X-A: b\nstray line\n", n) + "Subject: x\n\nbody"))
		if string(body) != want {
			t.Errorf("%d stray lines: got body %q, want %q", n, body, want)
		}
	}
}

func TestTreeBounds(t *testing.T) {
	h, body := Open([]byte("Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\n\ny\n--b--\n--a--\n"))
	soon := time.Now().Add(time.Minute)
	for _, row := range []struct {
		rule   string
		bounds Bounds
		want   error
	}{
		{"within", Bounds{Parts: 4, Depth: 2, Until: soon}, nil},
		{"parts", Bounds{Parts: 3, Depth: 2, Until: soon}, ErrParts},
		{"depth", Bounds{Parts: 4, Depth: 1, Until: soon}, ErrDepth},
		{"time", Bounds{Parts: 4, Depth: 2}, ErrLate},
	} {
		if _, err := Tree(h, body, row.bounds); !errors.Is(err, row.want) {
			t.Errorf("%s: got %v, want %v", row.rule, err, row.want)
		}
	}
}
