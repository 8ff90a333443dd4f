package ticket

import (
	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/search"
	"muster/internal/text"
)

// Rewrote says that an entry reads differently now: its mail was read again.
type Rewrote struct {
	Ticket ID     `json:"ticket"`
	Entry  string `json:"entry"`
}

func (Rewrote) EventName() string         { return "ticket.rewrote" }
func (e Rewrote) About() (string, string) { return Subject, string(e.Ticket) }

// Reread gives an entry that came by mail the text that the mail reads as now, and files that were missed.
func Reread(tx *db.Tx, entry string, body Body, files []Attachment) error {
	if err := tx.Must(access.TicketsWrite); err != nil {
		return err
	}
	t, e, err := EntryByID(tx, entry)
	if err != nil {
		return err
	}
	e.Body = body
	if _, err := tx.Exec(`
		UPDATE entries SET body = $3, html = $4, quoted = $5, remote = $6 WHERE workspace_id = $1 AND id = $2`,
		tx.Workspace, e.ID, body.Text, body.HTML, body.Quoted, body.Remote); err != nil {
		return err
	}
	if len(files) > 0 {
		if err := attach(tx, t, e, files); err != nil {
			return err
		}
		if err := setFiles(tx, t); err != nil {
			return err
		}
	}
	tx.Emit(Rewrote{Ticket: t.ID, Entry: e.ID})
	if err := resnippet(tx, t); err != nil {
		return err
	}
	return search.Put(tx, e.doc(t))
}

// resnippet has the ticket show the beginning of its last public message as that reads now.
func resnippet(tx *db.Tx, t *Ticket) error {
	last, err := lastPublic(tx, t.ID)
	if err != nil {
		return ignoreMissing(err)
	}
	t.Snippet = text.Snippet(last, 160)
	return update(tx, t)
}
