package kpi_test

import (
	"testing"

	"muster/internal/kpi"
)

func ratings(of map[int]int64) (r kpi.Ratings) {
	for rating, n := range of {
		r.Add(rating, n)
	}
	return r
}

func TestSatisfaction(t *testing.T) {
	csat := func(r kpi.Ratings) (float64, int64, bool) { s := r.CSAT(); p, ok := s.Percent(); return p, s.N, ok }
	ces := func(r kpi.Ratings) (float64, int64, bool) { s := r.CES(); p, ok := s.Percent(); return p, s.N, ok }
	for _, row := range []struct {
		rule   string
		figure func(kpi.Ratings) (float64, int64, bool)
		of     map[int]int64
		want   int64
		n      int64
		ok     bool
	}{
		{"CSAT: 74 of 107 are 69 %", csat, map[int]int64{5: 40, 4: 34, 3: 12, 2: 9, 1: 12}, 69, 107, true},
		{"CSAT: a 3 is an answer, and not a good one", csat, map[int]int64{3: 1, 5: 1}, 50, 2, true},
		{"CSAT: 1 and 2 alone are 0 %, not nothing", csat, map[int]int64{1: 3, 2: 1}, 0, 4, true},
		{"CSAT: no answer is no figure", csat, nil, 0, 0, false},
		{"NPS: promoters less detractors", kpi.Ratings.NPS, map[int]int64{10: 3, 9: 2, 8: 4, 7: 1, 6: 1, 0: 1}, 25, 12, true},
		{"NPS: 7 and 8 count among all", kpi.Ratings.NPS, map[int]int64{7: 5, 8: 5}, 0, 10, true},
		{"NPS: 6 is a detractor", kpi.Ratings.NPS, map[int]int64{6: 2, 9: 2, 7: 0}, 0, 4, true},
		{"NPS: all detractors", kpi.Ratings.NPS, map[int]int64{0: 2}, -100, 2, true},
		{"NPS: no answer is no figure", kpi.Ratings.NPS, nil, 0, 0, false},
		{"CES: 5 to 7 are easy", ces, map[int]int64{7: 1, 6: 1, 5: 1, 4: 1}, 75, 4, true},
		{"CES: high is easy", ces, map[int]int64{1: 9, 7: 1}, 10, 10, true},
		{"CES: no answer is no figure", ces, nil, 0, 0, false},
	} {
		got, n, ok := row.figure(ratings(row.of))
		if kpi.Round(got) != row.want || n != row.n || ok != row.ok {
			t.Errorf("%s: got %v of n = %d (%v), want %d of n = %d (%v)", row.rule, got, n, ok, row.want, row.n, row.ok)
		}
	}
}
