package search

import (
	"slices"
	"strconv"
	"strings"

	"muster/internal/db"
)

// need is a word that a doc must have, or must not have: what an index can be asked for.
type need struct {
	word   string
	prefix bool
}

// asks is how a search asks the index, with ~ for the bin.
type asks struct {
	all   string // for docs with all the words
	quick string // on SQLite: for docs with those that are rare or whole; empty: nothing would be gained
}

// plan decides how to ask.
func (s *search) plan() (asks, error) {
	need, not := s.terms.needs(), s.terms.excluded()
	if s.tx.Engine() == db.Postgres {
		return asks{all: tsquery(need, not)}, nil
	}
	a := asks{all: fts5(need, not)}
	quick, err := s.quick(need)
	if len(quick) > 0 {
		a.quick = fts5(quick, not)
	}
	return a, err
}

// Numbers of SQLite's index.
const (
	manyBins = 3   // from which the cost of one counts
	sample   = 300 // docs that tell how common a word is
	dear     = 9   // of them: from here on, FTS5 takes milliseconds to gather the words that begin so, in each bin
)

// quick returns the needs without those for the beginnings of common words,
// which SQLite's index gathers in full before it looks at the rest: nil if
// there are none, or only such.
func (s *search) quick(needs []need) ([]need, error) {
	if len(s.bins) < manyBins || len(needs) < 2 || !slices.ContainsFunc(needs, func(n need) bool { return n.prefix }) {
		return nil, nil
	}
	docs, err := newestDocs(s.tx, s.Subject, sample)
	if err != nil {
		return nil, err
	}
	quick := slices.DeleteFunc(slices.Clone(needs), func(n need) bool {
		met := 0
		for _, d := range docs {
			if (terms{all: []term{{n.word, true}}}).match(d.title, d.words) {
				met++
			}
		}
		return n.prefix && met*sample >= dear*len(docs)
	})
	if len(quick) == len(needs) {
		return nil, nil
	}
	return quick, nil
}

// nextSQLite reads bin by bin.
func (s *search) nextSQLite(bins []place, w *window) error {
	for i, b := range bins {
		for _, d := range s.fresh {
			if d.bin == b.bin && d.seq < b.seq {
				if err := w.take(d); err != nil {
					return err
				}
			}
		}
		match := s.asks.all
		if s.asks.quick != "" {
			n, err := countSQLite(s.tx, inBin(s.asks.quick, b.bin), b.bin, b.seq, int64(s.handful)+1)
			if err != nil {
				return err
			}
			if n <= int64(s.handful) {
				match = s.asks.quick
			}
			if n == 0 {
				continue
			}
		}
		if err := fromSQLite(s.tx, inBin(match, b.bin), b.seq, w); err != nil {
			return err
		}
		if err := w.pause(len(bins) - i - 1); err != nil {
			return err
		}
	}
	return nil
}

// nextPostgres reads a few bins, and then ever more at once.
func (s *search) nextPostgres(bins []place, w *window) error {
	const first = 4
	for n := first; len(bins) > 0; n *= first {
		n = min(n, len(bins))
		match, below := make([]string, n), make([]int64, n)
		for i, b := range bins[:n] {
			match[i], below[i] = inBin(s.asks.all, b.bin), b.seq
		}
		if err := fromPostgres(s.tx, match, below, w); err != nil {
			return err
		}
		bins = bins[n:]
		if err := w.pause(len(bins)); err != nil {
			return err
		}
	}
	return nil
}

// fts5 writes a query for SQLite. A need holds letters, digits, marks and dots
// alone, so nothing in it can end the quotes.
func fts5(needs, not []need) string {
	quote := func(n need) string {
		if n.prefix {
			return `"~` + n.word + `"*`
		}
		return `"~` + n.word + `"`
	}
	match := strings.Join(each(needs, quote), " AND ")
	if len(not) > 0 {
		match = "(" + match + ") NOT (" + strings.Join(each(not, quote), " OR ") + ")"
	}
	return match
}

// tsquery writes a query for PostgreSQL.
func tsquery(needs, not []need) string {
	quote := func(n need) string {
		if n.prefix {
			return `'~` + n.word + `':*`
		}
		return `'~` + n.word + `'`
	}
	match := each(needs, quote)
	for _, word := range each(not, quote) {
		match = append(match, "!"+word)
	}
	return strings.Join(match, " & ")
}

func each(needs []need, write func(need) string) []string {
	all := make([]string, len(needs))
	for i, n := range needs {
		all[i] = write(n)
	}
	return all
}

func inBin(match string, bin int64) string {
	return strings.ReplaceAll(match, "~", strconv.FormatInt(bin, 10)+".")
}
