package automation

import (
	"time"

	"muster/internal/db"
	"muster/internal/ticket"
)

// -- rules --

func scanRule(row db.Row) (r Rule, err error) {
	return r, row.Scan(&r.ID, &r.Name, &r.Place, db.Bool(&r.Active), db.JSON(&r.Definition), &r.Version)
}

func rules(tx *db.Tx, f *db.Filter) ([]Rule, error) {
	return db.All(tx, scanRule, `SELECT id, name, place, active, definition, version FROM rules `+f.SQL()+` ORDER BY place, id`, f.Args()...)
}

func storeRule(tx *db.Tx, r Rule) error {
	_, err := tx.Exec(`
		INSERT INTO rules (workspace_id, id, name, place, active, definition, version) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (workspace_id, id) DO UPDATE SET name = excluded.name, active = excluded.active, definition = excluded.definition, version = excluded.version`,
		tx.Workspace, r.ID, r.Name, r.Place, db.Bool(&r.Active), db.JSON(&r.Definition), r.Version)
	return err
}

func removeRule(tx *db.Tx, id string) error {
	_, err := tx.Exec(`DELETE FROM rules WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id)
	return err
}

func placeRule(tx *db.Tx, id string, place int64) error {
	_, err := tx.Exec(`UPDATE rules SET place = $3 WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id, place)
	return err
}

// -- macros --

func macros(tx *db.Tx, f *db.Filter) ([]Macro, error) {
	return db.All(tx, func(r db.Row) (m Macro, err error) {
		return m, r.Scan(&m.ID, &m.Name, &m.Version, db.JSON(&m))
	}, `SELECT id, name, version, definition FROM macros `+f.SQL()+` ORDER BY folded, id`, f.Args()...)
}

// -- runs --

func insertRun(tx *db.Tx, r *Run) error {
	_, err := tx.Exec(`
		INSERT INTO rule_runs (workspace_id, id, rule_id, name, ticket_id, event_id, what, caused_by, depth, result, at, why, steps)
		VALUES `+db.Values(1, 13), tx.Workspace, r.ID, r.Rule, r.Name, r.Ticket, r.Event, r.Trigger, r.CausedBy, r.Depth, r.Result,
		db.Time(&r.At), db.JSON(&r.Why), db.JSON(&r.Steps))
	return err
}

// selectRuns lists runs by their index: of a rule, of a ticket, or all.
func selectRuns(tx *db.Tx, f *db.Filter, limit int) ([]Run, error) {
	return db.All(tx, func(row db.Row) (r Run, err error) {
		return r, row.Scan(&r.ID, &r.Rule, &r.Name, &r.Ticket, &r.Event, &r.Trigger, &r.CausedBy, &r.Depth, &r.Result, db.Time(&r.At), db.JSON(&r.Why), db.JSON(&r.Steps))
	}, `
		SELECT id, rule_id, name, ticket_id, event_id, what, caused_by, depth, result, at, why, steps
		FROM   rule_runs `+f.SQL()+` ORDER BY id DESC LIMIT `+f.Arg(limit), f.Args()...)
}

type lately struct{ ran, halted int }

// countRuns counts among the newest runs on a ticket those since an instant.
func countRuns(tx *db.Tx, id ticket.ID, since time.Time) (lately, error) {
	return db.One(tx, func(r db.Row) (l lately, err error) { return l, r.Scan(&l.ran, &l.halted) }, `
		SELECT count(*) FILTER (WHERE result = 'ran'), count(*) FILTER (WHERE result = 'halted')
		FROM   (SELECT result, at FROM rule_runs WHERE workspace_id = $1 AND ticket_id = $2 ORDER BY id DESC LIMIT $4) recent
		WHERE  at > $3`, tx.Workspace, id, db.Time(&since), 2*mostRuns)
}

func dropRunsBefore(tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(`DELETE FROM rule_runs WHERE workspace_id = $1 AND at < $2`, tx.Workspace, db.Time(&before))
	return err
}

// dropRunsOf keeps the newest runs of a rule.
func dropRunsOf(tx *db.Tx, rule string, kept int) error {
	last, err := db.One(tx, db.Value[string], `
		SELECT id FROM rule_runs WHERE workspace_id = $1 AND rule_id = $2 ORDER BY id DESC LIMIT 1 OFFSET $3`, tx.Workspace, rule, kept)
	if db.Missing(err) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(`DELETE FROM rule_runs WHERE workspace_id = $1 AND rule_id = $2 AND id <= $3`, tx.Workspace, rule, last)
	return err
}
