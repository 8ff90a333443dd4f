package mailbox

import (
	"time"

	"muster/internal/db"
	"muster/internal/ticket"
)

// sameRow is a row of the ledger that may be the same mail as another.
type sameRow struct {
	id, inbox string
	ticket    ticket.ID
	outcome   Outcome
}

// sameMail returns the rows that have the same mail as m and count, oldest first:
// those that were settled, and those with the same bytes that wait before it: these
// are looked for by their bytes, since what waits is where all that comes in is written.
func sameMail(tx *db.Tx, m Message) ([]sameRow, error) {
	return db.All(tx, func(r db.Row) (s sameRow, err error) {
		return s, r.Scan(&s.id, &s.inbox, &s.ticket, &s.outcome)
	}, `
		SELECT id, inbox_id, ticket_id, outcome FROM mail_ledger
		WHERE  workspace_id = $1 AND message_id = $2 AND message_id <> '' AND id <> $3 AND sender = $4 AND content = $5
		       AND outcome IN ('ticket', 'reply', 'bounce-of', 'quarantined')
		UNION  ALL
		SELECT id, inbox_id, ticket_id, outcome FROM mail_ledger
		WHERE  workspace_id = $1 AND blob = $6 AND id < $3 AND outcome || '' = 'pending'
		ORDER  BY 1 LIMIT 20`,
		tx.Workspace, m.MessageID, m.ID, m.Sender, m.Content, m.Blob)
}

func ticketOfEntry(tx *db.Tx, entry string) (string, error) {
	return db.One(tx, db.Value[string], `SELECT ticket_id FROM entries WHERE workspace_id = $1 AND id = $2`, tx.Workspace, entry)
}

// ticketOfMail returns the ticket of the newest mail with one of some Message-IDs, in one inbox if it is given.
// It sorts by what is no index: SQLite would go through the whole ledger from its end.
func ticketOfMail(tx *db.Tx, ids []string, inbox string) (ticket.ID, error) {
	f := db.In(tx.Filter(), "message_id", ids).Where("message_id <> ''").Where("ticket_id <> ''")
	if inbox != "" {
		f.Where("inbox_id = ?", inbox)
	}
	return db.One(tx, db.Value[ticket.ID], `SELECT ticket_id FROM mail_ledger `+f.SQL()+` ORDER BY id || '' DESC LIMIT 1`, f.Args()...)
}

// stranded returns messages that have waited since before an instant, longer than their job would have tried.
func stranded(tx *db.Tx, before time.Time, limit int) ([]string, error) {
	return db.All(tx, db.Value[string], `
		SELECT id FROM mail_ledger
		WHERE  workspace_id = $1 AND outcome = 'pending' AND id < $2 AND (settled_at IS NULL OR settled_at < $3)
		ORDER  BY id LIMIT $4`, tx.Workspace, db.IDBefore(before.UnixMicro()), db.Time(&before), limit)
}

// withOutcome returns the ids of messages with an outcome, oldest first.
func withOutcome(tx *db.Tx, o Outcome, limit int) ([]string, error) {
	return db.All(tx, db.Value[string], `
		SELECT id FROM mail_ledger WHERE workspace_id = $1 AND outcome = $2 ORDER BY id LIMIT $3`, tx.Workspace, o, limit)
}

// moveMail has the mail of a ticket follow its entries, some of which stand on another now.
func moveMail(tx *db.Tx, from ticket.ID) error {
	_, err := tx.Exec(`
		UPDATE mail_ledger SET ticket_id = COALESCE((
			SELECT e.ticket_id FROM entries e WHERE e.workspace_id = mail_ledger.workspace_id AND e.id = mail_ledger.entry_id), ticket_id)
		WHERE workspace_id = $1 AND ticket_id = $2 AND ticket_id <> '' AND entry_id <> ''`, tx.Workspace, from)
	return err
}
