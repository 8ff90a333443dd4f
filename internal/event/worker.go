package event

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

const (
	glance   = time.Second     // how often a node looks for jobs that others scheduled
	claims   = 32              // jobs of one task claimed at once
	drained  = 5 * time.Second // for running jobs to come to their end when the node stops
	stopping = 2 * time.Second // for those that did not, to notice
)

// Work does due jobs until ctx ends, then waits a while for those that run.
// Any number of nodes may work: a job is claimed by one, under a lease.
func (b *Bus) Work(ctx context.Context) error {
	// Jobs outlive ctx: they may come to their end while the node drains.
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	w := &worker{bus: b, running: running, busy: map[string]int{}, freed: make(chan string, 1024)}
	for _, p := range b.periods {
		if err := b.plan(ctx, p); err != nil {
			return ignoreEnd(ctx, err)
		}
	}
	for ctx.Err() == nil {
		began := time.Now()
		claimed, err := w.round(ctx)
		if err != nil && ctx.Err() == nil {
			slog.Error("look for jobs", "err", err)
		}
		if claimed == 0 || err != nil {
			w.rest(ctx, began)
		}
	}
	return w.drain(cancel)
}

// ignoreEnd returns err, unless it came of ctx's end.
func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

type worker struct {
	bus     *Bus
	running context.Context // of the jobs
	jobs    sync.WaitGroup
	busy    map[string]int // jobs that run, by task
	freed   chan string    // tasks of which a job has ended
}

// round claims what there is room for and starts it.
func (w *worker) round(ctx context.Context) (int, error) {
	w.collect()
	room, all := map[string]int{}, 0
	for name, t := range w.bus.tasks {
		room[name] = max(t.opts.AtOnce-w.busy[name], 0)
		all += room[name]
	}
	if all == 0 {
		return 0, nil
	}
	jobs, err := w.bus.claim(ctx, room)
	if err != nil {
		return 0, err
	}
	for _, j := range jobs {
		w.start(j)
	}
	return len(jobs), nil
}

func (w *worker) start(j job) {
	w.busy[j.task]++
	w.jobs.Go(func() {
		if err := w.bus.perform(w.running, j); err != nil && !errors.Is(err, context.Canceled) {
			slog.Error("settle a job", "task", j.task, "job", j.id, "err", err)
		}
		w.freed <- j.task
	})
}

func (w *worker) collect() {
	for {
		select {
		case task := <-w.freed:
			w.busy[task]--
		default:
			return
		}
	}
}

// rest waits until a job is due, was added, or has made room.
func (w *worker) rest(ctx context.Context, since time.Time) {
	timer := time.NewTimer(w.bus.untilNext(ctx, since))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-w.bus.wake:
	case task := <-w.freed:
		w.busy[task]--
	}
}

// drain waits for running jobs, then tells them to stop. What does not is taken over when its lease ends.
func (w *worker) drain(cancel func()) error {
	done := make(chan struct{})
	go func() { w.jobs.Wait(); close(done) }()
	patience := time.NewTimer(drained)
	defer patience.Stop()
	last := time.NewTimer(drained + stopping)
	defer last.Stop()
	for {
		select {
		case <-done:
			return nil
		case <-w.freed:
		case <-patience.C:
			cancel()
		case <-last.C:
			return errors.New("jobs were still running when the node stopped; another will take them over")
		}
	}
}

// WorkOff does what is due now, one job after the other, and returns: for tests and the command line.
func (b *Bus) WorkOff(ctx context.Context) error {
	room := map[string]int{}
	for name := range b.tasks {
		room[name] = claims
	}
	for {
		jobs, err := b.claim(ctx, room)
		if err != nil || len(jobs) == 0 {
			return err
		}
		for _, j := range jobs {
			if err := b.perform(ctx, j); err != nil {
				return err
			}
		}
	}
}
