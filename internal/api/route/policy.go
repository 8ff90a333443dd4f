package route

import (
	"context"
	"maps"
	"slices"

	"muster/internal/api/rest"
	"muster/internal/db"
	"muster/internal/routing"
	"muster/internal/ticket"
)

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
	Skill     string `json:"skill" doc:"The id, as GET /routing/skills answers."`
	Level     int    `json:"level" minimum:"1" maximum:"4"`
	Preferred bool   `json:"preferred,omitempty" doc:"It gives way at once when nobody has it; else it is required."`
}

const byDefault = "default"

// Team is the team that a client names, by id or as default.
func Team(s string) string {
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

// Kept is what was sent, as the desk keeps it.
func (p RoutingPolicy) Kept() (routing.Policy, error) {
	made := routing.Policy{Mode: routing.Mode(p.Mode), Capacity: p.Capacity, Absent: p.Absent, Busy: p.Busy, OffShift: p.OffShift,
		Relax: p.Relax, Grace: p.Grace, ByHand: p.ByHand, Handover: p.Handover}
	if p.Away != "keep" {
		made.Away = routing.Away(p.Away)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Weights)) {
		n, err := ticket.ParsePriority(name)
		if err != nil {
			return made, rest.Renamed(err, "priority", "weights")
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
			return made, rest.Renamed(err, "priority", "routes")
		}
		made.When.Priorities = append(made.When.Priorities, int(n))
	}
	for _, n := range r.Needs {
		made.Needs = append(made.Needs, routing.Need{Skill: n.Skill, Level: n.Level, Preferred: n.Preferred})
	}
	return made, nil
}

func (a *API) routingPolicies(ctx context.Context, _ *struct{}) (*rest.Page[RoutingPolicy], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[RoutingPolicy], error) {
		all, err := routing.Policies(tx)
		return rest.ListAs(all, "", routingPolicy), err
	})
}

// OfTeam names a team in the path.
type OfTeam struct {
	Team string `path:"team" doc:"The id of a team, or default."`
}

func (a *API) routingPolicy(ctx context.Context, in *OfTeam) (*rest.Versioned[RoutingPolicy], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Versioned[RoutingPolicy], error) {
		s, err := routing.PolicyOf(tx, Team(in.Team))
		return rest.VersionedOf(s.Version, routingPolicy(s)), err
	})
}

type setRoutingPolicy struct {
	OfTeam
	rest.Match
	Body RoutingPolicy
}

func (a *API) setRoutingPolicy(ctx context.Context, in *setRoutingPolicy) (*rest.Versioned[RoutingPolicy], error) {
	return rest.Change(ctx, a.DB, in.Match, func(tx *db.Tx) (int64, error) {
		s, err := routing.PolicyOf(tx, Team(in.Team))
		return s.Version, err
	}, func(tx *db.Tx, version int64) (*rest.Versioned[RoutingPolicy], error) {
		p, err := in.Body.Kept()
		if err != nil {
			return nil, err
		}
		s, err := routing.SetPolicy(tx, Team(in.Team), p, version)
		return rest.VersionedOf(s.Version, routingPolicy(s)), rest.Renamed(err, "grace", "grace_minutes", "relax", "relax_minutes")
	})
}

func (a *API) removeRoutingPolicy(ctx context.Context, in *OfTeam) (*rest.Nothing, error) {
	return rest.Do(ctx, a.DB, func(tx *db.Tx) error { return routing.RemovePolicy(tx, Team(in.Team)) })
}
