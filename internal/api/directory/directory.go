// Package directory offers who and what the desk knows to other programs: contacts, organisations, agents, teams, roles and the catalogue.
package directory

import (
	"github.com/danielgtaylor/huma/v2"

	"muster/internal/api/rest"
	"muster/internal/db"
	"muster/internal/ticket"
)

// API is what the endpoints about people and the catalogue work with.
type API struct {
	DB   *db.DB
	Desk *ticket.Desk
}

// Routes adds the endpoints.
func (a *API) Routes(h huma.API) {
	huma.Register(h, rest.Op("GET", "/contacts", "contacts", "People", "List contacts", 200), a.contacts)
	huma.Register(h, rest.Op("POST", "/contacts", "addContact", "People", "Add a contact, or return the one with that address", 201), a.addContact)
	huma.Register(h, rest.Op("GET", "/contacts/{id}", "contact", "People", "Read a contact, or the one that it was merged into", 200), a.contact)
	huma.Register(h, rest.Op("PATCH", "/contacts/{id}", "changeContact", "People", "Change a contact", 200), a.changeContact)
	huma.Register(h, rest.Op("POST", "/contacts/{id}/merge", "mergeContact", "People", "Merge a contact into another: they are one person", 200), a.mergeContact)
	huma.Register(h, rest.Op("GET", "/organisations", "organisations", "People", "List organisations", 200), a.organisations)
	huma.Register(h, rest.Op("POST", "/organisations", "addOrganisation", "People", "Add an organisation", 201), a.addOrganisation)
	huma.Register(h, rest.Op("GET", "/organisations/{id}", "organisation", "People", "Read an organisation", 200), a.organisation)
	huma.Register(h, rest.Op("PATCH", "/organisations/{id}", "changeOrganisation", "People", "Change an organisation", 200), a.changeOrganisation)
	huma.Register(h, rest.Op("GET", "/users", "users", "People", "List agents", 200), a.users)
	huma.Register(h, rest.Op("GET", "/users/{id}", "user", "People", "Read an agent", 200), a.user)
	huma.Register(h, rest.Op("PATCH", "/users/{id}", "changeUser", "People", "Change an agent, or have one sign in no more", 200), a.changeUser)
	huma.Register(h, rest.Op("GET", "/teams", "teams", "People", "List teams", 200), a.teams)
	huma.Register(h, rest.Op("POST", "/teams", "addTeam", "People", "Add a team", 201), a.addTeam)
	huma.Register(h, rest.Op("GET", "/teams/{id}", "team", "People", "Read a team", 200), a.team)
	huma.Register(h, rest.Op("PATCH", "/teams/{id}", "changeTeam", "People", "Rename a team, or say who is in it", 200), a.changeTeam)
	huma.Register(h, rest.Op("GET", "/roles", "roles", "People", "List roles", 200), a.roles)
	huma.Register(h, rest.Op("POST", "/roles", "addRole", "People", "Add a role", 201), a.addRole)
	huma.Register(h, rest.Op("GET", "/roles/{id}", "role", "People", "Read a role", 200), a.role)
	huma.Register(h, rest.Op("PATCH", "/roles/{id}", "changeRole", "People", "Change what a role may do and see", 200), a.changeRole)
	huma.Register(h, rest.Op("DELETE", "/roles/{id}", "removeRole", "People", "Remove a role that nobody has", 204), a.removeRole)
	huma.Register(h, rest.Op("GET", "/items", "items", "Catalogue", "List catalogue items", 200), a.items)
	huma.Register(h, rest.Op("POST", "/items", "addItem", "Catalogue", "Add a catalogue item", 201), a.addItem)
	huma.Register(h, rest.Op("GET", "/items/{id}", "item", "Catalogue", "Read a catalogue item", 200), a.item)
	huma.Register(h, rest.Op("PATCH", "/items/{id}", "changeItem", "Catalogue", "Change a catalogue item, or retire it", 200), a.changeItem)
	huma.Register(h, rest.Op("GET", "/me", "me", "People", "Read who the token is and what it may do", 200), a.me)
}
