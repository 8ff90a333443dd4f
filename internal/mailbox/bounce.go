package mailbox

import (
	"fmt"
	"strings"

	"muster/internal/mailbox/letter"
	"muster/internal/mailbox/outbox"
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
	reports := reportsIn(rep)
	if err := outbox.Learn(s.tx, t.ID, entry, reports); err != nil {
		return false, err
	}
	said := []string{"A mail system reports on the mail; its report does not say about whom."}
	for i, r := range reports {
		said = append(said[:i], r.Sentence())
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
		if entry, err := outbox.LastTo(s.tx, o.Mailbox, s.tx.Now.Add(-7*day)); entry != "" || err != nil {
			return entry, "its recipient", err
		}
	}
	return "", "", nil
}

// reportsIn returns what the report says of each recipient.
func reportsIn(rep *letter.Report) []outbox.Report {
	var all []outbox.Report
	for _, o := range rep.Outcomes {
		status := o.Status
		if strings.Contains(o.Diagnostic, status) {
			status = ""
		}
		all = append(all, outbox.Report{Address: o.Mailbox, Final: o.Final, Action: o.Action, Answer: oneLine(status + " " + o.Diagnostic)})
	}
	return all
}

// noteOf writes a note and returns its id.
func (s *settling) noteOf(t *ticket.Ticket, say string) (string, error) {
	_, e, err := s.office.Desk.Write(s.tx, t.Number, noteSaying(say))
	if err != nil {
		return "", fmt.Errorf("note the report on #%d: %w", t.Number, err)
	}
	return e.ID, nil
}
