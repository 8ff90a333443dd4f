package notify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/people"
	"muster/internal/text"
	"muster/internal/ticket"
)

const snippet = 200 // characters of what somebody wrote

// react tells people of what happens on tickets.
func (b *Bell) react() {
	event.On(b.Bus, b.opened)
	event.On(b.Bus, b.changed)
	event.On(b.Bus, b.moved)
	event.On(b.Bus, b.wrote)
	b.Bus.Watch(func(e event.Happening) {
		switch e.Name {
		case ticket.Joined{}.EventName():
			b.watched.Forget()
		case RulesChanged{}.EventName():
			b.eager.Forget()
		}
	})
}

type openedHere struct{}

// opened tells who has a new ticket, and the team that it came to.
func (b *Bell) opened(tx *db.Tx, e ticket.WasOpened) error {
	here, _ := tx.Noted(openedHere{}).([]ticket.ID)
	tx.Note(openedHere{}, append(here, e.Ticket))
	if e.Assignee != "" && e.Assignee != tx.ID {
		if err := b.assigned(tx, e.Ticket, e.Assignee); err != nil {
			return err
		}
	}
	return b.cameTo(tx, e.Ticket, e.Team, e.Assignee)
}

func (b *Bell) assigned(tx *db.Tx, id ticket.ID, user string) error {
	t, err := b.ticket(tx, id)
	if err != nil {
		return err
	}
	return Tell(tx, Notice{Topic: Assigned, To: []string{user}, Ticket: t, Words: tx.Name + " gave it to you.", Urgent: t.Priority == ticket.Critical, Once: once(tx, Assigned, id)})
}

// cameTo tells those of a team who want to hear of what is new there.
func (b *Bell) cameTo(tx *db.Tx, id ticket.ID, team, assignee string) error {
	if team == "" {
		return nil
	}
	eager, err := b.eager.Get(tx.Workspace, func() ([]string, bool, error) {
		found, err := eagerUsers(tx)
		return found, true, err
	})
	if err != nil || len(eager) == 0 {
		return err
	}
	t, err := b.ticket(tx, id)
	if err != nil {
		return err
	}
	var to []string
	var name string
	if err := tx.As(access.System(tx.Workspace), func(tx *db.Tx) error {
		found, err := people.FindTeam(tx, team)
		name = found.Name
		to = slices.DeleteFunc(found.Members, func(m string) bool { return m == assignee || !slices.Contains(eager, m) })
		return err
	}); err != nil {
		return err
	}
	return Tell(tx, Notice{Topic: TeamNew, To: to, Ticket: t, Words: "It is new for " + name + ".", Urgent: t.Priority == ticket.Critical, Once: once(tx, TeamNew, id)})
}

// changed tells who has the ticket now, the team that it came to, and who watches.
func (b *Bell) changed(tx *db.Tx, e ticket.Changed) error {
	var got string
	var said []string
	for _, s := range e.Sets {
		switch {
		case s.Field == "assignee" && s.To != "":
			got = s.To
			if err := b.assignedIfOther(tx, e.Ticket, got); err != nil {
				return err
			}
		case s.Field == "team":
			if err := b.cameTo(tx, e.Ticket, s.To, got); err != nil {
				return err
			}
		}
		said = append(said, s.Field+": "+cmp.Or(s.ToName, s.To, "none"))
	}
	return b.tellWatchers(tx, e.Ticket, tx.Name+" changed "+strings.Join(said, ", ")+".", got)
}

func (b *Bell) assignedIfOther(tx *db.Tx, id ticket.ID, user string) error {
	if user == tx.ID {
		return nil
	}
	return b.assigned(tx, id, user)
}

// moved tells who watches. What a message moved is told with the message.
func (b *Bell) moved(tx *db.Tx, e ticket.Moved) error {
	if tx.Kind != access.Human {
		return nil
	}
	return b.tellWatchers(tx, e.Ticket, fmt.Sprintf("%s moved it from %s to %s.", tx.Name, e.FromName, e.ToName))
}

// wrote tells who was named, whose ticket a customer wrote on, and who watches. What a machine wrote is not told.
func (b *Bell) wrote(tx *db.Tx, e ticket.Wrote) error {
	here, _ := tx.Noted(openedHere{}).([]ticket.ID)
	first := slices.Contains(here, e.Ticket)
	if e.Quiet || e.Kind == ticket.Automatic || first && len(e.Mentions) == 0 {
		return nil
	}
	if watched, err := b.anyoneWatches(tx); err != nil || !watched && len(e.Mentions) == 0 && e.Kind != ticket.FromCustomer {
		return err
	}
	var t *ticket.Ticket
	var entry *ticket.Entry
	if err := tx.As(access.System(tx.Workspace), func(tx *db.Tx) (err error) { t, entry, err = e.Written(tx); return err }); err != nil {
		return err
	}
	author, words := cmp.Or(entry.Author.Name, tx.Name), text.Snippet(entry.Body.Text, snippet)
	if err := Tell(tx, Notice{Topic: Mentioned, To: e.Mentions, Ticket: t, Words: author + ": " + words, Actor: author, Once: entry.ID}); err != nil {
		return err
	}
	told := e.Mentions
	if e.Kind == ticket.FromCustomer && !first && t.Assignee != "" && !slices.Contains(told, t.Assignee) {
		told = append(told[:len(told):len(told)], t.Assignee)
		if err := Tell(tx, Notice{Topic: Replied, To: []string{t.Assignee}, Ticket: t, Words: author + ": " + words, Actor: author,
			Urgent: t.Priority == ticket.Critical, Once: entry.ID}); err != nil {
			return err
		}
	}
	return b.tellWatchers(tx, e.Ticket, author+": "+words, told...)
}

// anyoneWatches reports whether any ticket of the workspace is watched: where none is, nobody has to be looked up.
func (b *Bell) anyoneWatches(tx *db.Tx) (bool, error) {
	return b.watched.Get(tx.Workspace, func() (bool, bool, error) {
		any, err := anyWatched(tx)
		return any, true, err
	})
}

// tellWatchers tells those who watch a ticket, but those who were told already.
func (b *Bell) tellWatchers(tx *db.Tx, id ticket.ID, words string, told ...string) error {
	if any, err := b.anyoneWatches(tx); err != nil || !any {
		return err
	}
	var to []string
	if err := tx.As(access.System(tx.Workspace), func(tx *db.Tx) (err error) {
		to, err = ticket.Watchers(tx, &ticket.Ticket{ID: id})
		return err
	}); err != nil {
		return err
	}
	to = slices.DeleteFunc(to, func(u string) bool { return u == tx.ID || slices.Contains(told, u) })
	if len(to) == 0 {
		return nil
	}
	t, err := b.ticket(tx, id)
	if err != nil {
		return err
	}
	return Tell(tx, Notice{Topic: Watched, To: to, Ticket: t, Words: words, Once: once(tx, Watched, id)})
}

// once has what happens to a ticket in one unit of work told once for each topic, with the last words.
func once(tx *db.Tx, topic Topic, id ticket.ID) string {
	return fmt.Sprintf("%s/%s/%d", topic, id, tx.Now.UnixMicro())
}

func (b *Bell) ticket(tx *db.Tx, id ticket.ID) (t *ticket.Ticket, err error) {
	err = tx.As(access.System(tx.Workspace), func(tx *db.Tx) error { t, err = ticket.ByID(tx, id); return err })
	return t, err
}
