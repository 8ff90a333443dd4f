package ticket

import (
	"context"
	"fmt"
	"time"

	"muster/internal/access"
	"muster/internal/db"
)

// closedAtOnce bounds one unit of work.
const closedAtOnce = 50

// CloseIdle closes the tickets that were resolved more than some days ago and
// that nobody has come back to, as far as their workflow lets them go there.
func (d *Desk) CloseIdle(ctx context.Context, store *db.DB, days int) error {
	if days <= 0 {
		return nil
	}
	for {
		closed := 0
		err := store.Update(ctx, func(tx *db.Tx) (err error) {
			closed, err = d.closeSome(tx, tx.Now.AddDate(0, 0, -days))
			return err
		})
		if err != nil || closed == 0 {
			return err
		}
	}
}

func (d *Desk) closeSome(tx *db.Tx, since time.Time) (int, error) {
	if err := tx.Must(access.TicketsWrite); err != nil {
		return 0, err
	}
	numbers, err := idle(tx, since, closedAtOnce)
	if err != nil {
		return 0, err
	}
	closed := 0
	for _, n := range numbers {
		t, err := Find(tx, n)
		if err != nil {
			return closed, err
		}
		flow, err := d.WorkflowOf(tx, t.Kind)
		if err != nil {
			return closed, err
		}
		to, ok := flow.First(t.State, Done)
		if !ok {
			continue
		}
		if _, err := d.Change(tx, n, Any, Change{State: &to.ID}); err != nil {
			return closed, fmt.Errorf("close ticket %d: %w", n, err)
		}
		closed++
	}
	return closed, nil
}

// MoveContact gives one contact's tickets to another: the two were one person.
func MoveContact(tx *db.Tx, from, to string) error {
	if err := tx.Must(access.PeopleWrite); err != nil {
		return err
	}
	return moveContact(tx, from, to)
}
