package desk

import (
	"cmp"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"muster/internal/db"
	"muster/internal/people"
	"muster/internal/text"
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

// callable is an agent who can be called in a note, with what tells namesakes apart.
type callable struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Hint string `json:"hint"` // the teams; the address of who is in none
}

// mentions lists agents whose name or address begins as typed.
func (s *Screens) mentions(w http.ResponseWriter, r *http.Request) error {
	found := []callable{}
	if err := s.DB.View(r.Context(), func(tx *db.Tx) error {
		users, err := people.Users(tx)
		if err != nil {
			return err
		}
		teams, err := people.Teams(tx)
		found = callables(users, teams, r.URL.Query().Get("q"))
		return err
	}); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(found)
}

// callables are the first ten of the users that the beginning of a name or an address may mean.
func callables(users []people.User, teams []people.Team, begin string) []callable {
	found := []callable{}
	begin = text.Fold(begin)
	for _, u := range users {
		if !u.Active || len(found) == 10 || !strings.Contains(text.Fold(u.Name), begin) && !strings.HasPrefix(text.Fold(u.Email), begin) {
			continue
		}
		var in []string
		for _, t := range teams {
			if slices.Contains(t.Members, u.ID) {
				in = append(in, t.Name)
			}
		}
		found = append(found, callable{u.ID, u.Name, cmp.Or(strings.Join(in, ", "), u.Email)})
	}
	return found
}
