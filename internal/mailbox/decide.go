package mailbox

import (
	"fmt"
	"slices"
	"strings"

	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/mailbox/letter"
	"muster/internal/ticket"
)

// judge decides what can be decided by the message alone: it returns "" if that is nothing.
func (c *custody) judge(r *reading) Outcome {
	if c.message.Trusted {
		return ""
	}
	if c.inbox.Blocks(r.letter.From) != "" {
		return Dropped
	}
	if v := c.message.Origin.Verdict; v.DMARC == "fail" && (v.Policy == "quarantine" || v.Policy == "reject") {
		return Quarantined
	}
	return ""
}

// settling decides about one message, within one unit of work.
type settling struct {
	office *Office
	tx     *db.Tx
	*custody
	*reading
	early  Outcome // decided already
	opened int64   // the number of the ticket that the message became
}

// decide finds the one outcome of the message, in the order of what proves most.
func (s *settling) decide() error {
	switch s.early {
	case Dropped:
		s.message.become(s.tx.Now, Dropped, "The inbox %s takes no mail from %s.", s.inbox.Name, s.inbox.Blocks(s.letter.From))
		return nil
	case Quarantined:
		s.message.become(s.tx.Now, Quarantined, "DMARC: it does not come from %s, which asks to %s such mail.", domainOf(s.message.Sender), s.message.Origin.Verdict.Policy)
		return nil
	}
	if s.machine() {
		s.note("A machine sent it. %s", s.auto.Reason)
	}
	for _, step := range []func() (bool, error){s.duplicate, s.ownCame, s.report} {
		if done, err := step(); done || err != nil {
			return err
		}
	}
	return s.file()
}

func (s *settling) note(format string, args ...any) { s.message.decide(s.tx.Now, format, args...) }

// store writes the outcome into the ledger, tells of it and ends the job.
func (s *settling) store() error {
	m := s.message
	if err := settle(s.tx, m, Pending); err != nil {
		return err
	}
	s.tx.Emit(Settled{Message: m.ID, Outcome: m.Outcome, Reason: m.Reason, Ticket: m.Ticket, Entry: m.Entry})
	return event.Finish(s.tx)
}

func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

// duplicate tells whether the message is in the ledger already. It is the same
// if Message-ID, sender and content are the same, or the raw bytes: a Message-ID
// alone proves nothing, since anybody can use another's, and some programs use
// one for all they send.
//
// An inbox that takes its own copy is not content with another's, and its own
// does not stand for another's.
func (s *settling) duplicate() (bool, error) {
	found, err := sameMail(s.tx, s.message)
	if err != nil {
		return false, err
	}
	for _, other := range found {
		if s.message.Trusted && other.outcome == Quarantined {
			continue // it was released, the other was not
		}
		if other.inbox != s.inbox.ID {
			in, _ := s.inboxes.ByID(other.inbox)
			if s.inbox.OwnCopy || in.OwnCopy {
				continue
			}
		}
		s.message.Ticket, s.message.Other = other.ticket, other.id
		if other.inbox == s.inbox.ID {
			s.message.become(s.tx.Now, DuplicateOf, "The same mail was taken in here before.")
		} else {
			s.message.become(s.tx.Now, DuplicateOf, "The same mail came to %s too, which was first.", s.nameOf(other.inbox))
		}
		return true, nil
	}
	return false, nil
}

func (s *settling) nameOf(inbox string) string {
	in, ok := s.inboxes.ByID(inbox)
	if !ok {
		return "another inbox"
	}
	return in.Address
}

// ownCame knows a mail of ours that came back: it is on its ticket already.
func (s *settling) ownCame() (bool, error) {
	id, entry, ok := s.office.marks.ReadMessageID(s.tx.Workspace, s.letter.MessageID)
	if _, ours := s.inboxes.At(s.letter.From.Mailbox); !ok || !ours || s.inbox.OwnCopy {
		return false, nil
	}
	t, err := s.ticketOf(id, entry)
	if t == nil || err != nil {
		return false, err
	}
	s.message.on(t)
	s.message.Other = entry
	s.message.become(s.tx.Now, DuplicateOf, "It is our own mail about #%d that came back.", t.Number)
	return true, nil
}

// elsewhere reports whether the message goes to another inbox of ours too.
func (s *settling) elsewhere() bool {
	return slices.ContainsFunc(s.recipients(s.message.Origin), func(a string) bool {
		in, ok := s.inboxes.At(a)
		return ok && in.ID != s.inbox.ID
	})
}

// people are those that a message names besides its author and ourselves, as far as they can be written to.
func (s *settling) people(all ...[]letter.Address) []ticket.Person {
	var persons []ticket.Person
	for _, some := range all {
		for _, a := range some {
			_, ours := s.inboxes.At(a.Mailbox)
			if ours || !writable(a.Mailbox) || a.Fold() == s.author.Fold() || a.Fold() == s.message.Sender ||
				slices.ContainsFunc(persons, func(p ticket.Person) bool { return fold(p.Address) == fold(a.Mailbox) }) {
				continue
			}
			persons = append(persons, ticket.Person{Name: oneLine(a.Name), Address: a.Mailbox})
		}
	}
	return persons[:min(len(persons), maxCopies)]
}

// maxCopies bounds how many people one mail can bring onto a ticket.
const maxCopies = 50

func (s *settling) verdict() ticket.Verdict {
	v := s.message.Origin.Verdict
	return ticket.Verdict{SPF: v.SPF, DKIM: v.DKIM, DMARC: v.DMARC, Auto: s.auto.Reason, Notes: strings.Join(s.notes, " ")}
}

func numbered(t *ticket.Ticket) string { return fmt.Sprintf("#%d", t.Number) }
