package demo_test

import (
	"testing"
	"time"

	"muster/internal/db"
	"muster/internal/kpi"
	"muster/internal/mustertest"
	"muster/internal/survey"
)

// Customers answer as customers do: some of them, mostly content, now and then with a word.
func TestSurveys(t *testing.T) {
	d := mustertest.Open(t, "sqlite:"+t.TempDir()+"/muster.db")
	defer d.Close()
	c := fill(t, d, 3, size)
	var r kpi.Ratings
	comments := 0
	mustertest.See(t, d, c.ctx, func(tx *db.Tx) error {
		page, err := survey.Replies(tx, survey.Selection{Measure: survey.CSAT, From: c.Now.Add(-90 * 24 * time.Hour), Limit: 200})
		for _, a := range page.Replies {
			r.Add(a.Rating, 1)
			if a.Comment != "" {
				comments++
			}
		}
		return err
	})
	csat, _ := r.CSAT().Percent()
	if r.N() < 20 || csat < 55 || csat > 90 || comments == 0 || r[1]+r[2] == 0 {
		t.Errorf("CSAT %.0f %% of n = %d with %d comments, ratings %v: that is no company that one believes in", csat, r.N(), comments, r)
	}
}
