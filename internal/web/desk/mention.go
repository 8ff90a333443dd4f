package desk

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"muster/internal/db"
	"muster/internal/people"
	"muster/internal/ticket"
)

var mentionRef = regexp.MustCompile(`\]\(mention:([0-9a-v]{20})\)`)

// mentioned are the colleagues that a note calls, as its text says:
// [@Name](mention:ID). Whoever is no colleague here is only a name.
func mentioned(tx *db.Tx, w ticket.Writing) ([]string, error) {
	found := mentionRef.FindAllStringSubmatch(w.Body.Source, -1)
	if w.Kind != ticket.Note || len(found) == 0 {
		return nil, nil
	}
	users, err := people.Users(tx)
	if err != nil {
		return nil, err
	}
	var called []string
	for _, u := range users {
		if u.Active && slices.ContainsFunc(found, func(m []string) bool { return m[1] == u.ID }) {
			called = append(called, u.ID)
		}
	}
	return called, nil
}

// markMentions draws the names of those a note calls, in its text alone: never in a tag.
func markMentions(clean string, names []string) string {
	if len(names) == 0 {
		return clean
	}
	var pairs []string
	for _, name := range names {
		at := "@" + html.EscapeString(name)
		pairs = append(pairs, at, `<span class="at">`+at+`</span>`)
	}
	mark := strings.NewReplacer(pairs...)
	var b strings.Builder
	for z := html.NewTokenizer(strings.NewReader(clean)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return b.String()
		}
		raw := string(z.Raw())
		if kind == html.TextToken {
			raw = mark.Replace(raw)
		}
		b.WriteString(raw)
	}
}
