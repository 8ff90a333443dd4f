package db

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"muster/internal/access"
)

// Tx is one unit of work: it knows for whom it is done, at what instant, and
// what has happened in it so far.
type Tx struct {
	access.Actor
	Now time.Time // UTC, to the microsecond

	ctx     context.Context
	q       querier
	db      *DB
	lane    int
	given   map[string][]int64 // numbers that this work, or an attempt at it, was given
	used    map[string]int
	events  []Emission
	tallies map[tally]int64
	facts   map[any]any
	stamp   int64 // of the newest id
}

// Event is something that happened, worth telling others.
type Event interface{ EventName() string } // like "ticket.moved": stored, so never renamed

// Context returns the context the work is done in.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Engine tells which database the work is done in.
func (tx *Tx) Engine() Engine { return tx.db.Engine() }

// Emission is an event with who did it, and when, as it was when it was noted.
type Emission struct {
	ID    string
	Event Event
	Actor access.Actor
	At    time.Time
}

// Emit notes that e happened. It is recorded when the work is committed.
func (tx *Tx) Emit(e Event) {
	tx.events = append(tx.events, Emission{tx.NewID(), e, tx.Actor, tx.Now})
}

// Emitted returns the noted events and forgets them.
func (tx *Tx) Emitted() []Emission { es := tx.events; tx.events = nil; return es }

// Note keeps a fact about this unit of work for a later step of it, such as what to wake after the commit.
func (tx *Tx) Note(key, fact any) {
	if tx.facts == nil {
		tx.facts = map[any]any{}
	}
	tx.facts[key] = fact
}

// Noted returns the fact that was kept under key: nil if none was.
func (tx *Tx) Noted(key any) any { return tx.facts[key] }

// As does f for another actor of the same unit of work: Muster acting on what a person did, say.
func (tx *Tx) As(actor access.Actor, f func(*Tx) error) error {
	before := tx.Actor
	defer func() { tx.Actor = before }()
	tx.Actor = actor
	return f(tx)
}

// Next returns the next number of a sequence of the workspace, from 1. A
// number may be skipped, when the work that got it is given up, but never
// repeats; an attempt that is tried again keeps the numbers it had.
func (tx *Tx) Next(name string) (int64, error) {
	if tx.used == nil {
		tx.used = map[string]int{}
	}
	i := tx.used[name]
	tx.used[name]++
	if i < len(tx.given[name]) {
		return tx.given[name][i], nil
	}
	n, err := tx.db.engine.next(tx, name)
	if err != nil {
		return 0, err
	}
	tx.given[name] = append(tx.given[name], n)
	return n, nil
}

// Exec runs a statement and returns how many rows it changed.
func (tx *Tx) Exec(query string, args ...any) (int64, error) {
	return tx.q.exec(tx.ctx, query, args...)
}

// Write runs a statement that nobody asks anything about. On PostgreSQL it goes
// along with the next statement that is waited for, or with the commit, and
// what is wrong with it comes as the error of that.
func (tx *Tx) Write(query string, args ...any) error {
	return tx.q.write(tx.ctx, query, args...)
}

// Row is what a scan function reads one record from.
type Row interface{ Scan(dest ...any) error }

// One returns the first row of a query: sql.ErrNoRows if there is none.
func One[T any](tx *Tx, scan func(Row) (T, error), query string, args ...any) (T, error) {
	var none T
	rows, err := tx.q.query(tx.ctx, query, args...)
	if err != nil {
		return none, err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return none, err
		}
		return none, sql.ErrNoRows
	}
	v, err := scan(rows)
	if err != nil {
		return none, err
	}
	return v, rows.Close()
}

// All returns every row of a query.
func All[T any](tx *Tx, scan func(Row) (T, error), query string, args ...any) ([]T, error) {
	rows, err := tx.q.query(tx.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// Value scans a row of one column.
func Value[T any](r Row) (v T, err error) { return v, r.Scan(&v) }

// Values returns the placeholders of rows of n columns for an INSERT of many
// rows: "($1,$2),($3,$4)".
func Values(rows, n int) string {
	b := make([]byte, 0, rows*n*5)
	for i := range rows * n {
		switch {
		case i == 0:
			b = append(b, '(')
		case i%n == 0:
			b = append(b, "),("...)
		default:
			b = append(b, ',')
		}
		b = append(b, '$')
		b = strconv.AppendInt(b, int64(i+1), 10)
	}
	return string(append(b, ')'))
}
