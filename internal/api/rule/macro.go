package rule

import (
	"context"

	"muster/internal/api/rest"
	"muster/internal/automation"
	"muster/internal/db"
	"muster/internal/template"
)

// Macro is actions that an agent does at once, by a name.
type Macro struct {
	ID      string       `json:"id,omitempty" readOnly:"true"`
	Name    string       `json:"name"`
	Actions []RuleAction `json:"actions" doc:"What is done, in order. Assigning the user “me” means who runs the macro."`
	Teams   []string     `json:"teams,omitempty" doc:"Ids: offered to their members. No teams and no roles: to all."`
	Roles   []string     `json:"roles,omitempty" doc:"Ids: offered to who has them."`
	Version int64        `json:"version,omitempty" readOnly:"true" doc:"As in the ETag."`
}

func wireMacro(m automation.Macro) Macro {
	return Macro{m.ID, m.Name, wireActions(m.Actions), m.For.Teams, m.For.Roles, m.Version}
}

func (a *API) macros(ctx context.Context, _ *struct{}) (*rest.Page[Macro], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Macro], error) {
		all, err := automation.Macros(tx)
		return rest.ListAs(all, "", wireMacro), err
	})
}

type newMacro struct {
	rest.Once
	Body Macro
}

func (a *API) addMacro(ctx context.Context, in *newMacro) (*rest.Answer[Macro], error) {
	b := in.Body
	return rest.UpdateOnce(ctx, a.DB, in.Once, b, func(tx *db.Tx) (*rest.Answer[Macro], error) {
		m, err := a.Clerk.SaveMacro(tx, automation.Macro{Name: b.Name, Actions: actionsOf(b.Actions), For: template.Group{Teams: b.Teams, Roles: b.Roles}})
		return rest.AnswerOf(wireMacro(m)), err
	})
}

func (a *API) macro(ctx context.Context, in *rest.Identified) (*rest.Versioned[Macro], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Versioned[Macro], error) {
		m, err := automation.FindMacro(tx, in.ID)
		return rest.VersionedOf(m.Version, wireMacro(m)), err
	})
}

type changeMacro struct {
	rest.Identified
	rest.Match
	Body struct {
		Name    *string       `json:"name,omitempty"`
		Actions *[]RuleAction `json:"actions,omitempty"`
		Teams   *[]string     `json:"teams,omitempty"`
		Roles   *[]string     `json:"roles,omitempty"`
	}
}

func (a *API) changeMacro(ctx context.Context, in *changeMacro) (*rest.Versioned[Macro], error) {
	b := in.Body
	return rest.Change(ctx, a.DB, in.Match, func(tx *db.Tx) (int64, error) {
		m, err := automation.FindMacro(tx, in.ID)
		return m.Version, err
	}, func(tx *db.Tx, version int64) (*rest.Versioned[Macro], error) {
		m, err := automation.FindMacro(tx, in.ID)
		if err != nil {
			return nil, err
		}
		rest.Set(&m.Name, b.Name)
		rest.Set(&m.For.Teams, b.Teams)
		rest.Set(&m.For.Roles, b.Roles)
		if b.Actions != nil {
			m.Actions = actionsOf(*b.Actions)
		}
		m.Version = version
		m, err = a.Clerk.SaveMacro(tx, m)
		return rest.VersionedOf(m.Version, wireMacro(m)), err
	})
}

func (a *API) removeMacro(ctx context.Context, in *rest.Identified) (*rest.Nothing, error) {
	return rest.Do(ctx, a.DB, func(tx *db.Tx) error { return automation.RemoveMacro(tx, in.ID) })
}

type runMacro struct {
	rest.Identified
	rest.Once
	Body struct {
		Ticket int64 `json:"ticket" doc:"The number."`
	}
}

func (a *API) runMacro(ctx context.Context, in *runMacro) (*rest.Answer[Macro], error) {
	return rest.UpdateOnce(ctx, a.DB, in.Once, in.Body, func(tx *db.Tx) (*rest.Answer[Macro], error) {
		m, err := a.Clerk.RunMacro(tx, in.Body.Ticket, in.ID)
		return rest.AnswerOf(wireMacro(m)), err
	})
}
