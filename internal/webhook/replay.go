package webhook

import (
	"context"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/workspace"
)

// Replay sends a message again, whatever became of it.
func Replay(tx *db.Tx, endpoint, id string) (Delivery, error) {
	if err := tx.Must(access.HooksManage); err != nil {
		return Delivery{}, err
	}
	d, _, err := FindDelivery(tx, endpoint, id)
	if err != nil {
		return d, err
	}
	if d.State == Waiting {
		d.NextAt = tx.Now // it is being tried anyway: now, then
		if err := updateDelivery(tx, d); err != nil {
			return d, err
		}
		return d, schedule(tx, d)
	}
	return d, renew(tx, &d)
}

// renew has a message that is done sent again, for another three days.
func renew(tx *db.Tx, d *Delivery) error {
	tx.Tally(family(d.Endpoint), string(d.State), -1)
	tx.Tally(family(d.Endpoint), string(Waiting), 1)
	d.State, d.Reason, d.BeganAt, d.NextAt, d.SettledAt = Waiting, "", tx.Now, tx.Now, time.Time{}
	if err := updateDelivery(tx, *d); err != nil {
		return err
	}
	return schedule(tx, *d)
}

type replayArgs struct {
	Endpoint string    `json:"endpoint"`
	Since    time.Time `json:"since"`
	Until    time.Time `json:"until"`
	Missed   bool      `json:"missed"`
	After    string    `json:"after,omitempty"`
}

// ReplaySince sends all messages again that an endpoint was to get since an
// instant: missed says only those that it did not take. It is done in the background.
func ReplaySince(tx *db.Tx, endpoint string, since time.Time, missed bool) error {
	if err := tx.Must(access.HooksManage); err != nil {
		return err
	}
	if err := manages(tx); err != nil {
		return err
	}
	e, err := find(tx, endpoint)
	if err != nil {
		return err
	}
	if !e.Active {
		return fault.New(fault.Conflict, "The webhook %s is switched off. Switch it on first.", e.Name)
	}
	if since.After(tx.Now) || since.IsZero() {
		return fault.Field("since", "Give an instant that has passed.")
	}
	return event.Schedule(tx, replayTask, "", tx.Now, replayArgs{Endpoint: endpoint, Since: since.UTC(), Until: tx.Now, Missed: missed})
}

const replayed = 200 // messages in one unit of work

// replay sends some messages again and leaves the others to a job of their own, in the same unit of work.
func (h *Hooks) replay(ctx context.Context, a replayArgs) error {
	return h.DB.Update(ctx, func(tx *db.Tx) error {
		some, err := settledSince(tx, a, replayed)
		if err != nil {
			return err
		}
		for _, d := range some {
			if err := renew(tx, &d); err != nil {
				return err
			}
			a.After = d.ID
		}
		if len(some) == replayed {
			if err := event.Schedule(tx, replayTask, "", tx.Now, a); err != nil {
				return err
			}
		}
		return event.Finish(tx)
	})
}

// sweep forgets what was settled long ago.
func (h *Hooks) sweep(ctx context.Context) error {
	all, err := workspace.All(ctx, h.DB)
	if err != nil {
		return err
	}
	for _, w := range all {
		for n := replayed; n == replayed; {
			err := h.DB.Update(access.With(ctx, access.System(w.ID)), func(tx *db.Tx) error {
				old, err := settledBefore(tx, tx.Now.Add(-kept), replayed)
				if err != nil {
					return err
				}
				n = len(old)
				for _, d := range old {
					tx.Tally(family(d.Endpoint), string(d.State), -1)
				}
				return removeDeliveries(tx, old)
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
