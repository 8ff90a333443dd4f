package past

import (
	"fmt"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/ticket"
)

// Check replays the log and compares what it tells of each ticket with the ticket.
func Check(tx *db.Tx) error {
	if err := tx.Must(access.Settings); err != nil {
		return err
	}
	told := map[ticket.ID]*Ticket{}
	for after := ""; ; {
		some, err := event.Log(tx, after, 2000)
		if err != nil {
			return err
		}
		for _, e := range some {
			if err := hear(told, e); err != nil {
				return err
			}
			after = e.ID
		}
		if len(some) < 2000 {
			break
		}
	}
	return ticket.Each(tx, func(t *ticket.Ticket) error { return compare(t, told[t.ID]) })
}

// hear takes one event of the log into account.
func hear(told map[ticket.ID]*Ticket, r event.Recorded) error {
	if r.Subject != ticket.Subject {
		return nil
	}
	e, err := happened(r)
	if err != nil || e == nil {
		return err
	}
	id := ticket.ID(r.SubjectID)
	if _, opened := e.(ticket.WasOpened); opened {
		told[id] = new(Ticket)
	}
	if p := told[id]; p != nil { // else compare says so
		p.Follow(e, r.At)
	}
	return nil
}

func compare(t *ticket.Ticket, p *Ticket) error {
	if p == nil {
		return fmt.Errorf("no event tells of ticket %d", t.Number)
	}
	said := func(t *ticket.Ticket) string {
		return fmt.Sprintf("%s, %s, %s, team %q, assignee %q, priority %d, %q", t.Kind, t.State, t.Bucket, t.Team, t.Assignee, t.Priority, t.Title)
	}
	if a, b := said(t), said(&p.Ticket); a != b {
		return fmt.Errorf("ticket %d is %s, but its events say %s", t.Number, a, b)
	}
	return nil
}
