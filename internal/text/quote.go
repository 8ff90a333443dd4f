package text

import "strings"

// maxLines bounds how many lines are looked at for quoted history; a longer
// text is shown whole.
const maxLines = 20_000

// line is one line of a message as it is read, be it plain text or HTML.
type line struct {
	text  string // without quote marks, at most maxLine bytes
	depth int    // how deep it is quoted, 0 for the writer's own words
	mark  mark
	soft  bool // quoted only by a bare <blockquote>, which may be the writer's own
	ink   bool // has something to see
}

// maxLine bounds how much of a line is looked at, in bytes.
const maxLine = 500

// mark is what the mail program itself says about a line.
type mark uint8

const (
	markNote      mark = 1 << iota // introduces a quote: "On 5 March Ann wrote:"
	markRest                       // from here on all is history
	markBorder                     // stands under a ruled line, as Outlook's header block does
	markSignature                  // signature
)

// TrimText divides a plain text message into what its writer says and what is
// quoted history or signature. Every line is in one of the two. Where dividing
// would leave nothing to read — a bare quote, a forward — all of it is visible.
func TrimText(plain string) (visible, quoted string) {
	if len(plain) > maxHTML || strings.Count(plain, "\n") >= maxLines {
		return plain, ""
	}
	raw := strings.Split(plain, "\n")
	lines := make([]line, len(raw))
	for i, s := range raw {
		lines[i] = plainLine(s)
	}
	history := trim(lines)
	if history == nil {
		return plain, ""
	}
	var v, q []string
	for i, s := range raw {
		if history[i] {
			q = append(q, s)
		} else {
			v = append(v, s)
		}
	}
	return paragraph(v), paragraph(q)
}

// paragraph joins lines without the blank ones at either end.
func paragraph(lines []string) string {
	blank := func(s string) bool { return strings.TrimSpace(s) == "" }
	for len(lines) > 0 && blank(lines[0]) {
		lines = lines[1:]
	}
	for len(lines) > 0 && blank(lines[len(lines)-1]) {
		lines = lines[:len(lines)-1]
	}
	return strings.Join(lines, "\n")
}

// plainLine reads one line of plain text.
func plainLine(s string) line {
	depth, rest := unquote(s)
	rest = strings.TrimSpace(rest)
	return line{text: clip(rest), depth: depth, ink: rest != "" && !ruled(rest)}
}

// ruled reports whether s is a rule drawn with characters.
func ruled(s string) bool { return len(s) >= 5 && strings.Trim(s, "_-=*") == "" }

// unquote cuts the > marks from the front of s and counts them.
func unquote(s string) (depth int, rest string) {
	rest = s
	for {
		t := strings.TrimLeft(rest, " \t\u00a0")
		if !strings.HasPrefix(t, ">") {
			return depth, rest
		}
		depth++
		rest = t[1:]
	}
}

// clip cuts s to maxLine bytes, at a character.
func clip(s string) string {
	if len(s) <= maxLine {
		return s
	}
	return strings.ToValidUTF8(s[:maxLine], "")
}

// trim reports which lines are history, or nil if all are to be seen.
func trim(ls []line) []bool {
	harden(ls)
	end, forward := boundary(ls)
	if forward {
		return nil
	}
	d := draft{lines: ls, out: make([]bool, len(ls))}
	d.fold(end, len(ls))
	d.divide(end)
	for _, b := range d.blocks {
		if !b.quoted {
			d.foldSignature(b)
		}
	}
	d.foldQuotes()
	if !d.settleBlanks() {
		return nil
	}
	return d.out
}

// harden decides about bare blockquotes: with an introduction they are quotes,
// without one they are the writer's own.
func harden(ls []line) {
	for i := 0; i < len(ls); i++ {
		if !ls[i].soft {
			continue
		}
		to := i
		for to < len(ls) && (ls[to].soft || !ls[to].ink) {
			to++
		}
		_, introduced := noteBefore(ls, i)
		for j := i; j < to; j++ {
			if ls[j].soft && !introduced {
				ls[j].depth = 0
			}
			ls[j].soft = false
		}
		i = to - 1
	}
}

// boundary finds the line from which on all is history: an Outlook header
// block, "-----Original Message-----", or an attribution with no quote marks
// after it. A message that forwards another has no history: forward is true.
func boundary(ls []line) (end int, forward bool) {
	for i := range ls {
		l := &ls[i]
		if !l.ink || l.depth > 0 && i > 0 && ls[i-1].depth > 0 {
			continue // only the first line of a quote is looked at
		}
		if announces(l.text, lex.forwarded) && !introduced(ls, i) {
			return 0, true
		}
		if l.depth > 0 {
			continue
		}
		if l.mark&markRest != 0 || announces(l.text, lex.original) || headerBlock(ls, i) || borderBlock(ls, i) {
			return i, false
		}
		if n := attribution(ls, i); n.level == sure && !quoteFollows(ls, i) {
			return n.from, false
		}
	}
	return len(ls), false
}

// quoteFollows reports whether the next line with ink is quoted.
func quoteFollows(ls []line, i int) bool {
	for j := i + 1; j < len(ls); j++ {
		if ls[j].ink {
			return ls[j].depth > ls[i].depth
		}
	}
	return false
}

// introduced reports whether an attribution stands before line i.
func introduced(ls []line, i int) bool {
	_, ok := noteBefore(ls, i)
	return ls[i].depth > 0 && ok
}

// announces reports whether a line is nothing but one of phrases, set off by
// dashes or a colon.
func announces(text string, phrases map[string]bool) bool {
	if len(text) > 120 {
		return false
	}
	bare := strings.Trim(text, "-–—_=*~ \t\u00a0")
	colon := strings.TrimRight(bare, ":： \u00a0")
	if len(bare) == len(text) && len(colon) == len(bare) {
		return false
	}
	return phrases[key(colon)]
}

// label splits a line of a header block into what its label stands for and its value.
func label(text string) (field, string) {
	name, value, ok := strings.Cut(text, ":")
	if n, v, wide := strings.Cut(text, "："); wide && (!ok || len(n) < len(name)) {
		name, value, ok = n, v, true
	}
	if !ok || len(name) > 60 {
		return noField, ""
	}
	f := lex.labels[key(strings.Trim(name, "* \t\u00a0"))]
	return f, strings.Trim(value, "* \t\u00a0")
}

// maxHeader bounds how many lines a header block takes.
const maxHeader = 14

// headerBlock reports whether a quoted message's header begins at line i: a
// sender, a subject, and a date or recipient, one to a line.
func headerBlock(ls []line, i int) bool {
	if f, _ := label(ls[i].text); f == noField || f == otherField || f == toField {
		return false
	}
	var seen [otherField + 1]bool
	stray := 0
	for j := i; j < min(len(ls), i+maxHeader) && stray < 3; j++ {
		switch f, _ := label(ls[j].text); {
		case f != noField:
			seen[f] = true
		case ls[j].ink && !strings.ContainsAny(ls[j].text, "@;"): // not the rest of a long list of addresses
			stray++
		}
	}
	return seen[fromField] && seen[subjectField] && (seen[sentField] || seen[toField])
}

// borderBlock reports whether line i stands under a ruled line and begins a
// header block in a language that is not known: three lines with labels.
func borderBlock(ls []line, i int) bool {
	if ls[i].mark&markBorder == 0 {
		return false
	}
	labels := 0
	for j := i; j < min(len(ls), i+6); j++ {
		name, value, ok := strings.Cut(strings.Replace(ls[j].text, "：", ":", 1), ":")
		if ok && len(name) < 60 && strings.TrimSpace(value) != "" {
			labels++
		}
	}
	return labels >= 3
}
