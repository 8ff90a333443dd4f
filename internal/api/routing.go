package api

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/calendar"
	"muster/internal/db"
	"muster/internal/routing"
	"muster/internal/ticket"
)

func (a *API) routingRoutes(h huma.API) {
	huma.Register(h, op("GET", "/routing/policies", "routingPolicies", "Routing", "List how teams give tickets out", 200), a.routingPolicies)
	huma.Register(h, op("GET", "/routing/policies/{team}", "routingPolicy", "Routing", "Read how a team gives tickets out", 200), a.routingPolicy)
	huma.Register(h, op("PUT", "/routing/policies/{team}", "setRoutingPolicy", "Routing", "Say how a team gives tickets out", 200), a.setRoutingPolicy)
	huma.Register(h, op("DELETE", "/routing/policies/{team}", "removeRoutingPolicy", "Routing", "Have a team go by the default again", 204), a.removeRoutingPolicy)
	huma.Register(h, op("GET", "/routing/skills", "skills", "Routing", "List skills", 200), a.skills)
	huma.Register(h, op("POST", "/routing/skills", "addSkill", "Routing", "Add a skill", 201), a.addSkill)
	huma.Register(h, op("DELETE", "/routing/skills/{id}", "removeSkill", "Routing", "Remove a skill that no route asks for", 204), a.removeSkill)
	huma.Register(h, op("GET", "/routing/agents", "routingAgents", "Routing", "List what agents know and carry", 200), a.routingAgents)
	huma.Register(h, op("PUT", "/routing/agents/{user}", "setRoutingAgent", "Routing", "Say what an agent knows and carries", 200), a.setRoutingAgent)
	huma.Register(h, op("GET", "/routing/shifts", "shifts", "Routing", "List shifts", 200), a.shifts)
	huma.Register(h, op("POST", "/routing/shifts", "addShift", "Routing", "Add a shift", 201), a.addShift)
	huma.Register(h, op("PUT", "/routing/shifts/{id}", "setShift", "Routing", "Change a shift", 200), a.setShift)
	huma.Register(h, op("DELETE", "/routing/shifts/{id}", "removeShift", "Routing", "Remove a shift", 204), a.removeShift)
	huma.Register(h, op("GET", "/presences", "presences", "Routing", "List who is here", 200), a.presences)
	huma.Register(h, op("PUT", "/presences/{user}", "setPresence", "Routing", "Say how an agent is here", 200), a.setPresence)
}

// RoutingPolicy is how a team gives tickets out.
type RoutingPolicy struct {
	Team     string         `json:"team" readOnly:"true" doc:"The id, or default: for teams that have no policy of their own."`
	Mode     string         `json:"mode" enum:"off,round-robin,least-loaded,skills"`
	Capacity int            `json:"capacity,omitempty" doc:"Points that an agent carries; 0: any number."`
	Weights  map[string]int `json:"weights,omitempty" doc:"Points of a ticket by priority: critical, high, normal, low. 1 where not named."`
	Absent   bool           `json:"absent,omitempty" doc:"Also to who is away or offline."`
	Busy     bool           `json:"busy,omitempty" doc:"Also to who is busy."`
	OffShift bool           `json:"off_shift,omitempty" doc:"Also outside of shifts."`
	Routes   []RoutingRoute `json:"routes,omitempty" maxItems:"50"`
	Relax    int            `json:"relax_minutes,omitempty" doc:"After so long a ticket that waits does without required skills; 0: never."`
	Away     string         `json:"away,omitempty" enum:"keep,others,team" doc:"What becomes of open tickets of who goes away."`
	Grace    int            `json:"grace_minutes,omitempty" doc:"How long somebody may be away before."`
	ByHand   bool           `json:"by_hand,omitempty" doc:"Also tickets that a person had assigned."`
	Handover bool           `json:"handover,omitempty" doc:"Also when a shift is over."`
	Version  int64          `json:"version,omitempty" readOnly:"true" doc:"As in the ETag."`
}

// RoutingRoute asks for skills where a ticket meets its conditions.
type RoutingRoute struct {
	Name       string        `json:"name"`
	Kinds      []string      `json:"kinds,omitempty"`
	Items      []string      `json:"items,omitempty"`
	Tiers      []string      `json:"tiers,omitempty"`
	Tags       []string      `json:"tags,omitempty"`
	Languages  []string      `json:"languages,omitempty"`
	Priorities []string      `json:"priorities,omitempty"`
	Needs      []RoutingNeed `json:"needs" maxItems:"20"`
}

// RoutingNeed is a skill at a level or higher.
type RoutingNeed struct {
	Skill     string `json:"skill"`
	Level     int    `json:"level" minimum:"1" maximum:"4"`
	Preferred bool   `json:"preferred,omitempty" doc:"It gives way at once when nobody has it; else it is required."`
}

const byDefault = "default"

func teamOf(s string) string {
	if s == byDefault {
		return routing.Default
	}
	return s
}

func routingPolicy(s routing.Stored) RoutingPolicy {
	p := RoutingPolicy{Team: s.Team, Mode: string(s.Mode), Capacity: s.Capacity, Weights: map[string]int{}, Absent: s.Absent, Busy: s.Busy, OffShift: s.OffShift,
		Relax: s.Relax, Away: string(s.Away), Grace: s.Grace, ByHand: s.ByHand, Handover: s.Handover, Version: s.Version}
	if p.Team == routing.Default {
		p.Team = byDefault
	}
	if p.Mode == "" {
		p.Mode = string(routing.Off)
	}
	if p.Away == "" {
		p.Away = "keep"
	}
	for priority, w := range s.Weights {
		p.Weights[ticket.Priority(priority).String()] = w
	}
	for _, r := range s.Routes {
		w := RoutingRoute{Name: r.Name, Kinds: r.When.Kinds, Items: r.When.Items, Tiers: r.When.Tiers, Tags: r.When.Tags, Languages: r.When.Languages}
		for _, n := range r.When.Priorities {
			w.Priorities = append(w.Priorities, ticket.Priority(n).String())
		}
		for _, n := range r.Needs {
			w.Needs = append(w.Needs, RoutingNeed{n.Skill, n.Level, n.Preferred})
		}
		p.Routes = append(p.Routes, w)
	}
	return p
}

// policy reads what was sent.
func (p RoutingPolicy) policy() (routing.Policy, error) {
	made := routing.Policy{Mode: routing.Mode(p.Mode), Capacity: p.Capacity, Absent: p.Absent, Busy: p.Busy, OffShift: p.OffShift,
		Relax: p.Relax, Grace: p.Grace, ByHand: p.ByHand, Handover: p.Handover}
	if p.Away != "keep" {
		made.Away = routing.Away(p.Away)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Weights)) {
		n, err := ticket.ParsePriority(name)
		if err != nil {
			return made, err
		}
		if made.Weights == nil {
			made.Weights = map[int]int{}
		}
		made.Weights[int(n)] = p.Weights[name]
	}
	for _, r := range p.Routes {
		route, err := r.route()
		if err != nil {
			return made, err
		}
		made.Routes = append(made.Routes, route)
	}
	return made, nil
}

func (r RoutingRoute) route() (routing.Route, error) {
	made := routing.Route{Name: r.Name, When: routing.When{Kinds: r.Kinds, Items: r.Items, Tiers: r.Tiers, Tags: r.Tags, Languages: r.Languages}}
	for _, name := range r.Priorities {
		n, err := ticket.ParsePriority(name)
		if err != nil {
			return made, err
		}
		made.When.Priorities = append(made.When.Priorities, int(n))
	}
	for _, n := range r.Needs {
		made.Needs = append(made.Needs, routing.Need{Skill: n.Skill, Level: n.Level, Preferred: n.Preferred})
	}
	return made, nil
}

func (a *API) routingPolicies(ctx context.Context, _ *struct{}) (*Answer[List[RoutingPolicy]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[RoutingPolicy]], error) {
		all, err := routing.Policies(tx)
		var items []RoutingPolicy
		for _, s := range all {
			items = append(items, routingPolicy(s))
		}
		return list(items, ""), err
	})
}

// OfTeam names a team in the path.
type OfTeam struct {
	Team string `path:"team" doc:"The id of a team, or default."`
}

func (a *API) routingPolicy(ctx context.Context, in *OfTeam) (*Versioned[RoutingPolicy], error) {
	return view(ctx, a, func(tx *db.Tx) (*Versioned[RoutingPolicy], error) {
		s, err := routing.PolicyOf(tx, teamOf(in.Team))
		return versioned(s.Version, routingPolicy(s)), err
	})
}

type setRoutingPolicy struct {
	OfTeam
	Match
	Body RoutingPolicy
}

func (a *API) setRoutingPolicy(ctx context.Context, in *setRoutingPolicy) (*Versioned[RoutingPolicy], error) {
	return change(ctx, a, in.Match, func(tx *db.Tx) (int64, error) {
		s, err := routing.PolicyOf(tx, teamOf(in.Team))
		return s.Version, err
	}, func(tx *db.Tx, version int64) (*Versioned[RoutingPolicy], error) {
		p, err := in.Body.policy()
		if err != nil {
			return nil, err
		}
		s, err := routing.SetPolicy(tx, teamOf(in.Team), p, version)
		return versioned(s.Version, routingPolicy(s)), err
	})
}

func (a *API) removeRoutingPolicy(ctx context.Context, in *OfTeam) (*struct{}, error) {
	return update(ctx, a, func(tx *db.Tx) (*struct{}, error) { return nil, routing.RemovePolicy(tx, teamOf(in.Team)) })
}

// Presence is how an agent is here.
type Presence struct {
	User    string     `json:"user" readOnly:"true"`
	Name    string     `json:"name,omitempty" readOnly:"true"`
	State   string     `json:"state" enum:"available,busy,away,offline"`
	Since   *time.Time `json:"since,omitempty" readOnly:"true"`
	OnShift bool       `json:"on_shift" readOnly:"true" doc:"True for who is on no shift at all."`
}

func presence(p routing.Presence) Presence {
	return Presence{p.User, p.Name, string(p.State), instant(p.Since), p.OnShift}
}

func (a *API) presences(ctx context.Context, _ *struct{}) (*Answer[List[Presence]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[Presence]], error) {
		all, err := a.Router.Present(tx)
		var items []Presence
		for _, p := range all {
			items = append(items, presence(p))
		}
		return list(items, ""), err
	})
}

type setPresence struct {
	OfUser
	Body struct {
		State string `json:"state" enum:"available,busy,away"`
	}
}

// OfUser names an agent in the path.
type OfUser struct {
	User string `path:"user" doc:"The id of an agent."`
}

func (a *API) setPresence(ctx context.Context, in *setPresence) (*Answer[Presence], error) {
	return update(ctx, a, func(tx *db.Tx) (*Answer[Presence], error) {
		if err := routing.SetPresence(tx, in.User, routing.State(in.Body.State)); err != nil {
			return nil, err
		}
		p, err := a.Router.PresenceOf(tx, in.User)
		return &Answer[Presence]{presence(p)}, err
	})
}

// Shift is when some agents work, week by week.
type Shift struct {
	ID      string        `json:"id,omitempty" readOnly:"true"`
	Name    string        `json:"name"`
	Zone    string        `json:"zone" doc:"IANA, such as Europe/Berlin."`
	Week    calendar.Week `json:"week" doc:"Periods of each day; one that closes before it opens closes on the next day."`
	Members []string      `json:"members" nullable:"false" doc:"Ids of agents."`
	Version int64         `json:"version,omitempty" readOnly:"true"`
}
