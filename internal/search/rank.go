package search

import (
	"slices"
	"time"
)

// take lets the records of some docs into the pool, if they may be, and scores them by their docs. The slice is then its own.
func (p *pool) take(docs []row) error {
	docs = slices.DeleteFunc(docs, func(d row) bool { return !p.terms.match(d.title, d.words) })
	if err := p.admit(docs); err != nil {
		return err
	}
	for _, d := range docs {
		i := p.known[d.record()]
		if i < 0 {
			continue
		}
		if score := p.terms.score(d.title, d.words, d.at); score > p.hits[i].Score {
			h := &p.hits[i]
			h.Part, h.At, h.Score = d.part, d.at, score
		}
	}
	return nil
}

func (n name) record() name { return name{subject: n.subject, id: n.id} }

// admit decides about the records that the pool has not met.
func (p *pool) admit(docs []row) error {
	var subjects []string
	ids := map[string][]string{}
	for _, d := range docs {
		if _, met := p.known[d.record()]; met {
			continue
		}
		p.known[d.record()] = -1
		if ids[d.subject] == nil {
			subjects = append(subjects, d.subject)
		}
		ids[d.subject] = append(ids[d.subject], d.id)
	}
	for _, subject := range subjects {
		kept, err := p.keep(subject, ids[subject])
		if err != nil {
			return err
		}
		for _, id := range kept {
			p.known[name{subject: subject, id: id}] = len(p.hits)
			p.hits = append(p.hits, Hit{Subject: subject, ID: id, Score: lowest})
		}
	}
	return nil
}

// keep returns those of some records that the caller lets through and that no earlier page has shown.
func (p *pool) keep(subject string, ids []string) ([]string, error) {
	if p.Keep != nil {
		var err error
		if ids, err = p.Keep(subject, ids); err != nil {
			return nil, err
		}
	}
	if p.from == p.top || len(ids) == 0 {
		return ids, nil
	}
	var since int64
	if p.from.live {
		since = p.from.seq
	}
	docs, err := docsOf(p.tx, subject, ids, since)
	if err != nil {
		return nil, err
	}
	p.settle(docs)
	shown := map[string]bool{}
	for _, d := range docs {
		if p.top.before(d.place) && !p.from.before(d.place) && p.terms.match(d.title, d.words) {
			shown[d.id] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return shown[id] }), nil
}

// What a doc is worth, to the words that are looked for. All of them are in
// it, so that how rare each is makes no difference between docs.
const (
	lowest      = -1 << 30
	wholeTitle  = 3.0 // the word is in the title
	begunTitle  = 2.0 // a word of the title begins with it
	begunWord   = 0.5 // of a whole one, in the body
	usualLength = 1000.0
	perYear     = 0.15 // younger docs are worth a little more
)

// score weighs a doc: where the words are, how often for its length, and its age.
func (t terms) score(title, words string, at time.Time) float64 {
	sum := 0.0
	for _, term := range t.all {
		switch whole, begun := term.in(title); {
		case whole > 0:
			sum += wholeTitle
		case begun > 0:
			sum += begunTitle
		}
		whole, begun := term.in(words)
		often := float64(whole) + begunWord*float64(begun)
		sum += often / (often + 0.5 + float64(len(words))/usualLength)
	}
	return sum/float64(len(t.all)) + perYear*at.Sub(time.Unix(0, 0)).Hours()/(365*24)
}
