package db

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"muster/internal/fault"
)

const (
	lanes      = 16 // units of work that one node runs at a time
	laneSets   = 4  // so that two nodes seldom share a lane
	viewConns  = 16
	hastyConns = 8
)

// postgresEngine has one pool for units of work, and a small one for what need not wait for the disk: sequences, claims of jobs.
type postgresEngine struct {
	work, hasty *sql.DB
	lanes       chan int     // the lanes that are free
	together    sync.RWMutex // held by units of work side by side, or by one alone
}

func openPostgres(ctx context.Context, url string) (_ *postgresEngine, err error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the database's address: %w", err)
	}
	// Our statements are written so that one plan suits all values; to plan each time costs as much as to run it.
	config.RuntimeParams["plan_cache_mode"] = cmp.Or(config.RuntimeParams["plan_cache_mode"], "force_generic_plan")
	impatient(config)
	e := &postgresEngine{work: stdlib.OpenDB(*config), lanes: make(chan int, lanes)}
	// A sequence's step may be lost in a crash: its transaction comes later in the
	// write-ahead log, so whatever used the number is then lost too.
	unhurried := config.Copy()
	unhurried.RuntimeParams["synchronous_commit"] = "off"
	// Each of its statements is about a few rows that an index leads to. A plan that was made while a table was small would
	// go through all of it for good.
	for _, way := range []string{"enable_seqscan", "enable_hashjoin", "enable_mergejoin"} {
		unhurried.RuntimeParams[way] = "off"
	}
	e.hasty = stdlib.OpenDB(*unhurried)
	e.work.SetMaxOpenConns(lanes + viewConns)
	e.work.SetMaxIdleConns(lanes + viewConns)
	e.hasty.SetMaxOpenConns(hastyConns)
	e.hasty.SetMaxIdleConns(hastyConns)
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
	return e.unit(ctx, e.work, beginView, f)
}

// update runs units of work side by side. One that got in the way of another is
// tried again while this node does nothing else, so that it gets done.
func (e *postgresEngine) update(ctx context.Context, again bool, f func(querier, int) error) error {
	select {
	case lane := <-e.lanes:
		defer func() { e.lanes <- lane }()
		if again {
			e.together.Lock()
			defer e.together.Unlock()
		} else {
			e.together.RLock()
			defer e.together.RUnlock()
		}
		return e.unit(ctx, e.work, begin, func(q querier) error { return f(q, lane) })
	case <-ctx.Done():
		return ctx.Err()
	}
}

// refused says in a sentence that a text cannot be kept, which PostgreSQL finds out by itself: U+0000, or bytes that are not UTF-8.
func refused(err error) error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == "22021" {
		return fault.New(fault.Invalid, "A text holds a character that cannot be kept. Type it anew instead of pasting it.")
	}
	return err
}

func (e *postgresEngine) single(ctx context.Context, hasty bool, f func(querier) error) error {
	if hasty {
		return e.unit(ctx, e.hasty, alone, f)
	}
	return e.unit(ctx, e.work, alone, f)
}

func (e *postgresEngine) next(tx *Tx, name string) (n int64, err error) {
	err = e.unit(tx.ctx, e.hasty, alone, func(q querier) (err error) {
		n, err = One(tx.db.tx(tx.ctx, q), Value[int64], nextNumber, tx.Workspace, name)
		return err
	})
	return n, err
}

// again reports whether PostgreSQL asks for the transaction to be tried again.
func (e *postgresEngine) again(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "40001" || pg.Code == "40P01")
}

const channel = "muster"

func (e *postgresEngine) signal(ctx context.Context, payload string) error {
	_, err := e.hasty.ExecContext(ctx, `SELECT pg_notify($1, $2)`, channel, payload)
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

func (e *postgresEngine) close() error { return errors.Join(e.work.Close(), e.hasty.Close()) }
