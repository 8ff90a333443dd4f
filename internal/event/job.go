package event

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
)

// Options say how a task is run. The zero value suits a short one.
type Options struct {
	Tries   int           // before the job is given up; 0: 12, about nine hours
	Lease   time.Duration // without a heartbeat; 0: 30 s. While a job runs, its lease is renewed
	AtOnce  int           // jobs of this task that one node runs at a time; 0: 8
	Backoff func(attempt int) time.Duration
}

func (o Options) orDefault() Options {
	if o.Tries == 0 {
		o.Tries = 12
	}
	if o.Lease == 0 {
		o.Lease = 30 * time.Second
	}
	if o.AtOnce == 0 {
		o.AtOnce = 8
	}
	if o.Backoff == nil {
		o.Backoff = Backoff
	}
	return o
}

// Backoff doubles from 2 s to at most 2 h, and varies by a quarter so that what failed together does not come back together.
func Backoff(attempt int) time.Duration {
	d := min(time.Second<<min(attempt, 13), 2*time.Hour)
	return d*3/4 + rand.N(d/2)
}

type task struct {
	run  func(ctx context.Context, args []byte) error
	opts Options
	room chan struct{} // filled by the jobs that run
}

// Task says how jobs of a name are done. A job may be run twice; it acts as
// Muster in the workspace that asked for it.
func Task[A any](b *Bus, name string, f func(context.Context, A) error, opts Options) {
	opts = opts.orDefault()
	b.tasks[name] = task{opts: opts, room: make(chan struct{}, opts.AtOnce), run: func(ctx context.Context, body []byte) error {
		var args A
		if err := json.Unmarshal(body, &args); err != nil {
			return GiveUp(fmt.Errorf("read the arguments: %w", err))
		}
		return f(ctx, args)
	}}
}

type job struct {
	workspace, id, task string
	key                 *string
	args                string
	runAt               time.Time
	attempts            int
	holder              string
	leased              *atomic.Int64 // until when no other node may take it over, as far as this one knows; nil: it does not run
	finished            bool          // in a unit of work of its own
	againAt             time.Time     // when it is done once more; zero: it is not
}

type queued struct{}

func enqueue(tx *db.Tx, j job) {
	j.id = tx.NewID()
	jobs, _ := tx.Noted(queued{}).([]job)
	tx.Note(queued{}, append(jobs, j))
}

// Schedule has a task done at an instant, or as soon as possible if that has
// passed. Of jobs with the same key, other than "", there is one at most:
// scheduling it again moves it, and while it runs has it run once more after.
func Schedule(tx *db.Tx, task, key string, at time.Time, args any) error {
	body, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("schedule %s: %w", task, err)
	}
	if at.IsZero() { // an instant before all others: it has passed
		at = tx.Now
	}
	j := job{task: task, args: string(body), runAt: at}
	if key != "" {
		j.key = &key
	}
	enqueue(tx, j)
	return nil
}

// Cancel forgets the job of a task that has a key, and reports whether it did:
// one that runs, or was tried already, is not stopped.
func Cancel(tx *db.Tx, task, key string) (bool, error) {
	jobs, _ := tx.Noted(queued{}).([]job)
	kept := slices.DeleteFunc(slices.Clone(jobs), func(j job) bool { return j.task == task && j.key != nil && *j.key == key })
	tx.Note(queued{}, kept)
	n, err := deleteKey(tx, task, key)
	return n > 0 || len(kept) < len(jobs), err
}

// verdict is what a job's error asks for instead of the usual back-off.
type verdict struct {
	err    error
	giveUp bool
	after  time.Duration
}

func (v *verdict) Error() string { return v.err.Error() }
func (v *verdict) Unwrap() error { return v.err }

// GiveUp makes an error after which a job is not tried again.
func GiveUp(err error) error { return &verdict{err: err, giveUp: true} }

// RetryAfter makes an error after which a job is tried again in d, however often that was done.
func RetryAfter(d time.Duration, err error) error { return &verdict{err: err, after: d} }

type running struct{}

// Finish ends the running job in the unit of work tx, so that what the job
// does to the database is done once. If another node has taken the job over,
// the unit of work comes to a Conflict instead of its commit.
func Finish(tx *db.Tx) error {
	if j, ok := tx.Context().Value(running{}).(*job); ok {
		tx.Note(running{}, j)
	}
	return nil
}

// Hold is for what the running job writes down without ending by it: if another
// node may have taken the job over meanwhile, the unit of work tx looks, and
// comes to a Conflict if it has. It costs nothing while the lease runs.
func Hold(tx *db.Tx) error {
	j, ok := tx.Context().Value(running{}).(*job)
	if !ok || time.Now().UnixMicro() < j.leased.Load() {
		return nil
	}
	held, err := hold(tx, j)
	if err == nil && !held {
		return errTaken
	}
	return err
}

var errTaken = fault.New(fault.Conflict, "Another node has taken this work over.")

// endJob ends the job that was said to be finished. It comes last: a row of jobs
// that was looked up early would stand in the way of others that add theirs.
func endJob(tx *db.Tx) error {
	j, ok := tx.Noted(running{}).(*job)
	if !ok {
		return nil
	}
	held, err := finish(tx, j)
	if err == nil && !held {
		return errTaken
	}
	return err
}

// Attempt tells which attempt of a job is running, from 1: 0 outside of a job.
func Attempt(ctx context.Context) int {
	if j, ok := ctx.Value(running{}).(*job); ok {
		return j.attempts
	}
	return 0
}

// perform runs one claimed job and settles it.
func (b *Bus) perform(ctx context.Context, j job) error {
	t := b.tasks[j.task]
	j.leased = new(atomic.Int64)
	j.leased.Store(j.runAt.UnixMicro())
	ctx = access.With(context.WithValue(ctx, running{}, &j), access.System(j.workspace))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go b.heartbeat(ctx, cancel, j, t.opts.Lease)
	t.room <- struct{}{}
	err := safely(func() error { return t.run(ctx, []byte(j.args)) })
	<-t.room
	err = b.settle(ctx, &j, t.opts, err)
	if !j.againAt.IsZero() {
		b.agenda.note(j.task, j.againAt)
	}
	return err
}

// settle ends a job, or lets it wait, by what became of it.
func (b *Bus) settle(ctx context.Context, j *job, opts Options, err error) error {
	settle := context.WithoutCancel(ctx)
	if err == nil && j.finished {
		return nil
	}
	if err == nil {
		return b.settleDone(settle, j)
	}
	if ctx.Err() != nil {
		return b.settleRetry(settle, j, 0, err) // the node stops: another goes on
	}
	v, judged := errors.AsType[*verdict](err)
	switch {
	case judged && v.giveUp, j.attempts >= opts.Tries && !(judged && v.after > 0):
		return b.settleDead(settle, j, err)
	case judged:
		return b.settleRetry(settle, j, v.after, err)
	}
	return b.settleRetry(settle, j, opts.Backoff(j.attempts), err)
}

func safely(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return f()
}

// heartbeat renews the lease, and cancels the job if another node has it now.
func (b *Bus) heartbeat(ctx context.Context, cancel func(), j job, lease time.Duration) {
	tick := time.NewTicker(lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			held, err := b.renew(ctx, j, lease)
			if err == nil && !held {
				j.leased.Store(0)
				cancel()
				return
			}
		}
	}
}
