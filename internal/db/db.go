// Package db runs units of work against SQLite or PostgreSQL, which look the same from outside it.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"muster/internal/access"
	"muster/internal/fault"
)

// Engine names the database behind a DB.
type Engine string

const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

const (
	tries   = 20 // of one unit of work that the database asks to be tried again
	backoff = time.Millisecond
)

// DB is an open database.
type DB struct {
	engine    engine
	before    func(*Tx) error
	after     func(*Tx)
	overheard func(statement string, waits bool) // nil: nobody listens
	lastStamp atomic.Int64                       // of the newest id
	retries   atomic.Int64
}

// engine is what differs between the databases.
type engine interface {
	name() Engine
	view(ctx context.Context, f func(querier) error) error
	update(ctx context.Context, again bool, f func(q querier, lane int) error) error
	single(ctx context.Context, hasty bool, f func(querier) error) error
	next(tx *Tx, name string) (int64, error)
	again(err error) bool
	away(err error) error // what to say of err, if the database was away
	signal(ctx context.Context, payload string) error
	listen(ctx context.Context, heard func(payload string)) error
	pool() *sql.DB
	close() error
}

// querier runs statements: a transaction, or a connection that has one open.
type querier interface {
	exec(ctx context.Context, query string, args ...any) (changed int64, err error)
	query(ctx context.Context, query string, args ...any) (rows, error)
	write(ctx context.Context, query string, args ...any) error // may wait for the next of the others
}

// rows is what a query returns; Close must be called before the next statement.
type rows interface {
	Row
	Next() bool
	Err() error
	Close() error
	Columns() ([]string, error)
}

// Open opens the database that url names, "sqlite:PATH" or "postgres://…", and brings its tables up to date.
func Open(ctx context.Context, url string) (*DB, error) {
	e, err := open(ctx, url)
	if err != nil {
		return nil, err
	}
	return &DB{engine: e, before: func(*Tx) error { return nil }, after: func(*Tx) {}}, nil
}

func open(ctx context.Context, url string) (engine, error) {
	path, isFile := strings.CutPrefix(url, "sqlite:")
	switch {
	case isFile && path != "":
		return openSQLite(ctx, path)
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		return openPostgres(ctx, url)
	}
	return nil, fault.New(fault.Invalid, "The database must be given as sqlite:PATH or postgres://…, not as %q.", url)
}

// Close closes the database.
func (db *DB) Close() error { return db.engine.close() }

// Engine tells which database this is.
func (db *DB) Engine() Engine { return db.engine.name() }

// Retries counts how often a unit of work was tried again since the database was opened.
func (db *DB) Retries() int64 { return db.retries.Load() }

// BeforeCommit has every Update call f last, in its transaction.
func (db *DB) BeforeCommit(f func(*Tx) error) { db.before = f }

// AfterCommit has every Update call f once its work is durable.
func (db *DB) AfterCommit(f func(*Tx)) { db.after = f }

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	return db.engine.view(ctx, func(q querier) error {
		_, err := q.exec(ctx, `SELECT 1`)
		return err
	})
}

// Check reads SQLite's whole file and says what in it is damaged. PostgreSQL looks after its own.
func (db *DB) Check(ctx context.Context) error {
	return db.View(ctx, func(tx *Tx) error {
		found, err := All(tx, Value[string], `PRAGMA integrity_check(10)`)
		if err == nil && !slices.Equal(found, []string{"ok"}) {
			err = fmt.Errorf("restore a backup: %s", strings.Join(found, "; "))
		}
		return err
	})
}

// View runs f in a read-only transaction, which sees the database as it was at one instant.
func (db *DB) View(ctx context.Context, f func(*Tx) error) error {
	return db.explained(db.engine.view(ctx, func(q querier) error { return f(db.tx(ctx, q)) }))
}

// Update runs f in a transaction and commits it if f returns nil; when Update
// returns, the work is durable. Transactions are serializable on both engines,
// so f may run more than once: it must have no effect but through its Tx, and
// it must not begin another unit of work.
func (db *DB) Update(ctx context.Context, f func(*Tx) error) error {
	numbers := map[string][]int64{}
	for try := 1; ; try++ {
		tx, err := db.attempt(ctx, try > 1, f, numbers)
		if err == nil {
			db.after(tx)
			return nil
		}
		if !db.engine.again(err) {
			return db.explained(err)
		}
		if try == tries {
			return db.explained(fmt.Errorf("try a unit of work %d times: %w", tries, err))
		}
		db.retries.Add(1)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(rand.N(backoff << min(try, 7))):
		}
	}
}

func (db *DB) attempt(ctx context.Context, again bool, f func(*Tx) error, numbers map[string][]int64) (tx *Tx, err error) {
	err = db.engine.update(ctx, again, func(q querier, lane int) error {
		tx = db.tx(ctx, q)
		tx.lane, tx.given = lane, numbers
		if err := f(tx); err != nil {
			return err
		}
		if err := db.before(tx); err != nil {
			return err
		}
		return flushTallies(tx)
	})
	return tx, err
}

func (db *DB) tx(ctx context.Context, q querier) *Tx {
	now := time.Now().UTC().Truncate(time.Microsecond)
	if db.overheard != nil {
		q = overheard{q, db.overheard}
	}
	return &Tx{Actor: access.From(ctx), Now: now, db: db, q: q, ctx: ctx}
}

// Single runs one statement as a transaction of its own, at the isolation that
// the engine gives a lone statement, and returns its rows. It is for hot paths
// that need no more.
func Single[T any](ctx context.Context, db *DB, scan func(Row) (T, error), query string, args ...any) ([]T, error) {
	return single(ctx, db, false, scan, query, args)
}

// Hasty is Single, but what it writes may be lost in a power cut, if nothing
// that was written later is kept: for claims of jobs, heartbeats, and what is
// done again if it is found undone.
func Hasty[T any](ctx context.Context, db *DB, scan func(Row) (T, error), query string, args ...any) ([]T, error) {
	return single(ctx, db, true, scan, query, args)
}

func single[T any](ctx context.Context, db *DB, hasty bool, scan func(Row) (T, error), query string, args []any) ([]T, error) {
	var all []T
	err := db.engine.single(ctx, hasty, func(q querier) (err error) {
		all, err = All(db.tx(ctx, q), scan, query, args...)
		return err
	})
	return all, db.explained(err)
}

// Signal tells every other node that something happened. It may get lost: who
// listens must also look from time to time.
func (db *DB) Signal(ctx context.Context, payload string) error {
	return db.engine.signal(ctx, payload)
}

// Listen calls heard with every signal of other nodes until ctx ends. On
// SQLite, where there are no other nodes, it only waits.
func (db *DB) Listen(ctx context.Context, heard func(payload string)) error {
	return db.engine.listen(ctx, heard)
}

// Missing reports whether err says that a query for one row found none.
func Missing(err error) bool { return errors.Is(err, sql.ErrNoRows) }
