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

// asks is how a search asks the index.
type asks struct {
	form string // with ~ for the bin
	cost int    // of asking for a bin, in docs that could be read instead
}

// What makes a question dear. Before it looks at anything else, an index
// gathers all the docs of a bin with a word that begins so: where those are
// many, it is better asked for the other words alone.
const (
	manyBins = 3   // from which the cost of one counts
	sampled  = 200 // docs that tell how common a word is
	dear     = 6   // of them with a beginning: too common to be asked for
	handful  = 10  // of them with a word: few enough to be read
	share    = 50  // a dear question costs as much as reading one doc in so many
)

// plan decides how to ask.
func (s *search) plan() (asks, error) {
	needs, not := s.terms.needs(), s.terms.excluded()
	write, size := tsquery, s.postgresBin
	if s.tx.Engine() == db.SQLite {
		write, size = fts5, s.sqliteBin
	}
	all := asks{form: write(needs, not)}
	if len(s.bins) < manyBins || len(needs) < 2 || !slices.ContainsFunc(needs, func(n need) bool { return n.prefix }) {
		return all, nil
	}
	docs, err := newestDocs(s.tx, s.Subject, sampled)
	if err != nil {
		return all, err
	}
	rarest := len(docs)
	quick := slices.DeleteFunc(slices.Clone(needs), func(n need) bool {
		common := n.in(docs)
		if n.prefix && common >= dear {
			return true
		}
		rarest = min(rarest, common)
		return false
	})
	if len(quick) > 0 && rarest <= handful {
		return asks{form: write(quick, not)}, nil
	}
	all.cost = (len(needs) - len(quick)) * size / share
	return all, nil
}

// in counts the docs that have the word.
func (n need) in(docs []row) (count int) {
	t := terms{all: []term{{n.word, n.prefix}}}
	for _, d := range docs {
		if t.match(d.title, d.words) {
			count++
		}
	}
	return count
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
		if err := fromSQLite(s.tx, inBin(s.asks.form, b.bin), b.seq, w); err != nil {
			return err
		}
		if i == len(bins)-1 {
			break
		}
		if err := w.pause(b, s.asks.cost); err != nil {
			return err
		}
	}
	return nil
}

// nextPostgres reads a few bins, and then ever more at once.
func (s *search) nextPostgres(bins []place, w *window) error {
	for at, size := 0, 1; at < len(bins); size = min(4*size, chunkSize) {
		start := at
		var chunks []chunk
		for len(chunks) < chunksAtOnce && at < len(bins) {
			chunks = append(chunks, s.chunk(bins[at:min(at+size, len(bins))]))
			at += chunks[len(chunks)-1].bins
		}
		if err := fromPostgres(s.tx, chunks, w); err != nil {
			return err
		}
		if at == len(bins) {
			break
		}
		if err := w.pause(bins[at-1], s.asks.cost*(at-start)); err != nil {
			return err
		}
	}
	return nil
}

// chunk is some bins that PostgreSQL's index is read for at once. For each
// reading it goes through what has not been sorted in yet: one by one, many
// bins would take long.
type chunk struct {
	bins  int
	match string
	below int64 // the seq that their docs come after
}

const chunkSize, chunksAtOnce = 32, 3

// chunk asks for as many of the bins as stand next to each other in the order of bins.
func (s *search) chunk(bins []place) chunk {
	c := chunk{below: bins[0].seq}
	var match []string
	for _, b := range bins {
		if b.live != bins[0].live || b.seq != c.below {
			break
		}
		match = append(match, "("+inBin(s.asks.form, b.bin)+")")
	}
	c.bins, c.match = len(match), strings.Join(match, " | ")
	return c
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
