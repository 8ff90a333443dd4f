package rehearsal

import (
	"context"
	"time"

	"muster/internal/access"
	"muster/internal/automation"
	"muster/internal/db"
	"muster/internal/text"
	"muster/internal/ticket"
)

const columns = `id, kind, name, days, draft, state, seen, total, result, user_id, user_name, created_at, done_at`

func (r *Rehearsal) dest() []any {
	return []any{&r.ID, &r.Kind, &r.Name, &r.Days, db.JSON(&r.Draft), &r.State, &r.Seen, &r.Total, db.JSON(&r.Result), &r.User, &r.UserName,
		db.Time(&r.CreatedAt), db.Time(&r.DoneAt)}
}

func scan(row db.Row) (r Rehearsal, err error) { return r, row.Scan(r.dest()...) }

func insert(tx *db.Tx, r Rehearsal) error {
	_, err := tx.Exec(`INSERT INTO rehearsals (workspace_id, `+columns+`) VALUES `+db.Values(1, 14), append([]any{tx.Workspace}, r.dest()...)...)
	return err
}

func one(tx *db.Tx, id string) (Rehearsal, error) {
	return db.One(tx, scan, `SELECT `+columns+` FROM rehearsals WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id)
}

func newest(tx *db.Tx, limit int) ([]Rehearsal, error) {
	return db.All(tx, func(row db.Row) (r Rehearsal, err error) {
		return r, row.Scan(&r.ID, &r.Kind, &r.Name, &r.Days, &r.State, &r.Seen, &r.Total, &r.UserName, db.Time(&r.CreatedAt), db.Time(&r.DoneAt))
	}, `SELECT id, kind, name, days, state, seen, total, user_name, created_at, done_at FROM rehearsals WHERE workspace_id = $1 ORDER BY id DESC LIMIT $2`,
		tx.Workspace, limit)
}

// progress tells how far a rehearsal is. It is a statement of its own: the past is only read.
func progress(ctx context.Context, d *db.DB, id string, seen, total int) error {
	_, err := db.Single(ctx, d, db.Value[string], `UPDATE rehearsals SET seen = $3, total = $4 WHERE workspace_id = $1 AND id = $2 RETURNING id`,
		access.From(ctx).Workspace, id, seen, total)
	return err
}

func finish(tx *db.Tx, r Rehearsal) error {
	_, err := tx.Exec(`UPDATE rehearsals SET state = $3, seen = $4, total = $5, result = $6, done_at = $7 WHERE workspace_id = $1 AND id = $2`,
		tx.Workspace, r.ID, r.State, r.Seen, r.Total, db.JSON(&r.Result), db.Time(&tx.Now))
	return err
}

func sweep(tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(`DELETE FROM rehearsals WHERE workspace_id = $1 AND id < $2`, tx.Workspace, db.IDBefore(before.UnixMicro()))
	return err
}

// messages are what conditions ask about the messages of some tickets, by entry.
func messages(tx *db.Tx, tickets []string) (map[string]automation.MessageFacts, error) {
	f := new(db.Filter).Where("e.workspace_id = ?", tx.Workspace)
	these := db.These(f, tickets)
	found := map[string]automation.MessageFacts{}
	_, err := db.All(tx, func(r db.Row) (none struct{}, err error) {
		var id string
		var m automation.MessageFacts
		var v ticket.Verdict
		err = r.Scan(&id, &m.From, &m.Author, &m.Channel, db.JSON(&v), &m.Text, &m.Files)
		m.Words, m.Automatic = text.Fold(m.Text), v.Auto != ""
		found[id] = m
		return none, err
	}, `
		SELECT e.id, e.kind, e.author_name, e.channel, e.verdict, substr(e.body, 1, 8000),
		       (SELECT count(*) FROM attachments a WHERE a.workspace_id = e.workspace_id AND a.entry_id = e.id)
		FROM   `+these+` CROSS JOIN entries e `+f.SQL()+` AND e.ticket_id = these.column1`, f.Args()...)
	return found, err
}

// untouched are the points of open tickets that somebody had all the time: nothing happened on them since.
func untouched(tx *db.Tx, since time.Time) ([]*ticket.Ticket, error) {
	return db.All(tx, func(r db.Row) (*ticket.Ticket, error) {
		var t ticket.Ticket
		return &t, r.Scan(&t.ID, &t.Number, &t.Team, &t.Assignee, &t.Priority)
	}, `
		SELECT id, number, team_id, assignee_id, priority FROM tickets
		WHERE  workspace_id = $1 AND bucket = 'open' AND updated_at < $2 AND assignee_id <> ''
		ORDER  BY updated_at LIMIT 100000`, tx.Workspace, db.Time(&since))
}
