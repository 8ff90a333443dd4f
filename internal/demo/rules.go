package demo

import (
	"context"
	"time"

	"muster/internal/access"
	"muster/internal/automation"
	"muster/internal/db"
	"muster/internal/people/client"
	"muster/internal/template"
	"muster/internal/ticket"
)

// automate gives the company templates, macros and rules, and a morning on which those had something to do.
func (h *house) automate(ctx context.Context) error {
	if h.Clerk == nil {
		return nil
	}
	if err := h.DB.Update(ctx, func(tx *db.Tx) error {
		for _, build := range []func(*db.Tx) error{h.keepTexts, h.keepMacros, h.keepRules} {
			if err := build(tx); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return h.morning(ctx)
}

func (h *house) keepTexts(tx *db.Tx) error {
	for _, t := range []template.Template{
		{Name: "Outage: we know", Offered: true, Texts: []template.Text{
			{Language: "en", Body: "Dear {{requester.first_name}},\n\nwe see the disturbance that you describe, and we are working on it. You need do nothing; we write again as soon as it is over.\n\nYour number is {{ticket.number}}."},
			{Language: "de", Body: "Guten Tag {{requester.name}},\n\nwir sehen die Störung, die Sie beschreiben, und arbeiten daran. Sie müssen nichts tun; wir melden uns, sobald sie behoben ist.\n\nIhre Nummer ist {{ticket.number}}."}}},
		{Name: "Ask for details", Offered: true, Texts: []template.Text{
			{Language: "en", Body: "Dear {{requester.first_name}},\n\nso that we can look at the right place: which version is it, since when, and does it happen each time? A picture of the screen helps.\n\n{{agent.name}}"},
			{Language: "de", Body: "Guten Tag {{requester.name}},\n\ndamit wir an der richtigen Stelle suchen: Welche Version ist es, seit wann, und geschieht es jedes Mal? Ein Bild des Schirms hilft.\n\n{{agent.name}}"}}},
		{Name: "Still there?", Texts: []template.Text{
			{Language: "en", Body: "Dear {{requester.first_name}},\n\nwe have not heard from you about “{{ticket.title}}”. Does it work now? If not, answer this mail, and we go on."}}},
		{Name: "Invoices are with accounting", Offered: true, For: template.Group{Teams: []string{h.teams[firstLine].ID}}, Texts: []template.Text{
			{Language: "en", Body: "Dear {{requester.first_name}},\n\nour accounting has your question about the invoice, and answers within two days."}}},
	} {
		if _, err := template.Save(tx, t); err != nil {
			return err
		}
	}
	return nil
}

func (h *house) keepMacros(tx *db.Tx) error {
	for _, m := range []automation.Macro{
		{Name: "Known outage", Actions: []automation.Action{{Do: automation.Reply, Value: "Outage: we know"}, {Do: automation.Tag, Value: "outage"},
			{Do: automation.Assign, Field: "team", Value: teams[application]}, {Do: automation.Set, Field: "state", Value: "open"}}},
		{Name: "Take it", Actions: []automation.Action{{Do: automation.Assign, Field: "user", Value: "me"}, {Do: automation.Set, Field: "state", Value: "open"}}},
		{Name: "Hand to Product", Actions: []automation.Action{{Do: automation.Assign, Field: "user"}, {Do: automation.Assign, Field: "team", Value: teams[product]},
			{Do: automation.Note, Text: "{{agent.name}} thinks that this is for Product."}}, For: template.Group{Teams: []string{h.teams[firstLine].ID}}},
	} {
		if _, err := h.Clerk.SaveMacro(tx, m); err != nil {
			return err
		}
	}
	return nil
}

func (h *house) keepRules(tx *db.Tx) error {
	for _, r := range []automation.Rule{
		{Name: "Gold customers first", Active: true, Definition: automation.Definition{On: []automation.Trigger{automation.Opened},
			Condition: automation.Condition{Rows: []automation.Row{{Field: "organisation.tier", Op: automation.Is, Value: "gold"}, {Field: "ticket.priority", Op: automation.OneOf, Value: "normal, low"}}},
			Actions:   []automation.Action{{Do: automation.Set, Field: "priority", Value: "high"}, {Do: automation.Tag, Value: "gold"}}}},
		{Name: "Sync is for Application", Active: true, Definition: automation.Definition{On: []automation.Trigger{automation.Opened}, Stop: true,
			Condition: automation.Condition{Any: true, Rows: []automation.Row{{Field: "ticket.words", Op: automation.Contains, Value: "sync"}, {Field: "message.words", Op: automation.Contains, Value: "not synchronised"}}},
			Actions:   []automation.Action{{Do: automation.Assign, Field: "team", Value: teams[application]}, {Do: automation.Note, Text: "To {{ticket.team}}, because it is about Sync."}}}},
		{Name: "Invoices", Active: true, Definition: automation.Definition{On: []automation.Trigger{automation.Opened},
			Condition: automation.Condition{Expression: `ticket.words contains "invoice" or message.text matches "(?i)\\binv-[0-9]{4}"`},
			Actions:   []automation.Action{{Do: automation.Tag, Value: "billing"}, {Do: automation.Reply, Value: "Invoices are with accounting"}}}},
		{Name: "A customer waits for four hours", Active: true, Definition: automation.Definition{On: []automation.Trigger{automation.Asked}, Wait: 4 * time.Hour,
			Condition: automation.Condition{Expression: `ticket.unanswered >= 4 and ticket.category != "done"`},
			Actions:   []automation.Action{{Do: automation.Set, Field: "priority", Value: "high"}, {Do: automation.Note, Text: "{{requester.name}} has waited for four hours."}}}},
		{Name: "Remind who does not answer", Active: true, Definition: automation.Definition{On: []automation.Trigger{automation.Moved}, Wait: 5 * 24 * time.Hour,
			Condition: automation.Condition{Rows: []automation.Row{{Field: "ticket.state", Op: automation.Is, Value: "waiting-customer"}}},
			Actions:   []automation.Action{{Do: automation.Reply, Value: "Still there?"}}}},
		{Name: "Bad ratings go to the lead", Definition: automation.Definition{On: []automation.Trigger{automation.Surveyed},
			Condition: automation.Condition{Rows: []automation.Row{{Field: "event.low", Op: automation.Is, Value: "yes"}}},
			Actions:   []automation.Action{{Do: automation.Assign, Field: "user", Value: "Beatriz Almansa"}}}},
	} {
		if _, err := h.Clerk.SaveRule(tx, r); err != nil {
			return err
		}
	}
	return nil
}

// morning opens the tickets on which the rules have acted when one first looks.
func (h *house) morning(ctx context.Context) error {
	for i, m := range []struct{ title, words string }{
		{"Stock is not synchronised since last night", "The warehouse in {site} shows other numbers than the ledger. Since {hour} nothing is synchronised."},
		{"Question about invoice {invoice}", "On {invoice} there are {n} licences, and we have fewer. Can you look at it?"},
		{"A new colleague needs access", "From {day} on we have a new colleague in accounting. What do you need from us?"},
		{"Sync stops at {hour} each day", "At {hour} Sync stops, and goes on by itself an hour later. Why is that?"},
	} {
		c, at := h.contacts[(i*5)%len(h.contacts)], h.Now.Add(-time.Duration(50-10*i)*time.Minute).UTC()
		title, body := h.words(m.title, c, h.agents[0]), compose(h.words(m.words, c, h.agents[0]))
		if err := h.DB.Update(access.With(ctx, access.From(ctx)), func(tx *db.Tx) error {
			tx.Now = at
			return h.open(tx, c, title, body)
		}); err != nil {
			return err
		}
	}
	return nil
}

func (h *house) open(tx *db.Tx, c client.Contact, title string, body ticket.Body) error {
	_, err := h.Desk.Open(tx, ticket.Draft{Title: title, Requester: c.ID, Team: h.teams[firstLine].ID, Channel: "mail",
		First: &ticket.Writing{Kind: ticket.FromCustomer, Channel: "mail", Author: author(c), Body: body}})
	return err
}
