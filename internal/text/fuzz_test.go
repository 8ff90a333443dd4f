package text_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"muster/internal/text"
)

// letters returns the characters of parts that can be seen, sorted, so that
// nothing can be lost or doubled unseen.
func letters(parts ...string) string {
	var rs []rune
	for _, p := range parts {
		for _, r := range p {
			if !unicode.IsSpace(r) {
				rs = append(rs, r)
			}
		}
	}
	slices.Sort(rs)
	return string(rs)
}

// words returns the text in HTML.
func words(t *testing.T, src string) string {
	doc, err := html.Parse(strings.NewReader("<!DOCTYPE html><body>" + src))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return b.String()
}

// pieces are what HTML is put together from, so that fuzzing finds bad nesting.
var pieces = strings.Split(`<p>|</p>|<div>|</div>|<b>|</b>|<i>|</i>|<a href="https://x.test">|</a>|<table>|</table>|<tr>|<td>|</td>|<caption>|</caption>`+
	`|<tbody>|<col>|<colgroup>|<ul>|</ul>|<ol>|<li>|</li>|<dl>|<dd>|<dt>|<h1>|</h1>|<h2>|<pre>|</pre>|<blockquote>|</blockquote>|<blockquote type=cite>`+
	`|<br>|<hr>|<img src="cid:1">|<img src="https://x.test/a.png">|<font color=red>|</font>|<span dir=rtl>|</span>|<center>|</center>|<form>|</form>`+
	`|<object>|</object>|<button>|</button>|<select>|<option>|</select>|<svg>|</svg>|<math>|<mi>|</math>|<title>|</title>|<style>|</style>|<template>`+
	`|</template>|<noscript>|</noscript>|<textarea>|</textarea>|<iframe>|</iframe>|<section>|</section>|<nobr>|<ruby>|<rt>|<u>|</u>|<code>|</code>`+
	`|word| |&lt;|&nbsp;|<!--|-->|<div class="gmail_quote">|<div class="gmail_attr">|<div id=divRplyFwdMsg>|<div class="gmail_signature">|-- |&gt; |:`, "|")

// put adds a piece for each of moves.
func put(in string, moves []byte) string {
	for _, m := range moves {
		switch int(m) % (len(pieces) + 2) {
		case 0:
			in += esc(wrote)
		case 1:
			in += "\n"
		default:
			in += pieces[int(m)%(len(pieces)+2)-2]
		}
	}
	return in
}

func FuzzCleanHTML(f *testing.F) {
	for _, a := range attacks {
		f.Add(a, []byte{2, 6, 12, 4})
	}
	f.Fuzz(func(t *testing.T, in string, moves []byte) {
		in = put(in, moves)
		once := text.CleanHTML(in)
		if d := dangers(once.HTML); d != nil {
			t.Errorf("got %q with %v", once.HTML, d)
		}
		if text.Valid(once.HTML) != once.HTML {
			t.Errorf("got %q, which is not valid text", once.HTML)
		}
		if twice := text.CleanHTML(once.HTML); twice.HTML != once.HTML || twice.Links != once.Links || twice.RemoteImages != once.RemoteImages {
			t.Errorf("got %+v\nand cleaned again %+v", once, twice)
		}
		if d := dangers(strings.ReplaceAll(text.Markdown(in), pixel, "cid:1")); d != nil {
			t.Errorf("as Markdown with %v", d)
		}
		if !utf8.ValidString(text.Plain(in)) {
			t.Error("plain text is not valid")
		}
	})
}

func FuzzTrimText(f *testing.F) {
	for _, s := range samples {
		f.Add(answer + "\n\n" + s.device + "\n" + s.gmail + "\n> Old.\n> \n> " + s.apple + "\n>> Older.\n\n" + s.header)
		f.Add(s.forward + "\n\n" + s.begin + "\n-- \n" + s.original)
	}
	f.Fuzz(func(t *testing.T, in string) {
		visible, quoted := text.TrimText(in)
		if got, want := letters(visible, quoted), letters(in); got != want {
			t.Errorf("got %q | %q, want all of %q", visible, quoted, in)
		}
		if strings.TrimSpace(in) != "" && strings.TrimSpace(visible) == "" {
			t.Errorf("got nothing visible of %q", in)
		}
		if from, ok := text.Forwarded(in); ok != (from != "") || ok && !strings.Contains(from, "@") {
			t.Errorf("got sender %q, %v", from, ok)
		}
		if folded := text.Fold(in); text.Fold(folded) != folded {
			t.Errorf("folded twice %q is %q", folded, text.Fold(folded))
		}
		if s := text.Snippet(in, 20); utf8.RuneCountInString(s) > 20 || strings.ContainsAny(s, "\n\r\t") {
			t.Errorf("got snippet %q", s)
		}
		if s := text.Subject(in); text.Subject(s) != s || text.Valid(s) != s {
			t.Errorf("got subject %q, again %q", s, text.Subject(s))
		}
	})
}

func FuzzBody(f *testing.F) {
	for _, s := range samples {
		f.Add(`<div>`+answer+`</div><div class="gmail_quote"><div class="gmail_attr">`+esc(s.gmail)+`</div><blockquote class="gmail_quote">Old.</blockquote></div>`, []byte{1})
		f.Add(`<table><tr><td>`+answer+`<pre>`+esc(s.gmail)+"\n&gt; Old.\n</pre><p>"+esc(s.header)+`</table><blockquote type=cite>Old.</blockquote>`, []byte{0})
	}
	for _, a := range attacks {
		f.Add("Yes."+a+"<blockquote type=cite>"+a, []byte{40, 2, 12, 14, 90})
	}
	f.Fuzz(func(t *testing.T, in string, moves []byte) {
		in = put(in, moves)
		visible, quoted := text.Body(in)
		if d := append(dangers(visible.HTML), dangers(quoted.HTML)...); d != nil {
			t.Errorf("got %q | %q with %v", visible.HTML, quoted.HTML, d)
		}
		whole := text.CleanHTML(in)
		if got, want := letters(words(t, visible.HTML), words(t, quoted.HTML)), letters(words(t, whole.HTML)); got != want {
			t.Errorf("got %q | %q, want all of %q", visible.HTML, quoted.HTML, whole.HTML)
		}
		if n := visible.RemoteImages + quoted.RemoteImages; n != whole.RemoteImages {
			t.Errorf("got %d images, want %d", n, whole.RemoteImages)
		}
		v, q := text.TrimHTML(whole.HTML)
		if got, want := letters(words(t, v), words(t, q)), letters(words(t, whole.HTML)); got != want {
			t.Errorf("trimmed to %q | %q, want all of %q", v, q, whole.HTML)
		}
	})
}
