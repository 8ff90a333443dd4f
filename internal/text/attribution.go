package text

import "strings"

// level says how far a line that may introduce a quote is to be trusted.
type level uint8

const (
	no     level = iota
	weak         // counts only right before a quote
	strong       // surely the whole introduction, if a quote follows
	sure         // counts even where the quote carries no marks
)

// note is where a quote is introduced, from line from to line to.
type note struct {
	from, to int
	level    level
}

// maxNote bounds how many lines an introduction is wrapped over.
const maxNote = 4

// attribution returns the introduction that ends at line j. It takes as few
// lines as make sense, so that words right above it are not taken for it.
func attribution(ls []line, j int) note {
	best := note{level: no}
	if !strings.HasSuffix(ls[j].text, ":") && !strings.HasSuffix(ls[j].text, "：") {
		return best
	}
	joined := ""
	for i := j; i >= 0 && i > j-maxNote; i-- {
		if ls[i].text == "" || ls[i].depth != ls[j].depth || len(joined)+len(ls[i].text) > maxLine {
			break
		}
		joined = ls[i].text + " " + joined
		ended := i < j && strings.ContainsAny(ls[i].text[len(ls[i].text)-1:], ".!?") // a sentence of its own, or "5 p.m."
		switch l := introduces(joined); {
		case l < sure && ended:
			return best
		case l >= strong:
			return note{i, j + 1, l}
		case l > best.level:
			best = note{i, j + 1, l}
		}
	}
	return best
}

// introduces reports how surely s is the likes of "On 5 March Ann <ann@example.com> wrote:".
func introduces(s string) level {
	f := " " + strings.TrimRight(key(s), ": *_") + " "
	verb := contains(f, lex.wrote)
	dated, timed := dates(f)
	addressed, last := addresses(f)
	switch {
	case addressed && verb && (dated || timed), last && dated && timed:
		return sure
	case verb && opens(f) && strings.ContainsAny(f, "0123456789"):
		return strong
	case verb, strings.Contains(f, "@") && (dated || timed), dated && timed:
		return weak
	}
	return no
}

// dates reports whether s names a year or a whole date (2024, 5.3.24), and a
// time of day (10:14, 10.14, 10h14, 10時14).
func dates(s string) (dated, timed bool) {
	short, after := 0, "" // numbers of a date so far, and what stood between them
	for i := 0; i < len(s); {
		n := digits(s[i:])
		if n == 0 {
			i++
			short = 0
			continue
		}
		number := s[i : i+n]
		dated = dated || n == 4 && (number[:2] == "19" || number[:2] == "20")
		timed = timed || n == 2 && (after == ":" || after == "." || after == "h" || after == "時" || after == "点") && short == 1
		if i += n; n > 4 {
			short = 0
			continue
		}
		short++
		dated = dated || short == 3 && after != ":"
		if after = between(s[i:]); after == "" {
			short = 0
		}
		i += len(after)
	}
	return dated, timed
}

// digits returns how many digits s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}

// between returns what divides the numbers of a date or time at the beginning of s.
func between(s string) string {
	for _, d := range []string{":", ".", "/", "-", "h", "時", "点"} {
		if strings.HasPrefix(s, d) && digits(s[len(d):]) > 0 {
			return d
		}
	}
	return ""
}

// addresses reports whether s has an address in brackets, and whether it ends with one.
func addresses(s string) (some, last bool) {
	if !strings.Contains(s, "@") {
		return false, false
	}
	for word := range strings.FieldsSeq(s) {
		last = strings.Contains(word, "@") && strings.ContainsAny(word, "<>()[]")
		some = some || last
	}
	return some, last
}

// opens reports whether f begins as introductions do in some language.
func opens(f string) bool {
	for _, w := range lex.on {
		if strings.HasPrefix(f, w) || strings.HasPrefix(f[1:], w) {
			return true
		}
	}
	return false
}

func contains(f string, words []string) bool {
	for _, w := range words {
		if strings.Contains(f, w) {
			return true
		}
	}
	return false
}

// noteBefore returns the introduction of the quote that begins at line i: right
// above it, or its own first lines, as Apple Mail writes it.
func noteBefore(ls []line, i int) (note, bool) {
	j := i - 1
	for j >= 0 && !ls[j].ink {
		j--
	}
	if j >= 0 && ls[j].depth < ls[i].depth {
		if ls[j].mark&markNote != 0 {
			from := j
			for from > 0 && ls[from-1].mark&markNote != 0 {
				from--
			}
			return note{from, j + 1, strong}, true
		}
		if n := attribution(ls, j); n.level >= weak {
			return n, true
		}
	}
	for j, seen := i, 0; j < len(ls) && seen < maxNote && ls[j].depth == ls[i].depth; j++ {
		if !ls[j].ink {
			continue
		}
		seen++
		if n := attribution(ls, j); n.level >= strong && n.from <= i+1 {
			return n, true
		}
	}
	return note{}, false
}

// products are the names of which one ends a line that a device adds.
var products = []string{"iphon", "ipad", "ipod", " ios", "android", "outlook", "yahoo mail", "proton mail", "mail app", "gmail", "samsung",
	"galaxy", "huawei", "xiaomi", "redmi", "pixel", "blackberry", "windows", "handy", "smartphone", "mobiltelefon", "telefon", "telefoon",
	"telephone", "mobile", "movil", "celular", "cellulare", "laitteesta", "телефон", "устройств", "手机", "手機"}

// deviceLine reports whether text is the likes of "Sent from my iPhone".
func deviceLine(text string) bool {
	if len(text) > 120 {
		return false
	}
	f := strings.TrimRight(key(text), ".。! ")
	words := strings.Fields(f)
	if len(words) == 0 || len(words) > 8 {
		return false
	}
	tail := " " + strings.Join(words[max(0, len(words)-2):], " ")
	named := false
	for _, p := range products {
		named = named || strings.Contains(tail, p)
	}
	if !named {
		return f == "sent with proton mail secure email"
	}
	for _, d := range lex.device {
		if strings.HasPrefix(f, d[0]) && strings.HasSuffix(f, d[1]) {
			return true
		}
	}
	return false
}
