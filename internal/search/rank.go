package search

import (
	"cmp"
	"slices"
	"time"
)

// take adds the records of docs that match, and scores them by their docs.
func (p *pool) take(docs []row) {
	for _, d := range docs {
		if !p.terms.match(d.title, d.words) {
			continue
		}
		record := name{subject: d.subject, id: d.id}
		c := p.met[record]
		if c == nil {
			c = &candidate{Hit: Hit{Subject: d.subject, ID: d.id, Score: lowest}}
			p.met[record] = c
			p.candidates = append(p.candidates, c)
		}
		if score := p.terms.score(d.title, d.words, d.at); score > c.Score {
			c.Part, c.At, c.Score = d.part, d.at, score
		}
	}
}

// narrow makes hits of the best candidates that are let through, until there are enough.
func (p *pool) narrow(enough int) error {
	slices.SortFunc(p.candidates, func(a, b *candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), b.At.Compare(a.At), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.ID, b.ID))
	})
	p.hits = p.hits[:0]
	few := 2 * p.Limit // are asked about first: where most are let through, the rest need not be
	for i, c := range p.candidates {
		if len(p.hits) == enough {
			break
		}
		if !c.asked {
			if err := p.ask(p.candidates[i:], few); err != nil {
				return err
			}
			few = len(p.candidates)
		}
		if c.kept {
			p.hits = append(p.hits, c.Hit)
		}
	}
	return nil
}

// ask asks the caller about the next n candidates that it has not been asked about.
func (p *pool) ask(candidates []*candidate, n int) error {
	var subjects []string
	ids := map[string][]string{}
	for _, c := range candidates {
		if c.asked {
			continue
		}
		if n--; n < 0 {
			break
		}
		if c.asked = true; ids[c.Subject] == nil {
			subjects = append(subjects, c.Subject)
		}
		ids[c.Subject] = append(ids[c.Subject], c.ID)
	}
	for _, subject := range subjects {
		kept, err := p.keep(subject, ids[subject])
		if err != nil {
			return err
		}
		for _, id := range kept {
			if c := p.met[name{subject: subject, id: id}]; c != nil {
				c.kept = true
			}
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
