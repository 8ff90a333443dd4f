// Package notify tells people what concerns them, each by the ways and at the hours that they chose, and keeps what became of it.
package notify

import (
	"cmp"
	"context"
	"slices"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/memory"
	"muster/internal/people"
	"muster/internal/reach"
	"muster/internal/text"
	"muster/internal/ticket"
)

// Topic is what a notice is about. People choose by topic.
type Topic string

// The topics.
const (
	Assigned   Topic = "assigned"  // a ticket was given to the person
	TeamNew    Topic = "team-new"  // a ticket came to one of the person's teams
	Mentioned  Topic = "mentioned" // somebody named the person
	Replied    Topic = "replied"   // a customer wrote on a ticket of the person's
	Watched    Topic = "watched"   // something happened on a ticket that the person watches
	PromiseDue Topic = "promise"   // a promise is about to be broken, or was
	BadSurvey  Topic = "survey"    // a customer was not content
	ByRule     Topic = "rule"      // a rule has something to say
	House      Topic = "house"     // something about the desk itself: a webhook was switched off
)

// Topics returns the topics in the order in which people read them.
func Topics() []Topic {
	return []Topic{Assigned, TeamNew, Mentioned, Replied, Watched, PromiseDue, BadSurvey, ByRule, House}
}

// Notice is something to tell people.
type Notice struct {
	Topic  Topic
	To     []string       // users; whoever did it is left out
	Ticket *ticket.Ticket // nil: it is about none
	Title  string         // empty: the ticket's
	Words  string         // a sentence: what happened
	Path   string         // the page that it is about; empty: the ticket's
	By     string         // the id of who did it; empty: who acts
	Actor  string         // the name of who did it; empty: of who acts
	Urgent bool           // passes quiet hours where the person lets it
	Once   string         // a person is told once of what is the same; empty: it is like nothing else
}

const (
	mostTold  = 500  // people told by one notice
	longWords = 1000 // characters
)

// Subject is how the log names a person's inbox as the record that an event is about.
const Subject = "inbox"

// Told says that somebody was told something.
type Told struct {
	User   string    `json:"user"`
	Notice string    `json:"notice"`
	Topic  Topic     `json:"topic"`
	Ticket ticket.ID `json:"ticket,omitempty"`
}

func (Told) EventName() string         { return "notice.told" }
func (e Told) About() (string, string) { return Subject, e.User }

// Tell tells people something, each by the ways that they chose for its topic.
// Nobody is told of what they did themselves, or of a ticket that they may not see.
func Tell(tx *db.Tx, n Notice) error {
	if err := tx.Must(access.Anyone); err != nil {
		return err
	}
	if !slices.Contains(Topics(), n.Topic) {
		return fault.Field("topic", "There is no topic %.100q.", n.Topic)
	}
	n.By, n.Actor = cmp.Or(n.By, tx.ID), cmp.Or(n.Actor, tx.Name)
	n.Words = text.Snippet(text.Valid(n.Words), longWords)
	to := slices.Compact(slices.Sorted(slices.Values(n.To)))
	return tx.As(access.System(tx.Workspace), func(tx *db.Tx) error {
		for _, user := range to[:min(len(to), mostTold)] {
			if user == "" || user == n.By {
				continue
			}
			if err := tell(tx, user, n); err != nil {
				return err
			}
		}
		return nil
	})
}

// tell tells one person.
func tell(tx *db.Tx, user string, n Notice) error {
	p, err := personOf(tx, user)
	if fault.Is(err, fault.NotFound) || err == nil && (!p.active || n.Ticket != nil && !ticket.Sees(p.actor, n.Ticket)) {
		return nil
	}
	if err != nil {
		return err
	}
	ways := p.rules.Topics[n.Topic]
	if len(ways) == 0 {
		return nil
	}
	i := Item{ID: tx.NewID(), User: user, Topic: n.Topic, Urgent: n.Urgent, Shown: slices.Contains(ways, App), Title: n.Title, Words: n.Words,
		Path: n.Path, Actor: n.Actor, CreatedAt: tx.Now}
	if n.Ticket != nil {
		i.Ticket, i.Number, i.Title = n.Ticket.ID, n.Ticket.Number, cmp.Or(n.Title, n.Ticket.Title)
	}
	isNew, err := insertItem(tx, i, cmp.Or(n.Once, i.ID))
	if err != nil || !isNew {
		return err
	}
	if i.Shown {
		tx.Tally(unreadOf(user), "unread", 1)
	}
	tx.Tally(unreadOf(user), "kept", 1)
	tx.Emit(Told{user, i.ID, i.Topic, i.Ticket})
	return send(tx, p, i, ways)
}

// unreadOf is where the counts of a person's inbox are kept.
func unreadOf(user string) string { return "inbox/" + user }

// person is somebody who may be told.
type person struct {
	people.User
	actor  access.Actor
	rules  Rules
	active bool
}

// personOf reads what counts of a person: NotFound if there is none.
func personOf(tx *db.Tx, id string) (p person, err error) {
	if p.User, err = people.FindUser(tx, id); err != nil {
		return p, err
	}
	if p.actor, err = people.ActorOf(tx, p.User); fault.Is(err, fault.Denied) {
		return p, nil
	} else if err != nil {
		return p, err
	}
	p.active = true
	p.rules, err = rulesOf(tx, p.User)
	return p, err
}

// Bell reacts to what happens on tickets, and brings notices to people.
type Bell struct {
	DB   *db.DB
	Bus  *event.Bus
	URL  string // the web address of the desk
	Keys Keys   // that browsers know us by
	Post func(context.Context, reach.Request) (reach.Answer, error)
	May  func(field, address string) error // refuses an address that may not be posted to
	Mail func(tx *db.Tx, to ticket.Person, subject, words, page string) (id string, err error)

	eager   *memory.Of[string, []string] // those who want to hear of new tickets of their teams, by workspace
	watched *memory.Of[string, bool]     // whether anybody watches anything
}

const (
	bringTask = "notify.bring"
	sweepTask = "notify.sweep"
	pushTries = 8

	remembered = time.Second // how long another node's change of a rule may go unnoticed
	workspaces = 1000
)

// NewBell returns a bell that takes part in what happens on its bus.
func NewBell(b Bell) *Bell {
	b.eager = memory.New[string, []string](remembered, workspaces)
	b.watched = memory.New[string, bool](remembered, workspaces)
	event.Task(b.Bus, bringTask, b.bring, event.Options{Tries: pushTries, AtOnce: 32, Lease: time.Minute}) // most of it waits for others
	event.Every(b.Bus, sweepTask, time.Hour, b.sweep)
	b.react()
	return &b
}
