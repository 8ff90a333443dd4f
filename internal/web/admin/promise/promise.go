// Package promise serves the pages of calendars and of service levels: when the desk works, and what it promises.
package promise

import (
	"muster/internal/clock"
	"muster/internal/event"
	"muster/internal/ticket"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

// Screens are the pages.
type Screens struct {
	sheet.Pages
	Bus   *event.Bus
	Desk  *ticket.Desk
	Works *clock.Works
}

// Routes are the pages, for who has signed in.
func (s *Screens) Routes() map[string]ui.Handler {
	return map[string]ui.Handler{
		"GET /settings/calendars":                                 s.showCalendars,
		"GET /settings/calendars/{id}":                            s.showCalendar,
		"POST /settings/calendars/{id}":                           s.saveCalendar,
		"POST /settings/calendars/{id}/versions/{version}/remove": s.removeVersion,
		"GET /settings/policies":                                  s.showPolicies,
		"POST /settings/policies/{id}/move":                       s.movePolicy,
		"POST /settings/policies/apply":                           s.applyPolicies,
		"GET /settings/policies/{id}":                             s.showContract,
		"POST /settings/policies/{id}":                            s.saveContract,
	}
}
