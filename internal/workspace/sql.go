package workspace

import (
	"context"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
)

const columns = `workspace_id, slug, name, host, settings, created_at, version`

func scan(row db.Row) (w Workspace, err error) {
	return w, row.Scan(&w.ID, &w.Slug, &w.Name, &w.Host, db.JSON(&w.Settings), db.Time(&w.CreatedAt), &w.Version)
}

func insert(tx *db.Tx, w Workspace) error {
	n, err := tx.Exec(`
		INSERT INTO workspaces (`+columns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT DO NOTHING`,
		w.ID, w.Slug, w.Name, w.Host, db.JSON(&w.Settings), db.Time(&w.CreatedAt), w.Version)
	if err == nil && n == 0 {
		return taken(tx, w)
	}
	return err
}

// taken says which of the names that must be unique another workspace has.
func taken(tx *db.Tx, w Workspace) error {
	other, err := db.One(tx, scan, `
		SELECT `+columns+` FROM workspaces WHERE workspace_id <> $1 AND (slug = $2 OR host = $3) ORDER BY created_at LIMIT 1`,
		w.ID, w.Slug, w.Host)
	switch {
	case err != nil:
		return err
	case other.Host == w.Host && w.Host == "":
		return conflict("host", "The workspace "+other.Name+" already answers on every host: give this one a host name.")
	case other.Host == w.Host:
		return conflict("host", "The workspace "+other.Name+" already answers at "+w.Host+".")
	}
	return conflict("slug", "There is already a workspace with the short name "+w.Slug+".")
}

func conflict(field, message string) error {
	return &fault.Error{Kind: fault.Conflict, Message: message, Fields: map[string]string{field: message}}
}

func insertRole(tx *db.Tx, r access.Role) error {
	_, err := tx.Exec(`
		INSERT INTO roles (workspace_id, id, name, rights, reach, kinds)
		VALUES ($1, $2, $3, $4, $5, 'null')`,
		tx.Workspace, r.ID, r.Name, db.JSON(&r.Rights), r.Reach)
	return err
}

func update(tx *db.Tx, w Workspace) error {
	others, err := db.One(tx, db.Value[int64], `
		SELECT count(*) FROM workspaces WHERE workspace_id <> $1 AND host = $2`, w.ID, w.Host)
	if err != nil {
		return err
	}
	if others > 0 {
		return taken(tx, w)
	}
	_, err = tx.Exec(`
		UPDATE workspaces SET name = $2, host = $3, settings = $4, version = $5 WHERE workspace_id = $1`,
		tx.Workspace, w.Name, w.Host, db.JSON(&w.Settings), w.Version)
	return err
}

func read(tx *db.Tx) (Workspace, error) {
	w, err := db.One(tx, scan, `SELECT `+columns+` FROM workspaces WHERE workspace_id = $1`, tx.Workspace)
	if db.Missing(err) {
		return Workspace{}, fault.New(fault.NotFound, "This workspace does not exist.")
	}
	return w, err
}

func first(ctx context.Context, d *db.DB) (w Workspace, err error) {
	err = d.View(ctx, func(tx *db.Tx) error {
		w, err = db.One(tx, scan, `SELECT `+columns+` FROM workspaces ORDER BY created_at, workspace_id LIMIT 1`)
		return err
	})
	return w, err
}

func byHost(ctx context.Context, d *db.DB, host string) (w Workspace, err error) {
	err = d.View(ctx, func(tx *db.Tx) error {
		w, err = db.One(tx, scan, `
			SELECT `+columns+` FROM workspaces WHERE host = $1 OR host = '' ORDER BY host DESC LIMIT 1`, host)
		return err
	})
	return w, err
}

// All returns every workspace, the oldest first: for jobs that look after each of them.
func All(ctx context.Context, d *db.DB) (all []Workspace, err error) {
	err = d.View(ctx, func(tx *db.Tx) error {
		all, err = db.All(tx, scan, `SELECT `+columns+` FROM workspaces ORDER BY created_at, workspace_id`)
		return err
	})
	return all, err
}

// BySlug returns the workspace with a short name: for the command line.
func BySlug(ctx context.Context, d *db.DB, slug string) (w Workspace, err error) {
	err = d.View(ctx, func(tx *db.Tx) error {
		w, err = db.One(tx, scan, `SELECT `+columns+` FROM workspaces WHERE slug = $1`, slug)
		return err
	})
	if db.Missing(err) {
		return Workspace{}, fault.New(fault.NotFound, "There is no workspace with the short name %q.", slug)
	}
	return w, err
}
