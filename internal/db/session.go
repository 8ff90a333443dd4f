package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"reflect"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// session is a unit of work on a connection to PostgreSQL. Each answer that is
// waited for is a way to the server and back; so the beginning goes along with
// the first statement, and what nobody waits for along with the next one, or
// with the commit.
type session struct {
	conn *pgx.Conn
	open bool       // the transaction, if there is one, was begun
	held *pgx.Batch // not sent yet
}

const (
	begin     = `begin isolation level serializable`
	beginView = `begin isolation level repeatable read read only`
	alone     = `` // each statement is a transaction of its own
)

// errUndone is a commit that PostgreSQL answers with a rollback: a statement failed before, and nobody heeded it.
var errUndone = errors.New("PostgreSQL has undone the work instead of committing it")

// unit runs f in a session, which it ends as f does. A connection that broke is not used again.
func (e *postgresEngine) unit(ctx context.Context, pool *sql.DB, begin string, f func(querier) error) (err error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	broken := conn.Raw(func(c any) error {
		s := &session{conn: c.(*stdlib.Conn).Conn(), held: &pgx.Batch{}, open: begin == alone}
		if !s.open {
			s.held.Queue(begin)
		}
		err = s.run(ctx, begin != alone, f)
		if s.conn.IsClosed() {
			return driver.ErrBadConn
		}
		return nil
	})
	if err == nil && !errors.Is(broken, driver.ErrBadConn) {
		err = broken
	}
	return refused(err)
}

func (s *session) run(ctx context.Context, ends bool, f func(querier) error) (err error) {
	done := false
	defer func() {
		if !done && ends && s.open { // f returned an error, or fell
			s.rollback(ctx)
		}
	}()
	if err := f(s); err != nil {
		return err
	}
	if done = true; !ends || !s.open && s.held.Len() == 1 {
		return nil // nothing was asked
	}
	s.held.Queue("commit")
	answers, err := s.send(ctx)
	if err != nil {
		return s.undone(ctx, err)
	}
	tag, err := lastOf(answers)
	if err != nil {
		return s.undone(ctx, err)
	}
	if tag.String() == "ROLLBACK" {
		return errUndone
	}
	return nil
}

// undone ends a transaction whose commit was not reached.
func (s *session) undone(ctx context.Context, err error) error {
	s.rollback(ctx)
	return err
}

// rollback must not leave a transaction open on a connection that others get: a connection that cannot be brought to it is closed.
func (s *session) rollback(ctx context.Context) {
	if s.conn.IsClosed() || s.conn.PgConn().TxStatus() == 'I' {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if _, err := s.conn.Exec(ctx, "rollback"); err != nil {
		s.conn.Close(ctx)
	}
}

// send sends what is held, and returns the answers when only the last is left to be read.
func (s *session) send(ctx context.Context) (pgx.BatchResults, error) {
	held := s.held
	s.held, s.open = &pgx.Batch{}, true
	answers := s.conn.SendBatch(ctx, held)
	for range held.Len() - 1 {
		if _, err := answers.Exec(); err != nil {
			answers.Close()
			return nil, err
		}
	}
	return answers, nil
}

func (s *session) write(_ context.Context, query string, args ...any) error {
	now, err := asTheyAre(args)
	if err == nil {
		s.held.Queue(query, now...)
	}
	return err
}

// asTheyAre returns the values that arguments have now: they may point at what changes before they are sent.
func asTheyAre(args []any) ([]any, error) {
	values := make([]any, len(args))
	for i, a := range args {
		var err error
		switch v := a.(type) {
		case nil, string, int, int64:
			values[i] = a
		case driver.Valuer:
			values[i], err = v.Value()
		default:
			if r := reflect.ValueOf(a); r.Kind() != reflect.Pointer {
				values[i] = a
			} else if !r.IsNil() {
				values[i] = r.Elem().Interface()
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return values, nil
}

func (s *session) exec(ctx context.Context, query string, args ...any) (int64, error) {
	if s.held.Len() == 0 {
		tag, err := s.conn.Exec(ctx, query, args...)
		return tag.RowsAffected(), err
	}
	s.held.Queue(query, args...)
	answers, err := s.send(ctx)
	if err != nil {
		return 0, err
	}
	tag, err := lastOf(answers)
	return tag.RowsAffected(), err
}

func lastOf(answers pgx.BatchResults) (pgconn.CommandTag, error) {
	tag, err := answers.Exec()
	if closing := answers.Close(); err == nil {
		err = closing
	}
	return tag, err
}

func (s *session) query(ctx context.Context, query string, args ...any) (rows, error) {
	if s.held.Len() == 0 {
		r, err := s.conn.Query(ctx, query, args...)
		if err != nil {
			return nil, err
		}
		return &answer{Rows: r}, nil
	}
	s.held.Queue(query, args...)
	answers, err := s.send(ctx)
	if err != nil {
		return nil, err
	}
	r, err := answers.Query()
	if err != nil {
		answers.Close()
		return nil, err
	}
	return &answer{r, answers}, nil
}

// answer is the rows that PostgreSQL answers with.
type answer struct {
	pgx.Rows
	last pgx.BatchResults // of which it is the last; nil: it came alone
}

func (a *answer) Close() error {
	a.Rows.Close()
	if err := a.Rows.Err(); err != nil || a.last == nil {
		if a.last != nil {
			a.last.Close()
			a.last = nil
		}
		return err
	}
	last := a.last
	a.last = nil
	return last.Close()
}

func (a *answer) Columns() ([]string, error) {
	var names []string
	for _, f := range a.FieldDescriptions() {
		names = append(names, f.Name)
	}
	return names, nil
}
