package app

import (
	"fmt"

	"muster/internal/access"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/mailbox/mark"
	"muster/internal/mailbox/outbox"
	"muster/internal/notify"
	"muster/internal/reach"
	"muster/internal/survey"
	"muster/internal/ticket"
	"muster/internal/webhook"
)

// telling has other programs told what happens, and people what concerns them.
func (h *house) telling() error {
	where, _ := reach.Named(h.config.HookReach)
	client := reach.New(where, reach.Options{})
	seal := mark.New([]byte(h.config.Secret), h.config.URL)
	h.hooks = webhook.NewHooks(webhook.Hooks{DB: h.db, Bus: h.bus, URL: h.config.URL, Post: client.Post, May: client.Check, Seal: seal.Seal, Open: seal.Unseal})
	webhook.Follow[ticket.WasOpened](h.hooks)
	webhook.Follow[ticket.Changed](h.hooks)
	webhook.Follow[ticket.Moved](h.hooks)
	webhook.Follow[ticket.Wrote](h.hooks)
	webhook.Follow[ticket.Withdrew](h.hooks)
	webhook.Follow[ticket.Merged](h.hooks)
	webhook.Follow[ticket.Split](h.hooks)
	webhook.Follow[ticket.Linked](h.hooks)
	webhook.Follow[ticket.Shelved](h.hooks)
	webhook.Follow[ticket.Joined](h.hooks)
	webhook.Follow[clock.Warned](h.hooks)
	webhook.Follow[clock.Broke](h.hooks)
	webhook.Follow[clock.Overran](h.hooks)
	webhook.Follow[survey.Answered](h.hooks)
	return h.ringing(client)
}

// ringing brings notices to people: to their inbox, by mail, to their browsers.
func (h *house) ringing(client *reach.Client) error {
	keys, err := notify.NewKeys([]byte(h.config.Secret), h.config.URL)
	if err != nil {
		return fmt.Errorf("make the keys of Web Push: %w", err)
	}
	h.bell = notify.NewBell(notify.Bell{DB: h.db, Bus: h.bus, URL: h.config.URL, Keys: keys, Post: client.Post, May: client.Check,
		Mail: func(tx *db.Tx, to ticket.Person, subject, words, page string) (string, error) {
			return outbox.Post(tx, outbox.Memo{To: to, Subject: subject, Text: words, Page: page})
		}})
	event.On(h.bus, func(tx *db.Tx, e clock.Warned) error {
		return tellOwner(tx, e.Ticket, notify.PromiseDue, "The promise “"+e.Name+"” is about to be broken.")
	})
	event.On(h.bus, func(tx *db.Tx, e clock.Broke) error {
		return tellOwner(tx, e.Ticket, notify.PromiseDue, "The promise “"+e.Name+"” was broken.")
	})
	event.On(h.bus, func(tx *db.Tx, e survey.Answered) error {
		if !e.Low {
			return nil
		}
		return tellOwner(tx, e.Ticket, notify.BadSurvey, "The customer is not content. "+e.Comment)
	})
	// Who set up a webhook is told when it is switched off.
	event.On(h.bus, func(tx *db.Tx, e webhook.SwitchedOff) error {
		return notify.Tell(tx, notify.Notice{Topic: notify.House, To: []string{e.CreatedBy}, Title: "The webhook " + e.Name + " was switched off",
			Words: e.Reason + " Look at its log, set it right, and switch it on again.", Path: "/settings/webhooks/" + e.ID})
	})
	return nil
}

// tellOwner tells who has a ticket of what cannot wait.
func tellOwner(tx *db.Tx, id ticket.ID, topic notify.Topic, words string) error {
	return tx.As(access.System(tx.Workspace), func(tx *db.Tx) error {
		t, err := ticket.ByID(tx, id)
		if err != nil || t.Assignee == "" {
			return err
		}
		return notify.Tell(tx, notify.Notice{Topic: topic, To: []string{t.Assignee}, Ticket: t, Words: words, Urgent: topic == notify.PromiseDue})
	})
}
