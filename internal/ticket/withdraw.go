package ticket

import (
	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/search"
)

// Withdraw takes a reply back that has not been sent yet. Where it moved the
// ticket, that goes back too: nobody waits for an answer to what was never sent.
func Withdraw(tx *db.Tx, number int64, entry string) (*Entry, error) {
	if err := tx.Must(access.TicketsReply); err != nil {
		return nil, err
	}
	t, err := Find(tx, number)
	if err != nil {
		return nil, err
	}
	e, err := FindEntry(tx, t, entry)
	if err != nil {
		return nil, err
	}
	if !e.Kind.Outgoing() {
		return nil, fault.New(fault.Invalid, "Only a reply can be taken back: this was never sent.")
	}
	if !e.WithdrawnAt.IsZero() {
		return e, nil
	}
	if waiting, err := event.Cancel(tx, SendTask, e.ID); err != nil {
		return nil, err
	} else if !waiting {
		return nil, fault.New(fault.Conflict, "The reply has been handed to the mail server already. Write another to correct it.")
	}
	e.WithdrawnAt = tx.Now
	if err := markWithdrawn(tx, e); err != nil {
		return nil, err
	}
	if err := recompute(tx, t); err != nil {
		return nil, err
	}
	tx.Emit(Withdrew{Ticket: t.ID, Entry: e.ID, Replied: t.RepliedAt})
	if err := moveBack(tx, t, e); err != nil {
		return nil, err
	}
	return e, search.Put(tx, search.Doc{Subject: Subject, ID: string(t.ID), Part: e.ID}) // without words: taken out
}

// maxAlong bounds how much is looked at of what happened along with an entry.
const maxAlong = 20

// moveBack undoes the move that an entry brought along, unless the ticket has gone on since.
func moveBack(tx *db.Tx, t *Ticket, e *Entry) error {
	along, err := event.In(tx, Subject, string(t.ID), event.Span{After: e.ID, Limit: maxAlong})
	if err != nil {
		return err
	}
	for _, r := range along {
		var m Moved
		if r.Name != m.EventName() || !r.At.Equal(e.CreatedAt) {
			continue
		}
		if err := r.Decode(&m); err != nil || t.State != m.To || t.Shelved() {
			return err
		}
		t.enter(tx, State{ID: m.From, Name: m.FromName, Category: m.FromCategory, Waits: m.FromWaits})
		t.Version++
		tx.Emit(Moved{Ticket: t.ID, Version: t.Version, From: m.To, To: m.From, FromName: m.ToName, ToName: m.FromName,
			FromCategory: m.ToCategory, ToCategory: m.FromCategory, FromWaits: m.ToWaits, ToWaits: m.FromWaits})
		return update(tx, t)
	}
	return nil
}
