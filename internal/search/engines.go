package search

import (
	"cmp"
	"errors"
	"math"
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

// nextSQLite reads a bin, and as long as that finds little, ever more at once.
func (s *search) nextSQLite(bins []place, w *window) error {
	for at, size := 0, 1; at < len(bins); size = s.grow(size, at, w) {
		some := bins[at:min(at+size, len(bins))]
		read := s.readBins
		if size == 1 {
			read = s.readBin
		}
		all, err := read(some, w)
		if err != nil {
			return err
		}
		if !all { // one by one, from here
			size = 0
			continue
		}
		if at += len(some); at == len(bins) {
			break
		}
		if err := w.pause(some[len(some)-1], s.asks.cost*len(some)); err != nil {
			return err
		}
	}
	return nil
}

const binsAtOnce = 64

// grow returns how many bins to ask for next: as many as are likely to give
// what the window lacks, and to cost no more than it may.
func (s *search) grow(size, read int, w *window) int {
	size = max(1, min(4*size, binsAtOnce))
	if found := len(w.docs); found > 0 {
		size = min(size, (w.ranked-found)*read/found)
	}
	if s.asks.cost > 0 {
		size = min(size, (w.scanned-w.cost)/s.asks.cost)
	}
	return max(size, 1)
}

// readBin reads one bin as far as there is room.
func (s *search) readBin(bins []place, w *window) (all bool, err error) {
	for _, d := range s.fresh {
		if d.bin == bins[0].bin && d.seq < bins[0].seq {
			if err := w.take(d); err != nil {
				return false, err
			}
		}
	}
	return true, fromSQLite(s.tx, inBin(s.asks.form, bins[0].bin), bins[0].seq, w)
}

// readBins reads several bins with one statement, unless there is more in them
// than a window holds. The index gives docs by seq, which is not the order of
// bins where they are of several subjects.
func (s *search) readBins(bins []place, w *window) (all bool, err error) {
	order, match := make(map[int64]int, len(bins)), make([]string, len(bins))
	for i, b := range bins {
		order[b.bin], match[i] = i, "("+inBin(s.asks.form, b.bin)+")"
	}
	found := &window{limits: w.limits}
	if err := fromSQLite(s.tx, strings.Join(match, " OR "), math.MaxInt64, found); errors.Is(err, errEnough) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	for _, d := range s.fresh {
		if _, ok := order[d.bin]; ok {
			found.docs = append(found.docs, d)
		}
	}
	slices.SortFunc(found.docs, func(a, b row) int { return cmp.Or(order[a.bin]-order[b.bin], cmp.Compare(b.seq, a.seq)) })
	for _, d := range found.docs {
		if err := w.take(d); err != nil {
			return false, err
		}
	}
	return true, nil
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
