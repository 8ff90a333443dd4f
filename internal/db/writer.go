package db

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// A batch is bounded so that its first unit of work is not kept waiting for its last.
const (
	batchUnits = 256
	batchTime  = 20 * time.Millisecond
)

// writer runs units of work one after the other on the only connection that
// writes. Those that wait for their turn share a transaction: each runs in a
// savepoint, the last to run commits for all, and nobody is answered before
// that commit is on the disk.
type writer struct {
	conn    *sqliteConn
	turn    chan struct{} // held by whoever uses conn
	waiting atomic.Int64  // units of work that want the turn
	batch   *batch        // the open transaction; nil if there is none

	commits   int
	committed func(commits int) // called after each commit
}

type batch struct {
	began time.Time
	units int
	done  chan struct{} // closed when the transaction has ended
	err   error         // why it did not commit
}

func newWriter(conn *sqliteConn) *writer {
	return &writer{conn: conn, turn: make(chan struct{}, 1), committed: func(int) {}}
}

func (w *writer) do(ctx context.Context, f func(querier) error) error {
	w.waiting.Add(1)
	w.turn <- struct{}{}
	w.waiting.Add(-1)

	b, err := w.join()
	if err != nil {
		<-w.turn
		return err
	}
	panicked, err := w.unit(ctx, f)
	if w.batch != nil && (w.waiting.Load() == 0 || b.units >= batchUnits || time.Since(b.began) > batchTime) {
		w.commit()
	}
	<-w.turn
	if panicked != nil {
		panic(panicked)
	}
	if err != nil {
		return err
	}
	<-b.done
	return b.err
}

// join returns the open batch, or begins one.
func (w *writer) join() (*batch, error) {
	if w.batch == nil {
		if err := w.conn.run("BEGIN IMMEDIATE"); err != nil {
			return nil, fmt.Errorf("begin: %w", err)
		}
		w.batch = &batch{began: time.Now(), done: make(chan struct{})}
	}
	w.batch.units++
	return w.batch, nil
}

// unit runs f in a savepoint, which it keeps only if f returns nil.
func (w *writer) unit(ctx context.Context, f func(querier) error) (panicked any, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := w.conn.run("SAVEPOINT unit"); err != nil {
		return nil, err
	}
	kept := false
	defer func() {
		if kept {
			return
		}
		panicked = recover()
		if undo := w.undo(); undo != nil {
			err = fmt.Errorf("%w; then undo the work: %w", err, undo)
			w.end(fmt.Errorf("undone together with other work: %w", err))
		}
	}()
	if err := f(w.conn); err != nil {
		return nil, err
	}
	if err := w.conn.run("RELEASE unit"); err != nil {
		return nil, err
	}
	kept = true
	return nil, nil
}

func (w *writer) undo() error {
	if err := w.conn.run("ROLLBACK TO unit"); err != nil {
		return err
	}
	return w.conn.run("RELEASE unit")
}

// commit commits the batch.
func (w *writer) commit() {
	err := w.conn.run("COMMIT")
	if err != nil {
		err = fmt.Errorf("commit: %w", err)
	}
	w.end(err)
	w.commits++
	w.committed(w.commits)
}

// end answers everyone in the batch: err says why it was not committed. Then
// the transaction may still be open, or SQLite has undone it by itself, which
// it does on a full disk: what comes next must begin anew.
func (w *writer) end(err error) {
	if err != nil {
		w.conn.run("ROLLBACK")
	}
	w.batch.err = err
	close(w.batch.done)
	w.batch = nil
}

// alone runs f on the connection while no transaction is open.
func (w *writer) alone(ctx context.Context, f func(*sqliteConn) error) error {
	select {
	case w.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-w.turn }()
	if w.batch != nil {
		w.commit()
	}
	return f(w.conn)
}
