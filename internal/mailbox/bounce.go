package mailbox

import (
	"cmp"
	"fmt"
	"strings"

	"muster/internal/db"
	"muster/internal/mailbox/letter"
	"muster/internal/ticket"
)

// report puts what a mail system tells about a mail of ours onto that mail. A
// report that is about none of ours is a mail like others.
func (s *settling) report() (bool, error) {
	rep := s.letter.Report
	if rep == nil || rep.Kind == letter.Receipt {
		return false, nil
	}
	entry, how, err := s.reported(rep)
	if entry == "" || err != nil {
		return false, err
	}
	t, err := s.ticketOf("", entry)
	if t == nil || err != nil {
		return false, err
	}
	s.note("The report is about a mail on %s, found by %s.", numbered(t), how)
	said, err := s.record(t, entry, rep)
	if err != nil {
		return false, err
	}
	if s.message.Entry, err = s.noteOf(t, strings.Join(said, "\n")); err != nil {
		return false, err
	}
	s.message.on(t)
	s.message.Other = entry
	s.message.become(s.tx.Now, BounceOf, "It reports on a mail of ours about %s: %s", numbered(t), said[0])
	return true, nil
}

// reported returns the entry that a report is about.
func (s *settling) reported(rep *letter.Report) (entry, how string, err error) {
	if _, entry, ok := s.office.marks.ReadMessageID(s.tx.Workspace, rep.MessageID); ok {
		return entry, "its Message-ID", nil
	}
	for _, a := range s.recipients(s.message.Origin) {
		if entry, ok := s.office.marks.ReadBounceAddress(s.tx.Workspace, a); ok {
			return entry, "the address that it was returned to", nil
		}
	}
	for _, ref := range s.references() {
		if _, entry, ok := s.office.marks.ReadMessageID(s.tx.Workspace, ref); ok {
			return entry, "its references", nil
		}
	}
	for _, o := range rep.Outcomes {
		entry, err := lastEntryTo(s.tx, fold(o.Mailbox), s.tx.Now.Add(-7*day))
		if !db.Missing(err) {
			return entry, "its recipient", err
		}
	}
	return "", "", nil
}

// record marks the deliveries that the report names, and returns what it says in sentences.
func (s *settling) record(t *ticket.Ticket, entry string, rep *letter.Report) ([]string, error) {
	all, err := deliveriesOf(s.tx, []string{entry})
	if err != nil {
		return nil, err
	}
	var said []string
	for _, o := range rep.Outcomes {
		who, answer := cmp.Or(o.Mailbox, o.Final, "a recipient"), answerOf(o.Status, o.Diagnostic)
		said = append(said, sentence(o.Action, who, answer))
		for i := range all {
			if d := &all[i]; len(all) == 1 || fold(d.Address) == fold(o.Mailbox) || fold(d.Address) == fold(o.Final) {
				if err := s.mark(t, d, o.Action, cmp.Or(answer, said[len(said)-1])); err != nil {
					return nil, err
				}
			}
		}
	}
	if len(said) == 0 {
		said = []string{"A mail system reports on the mail; its report does not say about whom."}
	}
	return said, nil
}

// mark changes a delivery as a report says.
func (s *settling) mark(t *ticket.Ticket, d *Delivery, action, answer string) error {
	before := d.State
	switch action {
	case "failed":
		d.State = Bounced
	case "complained":
		d.State = Complained
	}
	d.Response = answer
	return changeDelivery(s.tx, t.ID, *d, before)
}

// answerOf joins a status and what was said, on one line.
func answerOf(status, said string) string {
	if strings.Contains(said, status) {
		status = ""
	}
	return oneLine(strings.TrimSpace(status + " " + said))
}

// sentence says what happened to a mail for one recipient.
func sentence(action, who, answer string) string {
	if answer != "" {
		answer = ": " + answer
	}
	switch action {
	case "failed":
		return fmt.Sprintf("The mail to %s did not arrive%s", who, answer)
	case "delayed":
		return fmt.Sprintf("The mail to %s has not arrived yet; it is still being tried%s", who, answer)
	case "complained":
		return fmt.Sprintf("%s called the mail spam%s", who, answer)
	}
	return fmt.Sprintf("The mail to %s was %s%s", who, cmp.Or(action, "reported on"), answer)
}

// noteOf writes a note and returns its id.
func (s *settling) noteOf(t *ticket.Ticket, say string) (string, error) {
	_, e, err := s.office.Desk.Write(s.tx, t.Number, noteSaying(say))
	if err != nil {
		return "", fmt.Errorf("note the report on #%d: %w", t.Number, err)
	}
	return e.ID, nil
}
