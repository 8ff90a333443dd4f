package trust

import "strings"

// parseResults reads the value of an Authentication-Results field: RFC 8601,
// section 2.2. What does not fit is passed over. The host is empty if the
// field begins with a result.
func parseResults(value string) (host string, findings []finding) {
	l := lexer{s: value}
	for first := true; l.at < len(l.s); first = false {
		words, comment := l.segment()
		if first && len(words) > 0 && !words[0].paired {
			host = words[0].name
			continue
		}
		if len(words) == 0 || !words[0].paired {
			continue
		}
		method, _, _ := strings.Cut(strings.ToLower(words[0].name), "/")
		f := finding{method: method, outcome: words[0].value, comment: comment}
		for _, w := range words[1:] {
			if w.paired {
				f.props = append(f.props, prop{strings.ToLower(w.name), w.value})
			}
		}
		findings = append(findings, f)
	}
	return host, findings
}

// word is a name, or a name with a value.
type word struct {
	name, value string
	paired      bool
}

// lexer reads words, quoted strings and comments.
type lexer struct {
	s       string
	at      int
	comment strings.Builder
}

// segment reads up to and over the next semicolon.
func (l *lexer) segment() (words []word, comment string) {
	l.comment.Reset()
	for {
		l.skip()
		switch {
		case l.at >= len(l.s):
			return words, l.comment.String()
		case l.s[l.at] == ';':
			l.at++
			return words, l.comment.String()
		}
		words = append(words, l.word())
	}
}

func (l *lexer) word() word {
	w := word{name: l.text(true)}
	l.skip()
	if l.at < len(l.s) && l.s[l.at] == '=' {
		l.at++
		l.skip()
		w.value, w.paired = l.text(false), true
	}
	return w
}

// text reads a quoted string, or what stands there up to a blank, a semicolon
// or a comment. A name also ends at an equals sign.
func (l *lexer) text(name bool) string {
	if l.at < len(l.s) && l.s[l.at] == '"' {
		return l.quoted()
	}
	ends := " \t\r\n;("
	if name {
		ends += "="
	}
	start := l.at
	for l.at < len(l.s) && !strings.ContainsRune(ends, rune(l.s[l.at])) {
		l.at++
	}
	return l.s[start:l.at]
}

func (l *lexer) quoted() string {
	var b strings.Builder
	for l.at++; l.at < len(l.s) && l.s[l.at] != '"'; l.at++ {
		if l.s[l.at] == '\\' && l.at+1 < len(l.s) {
			l.at++
		}
		b.WriteByte(l.s[l.at])
	}
	l.at++
	return b.String()
}

// skip passes over blanks and comments, and keeps the words of the comments.
func (l *lexer) skip() {
	depth := 0
	for ; l.at < len(l.s); l.at++ {
		switch c := l.s[l.at]; {
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
			l.comment.WriteByte(' ')
		case c == '\\' && depth > 0:
			l.at++
		case depth > 0:
			l.comment.WriteByte(c)
		case !strings.ContainsRune(" \t\r\n", rune(c)):
			return
		}
	}
	l.at = min(l.at, len(l.s))
}
