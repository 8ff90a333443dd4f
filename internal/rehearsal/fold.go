package rehearsal

import (
	"context"
	"time"

	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/ticket"
)

const (
	pageOfLog = 10_000 // events that are looked at to find which tickets there are
	atOnce    = 200    // tickets whose stories are read together
)

// story is all that happened to one ticket, oldest first.
type story struct {
	id     string
	events []event.Recorded
}

// stories calls visit with the whole stories of the tickets to which anything
// happened since an instant, some at a time. Each look at the database is a
// view of its own, which cannot write and keeps no writer waiting; what is held
// in memory is the stories of some tickets, and the ids of those that were told.
// Between them, known is told how many tickets there are as far as the log was looked at.
func stories(ctx context.Context, d *db.DB, since time.Time, visit func(tx *db.Tx, some []story) error, known func(total int) error) error {
	told := map[string]bool{}
	for after := db.IDBefore(since.UnixMicro()); ; {
		var ids []string
		var last string
		if err := d.View(ctx, func(tx *db.Tx) (err error) {
			ids, last, err = event.Touched(tx, ticket.Subject, after, pageOfLog)
			return err
		}); err != nil {
			return err
		}
		var fresh []string
		for _, id := range ids {
			if !told[id] {
				told[id] = true
				fresh = append(fresh, id)
			}
		}
		if err := tell(ctx, d, fresh, visit, func() error { return known(len(told)) }); err != nil || last == "" {
			return err
		}
		after = last
	}
}

// tell reads the next stories while those before are looked at.
func tell(ctx context.Context, d *db.DB, ids []string, visit func(tx *db.Tx, some []story) error, after func() error) error {
	if len(ids) == 0 {
		return nil
	}
	next := fetch(ctx, d, ids[:min(len(ids), atOnce)])
	for len(ids) > 0 {
		got := <-next
		if got.err != nil {
			return got.err
		}
		ids = ids[min(len(ids), atOnce):]
		if len(ids) > 0 {
			next = fetch(ctx, d, ids[:min(len(ids), atOnce)])
		}
		if err := d.View(ctx, func(tx *db.Tx) error { return visit(tx, got.stories) }); err != nil {
			return err
		}
		if err := after(); err != nil {
			return err
		}
	}
	return nil
}

type fetched struct {
	stories []story
	err     error
}

// fetch reads the stories of some tickets, in a view of its own. Whoever does not want them any more need not wait.
func fetch(ctx context.Context, d *db.DB, ids []string) <-chan fetched {
	c := make(chan fetched, 1)
	go func() {
		var got fetched
		got.err = d.View(ctx, func(tx *db.Tx) error {
			of, err := event.Histories(tx, ticket.Subject, ids)
			for _, id := range ids {
				got.stories = append(got.stories, story{id, of[id]})
			}
			return err
		})
		c <- got
	}()
	return c
}
