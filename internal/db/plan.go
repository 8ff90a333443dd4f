package db

import (
	"context"
	"strings"
)

// Overhear has f told of every statement before it is run, and whether its answer
// is waited for: for tests that count the ways to the database. It must be
// called before d is used.
func (db *DB) Overhear(f func(statement string, waits bool)) { db.overheard = f }

// overheard is a querier that tells of what it is asked.
type overheard struct {
	querier
	tell func(statement string, waits bool)
}

func (o overheard) exec(ctx context.Context, query string, args ...any) (int64, error) {
	o.tell(query, true)
	return o.querier.exec(ctx, query, args...)
}

func (o overheard) query(ctx context.Context, query string, args ...any) (rows, error) {
	o.tell(query, true)
	return o.querier.query(ctx, query, args...)
}

func (o overheard) write(ctx context.Context, query string, args ...any) error {
	o.tell(query, false)
	return o.querier.write(ctx, query, args...)
}

// Plan is how SQLite finds the rows of a statement.
type Plan struct {
	Statement string
	Steps     []string // such as "SEARCH tickets USING INDEX tickets_team (workspace_id=? AND team_id=?)"
}

// Plans returns the plans of the statements that were run last, for tests that
// look whether one goes through more rows than it must. There are none on
// PostgreSQL, which plans by what it knows of the data. Nothing else may use d meanwhile.
func (db *DB) Plans(ctx context.Context) ([]Plan, error) {
	e, ok := db.engine.(*sqliteEngine)
	if !ok {
		return nil, nil
	}
	var plans []Plan
	for _, statement := range e.statements() {
		if !planned(statement) {
			continue
		}
		p := Plan{Statement: statement}
		err := db.View(ctx, func(tx *Tx) (err error) {
			p.Steps, err = All(tx, func(r Row) (step string, err error) {
				var id, parent, unused int64
				return step, r.Scan(&id, &parent, &unused, &step)
			}, "EXPLAIN QUERY PLAN "+statement, make([]any, strings.Count(statement, "$"))...)
			return err
		})
		if err != nil {
			return nil, err
		}
		plans = append(plans, p)
	}
	return plans, nil
}

func planned(statement string) bool {
	first, _, _ := strings.Cut(strings.TrimSpace(statement), " ")
	switch strings.TrimSpace(first) {
	case "SELECT", "UPDATE", "DELETE", "INSERT", "WITH":
		return true
	}
	return false
}
