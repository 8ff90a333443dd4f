// Package demo furnishes an empty desk with a believable company and ninety days of its work.
package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/automation"
	"muster/internal/catalogue"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mailbox"
	"muster/internal/mailbox/inbox"
	"muster/internal/people"
	"muster/internal/people/client"
	"muster/internal/survey"
	"muster/internal/ticket"
	"muster/internal/webhook"
	"muster/internal/workspace"
)

// Company says what to make. The same seed makes the same people, tickets and words.
type Company struct {
	DB      *db.DB
	Desk    *ticket.Desk
	Office  *mailbox.Office
	Asker   *survey.Asker
	Hooks   *webhook.Hooks // nil: no other program is told
	Works   *clock.Works
	Hasher  *people.Hasher
	Clerk   *automation.Clerk // nil: the company has no rules
	Seed    uint64
	Tickets int
	Now     time.Time // when the ninety days end
}

// Made says what was made, and how to get in.
type Made struct {
	Name                           string
	Agents, Organisations, Tickets int
	Email, Password                string
}

const (
	days     = 90
	password = "quillmere-demo"
)

// house is the company while it is being made.
type house struct {
	Company
	rand     *rand.Rand
	teams    []people.Team
	agents   []agent
	contacts []client.Contact
	items    []catalogue.Item
	post     []*letter // all that comes by mail
	opinion  opinion
}

type agent struct {
	people.User
	team  int
	actor access.Actor
}

// Fill furnishes the workspace that ctx acts in, which must be empty.
func Fill(ctx context.Context, c Company) (Made, error) {
	h := &house{Company: c, rand: rand.New(rand.NewPCG(c.Seed, 42))}
	hash, err := c.Hasher.Hash(ctx, password)
	if err != nil {
		return Made{}, err
	}
	begin := c.Now.AddDate(0, 0, -days).UTC().Truncate(time.Hour)
	err = c.DB.Update(ctx, func(tx *db.Tx) error {
		tx.Now = begin
		return h.furnish(tx, hash)
	})
	if err != nil {
		return Made{}, err
	}
	if err := h.work(ctx, begin); err != nil {
		return Made{}, err
	}
	if err := h.promises(ctx); err != nil {
		return Made{}, err
	}
	if err := c.DB.Update(ctx, h.routes); err != nil {
		return Made{}, err
	}
	if err := h.notices(ctx); err != nil {
		return Made{}, err
	}
	if err := h.automate(ctx); err != nil {
		return Made{}, err
	}
	return Made{Name: companyName, Agents: len(h.agents), Organisations: len(organisations), Tickets: c.Tickets, Email: h.agents[0].Email, Password: password}, nil
}

const companyName = "Quillmere"

func (h *house) furnish(tx *db.Tx, hash people.Hash) error {
	if users, err := people.Users(tx); err != nil {
		return err
	} else if len(users) > 0 {
		return fault.New(fault.Conflict, "The desk has agents already. The demo fills an empty one: choose another MUSTER_DATA.")
	}
	name := companyName
	if _, err := workspace.Change(tx, workspace.Changes{Name: &name}); err != nil {
		return err
	}
	for _, build := range []func(*db.Tx) error{func(tx *db.Tx) error { return h.hire(tx, hash) }, h.found, h.stock, h.letterboxes, h.survey} {
		if err := build(tx); err != nil {
			return err
		}
	}
	return nil
}

// hire makes the agents and their teams.
func (h *house) hire(tx *db.Tx, hash people.Hash) error {
	members := make([][]string, len(teams))
	for _, s := range staff {
		email := strings.ToLower(strings.ReplaceAll(s.name, " ", ".")) + "@quillmere.example"
		u, err := people.AddUser(tx, people.NewUser{Email: email, Name: s.name, Role: s.role, Password: hash, Zone: "Europe/Berlin"})
		if err != nil {
			return err
		}
		h.agents = append(h.agents, agent{User: u, team: s.team})
		members[s.team] = append(members[s.team], u.ID)
	}
	for i, name := range teams {
		t, err := people.AddTeam(tx, name)
		if err != nil {
			return err
		}
		if err := people.SetMembers(tx, t.ID, members[i]); err != nil {
			return err
		}
		h.teams = append(h.teams, t)
	}
	for i := range h.agents {
		actor, err := people.ActorOf(tx, h.agents[i].User)
		if err != nil {
			return err
		}
		h.agents[i].actor = actor
	}
	return nil
}

// found makes the organisations and who writes for them.
func (h *house) found(tx *db.Tx) error {
	for i, name := range organisations {
		domain := strings.ToLower(strings.NewReplacer(" ", "-", "&", "and", "'", "").Replace(name)) + ".example"
		tier := []string{"gold", "silver", "bronze", ""}[(i*7)%4]
		if _, err := client.AddOrganisation(tx, client.NewOrganisation{Name: name, Domains: []string{domain}, Tier: tier}); err != nil {
			return err
		}
		for j := range 3 {
			first := firstNames[(i*3+j*11)%len(firstNames)]
			last := lastNames[(i*5+j*7)%len(lastNames)]
			c, _, err := client.EnsureContact(tx, first+" "+last, strings.ToLower(first+"."+last)+"@"+domain)
			if err != nil {
				return err
			}
			h.contacts = append(h.contacts, c)
		}
	}
	return nil
}

func (h *house) stock(tx *db.Tx) error {
	for _, p := range products {
		i, err := catalogue.Add(tx, catalogue.New{Kind: p.kind, Name: p.name, Description: p.about})
		if err != nil {
			return err
		}
		h.items = append(h.items, i)
	}
	return nil
}

// letterboxes makes the inboxes, of which the desk's own may be one.
func (h *house) letterboxes(tx *db.Tx) error {
	there, err := inbox.All(tx)
	if err != nil {
		return err
	}
	for _, in := range inboxes {
		made := inbox.Inbox{Address: in.address, Name: in.name, Active: true, Plus: true, Team: h.teams[in.team].ID, Kind: in.kind,
			AutoAck: in.ack, Block: blocked, Signature: "Quillmere, software for small firms"}
		if i := slices.IndexFunc(there, func(t inbox.Inbox) bool { return t.Address == in.address }); i >= 0 {
			made.ID = there[i].ID
		}
		if _, err := h.Office.Inboxes.Save(tx, made); err != nil {
			return err
		}
	}
	return nil
}

// pick chooses one of several.
func pick[T any](h *house, from []T) T { return from[h.rand.IntN(len(from))] }

// words fills in what a text leaves open, anew for each.
func (h *house) words(text string, c client.Contact, a agent) string {
	return h.particulars(c, a).Replace(text)
}

// particulars are what one matter is about: its people, its number of an invoice, its day. {next} is the version after {version}, {later} the hour of a later run.
func (h *house) particulars(c client.Contact, a agent) *strings.Replacer {
	first, _, _ := strings.Cut(c.Name, " ")
	hour, minute, version, patch := 6+h.rand.IntN(12), 5*h.rand.IntN(12), 10+h.rand.IntN(9), h.rand.IntN(5)
	return strings.NewReplacer("{customer}", first, "{agent}", firstName(a.Name), "{full}", c.Name, "{order}", fmt.Sprint(30000+h.rand.IntN(9000)),
		"{invoice}", fmt.Sprintf("INV-2026-%04d", h.rand.IntN(9999)), "{site}", pick(h, sites), "{n}", fmt.Sprint(2+h.rand.IntN(38)), "{day}", pick(h, weekdays),
		"{hour}", fmt.Sprintf("%02d:%02d", hour, minute), "{later}", fmt.Sprintf("%02d:%02d", hour+4, minute),
		"{version}", fmt.Sprintf("4.%d.%d", version, patch), "{next}", fmt.Sprintf("4.%d.%d", version, patch+1))
}

func firstName(name string) string { first, _, _ := strings.Cut(name, " "); return first }
