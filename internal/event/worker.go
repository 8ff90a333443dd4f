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
	w := &worker{bus: b, running: running, busy: map[string]int{}, full: map[string]bool{}, freed: make(chan string, 1024)}
	for _, p := range b.periods {
		if err := b.plan(ctx, p); err != nil {
			return ignoreEnd(ctx, err)
		}
	}
	for ctx.Err() == nil {
		if err := w.round(ctx); err != nil && ctx.Err() == nil {
			slog.Error("look for jobs", "err", err)
		}
		w.rest(ctx)
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
	glanced time.Time
	busy    map[string]int  // jobs that run, by task
	full    map[string]bool // tasks of which more may be due than there is room for
	freed   chan string     // tasks of which a job has ended
}

// round claims what is due, as far as there is room, and starts it.
func (w *worker) round(ctx context.Context) error {
	now := time.Now()
	if now.Sub(w.glanced) >= glance {
		w.glanced = now
		if err := w.bus.look(ctx); err != nil {
			return err
		}
	}
	for _, task := range w.bus.agenda.due(now) {
		if err := w.claim(ctx, task); err != nil {
			return err
		}
	}
	return nil
}

// claim claims and starts jobs of a task.
func (w *worker) claim(ctx context.Context, task string) error {
	room := min(w.bus.tasks[task].opts.AtOnce-w.busy[task], claims)
	if room <= 0 {
		w.full[task] = true
		return nil
	}
	now := time.Now()
	jobs, err := w.bus.claim(ctx, task, now, room)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		w.start(j)
	}
	if len(jobs) == room {
		w.full[task] = true
		return nil
	}
	return w.bus.noteNext(ctx, task, now)
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

// free makes room for jobs of a task, and has more looked for if there may be.
func (w *worker) free(task string) {
	w.busy[task]--
	if w.full[task] {
		delete(w.full, task)
		w.bus.agenda.note(task, time.Time{})
	}
}

// rest waits until a job is due, was added, or has made room.
func (w *worker) rest(ctx context.Context) {
	timer := time.NewTimer(time.Until(w.bus.agenda.next(w.glanced.Add(glance))))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-w.bus.agenda.noted:
	case task := <-w.freed:
		w.free(task)
	}
	for {
		select {
		case task := <-w.freed:
			w.free(task)
		default:
			return
		}
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
	for {
		now := time.Now()
		if err := b.look(ctx); err != nil {
			return err
		}
		done := 0
		for _, task := range b.agenda.due(now) {
			jobs, err := b.claim(ctx, task, now, claims)
			if err != nil {
				return err
			}
			for _, j := range jobs {
				if err := b.perform(ctx, j); err != nil {
					return err
				}
			}
			done += len(jobs)
		}
		if done == 0 {
			return nil
		}
	}
}
