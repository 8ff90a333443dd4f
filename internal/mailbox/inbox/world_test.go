package inbox_test

import (
	"context"
	"testing"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/mailbox/inbox"
	"muster/internal/mailbox/mark"
	"muster/internal/mustertest"
)

// world is a house and the book of its inboxes.
type world struct {
	*mustertest.House
	t       *testing.T
	book    *inbox.Book
	support inbox.Inbox
	system  context.Context
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{House: mustertest.NewHouse(t, d), t: t}
	w.book = inbox.NewBook(inbox.Book{DB: d, Bus: w.Bus, Desk: w.Desk, Marks: mark.New([]byte("a secret"), "https://desk.quillmere.example")})
	w.system = access.With(t.Context(), access.System(w.Workspace.ID))
	w.support = w.save(inbox.Inbox{Name: "Quillmere Support", Address: "support@quillmere.example", Team: w.Tier1.ID, Active: true, Plus: true})
	return w
}

func (w *world) save(in inbox.Inbox) inbox.Inbox {
	w.t.Helper()
	mustertest.Do(w.t, w.DB, w.system, func(tx *db.Tx) (err error) {
		in, err = w.book.Save(tx, in)
		return err
	})
	return in
}
