package kpi_test

import (
	"context"
	"reflect"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/kpi"
	"muster/internal/mustertest"
)

// compareKept holds the board that is kept against the same board, reckoned.
func (h *history) compareKept(p kpi.Period) {
	h.t.Helper()
	if err := kpi.Keep(h.ctx, h.DB); err != nil {
		h.t.Fatal(err)
	}
	kept := func(ctx context.Context, age time.Duration) (b kpi.ServiceBoard, ok bool) {
		mustertest.See(h.t, h.DB, ctx, func(tx *db.Tx) (err error) { b, ok, err = kpi.Kept(tx, kpi.Weeks, age); return err })
		return b, ok
	}
	var want kpi.ServiceBoard
	mustertest.See(h.t, h.DB, h.ctx, func(tx *db.Tx) (err error) { want, err = kpi.Service(tx, kpi.LastWeeks(tx.Now, kpi.Weeks)); return err })
	if got, ok := kept(h.ctx, time.Hour); !ok || !reflect.DeepEqual(got, want) || len(want.Total.Weeks) != p.Weeks()-1 {
		h.t.Errorf("the board is kept as\n%+v, reckoned as\n%+v", got, want)
	}
	if _, ok := kept(h.ctx, -time.Second); ok {
		h.t.Error("a board that is too old is given out")
	}
	narrow := access.From(h.ctx)
	narrow.Scope.Kinds = []string{"request"}
	if _, ok := kept(access.With(h.t.Context(), narrow), time.Hour); ok {
		h.t.Error("the board of all tickets is given to who sees a part of them")
	}
}

// judge counts the ticket by what all of its promises came to: one that was missed is enough.
func (p *past) judge(a *kpi.Attainment) {
	var missed, excused, met, counted bool
	for _, c := range p.clocks {
		bad := c.state == "late" || c.state == "breached" || c.state == "none" && c.broken
		missed, excused, met = missed || bad && !c.excused, excused || bad && c.excused, met || c.state == "met"
		counted = counted || bad || c.state == "met" || c.state == "none"
	}
	switch {
	case missed:
		a.Missed++
	case excused:
		a.Excused++
	case met:
		a.Met++
	case counted:
		a.None++
	}
}
