package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"muster/internal/access"
	"muster/internal/complaint"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/people"
	"muster/internal/people/client"
	"muster/internal/request"
	"muster/internal/task"
	"muster/internal/ticket"
	"muster/internal/workspace"
)

const (
	benchPassword = "bench password of length"
	benchEmail    = "ann@bench.example"
	openShare     = 50 // one ticket in so many is open
	together      = 100
	template      = 10_000 // tickets that are written as people write them; more are these again, at other times
)

// loader fills a desk with tickets that are alike in every run.
type loader struct {
	db       *db.DB
	desk     *ticket.Desk
	rand     *rand.Rand
	ctx      context.Context
	teams    []string
	users    []string
	contacts []client.Contact
	words    []string
}

// fill makes n tickets, with one message at least and three on average, and one with fifty.
func fill(ctx context.Context, url string, n int) error {
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	defer d.Close()
	event.NewBus(d, "bench") // what happened is recorded, nobody reacts
	w, err := workspace.Ensure(ctx, d, "Bench")
	if err != nil {
		return err
	}
	l := &loader{db: d, desk: ticket.NewDesk(request.Kind(), complaint.Kind(), task.Kind()), rand: rand.New(rand.NewPCG(7, 7)),
		ctx: access.With(ctx, access.System(w.ID)), words: vocabulary()}
	hash, err := people.NewHasher().Hash(ctx, benchPassword)
	if err != nil {
		return err
	}
	if err := d.Update(l.ctx, func(tx *db.Tx) error { return l.furnish(tx, hash) }); err != nil {
		return err
	}
	some := min(n, template)
	if n%some != 0 {
		return fmt.Errorf("fill %d tickets: give a number up to %d, or a multiple of it", n, template)
	}
	w0 := newest().back(n / some)
	for done := 0; done < some; done += together {
		if err := d.Update(l.ctx, func(tx *db.Tx) error {
			for i := done; i < min(done+together, some); i++ {
				tx.Now = w0.at(float64(i) / float64(some))
				if err := l.ticket(tx, i); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return l.multiply(w0, n/some-1, some)
}

func (l *loader) furnish(tx *db.Tx, hash people.Hash) error {
	for i := range 5 {
		t, err := people.AddTeam(tx, fmt.Sprintf("Team %d", i+1))
		if err != nil {
			return err
		}
		l.teams = append(l.teams, t.ID)
	}
	for i := range 20 {
		email, h := benchEmail, hash
		if i > 0 {
			email, h = fmt.Sprintf("agent%d@bench.example", i), ""
		}
		u, err := people.AddUser(tx, people.NewUser{Email: email, Name: fmt.Sprintf("Agent %d", i), Role: access.Admin, Password: h})
		if err != nil {
			return err
		}
		l.users = append(l.users, u.ID)
	}
	for i := range 500 {
		c, _, err := client.EnsureContact(tx, fmt.Sprintf("Customer %d", i), fmt.Sprintf("c%d@customer%d.example", i, i%100))
		if err != nil {
			return err
		}
		l.contacts = append(l.contacts, c)
	}
	return people.SetMembers(tx, l.teams[0], l.users[:4])
}

func (l *loader) ticket(tx *db.Tx, i int) error {
	c := l.contacts[l.rand.IntN(len(l.contacts))]
	author := ticket.Author{Kind: access.Customer, ID: c.ID, Name: c.Name, Address: c.Address()}
	t, err := l.desk.Open(tx, ticket.Draft{Title: l.text(6), Requester: c.ID, Team: l.teams[l.rand.IntN(5)], Assignee: l.users[l.rand.IntN(20)],
		Priority: ticket.Priority(1 + l.rand.IntN(4)), Channel: "mail", First: &ticket.Writing{Kind: ticket.FromCustomer, Body: l.body(), Author: author, Channel: "mail"}})
	if err != nil {
		return err
	}
	more := l.rand.IntN(5)
	if i == 0 {
		more = 49
	}
	for j := range more {
		w := ticket.Writing{Kind: ticket.Reply, Body: l.body(), Channel: "desk"}
		if j%2 == 1 {
			w = ticket.Writing{Kind: ticket.FromCustomer, Body: l.body(), Author: author, Channel: "mail"}
		}
		if _, _, err := l.desk.Write(tx, t.Number, w); err != nil {
			return err
		}
	}
	if i%openShare == 0 {
		return nil
	}
	for _, state := range []string{request.Resolved, request.Closed} {
		if _, err := l.desk.Change(tx, t.Number, ticket.Any, ticket.Change{State: &state}); err != nil {
			return err
		}
	}
	return nil
}

// body is plain text: making HTML of Markdown a million times is not what is measured.
func (l *loader) body() ticket.Body {
	text := l.text(30 + l.rand.IntN(60))
	return ticket.Body{Source: text, Text: text, HTML: "<p>" + text + "</p>"}
}

// text picks words as often as people use them: a few all the time, most of them seldom.
func (l *loader) text(n int) string {
	words := make([]string, n)
	zipf := rand.NewZipf(l.rand, 1.2, 4, uint64(len(l.words)-1))
	for i := range words {
		words[i] = l.words[zipf.Uint64()]
	}
	return strings.Join(words, " ")
}

// vocabulary is twenty thousand words that can be pronounced.
func vocabulary() []string {
	begin := []string{"ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "wo", "za"}
	end := []string{"n", "r", "s", "t", "l", "ck", "nd", "sh"}
	var words []string
	for _, a := range begin {
		for _, b := range begin {
			for _, c := range begin {
				for _, e := range end[:6] {
					words = append(words, a+b+c+e)
				}
			}
		}
	}
	return words
}
