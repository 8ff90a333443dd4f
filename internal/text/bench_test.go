package text_test

import (
	"strings"
	"testing"

	"muster/internal/text"
)

// mail is an HTML mail of a common size, 60 KB.
var mail = `<html><head><style>p{color:red}</style></head><body><div dir="ltr">Yes.</div>` +
	`<div class="gmail_quote"><div class="gmail_attr">` + esc(wrote) + `</div><blockquote class="gmail_quote">` +
	strings.Repeat(`<table width="600"><tr><td style="x"><p class="MsoNormal"><span style="font-size:11pt">It does <b>not</b> print, see <a href="https://x.test/a?b=1">here</a>.</span><img src="https://x.test/a.png" alt="a"></p></td></tr></table>`, 300) +
	`</blockquote></div></body></html>`

func bench(b *testing.B, in string, f func(string)) {
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		f(in)
	}
}

func BenchmarkCleanHTML(b *testing.B) { bench(b, mail, func(s string) { text.CleanHTML(s) }) }
func BenchmarkBody(b *testing.B)      { bench(b, mail, func(s string) { text.Body(s) }) }
func BenchmarkPlain(b *testing.B)     { bench(b, mail, func(s string) { text.Plain(s) }) }

func BenchmarkMarkdown(b *testing.B) {
	bench(b, "Hello **Ann**,\n\n- it prints\n- see https://x.test\n\n> On?\n", func(s string) { text.Markdown(s) })
}

func BenchmarkTrimText(b *testing.B) {
	bench(b, answer+"\n\n"+wrote+strings.Repeat("\n> It does not print.", 200), func(s string) { text.TrimText(s) })
}

func BenchmarkFoldASCII(b *testing.B) {
	bench(b, "The Printer on the second floor does NOT print", func(s string) { text.Fold(s) })
}
func BenchmarkFoldAccents(b *testing.B) {
	bench(b, "Der Drucker im zweiten Stock druckt für Müller nicht", func(s string) { text.Fold(s) })
}

func BenchmarkSnippet(b *testing.B) {
	bench(b, strings.Repeat("It does not print.\n", 100), func(s string) { text.Snippet(s, 140) })
}

func BenchmarkValid(b *testing.B) {
	bench(b, strings.Repeat("It does not print.\n", 100), func(s string) { text.Valid(s) })
}

func BenchmarkValidAccents(b *testing.B) {
	bench(b, strings.Repeat("Er druckt für Müller nicht.\r\n", 100), func(s string) { text.Valid(s) })
}
