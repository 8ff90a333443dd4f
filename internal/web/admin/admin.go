// Package admin serves the pages by which a desk is run: custody of mail, inboxes, staff, tokens, given-up work.
package admin

import (
	"context"

	"muster/internal/event"
	"muster/internal/mailbox"
	"muster/internal/mailbox/inbox"
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
	TestInbox func(ctx context.Context, in inbox.Inbox) []ui.Step
}

// Routes are the pages, for who has signed in.
func (s *Screens) Routes() map[string]ui.Handler {
	return map[string]ui.Handler{
		"GET /mail":                                             s.showCustody,
		"POST /mail/release":                                    s.releaseMany,
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
