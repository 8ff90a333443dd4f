package demo

import (
	"container/heap"
	"context"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/people"
	"muster/internal/request"
	"muster/internal/ticket"
)

// step is one thing that happens to a ticket at an instant.
type step struct {
	at    time.Time
	order int // of steps at the same instant
	do    func(tx *db.Tx) error
	actor access.Actor
}

// agenda is what is still to happen, the earliest first.
type agenda []step

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return a[i].at.Before(a[j].at) || a[i].at.Equal(a[j].at) && a[i].order < a[j].order
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(step)) }
func (a *agenda) Pop() any     { old := *a; s := old[len(old)-1]; *a = old[:len(old)-1]; return s }

// together bounds the steps of one unit of work.
const together = 60

// work lets ninety days pass, step by step in the order of time.
func (h *house) work(ctx context.Context, begin time.Time) error {
	var todo agenda
	for i := range h.Tickets {
		for _, s := range h.life(begin, i) {
			s.order = len(todo)
			todo = append(todo, s)
		}
	}
	heap.Init(&todo)
	system := access.From(ctx)
	for len(todo) > 0 {
		var some []step
		for len(todo) > 0 && len(some) < together {
			s := heap.Pop(&todo).(step)
			if s.at.Before(h.Now) {
				some = append(some, s)
			}
		}
		if err := h.DB.Update(ctx, func(tx *db.Tx) error {
			for _, s := range some {
				tx.Now, tx.Actor = s.at, s.actor
				if s.actor.Workspace == "" {
					tx.Actor = system
				}
				if err := s.do(tx); err != nil {
					return err
				}
			}
			tx.Actor = system
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// life is what happens to one ticket.
func (h *house) life(begin time.Time, i int) []step {
	at := h.instant(begin, i)
	sc := h.rand.IntN(len(scenes))
	scene := scenes[sc]
	customer, owner := pick(h, h.contacts), h.owner(scene.team)
	l := &life{house: h, scene: scene, customer: customer, owner: owner}
	l.add(at, access.Actor{}, l.open(h.words(pick(h, scene.titles), customer, owner), h.compose(pick(h, scene.openings), customer, owner)))
	if h.Now.Sub(at) < 2*time.Hour && h.rand.IntN(3) > 0 {
		return l.steps // it has just come in
	}
	at = at.Add(minutes(h, 4, 180))
	l.add(at, owner.actor, l.take())
	if scene.note != nil && h.rand.IntN(2) == 0 {
		at = at.Add(minutes(h, 2, 60))
		l.add(at, owner.actor, l.write(ticket.Note, h.compose(pick(h, scene.note), customer, owner), ""))
	}
	return l.converse(at)
}

type life struct {
	*house
	scene    scene
	customer people.Contact
	owner    agent
	number   int64
	steps    []step
}

func (l *life) add(at time.Time, actor access.Actor, do func(*db.Tx) error) {
	l.steps = append(l.steps, step{at: at, actor: actor, do: do})
}

// converse has the two sides write to each other until the matter is settled, or time is up.
func (l *life) converse(at time.Time) []step {
	h := l.house
	at = at.Add(minutes(h, 3, 200))
	turns := len(l.scene.turns)
	if h.rand.IntN(4) == 0 {
		turns = min(turns, 1)
	}
	for i, turn := range l.scene.turns[:turns] {
		state := ""
		if i < turns-1 || h.rand.IntN(6) == 0 {
			state = request.OnCustomer
		}
		l.add(at, l.owner.actor, l.write(ticket.Reply, h.compose(pick(h, turn.ours), l.customer, l.owner), state))
		if turn.theirs == nil || h.rand.IntN(9) == 0 {
			break
		}
		at = at.Add(minutes(h, 10, 60*26))
		l.add(at, access.Actor{}, l.write(ticket.FromCustomer, h.compose(pick(h, turn.theirs), l.customer, l.owner), ""))
		at = at.Add(minutes(h, 5, 60*5))
	}
	if h.rand.IntN(20) == 0 {
		return l.steps // nobody came back to it
	}
	l.add(at, l.owner.actor, l.write(ticket.Reply, h.compose(pick(h, closings), l.customer, l.owner), request.Resolved))
	if h.rand.IntN(12) == 0 {
		at = at.Add(minutes(h, 60, 60*30))
		l.add(at, access.Actor{}, l.write(ticket.FromCustomer, h.compose(pick(h, reopenings), l.customer, l.owner), ""))
		at = at.Add(minutes(h, 20, 60*8))
		l.add(at, l.owner.actor, l.write(ticket.Reply, h.compose(pick(h, closings), l.customer, l.owner), request.Resolved))
	}
	if at = at.AddDate(0, 0, 10); h.rand.IntN(3) > 0 {
		l.add(at, access.Actor{}, l.move(request.Closed))
	}
	return l.steps
}

func (l *life) open(title string, body ticket.Body) func(*db.Tx) error {
	h := l.house
	urgency := pick(h, []ticket.Level{ticket.Low, ticket.Medium, ticket.Medium, ticket.Medium, ticket.High})
	impact := pick(h, []ticket.Level{ticket.Low, ticket.Low, ticket.Medium, ticket.Medium, ticket.High})
	draft := ticket.Draft{Kind: "request", Title: title, Requester: l.customer.ID, Team: h.teams[l.scene.team].ID, Impact: impact, Urgency: urgency,
		Item: h.items[l.scene.item].ID, Tags: l.scene.tags, Channel: pick(h, []string{"mail", "mail", "mail", "api", "desk"}),
		First: &ticket.Writing{Kind: ticket.FromCustomer, Body: body, Channel: "mail",
			Author: ticket.Author{Kind: access.Customer, ID: l.customer.ID, Name: l.customer.Name, Address: l.customer.Address()}}}
	return func(tx *db.Tx) error {
		t, err := h.Desk.Open(tx, draft)
		if err == nil {
			l.number = t.Number
		}
		return err
	}
}

func (l *life) take() func(*db.Tx) error {
	return func(tx *db.Tx) error {
		_, err := l.Desk.Change(tx, l.number, ticket.Any, ticket.Change{Assignee: &l.owner.ID})
		return err
	}
}

func (l *life) write(kind ticket.EntryKind, body ticket.Body, state string) func(*db.Tx) error {
	w := ticket.Writing{Kind: kind, Body: body, Channel: "mail", State: state}
	if kind == ticket.FromCustomer {
		w.Author = ticket.Author{Kind: access.Customer, ID: l.customer.ID, Name: l.customer.Name, Address: l.customer.Address()}
	}
	return func(tx *db.Tx) error {
		_, _, err := l.Desk.Write(tx, l.number, w)
		return err
	}
}

func (l *life) move(state string) func(*db.Tx) error {
	return func(tx *db.Tx) error {
		t, err := ticket.Find(tx, l.number)
		if err != nil || t.Category != ticket.Review {
			return err
		}
		_, err = l.Desk.Change(tx, l.number, ticket.Any, ticket.Change{State: &state})
		return err
	}
}

// owner is an agent of the team who writes to customers.
func (h *house) owner(team int) agent {
	for {
		if a := pick(h, h.agents); a.team == team && a.actor.May(access.TicketsReply) {
			return a
		}
	}
}

func (h *house) compose(text string, c people.Contact, a agent) ticket.Body {
	body, err := ticket.Compose(h.words(text, c, a))
	if err != nil {
		panic(err) // our own words are never too long
	}
	return body
}

// instant spreads tickets over the days, most of them in working hours, a little more each week.
func (h *house) instant(begin time.Time, i int) time.Time {
	part := float64(i) / float64(h.Tickets)
	at := begin.Add(time.Duration((part*0.85 + part*part*0.15) * float64(days*24*time.Hour)))
	if h.rand.IntN(10) > 0 {
		at = time.Date(at.Year(), at.Month(), at.Day(), 7+h.rand.IntN(10), h.rand.IntN(60), h.rand.IntN(60), 0, time.UTC)
	}
	if !at.Before(h.Now) {
		at = h.Now.Add(-minutes(h, 3, 300))
	}
	return at
}

func minutes(h *house, least, most int) time.Duration {
	return time.Duration(least+h.rand.IntN(most-least)) * time.Minute
}
