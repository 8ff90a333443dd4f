package survey

import (
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people/client"
	"muster/internal/text"
	"muster/internal/ticket"
)

// Invitation is that somebody was asked, and what came back. Where the ticket stood is kept as it was then.
type Invitation struct {
	ID           string
	Survey       string
	Measure      Measure
	Ticket       ticket.ID
	Entry        string // the mail that asked
	Contact      string
	Kind         string
	Team         string
	Assignee     string
	Organisation string
	Item         string
	AskedAt      time.Time
	Until        time.Time // when the answer can be changed no more
	AnsweredAt   time.Time // zero: not yet; else when the answer was last changed
	Rating       int
	Comment      string
	Answers      int // how often an answer came
}

// Answered reports whether there is an answer.
func (i Invitation) Answered() bool { return !i.AnsweredAt.IsZero() }

// Form is what the person who was asked may see: nothing that the mail did not say.
type Form struct {
	Invitation
	Survey Survey
	Number int64  // of the ticket
	Title  string // of the ticket
	Locale string // of the person; empty: not known
	Closed bool   // it is too late to answer
}

// Limits of answers.
const (
	maxComment = 5_000
	maxAnswers = 50 // times that one answer is changed: more is no person
)

// Open returns the form that a link leads to: whoever has the link may answer.
func (a *Asker) Open(tx *db.Tx, token string) (Form, error) {
	if err := tx.Must(access.Anyone); err != nil {
		return Form{}, err
	}
	id, ok := a.read(tx.Workspace, token)
	if !ok {
		return Form{}, notWhole()
	}
	var f Form
	err := tx.As(access.System(tx.Workspace), func(tx *db.Tx) (err error) {
		f, err = a.form(tx, id)
		return err
	})
	return f, err
}

func notWhole() error {
	return fault.New(fault.NotFound, "This link is not whole. Open it from your mail again, or copy all of it.")
}

func (a *Asker) form(tx *db.Tx, id string) (Form, error) {
	i, err := invitationByID(tx, id)
	if db.Missing(err) {
		return Form{}, notWhole()
	}
	if err != nil {
		return Form{}, err
	}
	f := Form{Invitation: i, Closed: tx.Now.After(i.Until)}
	if f.Survey, err = Find(tx, i.Survey); err != nil {
		return Form{}, err
	}
	t, err := ticket.ByID(tx, i.Ticket)
	if err != nil {
		return Form{}, err
	}
	c, err := client.FindContact(tx, i.Contact)
	f.Number, f.Title, f.Locale = t.Number, t.Title, c.Locale
	return f, err
}

// Answer keeps an answer, in place of the one there was. The same answer once more changes nothing.
func (a *Asker) Answer(tx *db.Tx, token string, rating int, comment string) (Form, error) {
	if err := tx.Must(access.Anyone); err != nil {
		return Form{}, err
	}
	f, err := a.Open(tx, token)
	if err != nil {
		return Form{}, err
	}
	comment = strings.TrimSpace(text.Valid(comment))
	if err := f.check(rating, comment); err != nil {
		return f, err
	}
	if f.Answered() && f.Rating == rating && f.Comment == comment {
		return f, nil
	}
	who := access.Actor{Workspace: tx.Workspace, ID: f.Contact, Name: "The customer", Kind: access.Customer}
	err = tx.As(access.System(tx.Workspace), func(tx *db.Tx) error {
		c, err := client.FindContact(tx, f.Contact)
		if err != nil {
			return err
		}
		who.Name = c.Name
		return a.keep(tx, &f, who, rating, comment)
	})
	return f, err
}

func (f Form) check(rating int, comment string) error {
	least, most := f.Measure.Scale()
	switch {
	case f.Closed:
		return fault.New(fault.Conflict, "This survey is closed: it could be answered for %d days.", f.Survey.Open)
	case rating < least || rating > most:
		return fault.Field("rating", "Choose a number from %d to %d.", least, most)
	case len([]rune(comment)) > maxComment:
		return fault.Field("comment", "The comment has more than %d characters. Shorten it, or answer our mail instead.", maxComment)
	case f.Answers >= maxAnswers:
		return fault.New(fault.TooMany, "This answer was changed very often. Answer our mail instead, and we read it.")
	}
	return nil
}

// keep stores an answer, says so in the customer's name, and follows up on a bad one.
func (a *Asker) keep(tx *db.Tx, f *Form, who access.Actor, rating int, comment string) error {
	e := Answered{Ticket: f.Ticket, Invitation: f.ID, Survey: f.Survey.ID, Name: f.Survey.Name, Measure: f.Measure, Contact: f.Contact,
		Rating: rating, Comment: comment, Low: f.Survey.bad(rating)}
	first := !f.Answered() || !f.Survey.bad(f.Rating)
	if f.Answered() {
		before := f.Rating
		e.Before = &before
	}
	f.Rating, f.Comment, f.AnsweredAt, f.Answers = rating, comment, tx.Now, f.Answers+1
	if err := updateAnswer(tx, f.Invitation); err != nil {
		return err
	}
	if err := tx.As(who, func(tx *db.Tx) error { tx.Emit(e); return nil }); err != nil {
		return err
	}
	if !e.Low || !first {
		return nil // somebody sees to it already
	}
	return a.followUp(tx, f, who.Name)
}

// Of returns how often, and with which answers, the customer of a ticket was asked: the oldest first.
func Of(tx *db.Tx, t *ticket.Ticket) ([]Invitation, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	return invitationsOf(tx, t.ID)
}
