package text

import (
	"regexp"
	"strings"
)

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
		if !ls[i].ink || ls[i].depth != ls[j].depth || len(joined)+len(ls[i].text) > maxLine {
			break
		}
		joined = ls[i].text + " " + joined
		switch l := introduces(joined); {
		case l >= strong:
			return note{i, j + 1, l}
		case l > best.level:
			best = note{i, j + 1, l}
		}
	}
	return best
}

var (
	year    = regexp.MustCompile(`(^|[^0-9])(19|20)[0-9]{2}($|[^0-9])`)
	clock   = regexp.MustCompile(`[0-9]{1,2}[:.h時点][0-9]{2}`)
	day     = regexp.MustCompile(`[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{2,4}`)
	address = regexp.MustCompile(`[<(\[][^<>()\[\]\s]{0,20}[^<>()\[\]\s]+@[^<>()\[\]\s]+`)
	ends    = regexp.MustCompile(`@[^<>()\[\]\s]+[>)\]]["' ]*$`)
)

// introduces reports how surely s is the likes of "On 5 March Ann <ann@example.com> wrote:".
func introduces(s string) level {
	f := " " + strings.TrimRight(key(s), ": *_") + " "
	verb := contains(f, lex.wrote)
	hasYear, hasTime := year.MatchString(f) || day.MatchString(f), clock.MatchString(f)
	dated, addressed := hasYear || hasTime, address.MatchString(f)
	switch {
	case addressed && verb && dated, addressed && hasYear && hasTime && ends.MatchString(f):
		return sure
	case verb && opens(f) && strings.ContainsAny(f, "0123456789"):
		return strong
	case verb, strings.Contains(f, "@") && dated, hasYear && hasTime:
		return weak
	}
	return no
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
