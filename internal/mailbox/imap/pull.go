package imap

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
)

// task is the job that fetches the mail of one inbox. It runs for as long as
// the inbox is set up, on one node of all; when a node dies, another takes it
// over once its lease has ended.
const task = "imap.pull"

// inboxes is how many inboxes one node watches.
const inboxes = 500

type order struct {
	Inbox string `json:"inbox"`
}

type puller struct {
	c     Config
	batch int
}

// Register has the workers of a bus fetch mail. It must be called before the bus works.
func Register(b *event.Bus, c Config) {
	p := &puller{c: c.orDefault(), batch: batchMost}
	event.Task(b, task, p.pull, event.Options{Tries: math.MaxInt, AtOnce: inboxes, Lease: 30 * time.Second})
}

// Watch has the mail of an inbox fetched from now on: call it when an inbox is
// set up, or its settings have changed. It ends by itself when Settings says
// that the inbox is gone.
func Watch(tx *db.Tx, inbox string) error {
	if err := tx.Must(access.InboxManage); err != nil {
		return err
	}
	return event.Schedule(tx, task, inbox, tx.Now, order{inbox})
}

// pull fetches the mail of an inbox until the connection has lived long
// enough, breaks, or is no longer wanted.
func (p *puller) pull(ctx context.Context, o order) error {
	s, err := p.c.Settings(ctx, o.Inbox)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return event.RetryAfter(10*time.Second, err)
	}
	// The next run is planned before this one, so that what ends this one does not end the series.
	if err := p.c.DB.Update(ctx, func(tx *db.Tx) error { return event.Schedule(tx, task, o.Inbox, tx.Now, o) }); err != nil {
		return event.RetryAfter(10*time.Second, err)
	}
	running, cancel := p.while(ctx, o.Inbox, s)
	defer cancel()
	err = p.watch(running, o.Inbox, s.orDefault())
	if err == nil {
		return nil
	}
	if running.Err() != nil { // this node stops, or the settings are others by now: whoever is next goes on at once
		return event.RetryAfter(time.Millisecond, running.Err())
	}
	state, noted := p.failed(ctx, o.Inbox, err)
	return event.RetryAfter(pause(state), errors.Join(err, noted))
}

// while returns a context that also ends when this node begins to stop, and
// when the settings are no longer these: whichever node they were changed on.
func (p *puller) while(ctx context.Context, inbox string, these Settings) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		tick := time.NewTicker(p.c.Notice)
		defer tick.Stop()
		for {
			select {
			case <-p.c.Stopping: // nil is never closed
				return
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			now, err := p.c.Settings(ctx, inbox)
			if fault.Is(err, fault.NotFound) || err == nil && !reflect.DeepEqual(now, these) {
				return
			}
		}
	}()
	return ctx, cancel
}

// pause is how long to wait after so many failures. A wrong password is not
// tried often: many servers lock the account then.
func pause(s State) time.Duration {
	n := min(max(s.Failures, 1), 20)
	d := min(time.Second<<n, 5*time.Minute)
	if s.Status == Refused {
		d = min(time.Duration(n)*5*time.Minute, time.Hour)
	}
	return d*3/4 + rand.N(d/2)
}

// watch keeps a connection, and fetches each time there is something new.
func (p *puller) watch(ctx context.Context, inbox string, settings Settings) error {
	s, err := open(ctx, p.c, settings)
	if err != nil {
		return err
	}
	defer s.close()
	for began := time.Now(); time.Since(began) < p.c.Life; {
		if err := p.look(ctx, s, inbox); err != nil {
			return err
		}
		if err := s.wait(ctx); err != nil {
			return err
		}
	}
	return nil
}

// look fetches what is new in every folder. One that cannot be read does not keep the others from it.
func (p *puller) look(ctx context.Context, s *session, inbox string) error {
	select {
	case <-s.changed: // what it told of is about to be seen
	default:
	}
	var errs []error
	// The server tells only of the folder that was chosen last: that is the first.
	for i := range s.s.Folders {
		err := p.sync(ctx, s, inbox, s.s.Folders[len(s.s.Folders)-1-i])
		if found, ok := errors.AsType[*setback](err); ok && found.status == NoFolder {
			errs = append(errs, err)
			continue
		}
		if err != nil {
			return err
		}
	}
	if err := errors.Join(errs...); err != nil {
		return p.note(ctx, inbox, NoFolder, err.Error())
	}
	return p.note(ctx, inbox, Watching, "")
}

func (p *puller) failed(ctx context.Context, inbox string, why error) (s State, err error) {
	status, detail := Unreachable, why.Error()
	if found, ok := errors.AsType[*setback](why); ok {
		status = found.status
	} else if _, ok := errors.AsType[*keepError](why); ok {
		status = Stuck
	}
	err = p.c.DB.Update(ctx, func(tx *db.Tx) error {
		s, err = note(tx, inbox, status, detail)
		return err
	})
	return s, err
}

func (p *puller) note(ctx context.Context, inbox string, status Status, detail string) error {
	return p.c.DB.Update(ctx, func(tx *db.Tx) error {
		_, err := note(tx, inbox, status, detail)
		return err
	})
}

// keepError is that of our own side: we could not keep what we fetched.
type keepError struct{ err error }

func (e *keepError) Error() string { return e.err.Error() }
func (e *keepError) Unwrap() error { return e.err }

func (p *puller) loadCursor(ctx context.Context, inbox, folder string) (c Cursor, err error) {
	err = p.c.DB.View(ctx, func(tx *db.Tx) error {
		c, err = selectCursor(tx, inbox, folder)
		return err
	})
	return c, keeping(err)
}

func (p *puller) saveCursor(ctx context.Context, c Cursor) error {
	return keeping(p.c.DB.Update(ctx, func(tx *db.Tx) error { return upsertCursor(tx, c) }))
}

func (p *puller) saveReconciled(ctx context.Context, c Cursor, r Reconciled) error {
	return keeping(p.c.DB.Update(ctx, func(tx *db.Tx) error {
		if r.Missing > 0 {
			tx.Emit(r)
		}
		return upsertCursor(tx, c)
	}))
}

func keeping(err error) error {
	if err == nil {
		return nil
	}
	return &keepError{fmt.Errorf("remember how far a folder was read: %w", err)}
}
