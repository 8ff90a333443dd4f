package imap

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
)

// stuck is how many connections may break at one message before it is given up.
const stuck = 3

// folder is one folder while it is read.
type folder struct {
	c      Config
	s      *session
	cursor Cursor
	batch  int
}

// sync fetches what a folder has beyond its cursor.
func (p *puller) sync(ctx context.Context, s *session, inbox, name string) error {
	looks, err := s.choose(name)
	if err != nil {
		return err
	}
	cursor, err := p.loadCursor(ctx, inbox, name)
	if err != nil {
		return err
	}
	next, anew := cursor.meet(looks.UIDValidity, uint32(looks.UIDNext), s.s.NewOnly, time.Now().UTC())
	if anew {
		slog.Warn("a folder begins anew, and is read again", "inbox", inbox, "folder", name, "was", cursor.Validity, "is", next.Validity)
	}
	f := &folder{c: p.c, s: s, cursor: next, batch: p.batch}
	if next != cursor {
		if err := p.saveCursor(ctx, f.cursor); err != nil {
			return err
		}
	}
	if looks.NumMessages == 0 {
		return p.reconcile(ctx, f)
	}
	all, err := s.list(f.cursor.Last+1, 0)
	if err != nil {
		return err
	}
	if err := p.takeAll(ctx, f, all); err != nil {
		return err
	}
	return p.reconcile(ctx, f)
}

// takeAll takes what is ours of a list, and moves the cursor over all of it.
func (p *puller) takeAll(ctx context.Context, f *folder, all []meta) error {
	if len(all) == 0 {
		return nil
	}
	end := all[len(all)-1].uid
	if err := p.take(ctx, f, f.ours(all)); err != nil {
		return err
	}
	if f.cursor.Last >= end {
		return nil
	}
	f.cursor = f.cursor.moved(end)
	return p.saveCursor(ctx, f.cursor)
}

// ours drops what was there before us, where only what is new is wanted. A
// server tells when a message arrived to the second, so that second is ours.
func (f *folder) ours(all []meta) []meta {
	since := f.cursor.Since.Truncate(time.Second)
	return slices.DeleteFunc(all, func(m meta) bool {
		return !since.IsZero() && f.cursor.First == 1 && m.at.Before(since)
	})
}

// take fetches messages, gives them into custody, and moves the cursor after each batch.
func (p *puller) take(ctx context.Context, f *folder, all []meta) error {
	for len(all) > 0 {
		most := f.batch
		if f.cursor.careful() {
			most = 1
		}
		batch := batches(all[:min(len(all), most)], most)[0]
		all = all[len(batch):]
		if err := p.takeBatch(ctx, f, batch); err != nil {
			return err
		}
	}
	return nil
}

func (p *puller) takeBatch(ctx context.Context, f *folder, batch []meta) error {
	last := batch[len(batch)-1].uid
	if len(batch) == 1 && f.cursor.Tries >= stuck {
		if err := f.giveUp(ctx, batch[0], fmt.Sprintf("The connection broke %d times while this message was fetched.", f.cursor.Tries)); err != nil {
			return err
		}
		f.cursor = f.cursor.moved(last)
		return p.saveCursor(ctx, f.cursor)
	}
	kept, err := f.custody(ctx, batch)
	if err != nil {
		if broken, ok := errors.AsType[*brokenOff](err); ok && ctx.Err() == nil {
			f.cursor = f.cursor.broke(last, len(batch) == 1)
			return errors.Join(broken.err, p.saveCursor(ctx, f.cursor))
		}
		return err
	}
	f.cursor = f.cursor.moved(last)
	if err := p.saveCursor(ctx, f.cursor); err != nil {
		return err
	}
	return f.after(kept)
}

// brokenOff is an error of the connection, not of who takes the mail.
type brokenOff struct{ err error }

func (e *brokenOff) Error() string { return e.err.Error() }
func (e *brokenOff) Unwrap() error { return e.err }

// custody gives a batch to Accept, all of it, and returns those that are whole.
func (f *folder) custody(ctx context.Context, batch []meta) (whole []uint32, err error) {
	met := map[uint32]bool{}
	var refused error
	keep := func(m meta, got fetched) error {
		msg := f.s.message(f.cursor, m, got)
		if refused = f.c.Accept(ctx, msg); refused != nil {
			return refused
		}
		met[m.uid] = true
		if msg.Problem == "" {
			whole = append(whole, m.uid)
		}
		return nil
	}
	err = f.s.fetch(ctx, batch, keep)
	for _, m := range batch {
		if err == nil && !met[m.uid] {
			err = f.again(ctx, m, keep, met)
		}
	}
	switch {
	case refused != nil:
		return nil, &keepError{fmt.Errorf("take a message into custody: %w", refused)}
	case err != nil:
		return nil, &brokenOff{err}
	}
	return whole, nil
}

// again looks at a message by itself that was there and did not come: it may
// be gone, or the server may have lost its answer among others.
func (f *folder) again(ctx context.Context, m meta, keep func(meta, fetched) error, met map[uint32]bool) error {
	there, err := f.s.list(m.uid, m.uid)
	if err != nil {
		return err
	}
	if len(there) == 0 {
		return f.giveUp(ctx, m, "The message was deleted on the server before it could be fetched.")
	}
	if err := f.s.fetch(ctx, there, keep); err != nil || met[m.uid] {
		return err
	}
	return f.giveUp(ctx, m, "The server does not hand this message out.")
}

// giveUp has it recorded that a message was there and cannot be had.
func (f *folder) giveUp(ctx context.Context, m meta, why string) error {
	msg := f.s.message(f.cursor, m, fetched{})
	msg.Problem = why
	return f.c.Accept(ctx, msg)
}

// after does to messages on the server what the inbox is set up for.
func (f *folder) after(uids []uint32) error {
	if len(uids) == 0 || f.s.s.After == Leave {
		return nil
	}
	set := imap.UIDSet{}
	for _, uid := range uids {
		set.AddNum(imap.UID(uid))
	}
	f.s.alive(patience)
	if f.s.s.After == Seen {
		if err := f.s.client.Store(set, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagSeen}}, nil).Close(); err != nil {
			return fmt.Errorf("mark messages as read: %w", err)
		}
		return nil
	}
	_, err := f.s.client.Move(set, f.s.s.MoveTo).Wait()
	if answer, ok := errors.AsType[*imap.Error](err); ok && (answer.Code == imap.ResponseCodeTryCreate || answer.Code == imap.ResponseCodeNonExistent) {
		if err := f.s.client.Create(f.s.s.MoveTo, nil).Wait(); err != nil {
			return &setback{NoFolder, fmt.Errorf("there is no folder %q to move mail to, and it cannot be made: %w", f.s.s.MoveTo, err)}
		}
		_, err = f.s.client.Move(set, f.s.s.MoveTo).Wait()
	}
	if err != nil {
		return &setback{NoFolder, fmt.Errorf("mail cannot be moved to the folder %q: %w", f.s.s.MoveTo, err)}
	}
	return nil
}
