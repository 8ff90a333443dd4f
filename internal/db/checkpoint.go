package db

import (
	"context"
	"log/slog"
)

// commitsKept is how many commits SQLite's write-ahead log gathers before they are moved into the database.
const commitsKept = 64

// checkpointer moves what was written from SQLite's log into the database,
// beside the writer: on the writer's own connection it would keep everyone
// waiting for it.
type checkpointer struct {
	conn   *sqliteConn
	writer *writer
	due    chan struct{} // enough was committed
	quit   chan struct{}
	done   chan struct{}
}

func newCheckpointer(conn *sqliteConn, w *writer) *checkpointer {
	c := &checkpointer{conn: conn, writer: w, due: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{})}
	w.committed = func(n int) {
		if n%commitsKept != 0 {
			return
		}
		select {
		case c.due <- struct{}{}:
		default:
		}
	}
	go c.work()
	return c
}

func (c *checkpointer) work() {
	defer close(c.done)
	for {
		select {
		case <-c.quit:
			return
		case <-c.due:
			if err := c.checkpoint(); err != nil {
				slog.Error("move SQLite's log into the database", "err", err)
			}
		}
	}
}

// checkpoint moves most of the log while others write, and then, while nobody
// does, the little that came meanwhile: only a log that was moved whole is
// begun anew.
func (c *checkpointer) checkpoint() error {
	const passive = "PRAGMA wal_checkpoint(PASSIVE)"
	if err := c.conn.run(passive); err != nil {
		return err
	}
	return c.writer.alone(context.Background(), func(conn *sqliteConn) error { return conn.run(passive) })
}

// stop ends the work.
func (c *checkpointer) stop() {
	close(c.quit)
	<-c.done
}
