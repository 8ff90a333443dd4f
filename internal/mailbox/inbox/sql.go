package inbox

import (
	"encoding/json"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/ticket"
)

const columns = `workspace_id, id, address, active, settings, created_at, version`

func scan(r db.Row) (in Inbox, err error) {
	var settings string
	if err := r.Scan(&in.Workspace, &in.ID, &in.Address, db.Bool(&in.Active), &settings, db.Time(&in.CreatedAt), &in.Version); err != nil {
		return in, err
	}
	return in, json.Unmarshal([]byte(settings), &in)
}

func list(tx *db.Tx) (List, error) {
	return db.All(tx, scan, `SELECT `+columns+` FROM inboxes WHERE workspace_id = $1 ORDER BY id`, tx.Workspace)
}

func anywhere(tx *db.Tx, folded, plain string) (Inbox, error) {
	return db.One(tx, scan, `
		SELECT `+columns+` FROM inboxes WHERE folded IN ($1, $2) AND active = 1
		ORDER  BY CASE WHEN folded = $1 THEN 0 ELSE 1 END, id LIMIT 1`, folded, plain)
}

// takenAnywhere reports whether another inbox has an address that this one is to get: one workspace must not get another's mail.
func takenAnywhere(tx *db.Tx, in Inbox) (bool, error) {
	n, err := db.One(tx, db.Value[int64], `
		SELECT count(*) FROM inboxes WHERE folded = $1 AND id <> $2
		AND    NOT EXISTS (SELECT 1 FROM inboxes WHERE folded = $1 AND id = $2)`, ticket.FoldAddress(in.Address), in.ID)
	return n > 0, err
}

func store(tx *db.Tx, in Inbox) error {
	taken, err := takenAnywhere(tx, in)
	if err != nil {
		return err
	}
	if taken {
		return fault.Field("address", "There is an inbox with the address %s already, here or in another workspace.", in.Address)
	}
	_, err = tx.Exec(`
		INSERT INTO inboxes (`+columns+`, folded)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (workspace_id, id) DO UPDATE SET
			address = excluded.address, folded = excluded.folded, active = excluded.active, settings = excluded.settings, version = excluded.version`,
		tx.Workspace, in.ID, in.Address, db.Bool(&in.Active), db.JSON(&in), db.Time(&in.CreatedAt), in.Version, ticket.FoldAddress(in.Address))
	return err
}
