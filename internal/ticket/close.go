package ticket

import (
	"context"
	"fmt"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
)

// idleAtOnce bounds how many are looked up at a time.
const idleAtOnce = 200

// CloseIdle closes the tickets that were resolved more than some days ago and
// that nobody has come back to, as far as their workflow lets them go there.
// Each is a unit of work of its own, so that people's work is not kept waiting
// however many there are; one that may not be closed keeps no other from it.
func (d *Desk) CloseIdle(ctx context.Context, store *db.DB, days int) error {
	if days <= 0 {
		return nil
	}
	for after := (idler{}); ; {
		var some []idler
		err := store.View(ctx, func(tx *db.Tx) (err error) {
			some, err = idle(tx, tx.Now.AddDate(0, 0, -days), after, idleAtOnce)
			return err
		})
		if err != nil || len(some) == 0 {
			return err
		}
		for _, after = range some {
			if err := store.Update(ctx, func(tx *db.Tx) error { return d.closeIdle(tx, after) }); err != nil {
				return fmt.Errorf("close ticket %d: %w", after.number, err)
			}
		}
	}
}

// idler is a resolved ticket that nobody has come back to.
type idler struct {
	number   int64
	resolved time.Time
}

func (d *Desk) closeIdle(tx *db.Tx, i idler) error {
	t, err := Find(tx, i.number)
	if err != nil {
		return err
	}
	if t.Category != Review || !t.ResolvedAt.Equal(i.resolved) {
		return nil // somebody has come back to it
	}
	flow, err := d.WorkflowOf(tx, t.Kind)
	if err != nil {
		return err
	}
	to, ok := flow.First(t.State, Done)
	if !ok {
		return nil
	}
	_, err = d.Change(tx, i.number, Any, Change{State: &to.ID})
	if kind := fault.KindOf(err); kind == fault.Invalid || kind == fault.Conflict {
		return nil // a guard keeps it
	}
	return err
}

// MoveContact gives one contact's tickets to another: the two were one person.
func MoveContact(tx *db.Tx, from, to string) error {
	if err := tx.Must(access.PeopleWrite); err != nil {
		return err
	}
	return moveContact(tx, from, to)
}
