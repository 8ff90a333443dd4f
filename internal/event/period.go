package event

import (
	"context"
	"time"

	"muster/internal/access"
	"muster/internal/db"
)

type period struct {
	task  string
	every time.Duration
}

// nowhere is the workspace of jobs that are about the whole installation.
const nowhere = ""

// Every has f called each time a period has passed, by one node of all.
func Every(b *Bus, name string, every time.Duration, f func(context.Context) error) {
	b.periods = append(b.periods, period{name, every})
	Task(b, name, func(ctx context.Context, _ struct{}) error {
		// The next run is planned before this one, so that a run that fails does not end the series; nor may it
		// end because the plan could not be kept.
		if err := b.db.Update(ctx, func(tx *db.Tx) error {
			return Schedule(tx, name, name, tx.Now.Add(every), struct{}{})
		}); err != nil {
			return RetryAfter(min(every, time.Minute), err)
		}
		return f(ctx)
	}, Options{Tries: 1, AtOnce: 1})
}

// plan makes sure that the first run of a period is scheduled.
func (b *Bus) plan(ctx context.Context, p period) error {
	ctx = access.With(ctx, access.System(nowhere))
	return b.db.Update(ctx, func(tx *db.Tx) error {
		exists, err := hasKey(tx, p.task, p.task)
		if err != nil || exists {
			return err
		}
		return Schedule(tx, p.task, p.task, tx.Now, struct{}{})
	})
}
