package api

import (
	"context"

	"muster/internal/db"
	"muster/internal/routing"
)

// Skill is something that agents know.
type Skill struct {
	ID   string `json:"id,omitempty" readOnly:"true"`
	Name string `json:"name"`
}

func (a *API) skills(ctx context.Context, _ *struct{}) (*Answer[List[Skill]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[Skill]], error) {
		all, err := routing.Skills(tx)
		var items []Skill
		for _, s := range all {
			items = append(items, Skill(s))
		}
		return list(items, ""), err
	})
}

type newSkill struct {
	Once
	Body Skill
}

func (a *API) addSkill(ctx context.Context, in *newSkill) (*Answer[Skill], error) {
	return once(ctx, a, in.Once, in.Body, func(tx *db.Tx) (*Answer[Skill], error) {
		s, err := routing.AddSkill(tx, in.Body.Name)
		return &Answer[Skill]{Skill(s)}, err
	})
}

func (a *API) removeSkill(ctx context.Context, in *Identified) (*struct{}, error) {
	return update(ctx, a, func(tx *db.Tx) (*struct{}, error) { return nil, routing.RemoveSkill(tx, in.ID) })
}

// RoutingAgent is what an agent knows and carries.
type RoutingAgent struct {
	User     string         `json:"user" readOnly:"true"`
	Capacity int            `json:"capacity,omitempty" doc:"Points; 0: as the policy says."`
	Skills   map[string]int `json:"skills" nullable:"false" doc:"Levels from 1 to 4 by the id of the skill."`
}

func routingAgent(p routing.Profile) RoutingAgent {
	w := RoutingAgent{p.User, p.Capacity, p.Skills}
	if w.Skills == nil {
		w.Skills = map[string]int{}
	}
	return w
}

func (a *API) routingAgents(ctx context.Context, _ *struct{}) (*Answer[List[RoutingAgent]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[RoutingAgent]], error) {
		all, err := routing.Profiles(tx)
		var items []RoutingAgent
		for _, p := range all {
			items = append(items, routingAgent(p))
		}
		return list(items, ""), err
	})
}

type setRoutingAgent struct {
	OfUser
	Body RoutingAgent
}

func (a *API) setRoutingAgent(ctx context.Context, in *setRoutingAgent) (*Answer[RoutingAgent], error) {
	return update(ctx, a, func(tx *db.Tx) (*Answer[RoutingAgent], error) {
		p, err := routing.SetProfile(tx, routing.Profile{User: in.User, Capacity: in.Body.Capacity, Skills: in.Body.Skills})
		return &Answer[RoutingAgent]{routingAgent(p)}, err
	})
}

func shift(s routing.Shift) Shift {
	w := Shift(s)
	if w.Members == nil {
		w.Members = []string{}
	}
	return w
}

func (a *API) shifts(ctx context.Context, _ *struct{}) (*Answer[List[Shift]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[Shift]], error) {
		all, err := routing.Shifts(tx)
		var items []Shift
		for _, s := range all {
			items = append(items, shift(s))
		}
		return list(items, ""), err
	})
}

type newShift struct {
	Once
	Body Shift
}

func (a *API) addShift(ctx context.Context, in *newShift) (*Answer[Shift], error) {
	return once(ctx, a, in.Once, in.Body, func(tx *db.Tx) (*Answer[Shift], error) {
		made := routing.Shift(in.Body)
		made.ID, made.Version = "", 0
		s, err := routing.SetShift(tx, made)
		return &Answer[Shift]{shift(s)}, err
	})
}

type setShift struct {
	Identified
	Match
	Body Shift
}

func (a *API) setShift(ctx context.Context, in *setShift) (*Versioned[Shift], error) {
	return change(ctx, a, in.Match, func(tx *db.Tx) (int64, error) {
		s, err := routing.FindShift(tx, in.ID)
		return s.Version, err
	}, func(tx *db.Tx, version int64) (*Versioned[Shift], error) {
		made := routing.Shift(in.Body)
		made.ID, made.Version = in.ID, version
		s, err := routing.SetShift(tx, made)
		return versioned(s.Version, shift(s)), err
	})
}

func (a *API) removeShift(ctx context.Context, in *Identified) (*struct{}, error) {
	return update(ctx, a, func(tx *db.Tx) (*struct{}, error) { return nil, routing.RemoveShift(tx, in.ID) })
}
