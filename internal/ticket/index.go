package ticket

import (
	"context"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/search"
)

// index has an entry's words found.
func index(tx *db.Tx, t *Ticket, entries ...*Entry) error {
	docs := make([]search.Doc, len(entries))
	for i, e := range entries {
		docs[i] = e.doc(t)
	}
	return search.Put(tx, docs...)
}

// reindex has all words of a ticket found under its present title.
func reindex(tx *db.Tx, t *Ticket) error {
	entries, err := Entries(tx, t, "", maxMoved)
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		return search.Put(tx, search.Doc{Subject: Subject, ID: string(t.ID), Title: t.Title, At: t.CreatedAt})
	}
	return index(tx, t, entries...)
}

// Reindex makes all tickets of the workspace that ctx acts in findable anew, and returns how many.
func Reindex(ctx context.Context, d *db.DB) (n int, err error) {
	for after := ID(""); ; {
		some, last := 0, after
		err := d.Update(ctx, func(tx *db.Tx) error {
			if err := tx.Must(access.Settings); err != nil {
				return err
			}
			tickets, err := db.All(tx, scan, `SELECT `+columns+` FROM tickets WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT 200`, tx.Workspace, after)
			for _, t := range tickets {
				if err := reindex(tx, t); err != nil {
					return err
				}
			}
			if some = len(tickets); some > 0 {
				last = tickets[some-1].ID
			}
			return err
		})
		n, after = n+some, last
		if err != nil || some == 0 {
			return n, err
		}
	}
}
