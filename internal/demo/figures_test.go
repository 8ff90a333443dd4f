package demo_test

import (
	"testing"

	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/kpi"
	"muster/internal/mustertest"
	"muster/internal/survey"
	"muster/internal/ticket"
)

// The figures of the demo are those that its log tells, event by event.
func TestFiguresEqualTheLog(t *testing.T) {
	d := mustertest.Open(t, "sqlite:"+t.TempDir()+"/muster.db")
	defer d.Close()
	c := fill(t, d, 5, size)
	unsolved, answers := map[string]bool{}, map[string]int{}
	ended := map[string]bool{}
	var want kpi.Ratings
	mustertest.See(t, d, c.ctx, func(tx *db.Tx) error {
		for after := ""; ; {
			log, err := event.Log(tx, after, 1000)
			if err != nil || len(log) == 0 {
				return err
			}
			for _, r := range log {
				after = r.ID
				if err := follow(r, unsolved, ended, answers); err != nil {
					return err
				}
			}
		}
	})
	for _, rating := range answers {
		want.Add(rating, 1)
	}
	mustertest.See(t, d, c.ctx, func(tx *db.Tx) error {
		tx.Now = c.Now
		b, err := kpi.Support(tx)
		if err != nil {
			return err
		}
		if b.N != int64(len(unsolved)) || b.N == 0 {
			t.Errorf("the board counts %d unsolved, the log %d", b.N, len(unsolved))
		}
		s, err := kpi.Service(tx, kpi.Period{From: c.Now.AddDate(0, 0, -8*7), To: c.Now})
		if err == nil && (s.Total.CSAT.N() == 0 || s.Total.CSAT.N() > want.N()) {
			t.Errorf("eight weeks have %d answers, ninety days %d", s.Total.CSAT.N(), want.N())
		}
		all := kpi.Ratings{}
		page, err := survey.Replies(tx, survey.Selection{Measure: survey.CSAT, Limit: 200})
		for _, a := range page.Replies {
			all.Add(a.Rating, 1)
		}
		if all != want {
			t.Errorf("answers as kept %v, as the log has them %v", all, want)
		}
		return err
	})
}

// follow takes one event into account.
func follow(r event.Recorded, unsolved, ended map[string]bool, answers map[string]int) (err error) {
	id := r.SubjectID
	switch r.Name {
	case "ticket.opened":
		unsolved[id] = true
	case "ticket.moved":
		var e ticket.Moved
		err = r.Decode(&e)
		if ended[id] = e.ToCategory.Ended(); ended[id] {
			delete(unsolved, id)
		} else {
			unsolved[id] = true
		}
	case "ticket.shelved":
		var e ticket.Shelved
		err = r.Decode(&e)
		if delete(unsolved, id); (e.To == ticket.InOpen || e.To == ticket.InWaiting) && !ended[id] {
			unsolved[id] = true
		}
	case "ticket.merged":
		var e ticket.Merged
		err = r.Decode(&e)
		delete(unsolved, string(e.FromTicket))
	case "survey.answered":
		var e survey.Answered
		if err = r.Decode(&e); e.Measure == survey.CSAT {
			answers[e.Invitation] = e.Rating
		}
	}
	return err
}
