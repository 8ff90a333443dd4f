package search_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"muster/internal/search"
)

func TestWordsAsKept(t *testing.T) {
	long := strings.Repeat("x", 100)
	tests := []struct{ rule, text, want string }{
		{"words are small and apart", "Printer JAM,\n(again)!", "printer jam again"},
		{"nothing is nothing", " \t\r\n…—!?", ""},
		{"Latin accents go", "Über naïve Ångström İstanbul", "uber naive angstrom istanbul"},
		{"accents go however they are written", "e\u0301te\u0301 été", "ete ete"},
		{"Greek and Cyrillic accents go", "Ώρα ёлка", "ωρα елка"},
		{"a final sigma is a sigma", "ΛΟΓΟΣ λόγος", "λογοσ λογοσ"},
		{"letters that nobody takes apart are spelled", "Straße Łódź Søren Ærø œuvre", "strasse lodz soren aero oeuvre"},
		{"full width is ordinary", "ＥＲＲＯＲ ４０４", "error 404"},
		{"ligatures and numbers in circles are taken apart", "ﬁle №① ™", "file no1 tm"},
		{"half-width kana are kana, with their voicing", "ｶﾞｽ", "ガス ス"},
		{"Arabic points go", "مُحَمَّد", "محمد"},
		{"Indic vowels stay", "हिन्दी", "हिन्दी"},
		{"Hangul stays in syllables", "서버가 다운", "서버가 다운"},
		{"dense scripts are kept in pairs", "東京都に", "東京 京都 都に に"},
		{"a dense run ends at another script", "iPhone対応", "iphone 対応 応"},
		{"one character is a word", "水 a", "水 a"},
		{"Thai has no spaces either", "ไทย", "ไท ทย ย"},
		{"numbers are words", "404 1.5", "404 1 5 1.5"},
		{"an order number is found by its parts, whole, and by its end", "INV-2024-001.", "inv 2024 001 inv.2024.001 2024.001"},
		{"so is an address", "<bob@mail.example.com>", "bob mail example com bob.mail.example.com mail.example.com example.com"},
		{"a longer chain is kept in stretches", "a/b/c/d/e", "a b c d e a.b.c.d b.c.d.e c.d.e d.e"},
		{"which way the parts are linked is the same", "E_FAIL O’Neil x=y C:\\tmp", "e fail o neil x y c tmp e.fail o.neil x.y"},
		{"two links are a gap", "https://host a--b c.", "https host a b c"},
		{"a space is a gap", "a .b", "a b"},
		{"a long word is cut", long, long[:64]},
		{"a long joint is cut", long[:40] + "-" + long[:40], long[:40] + " " + long[:40] + " " + long[:40] + "." + long[:23]},
		{"bytes that are no text are a gap", "a\xffb\x00c", "a b c"},
		{"emoji are a gap", "on🔥fire", "on fire"},
	}
	for _, tt := range tests {
		if got := search.TextOf(tt.text); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.rule, got, tt.want)
		}
	}
}

func TestMuchTextIsCutAtAWord(t *testing.T) {
	for _, word := range []string{"a-b ", "word ", "東京都", "ﷺ", "e\u0301", strings.Repeat("\u0301", 100)} {
		got := search.TextOf(strings.Repeat(word, 200_000/len(word)))
		if len(got) > 64<<10 {
			t.Errorf("%d bytes of %q are kept, want at most 64 KB", len(got), word)
		}
		if strings.Contains(got, "  ") || strings.TrimSpace(got) != got {
			t.Errorf("%q: words are not one space apart", word)
		}
	}
}

// Whatever comes in, what is kept is words, and they would be kept the same again.
func TestKeptIsClean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("aB1é-. @\u0301\u0e33東ｶﾞ각ᄀ\u1161ﷺ\u00ad\x00'\"")))).Draw(t, "text")
		kept := search.TextOf(text)
		if !utf8.ValidString(kept) {
			t.Fatalf("%q is kept as %q, which is no text", text, kept)
		}
		for word := range strings.SplitSeq(kept, " ") {
			if (word == "") != (kept == "") || strings.ContainsAny(word, "\"'\\~\x00\t\n") {
				t.Fatalf("%q is kept as %q", text, kept)
			}
			if strings.Contains(word, ".") {
				continue // a joint
			}
			if again := search.TextOf(word); !strings.HasPrefix(again+" ", word+" ") {
				t.Fatalf("%q is kept as %q, but %q as %q", text, kept, word, again)
			}
		}
	})
}
