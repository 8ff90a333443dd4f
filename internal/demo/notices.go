package demo

import (
	"context"
	"fmt"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/notify"
	"muster/internal/ticket"
	"muster/internal/webhook"
)

// lately is how many of the newest tickets people were told of.
const lately = 120

// notices tells people of the newest tickets, as they would have been told then, and another program too.
func (h *house) notices(ctx context.Context) error {
	return h.DB.Update(ctx, func(tx *db.Tx) error {
		var recent []*ticket.Ticket
		for number := max(1, int64(h.Tickets-lately)); number <= int64(h.Tickets); number++ {
			t, err := ticket.Find(tx, number)
			if fault.Is(err, fault.NotFound) {
				continue // a number may be skipped
			}
			if err != nil {
				return err
			}
			recent = append(recent, t)
		}
		for i, t := range recent {
			if err := h.tell(tx, t, i < len(recent)*3/4); err != nil {
				return err
			}
		}
		return h.hook(tx, recent)
	})
}

// tell tells of one ticket: who got it, and now and then the one who signs in, since somebody named them.
func (h *house) tell(tx *db.Tx, t *ticket.Ticket, read bool) error {
	lead, by := h.agents[0], pick(h, h.agents)
	at := func(after time.Duration) {
		if tx.Now = t.CreatedAt.Add(after); tx.Now.After(h.Now) {
			tx.Now = h.Now
		}
	}
	if t.Assignee != "" && t.Assignee != by.ID {
		at(10 * time.Minute)
		n := notify.Notice{Topic: notify.Assigned, Ticket: t, Words: by.Name + " gave it to you.", Actor: by.Name}
		if err := notify.Record(tx, n, t.Assignee, read, h.rand.IntN(3) == 0); err != nil {
			return err
		}
	}
	if t.Number%9 != 0 || by.ID == lead.ID {
		return nil
	}
	at(40 * time.Minute)
	words := fmt.Sprintf("%s: @%s, have you seen this before? I would rather ask than guess.", by.Name, lead.Name)
	return notify.Record(tx, notify.Notice{Topic: notify.Mentioned, Ticket: t, Words: words, Actor: by.Name}, lead.ID, read, false)
}

// hook sets up a webhook that is switched off, so that nothing leaves a desk that somebody tries out, with the log of better days.
func (h *house) hook(tx *db.Tx, recent []*ticket.Ticket) error {
	if h.Hooks == nil {
		return nil
	}
	tx.Now = recent[0].CreatedAt
	e, _, err := h.Hooks.Save(tx, webhook.Endpoint{Name: "Billing", URL: "https://hooks.quillmere.example/muster", Events: []string{ticket.WasOpened{}.EventName()},
		Scope: access.Scope{Kinds: []string{"request"}}})
	if err != nil {
		return err
	}
	answers := [][]int{{200}, {200}, {204}, {503, 200}, {200}, {500, 502, 200}, {200}, {503, 503, 503, 503, 503, 503}}
	for i, t := range recent {
		if t.Kind != "request" {
			continue
		}
		tx.Now = t.CreatedAt
		if err := h.Hooks.Record(tx, e, t, answers[i%len(answers)]...); err != nil {
			return err
		}
	}
	return nil
}
