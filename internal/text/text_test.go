package text_test

import (
	"strings"
	"testing"

	"muster/internal/text"
)

// row is what a function of one string is to return.
type row struct{ name, in, want string }

func check(t *testing.T, f func(string) string, rows []row) {
	t.Helper()
	for _, r := range rows {
		if got := f(r.in); got != r.want {
			t.Errorf("%s: got %q for %q, want %q", r.name, got, r.in, r.want)
		}
	}
}

func TestValid(t *testing.T) {
	check(t, text.Valid, []row{
		{"good text stays", "a\tb\nc ä 漢 🙂", "a\tb\nc ä 漢 🙂"},
		{"no NUL", "a\x00b", "ab"},
		{"no control characters", "a\x01\x08\x0b\x0c\x1b\x7f\u0080\u009fb", "ab"},
		{"lines end alike", "a\r\nb\rc\n\rd", "a\nb\nc\n\nd"},
		{"broken UTF-8 is marked", "a\xff\xfeb\xe2\x82", "a\uFFFDb\uFFFD"},
		{"half of a surrogate pair is marked", "a\xed\xa0\x80b", "a\uFFFDb"},
	})
}

func TestFold(t *testing.T) {
	check(t, text.Fold, []row{
		{"lower case", "PRINTER 3", "printer 3"},
		{"already folded", "printer 3", "printer 3"},
		{"accents", "Ünïcodé Žluťoučký", "unicode zlutoucky"},
		{"composed and decomposed agree", "e\u0301", "e"},
		{"full case fold", "Straße STRASSE ẞ", "strasse strasse ss"},
		{"letters with a stroke", "Łódź Øre Đakovo", "lodz ore dakovo"},
		{"ligatures", "ﬁle Æsir œuvre", "file aesir oeuvre"},
		{"turkish letters", "İSTANBUL ıstanbul", "istanbul istanbul"},
		{"greek letters at a word's end", "ΟΔΟΣ οδός", "οδοσ οδοσ"},
		{"cyrillic", "ПРИВЕТ Ёлка", "привет елка"},
		{"full and half width", "ＡＢＣ　１２３ ｶﾞ", "abc 123 ガ"},
		{"japanese marks are letters", "が か\u3099", "が が"},
		{"thai and hindi keep their vowels", "ที่ हिन्दी", "ที่ हिन्दी"},
		{"korean stays whole", "한국 \u1112\u1161\u11ab", "한국 한"},
		{"arabic and hebrew without points", "مُحَمَّد שָׁלוֹם", "محمد שלום"},
		{"white space is squeezed", " \t a \u00a0\n b\u2003 ", "a b"},
		{"what is not seen is dropped", "a\u200bb\u00adc\ufeffd\x00e", "abcde"},
		{"nothing", " \n", ""},
	})
}

func TestSnippet(t *testing.T) {
	for _, r := range []struct {
		name, in string
		n        int
		want     string
	}{
		{"short text stays", "a b", 3, "a b"},
		{"one line", " a\n\n b\tc ", 9, "a b c"},
		{"long text is cut", "abcdef", 4, "abc…"},
		{"no blank before the dots", "abc def", 5, "abc…"},
		{"a blank at the cut", "abc def", 4, "abc…"},
		{"characters, not bytes", "äöüßäöü", 4, "äöü…"},
		{"an accent stays with its letter", "abe\u0301e\u0301", 5, "abe\u0301…"},
		{"a letter that lost its accent goes", "ae\u0301\u0302bc", 4, "a…"},
		{"one character", "abc", 1, "…"},
		{"none", "abc", 0, ""},
		{"empty", "", 5, ""},
		{"control characters are gaps", "a\x00b", 5, "a b"},
		{"trailing space is no text", "abc   \n ", 3, "abc"},
	} {
		if got := text.Snippet(r.in, r.n); got != r.want {
			t.Errorf("%s: got %q for %q in %d, want %q", r.name, got, r.in, r.n, r.want)
		}
	}
}

func TestSubject(t *testing.T) {
	check(t, text.Subject, []row{
		{"no prefix", "Printer", "Printer"},
		{"english", "Re: FW: Fwd: Printer", "Printer"},
		{"counted", "RE[2]: Re(3): Re^4: Re*5: Printer", "Printer"},
		{"german", "AW: WG: Antw: WG[5]: Antwort: Printer", "Printer"},
		{"french", "RE : TR: Réf: Ref: Printer", "Printer"},
		{"spanish and portuguese", "RV: RES: ENC: Printer", "Printer"},
		{"italian", "R: I: Rif: Printer", "Printer"},
		{"scandinavian and finnish", "SV: VS: VB: VL: Printer", "Printer"},
		{"polish, turkish and russian", "Odp: PD: YNT: İLT: Отв: Printer", "Printer"},
		{"chinese, japanese and korean", "回复：答复: 转发： 返信: 転送: 회신: Printer", "Printer"},
		{"without a blank", "Re:Re:Printer", "Printer"},
		{"in any case", "rE: aw: Printer", "Printer"},
		{"only a prefix", "Re: ", ""},
		{"a word that begins like one", "Reset: Printer", "Reset: Printer"},
		{"a word in the middle", "Printer Re: broken", "Printer Re: broken"},
		{"a word with a number", "SV2: Printer", "SV2: Printer"},
		{"small letters are not italian", "r: i: Printer", "r: i: Printer"},
		{"a tag is the subject's own", "[#12] Re: Printer", "[#12] Re: Printer"},
		{"folded lines", "Re:\r\n Printer\r\n\t on fire", "Printer on fire"},
		{"control characters", "Prin\x00ter\x07", "Printer"},
		{"turned direction", "\u202eretnirP\u202c", "retnirP"},
		{"a long first word", strings.Repeat("x", 40) + ": Printer", strings.Repeat("x", 40) + ": Printer"},
	})
}

func TestInitials(t *testing.T) {
	check(t, text.Initials, []row{
		{"first and last", "Petra Sunnavik", "PS"},
		{"names between", "Petra van der Sunnavik", "PS"},
		{"last name first", "Sunnavik, Petra", "PS"},
		{"one name", "petra", "PE"},
		{"one letter", "p", "P"},
		{"address", "petra.sunnavik@ex.test", "PS"},
		{"remark in brackets", "Petra Sunnavik (Ex Ltd)", "PS"},
		{"hyphen", "Anne-Marie Ek", "AE"},
		{"accents", "émile Öst", "ÉÖ"},
		{"chinese", "山田太郎", "山田"},
		{"signs are no letters", "* * Ann Ek!", "AE"},
		{"apostrophe", "Mara O'Hara", "MO"},
		{"nothing", " ", "?"},
	})
}
