package outbox

import (
	"regexp"
	"time"

	"muster/internal/db"
	"muster/internal/ticket"
)

var placeholder = regexp.MustCompile(`\$\d+`)

const deliveryColumns = `d.id, d.entry_id, d.copy, d.name, d.address, d.state, d.attempts, d.code, d.response, d.queued_at, d.tried_at, d.next_at`

func (d *Delivery) dest() []any {
	return []any{&d.ID, &d.Entry, db.Bool(&d.Copy), &d.Name, &d.Address, &d.State, &d.Attempts, &d.Code, &d.Response,
		db.Time(&d.QueuedAt), db.Time(&d.TriedAt), db.Time(&d.NextAt)}
}

func scanDelivery(r db.Row) (d Delivery, err error) { return d, r.Scan(d.dest()...) }

func insertDeliveries(tx *db.Tx, all []Delivery) error {
	if len(all) == 0 {
		return nil
	}
	var args []any
	for i := range all {
		args = append(args, all[i].row(tx)...)
	}
	return tx.Write(insertDelivery+db.Values(len(all), 14), args...)
}

const insertDelivery = `
	INSERT INTO mail_deliveries (workspace_id, id, entry_id, copy, name, address, folded, state, attempts, code, response, queued_at, tried_at, next_at)
	VALUES `

func (d *Delivery) row(tx *db.Tx) []any {
	return []any{tx.Workspace, d.ID, d.Entry, db.Bool(&d.Copy), d.Name, d.Address, ticket.FoldAddress(d.Address), d.State, d.Attempts, d.Code, d.Response,
		db.Time(&d.QueuedAt), db.Time(&d.TriedAt), db.Time(&d.NextAt)}
}

// store stores how far a delivery has come, and tells of it if that is news. The row
// is there, and is met as one that is inserted again: to look for it would be to
// read the end of the index, where all that is written now is put, and PostgreSQL
// would take two that do so at the same time for ones that depend on each other.
func store(tx *db.Tx, t ticket.ID, d Delivery, before State) error {
	if err := tx.Write(insertDelivery+db.Values(1, 14)+`
		ON CONFLICT (workspace_id, id) DO UPDATE SET state = excluded.state, attempts = excluded.attempts, code = excluded.code,
			response = excluded.response, queued_at = excluded.queued_at, tried_at = excluded.tried_at, next_at = excluded.next_at`,
		d.row(tx)...); err != nil {
		return err
	}
	if d.State != before {
		tx.Emit(DeliveryChanged{Ticket: t, Entry: d.Entry, Delivery: d.ID, Recipient: d.Address, State: d.State, Response: d.Response})
	}
	return nil
}

func deliveriesOf(tx *db.Tx, entries []string) ([]Delivery, error) {
	f := db.In(tx.FilterAs("d"), "d.entry_id", entries)
	return db.All(tx, scanDelivery, `SELECT `+deliveryColumns+` FROM mail_deliveries d `+f.SQL()+` ORDER BY d.entry_id, d.id`, f.Args()...)
}

// lastEntryTo returns the newest entry that was sent to an address since an instant.
func lastEntryTo(tx *db.Tx, folded string, since time.Time) (string, error) {
	return db.One(tx, db.Value[string], `
		SELECT entry_id FROM mail_deliveries
		WHERE  workspace_id = $1 AND folded = $2 AND id >= $3 AND attempts > 0
		ORDER  BY id DESC LIMIT 1`, tx.Workspace, folded, db.IDBefore(since.UnixMicro()))
}

// listWaiting returns deliveries in a state, newest first, with the ticket they are about, as far as the actor may see
// those. SQLite joins in the order in which CROSS JOIN names the tables.
func listWaiting(tx *db.Tx, state State, cursor string, limit int) ([]Waiting, error) {
	f := tx.FilterAs("d").Where("d.state = ?", state)
	if cursor != "" {
		f.Where("d.id < ?", cursor)
	}
	if tx.Scope.Teams != nil || tx.Scope.Orgs != nil || tx.Scope.Kinds != nil {
		seen := ticket.Visible(tx, tx.Filter())
		f.Where("EXISTS (SELECT 1 FROM tickets "+placeholder.ReplaceAllString(seen.SQL(), "?")+" AND tickets.id = e.ticket_id)", seen.Args()...)
	}
	return db.All(tx, func(r db.Row) (w Waiting, err error) {
		return w, r.Scan(append(w.Delivery.dest(), &w.Ticket, &w.Number, &w.Title)...)
	}, `
		SELECT `+deliveryColumns+`, t.id, t.number, t.title
		FROM   mail_deliveries d CROSS JOIN entries e CROSS JOIN tickets t
		`+f.SQL()+`
		AND    e.workspace_id = d.workspace_id AND e.id = d.entry_id
		AND    t.workspace_id = e.workspace_id AND t.id = e.ticket_id
		ORDER  BY d.id DESC LIMIT `+f.Arg(limit), f.Args()...)
}

func insertMemo(tx *db.Tx, id string, m Memo) error {
	_, err := tx.Exec(`INSERT INTO mail_memos (workspace_id, id, subject, body, page, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		tx.Workspace, id, m.Subject, m.Text, m.Page, db.Time(&tx.Now))
	return err
}

func memo(tx *db.Tx, id string) (Memo, error) {
	return db.One(tx, func(r db.Row) (m Memo, err error) { return m, r.Scan(&m.Subject, &m.Text, &m.Page) },
		`SELECT subject, body, page FROM mail_memos WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id)
}

// removeMemos removes memos from before an instant that are no longer to be sent, and returns their ids.
func removeMemos(tx *db.Tx, before time.Time, limit int) ([]string, error) {
	return db.All(tx, db.Value[string], `
		DELETE FROM mail_memos WHERE workspace_id = $1 AND id IN (
			SELECT m.id FROM mail_memos m
			WHERE  m.workspace_id = $1 AND m.id < $2 AND NOT EXISTS (
				SELECT 1 FROM mail_deliveries d WHERE d.workspace_id = $1 AND d.entry_id = m.id AND d.state IN ('queued', 'deferred'))
			ORDER  BY m.id LIMIT $3)
		RETURNING id`, tx.Workspace, db.IDBefore(before.UnixMicro()), limit)
}

func removeDeliveries(tx *db.Tx, entries []string) error {
	f := db.In(tx.Filter(), "entry_id", entries)
	_, err := tx.Exec(`DELETE FROM mail_deliveries `+f.SQL(), f.Args()...)
	return err
}

// listMemos is listWaiting for memos.
func listMemos(tx *db.Tx, state State, cursor string, limit int) ([]Waiting, error) {
	f := tx.FilterAs("d").Where("d.state = ?", state)
	if cursor != "" {
		f.Where("d.id < ?", cursor)
	}
	return db.All(tx, func(r db.Row) (w Waiting, err error) {
		return w, r.Scan(append(w.Delivery.dest(), &w.Title)...)
	}, `
		SELECT `+deliveryColumns+`, m.subject
		FROM   mail_deliveries d CROSS JOIN mail_memos m
		`+f.SQL()+`
		AND    m.workspace_id = d.workspace_id AND m.id = d.entry_id
		ORDER  BY d.id DESC LIMIT `+f.Arg(limit), f.Args()...)
}
