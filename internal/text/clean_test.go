package text_test

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"muster/internal/text"
)

var (
	mayStand = regexp.MustCompile(`^(html|head|body|a|abbr|address|b|bdi|bdo|big|blockquote|br|caption|cite|code|col|colgroup|dd|del|dfn|div|dl|dt|em|figcaption|figure|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p|pre|q|s|samp|small|span|strike|strong|sub|sup|table|tbody|td|tfoot|th|thead|time|tr|tt|u|ul|var|wbr)$`)
	mayHave  = regexp.MustCompile(`^(href|src|data-src|alt|title|target|rel|width|height|align|valign|colspan|rowspan|span|border|cellpadding|cellspacing|start|value|type|dir|lang)$`)
	pixels   = regexp.MustCompile(`(?i)^data:image/(png|jpe?g|gif|webp|avif|bmp);base64,[A-Za-z0-9+/=]*$`)
)

// dangers parses HTML as a browser does and names what must not be in it.
func dangers(src string) []string {
	doc, err := html.Parse(strings.NewReader("<!DOCTYPE html><body>" + src))
	if err != nil {
		return []string{err.Error()}
	}
	var found []string
	for n := range doc.Descendants() {
		if n.Type == html.CommentNode || n.Type == html.DoctypeNode && n.Parent.Type != html.DocumentNode {
			found = append(found, "comment "+n.Data)
		}
		if n.Type != html.ElementNode {
			continue
		}
		if !mayStand.MatchString(n.Data) || n.Namespace != "" {
			found = append(found, "element "+n.Data)
		}
		for _, a := range n.Attr {
			found = append(found, attributeDangers(n.Data, a)...)
		}
	}
	return found
}

func attributeDangers(tag string, a html.Attribute) []string {
	scheme, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(a.Val)), ":")
	ok := mayHave.MatchString(a.Key) && a.Namespace == ""
	switch a.Key {
	case "href":
		ok = tag == "a" && (scheme == "http" || scheme == "https" || scheme == "mailto" || scheme == "tel" || scheme == "attachment")
	case "src":
		ok = tag == "img" && (scheme == "cid" || scheme == "attachment" || pixels.MatchString(a.Val))
	case "data-src":
		ok = tag == "img" && (scheme == "http" || scheme == "https")
	case "rel":
		ok = tag == "a" && a.Val == "noopener noreferrer nofollow"
	case "target":
		ok = tag == "a" && a.Val == "_blank"
	}
	if !ok {
		return []string{fmt.Sprintf("attribute %s %s=%q", tag, a.Key, a.Val)}
	}
	return nil
}

// attacks are ways to run a script, load a style, lead astray or break out of the page.
var attacks = []string{
	`<script>alert(1)</script>`,
	`<SCRIPT SRC=//evil.test/x.js></SCRIPT>`,
	`<script/x>alert(1)</script>`,
	`<scr<script>ipt>alert(1)</scr</script>ipt>`,
	`<<script>alert(1);//<</script>`,
	`<script>alert(1)`,
	`<img src=x onerror=alert(1)>`,
	`<img src="x" OnErRoR = "alert(1)">`,
	`<img/src=x/onerror=alert(1)>`,
	`<img src="cid:1" onclick=alert(1) style="position:fixed">`,
	`<abbr title=x onclick=alert(1)>x</abbr>`,
	"<img src=x\nonerror\n=\nalert(1)>",
	"<img src=x o\x00nerror=alert(1)>",
	`<img """><script>alert(1)</script>">`,
	`<img src="javascript:alert(1)">`,
	`<img src=" javascript:alert(1)">`,
	`<img src="jav&#x09;ascript:alert(1)">`,
	`<img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+">`,
	`<img src="data:text/html;base64,PHNjcmlwdD4=">`,
	`<img src="//evil.test/x.png">`,
	`<img src="/own/path.png">`,
	`<img srcset="https://evil.test/x.png 2x">`,
	`<img lowsrc="javascript:alert(1)" dynsrc="javascript:alert(1)">`,
	`<img data-src="javascript:alert(1)">`,
	`<img src="cid:1" data-src="javascript:alert(1)">`,
	`<img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" data-src="https://evil.test/&quot;onload=alert(1)">`,
	`<img alt="&quot; onerror=alert(1) x=&quot;" src="cid:1">`,
	`<a href="javascript:alert(1)">x</a>`,
	`<a href="JaVaScRiPt:alert(1)">x</a>`,
	`<a href=" &#14; javascript:alert(1)">x</a>`,
	`<a href="java&#10;script:alert(1)">x</a>`,
	`<a href="&#106;&#97;&#118;&#97;script:alert(1)">x</a>`,
	`<a href="vbscript:msgbox(1)">x</a>`,
	`<a href="data:text/html,<script>alert(1)</script>">x</a>`,
	`<a href="data:image/png;base64,AAAA">x</a>`,
	`<a href="file:///etc/passwd">x</a>`,
	`<a href="cid:1">x</a>`,
	`<a href="//evil.test">x</a>`,
	`<a href="#own">x</a>`,
	`<a href="https://x.test" target="_self" rel="opener" onclick="alert(1)" ping="https://evil.test">x</a>`,
	`<a href="https://x.test/?q=%22onmouseover=alert(1)//">x</a>`,
	`<a href="https://x.test" href="javascript:alert(1)">x</a>`,
	`<a xlink:href="javascript:alert(1)">x</a>`,
	`<div style="background:url(javascript:alert(1))">x</div>`,
	`<div style="position:fixed;inset:0">x</div>`,
	`<style>@import "https://evil.test/x.css"</style>`,
	`<style><img src=x onerror=alert(1)></style>`,
	`<link rel=stylesheet href="https://evil.test/x.css">`,
	`<meta http-equiv=refresh content="0;url=javascript:alert(1)">`,
	`<base href="https://evil.test/">`,
	`<iframe src="javascript:alert(1)"></iframe>`,
	`<iframe srcdoc="<script>alert(1)</script>"></iframe>`,
	`<object data="javascript:alert(1)"><embed src="javascript:alert(1)"></object>`,
	`<applet code="x.class"></applet>`,
	`<svg onload=alert(1)>`,
	`<svg><script>alert(1)</script></svg>`,
	`<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>`,
	`<svg><animate attributeName=href values="javascript:alert(1)"/></svg>`,
	`<svg><style><img src=x onerror=alert(1)></style></svg>`,
	`<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">`,
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
	`<math><maction actiontype="statusline" xlink:href="javascript:alert(1)">x</maction></math>`,
	`<form action="https://evil.test"><input name=q><button formaction="javascript:alert(1)">x</button></form>`,
	`<form id=f></form><button form=f formaction="javascript:alert(1)">x</button>`,
	`<input type=image src=x onerror=alert(1)>`,
	`<input autofocus onfocus=alert(1)>`,
	`<select autofocus onfocus=alert(1)><option>x</select>`,
	`<textarea autofocus onfocus=alert(1)></textarea><textarea><script>alert(1)</script>`,
	`<video src=x onerror=alert(1)><source onerror=alert(1)></video>`,
	`<audio autoplay onplay=alert(1)></audio>`,
	`<details open ontoggle=alert(1)>x</details>`,
	`<marquee onstart=alert(1)>x</marquee>`,
	`<body onload=alert(1) background="javascript:alert(1)">`,
	`<table background="javascript:alert(1)"><td background="https://evil.test/x.png">x`,
	`<isindex action="javascript:alert(1)">`,
	`<b id=location name=cookie class=button>x</b>`,
	`<img name=getElementById src="cid:1">`,
	`<a id=defaultView href="https://x.test">x</a><a id=defaultView name=location>y</a>`,
	`<template><script>alert(1)</script></template>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>`,
	`<noembed><img src=x onerror=alert(1)></noembed><noframes><script>alert(1)</script></noframes>`,
	`<xmp><script>alert(1)</script></xmp><plaintext><script>alert(1)</script>`,
	`<title><img src=x onerror=alert(1)></title>`,
	`<!--<img src="--><img src=x onerror=alert(1)//">`,
	`<!--[if gte IE 4]><script>alert(1)</script><![endif]-->`,
	`<![CDATA[<script>alert(1)</script>]]>`,
	`<?xml version="1.0"?><x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>`,
	`<custom-tag onclick=alert(1) contenteditable onpointerrawupdate=alert(1)>x</custom-tag>`,
	`&lt;script&gt;alert(1)&lt;/script&gt;`,
	`<p/onclick=alert(1)>x</p><hr/onclick="alert(1)"/>`,
	`<b <script>alert(1)</script>x</b>`,
	"<a href=\"https://x.test\xff\xfe\">x</a>\x00<script\x00>alert(1)</script>",
	`<a href="attachment:1&quot;onclick=alert(1)">x</a>`,
	`<img src="data:imAge/gif;BAse64,0000">`,
	`<dialog open><slot name=x></slot><portal src="https://evil.test"></portal></dialog>`,
}

func TestCleanHTMLStopsAttacks(t *testing.T) {
	for _, in := range attacks {
		out := text.CleanHTML(in)
		if d := dangers(out.HTML); d != nil {
			t.Errorf("%q: got %q with %v", in, out.HTML, d)
		}
		if loaded := text.LoadRemote(out.HTML); strings.Contains(strings.ToLower(loaded), `src="javascript`) {
			t.Errorf("%q: got %q once images are loaded", in, loaded)
		}
		visible, quoted := text.Body("<p>Yes.</p><blockquote type=cite>" + in + "</blockquote>")
		if d := append(dangers(visible.HTML), dangers(quoted.HTML)...); d != nil {
			t.Errorf("%q divided: got %q | %q with %v", in, visible.HTML, quoted.HTML, d)
		}
		if d := dangers(text.Markdown(in)); d != nil {
			t.Errorf("%q as Markdown: got %v", in, d)
		}
	}
	if len(attacks) < 60 {
		t.Errorf("%d attacks, want at least 60", len(attacks))
	}
}

// The policies and the Markdown parser are shared by all callers.
func TestConcurrentUse(t *testing.T) {
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for _, in := range attacks {
				text.Body(in)
				text.Markdown(in)
				text.Plain(in)
			}
		})
	}
	wg.Wait()
	if got := text.Markdown("*a*"); got != "<p><em>a</em></p>\n" {
		t.Errorf("got %q", got)
	}
}

const (
	pixel = `data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7`
	safe  = `target="_blank" rel="noopener noreferrer nofollow"`
)

func TestCleanHTML(t *testing.T) {
	for _, r := range []struct {
		name, in string
		want     text.Clean
	}{
		{"nothing", "", text.Clean{}},
		{"plain text is text", `1 > 0 "so"`, text.Clean{HTML: "1 &gt; 0 &#34;so&#34;"}},
		{"paragraphs, lists and headings stay", "<h2>A</h2><p>b<br>c</p><ul><li>d</li></ul>", text.Clean{HTML: "<h2>A</h2><p>b<br/>c</p><ul><li>d</li></ul>"}},
		{"tables keep their shape", `<table width="600" bgcolor="red" style="x"><tr><td colspan="2" align="center" height="9%">a</td></tr></table>`, text.Clean{HTML: `<table width="600"><tbody><tr><td colspan="2" align="center" height="9%">a</td></tr></tbody></table>`}},
		{"fonts and spans leave their words", `<font color="red"><span style="x" class="y">a</span></font>`, text.Clean{HTML: "a"}},
		{"direction stays", `<span dir="rtl">a</span><p lang="he">b</p>`, text.Clean{HTML: `<span dir="rtl">a</span><p lang="he">b</p>`}},
		{"dividers of a page become div", `<section id="x"><center>a</center></section>`, text.Clean{HTML: `<div><div align="center">a</div></div>`}},
		{"a link is sent out safely", `<a href="https://x.test/?a=1&b=2" title="t">a</a>`, text.Clean{HTML: `<a href="https://x.test/?a=1&amp;b=2" title="t" ` + safe + `>a</a>`, Links: 1}},
		{"mail and telephone links", `<a href="mailto:a@x.test">a</a> <a href="tel:+49123">b</a>`, text.Clean{HTML: `<a href="mailto:a@x.test" ` + safe + `>a</a> <a href="tel:+49123" ` + safe + `>b</a>`, Links: 2}},
		{"a link to nowhere leaves its words", `<a name="top">a</a><a href="#top">b</a>`, text.Clean{HTML: "ab"}},
		{"inline images stay", `<img src="cid:1@x" alt="a" width="10">`, text.Clean{HTML: `<img src="cid:1@x" alt="a" width="10"/>`}},
		{"small raster data stays", `<img src="data:image/png;base64,iVBORw0K">`, text.Clean{HTML: `<img src="data:image/png;base64,iVBORw0K"/>`}},
		{"remote images wait", `<img src="https://x.test/a.png" alt="a">`, text.Clean{HTML: `<img src="` + pixel + `" data-src="https://x.test/a.png" alt="a"/>`, RemoteImages: 1}},
		{"remote images wait when cleaned again", `<img src="` + pixel + `" data-src="https://x.test/a.png">`, text.Clean{HTML: `<img src="` + pixel + `" data-src="https://x.test/a.png"/>`, RemoteImages: 1}},
		{"an image that cannot be shown leaves its text", `a <img src="x.png" alt="b"> c`, text.Clean{HTML: "a b c"}},
		{"an image named twice is the first one", `<img src="cid:1" src="https://x.test/a.png">`, text.Clean{HTML: `<img src="cid:1"/>`}},
		{"forms leave their words", `<form>a<button>b</button><input value="c"></form>`, text.Clean{HTML: "ab"}},
		{"the head is not shown", "<html><head><title>t</title><style>s</style></head><body>a</body></html>", text.Clean{HTML: "a"}},
		{"what is left open is closed", "<div><b>a", text.Clean{HTML: "<div><b>a</b></div>"}},
		{"what was not opened is not closed", "a</div></td></b></table>b", text.Clean{HTML: "ab"}},
		{"loose list items cannot close the page's", "<li>a</li><dd>b</dd>", text.Clean{HTML: "<div>a</div><div>b</div>"}},
		{"a heading is not in a heading", "<h1>a<table><h2>b", text.Clean{HTML: "<h1>a<div>b</div><table></table></h1>"}},
		{"loose cells leave their words", "<tr><td>a</td></tr>", text.Clean{HTML: "a"}},
		{"links are not inside each other", `<a href="https://x.test"><table><tr><td><a href="https://y.test">a</a></td></tr></table></a>`, text.Clean{HTML: `<a href="https://x.test" ` + safe + `><table><tbody><tr><td>a</td></tr></tbody></table></a>`, Links: 1}},
		{"a link inside one to nowhere leads on", `<a name="top"><table><tr><td><a href="https://x.test">a</a></td></tr></table></a>`, text.Clean{HTML: `<table><tbody><tr><td><a href="https://x.test" ` + safe + `>a</a></td></tr></tbody></table>`, Links: 1}},
		{"outlook's tags leave their words", `<p class=MsoNormal>a<o:p></o:p></p><![if !mso]>b<![endif]>`, text.Clean{HTML: "<p>a</p>b"}},
		{"absurd sizes are dropped", `<table width="100000000"><td colspan="99999">a</td></table>`, text.Clean{HTML: "<table><tbody><tr><td>a</td></tr></tbody></table>"}},
		{"an attribute named twice is the first one", `<p align="left" align="right">a</p>`, text.Clean{HTML: `<p align="left">a</p>`}},
		{"control characters are dropped", "a\x00b&#1;c&#0;\x1b", text.Clean{HTML: "abc\uFFFD"}},
	} {
		t.Run(r.name, func(t *testing.T) {
			if got := text.CleanHTML(r.in); got != r.want {
				t.Errorf("got  %+v\nwant %+v", got, r.want)
			}
		})
	}
}

// Whatever is past a bound is left out or shown more plainly, in time.
func TestCleanHTMLIsBounded(t *testing.T) {
	many := 1 << 17
	for _, r := range []struct {
		name, in, keeps string
		cut             bool
	}{
		{"deep elements keep their words", strings.Repeat("<div>", many/5) + "word", "word", true},
		{"deep elements, closed", strings.Repeat("<b><div>", 5000) + "word" + strings.Repeat("</div></b>", 5000) + "<p>after</p>", "<p>after</p>", true},
		{"deep tables", strings.Repeat("<table><tr><td>", 20_000) + "word", "word", true},
		{"formatting never closed", strings.Repeat("<p><i title=1><b>x", 30_000) + "word", "word", false},
		{"different formatting never closed", deepLinks(20_000) + "word", "word", false},
		{"a reply to a reply, two hundred times", strings.Repeat("<div><blockquote><div>x", 200) + "word", "word", true},
		{"many attributes", "<p " + strings.Repeat("a=1 ", many/4) + ">word", "word", false},
		{"many paragraphs", strings.Repeat("<p>", many/3) + "word", "word", false},
		{"many ends", strings.Repeat("</p></b></a>", many/12) + "word", "word", false},
		{"many comments", strings.Repeat("<!--", many/4) + "-->word", "word", false},
		{"many open brackets", strings.Repeat("<", many) + " word", "word", false},
		{"many entities", strings.Repeat("&amp;", many/5) + "word", "word", false},
		{"too long", "word" + strings.Repeat("<p>"+strings.Repeat("word ", 1000)+"</p>", 500), "word", true},
		{"too long, in the middle of a tag", "word" + strings.Repeat("words ", 349_525-1) + `<a href="https://x.test/">x</a>`, "words words", true},
		{"a large image keeps the words after it", `<img alt="photo" src="data:image/png;base64,` + strings.Repeat("A", 8*many) + `">word`, "photoword", true},
		{"many misnested", strings.Repeat("<a href='https://x.test'><table><b></a>", many/40) + "word", "word", false},
	} {
		t.Run(r.name, func(t *testing.T) {
			start := time.Now()
			got := text.CleanHTML(r.in)
			if !strings.Contains(got.HTML, r.keeps) || r.cut && !got.Cut || len(got.HTML) > 64*many {
				t.Errorf("got %d bytes without %q, cut %v, want %v", len(got.HTML), r.keeps, got.Cut, r.cut)
			}
			if d := dangers(got.HTML); d != nil {
				t.Errorf("got %v", d[:1])
			}
			text.Body("<p>Yes.</p><p>" + esc(wrote) + "</p><blockquote type=cite>" + r.in)
			text.Plain(r.in)
			if took := time.Since(start); took > time.Minute {
				t.Errorf("took %v", took)
			}
		})
	}
}

func deepLinks(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<p><i title="%d">x`, i)
	}
	return b.String()
}

func TestRewrite(t *testing.T) {
	in := text.CleanHTML(`<img src="cid:a%40x"><img src="cid:b"><img src="https://x.test/a.png?b=1&amp;c=2" alt="c"><a href="attachment:1">d</a><img src="attachment:2"> cid: attachment:1`).HTML
	known := func(want string) func(string) (string, bool) {
		return func(id string) (string, bool) { return "/f/" + id + `?a="1"&b`, id == want }
	}
	remote := `<img src="` + pixel + `" data-src="https://x.test/a.png?b=1&amp;c=2" alt="c"/>`
	tail := `<a href="attachment:1" ` + safe + `>d</a><img src="attachment:2"/> cid: attachment:1`
	for _, r := range []struct{ name, got, want string }{
		{"cid", text.RewriteCID(in, known("a@x")), `<img src="/f/a@x?a=&#34;1&#34;&amp;b"/><img src="cid:b"/>` + remote + tail},
		{"attachment link", text.RewriteAttachments(in, known("1")), `<img src="cid:a%40x"/><img src="cid:b"/>` + remote + `<a href="/f/1?a=&#34;1&#34;&amp;b" ` + safe + `>d</a><img src="attachment:2"/> cid: attachment:1`},
		{"attachment image", text.RewriteAttachments(in, known("2")), `<img src="cid:a%40x"/><img src="cid:b"/>` + remote + `<a href="attachment:1" ` + safe + `>d</a><img src="/f/2?a=&#34;1&#34;&amp;b"/> cid: attachment:1`},
		{"remote images when asked", text.LoadRemote(in), `<img src="cid:a%40x"/><img src="cid:b"/><img src="https://x.test/a.png?b=1&amp;c=2" alt="c"/>` + tail},
		{"and encrypted, since pages load nothing else", text.LoadRemote(`<img data-src="HTTP://x.test/a.png"/>`), `<img src="https://x.test/a.png"/>`},
		{"only the web is loaded", text.LoadRemote(`<img data-src="javascript:x"><p data-src="https://x.test">`), `<img data-src="javascript:x"><p data-src="https://x.test">`},
		{"nothing to rewrite", text.RewriteCID("<p>a</p>", known("")), "<p>a</p>"},
	} {
		if r.got != r.want {
			t.Errorf("%s:\n got %s\nwant %s", r.name, r.got, r.want)
		}
	}
}
