package kpi

import (
	"context"
	"strconv"
	"time"

	"muster/internal/access"
	"muster/internal/db"
)

// Keep reckons the service board of as many weeks as is usual and stores it, for who looks next.
func Keep(ctx context.Context, d *db.DB) error {
	var b ServiceBoard
	err := d.View(ctx, func(tx *db.Tx) (err error) {
		b, err = Service(tx, LastWeeks(tx.Now, Weeks))
		return err
	})
	if err != nil {
		return err
	}
	return d.Update(ctx, func(tx *db.Tx) error { return storeBoard(tx, boardName(Weeks), &b) })
}

// Kept returns the service board of so many weeks that was reckoned last, if that was no longer ago than given. There is
// none for who sees a part of the tickets only.
func Kept(tx *db.Tx, weeks int, age time.Duration) (b ServiceBoard, ok bool, err error) {
	if err := tx.Must(access.FiguresRead); err != nil {
		return b, false, err
	}
	if err := tx.Must(access.TicketsRead); err != nil {
		return b, false, err
	}
	if narrowed(tx.Actor) {
		return b, false, nil
	}
	b, err = keptBoard(tx, boardName(weeks), tx.Now.Add(-age))
	if db.Missing(err) {
		return ServiceBoard{}, false, nil
	}
	return b, err == nil, err
}

func boardName(weeks int) string { return "service/" + strconv.Itoa(weeks) }
