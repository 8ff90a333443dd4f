package demo

import (
	"container/heap"
	"context"
	"fmt"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/people/client"
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
const together = 1000

// work lets ninety days pass, step by step in the order of time.
func (h *house) work(ctx context.Context, begin time.Time) error {
	var todo agenda
	for i := range h.Tickets {
		for _, s := range h.life(begin, i) {
			s.order = len(todo)
			todo = append(todo, s)
		}
	}
	todo = append(todo, h.chaff(begin, len(todo))...)
	heap.Init(&todo)
	ctx, stop := context.WithCancel(ctx)
	defer h.sort(ctx)()
	defer stop()
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
					return fmt.Errorf("on %s: %w", s.at.Format(time.DateTime), err)
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

// owner is an agent of the team who writes to customers.
func (h *house) owner(team int) agent {
	for {
		if a := pick(h, h.agents); a.team == team && a.actor.May(access.TicketsReply) {
			return a
		}
	}
}

func compose(text string) ticket.Body {
	body, err := ticket.Compose(text)
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

func author(c client.Contact) ticket.Author {
	return ticket.Author{Kind: access.Customer, ID: c.ID, Name: c.Name, Address: c.Address()}
}
