package mailbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/mailbox/inbox"
	"muster/internal/mailbox/letter"
	"muster/internal/workspace"
)

const (
	intakeTask   = "mailbox.intake"
	intakeAtOnce = 8
	intakeLease  = 20 * time.Second // a mail that was being read when its node died waits no longer than that
	intakeTries  = 12               // about nine hours: what is broken around a message may be mended meanwhile
	poisonTries  = 3                // of a message that makes its own reader fall
)

type intakeArgs struct {
	ID string `json:"id"`
}

// custody is a message, and what must be known to decide about it.
type custody struct {
	message Message
	inboxes inbox.List
	inbox   inbox.Inbox // the zero value if there is none
	days    int         // within which an answer opens a ticket again
}

// intake decides what becomes of a message. It may be run twice: the outcome,
// what it made and the end of the job are one unit of work.
func (o *Office) intake(ctx context.Context, a intakeArgs) error {
	c, err := o.load(ctx, a.ID)
	if db.Missing(err) || err == nil && c.message.Outcome != Pending {
		return nil
	}
	if err != nil {
		return err
	}
	attempt := event.Attempt(ctx)
	c.message.Attempts = attempt
	if attempt > intakeTries {
		return o.fail(ctx, c.message, errors.New("the program stopped at each attempt to read it"))
	}
	err = o.workOn(ctx, c)
	if err == nil || ctx.Err() != nil {
		return err
	}
	_, poison := errors.AsType[*poisoned](err)
	if attempt >= intakeTries || poison && attempt >= poisonTries || fault.Is(err, fault.Invalid) {
		return o.fail(ctx, c.message, err)
	}
	return err
}

// poisoned is a message whose reading fell.
type poisoned struct{ reason any }

func (p *poisoned) Error() string { return fmt.Sprintf("reading it broke off: %v", p.reason) }

// workOn reads a message and settles it. A panic is this message's trouble only.
func (o *Office) workOn(ctx context.Context, c *custody) (err error) {
	defer func() {
		if p := recover(); p != nil {
			slog.Error("a mail broke its reader", "message", c.message.ID, "panic", p, "stack", string(debug.Stack()))
			err = &poisoned{p}
		}
	}()
	size := min(c.message.Size, o.Limits.Size)
	if err := o.room.Acquire(ctx, size); err != nil {
		return err
	}
	defer o.room.Release(size)
	raw, err := o.raw(ctx, c.message)
	if err != nil {
		return err
	}
	r, err := o.read(c.message, raw)
	if err != nil {
		return err
	}
	c.describe(r)
	o.vouch(ctx, c, r, raw)
	early := c.judge(r)
	if early == "" {
		if err := o.keepFiles(ctx, r); err != nil {
			return err
		}
	}
	before := c.message
	return o.DB.Update(ctx, func(tx *db.Tx) error {
		c.message = before // an attempt that is tried again begins anew
		c.message.Steps = slices.Clone(before.Steps)
		again := *r
		again.notes = slices.Clone(r.notes)
		s := settling{office: o, tx: tx, custody: c, reading: &again, early: early}
		if err := s.decide(); err != nil {
			return err
		}
		return s.store()
	})
}

// vouch finds out where a message comes from, unless that is known already.
func (o *Office) vouch(ctx context.Context, c *custody, r *reading, raw []byte) {
	if o.Judge == nil || c.message.Origin.Verdict != (Verdict{}) {
		return
	}
	in, _ := c.inboxes.ByID(c.message.Origin.Inbox) // none: no server's word is trusted
	v := o.Judge(ctx, c.message, in, raw, r.letter)
	for check := range strings.Lines(v.Detail) {
		c.message.decide(time.Now().UTC(), "%s", strings.TrimSpace(check))
	}
	v.Detail = ""
	c.message.Origin.Verdict = v
}

// load reads what must be known about a message.
func (o *Office) load(ctx context.Context, id string) (*custody, error) {
	c := &custody{}
	err := o.DB.View(ctx, func(tx *db.Tx) (err error) {
		if c.message, err = message(tx, id); err != nil {
			return err
		}
		if c.inboxes, err = inbox.All(tx); err != nil {
			return err
		}
		w, err := workspace.Current(tx)
		c.days = w.Settings.ReopenDays
		return err
	})
	return c, err
}

// describe copies onto the ledger's row what the letter says of itself, and finds the inbox if none was named.
func (c *custody) describe(r *reading) {
	m, l := &c.message, r.letter
	m.MessageID, m.Sender, m.Subject, m.Content = l.MessageID, l.From.Fold(), l.Subject, r.content
	if m.Origin.Inbox == "" {
		for _, a := range r.recipients(m.Origin) {
			if in, ok := c.inboxes.At(a); ok {
				m.Origin.Inbox = in.ID
				break
			}
		}
	}
	in, ok := c.inboxes.ByID(m.Origin.Inbox)
	if !ok && len(c.inboxes) > 0 {
		in = c.inboxes[0]
		m.Origin.Inbox = in.ID
	}
	c.inbox = in
	if r.auto.Kind == letter.List && throughOwnList(r.letter, in.Address) {
		r.auto = letter.Auto{}
	}
}

// throughOwnList reports whether the list that a letter came through is the
// inbox itself, as where a group's address leads to it: that makes nobody a machine.
func throughOwnList(l *letter.Letter, inbox string) bool {
	id := strings.ToLower(l.Get("List-Id"))
	return strings.Contains(strings.ToLower(l.Get("List-Post")), "<mailto:"+fold(inbox)+">") ||
		strings.HasSuffix(id, "<"+strings.Replace(fold(inbox), "@", ".", 1)+">")
}

// recipients are the addresses that the message was sent to, as envelope and header say.
func (r *reading) recipients(o Origin) []string {
	all := append([]string(nil), o.EnvelopeTo...)
	for _, a := range r.letter.DeliveredTo {
		all = append(all, a.Mailbox)
	}
	for _, a := range r.letter.To {
		all = append(all, a.Mailbox)
	}
	for _, a := range r.letter.Cc {
		all = append(all, a.Mailbox)
	}
	return all
}

// fail settles a message that could not be read, so that it is seen and can be retried by hand.
func (o *Office) fail(ctx context.Context, m Message, why error) error {
	reason := why.Error()
	if fault.KindOf(why) != fault.Internal {
		reason = fault.Message(why)
	}
	err := o.DB.Update(ctx, func(tx *db.Tx) error {
		m.become(tx.Now, Failed, "It could not be taken in after %d attempts: %s", m.Attempts, reason)
		if err := settle(tx, m, Pending); err != nil {
			return err
		}
		tx.Emit(Settled{Message: m.ID, Outcome: m.Outcome, Reason: m.Reason})
		return event.Finish(tx)
	})
	if fault.Is(err, fault.Conflict) {
		return nil // somebody else settled it meanwhile
	}
	return err
}
