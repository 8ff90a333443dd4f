package route

import (
	"context"

	"muster/internal/api/rest"
	"muster/internal/db"
	"muster/internal/routing"
)

// Skill is something that agents know.
type Skill struct {
	ID   string `json:"id,omitempty" readOnly:"true"`
	Name string `json:"name"`
}

func skill(s routing.Skill) Skill { return Skill(s) }

func (a *API) skills(ctx context.Context, _ *struct{}) (*rest.Page[Skill], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Skill], error) {
		all, err := routing.Skills(tx)
		return rest.ListAs(all, "", skill), err
	})
}

type newSkill struct {
	rest.Once
	Body Skill
}

func (a *API) addSkill(ctx context.Context, in *newSkill) (*rest.Answer[Skill], error) {
	return rest.UpdateOnce(ctx, a.DB, in.Once, in.Body, func(tx *db.Tx) (*rest.Answer[Skill], error) {
		s, err := routing.AddSkill(tx, in.Body.Name)
		return rest.AnswerOf(skill(s)), err
	})
}

func (a *API) removeSkill(ctx context.Context, in *rest.Identified) (*rest.Nothing, error) {
	return rest.Do(ctx, a.DB, func(tx *db.Tx) error { return routing.RemoveSkill(tx, in.ID) })
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

func (a *API) routingAgents(ctx context.Context, _ *struct{}) (*rest.Page[RoutingAgent], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[RoutingAgent], error) {
		all, err := routing.Profiles(tx)
		return rest.ListAs(all, "", routingAgent), err
	})
}

type setRoutingAgent struct {
	OfUser
	Body RoutingAgent
}

func (a *API) setRoutingAgent(ctx context.Context, in *setRoutingAgent) (*rest.Answer[RoutingAgent], error) {
	return rest.Update(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[RoutingAgent], error) {
		p, err := routing.SetProfile(tx, routing.Profile{User: in.User, Capacity: in.Body.Capacity, Skills: in.Body.Skills})
		return rest.AnswerOf(routingAgent(p)), err
	})
}
