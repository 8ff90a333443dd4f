// Package kpi computes the figures by which support and services are steered: each by one definition, over facts, with its n.
package kpi

import "math"

// Share is a part of n.
type Share struct{ Part, N int64 }

// Percent returns the share in per cent: false if there is nothing to divide by.
func (s Share) Percent() (float64, bool) {
	if s.N == 0 {
		return 0, false
	}
	return 100 * float64(s.Part) / float64(s.N), true
}

// Ratings counts answers by their rating, from 0 to 10: of each survey that was answered the last answer.
type Ratings [11]int64

// Add counts n more answers with a rating.
func (r *Ratings) Add(rating int, n int64) {
	if rating >= 0 && rating < len(r) {
		r[rating] += n
	}
}

// Merge counts what others counted, too.
func (r *Ratings) Merge(o Ratings) {
	for i, n := range o {
		r[i] += n
	}
}

// N is how many answers there are.
func (r Ratings) N() int64 { return r.between(0, len(r)-1) }

func (r Ratings) between(least, most int) (n int64) {
	for i := least; i <= most; i++ {
		n += r[i]
	}
	return n
}

// CSAT is the share of ratings 4 and 5 of five; a 3 counts among all.
func (r Ratings) CSAT() Share { return Share{r.between(4, 5), r.between(1, 5)} }

// CES is the share of ratings 5 to 7 of seven, where high is easy.
func (r Ratings) CES() Share { return Share{r.between(5, 7), r.between(1, 7)} }

// NPS is the per cent of ratings 9 and 10 less the per cent of ratings 0 to 6, from -100 to 100: false without an answer.
func (r Ratings) NPS() (score float64, n int64, ok bool) {
	n = r.N()
	if n == 0 {
		return 0, 0, false
	}
	return 100 * float64(r.between(9, 10)-r.between(0, 6)) / float64(n), n, true
}

// Round rounds a figure as it is shown: to the nearest whole number, halves away from zero.
func Round(f float64) int64 { return int64(math.Round(f)) }
