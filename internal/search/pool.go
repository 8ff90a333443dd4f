package search

import (
	"errors"
	"slices"

	"muster/internal/db"
)

// search is one search under way.
type search struct {
	limits
	Query
	tx    *db.Tx
	terms terms
	bins  []place // to look into, in order
	asks  asks
	fresh []row // docs that match and are not in the index yet, in order
}

// pool is what is ranked among itself: the records whose matching docs stand in one stretch of the order.
type pool struct {
	*search
	top, from, end place
	met            map[name]*candidate
	candidates     []*candidate
	hits           []Hit // of those that are kept, as many as were asked for
}

// candidate is a record that matches.
type candidate struct {
	Hit
	asked, kept bool // whether the caller lets it through
}

// pool gathers the pool that begins at a cursor: as far as it went when its
// first page was read, or for that page, until there is enough.
func (s *search) pool(c cursor) (*pool, error) {
	p := &pool{search: s, top: c.top, from: c.from, end: c.from, met: map[name]*candidate{}}
	if err := s.begin(); err != nil {
		return nil, err
	}
	scanned := 0
	for l, done := s.limits, false; !done; l = l.twice() {
		w := &window{limits: l, end: last}
		if err := s.next(p.end, w); err != nil {
			return nil, err
		}
		if p.top == newest && len(w.docs) > 0 {
			p.top = w.docs[0].place
			p.top.seq++
			p.from = p.top
		}
		scanned += len(w.docs) + w.cost
		p.end = w.end
		if c.skip > 0 && !p.end.before(c.end) {
			p.end, done = c.end, true
			w.docs = slices.DeleteFunc(w.docs, func(d row) bool { return c.end.before(d.place) })
		}
		p.take(w.docs)
		if c.skip > 0 && !done {
			continue
		}
		if err := p.narrow(c.skip + s.Limit + 1); err != nil {
			return nil, err
		}
		done = done || p.end == last || scanned >= s.scanned || len(p.hits) >= s.Limit
	}
	return p, nil
}

// begin reads what every step of the search needs.
func (s *search) begin() (err error) {
	if s.bins, err = bins(s.tx, s.Subject); err != nil {
		return err
	}
	s.fresh, err = unindexedDocs(s.tx, s.Subject)
	if err != nil {
		return err
	}
	s.fresh = slices.DeleteFunc(s.fresh, func(d row) bool { return !s.terms.match(d.title, d.words) })
	s.asks, err = s.plan()
	return err
}

// window is the docs that are taken from the index at once.
type window struct {
	limits
	docs []row
	size int   // bytes of their words
	cost int   // of asking, in docs
	end  place // docs after it may follow
	full bool  // that is, docs after the last one
}

// errEnough ends the reading of docs before their end.
var errEnough = errors.New("enough")

// take adds a doc, if there is room.
func (w *window) take(d row) error {
	if w.full = len(w.docs) >= w.window || w.size >= w.windowBytes; w.full {
		return errEnough
	}
	w.docs = append(w.docs, d)
	w.size += len(d.words)
	return nil
}

// pause ends the window after a bin if it has enough to rank, or has cost enough.
func (w *window) pause(done place, cost int) error {
	if w.cost += cost; len(w.docs) < w.ranked && w.cost < w.scanned {
		return nil
	}
	w.end = place{done.live, done.bin, 0}
	return errEnough
}

// scan is take for a row of a query.
func (w *window) scan(r db.Row) (struct{}, error) {
	d, err := scanDoc(r)
	if err != nil {
		return struct{}{}, err
	}
	return struct{}{}, w.take(d)
}

// next fills a window with the docs after a place that the index says may match.
func (s *search) next(after place, w *window) error {
	read := s.nextSQLite
	if s.tx.Engine() == db.Postgres {
		read = s.nextPostgres
	}
	err := read(s.binsAfter(after), w)
	s.settle(w.docs)
	if w.full {
		w.end = w.docs[len(w.docs)-1].place
	}
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// binsAfter returns the bins in which there may be docs after a place. Each has the place that they come after.
func (s *search) binsAfter(after place) []place {
	i := slices.IndexFunc(s.bins, func(b place) bool { return after.before(place{b.live, b.bin, 0}) })
	if i < 0 {
		return nil
	}
	todo := slices.Clone(s.bins[i:])
	if todo[0].bin == after.bin {
		todo[0].seq = after.seq
	}
	return todo
}

// settle notes which docs are live, as their bins are.
func (s *search) settle(docs []row) {
	live := make(map[int64]bool, len(s.bins))
	for _, b := range s.bins {
		live[b.bin] = b.live
	}
	for i := range docs {
		docs[i].live = live[docs[i].bin]
	}
}
