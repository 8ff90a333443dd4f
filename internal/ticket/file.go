package ticket

import (
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
)

// Attachment is a file on a ticket. Its bytes are in the blob store.
type Attachment struct {
	ID, Ticket, Entry string
	Name, Type        string
	Size              int64
	Blob              string // key in the store
	ContentID         string
	Inline            bool
	UploadedBy        string
	CreatedAt         time.Time
}

// maxAttachments bounds what one entry can carry: that of a mail.
const maxAttachments = 200

// Upload keeps a file for an entry that is being written.
func Upload(tx *db.Tx, number int64, a Attachment) (*Attachment, error) {
	if err := tx.Must(access.TicketsWrite); err != nil {
		return nil, err
	}
	a.Ticket = ""
	if number != 0 {
		t, err := Find(tx, number)
		if err != nil {
			return nil, err
		}
		a.Ticket = string(t.ID)
	}
	a.ID, a.UploadedBy, a.CreatedAt, a.Entry = tx.NewID(), tx.ID, tx.Now, ""
	return &a, insertAttachments(tx, []*Attachment{&a})
}

// FindAttachment returns a file that the actor may see: one of a ticket that it may see, or its own upload.
func FindAttachment(tx *db.Tx, id string) (*Attachment, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	a, err := db.One(tx, scanAttachment, `SELECT `+attachmentColumns+` FROM attachments WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id)
	if db.Missing(err) {
		return nil, fault.New(fault.NotFound, "There is no such file, or you may not see it.")
	}
	if err != nil {
		return nil, err
	}
	if a.UploadedBy == tx.ID && tx.ID != "" {
		return &a, nil
	}
	if _, err := ByID(tx, ID(a.Ticket)); err != nil {
		return nil, fault.New(fault.NotFound, "There is no such file, or you may not see it.")
	}
	return &a, nil
}

// attach gives files to an entry: those with an id were uploaded before by the actor, others are new.
func attach(tx *db.Tx, t *Ticket, e *Entry, files []Attachment) error {
	if len(files) > maxAttachments {
		return fault.Field("attachments", "A message can carry %d files; these are %d.", maxAttachments, len(files))
	}
	var fresh []*Attachment
	for _, f := range files {
		if f.ID == "" {
			f.ID, f.Ticket, f.Entry, f.CreatedAt = tx.NewID(), string(t.ID), e.ID, tx.Now
			fresh = append(fresh, &f)
			e.Attachments = append(e.Attachments, f)
			continue
		}
		kept, err := claimUpload(tx, t.ID, e.ID, f)
		if db.Missing(err) {
			return fault.Field("attachments", "The file %q was not uploaded by you, or is attached already. Upload it again.", f.ID)
		}
		if err != nil {
			return err
		}
		e.Attachments = append(e.Attachments, kept)
	}
	return insertAttachments(tx, fresh)
}

const attachmentColumns = `id, ticket_id, entry_id, name, type, size, blob, content_id, inline, uploaded_by, created_at`

func scanAttachment(r db.Row) (a Attachment, err error) {
	return a, r.Scan(&a.ID, &a.Ticket, &a.Entry, &a.Name, &a.Type, &a.Size, &a.Blob, &a.ContentID, db.Bool(&a.Inline), &a.UploadedBy, db.Time(&a.CreatedAt))
}

func insertAttachments(tx *db.Tx, files []*Attachment) error {
	if len(files) == 0 {
		return nil
	}
	var args []any
	for _, a := range files {
		args = append(args, tx.Workspace, a.ID, a.Ticket, a.Entry, a.Name, a.Type, a.Size, a.Blob, a.ContentID, db.Bool(&a.Inline), a.UploadedBy, db.Time(&a.CreatedAt))
	}
	_, err := tx.Exec(`INSERT INTO attachments (workspace_id, `+attachmentColumns+`) VALUES `+db.Values(len(files), 12), args...)
	return err
}

func claimUpload(tx *db.Tx, t ID, entry string, f Attachment) (Attachment, error) {
	return db.One(tx, scanAttachment, `
		UPDATE attachments SET ticket_id = $3, entry_id = $4, inline = $6
		WHERE  workspace_id = $1 AND id = $2 AND entry_id = '' AND uploaded_by = $5
		RETURNING `+attachmentColumns, tx.Workspace, f.ID, t, entry, tx.ID, db.Bool(&f.Inline))
}

func fillAttachments(tx *db.Tx, entries []*Entry) error {
	if len(entries) == 0 {
		return nil
	}
	at := map[string]*Entry{}
	ids := make([]string, len(entries))
	for i, e := range entries {
		at[e.ID], ids[i] = e, e.ID
	}
	f := db.In(tx.Filter(), "entry_id", ids)
	files, err := db.All(tx, scanAttachment, `SELECT `+attachmentColumns+` FROM attachments `+f.SQL()+` ORDER BY entry_id, id`, f.Args()...)
	for _, a := range files {
		at[a.Entry].Attachments = append(at[a.Entry].Attachments, a)
	}
	return err
}
