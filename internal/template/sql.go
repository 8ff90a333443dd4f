package template

import (
	"database/sql/driver"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/text"
)

func templates(tx *db.Tx, f *db.Filter) ([]Template, error) {
	return db.All(tx, func(r db.Row) (t Template, err error) {
		return t, r.Scan(&t.ID, &t.Name, &t.Version, db.JSON(&t))
	}, `SELECT id, name, version, definition FROM templates `+f.SQL()+` ORDER BY folded, id`, f.Args()...)
}

// Shelf is where things are kept that have a name of their own: templates, macros.
type Shelf struct{ Table, What string }

const mostKept = 1000 // on a shelf

// Store keeps something, whose name must be its own.
func (s Shelf) Store(tx *db.Tx, id, name string, version int64, definition driver.Valuer) error {
	if err := tx.Must(access.RulesEdit); err != nil {
		return err
	}
	same, err := db.One(tx, db.Value[int64], `
		SELECT count(*) FROM `+s.Table+` WHERE workspace_id = $1 AND folded = $2 AND id <> $3`, tx.Workspace, text.Fold(name), id)
	if err != nil {
		return err
	}
	if same > 0 {
		message := "There is already a " + s.What + " called " + name + "."
		return &fault.Error{Kind: fault.Conflict, Message: message, Fields: map[string]string{"name": message}}
	}
	others, err := db.One(tx, db.Value[int64], `SELECT count(*) FROM `+s.Table+` WHERE workspace_id = $1 AND id <> $2`, tx.Workspace, id)
	if err != nil {
		return err
	}
	if others >= mostKept {
		return fault.New(fault.Invalid, "There can be %d of them, and there are. Remove one that is not needed.", mostKept)
	}
	_, err = tx.Exec(`
		INSERT INTO `+s.Table+` (workspace_id, id, name, folded, definition, version) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (workspace_id, id) DO UPDATE SET name = excluded.name, folded = excluded.folded, definition = excluded.definition, version = excluded.version`,
		tx.Workspace, id, name, text.Fold(name), definition, version)
	return err
}

// Remove removes something.
func (s Shelf) Remove(tx *db.Tx, id string) error {
	if err := tx.Must(access.RulesEdit); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM `+s.Table+` WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id)
	return err
}
