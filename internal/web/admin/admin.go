// Package admin serves the pages by which a desk is run: custody of mail, inboxes, staff, tokens, given-up work.
package admin

import (
	"context"
	"embed"
	"net/http"

	"muster/internal/access"
	"muster/internal/automation"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/mailbox"
	"muster/internal/notify"
	"muster/internal/people"
	"muster/internal/routing"
	"muster/internal/survey"
	"muster/internal/ticket"
	"muster/internal/web/ui"
	"muster/internal/webhook"
)

//go:embed *.html
var files embed.FS

// Screens are the pages of the administration.
type Screens struct {
	DB     *db.DB
	Bus    *event.Bus
	Desk   *ticket.Desk
	Office *mailbox.Office
	Works  *clock.Works
	Hasher *people.Hasher
	Gate   *people.Gate
	Router *routing.Router
	Clerk  *automation.Clerk
	Asker  *survey.Asker
	Hooks  *webhook.Hooks
	Bell   *notify.Bell
	Flash  func(*http.Request, ui.Toast) // keeps a message for the next page

	// TestInbox tries an inbox out, step by step.
	TestInbox func(ctx context.Context, in mailbox.Inbox) []ui.Step
}

// Routes adds the pages to mux, for who has signed in.
func (s *Screens) Routes(mux *http.ServeMux, signed func(http.Handler) http.Handler) {
	for pattern, h := range map[string]ui.Handler{
		"GET /mail":                              s.showCustody,
		"GET /mail/{id}":                         s.showMessage,
		"GET /mail/{id}/raw":                     s.raw,
		"POST /mail/{id}/release":                s.release,
		"POST /mail/{id}/replay":                 s.replay,
		"POST /mail/{id}/drop":                   s.drop,
		"GET /settings":                          s.showSettings,
		"GET /settings/inboxes":                  s.showInboxes,
		"GET /settings/inboxes/{id}":             s.showInbox,
		"POST /settings/inboxes/{id}":            s.saveInbox,
		"POST /settings/inboxes/{id}/test":       s.testInbox,
		"GET /settings/staff":                    s.showStaff,
		"GET /settings/staff/{id}":               s.showUser,
		"POST /settings/staff/{id}":              s.saveUser,
		"GET /settings/teams":                    s.showTeams,
		"GET /settings/teams/{id}":               s.showTeam,
		"POST /settings/teams/{id}":              s.saveTeam,
		"GET /settings/calendars":                s.showCalendars,
		"GET /settings/calendars/{id}":           s.showCalendar,
		"POST /settings/calendars/{id}":          s.saveCalendar,
		"POST /settings/calendars/{id}/holidays": s.readHolidays,
		"GET /settings/policies":                 s.showPolicies,
		"POST /settings/policies":                s.orderPolicies,
		"POST /settings/policies/apply":          s.applyPolicies,
		"GET /settings/policies/{id}":            s.showContract,
		"POST /settings/policies/{id}":           s.saveContract,

		"GET /settings/roles":               s.showRoles,
		"GET /settings/roles/{id}":          s.showRole,
		"POST /settings/roles/{id}":         s.saveRole,
		"POST /settings/roles/{id}/remove":  s.removeRole,
		"GET /settings/tokens":              s.showTokens,
		"POST /settings/tokens":             s.addToken,
		"POST /settings/tokens/{id}/revoke": s.revokeToken,
		"GET /settings/catalogue":           s.showCatalogue,
		"POST /settings/catalogue":          s.addItem,
		"GET /settings/jobs":                s.showJobs,
		"POST /settings/jobs/{id}/retry":    s.retryJob,
		"GET /settings/account":             s.showAccount,
		"POST /settings/account":            s.saveAccount,
		"POST /settings/account/password":   s.savePassword,
		"GET /settings/workspace":           s.showWorkspace,
		"POST /settings/workspace":          s.saveWorkspace,
		"GET /settings/workspaces":          s.showWorkspaces,
		"GET /settings/workspaces/new":      s.showNewWorkspace,
		"POST /settings/workspaces/new":     s.addWorkspace,
	} {
		mux.Handle(pattern, signed(h))
	}
	for _, routes := range []map[string]ui.Handler{s.flowRoutes(), s.ruleRoutes(), s.routingRoutes(), s.rehearsalRoutes(), s.hookRoutes(), s.noticeRoutes(), s.surveyRoutes()} {
		for pattern, h := range routes {
			mux.Handle(pattern, signed(h))
		}
	}
}

// flowRoutes are the pages about workflows.
func (s *Screens) flowRoutes() map[string]ui.Handler {
	return map[string]ui.Handler{
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

// sheet is what most pages of the administration show: a heading, then parts.
type sheet struct {
	ui.Frame
	Back     string // where the arrow leads
	Heading1 string
	Hint     string
	Actions  []ui.Button
	Tabs     ui.Tabs
	Parts    []ui.Part
	Forms    []ui.Form
	Pager    ui.Pager
	Topic    string
}

var page = ui.Parse[sheet](files, "sheet.html")

func newSheet(r *http.Request, title string) sheet {
	return sheet{Frame: ui.FrameOf(r, title), Heading1: title, Back: "/settings"}
}

// see runs a view for a page and draws it.
func (s *Screens) see(w http.ResponseWriter, r *http.Request, v *sheet, f func(*db.Tx) error) error {
	if err := s.DB.View(r.Context(), f); err != nil {
		return err
	}
	return page.Render(w, r, *v)
}

// did tells the reader that something is done, on the page that it leads to.
func (s *Screens) did(w http.ResponseWriter, r *http.Request, to, said string) error {
	s.Flash(r, ui.Toast{Text: said, Icon: "check", Is: "good"})
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func parse(r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "The form did not arrive whole. Send it again.")
	}
	return nil
}

func actor(r *http.Request) access.Actor { return access.From(r.Context()) }

// showSettings is the list of what can be set, as far as the reader may.
func (s *Screens) showSettings(w http.ResponseWriter, r *http.Request) error {
	v := newSheet(r, "Settings")
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
		if e.right == "" || actor(r).May(e.right) {
			table.Rows = append(table.Rows, []ui.Cell{{Text: e.name, Href: e.href, Head: true}, {Text: e.why, Muted: true}})
		}
	}
	if _, err := s.operates(r); err == nil {
		table.Rows = append(table.Rows, []ui.Cell{{Text: "Workspaces", Href: "/settings/workspaces", Head: true}, {Text: "Desks of their own on this Muster, each at its host name", Muted: true}})
	} else if fault.KindOf(err) == fault.Internal {
		return err
	}
	v.Parts = []ui.Part{table}
	return page.Render(w, r, v)
}
