package mailbox

import (
	"cmp"
	"fmt"
	"time"

	"muster/internal/access"
	"muster/internal/fault"
	"muster/internal/mailbox/flow"
	"muster/internal/mailbox/letter"
	"muster/internal/people"
	"muster/internal/people/client"
	"muster/internal/template"
	"muster/internal/ticket"
)

// file makes a ticket of the message, or puts it on the one that it belongs to.
func (s *settling) file() error {
	at, err := s.findThread()
	if err != nil {
		return err
	}
	if at.ticket == nil {
		return s.open(ticket.Draft{})
	}
	s.note("%s was found by %s.", numbered(at.ticket), at.how)
	if at.stranger != "" {
		return s.openBeside(at)
	}
	open, err := s.canReopen(at.ticket)
	if err != nil {
		return err
	}
	if fateOn(at.ticket, s.tx.Now, s.days, s.machine(), open) == follows {
		s.note("%s has ended, too long ago to be taken up again.", numbered(at.ticket))
		return s.open(ticket.Draft{FollowsUp: at.ticket.Number})
	}
	return s.join(at)
}

// join puts the message on a ticket.
func (s *settling) join(at thread) error {
	n, err := s.take("messages/"+string(at.ticket.ID), s.inbox.Limits().Messages)
	if err != nil || n.Over() && s.hold(n, "%s gets more than %d mails an hour.", numbered(at.ticket), n.Limit) {
		return err
	}
	author, err := s.knowAuthor(s.author)
	if err != nil {
		return err
	}
	if at.how == bySignature {
		if part, err := s.takesPart(at.ticket); err != nil {
			return err
		} else if !part {
			s.notes = append(s.notes, "The sender had not taken part in this ticket before.")
		}
	}
	t, e, err := s.office.Desk.Write(s.tx, at.ticket.Number, s.writing(author))
	if err != nil {
		return fmt.Errorf("put the mail on #%d: %w", at.ticket.Number, err)
	}
	s.message.on(t)
	s.message.Entry = e.ID
	s.message.become(s.tx.Now, Joined, "It joined %s by %s.", numbered(t), at.how)
	if n.Last() {
		if err := s.tell(t.Number, "This ticket got %d mails within an hour. What comes now waits in quarantine, so that a loop comes to an end.", n.Limit); err != nil {
			return err
		}
	}
	return s.tellOver(t)
}

// openBeside makes a ticket of a stranger's message, and says which one it seems to be about.
func (s *settling) openBeside(at thread) error {
	if err := s.open(ticket.Draft{About: at.ticket.Number}); err != nil || s.message.Outcome != Opened {
		return err
	}
	s.note("%s, so that this became a ticket of its own.", at.stranger)
	return s.tell(s.opened, "%s, so this became a ticket of its own. Merge the two if they belong together.", at.stranger)
}

// open makes a ticket of the message.
func (s *settling) open(d ticket.Draft) error {
	n, err := s.take("tickets/"+cmp.Or(s.message.Sender, "nobody"), s.inbox.Limits().Tickets)
	if err != nil || n.Over() && s.hold(n, "%s opens more than %d tickets an hour.", cmp.Or(s.message.Sender, "Nobody"), n.Limit) {
		return err
	}
	author, err := s.requester()
	if err != nil {
		return err
	}
	w := s.writing(author)
	d.Kind, d.Title, d.Team, d.Inbox, d.Channel = s.inbox.TicketKind(), s.title, s.inbox.Team, s.inbox.ID, "mail"
	d.Requester, d.First, d.Participants = author.ID, &w, w.Cc
	t, err := s.office.Desk.Open(s.tx, d)
	if err != nil {
		return fmt.Errorf("open a ticket: %w", err)
	}
	s.message.on(t)
	s.message.Entry, s.opened = t.First, t.Number
	s.message.become(s.tx.Now, Opened, "It became %s.", numbered(t))
	if n.Last() {
		if err := s.tell(t.Number, "%s has opened %d tickets within an hour. What comes now waits in quarantine.", cmp.Or(s.message.Sender, "Nobody"), n.Limit); err != nil {
			return err
		}
	}
	if err := s.tellOver(t); err != nil {
		return err
	}
	return s.acknowledge(t)
}

// writing is the entry that the message becomes.
func (s *settling) writing(author ticket.Author) ticket.Writing {
	w := ticket.Writing{Kind: ticket.FromCustomer, Body: s.body, Author: author, Channel: "mail", MessageID: s.letter.MessageID,
		Verdict: s.verdict(), Attachments: s.files, Quiet: s.machine()}
	if writable(s.inbox.Address) {
		w.To = []ticket.Person{{Name: s.inbox.FromName, Address: s.inbox.Address}}
	}
	if !s.machine() && s.over == "" { // whom a machine names, or a mail that nobody has read, did not ask to be written to
		w.Cc = s.people(s.letter.To, s.letter.Cc)
	}
	return w
}

// requester is who asked: the author, or whom an agent of ours passes on.
func (s *settling) requester() (ticket.Author, error) {
	if !s.forward.Valid() {
		return s.knowAuthor(s.author)
	}
	u, err := people.UserByEmail(s.tx, s.message.Sender)
	if fault.Is(err, fault.NotFound) || err == nil && !u.Active {
		return s.knowAuthor(s.author)
	}
	if err != nil {
		return ticket.Author{}, err
	}
	s.note("%s passes on what %s wrote.", u.Name, s.forward.Mailbox)
	s.notes = append(s.notes, fmt.Sprintf("Passed on by %s.", u.Name))
	return s.knowAuthor(s.forward)
}

// knowAuthor makes a contact of an author who can be written to. Our own inboxes are nobody's contacts.
func (s *settling) knowAuthor(a letter.Address) (ticket.Author, error) {
	author := ticket.Author{Kind: access.Customer, Name: cmp.Or(oneLine(a.Name), a.Mailbox, "Unknown sender"), Address: a.Mailbox}
	if _, ours := s.inboxes.At(a.Mailbox); ours || !writable(a.Mailbox) {
		return author, nil
	}
	c, _, err := client.EnsureContact(s.tx, oneLine(a.Name), a.Mailbox)
	if fault.Is(err, fault.Invalid) {
		s.note("%s", fault.Message(err))
		return author, nil
	}
	if err != nil {
		return ticket.Author{}, fmt.Errorf("know the sender: %w", err)
	}
	author.ID, author.Name = c.ID, c.Name
	return author, nil
}

// tell puts a note for the agents on a ticket.
func (s *settling) tell(number int64, format string, args ...any) error {
	_, _, err := s.office.Desk.Write(s.tx, number, noteSaying(fmt.Sprintf(format, args...)))
	return err
}

// noteSaying is a note of Muster's for the agents.
func noteSaying(say string) ticket.Writing {
	return ticket.Writing{Kind: ticket.Note, Channel: "mail", Quiet: true, Body: ticket.Body{Source: say, Text: say, HTML: lines(say)},
		Author: ticket.Author{Kind: access.Muster, Name: "Muster"}}
}

// tellOver tells a sender, once a day, that a message was over a limit.
func (s *settling) tellOver(t *ticket.Ticket) error {
	if s.over == "" || !s.answerable(t) {
		return nil
	}
	n, err := s.takeFor("over/"+s.message.Sender, 1, day)
	if err != nil || n.Over() {
		return err
	}
	return s.answer(t, func(speaker template.Speaker) (ticket.Body, error) {
		speaker.More = map[string]string{"message.problem": s.over}
		return template.MailOf(s.tx, template.Unread, speaker)
	})
}

// acknowledge answers a new ticket, if the inbox does so: a person who can be answered, and not too often.
func (s *settling) acknowledge(t *ticket.Ticket) error {
	if !s.inbox.Acknowledge && s.inbox.AutoAck == "" || s.over != "" || !s.answerable(t) {
		return nil
	}
	return s.answer(t, func(speaker template.Speaker) (ticket.Body, error) {
		if s.inbox.AutoAck == "" {
			return template.MailOf(s.tx, template.Acknowledgement, speaker)
		}
		return speaker.Write(s.inbox.Words())
	})
}

// answerable reports whether a machine may answer the message: a person's, from an address that is not known to be forged.
func (s *settling) answerable(t *ticket.Ticket) bool {
	return !s.machine() && t.Requester != "" && !s.verdict().Forged()
}

// answer writes an automatic answer, if the sender has not had too many.
func (s *settling) answer(t *ticket.Ticket, words func(template.Speaker) (ticket.Body, error)) error {
	speaker, err := template.Speak(s.tx, s.office.Desk, t)
	if err != nil {
		return err
	}
	body, err := words(speaker)
	if err != nil {
		return err
	}
	_, _, err = s.office.Desk.Write(s.tx, t.Number, ticket.Writing{Kind: ticket.Automatic, Channel: "mail", Quiet: true, Body: body,
		Author: ticket.Author{Kind: access.Auto, Name: s.inbox.SenderName()}})
	if err != nil {
		return fmt.Errorf("answer by itself: %w", err)
	}
	s.note("An automatic answer was written.")
	return nil
}

const day = 24 * time.Hour

// take counts one more of what may happen a number of times an hour.
func (s *settling) take(name string, limit int) (flow.Count, error) {
	return s.takeFor(name, limit, time.Hour)
}

// takeFor counts for another while. What somebody released does not count.
func (s *settling) takeFor(name string, limit int, while time.Duration) (flow.Count, error) {
	if s.message.Trusted {
		return flow.Count{Limit: limit}, nil
	}
	return flow.Take(s.tx, name, limit, while)
}

// hold puts the message into quarantine because there is too much of its kind.
func (s *settling) hold(n flow.Count, format string, args ...any) bool {
	s.message.become(s.tx.Now, Quarantined, format, args...)
	s.note("The count begins anew at %s.", n.Until.Format("15:04 UTC"))
	return true
}
