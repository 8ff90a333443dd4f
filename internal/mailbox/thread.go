package mailbox

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mailbox/mark"
	"muster/internal/people/client"
	"muster/internal/ticket"
)

// thread is where a message belongs.
type thread struct {
	ticket   *ticket.Ticket // nil: nowhere
	how      string         // what it was found by
	stranger string         // why the message may not join it, as a sentence begins: the sender takes no part in it, or may be forged
}

// findThread looks for the ticket that the message belongs to: by our signed
// Message-ID, by a signed address, by a foreign Message-ID that the ledger
// knows, by the tag in the subject. Of two finds of a kind the newest counts.
func (s *settling) findThread() (thread, error) {
	for _, look := range []func() (*ticket.Ticket, string, error){s.bySignedID, s.bySignedAddress, s.byForeignID, s.byTag} {
		t, how, err := look()
		if err != nil {
			return thread{}, err
		}
		if t == nil || s.ownOnly() && t.Inbox != s.inbox.ID {
			continue
		}
		found := thread{ticket: t, how: how}
		if how != bySignature {
			found.stranger, err = s.strange(t)
		}
		return found, err
	}
	return thread{}, nil
}

const (
	bySignature = "our signed Message-ID in its references"
	byAddress   = "the signed address that it was sent to"
	byForeign   = "a mail that it answers, which is in the ledger"
	byTag       = "the tag in its subject"
)

// ownOnly reports whether the message is the own copy of an inbox that takes one, which joins tickets of that inbox alone.
func (s *settling) ownOnly() bool { return s.inbox.OwnCopy && s.elsewhere() }

// references are the Message-IDs that the letter answers or follows.
func (r *reading) references() []string {
	ids := slices.Concat(r.letter.References, r.letter.InReplyTo)
	if r.letter.Report != nil && r.letter.Report.MessageID != "" {
		ids = append(ids, r.letter.Report.MessageID)
	}
	return ids
}

func (s *settling) bySignedID() (*ticket.Ticket, string, error) {
	var id, newest string
	for _, ref := range s.references() {
		if t, entry, ok := s.office.marks.ReadMessageID(s.tx.Workspace, ref); ok && entry > newest {
			id, newest = t, entry
		}
	}
	if newest == "" {
		return nil, "", nil
	}
	t, err := s.ticketOf(id, newest)
	return t, bySignature, err
}

// ticketOf returns the ticket that an entry stands on now, or the one it was written on: nil if both are gone.
func (s *settling) ticketOf(id, entry string) (*ticket.Ticket, error) {
	now, err := ticketOfEntry(s.tx, entry)
	if err == nil {
		id = now
	} else if !db.Missing(err) {
		return nil, err
	}
	return s.follow(ticket.ByID(s.tx, ticket.ID(id)))
}

// follow returns the ticket that a merged one went into: nil if there is none.
func (s *settling) follow(t *ticket.Ticket, err error) (*ticket.Ticket, error) {
	for range 5 {
		if err != nil || t.MergedInto == 0 {
			break
		}
		t, err = ticket.Find(s.tx, t.MergedInto)
	}
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	return t, err
}

func (s *settling) bySignedAddress() (*ticket.Ticket, string, error) {
	var newest int64
	for _, a := range s.recipients(s.message.Origin) {
		if n, ok := s.office.marks.ReadTicketAddress(s.tx.Workspace, a); ok {
			newest = max(newest, n)
		}
	}
	if newest == 0 {
		return nil, "", nil
	}
	t, err := s.follow(ticket.Find(s.tx, newest))
	return t, byAddress, err
}

func (s *settling) byForeignID() (*ticket.Ticket, string, error) {
	ids := slices.DeleteFunc(s.references(), mark.Foreign)
	if len(ids) == 0 {
		return nil, "", nil
	}
	inbox := ""
	if s.ownOnly() {
		inbox = s.inbox.ID
	}
	id, err := ticketOfMail(s.tx, ids, inbox)
	if db.Missing(err) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	t, err := s.follow(ticket.ByID(s.tx, id))
	return t, byForeign, err
}

// byTag looks for the numbers in the subject. Those that another Muster wrote are its own.
func (s *settling) byTag() (*ticket.Ticket, string, error) {
	tags := s.letter.Tags()
	if len(tags) == 0 || mark.Foreign(s.letter.MessageID) || slices.ContainsFunc(s.references(), mark.Foreign) {
		return nil, "", nil
	}
	slices.Sort(tags)
	var newest *ticket.Ticket
	for _, n := range slices.Backward(tags[:min(len(tags), maxTags)]) {
		t, err := s.follow(ticket.Find(s.tx, n))
		if err != nil {
			return nil, "", err
		}
		if t == nil {
			continue
		}
		if part, err := s.takesPart(t); err != nil || part {
			return t, byTag, err
		}
		if newest == nil {
			newest = t
		}
	}
	return newest, byTag, nil
}

// maxTags bounds how many numbers in a subject are looked up.
const maxTags = 5

// strange says why the sender is a stranger to a ticket; "": it is none.
func (s *settling) strange(t *ticket.Ticket) (string, error) {
	who := cmp.Or(s.message.Sender, "The sender")
	part, err := s.takesPart(t)
	switch {
	case err != nil:
		return "", err
	case !part:
		return fmt.Sprintf("%s writes about #%d but takes no part in it", who, t.Number), nil
	case s.verdict().Forged():
		return fmt.Sprintf("%s seems to write about #%d, but the sender's domain does not vouch for it", who, t.Number), nil
	}
	return "", nil
}

// takesPart reports whether the sender is the requester of a ticket, gets
// copies, or belongs to its organisation. The address in From must: that is
// what the verdicts speak for, and anybody can write what they like into Reply-To.
func (s *settling) takesPart(t *ticket.Ticket) (bool, error) {
	if s.message.Sender == "" {
		return false, nil
	}
	part, err := ticket.TakesPart(s.tx, t, s.message.Sender)
	if part || err != nil || t.Organisation == "" {
		return part, err
	}
	c, err := client.ContactByAddress(s.tx, s.message.Sender)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil && c.Organisation == t.Organisation, err
}

// fate is what a message that belongs to a ticket does there.
type fate string

const (
	joins   fate = "join"
	follows fate = "follow up"
)

// fateOn decides whether a message joins a ticket or begins one that follows it
// up. What a machine wrote joins whatever the ticket's state, quietly. canReopen
// says whether the ticket's workflow leads back to work.
func fateOn(t *ticket.Ticket, now time.Time, days int, machine, canReopen bool) fate {
	if t.Bucket == ticket.InSpam || !t.Category.Ended() || machine {
		return joins
	}
	ended := t.ResolvedAt
	if ended.IsZero() {
		ended = t.ClosedAt
	}
	if !canReopen || now.Sub(ended) > time.Duration(days)*24*time.Hour {
		return follows
	}
	return joins
}

// canReopen reports whether a ticket's workflow leads from its state back to work.
func (s *settling) canReopen(t *ticket.Ticket) (bool, error) {
	flow, err := s.office.Desk.WorkflowOf(s.tx, t.Kind)
	if err != nil {
		return false, err
	}
	_, ok := flow.First(t.State, ticket.Opened, ticket.New)
	return ok, nil
}
