package app

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"muster/internal/access"
	"muster/internal/automation"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/notify"
	"muster/internal/people"
	"muster/internal/survey"
	"muster/internal/ticket"
	"muster/internal/webhook"
	"muster/internal/workspace"
)

// ruling has rules act on what happens to tickets, and on what promises and surveys tell of them.
func (h *house) ruling() {
	h.clerk = automation.NewClerk(h.db, h.bus, h.desk, automation.Hands{
		Notify: tellByRule,
		Webhook: func(tx *db.Tx, hook string, t *ticket.Ticket, say string) error {
			_, err := h.hooks.Send(tx, hook, t, say)
			return err
		},
		Hooks: hooksOf,
	})
	h.works.CheckActions = h.checkActions
	event.On(h.bus, func(tx *db.Tx, e clock.Warned) error { return h.rang(tx, automation.Warned, e.Ring) })
	event.On(h.bus, func(tx *db.Tx, e clock.Broke) error { return h.rang(tx, automation.Broken, e.Ring) })
	event.On(h.bus, func(tx *db.Tx, e clock.Overran) error { return h.act(tx, e.Ring) })
	event.On(h.bus, func(tx *db.Tx, e survey.Answered) error {
		return h.clerk.Hear(tx, e.Ticket, automation.Event{Trigger: automation.Surveyed, Score: float64(e.Rating), Low: e.Low, Comment: e.Comment})
	})
	event.Every(h.bus, "rules.sweep", time.Hour, h.everyWorkspace(func(ctx context.Context, _ workspace.Workspace) error { return h.clerk.Sweep(ctx) }))
}

// rang tells rules of a promise, and does what the promise itself says is to be done.
func (h *house) rang(tx *db.Tx, trigger automation.Trigger, r clock.Ring) error {
	if err := h.clerk.Hear(tx, r.Ticket, automation.Event{Trigger: trigger, Promise: string(r.Target)}); err != nil {
		return err
	}
	return h.act(tx, r)
}

// checkActions checks what a promise is to do at a step.
func (h *house) checkActions(tx *db.Tx, raw json.RawMessage) (json.RawMessage, error) {
	var actions []automation.Action
	if err := json.Unmarshal(raw, &actions); err != nil {
		return nil, fault.New(fault.Invalid, "The actions are no list of actions such as rules have.")
	}
	checked, err := h.clerk.CheckActions(tx, actions)
	if err != nil {
		return nil, err
	}
	return json.Marshal(checked)
}

// act does what a promise says is to be done at this step.
func (h *house) act(tx *db.Tx, r clock.Ring) error {
	if len(r.Actions) == 0 {
		return nil
	}
	var actions []automation.Action
	if err := json.Unmarshal(r.Actions, &actions); err != nil {
		return fmt.Errorf("read the actions of the promise %s: %w", r.Name, err)
	}
	return tx.As(access.System(tx.Workspace), func(tx *db.Tx) error {
		t, err := ticket.ByID(tx, r.Ticket)
		if err != nil {
			return err
		}
		_, err = h.clerk.Perform(tx, t, automation.Cause{ID: r.Policy, Name: "Promise “" + r.Name + "”"}, actions)
		return err
	})
}

// tellByRule tells agents, and the members of teams, what a rule has to say.
func tellByRule(tx *db.Tx, users, teams []string, t *ticket.Ticket, say string) error {
	for _, id := range teams {
		team, err := people.FindTeam(tx, id)
		if err != nil {
			return err
		}
		users = append(users, team.Members...)
	}
	return notify.Tell(tx, notify.Notice{Topic: notify.ByRule, To: users, Ticket: t, Words: say})
}

// hooksOf are the webhooks that rules may call: who writes rules need not be who sets up webhooks.
func hooksOf(tx *db.Tx) (all []automation.Choosable, err error) {
	return all, tx.As(access.System(tx.Workspace), func(tx *db.Tx) error {
		endpoints, err := webhook.Endpoints(tx)
		for _, e := range endpoints {
			all = append(all, automation.Choosable{ID: e.ID, Name: e.Name})
		}
		return err
	})
}
