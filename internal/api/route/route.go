// Package route offers how tickets are given out to other programs: policies of teams, skills, shifts, and who is here.
package route

import (
	"github.com/danielgtaylor/huma/v2"

	"muster/internal/api/rest"
	"muster/internal/db"
	"muster/internal/routing"
)

// API is what the endpoints about routing work with.
type API struct {
	DB     *db.DB
	Router *routing.Router
}

// Routes adds the endpoints.
func (a *API) Routes(h huma.API) {
	huma.Register(h, rest.Op("GET", "/routing/policies", "routingPolicies", "Routing", "List how teams give tickets out", 200), a.routingPolicies)
	huma.Register(h, rest.Op("GET", "/routing/policies/{team}", "routingPolicy", "Routing", "Read how a team gives tickets out", 200), a.routingPolicy)
	huma.Register(h, rest.Op("PUT", "/routing/policies/{team}", "setRoutingPolicy", "Routing", "Say how a team gives tickets out", 200), a.setRoutingPolicy)
	huma.Register(h, rest.Op("DELETE", "/routing/policies/{team}", "removeRoutingPolicy", "Routing", "Have a team go by the default again", 204), a.removeRoutingPolicy)
	huma.Register(h, rest.Op("GET", "/routing/skills", "skills", "Routing", "List skills", 200), a.skills)
	huma.Register(h, rest.Op("POST", "/routing/skills", "addSkill", "Routing", "Add a skill", 201), a.addSkill)
	huma.Register(h, rest.Op("DELETE", "/routing/skills/{id}", "removeSkill", "Routing", "Remove a skill that no route asks for", 204), a.removeSkill)
	huma.Register(h, rest.Op("GET", "/routing/agents", "routingAgents", "Routing", "List what agents know and carry", 200), a.routingAgents)
	huma.Register(h, rest.Op("PUT", "/routing/agents/{user}", "setRoutingAgent", "Routing", "Say what an agent knows and carries", 200), a.setRoutingAgent)
	huma.Register(h, rest.Op("GET", "/routing/shifts", "shifts", "Routing", "List shifts", 200), a.shifts)
	huma.Register(h, rest.Op("POST", "/routing/shifts", "addShift", "Routing", "Add a shift", 201), a.addShift)
	huma.Register(h, rest.Op("PUT", "/routing/shifts/{id}", "setShift", "Routing", "Change a shift", 200), a.setShift)
	huma.Register(h, rest.Op("DELETE", "/routing/shifts/{id}", "removeShift", "Routing", "Remove a shift", 204), a.removeShift)
	huma.Register(h, rest.Op("GET", "/presences", "presences", "Routing", "List who is here", 200), a.presences)
	huma.Register(h, rest.Op("PUT", "/presences/{user}", "setPresence", "Routing", "Say how an agent is here", 200), a.setPresence)
}
