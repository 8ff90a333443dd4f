// Package admin serves the pages by which a desk is run: custody of mail, inboxes, staff, tokens, given-up work.
package admin

import (
	"context"
	"net/http"

	"muster/internal/access"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/mailbox"
	"muster/internal/people"
	"muster/internal/ticket"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

// Screens are the pages about the desk itself and its people.
type Screens struct {
	sheet.Pages
	Bus    *event.Bus
	Desk   *ticket.Desk
	Office *mailbox.Office
	Hasher *people.Hasher
	Gate   *people.Gate

	// TestInbox tries an inbox out, step by step.
	TestInbox func(ctx context.Context, in mailbox.Inbox) []ui.Step
}

// Routes are the pages, for who has signed in.
func (s *Screens) Routes() map[string]ui.Handler {
	return map[string]ui.Handler{
		"GET /mail":                                             s.showCustody,
		"GET /mail/{id}":                                        s.showMessage,
		"GET /mail/{id}/raw":                                    s.raw,
		"POST /mail/{id}/release":                               s.release,
		"POST /mail/{id}/replay":                                s.replay,
		"POST /mail/{id}/drop":                                  s.drop,
		"GET /settings":                                         s.showSettings,
		"GET /settings/inboxes":                                 s.showInboxes,
		"GET /settings/inboxes/{id}":                            s.showInbox,
		"POST /settings/inboxes/{id}":                           s.saveInbox,
		"POST /settings/inboxes/{id}/test":                      s.testInbox,
		"GET /settings/staff":                                   s.showStaff,
		"GET /settings/staff/{id}":                              s.showUser,
		"POST /settings/staff/{id}":                             s.saveUser,
		"GET /settings/teams":                                   s.showTeams,
		"GET /settings/teams/{id}":                              s.showTeam,
		"POST /settings/teams/{id}":                             s.saveTeam,
		"GET /settings/roles":                                   s.showRoles,
		"GET /settings/roles/{id}":                              s.showRole,
		"POST /settings/roles/{id}":                             s.saveRole,
		"POST /settings/roles/{id}/remove":                      s.removeRole,
		"GET /settings/tokens":                                  s.showTokens,
		"POST /settings/tokens":                                 s.addToken,
		"POST /settings/tokens/{id}/revoke":                     s.revokeToken,
		"GET /settings/catalogue":                               s.showCatalogue,
		"POST /settings/catalogue":                              s.addItem,
		"GET /settings/catalogue/{id}":                          s.showItem,
		"POST /settings/catalogue/{id}":                         s.saveItem,
		"GET /settings/jobs":                                    s.showJobs,
		"POST /settings/jobs/{id}/retry":                        s.retryJob,
		"GET /settings/account":                                 s.showAccount,
		"POST /settings/account":                                s.saveAccount,
		"POST /settings/account/password":                       s.savePassword,
		"GET /settings/workspace":                               s.showWorkspace,
		"POST /settings/workspace":                              s.saveWorkspace,
		"GET /settings/workspaces":                              s.showWorkspaces,
		"GET /settings/workspaces/new":                          s.showNewWorkspace,
		"POST /settings/workspaces/new":                         s.addWorkspace,
		"GET /settings/workflows":                               s.showWorkflows,
		"GET /settings/workflows/{kind}":                        s.showWorkflow,
		"POST /settings/workflows/{kind}/reset":                 s.resetWorkflow,
		"GET /settings/workflows/{kind}/add":                    s.showState,
		"POST /settings/workflows/{kind}/add":                   s.saveState,
		"GET /settings/workflows/{kind}/states/{state}":         s.showState,
		"POST /settings/workflows/{kind}/states/{state}":        s.saveState,
		"POST /settings/workflows/{kind}/states/{state}/remove": s.removeState,
	}
}

// showSettings is the list of what can be set, as far as the reader may.
func (s *Screens) showSettings(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Settings")
	v.Back = ""
	table := ui.Table{Caption: "Settings", Head: []ui.Column{{Text: "What"}, {Text: "What for", Wide: true}}}
	for _, e := range []struct {
		right           access.Right
		href, name, why string
	}{
		{"", "/settings/account", "Your account", "Name, language, time zone, theme and password"},
		{"", "/settings/notifications", "Your notices", "What you are told, by which way, and when you are left in peace"},
		{access.Settings, "/settings/workspace", "Workspace", "Name, colour, how long a ticket can be reopened, how long a reply can be taken back"},
		{access.InboxManage, "/settings/inboxes", "Inboxes", "Addresses that mail comes to and goes out from"},
		{access.StaffManage, "/settings/staff", "Agents", "Who works here, and in which role"},
		{access.StaffManage, "/settings/teams", "Teams", "Whose queues there are"},
		{access.StaffManage, "/settings/roles", "Roles", "What agents may do, and which tickets they see"},
		{access.StaffManage, "/settings/tokens", "API tokens", "What other programs may do"},
		{access.CatalogueRead, "/settings/catalogue", "Catalogue", "Products, services, applications"},
		{access.RulesEdit, "/settings/rehearsals", "Rehearsals", "What a change would have made of the past"},
		{access.RulesEdit, "/settings/routing", "Routing", "Who gets which ticket: by turn, load or skills, and who works when"},
		{access.PromisesEdit, "/settings/calendars", "Calendars", "When the desk works: hours, holidays, zones"},
		{access.PromisesEdit, "/settings/policies", "Service levels", "What is promised to whom, by suppliers and between teams: SLA, OLA, contracts"},
		{access.Settings, "/settings/workflows", "Workflows", "The states of tickets, and the moves between them"},
		{access.RulesEdit, "/settings/surveys", "Surveys", "What customers are asked once their ticket is resolved"},
		{access.RulesEdit, "/settings/rules", "Rules, macros, templates", "What is done by itself, at one key, and in the same words"},
		{access.HooksManage, "/settings/webhooks", "Webhooks", "Other programs that are told what happens"},
		{access.Settings, "/settings/notifications/log", "Notices that went out", "Every notice, and what became of it on each way"},
		{access.JobsManage, "/settings/jobs", "Given-up work", "What was tried again and again, and can be retried"},
		{access.MailRead, "/mail", "Custody of mail", "Every message and what became of it"},
	} {
		if e.right == "" || sheet.Actor(r).May(e.right) {
			table.Rows = append(table.Rows, []ui.Cell{{Text: e.name, Href: e.href, Head: true}, {Text: e.why, Muted: true}})
		}
	}
	if _, err := s.operates(r); err == nil {
		table.Rows = append(table.Rows, []ui.Cell{{Text: "Workspaces", Href: "/settings/workspaces", Head: true}, {Text: "Desks of their own on this Muster, each at its host name", Muted: true}})
	} else if fault.KindOf(err) == fault.Internal {
		return err
	}
	v.Parts = []ui.Part{table}
	return sheet.Page.Render(w, r, v)
}
