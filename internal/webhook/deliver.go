package webhook

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/reach"
	"muster/internal/text"
	"muster/internal/ticket"
)

const (
	lasting = 3 * 24 * time.Hour // how long a message is tried
	almost  = time.Hour          // an endpoint that took nothing for three days but this is switched off
	kept    = 30 * 24 * time.Hour
)

// pauses are those between attempts; the last counts for all further ones.
var pauses = [...]time.Duration{5 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 8 * time.Hour}

// pause is how long to wait after an attempt, give or take a tenth, so that what failed together does not come back together.
func pause(attempts int) time.Duration {
	d := pauses[min(max(attempts, 1), len(pauses))-1]
	return d*9/10 + rand.N(d/5)
}

// deliver sends a message. It may be run twice: the endpoint knows the message by its id.
func (h *Hooks) deliver(ctx context.Context, args deliverArgs) error {
	var d Delivery
	var e Endpoint
	withheld := ""
	err := h.DB.View(ctx, func(tx *db.Tx) (err error) {
		if d, err = delivery(tx, args.Delivery); err != nil {
			return err
		}
		if e, err = endpoint(tx, d.Endpoint); err != nil {
			return err
		}
		withheld, err = h.obstacle(tx, d, e)
		return err
	})
	if db.Missing(err) || err == nil && d.State != Waiting {
		return nil // it was removed, or is done
	}
	if err != nil {
		return err
	}
	if withheld != "" {
		return h.DB.Update(ctx, func(tx *db.Tx) error { return settle(tx, d, Withheld, withheld) })
	}
	began := time.Now()
	if wait, ok := h.lines.enter(e.ID, began); !ok {
		return event.RetryAfter(wait, errors.New("other messages are on their way to the endpoint"))
	}
	defer func() { h.lines.leave(e.ID, began, time.Now()) }()
	answer, err := h.send(ctx, d, e, began)
	if err != nil && ctx.Err() != nil {
		return ctx.Err() // the node stops: another sends it
	}
	a := attemptOf(d, began, answer, err)
	return h.DB.Update(context.WithoutCancel(ctx), func(tx *db.Tx) error { return record(tx, d, a, answer.RetryAfter) })
}

// obstacle says why a message must not be sent: "" if it may.
func (h *Hooks) obstacle(tx *db.Tx, d Delivery, e Endpoint) (string, error) {
	if d.Type == TestType {
		return "", nil
	}
	if !e.Active {
		return "It was not sent: the webhook is switched off.", nil
	}
	if d.Ticket == "" {
		return "", nil
	}
	t, err := ticket.ByID(tx, d.Ticket)
	if fault.Is(err, fault.NotFound) || err == nil && !e.sees(tx, t) {
		return "It was not sent: the webhook may not hear of the ticket any more.", nil
	}
	return "", err
}

func (h *Hooks) send(ctx context.Context, d Delivery, e Endpoint, at time.Time) (reach.Answer, error) {
	secret, err := h.Open(e.secret, e.place())
	if err != nil {
		return reach.Answer{}, err
	}
	secrets := []string{secret}
	if at.Before(e.OldUntil) {
		old, err := h.Open(e.old, e.place())
		if err != nil {
			return reach.Answer{}, err
		}
		secrets = append(secrets, old)
	}
	return h.Post(ctx, reach.Request{URL: e.URL, Header: headers(d.MessageID(), at, d.Payload, secrets...), Body: []byte(d.Payload)})
}

// attemptOf says how sending went.
func attemptOf(d Delivery, began time.Time, answer reach.Answer, err error) Attempt {
	a := Attempt{Number: d.Attempts + 1, At: began, Took: answer.Took, Status: answer.Status, Response: answer.Body}
	switch {
	case err != nil:
		a.Problem = "There was no answer: " + text.Valid(fault.Message(sayable(err)))
	case answer.Status >= 300 && answer.Status < 400:
		a.Problem = fmt.Sprintf("It answered %d and named another address, which is not followed: put the right one into the settings.", answer.Status)
	case answer.Status < 200 || answer.Status >= 400:
		a.Problem = attemptProblem(answer.Status)
	}
	return a
}

func attemptProblem(status int) string { return fmt.Sprintf("It answered %d.", status) }

// sayable makes a sentence of what the network says.
func sayable(err error) error { return fault.New(fault.Conflict, "%s.", err) }

// record keeps an attempt, and what follows from it.
func record(tx *db.Tx, d Delivery, a Attempt, wish time.Duration) error {
	if err := tx.Must(access.HooksManage); err != nil {
		return err
	}
	now, err := delivery(tx, d.ID)
	if db.Missing(err) || err == nil && (now.State != Waiting || now.Attempts != d.Attempts) {
		return event.Finish(tx) // somebody else got there first
	}
	if err != nil {
		return err
	}
	if err := insertAttempt(tx, d.ID, a); err != nil {
		return err
	}
	d.Attempts, d.Status = a.Number, a.Status
	if a.Problem == "" {
		if err := gotThrough(tx, d.Endpoint); err != nil {
			return err
		}
		return settle(tx, d, Delivered, "")
	}
	return again(tx, d, a, wish)
}

// again has a message sent once more, or gives it up: after three days, or when the endpoint says that it is gone.
func again(tx *db.Tx, d Delivery, a Attempt, wish time.Duration) error {
	e, err := endpoint(tx, d.Endpoint)
	if err != nil {
		return err
	}
	if e.FailingSince.IsZero() {
		e.FailingSince = a.At
		if err := setFailing(tx, e); err != nil {
			return err
		}
	}
	gone, end := a.Status == 410, d.BeganAt.Add(lasting)
	if !gone && tx.Now.Before(end) {
		d.Reason = a.Problem
		d.NextAt = tx.Now.Add(max(pause(a.Number), wish))
		if d.NextAt.After(end) {
			d.NextAt = end
		}
		if err := updateDelivery(tx, d); err != nil {
			return err
		}
		if err := event.Finish(tx); err != nil {
			return err
		}
		return schedule(tx, d)
	}
	why := "Given up after 3 days. " + a.Problem
	if gone {
		why = "Given up: the endpoint says that it is gone (410)."
	}
	if gone || tx.Now.Sub(e.FailingSince) >= lasting-almost {
		if err := switchOff(tx, e, gone); err != nil {
			return err
		}
	}
	return settle(tx, d, GivenUp, why)
}

// settle ends a message and the job that sends it.
func settle(tx *db.Tx, d Delivery, to State, why string) error {
	tx.Tally(family(d.Endpoint), string(d.State), -1)
	tx.Tally(family(d.Endpoint), string(to), 1)
	d.State, d.Reason, d.NextAt, d.SettledAt = to, why, time.Time{}, tx.Now
	if err := updateDelivery(tx, d); err != nil {
		return err
	}
	return event.Finish(tx)
}

// gotThrough notes that an endpoint takes messages.
func gotThrough(tx *db.Tx, id string) error {
	e, err := endpoint(tx, id)
	if err != nil || e.FailingSince.IsZero() {
		return err
	}
	e.FailingSince = time.Time{}
	return setFailing(tx, e)
}

// switchOff tells an endpoint no more, and says so.
func switchOff(tx *db.Tx, e Endpoint, gone bool) error {
	if !e.Active {
		return nil
	}
	e.Active, e.Off = false, "It took no message for 3 days."
	if gone {
		e.Off = "It answered that it is gone (410)."
	}
	e.Version++
	tx.Emit(SwitchedOff{e.ID, e.Name, e.CreatedBy, e.Off})
	return storeEndpoint(tx, e)
}
