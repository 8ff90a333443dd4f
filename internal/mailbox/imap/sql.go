package imap

import "muster/internal/db"

const cursorColumns = `inbox_id, folder, validity, first_uid, last_uid, careful_until, tries, since, reconciled_at`

func scanCursor(r db.Row) (c Cursor, err error) {
	return c, r.Scan(&c.Inbox, &c.Folder, &c.Validity, &c.First, &c.Last, &c.Careful, &c.Tries, db.Time(&c.Since), db.Time(&c.Reconciled))
}

func selectCursors(tx *db.Tx, inbox string) ([]Cursor, error) {
	return db.All(tx, scanCursor, `
		SELECT `+cursorColumns+` FROM imap_cursors WHERE workspace_id = $1 AND inbox_id = $2 ORDER BY folder`, tx.Workspace, inbox)
}

// selectCursor returns a cursor that stands before everything if there is none.
func selectCursor(tx *db.Tx, inbox, folder string) (Cursor, error) {
	c, err := db.One(tx, scanCursor, `
		SELECT `+cursorColumns+` FROM imap_cursors WHERE workspace_id = $1 AND inbox_id = $2 AND folder = $3`, tx.Workspace, inbox, folder)
	if db.Missing(err) {
		return Cursor{Inbox: inbox, Folder: folder}, nil
	}
	return c, err
}

func upsertCursor(tx *db.Tx, c Cursor) error {
	_, err := tx.Exec(`
		INSERT INTO imap_cursors (workspace_id, `+cursorColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (workspace_id, inbox_id, folder) DO UPDATE SET
			validity = excluded.validity, first_uid = excluded.first_uid, last_uid = excluded.last_uid, careful_until = excluded.careful_until,
			tries = excluded.tries, since = excluded.since, reconciled_at = excluded.reconciled_at`,
		tx.Workspace, c.Inbox, c.Folder, int64(c.Validity), int64(c.First), int64(c.Last), int64(c.Careful), c.Tries, db.Time(&c.Since), db.Time(&c.Reconciled))
	return err
}

func scanState(r db.Row) (s State, err error) {
	return s, r.Scan(&s.Status, &s.Detail, db.Time(&s.Since), &s.Failures, db.Time(&s.Fetched))
}

func selectState(tx *db.Tx, inbox string) (State, error) {
	s, err := db.One(tx, scanState, `
		SELECT status, detail, since, failures, fetched_at FROM imap_states WHERE workspace_id = $1 AND inbox_id = $2`, tx.Workspace, inbox)
	if db.Missing(err) {
		return State{Status: Waiting}, nil
	}
	return s, err
}

func upsertState(tx *db.Tx, inbox string, s State) error {
	_, err := tx.Exec(`
		INSERT INTO imap_states (workspace_id, inbox_id, status, detail, since, failures, fetched_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (workspace_id, inbox_id) DO UPDATE SET
			status = excluded.status, detail = excluded.detail, since = excluded.since, failures = excluded.failures, fetched_at = excluded.fetched_at`,
		tx.Workspace, inbox, string(s.Status), s.Detail, db.Time(&s.Since), s.Failures, db.Time(&s.Fetched))
	return err
}

func deleteInbox(tx *db.Tx, inbox string) error {
	if _, err := tx.Exec(`DELETE FROM imap_cursors WHERE workspace_id = $1 AND inbox_id = $2`, tx.Workspace, inbox); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM imap_states WHERE workspace_id = $1 AND inbox_id = $2`, tx.Workspace, inbox)
	return err
}
