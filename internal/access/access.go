// Package access says who is acting and what they may do.
package access

import (
	"context"
	"slices"

	"muster/internal/fault"
)

// Right is one thing a role may allow, named "thing.verb".
type Right string

const (
	TicketsRead   Right = "tickets.read"   // see tickets, as far as the scope reaches
	TicketsWrite  Right = "tickets.write"  // open and change tickets, write notes
	TicketsReply  Right = "tickets.reply"  // write to customers
	TicketsRemove Right = "tickets.remove" // move tickets to spam or trash, and back
	PeopleRead    Right = "people.read"    // see contacts, organisations, teams and colleagues
	PeopleWrite   Right = "people.write"   // change contacts and organisations
	CatalogueRead Right = "catalogue.read" // see products, services, applications
	CatalogueEdit Right = "catalogue.edit" // change them
	MailRead      Right = "mail.read"      // see the custody of mail and the raw messages
	MailManage    Right = "mail.manage"    // release, replay, retry
	InboxManage   Right = "inbox.manage"   // set up inboxes
	StaffManage   Right = "staff.manage"   // add agents, teams, roles and API tokens
	Settings      Right = "settings.edit"  // change the workspace
	JobsManage    Right = "jobs.manage"    // see and retry work that was given up
	PromisesEdit  Right = "promises.edit"  // set up calendars, service levels, contracts and surveys
	RulesEdit     Right = "rules.edit"     // set up rules, macros, templates and routing
	FiguresRead   Right = "figures.read"   // see boards, figures and who does how much
	HooksManage   Right = "hooks.manage"   // set up outgoing webhooks and see what they sent

	// Anyone is held by every actor of a workspace, signed in or not. It marks what is open to all on purpose.
	Anyone Right = "anyone"
)

// All returns every right there is.
func All() []Right {
	return []Right{TicketsRead, TicketsWrite, TicketsReply, TicketsRemove, PeopleRead, PeopleWrite, CatalogueRead,
		CatalogueEdit, MailRead, MailManage, InboxManage, StaffManage, Settings, JobsManage, PromisesEdit, RulesEdit, FiguresRead, HooksManage}
}

// Kind says what sort of actor did something: figures and rules depend on it.
type Kind string

const (
	Human    Kind = "human"    // an agent
	Bot      Kind = "bot"      // an API token
	Auto     Kind = "auto"     // a rule or an automatic answer
	Customer Kind = "customer" // a contact
	Muster   Kind = "muster"   // the program itself
)

// Scope narrows what an actor may see and touch. A nil list does not narrow.
type Scope struct {
	Teams []string // tickets of these teams, and those assigned to the actor
	Orgs  []string // tickets of these organisations
	Kinds []string // tickets of these kinds
}

// Actor is whoever a piece of work is done for: a person, an API token or Muster itself.
type Actor struct {
	Workspace string
	ID        string // of the user, the token or the contact; empty for Muster
	Name      string
	Kind      Kind
	Role      string
	Rights    []Right
	Scope     Scope
	Teams     []string // the teams that the actor is a member of
}

// May reports whether the actor holds right.
func (a Actor) May(right Right) bool {
	return slices.Contains(a.Rights, right) || right == Anyone && a.Workspace != ""
}

// Must returns a Denied fault unless the actor holds right.
func (a Actor) Must(right Right) error {
	if a.May(right) {
		return nil
	}
	if a.Kind == "" {
		return fault.New(fault.Denied, "Sign in to do this.")
	}
	if a.Kind == Bot {
		return fault.New(fault.Denied, "The token %s may not do this: it lacks the right %s. An administrator can make one that has it.", a.Name, right)
	}
	return fault.New(fault.Denied, "%s may not do this: the role %q lacks the right %s. An administrator can grant it.", a.Name, a.Role, right)
}

// System returns Muster itself, acting in a workspace.
func System(workspace string) Actor {
	return Actor{Workspace: workspace, Name: "Muster", Kind: Muster, Role: "muster", Rights: All()}
}

// Nobody returns an actor of a workspace who has not signed in.
func Nobody(workspace string) Actor { return Actor{Workspace: workspace} }

type key struct{}

// With returns a context whose work is done for a.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, key{}, a) }

// From returns the context's actor: one with no rights if none was set.
func From(ctx context.Context) Actor { a, _ := ctx.Value(key{}).(Actor); return a }
