package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const readers = 4

// sqliteEngine has one connection that writes and a few that read.
type sqliteEngine struct {
	writes, reads *sql.DB
	writer        *writer
	checkpointer  *checkpointer
	readers       chan *sqliteConn
}

func openSQLite(ctx context.Context, path string) (_ *sqliteEngine, err error) {
	e := &sqliteEngine{readers: make(chan *sqliteConn, readers)}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("open the database %s: %w", path, err), e.close())
		}
	}()
	// FULL, so that what was accepted survives a power cut; the writer makes that cheap. The log is the checkpointer's.
	write := "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(ON)" +
		"&_pragma=cache_size(-16000)&_pragma=temp_store(MEMORY)&_pragma=wal_autocheckpoint(0)&_pragma=journal_size_limit(67108864)"
	read := "?_pragma=busy_timeout(10000)&_pragma=query_only(ON)&_pragma=cache_size(-8000)&_pragma=temp_store(MEMORY)"
	name := "file:" + (&url.URL{Path: path}).EscapedPath()
	if e.writes, err = sql.Open("sqlite", name+write); err != nil {
		return nil, err
	}
	e.writes.SetMaxOpenConns(1)
	if err := migrate(ctx, e); err != nil {
		return nil, err
	}
	conn, err := newSQLiteConn(ctx, e.writes)
	if err != nil {
		return nil, err
	}
	e.writer = newWriter(conn)
	if e.reads, err = sql.Open("sqlite", name+read); err != nil {
		return nil, err
	}
	for range readers {
		conn, err := newSQLiteConn(ctx, e.reads)
		if err != nil {
			return nil, err
		}
		e.readers <- conn
	}
	// A connection that may only query may move the log all the same.
	if conn, err = newSQLiteConn(ctx, e.reads); err != nil {
		return nil, err
	}
	e.checkpointer = newCheckpointer(conn, e.writer)
	return e, nil
}

func (e *sqliteEngine) name() Engine  { return SQLite }
func (e *sqliteEngine) pool() *sql.DB { return e.writes }

func (e *sqliteEngine) view(ctx context.Context, f func(querier) error) error {
	var conn *sqliteConn
	select {
	case conn = <-e.readers:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { e.readers <- conn }()
	if err := conn.run("BEGIN"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer conn.run("ROLLBACK")
	return f(conn)
}

func (e *sqliteEngine) update(ctx context.Context, _ bool, f func(querier, int) error) error {
	return e.writer.do(ctx, func(q querier) error { return f(q, 0) })
}

func (e *sqliteEngine) single(ctx context.Context, _ bool, f func(querier) error) error {
	return e.writer.do(ctx, f)
}

func (e *sqliteEngine) next(tx *Tx, name string) (int64, error) {
	return One(tx, Value[int64], nextNumber, tx.Workspace, name)
}

// again reports whether another process, such as the command line, had the database meanwhile.
func (e *sqliteEngine) again(err error) bool {
	busy, ok := errors.AsType[*sqlite.Error](err)
	return ok && (busy.Code()&0xff == sqlite3.SQLITE_BUSY || busy.Code()&0xff == sqlite3.SQLITE_LOCKED)
}

// statements returns what the connections keep compiled; nobody may use them meanwhile.
func (e *sqliteEngine) statements() []string {
	kept := maps.Clone(e.writer.conn.kept)
	for range readers {
		conn := <-e.readers
		maps.Copy(kept, conn.kept)
		e.readers <- conn
	}
	return slices.Sorted(maps.Keys(kept))
}

func (e *sqliteEngine) signal(context.Context, string) error { return nil }

func (e *sqliteEngine) listen(ctx context.Context, _ func(string)) error {
	<-ctx.Done()
	return nil
}

func (e *sqliteEngine) close() error {
	if e.checkpointer != nil {
		e.checkpointer.stop()
	}
	var errs []error
	for _, pool := range []*sql.DB{e.reads, e.writes} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}

// sqliteConn is a connection that keeps the statements it has compiled.
type sqliteConn struct {
	conn *sql.Conn
	kept map[string]*sql.Stmt
}

// keptStatements bounds a connection's compiled statements: filters make new ones.
const keptStatements = 400

func newSQLiteConn(ctx context.Context, pool *sql.DB) (*sqliteConn, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &sqliteConn{conn: conn, kept: map[string]*sql.Stmt{}}, nil
}

func (c *sqliteConn) run(query string) error {
	_, err := c.exec(context.Background(), query)
	return err
}

func (c *sqliteConn) prepare(query string) (*sql.Stmt, error) {
	if s, ok := c.kept[query]; ok {
		return s, nil
	}
	if len(c.kept) >= keptStatements {
		for q, s := range c.kept {
			delete(c.kept, q)
			if err := s.Close(); err != nil {
				return nil, err
			}
			if len(c.kept) < keptStatements/2 {
				break
			}
		}
	}
	s, err := c.conn.PrepareContext(context.Background(), plannedOnce(query))
	if err != nil {
		return nil, err
	}
	c.kept[query] = s
	return s, nil
}

var bareLimit = regexp.MustCompile(`\bLIMIT\s+(\$\d+)`)

// plannedOnce keeps SQLite from compiling a statement anew each time that it is
// run, as it does for the value of a placeholder that is a whole LIMIT: it does not
// look into a sum.
func plannedOnce(query string) string { return bareLimit.ReplaceAllString(query, "LIMIT 0+$1") }

// Statements are not cut short: a writer's batch belongs to others too, and a
// context that can end costs a goroutine a statement.
func (c *sqliteConn) exec(_ context.Context, query string, args ...any) (int64, error) {
	s, err := c.prepare(query)
	if err != nil {
		return 0, err
	}
	r, err := s.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (c *sqliteConn) query(_ context.Context, query string, args ...any) (rows, error) {
	s, err := c.prepare(query)
	if err != nil {
		return nil, err
	}
	r, err := s.QueryContext(context.Background(), args...)
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (c *sqliteConn) write(ctx context.Context, query string, args ...any) error {
	_, err := c.exec(ctx, query, args...)
	return err
}
