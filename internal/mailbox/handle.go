package mailbox

import (
	"context"
	"fmt"
	"slices"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/mailbox/flow"
	"muster/internal/mailbox/outbox"
	"muster/internal/ticket"
	"muster/internal/workspace"
)

// Release takes a message out of quarantine: it is processed as if it were trusted.
func Release(tx *db.Tx, id string) error {
	if err := tx.Must(access.MailManage); err != nil {
		return err
	}
	m, err := Find(tx, id)
	if err != nil {
		return err
	}
	if m.Outcome != Quarantined {
		return fault.New(fault.Conflict, "This mail is not in quarantine: its outcome is %s.", m.Outcome)
	}
	m.Trusted = true
	m.decide(tx.Now, "%s released it from quarantine.", tx.Name)
	tx.Emit(Released{Message: m.ID})
	return again(tx, m)
}

// Retry has a message looked at once more.
func Retry(tx *db.Tx, id string) error {
	if err := tx.Must(access.MailManage); err != nil {
		return err
	}
	m, err := Find(tx, id)
	if err != nil {
		return err
	}
	if m.Outcome != Failed && m.Outcome != Pending {
		return fault.New(fault.Conflict, "This mail did not fail: its outcome is %s.", m.Outcome)
	}
	m.decide(tx.Now, "%s had it tried again.", tx.Name)
	return again(tx, m)
}

// mostAtOnce bounds how many messages one unit of work takes up again.
const mostAtOnce = 500

// RetryFailed has failed messages looked at once more, at most 500, and returns how many.
func RetryFailed(tx *db.Tx) (int, error) {
	if err := tx.Must(access.MailManage); err != nil {
		return 0, err
	}
	ids, err := withOutcome(tx, Failed, mostAtOnce)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, id := range ids {
		err := Retry(tx, id)
		if fault.Is(err, fault.NotFound) {
			continue // of a ticket that the actor may not see
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// Drop gives up a message that waits in quarantine or failed. Its bytes are kept.
func Drop(tx *db.Tx, id string) error {
	if err := tx.Must(access.MailManage); err != nil {
		return err
	}
	m, err := Find(tx, id)
	if err != nil {
		return err
	}
	before := m.Outcome
	if before != Quarantined && before != Failed {
		return fault.New(fault.Conflict, "Only mail that failed or is in quarantine can be dropped: the outcome of this one is %s.", before)
	}
	m.become(tx.Now, Dropped, "%s dropped it.", tx.Name)
	if err := settle(tx, m, before); err != nil {
		return err
	}
	tx.Emit(Settled{Message: m.ID, Outcome: m.Outcome, Reason: m.Reason})
	return nil
}

// again has a message wait for its outcome once more.
func again(tx *db.Tx, m Message) error {
	before := m.Outcome
	m.Outcome, m.Reason, m.SettledAt = Pending, "", tx.Now
	m.Ticket, m.Entry, m.Other = "", "", ""
	if err := settle(tx, m, before); err != nil {
		return err
	}
	return event.Schedule(tx, intakeTask, "", tx.Now, intakeArgs{m.ID})
}

// Replay reads a message again from its raw bytes. If it has made an entry, the
// entry's text is what it reads now, and what differs is returned in words; no
// second one is made. Any other message waits for its outcome once more.
func (o *Office) Replay(ctx context.Context, id string) (differences []string, err error) {
	var m Message
	err = o.DB.View(ctx, func(tx *db.Tx) error {
		if err := tx.Must(access.MailManage); err != nil {
			return err
		}
		m, err = Find(tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	switch {
	case m.Outcome == Pending, m.Outcome == BounceOf:
		return nil, nil
	case m.Entry == "":
		return nil, o.DB.Update(ctx, func(tx *db.Tx) error {
			m.decide(tx.Now, "%s had it read again.", tx.Name)
			return again(tx, m)
		})
	}
	return o.reread(ctx, m)
}

func (o *Office) reread(ctx context.Context, m Message) (differences []string, err error) {
	raw, err := o.raw(ctx, m)
	if err != nil {
		return nil, err
	}
	r, err := o.read(m, raw)
	if err != nil {
		return nil, err
	}
	if err := o.keepFiles(ctx, r); err != nil {
		return nil, err
	}
	steps := m.Steps
	return differences, o.DB.Update(ctx, func(tx *db.Tx) error {
		_, e, err := ticket.EntryByID(tx, m.Entry)
		if err != nil {
			return err
		}
		if differences = differ(e, r); len(differences) > 0 {
			if err := ticket.Reread(tx, m.Entry, r.body, missing(e, r.files)); err != nil {
				return err
			}
		}
		m.Steps = slices.Clone(steps)
		m.Content, m.MessageID = r.content, r.letter.MessageID
		m.decide(tx.Now, "%s had it read again: %s.", tx.Name, said(differences))
		return settle(tx, m, m.Outcome)
	})
}

// differ says in words how a message reads differently from its entry.
func differ(e *ticket.Entry, r *reading) []string {
	var all []string
	for _, part := range []struct{ name, from, to string }{
		{"text", e.Body.Text, r.body.Text}, {"HTML", e.Body.HTML, r.body.HTML}, {"quoted history", e.Body.Quoted, r.body.Quoted},
	} {
		if part.from != part.to {
			all = append(all, fmt.Sprintf("the %s is other: %d characters, before %d", part.name, len([]rune(part.to)), len([]rune(part.from))))
		}
	}
	for _, f := range missing(e, r.files) {
		all = append(all, fmt.Sprintf("the file %s was not there", f.Name))
	}
	return all
}

// missing returns the files that an entry lacks.
func missing(e *ticket.Entry, files []ticket.Attachment) []ticket.Attachment {
	return slices.DeleteFunc(slices.Clone(files), func(f ticket.Attachment) bool {
		return slices.ContainsFunc(e.Attachments, func(a ticket.Attachment) bool { return a.Blob == f.Blob && a.Name == f.Name })
	})
}

func said(differences []string) string {
	if len(differences) == 0 {
		return "nothing differs"
	}
	s := differences[0]
	for _, d := range differences[1:] {
		s += "; " + d
	}
	return s
}

// longest is how long a message may wait before its job must have been lost: longer than all attempts together.
const longest = 12 * time.Hour

// sweep takes up messages whose job was lost, and forgets old counts and memos.
func (o *Office) sweep(ctx context.Context) error {
	all, err := workspace.All(ctx, o.DB)
	if err != nil {
		return err
	}
	for _, w := range all {
		ctx := access.With(ctx, access.System(w.ID))
		err := o.DB.Update(ctx, func(tx *db.Tx) error {
			ids, err := stranded(tx, tx.Now.Add(-longest), mostAtOnce)
			if err != nil {
				return err
			}
			for _, id := range ids {
				if err := event.Schedule(tx, intakeTask, "", tx.Now, intakeArgs{id}); err != nil {
					return err
				}
			}
			return flow.Forget(tx, tx.Now.Add(-2*day))
		})
		for more := true; more && err == nil; {
			err = o.DB.Update(ctx, func(tx *db.Tx) (err error) { more, err = outbox.Sweep(tx); return err })
		}
		if err != nil {
			return fmt.Errorf("sweep the mail of %s: %w", w.Slug, err)
		}
	}
	return nil
}
