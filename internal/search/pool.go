package search

import (
	"cmp"
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
	fresh []row   // docs that match and are not in the index yet, in order
}

// pool is what is ranked among itself: the records whose matching docs stand in one stretch of the order.
type pool struct {
	*search
	top, from, end place
	hits           []Hit
	known          map[name]int // of each record that was met: its place in hits; -1 if it is not let through
}

// pool gathers the pool that begins at a cursor.
func (s *search) pool(c cursor) (*pool, error) {
	p := &pool{search: s, top: c.top, from: c.from, end: c.from, known: map[name]int{}}
	if err := s.begin(); err != nil {
		return nil, err
	}
	for scanned := 0; ; {
		docs, more, err := s.next(p.end)
		if err != nil {
			return nil, err
		}
		if p.top == newest && len(docs) > 0 {
			p.top = docs[0].place
			p.top.seq++
			p.from = p.top
		}
		if p.end = last; more {
			p.end = docs[len(docs)-1].place
		}
		scanned += len(docs)
		if err := p.take(docs); err != nil {
			return nil, err
		}
		if !more || scanned >= s.scanned || len(p.hits) >= max(s.ranked, s.Limit) {
			break
		}
	}
	slices.SortFunc(p.hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), b.At.Compare(a.At), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.ID, b.ID))
	})
	return p, nil
}

// begin reads what every step of the search needs.
func (s *search) begin() (err error) {
	if s.bins, err = bins(s.tx, s.Subject); err != nil {
		return err
	}
	s.fresh, err = unindexedDocs(s.tx, s.Subject)
	s.fresh = slices.DeleteFunc(s.fresh, func(d row) bool { return !s.terms.match(d.title, d.words) })
	return err
}

// next returns the docs after a place that the index says may match, and whether there are more.
func (s *search) next(after place) (docs []row, more bool, err error) {
	size := 0
	take := func(r row) error {
		if len(docs) >= s.window || size >= s.windowBytes {
			more = true
			return errEnough
		}
		docs = append(docs, r)
		size += len(r.words)
		return nil
	}
	todo := s.binsAfter(after)
	if len(todo) == 0 {
		return nil, false, nil
	}
	if s.tx.Engine() == db.Postgres {
		err = s.nextPostgres(todo, take)
	} else {
		err = s.nextSQLite(todo, take)
	}
	if errors.Is(err, errEnough) {
		err = nil
	}
	s.settle(docs)
	return docs, more, err
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

func (s *search) nextPostgres(todo []place, take func(row) error) error {
	match, below := make([]string, len(todo)), make([]int64, len(todo))
	form := postgresMatch(s.terms)
	for i, b := range todo {
		match[i], below[i] = inBin(form, b.bin), b.seq
	}
	return fromPostgres(s.tx, match, below, int64(s.window)+1, s.scanInto(take))
}

func (s *search) nextSQLite(todo []place, take func(row) error) error {
	form := sqliteMatch(s.terms)
	for _, b := range todo {
		for _, d := range s.fresh {
			if d.bin == b.bin && d.seq < b.seq {
				if err := take(d); err != nil {
					return err
				}
			}
		}
		if err := fromSQLite(s.tx, inBin(form, b.bin), b.seq, int64(s.window)+1, s.scanInto(take)); err != nil {
			return err
		}
	}
	return nil
}

func (s *search) scanInto(take func(row) error) func(db.Row) error {
	return func(r db.Row) error {
		d, err := scanDoc(r)
		if err != nil {
			return err
		}
		return take(d)
	}
}
