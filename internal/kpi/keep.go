package kpi

import (
	"context"
	"errors"
	"strconv"
	"time"

	"muster/internal/access"
	"muster/internal/db"
)

// Keep reckons the service boards of a workspace and stores them, for who looks next.
func Keep(ctx context.Context, d *db.DB) error {
	var errs []error
	for _, weeks := range Spans() {
		var b ServiceBoard
		err := d.View(ctx, func(tx *db.Tx) (err error) {
			b, err = Service(tx, LastWeeks(tx.Now, weeks))
			return err
		})
		if err == nil {
			err = d.Update(ctx, func(tx *db.Tx) error { return storeBoard(tx, boardName(weeks), &b) })
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
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
