// Package promise offers what is promised to other programs: calendars, policies, and the clocks of a ticket with their reckoning.
package promise

import (
	"github.com/danielgtaylor/huma/v2"

	"muster/internal/api/rest"
	"muster/internal/clock"
	"muster/internal/db"
)

// API is what the endpoints about promises work with.
type API struct {
	DB    *db.DB
	Works *clock.Works
}

// Routes adds the endpoints.
func (a *API) Routes(h huma.API) {
	huma.Register(h, rest.Op("GET", "/calendars", "calendars", "Promises", "List calendars", 200), a.calendars)
	huma.Register(h, rest.Op("POST", "/calendars", "addCalendar", "Promises", "Add a calendar", 201), a.addCalendar)
	huma.Register(h, rest.Op("GET", "/calendars/{id}", "calendar", "Promises", "Read a calendar", 200), a.calendar)
	huma.Register(h, rest.Op("PATCH", "/calendars/{id}", "changeCalendar", "Promises", "Rename a calendar, or add a version", 200), a.changeCalendar)
	huma.Register(h, rest.Op("POST", "/calendars/holidays", "readHolidays", "Promises", "Read holidays from an iCalendar file", 200), a.readHolidays)
	huma.Register(h, rest.Op("GET", "/policies", "policies", "Promises", "List policies, in the order in which they are looked at", 200), a.policies)
	huma.Register(h, rest.Op("POST", "/policies", "addPolicy", "Promises", "Add a policy", 201), a.addPolicy)
	huma.Register(h, rest.Op("GET", "/policies/{id}", "policy", "Promises", "Read a policy", 200), a.policy)
	huma.Register(h, rest.Op("PATCH", "/policies/{id}", "changePolicy", "Promises", "Change a policy, or choose it no more", 200), a.changePolicy)
	huma.Register(h, rest.Op("POST", "/policies/apply", "applyPolicies", "Promises", "Apply the policies to open tickets", 202), a.applyPolicies)
	huma.Register(h, rest.Op("POST", "/policies/order", "orderPolicies", "Promises", "Say in which order policies are looked at", 200), a.orderPolicies)
	huma.Register(h, rest.Op("GET", "/tickets/{number}/clocks", "clocks", "Promises", "Read what is promised about a ticket, with the reckoning", 200), a.clocks)
}
