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

func FuzzCleanHTML(f *testing.F) {
	for _, a := range attacks {
		f.Add(a)
	}
	f.Fuzz(func(t *testing.T, in string) {
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
		f.Add(`<div>` + answer + `</div><div class="gmail_quote"><div class="gmail_attr">` + esc(s.gmail) + `</div><blockquote class="gmail_quote">Old.</blockquote></div>`)
		f.Add(`<table><tr><td>` + answer + `<pre>` + esc(s.gmail) + "\n&gt; Old.\n</pre><p>" + esc(s.header) + `</table><blockquote type=cite>Old.</blockquote>`)
	}
	for _, a := range attacks {
		f.Add("Yes." + a + "<blockquote type=cite>" + a)
	}
	f.Fuzz(func(t *testing.T, in string) {
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
