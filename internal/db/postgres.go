package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"muster/internal/fault"
)

const (
	lanes     = 16 // units of work that one node runs at a time
	laneSets  = 4  // so that two nodes seldom share a lane
	viewConns = 16
)

// postgresEngine has one pool for units of work and a small one for sequences.
type postgresEngine struct {
	work, numbers *sql.DB
	lanes         chan int // the lanes that are free
}

func openPostgres(ctx context.Context, url string) (_ *postgresEngine, err error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the database's address: %w", err)
	}
	e := &postgresEngine{work: stdlib.OpenDB(*config), lanes: make(chan int, lanes)}
	// A sequence's step may be lost in a crash: its transaction comes later in the
	// write-ahead log, so whatever used the number is then lost too.
	unhurried := config.Copy()
	unhurried.RuntimeParams["synchronous_commit"] = "off"
	e.numbers = stdlib.OpenDB(*unhurried)
	e.work.SetMaxOpenConns(lanes + viewConns)
	e.work.SetMaxIdleConns(lanes + viewConns)
	e.numbers.SetMaxOpenConns(4)
	e.numbers.SetMaxIdleConns(4)
	first := rand.IntN(laneSets) * lanes
	for i := range lanes {
		e.lanes <- first + i
	}
	if err := e.work.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("reach the database: %w", err), e.close())
	}
	if err := migrate(ctx, e); err != nil {
		return nil, errors.Join(err, e.close())
	}
	return e, nil
}

func (e *postgresEngine) name() Engine  { return Postgres }
func (e *postgresEngine) pool() *sql.DB { return e.work }

func (e *postgresEngine) view(ctx context.Context, f func(querier) error) error {
	return e.run(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}, f)
}

func (e *postgresEngine) update(ctx context.Context, f func(querier, int) error) error {
	select {
	case lane := <-e.lanes:
		defer func() { e.lanes <- lane }()
		return e.run(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable}, func(q querier) error { return f(q, lane) })
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (e *postgresEngine) run(ctx context.Context, opts *sql.TxOptions, f func(querier) error) error {
	tx, err := e.work.BeginTx(ctx, opts)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback() // a no-op once committed
	if err := f(tx); err != nil {
		return refused(err)
	}
	return tx.Commit()
}

// refused says in a sentence that a text cannot be kept, which PostgreSQL finds out by itself: U+0000, or bytes that are not UTF-8.
func refused(err error) error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == "22021" {
		return fault.New(fault.Invalid, "A text holds a character that cannot be kept. Type it anew instead of pasting it.")
	}
	return err
}

func (e *postgresEngine) single(ctx context.Context, f func(querier) error) error { return f(e.work) }

func (e *postgresEngine) next(tx *Tx, name string) (int64, error) {
	return One(tx.db.tx(tx.ctx, e.numbers), Value[int64], nextNumber, tx.Workspace, name)
}

// again reports whether PostgreSQL asks for the transaction to be tried again.
func (e *postgresEngine) again(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "40001" || pg.Code == "40P01")
}

const channel = "muster"

func (e *postgresEngine) signal(ctx context.Context, payload string) error {
	_, err := e.numbers.ExecContext(ctx, `SELECT pg_notify($1, $2)`, channel, payload)
	return err
}

func (e *postgresEngine) listen(ctx context.Context, heard func(string)) error {
	conn, err := e.work.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error {
		pg := driver.(*stdlib.Conn).Conn()
		if _, err := pg.Exec(ctx, "LISTEN "+channel); err != nil {
			return err
		}
		for {
			n, err := pg.WaitForNotification(ctx)
			if err != nil {
				return err
			}
			heard(n.Payload)
		}
	})
}

func (e *postgresEngine) close() error { return errors.Join(e.work.Close(), e.numbers.Close()) }
