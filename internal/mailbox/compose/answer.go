package compose

import (
	"fmt"
	"html"
	"strings"
	"time"
)

// Quote is the message that an answer stands above.
type Quote struct {
	Author string
	At     time.Time
	Text   string // plain
}

const mostQuoted = 10_000 // characters

// Answer sets what was written above a signature and the message that it
// answers: as plain text, and as a page. Each of signature and quote may be empty.
func Answer(plain, page, signature, signaturePage string, q Quote) (text, htmlText string) {
	var t, h strings.Builder
	t.WriteString(strings.TrimRight(plain, "\n") + "\n")
	h.WriteString(`<!doctype html><html><body><div>` + page + `</div>`)
	if signature != "" {
		t.WriteString("\n-- \n" + strings.TrimRight(signature, "\n") + "\n")
		h.WriteString("<div>-- <br>" + signaturePage + "</div>")
	}
	if q.Text != "" {
		quoted := cut(q.Text)
		intro := fmt.Sprintf("On %s, %s wrote:", q.At.Format("2 January 2006 15:04 MST"), q.Author)
		t.WriteString("\n" + intro + "\n> " + strings.ReplaceAll(quoted, "\n", "\n> ") + "\n")
		h.WriteString("<p>" + html.EscapeString(intro) + `</p><blockquote type="cite">` +
			strings.ReplaceAll(html.EscapeString(quoted), "\n", "<br>") + "</blockquote>")
	}
	h.WriteString("</body></html>")
	return t.String(), h.String()
}

func cut(s string) string {
	s = strings.TrimSpace(s)
	if r := []rune(s); len(r) > mostQuoted {
		return strings.TrimSpace(string(r[:mostQuoted])) + "\n[…]"
	}
	return s
}

// The bounds on References, which grow with every answer.
const (
	mostReferences   = 20
	referencesLength = 900 // bytes, with brackets and blanks
)

// References returns the newest of the Message-IDs that a thread has, oldest
// first, without those that are repeated or cannot stand in a header.
func References(ids []string) []string {
	var kept []string
	seen := map[string]bool{}
	length := 0
	for i := len(ids) - 1; i >= 0 && len(kept) < mostReferences; i-- {
		id := ids[i]
		bad := strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '<' || r == '>' })
		if id == "" || bad || seen[id] || strings.HasSuffix(id, "@missing") || strings.HasSuffix(id, "@long") {
			continue
		}
		if length += len(id) + 3; length > referencesLength {
			break
		}
		seen[id] = true
		kept = append([]string{id}, kept...)
	}
	return kept
}
