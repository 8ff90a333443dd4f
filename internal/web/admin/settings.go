package admin

import (
	"net/http"
	"slices"

	"muster/internal/access"
	"muster/internal/fault"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

// oneOf are rights of which one is enough; none is needed if there is none.
type oneOf []access.Right

// setting is a page of the settings, for those who have one of some rights.
type setting struct {
	rights oneOf
	ui.Place
}

// settings are all pages of the settings, under their headings.
func settings() []struct {
	title string
	pages []setting
} {
	return []struct {
		title string
		pages []setting
	}{
		{"You", []setting{
			{nil, ui.Place{Href: "/settings/account", Icon: "user", Name: "Your account", Why: "Name, language, time zone, theme and password"}},
			{nil, ui.Place{Href: "/settings/notifications", Icon: "bell", Name: "Your notices", Why: "What you are told, by which way, and when you are left in peace"}},
		}},
		{"Desk", []setting{
			{oneOf{access.Settings}, ui.Place{Href: "/settings/workspace", Icon: "sliders", Name: "Workspace", Why: "Name, colour, how long a ticket can be reopened, how long a reply can be taken back"}},
			{oneOf{access.Settings}, ui.Place{Href: "/settings/workflows", Icon: "change", Name: "Workflows", Why: "The states of tickets, and the moves between them"}},
			{oneOf{access.CatalogueRead}, ui.Place{Href: "/settings/catalogue", Icon: "service", Name: "Catalogue", Why: "Products, services, applications"}},
		}},
		{"People", []setting{
			{oneOf{access.PeopleRead}, ui.Place{Href: "/settings/organisations", Icon: "org", Name: "Organisations and contacts", Why: "Who is served: tiers, mail domains, addresses"}},
			{oneOf{access.StaffManage}, ui.Place{Href: "/settings/staff", Icon: "user", Name: "Agents", Why: "Who works here, and in which role"}},
			{oneOf{access.StaffManage}, ui.Place{Href: "/settings/teams", Icon: "users", Name: "Teams", Why: "Whose queues there are"}},
			{oneOf{access.StaffManage}, ui.Place{Href: "/settings/roles", Icon: "shield", Name: "Roles", Why: "What agents may do, and which tickets they see"}},
			{oneOf{access.StaffManage}, ui.Place{Href: "/settings/tokens", Icon: "key", Name: "API tokens", Why: "What other programs may do"}},
		}},
		{"Mail", []setting{
			{oneOf{access.InboxManage}, ui.Place{Href: "/settings/inboxes", Icon: "inbox", Name: "Inboxes", Why: "Addresses that mail comes to and goes out from"}},
			{oneOf{access.MailRead}, ui.Place{Href: "/mail", Icon: "mail", Name: "Custody of mail", Why: "Every message and what became of it"}},
		}},
		{"Promises", []setting{
			{oneOf{access.PromisesEdit}, ui.Place{Href: "/settings/policies", Icon: "clock", Name: "Service levels", Why: "What is promised to whom, by suppliers and between teams: SLA, OLA, contracts"}},
			{oneOf{access.PromisesEdit}, ui.Place{Href: "/settings/calendars", Icon: "calendar", Name: "Calendars", Why: "When the desk works: hours, holidays, zones"}},
			{oneOf{access.PromisesEdit}, ui.Place{Href: "/settings/surveys", Icon: "chat", Name: "Surveys", Why: "What customers are asked once their ticket is resolved"}},
		}},
		{"Automation", []setting{
			{oneOf{access.RulesEdit}, ui.Place{Href: "/settings/routing", Icon: "queue", Name: "Routing", Why: "Who gets which ticket: by turn, load or skills, and who works when"}},
			{oneOf{access.RulesEdit}, ui.Place{Href: "/settings/rules", Icon: "bolt", Name: "Rules, macros, templates", Why: "What is done by itself, at one key, and in the same words"}},
			{oneOf{access.HooksManage}, ui.Place{Href: "/settings/webhooks", Icon: "link", Name: "Webhooks", Why: "Other programs that are told what happens"}},
			{oneOf{access.RulesEdit, access.PromisesEdit}, ui.Place{Href: "/settings/rehearsals", Icon: "eye", Name: "Rehearsals", Why: "What a change would have made of the past"}},
		}},
		{"Watch", []setting{
			{oneOf{access.Settings}, ui.Place{Href: "/settings/notifications/log", Icon: "bell", Name: "Notices that went out", Why: "Every notice, and what became of it on each way"}},
			{oneOf{access.JobsManage}, ui.Place{Href: "/settings/jobs", Icon: "alert", Name: "Given-up work", Why: "What was tried again and again, and can be retried"}},
		}},
	}
}

// showSettings leads to what can be set, as far as the reader may.
func (s *Screens) showSettings(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Settings")
	v.Back = ""
	_, err := s.operates(r)
	if fault.KindOf(err) == fault.Internal && err != nil {
		return err
	}
	var all ui.Places
	for _, g := range settings() {
		group := ui.PlaceGroup{Title: g.title}
		for _, p := range g.pages {
			if len(p.rights) == 0 || slices.ContainsFunc(p.rights, sheet.Actor(r).May) {
				group.Items = append(group.Items, p.Place)
			}
		}
		if g.title == "Desk" && err == nil {
			group.Items = append(group.Items, ui.Place{Href: "/settings/workspaces", Icon: "org", Name: "Workspaces", Why: "Desks of their own on this Muster, each at its host name"})
		}
		if len(group.Items) > 0 {
			all = append(all, group)
		}
	}
	v.Parts = []ui.Part{all}
	return sheet.Page.Render(w, r, v)
}
