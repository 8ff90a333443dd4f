package complaint

import (
	"muster/internal/db"
	"muster/internal/ticket"
)

func find(tx *db.Tx, id ticket.ID) (Details, error) {
	d, err := db.One(tx, func(r db.Row) (d Details, err error) {
		return d, r.Scan(&d.Outcome, &d.Lesson, &d.About)
	}, `SELECT outcome, lesson, about_id FROM complaints WHERE workspace_id = $1 AND ticket_id = $2`, tx.Workspace, id)
	if db.Missing(err) {
		return Details{}, nil
	}
	return d, err
}

func save(tx *db.Tx, id ticket.ID, d Details) error {
	_, err := tx.Exec(`
		INSERT INTO complaints (workspace_id, ticket_id, outcome, lesson, about_id) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (workspace_id, ticket_id) DO UPDATE SET
			outcome = excluded.outcome, lesson = excluded.lesson, about_id = excluded.about_id`,
		tx.Workspace, id, d.Outcome, d.Lesson, d.About)
	return err
}
