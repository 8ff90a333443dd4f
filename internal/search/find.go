package search

import (
	"cmp"
	"fmt"
	"math"
	"time"

	"muster/internal/db"
	"muster/internal/fault"
)

// Query says what to find.
type Query struct {
	Subject string // the kind of record; empty: any
	Words   string // as somebody typed them
	Limit   int    // records of a page; 0: 50
	After   string // the Next of the page before; empty: the first page

	// Keep returns those of some records that the caller's own conditions,
	// rights above all, let through. Nil lets all through.
	Keep func(subject string, ids []string) ([]string, error)
}

// Hit is a record that was found.
type Hit struct {
	Subject, ID string
	Part        string // its part that fits best
	At          time.Time
	Score       float64 // comparable within a page only
}

// Page is some of what was found.
type Page struct {
	Hits []Hit  // best first
	Next string // to be given as After; empty: this was all
}

const usualLimit, mostLimit = 50, 200

// Find returns the records with a doc in which all the words are: each word
// as the beginning of one in the doc, a "quoted phrase" as it stands, a -word
// not at all. A record is found once, on whichever page. The newest docs that
// match are ranked among themselves, then those before them, so that a common
// word costs no more than a rare one; a page may therefore be short, or even
// empty, where Keep lets little through, and yet have a Next. Find checks no
// rights but through Keep, and belongs in a View: in an Update on PostgreSQL
// it would make work of others conflict with it.
func Find(tx *db.Tx, q Query) (Page, error) { return usual().find(tx, q) }

func (l limits) find(tx *db.Tx, q Query) (Page, error) {
	q.Limit = min(cmp.Or(max(q.Limit, 0), usualLimit), mostLimit)
	c, err := readCursor(q.After)
	if err != nil {
		return Page{}, err
	}
	s := search{limits: l, tx: tx, Query: q, terms: parse(q.Words)}
	if len(s.terms.all) == 0 {
		return Page{}, nil
	}
	p, err := s.pool(c)
	if err != nil {
		return Page{}, fmt.Errorf("find: %w", err)
	}
	page := Page{Hits: p.hits[min(c.skip, len(p.hits)):min(c.skip+q.Limit, len(p.hits))]}
	switch c.skip += q.Limit; {
	case c.skip < len(p.hits):
		page.Next = cursor{p.top, p.from, p.end, c.skip}.String()
	case p.end != last:
		page.Next = cursor{top: p.top, from: p.end}.String()
	}
	return page, nil
}

// place is where a doc stands in the order in which docs are looked at: those
// of the present before those of the past, the newest bin first, the newest
// doc first.
type place struct {
	live     bool
	bin, seq int64
}

// newest is the place before all docs, last the one after them.
var newest, last = place{live: true, bin: math.MaxInt64, seq: math.MaxInt64}, place{}

// before reports whether p is looked at before o.
func (p place) before(o place) bool {
	return cmp.Or(cmp.Compare(number(p.live), number(o.live)), cmp.Compare(p.bin, o.bin), cmp.Compare(p.seq, o.seq)) > 0
}

// cursor says where a page begins.
type cursor struct {
	top  place // docs before it came later than the first page, and are left out of all
	from place // the docs that are ranked among themselves come after it
	end  place // and go up to here, if skip is not 0
	skip int   // of the records among those, how many were on earlier pages
}

const cursorForm = "%d.%d.%d.%d.%d.%d.%d.%d.%d.%d"

// String returns the cursor as callers carry it.
func (c cursor) String() string {
	return fmt.Sprintf(cursorForm, number(c.top.live), c.top.bin, c.top.seq, number(c.from.live), c.from.bin, c.from.seq,
		number(c.end.live), c.end.bin, c.end.seq, c.skip)
}

func readCursor(text string) (cursor, error) {
	c := cursor{top: newest, from: newest}
	if text == "" {
		return c, nil
	}
	var top, from, end int64
	if _, err := fmt.Sscanf(text, cursorForm, &top, &c.top.bin, &c.top.seq, &from, &c.from.bin, &c.from.seq,
		&end, &c.end.bin, &c.end.seq, &c.skip); err != nil || c.skip < 0 {
		return c, fault.New(fault.Invalid, "This page of results is not known. Search again.")
	}
	c.top.live, c.from.live, c.end.live = top == 1, from == 1, end == 1
	return c, nil
}
