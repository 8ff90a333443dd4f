package catalogue

import (
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/text"
)

const (
	columns = `id, kind, name, description, COALESCE(team_id, ''), retired, version`
	most    = 1000 // items that a page shows whole
)

func scan(row db.Row) (i Item, err error) {
	var retired int64
	err = row.Scan(&i.ID, &i.Kind, &i.Name, &i.Description, &i.Team, &retired, &i.Version)
	i.Retired = retired != 0
	return i, err
}

func insert(tx *db.Tx, i Item) error {
	n, err := tx.Exec(`
		INSERT INTO catalogue_items (workspace_id, id, kind, name, name_folded, description, team_id, retired, version)
		VALUES ($1, $2, $3, $4, $5, $6, NULLIF($7, ''), 0, $8)
		ON CONFLICT DO NOTHING`,
		tx.Workspace, i.ID, i.Kind, i.Name, text.Fold(i.Name), i.Description, i.Team, i.Version)
	if err == nil && n == 0 {
		return taken(i)
	}
	return err
}

func taken(i Item) error {
	message := "There is already an item called " + i.Name + "."
	return &fault.Error{Kind: fault.Conflict, Message: message, Fields: map[string]string{"name": message}}
}

func update(tx *db.Tx, i Item) error {
	others, err := db.One(tx, db.Value[int64], `
		SELECT count(*) FROM catalogue_items WHERE workspace_id = $1 AND name_folded = $2 AND id <> $3`,
		tx.Workspace, text.Fold(i.Name), i.ID)
	if err != nil {
		return err
	}
	if others > 0 {
		return taken(i)
	}
	retired := 0
	if i.Retired {
		retired = 1
	}
	_, err = tx.Exec(`
		UPDATE catalogue_items
		SET    kind = $3, name = $4, name_folded = $5, description = $6, team_id = NULLIF($7, ''), retired = $8, version = $9
		WHERE  workspace_id = $1 AND id = $2`,
		tx.Workspace, i.ID, i.Kind, i.Name, text.Fold(i.Name), i.Description, i.Team, retired, i.Version)
	return err
}

// by returns the item of which a column has a value; asked is what the caller called it.
func by(tx *db.Tx, column, value, asked string) (Item, error) {
	i, err := db.One(tx, scan, `SELECT `+columns+` FROM catalogue_items WHERE workspace_id = $1 AND `+column+` = $2`,
		tx.Workspace, value)
	if db.Missing(err) {
		return Item{}, fault.New(fault.NotFound, "There is no item %.100q in the catalogue.", asked)
	}
	return i, err
}

func all(tx *db.Tx) ([]Item, error) {
	return db.All(tx, scan, `
		SELECT `+columns+` FROM catalogue_items WHERE workspace_id = $1 ORDER BY name_folded, id LIMIT $2`, tx.Workspace, most)
}

func teamExists(tx *db.Tx, id string) error {
	if id == "" {
		return nil
	}
	n, err := db.One(tx, db.Value[int64], `SELECT count(*) FROM teams WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id)
	if err == nil && n == 0 {
		return fault.Field("team", "There is no team %.100q.", id)
	}
	return err
}
