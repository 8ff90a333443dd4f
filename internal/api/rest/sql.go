package rest

import (
	"time"

	"muster/internal/db"
)

type keptAnswer struct{ print, answer string }

func findAnswer(tx *db.Tx, key string) (keptAnswer, error) {
	since := tx.Now.Add(-keptFor)
	return db.One(tx, func(r db.Row) (k keptAnswer, err error) { return k, r.Scan(&k.print, &k.answer) }, `
		SELECT print, answer FROM api_answers
		WHERE  workspace_id = $1 AND token_id = $2 AND key = $3 AND created_at > $4`, tx.Workspace, tx.ID, key, db.Time(&since))
}

func keepAnswer(tx *db.Tx, key, print, answer string) error {
	_, err := tx.Exec(`
		INSERT INTO api_answers (workspace_id, token_id, key, print, answer, created_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (workspace_id, token_id, key) DO UPDATE SET
			print = excluded.print, answer = excluded.answer, created_at = excluded.created_at`,
		tx.Workspace, tx.ID, key, print, answer, db.Time(&tx.Now))
	return err
}

// forgetAnswers is done for all workspaces at once.
func forgetAnswers(tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(`DELETE FROM api_answers WHERE created_at <= $1`, db.Time(&before))
	return err
}
