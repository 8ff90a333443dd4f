package inbox

import (
	"cmp"
	"context"
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/mailbox/compose"
	"muster/internal/mailbox/mark"
	"muster/internal/memory"
	"muster/internal/ticket"
)

// Book is where the inboxes of all workspaces are written down: it seals and
// opens their secrets, and knows which of them an address leads to.
type Book struct {
	DB    *db.DB
	Bus   *event.Bus
	Desk  *ticket.Desk // knows the kinds that tickets may be of
	Marks mark.Signer  // seals passwords and keys

	routes *memory.Of[string, route]
}

// NewBook opens a book: it must be made before the bus works.
func NewBook(b Book) *Book {
	b.routes = routes(b.Bus)
	return &b
}

// Save makes an inbox, or changes the one with its id.
func (b *Book) Save(tx *db.Tx, in Inbox) (Inbox, error) {
	if err := tx.Must(access.InboxManage); err != nil {
		return Inbox{}, err
	}
	in.Workspace, in.Address, in.Name = tx.Workspace, strings.TrimSpace(in.Address), compose.OneLine(in.Name)
	in.Name = cmp.Or(in.Name, in.Address)
	if err := b.check(in); err != nil {
		return Inbox{}, err
	}
	var was Inbox
	var err error
	if in.ID == "" {
		in.ID, in.CreatedAt = tx.NewID(), tx.Now
	} else if was, err = Find(tx, in.ID); err != nil {
		return Inbox{}, err
	}
	if in.Version != 0 && in.Version != was.Version {
		return Inbox{}, fault.New(fault.Conflict, "Somebody changed this inbox meanwhile. Look at it again, then repeat your change.")
	}
	// A password that nobody can read must not be sent to whatever server somebody names.
	if moved := in.IMAP.Host != "" && in.IMAP.Host != was.IMAP.Host; moved && was.IMAP.Sealed != "" && in.IMAP.Password == "" {
		return Inbox{}, fault.Field("imap.password", "The password is that of another server. Give the one for %s.", in.IMAP.Host)
	}
	if in, err = b.seal(in, was); err != nil {
		return Inbox{}, err
	}
	in.Version, in.CreatedAt = was.Version+1, cmp.Or(was.CreatedAt, in.CreatedAt)
	if err := store(tx, in); err != nil {
		return Inbox{}, err
	}
	tx.Emit(Saved{in.ID, in.Address, in.Name, in.Active})
	return in, nil
}

// seal closes the secrets of an inbox; those that are not given stay what they were.
func (b *Book) seal(in, was Inbox) (_ Inbox, err error) {
	in.IMAP.Sealed, in.DKIM.Sealed = was.IMAP.Sealed, was.DKIM.Sealed
	if in.IMAP.Password != "" {
		if in.IMAP.Sealed, err = b.Marks.Seal(in.IMAP.Password, in.place("imap")); err != nil {
			return in, err
		}
	}
	if in.DKIM.Key != "" {
		if in.DKIM.Sealed, err = b.Marks.Seal(in.DKIM.Key, in.place("dkim")); err != nil {
			return in, err
		}
	}
	in.IMAP.Password, in.DKIM.Key = "", ""
	return in, nil
}

// place is where a secret of the inbox may be opened.
func (in Inbox) place(what string) string { return in.Workspace + "/" + in.ID + "/" + what }

// Unseal returns an inbox with its password and its key open.
func (b *Book) Unseal(in Inbox) (_ Inbox, err error) {
	if in.IMAP.Password, err = b.Marks.Unseal(in.IMAP.Sealed, in.place("imap")); err != nil {
		return in, err
	}
	in.DKIM.Key, err = b.Marks.Unseal(in.DKIM.Sealed, in.place("dkim"))
	return in, err
}

// Ensure returns the inbox of the workspace that has an address, and makes it if there is none.
func (b *Book) Ensure(ctx context.Context, workspace, address string) (in Inbox, err error) {
	err = b.DB.Update(access.With(ctx, access.System(workspace)), func(tx *db.Tx) error {
		all, err := All(tx)
		if err != nil {
			return err
		}
		for _, in = range all {
			if ticket.FoldAddress(in.Address) == ticket.FoldAddress(address) {
				return nil
			}
		}
		in, err = b.Save(tx, Inbox{Address: address, Active: true, Plus: true})
		return err
	})
	return in, err
}

// First makes an inbox in a workspace that has none yet.
func (b *Book) First(ctx context.Context, workspace, address string) error {
	return b.DB.Update(access.With(ctx, access.System(workspace)), func(tx *db.Tx) error {
		all, err := All(tx)
		if err != nil || len(all) > 0 {
			return err
		}
		_, err = b.Save(tx, Inbox{Address: address, Active: true, Plus: true})
		return err
	})
}
