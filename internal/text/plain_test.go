package text_test

import (
	"strings"
	"testing"

	"muster/internal/text"
)

func TestPlain(t *testing.T) {
	check(t, text.Plain, []row{
		{"nothing", "", ""},
		{"words", "a <b>b</b>\n  c", "a b c"},
		{"no markup at all", "a\n b", "a b"},
		{"paragraphs stand apart", "<p>a</p><p>b</p>", "a\n\nb"},
		{"divs are lines", "<div>a</div><div>b</div>", "a\nb"},
		{"breaks are lines", "a<br>b<br><br><br>c", "a\nb\n\nc"},
		{"headings stand apart", "<h1>a</h1>b", "a\n\nb"},
		{"lists", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>d", "- a\n- b\n  - c\n\nd"},
		{"numbers", "<ol start=9><li>a</li><li><p>b</p><p>c</p></li></ol>", "9. a\n10. b\n\n    c"},
		{"numbers go on after an inner list", "<ol><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ol>", "1. a\n   1. b\n   2. c\n2. d"},
		{"a quote in a list", "<ul><li><blockquote>a</blockquote></li></ul>", "- > a"},
		{"quotes", "a<blockquote>b<br>c<blockquote>d</blockquote></blockquote>e", "a\n\n> b\n> c\n>\n> > d\n\ne"},
		{"links", `<a href="https://x.test/a">b</a>`, "b (https://x.test/a)"},
		{"a link that is its text", `<a href="https://x.test/">x.test</a> <a href="mailto:a@x.test">a@x.test</a>`, "x.test a@x.test"},
		{"a link without text", `a <a href="https://x.test/"><img src="cid:1"></a>`, "a (https://x.test/)"},
		{"a link to an attachment", `<a href="attachment:1">a</a>`, "a"},
		{"images", `a <img src="cid:1" alt="b"> c`, "a b c"},
		{"tables", "<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td></td><td>d</td></tr></table>", "a | b\nc | d"},
		{"layout tables", "<table><tr><td><p>a</p></td><td><table><tr><td>b</td></tr></table></td></tr></table>", "a\n\nb"},
		{"code", "<pre>a\n  b\n\n\nc</pre>", "a\n  b\n\nc"},
		{"rules", "a<hr>b", "a\n\n----------\n\nb"},
		{"definitions", "<dl><dt>a</dt><dd>b</dd></dl>", "a\n  b"},
		{"entities", "<p>1 &lt; 2 &amp; caf&eacute;&nbsp;x</p>", "1 < 2 & café x"},
		{"neither head nor script", "<head><title>t</title><style>s</style></head><script>u</script>a<!-- v -->", "a"},
	})
}

func TestPlainIsBounded(t *testing.T) {
	for name, in := range map[string]string{
		"long":        strings.Repeat("<p>words and words</p>", 90_000),
		"deep quotes": strings.Repeat("<blockquote>", 150) + strings.Repeat("a<br>", 100_000),
		"deep lists":  strings.Repeat("<ol start=999999><li>", 100) + strings.Repeat("a<br>", 100_000),
	} {
		if got := text.Plain(in); len(got) > 1<<20+400 || !strings.HasSuffix(got, "…") {
			t.Errorf("%s: got %d bytes, want it cut at 1 MiB", name, len(got))
		}
	}
}
