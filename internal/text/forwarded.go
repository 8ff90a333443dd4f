package text

import (
	"regexp"
	"strings"
)

// maxSought bounds how many lines are looked through for a forwarded message.
const maxSought = 5_000

// Forwarded returns the sender of the message that plain forwards, as
// "Name <address>" or an address alone. It knows the announcements of mail
// programs ("---------- Forwarded message ---------", "Begin forwarded
// message:") and a bare header block, which Outlook uses for replies too: ask
// only about a message that is a forward. ok is false if there is none, or the
// header names no address.
func Forwarded(plain string) (from string, ok bool) {
	var lines []line
	for s := range strings.SplitSeq(plain, "\n") {
		if len(lines) == maxSought {
			break
		}
		lines = append(lines, plainLine(s))
	}
	for i := range lines {
		l := &lines[i]
		if announces(l.text, lex.forwarded) || l.depth == 0 && (announces(l.text, lex.original) || headerBlock(lines, i)) {
			return sender(lines[i:min(len(lines), i+maxHeader)])
		}
	}
	return "", false
}

// sender returns who the first header in lines says it is from.
func sender(lines []line) (string, bool) {
	for i, l := range lines {
		f, v := label(l.text)
		if f != fromField {
			continue
		}
		for _, next := range lines[i+1:] { // a long name puts the address on the next line
			if g, _ := label(next.text); strings.Contains(v, "@") || g != noField || !next.ink {
				break
			}
			v += " " + next.text
		}
		return person(v)
	}
	return "", false
}

var addressOnly = regexp.MustCompile(`[^\s<>()\[\]:;,"'*]+@[^\s<>()\[\]:;,"'*]+`)

// person returns the name and address in v, as "Name <address>" or "address".
func person(v string) (string, bool) {
	at := addressOnly.FindStringIndex(v)
	if at == nil {
		return "", false
	}
	addr := strings.TrimRight(v[at[0]:at[1]], ".")
	name, _, _ := strings.Cut(v[:at[0]], "<")
	name = strings.TrimSuffix(strings.TrimSpace(name), "mailto:")
	name = strings.Trim(name, " \t\u00a0\"'*([,;")
	if name == "" {
		return addr, true
	}
	return name + " <" + addr + ">", true
}
