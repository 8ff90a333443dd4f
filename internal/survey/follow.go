package survey

import (
	"fmt"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/ticket"
)

// followUp does what the survey asks for after a bad rating. What cannot be done becomes a note, so that somebody sees it.
func (a *Asker) followUp(tx *db.Tx, f *Form, who string) error {
	if f.Survey.Follow == FollowNothing {
		return nil
	}
	t, err := ticket.ByID(tx, f.Ticket)
	if err != nil {
		return err
	}
	_, most := f.Measure.Scale()
	say := fmt.Sprintf("%s rated %d of %d.", who, f.Rating, most)
	if f.Comment != "" {
		say += "\n\n" + f.Comment
	}
	actor := access.System(tx.Workspace)
	actor.Kind, actor.Name = access.Auto, author.Name
	return tx.As(actor, func(tx *db.Tx) error {
		switch f.Survey.Follow {
		case FollowTask:
			return a.openTask(tx, t, f.Rating, most, say)
		case FollowReopen:
			if done, err := a.reopen(tx, t); err != nil || done {
				return err
			}
		}
		_, _, err := a.Desk.Write(tx, t.Number, ticket.Writing{Kind: ticket.Note, Quiet: true, Author: author, Body: plainBody(say)})
		return err
	})
}

// openTask opens a task for the ticket's team.
func (a *Asker) openTask(tx *db.Tx, t *ticket.Ticket, rating, most int, say string) error {
	_, err := a.Desk.Open(tx, ticket.Draft{Kind: "task", Title: fmt.Sprintf("Follow up on a rating of %d of %d: %s", rating, most, clipped(t.Title)),
		Team: t.Team, Item: t.Item, Organisation: t.Organisation, About: t.Number, Channel: "survey",
		First: &ticket.Writing{Kind: ticket.Note, Quiet: true, Author: author, Channel: "survey", Body: plainBody(say)}})
	return err
}

// reopen takes the ticket up again, if it has ended and its workflow leads back.
func (a *Asker) reopen(tx *db.Tx, t *ticket.Ticket) (bool, error) {
	flow, err := a.Desk.WorkflowOf(tx, t.Kind)
	if err != nil {
		return false, err
	}
	to, ok := flow.First(t.State, ticket.Opened, ticket.New)
	if !ok || !t.Category.Ended() || t.Shelved() {
		return false, nil
	}
	_, err = a.Desk.Change(tx, t.Number, ticket.Any, ticket.Change{State: &to.ID})
	if kind := fault.KindOf(err); kind == fault.Invalid || kind == fault.Conflict {
		return false, nil // a guard keeps it
	}
	return err == nil, err
}
