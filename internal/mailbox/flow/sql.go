package flow

import (
	"time"

	"muster/internal/db"
)

// countOne counts one more under a name, anew if the counting began before since.
func countOne(tx *db.Tx, name string, since time.Time) (n int, began time.Time, err error) {
	_, err = db.One(tx, func(r db.Row) (struct{}, error) { return struct{}{}, r.Scan(&n, db.Time(&began)) }, `
		INSERT INTO mail_caps (workspace_id, name, began_at, n) VALUES ($1, $2, $3, 1)
		ON CONFLICT (workspace_id, name) DO UPDATE SET
			n        = CASE WHEN mail_caps.began_at <= $4 THEN 1 ELSE mail_caps.n + 1 END,
			began_at = CASE WHEN mail_caps.began_at <= $4 THEN excluded.began_at ELSE mail_caps.began_at END
		RETURNING n, began_at`, tx.Workspace, name, db.Time(&tx.Now), db.Time(&since))
	return n, began, err
}

func forget(tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(`DELETE FROM mail_caps WHERE workspace_id = $1 AND began_at < $2`, tx.Workspace, db.Time(&before))
	return err
}
