package ticket

import (
	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"slices"
)

const entryColumns = `id, ticket_id, kind, author_kind, author_id, author_name, author_address, channel, source, body, html, quoted,
	remote, recipients, message_id, verdict, created_at, send_at, withdrawn_at`

// recipients are stored together: nobody asks for one apart.
type recipients struct {
	To       []Person `json:"to,omitempty"`
	Cc       []Person `json:"cc,omitempty"`
	Mentions []string `json:"mentions,omitempty"`
	Quiet    bool     `json:"quiet,omitempty"`
}

func scanEntry(row db.Row) (e Entry, err error) {
	var r recipients
	err = row.Scan(&e.ID, &e.Ticket, &e.Kind, &e.Author.Kind, &e.Author.ID, &e.Author.Name, &e.Author.Address, &e.Channel, &e.Body.Source,
		&e.Body.Text, &e.Body.HTML, &e.Body.Quoted, &e.Body.Remote, db.JSON(&r), &e.MessageID, db.JSON(&e.Verdict),
		db.Time(&e.CreatedAt), db.Time(&e.SendAt), db.Time(&e.WithdrawnAt))
	e.To, e.Cc, e.Mentions, e.Quiet = r.To, r.Cc, r.Mentions, r.Quiet
	return e, err
}

func insertEntry(tx *db.Tx, e *Entry) error {
	r := recipients{e.To, e.Cc, e.Mentions, e.Quiet}
	return tx.Write(`INSERT INTO entries (workspace_id, `+entryColumns+`) VALUES `+db.Values(1, 20),
		tx.Workspace, e.ID, e.Ticket, e.Kind, e.Author.Kind, e.Author.ID, e.Author.Name, e.Author.Address, e.Channel, e.Body.Source,
		e.Body.Text, e.Body.HTML, e.Body.Quoted, e.Body.Remote, db.JSON(&r), e.MessageID, db.JSON(&e.Verdict),
		db.Time(&e.CreatedAt), db.Time(&e.SendAt), db.Time(&e.WithdrawnAt))
}

func markWithdrawn(tx *db.Tx, e *Entry) error {
	_, err := tx.Exec(`UPDATE entries SET withdrawn_at = $3 WHERE workspace_id = $1 AND id = $2`, tx.Workspace, e.ID, db.Time(&e.WithdrawnAt))
	return err
}

// EntryByID returns an entry and its ticket.
func EntryByID(tx *db.Tx, id string) (*Ticket, *Entry, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, nil, err
	}
	e, err := db.One(tx, scanEntry, `SELECT `+entryColumns+` FROM entries WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id)
	if db.Missing(err) {
		return nil, nil, fault.New(fault.NotFound, "There is no such message.")
	}
	if err != nil {
		return nil, nil, err
	}
	t, err := ByID(tx, e.Ticket)
	if err != nil {
		return nil, nil, err
	}
	return t, &e, fillAttachments(tx, []*Entry{&e})
}

// FindEntry returns an entry of a ticket that the actor has found.
func FindEntry(tx *db.Tx, t *Ticket, id string) (*Entry, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	e, err := db.One(tx, scanEntry, `SELECT `+entryColumns+` FROM entries WHERE workspace_id = $1 AND ticket_id = $2 AND id = $3`,
		tx.Workspace, t.ID, id)
	if db.Missing(err) {
		return nil, fault.New(fault.NotFound, "Ticket %d has no such message.", t.Number)
	}
	if err != nil {
		return nil, err
	}
	return &e, fillAttachments(tx, []*Entry{&e})
}

// Entries returns the entries of a ticket that the actor has found, oldest
// first, after the one with the id after.
func Entries(tx *db.Tx, t *Ticket, after string, limit int) ([]*Entry, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	return entriesIn(tx, t, event.Span{After: after, Limit: limit})
}

// entriesIn returns a part of what was written on a ticket, oldest first.
func entriesIn(tx *db.Tx, t *Ticket, s event.Span) ([]*Entry, error) {
	f := tx.Filter().Where("ticket_id = ? AND id > ?", t.ID, s.After)
	if s.Before != "" {
		f.Where("id < ?", s.Before)
	}
	rows, err := db.All(tx, scanEntry, `SELECT `+entryColumns+` FROM entries `+f.SQL()+` ORDER BY id`+s.Order()+` LIMIT `+f.Arg(s.Limit), f.Args()...)
	if s.Newest {
		slices.Reverse(rows)
	}
	if err != nil {
		return nil, err
	}
	all := make([]*Entry, len(rows))
	for i := range rows {
		all[i] = &rows[i]
	}
	return all, fillAttachments(tx, all)
}

// Letter is what a mail that follows it must know of a public entry.
type Letter struct {
	Entry, MessageID string
	Kind             EntryKind
}

// Thread returns the public entries of a ticket before one, newest first: what a mail's references are made of.
func Thread(tx *db.Tx, t *Ticket, before string, limit int) ([]Letter, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	return db.All(tx, func(r db.Row) (l Letter, err error) { return l, r.Scan(&l.Entry, &l.Kind, &l.MessageID) }, `
		SELECT id, kind, message_id
		FROM   entries
		WHERE  workspace_id = $1 AND ticket_id = $2 AND id < $3 AND kind <> 'note' AND withdrawn_at IS NULL
		ORDER  BY id DESC
		LIMIT  $4`, tx.Workspace, t.ID, before, limit)
}

// lastPublic returns what the newest public entry says: a missing row if there is none.
func lastPublic(tx *db.Tx, t ID) (string, error) {
	return db.One(tx, db.Value[string], `
		SELECT body FROM entries
		WHERE  workspace_id = $1 AND ticket_id = $2 AND kind <> 'note' AND withdrawn_at IS NULL
		ORDER  BY id DESC LIMIT 1`, tx.Workspace, t)
}

// replyAfter returns who else replied after an entry: a missing row if nobody did.
func replyAfter(tx *db.Tx, t ID, seen, me string) (string, error) {
	return db.One(tx, db.Value[string], `
		SELECT author_name FROM entries
		WHERE  workspace_id = $1 AND ticket_id = $2 AND id > $3 AND kind = 'reply' AND author_id <> $4 AND withdrawn_at IS NULL
		ORDER  BY id LIMIT 1`, tx.Workspace, t, seen, me)
}

func moveEntry(tx *db.Tx, from ID, entry string, to ID) error {
	n, err := tx.Exec(`UPDATE entries SET ticket_id = $4 WHERE workspace_id = $1 AND ticket_id = $2 AND id = $3`, tx.Workspace, from, entry, to)
	if err == nil && n == 0 {
		return fault.Field("entries", "The ticket has no message %q.", entry)
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE attachments SET ticket_id = $3 WHERE workspace_id = $1 AND entry_id = $2`, tx.Workspace, entry, to)
	return err
}
