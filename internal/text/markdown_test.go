package text_test

import (
	"strings"
	"testing"
	"time"

	"muster/internal/text"
)

func TestMarkdown(t *testing.T) {
	check(t, text.Markdown, []row{
		{"nothing", "", ""},
		{"paragraphs", "a\n\nb", "<p>a</p>\n<p>b</p>\n"},
		{"line ends are kept", "a\nb", "<p>a<br/>\nb</p>\n"},
		{"emphasis", "*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>\n"},
		{"headings", "## a", "<h2>a</h2>\n"},
		{"a signature is no heading", "a\n--\nb", "<p>a<br/>\n--<br/>\nb</p>\n"},
		{"lists", "- a\n- b\n\n3. c", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<ol start=\"3\">\n<li>c</li>\n</ol>\n"},
		{"tasks", "- [ ] a\n- [x] b", "<ul>\n<li>☐ a</li>\n<li>☑ b</li>\n</ul>\n"},
		{"tables", "|a|b|\n|-|:-:|\n|c|d|", "<table>\n<thead>\n<tr>\n<th>a</th>\n<th align=\"center\">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>c</td>\n<td align=\"center\">d</td>\n</tr>\n</tbody>\n</table>\n"},
		{"quotes", "> a", "<blockquote>\n<p>a</p>\n</blockquote>\n"},
		{"code", "```go\na < b\n```", "<pre><code>a &lt; b\n</code></pre>\n"},
		{"links", "[a](https://x.test \"t\")", `<p><a href="https://x.test" title="t" ` + safe + `>a</a></p>` + "\n"},
		{"bare links", "see https://x.test/a?b=1&c=2.", `<p>see <a href="https://x.test/a?b=1&amp;c=2" ` + safe + `>https://x.test/a?b=1&amp;c=2</a>.</p>` + "\n"},
		{"bare addresses", "ann@ex.test", `<p><a href="mailto:ann@ex.test" ` + safe + `>ann@ex.test</a></p>` + "\n"},
		{"links that run code are words", "[a](javascript:alert(1))", "<p>a</p>\n"},
		{"HTML is shown as typed", "a <b>b</b> List<String> <script>c</script>", "<p>a &lt;b&gt;b&lt;/b&gt; List&lt;String&gt; &lt;script&gt;c&lt;/script&gt;</p>\n"},
		{"HTML on its own is shown as typed", "<div onclick=x>\n**a**\n</div>", "<p>&lt;div onclick=x&gt;<br/>\n<strong>a</strong><br/>\n&lt;/div&gt;</p>\n"},
		{"attachments", "![a](attachment:0a1) [b](attachment:0a2)", `<p><img src="attachment:0a1" alt="a"/> <a href="attachment:0a2" ` + safe + `>b</a></p>` + "\n"},
		{"remote images wait", "![a](https://x.test/a.png)", `<p><img src="` + pixel + `" data-src="https://x.test/a.png" alt="a"/></p>` + "\n"},
		{"control characters go", "a\x00\r\nb", "<p>a<br/>\nb</p>\n"},
	})
}

func TestMarkdownIsBounded(t *testing.T) {
	n := 120_000
	for name, in := range map[string]string{
		"open brackets":   strings.Repeat("[", n),
		"nested brackets": strings.Repeat("[", n/2) + strings.Repeat("]", n/2),
		"open links":      strings.Repeat("[a](", n/4),
		"emphasis":        strings.Repeat("a**", n/3),
		"quotes":          strings.Repeat(">", n),
		"lists":           strings.Repeat("- ", n/2),
		"wide table":      strings.Repeat("|a", n/3) + "\n" + strings.Repeat("|-", n/3) + "\n" + strings.Repeat("|\n", n/9),
		"just in bounds":  strings.Repeat("a**", 3400),
		"many paragraphs": strings.Repeat(strings.Repeat("a**", 300)+"\n\n", 100),
		"too long":        strings.Repeat("a ", n),
	} {
		start := time.Now()
		got := text.Markdown(in)
		if took := time.Since(start); took > 10*time.Second || got == "" {
			t.Errorf("%s: took %v for %d bytes", name, took, len(got))
		}
	}
	if got := text.Markdown(strings.Repeat("[<", n/2)); !strings.HasPrefix(got, "<pre>[&lt;[&lt;") {
		t.Errorf("got %.40q, want it as typed", got)
	}
}
