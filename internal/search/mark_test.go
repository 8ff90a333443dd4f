package search_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"muster/internal/search"
)

// shown writes segments as one text, with the hits in brackets.
func shown(segments []search.Segment) string {
	var b strings.Builder
	for _, s := range segments {
		if s.Hit {
			b.WriteString("[" + s.Text + "]")
		} else {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

func TestHighlight(t *testing.T) {
	tests := []struct{ rule, text, words, want string }{
		{"a word, wherever it is", "The printer, a Printer.", "printer", "The [printer], a [Printer]."},
		{"the whole of a word that begins so", "printers print", "prin", "[printers] [print]"},
		{"not a word that ends so", "sprint", "print", "sprint"},
		{"each of several words", "no paper in tray two", "tray paper", "no [paper] in [tray] two"},
		{"accents and all", "Die Straße überflutet", "strasse uber", "Die [Straße] [überflutet]"},
		{"accents that are written apart", "cafe\u0301 zu", "cafe", "[cafe\u0301] zu"},
		{"a phrase from end to end", "stuck again, then again -- stuck", `"again stuck"`, "stuck again, then [again -- stuck]"},
		{"a whole word alone in quotes", "print printer", `"print"`, "[print] printer"},
		{"the characters of a run", "東京都の支社", "京都", "東[京都]の支社"},
		{"those that overlap as one", "東京都の支社", "東京都の", "[東京都の]支社"},
		{"one character", "東京都", "都", "東京[都]"},
		{"half-width kana", "ﾌﾟﾘﾝﾀｰ故障", "プリンター", "[ﾌﾟﾘﾝﾀｰ]故障"},
		{"the whole of an order number", "INV-2024-001 paid", "inv-2024", "[INV-2024]-001 paid"},
		{"the end of an address", "to bob@mail.example.com.", "example.com", "to bob@mail.[example.com]."},
		{"not parts that are not linked", "example. com", "example.com", "example. com"},
		{"not what is left out", "printer hotel", "printer -hotel", "[printer] hotel"},
		{"nothing without words", "printer", "", "printer"},
		{"nothing in nothing", "", "printer", ""},
		{"markup is text", "<b>printer</b>", "printer", "<b>[printer]</b>"},
		{"both when one goes on in the other", "error 404 error", "err 404", "[error] [404] [error]"},
	}
	for _, tt := range tests {
		if got := shown(search.Highlight(tt.text, tt.words)); got != tt.want {
			t.Errorf("%s: %q in %q: got %s, want %s", tt.rule, tt.words, tt.text, got, tt.want)
		}
	}
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("lorem ipsum dolor ", 20)
	tests := []struct{ rule, text, words, want string }{
		{"a short text is shown whole", "the printer", "printer", "the [printer]"},
		{"around the first hit", long + "the printer jams " + long, "printer", "…ipsum dolor the [printer] jams lorem ipsum …"},
		{"from the start if there is none", long, "printer", "lorem ipsum dolor lorem ipsum dolor lorem …"},
		{"to the end if it is near", long + "printer", "printer", "…dolor lorem ipsum dolor lorem ipsum dolor [printer]"},
		{"characters stay whole", strings.Repeat("東京", 30), "大阪", strings.Repeat("東京", 7) + "東…"},
	}
	for _, tt := range tests {
		if got := shown(search.Excerpt(tt.text, tt.words, 45)); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.rule, got, tt.want)
		}
	}
}

// What is highlighted is the text still; and where a text is found, something in it is marked.
func TestHighlightKeepsTheText(t *testing.T) {
	letters := rapid.StringOf(rapid.SampledFrom([]rune("abé-. \"東京ｶﾞﷺ각\u0301\xffB1")))
	rapid.Check(t, func(t *rapid.T) {
		text, words := letters.Draw(t, "text"), letters.Draw(t, "words")
		whole, hit := "", false
		for _, s := range search.Highlight(text, words) {
			if s.Text == "" {
				t.Fatalf("%q in %q: an empty segment", words, text)
			}
			whole, hit = whole+s.Text, hit || s.Hit
		}
		if whole != text {
			t.Fatalf("%q in %q: the segments are %q", words, text, whole)
		}
		quoted := `"` + strings.ReplaceAll(text, `"`, " ") + `"`
		if marked := shown(search.Highlight(text, quoted)) != text; marked == search.Blank(quoted) {
			t.Fatalf("%q finds itself but nothing is marked", text)
		}
	})
}
