package mailbox

import (
	"database/sql"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/text"
	"muster/internal/ticket"
)

const messageColumns = `id, inbox_id, origin, size, blob, received_at, outcome, reason, ticket_id, entry_id, other_id, trusted, attempts,
	message_id, sender, subject, content, settled_at, steps`

func scanMessage(r db.Row) (m Message, err error) {
	err = r.Scan(&m.ID, &m.Origin.Inbox, db.JSON(&m.Origin), &m.Size, &m.Blob, db.Time(&m.ReceivedAt), &m.Outcome, &m.Reason, &m.Ticket,
		&m.Entry, &m.Other, db.Bool(&m.Trusted), &m.Attempts, &m.MessageID, &m.Sender, &m.Subject, &m.Content, db.Time(&m.SettledAt),
		db.JSON(&m.Steps))
	return m, err
}

// insertMessage stores a new message, and reports false if its origin is known already.
func insertMessage(tx *db.Tx, key string, m Message) (bool, error) {
	n, err := tx.Exec(`
		INSERT INTO mail_ledger (workspace_id, id, inbox_id, source, origin_key, origin, size, blob, received_at, outcome, reason, ticket_id,
			entry_id, other_id, trusted, attempts, message_id, sender, subject, content, words, steps)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '', '', '', 0, 0, '', '', '', '', '', '[]')
		ON CONFLICT (workspace_id, origin_key) DO NOTHING`,
		tx.Workspace, m.ID, m.Origin.Inbox, m.Origin.Source, key, db.JSON(&m.Origin), m.Size, m.Blob, db.Time(&m.ReceivedAt), m.Outcome)
	return n > 0, err
}

func idAt(tx *db.Tx, key string) (string, error) {
	return db.One(tx, db.Value[string], `SELECT id FROM mail_ledger WHERE workspace_id = $1 AND origin_key = $2`, tx.Workspace, key)
}

func keysIn(tx *db.Tx, keys map[string]uint32) ([]string, error) {
	var found []string
	for some := range slices.Chunk(slices.Sorted(maps.Keys(keys)), 500) {
		f := db.In(tx.Filter(), "origin_key", some)
		here, err := db.All(tx, db.Value[string], `SELECT origin_key FROM mail_ledger `+f.SQL(), f.Args()...)
		if err != nil {
			return nil, err
		}
		found = append(found, here...)
	}
	return found, nil
}

// settle stores what became of a message. It must have had the outcome from until now.
func settle(tx *db.Tx, m Message, from Outcome) error {
	n, err := tx.Exec(`
		UPDATE mail_ledger SET outcome = $4, reason = $5, ticket_id = $6, entry_id = $7, other_id = $8, trusted = $9, attempts = $10,
			message_id = $11, sender = $12, subject = $13, content = $14, words = $15, settled_at = $16, steps = $17, inbox_id = $18, origin = $19
		WHERE workspace_id = $1 AND id = $2 AND outcome = $3`,
		tx.Workspace, m.ID, from, m.Outcome, m.Reason, m.Ticket, m.Entry, m.Other, db.Bool(&m.Trusted), m.Attempts,
		m.MessageID, m.Sender, m.Subject, m.Content, text.Fold(m.Sender+" "+m.Subject), db.Time(&m.SettledAt), db.JSON(&m.Steps), m.Origin.Inbox, db.JSON(&m.Origin))
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "Something else has become of this mail meanwhile. Look at it again.")
	}
	tx.Tally(family, string(from), -1)
	tx.Tally(family, string(m.Outcome), 1)
	return err
}

var placeholder = regexp.MustCompile(`\$\d+`)

// mailSeen returns a filter of mails that lets through what the actor may see:
// who sees only some tickets sees the mails of those.
func mailSeen(tx *db.Tx) *db.Filter {
	if tx.Scope.Teams == nil && tx.Scope.Orgs == nil && tx.Scope.Kinds == nil {
		return tx.Filter()
	}
	tickets := ticket.Visible(tx, tx.Filter()) // its placeholders stand in the order of its arguments
	return tx.Filter().Where("EXISTS (SELECT 1 FROM tickets "+placeholder.ReplaceAllString(tickets.SQL(), "?")+" AND tickets.id = mail_ledger.ticket_id)", tickets.Args()...)
}

func message(tx *db.Tx, id string) (Message, error) {
	f := mailSeen(tx).Where("id = ?", id)
	return db.One(tx, scanMessage, `SELECT `+messageColumns+` FROM mail_ledger `+f.SQL(), f.Args()...)
}

// looked bounds how many rows one page of a search for words looks at.
const looked = "20000"

func listMessages(tx *db.Tx, q LedgerQuery) (LedgerPage, error) {
	f := mailSeen(tx)
	if q.Outcome != "" {
		f.Where("outcome = ?", q.Outcome)
	}
	if q.Ticket != "" {
		f.Where("ticket_id = ? AND ticket_id <> ''", q.Ticket)
	}
	if q.Cursor != "" {
		f.Where("id < ?", q.Cursor)
	}
	if words := text.Fold(q.Words); words != "" {
		return searchMessages(tx, f, words, q.Limit)
	}
	all, err := db.All(tx, scanMessage, `
		SELECT `+messageColumns+` FROM mail_ledger `+f.SQL()+` ORDER BY id DESC LIMIT `+f.Arg(q.Limit+1), f.Args()...)
	return pageOf(all, q.Limit), err
}

// searchMessages looks for words in the newest of the rows that f lets through.
// A page may have fewer hits than there is room for, and yet a next one.
func searchMessages(tx *db.Tx, f *db.Filter, words string, limit int) (LedgerPage, error) {
	rows := `(SELECT * FROM mail_ledger ` + f.SQL() + ` ORDER BY id DESC LIMIT ` + looked + `) newest`
	last, err := db.One(tx, db.Value[sql.NullString], `SELECT CASE WHEN count(*) = `+looked+` THEN min(id) END FROM `+rows, f.Args()...)
	if err != nil {
		return LedgerPage{}, err
	}
	pattern := "%" + likeEscape.Replace(words) + "%"
	all, err := db.All(tx, scanMessage, `
		SELECT `+messageColumns+` FROM `+rows+`
		WHERE  words LIKE `+f.Arg(pattern)+` ESCAPE '\' ORDER BY id DESC LIMIT `+f.Arg(limit+1), f.Args()...)
	page := pageOf(all, limit)
	if page.Next == "" {
		page.Next = last.String
	}
	return page, err
}

func pageOf(all []Message, limit int) LedgerPage {
	page, next := db.Cut(all, limit, func(m Message) string { return m.ID })
	return LedgerPage{page, next}
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func blobsAfter(tx *db.Tx, after string, limit int) ([]string, error) {
	return db.All(tx, db.Value[string], `
		SELECT DISTINCT blob FROM mail_ledger WHERE workspace_id = $1 AND blob > $2 ORDER BY blob LIMIT $3`, tx.Workspace, after, limit)
}

func countMessages(tx *db.Tx) (map[string]int64, error) {
	counts := map[string]int64{}
	_, err := db.All(tx, func(r db.Row) (none struct{}, err error) {
		var outcome string
		var n int64
		err = r.Scan(&outcome, &n)
		counts[outcome] = n
		counts[received] += n
		return none, err
	}, `SELECT outcome, count(*) FROM mail_ledger WHERE workspace_id = $1 GROUP BY outcome`, tx.Workspace)
	return counts, err
}

// oldestPending returns when the oldest message that waits was received: zero if none does.
func oldestPending(tx *db.Tx) (at time.Time, err error) {
	_, err = db.One(tx, func(r db.Row) (struct{}, error) { return struct{}{}, r.Scan(db.Time(&at)) }, `
		SELECT received_at FROM mail_ledger WHERE workspace_id = $1 AND outcome = 'pending' ORDER BY id LIMIT 1`, tx.Workspace)
	if db.Missing(err) {
		return time.Time{}, nil
	}
	return at, err
}
