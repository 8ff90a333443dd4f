package webhook

import (
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/ticket"
)

// Record keeps a message of the past to an endpoint about a new ticket, at the
// instant of tx, with what was answered each time: the last answer decides. Nothing is sent.
func (h *Hooks) Record(tx *db.Tx, e Endpoint, t *ticket.Ticket, answers ...int) error {
	if err := tx.Must(access.HooksManage); err != nil {
		return err
	}
	m := newMessage(tx, ticket.WasOpened{}.EventName())
	m.Data.Ticket = h.about(t)
	body, err := m.body()
	if err != nil {
		return err
	}
	d := Delivery{ID: tx.NewID(), Endpoint: e.ID, Type: m.Type, Ticket: t.ID, Payload: body, State: Delivered, CreatedAt: tx.Now, BeganAt: tx.Now, Attempts: len(answers)}
	at := tx.Now
	var attempts []Attempt
	for i, status := range answers {
		if i > 0 {
			at = at.Add(pauses[min(i, len(pauses))-1])
		}
		a := Attempt{Number: i + 1, At: at, Took: time.Duration(40+i*17) * time.Millisecond, Status: status, Response: "ok"}
		if status >= 300 {
			a.Response, a.Problem = "unavailable", attemptProblem(status)
		}
		d.Status, d.SettledAt = status, at
		attempts = append(attempts, a)
	}
	if d.Status >= 300 {
		d.State, d.Reason = GivenUp, "Given up after 3 days. "+attemptProblem(d.Status)
	}
	tx.Tally(family(e.ID), string(d.State), 1)
	if err := insertDelivery(tx, d); err != nil {
		return err
	}
	for _, a := range attempts {
		if err := insertAttempt(tx, d.ID, a); err != nil {
			return err
		}
	}
	return nil
}
