package list

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"muster/internal/fault"
	"muster/internal/ticket"
)

// Query is a search as people type it, taken apart. Names are not looked up yet.
type Query struct {
	Is           []string // open, new, waiting, done, spam, trash, unassigned, mine
	Kinds        []string
	States       []string
	Teams        []string // names, "mine" or "none"
	Assignee     string   // a name, an address, "me" or "none"
	Requester    string   // an address or a name
	Organisation string
	Tags         []string
	Priorities   []ticket.Priority
	Has          []string // attachment
	Item         string
	Before       time.Time // created before
	After        time.Time
	Due          string   // overdue, soon, any, or how soon: 2h
	Words        string   // what is left: looked for in titles and messages
	Unknown      []string // names before a colon that are no filter: their terms are words
}

// Parse takes a search apart: `is:open team:"Tier 2" words`. What is no
// known filter is words; a known filter with a wrong value is a fault that
// says which values there are.
func Parse(s string) (Query, error) {
	var q Query
	var words []string
	found := false // some word is to be found, not left out
	if len(s) > maxQuery {
		return q, fault.Field("q", "A search has at most %d characters. Shorten it.", maxQuery)
	}
	for _, term := range splitTerms(s) {
		name, value, ok := strings.Cut(term.text, ":")
		if ok && !term.quotedFirst && value != "" {
			known, err := q.set(strings.ToLower(name), value)
			switch {
			case err != nil:
				return q, err
			case known && term.minus:
				return q, fault.Field("q", "%s cannot be left out. Only words can be left out: -word.", term.text)
			case known:
				continue
			}
			if word.MatchString(name) && !strings.HasPrefix(value, "//") {
				q.Unknown = append(q.Unknown, name)
			}
		}
		words, found = append(words, term.asWords()), found || !term.minus
	}
	if len(words) > 0 && !found {
		return q, fault.Field("q", "A word can be left out of what others find. Write one that should be found, too.")
	}
	q.Words = strings.Join(words, " ")
	return q, nil
}

// Filters are the names that a search knows before a colon.
const Filters = "is, kind, state, team, assignee, requester, org, tag, priority, item, due, before, after, has"

var word = regexp.MustCompile(`^[A-Za-z]+$`)

const maxQuery = 2000

func (q *Query) set(name, value string) (known bool, err error) {
	switch name {
	case "is":
		return true, q.is(strings.ToLower(value))
	case "kind":
		q.Kinds = append(q.Kinds, strings.ToLower(value))
	case "state":
		q.States = append(q.States, value)
	case "team":
		q.Teams = append(q.Teams, value)
	case "assignee":
		q.Assignee = value
	case "requester", "from":
		q.Requester = value
	case "org", "organisation":
		q.Organisation = value
	case "tag":
		q.Tags = append(q.Tags, value)
	case "item", "service", "product":
		q.Item = value
	case "priority", "prio":
		p, err := ticket.ParsePriority(value)
		q.Priorities = append(q.Priorities, p)
		return true, aboutQuery(err)
	case "has":
		if value != "attachment" && value != "file" {
			return true, fault.Field("q", "has: finds attachments only: write has:attachment.")
		}
		q.Has = append(q.Has, "attachment")
	case "before":
		q.Before, err = parseDay(name, value)
		return true, err
	case "due":
		q.Due = strings.ToLower(value)
		_, _, err = dueWithin(q.Due, time.Time{})
		return true, err
	case "after", "since":
		q.After, err = parseDay(name, value)
		return true, err
	default:
		return false, nil
	}
	return true, nil
}

func (q *Query) is(value string) error {
	switch value {
	case "open", "new", "waiting", "done", "resolved", "closed", "cancelled", "spam", "trash", "unassigned", "mine", "any":
		q.Is = append(q.Is, value)
		return nil
	}
	return fault.Field("q", "is:%s is not known. There are is:open, new, waiting, done, resolved, closed, cancelled, unassigned, mine, spam, trash and any.", value)
}

func parseDay(name, value string) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, value); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fault.Field("q", "%s: needs a day such as 2026-01-31, not %q.", name, value)
}

// Soon is how near a promise is due that is due soon.
const Soon = 2 * time.Hour

// dueWithin is from when, and before when, the next promise is due of what due: asks for. The
// zero time is no bound: some promise runs.
func dueWithin(value string, now time.Time) (from, before time.Time, err error) {
	switch value {
	case "overdue":
		return from, now, nil
	case "soon":
		return now, now.Add(Soon), nil
	case "any":
		return from, before, nil
	}
	unit, ok := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}[value[len(value)-1]]
	n, err := strconv.Atoi(value[:len(value)-1])
	if !ok || err != nil || n < 0 || n > 10_000 {
		return from, before, fault.Field("q", "due: takes overdue, soon (within two hours, and not overdue yet), any, or how soon, such as due:30m, due:2h or due:3d.")
	}
	return from, now.Add(time.Duration(n) * unit), nil
}

type term struct {
	text        string
	quotedFirst bool // it began with a quote: a phrase, never a filter
	minus       bool
}

// asWords gives the term back as full-text search wants it.
func (t term) asWords() string {
	s := t.text
	if t.quotedFirst {
		s = strconv.Quote(s)
	}
	if t.minus {
		s = "-" + s
	}
	return s
}

// splitTerms splits at spaces that are not in quotes. A quote that is not closed goes on to the end.
func splitTerms(s string) []term {
	var terms []term
	var t term
	var b strings.Builder
	inQuotes, any := false, false
	end := func() {
		if any {
			t.text = b.String()
			terms = append(terms, t)
		}
		t, any = term{}, false
		b.Reset()
	}
	for _, r := range s {
		switch {
		case r == '"':
			if !any {
				t.quotedFirst = true
			}
			any, inQuotes = true, !inQuotes
		case unicode.IsSpace(r) && !inQuotes:
			end()
		case r == '-' && !any:
			any, t.minus = true, true
		default:
			if t.minus && b.Len() == 0 && r == '"' {
				t.quotedFirst = true
			}
			any = true
			b.WriteRune(r)
		}
	}
	end()
	return terms
}
