package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/automation"
	"muster/internal/db"
	"muster/internal/template"
)

func (a *API) macroRoutes(h huma.API) {
	huma.Register(h, op("GET", "/macros", "macros", "Rules", "List macros", 200), a.macros)
	huma.Register(h, op("POST", "/macros", "addMacro", "Rules", "Add a macro", 201), a.addMacro)
	huma.Register(h, op("GET", "/macros/{id}", "macro", "Rules", "Read a macro", 200), a.macro)
	huma.Register(h, op("PATCH", "/macros/{id}", "changeMacro", "Rules", "Change a macro", 200), a.changeMacro)
	huma.Register(h, op("DELETE", "/macros/{id}", "removeMacro", "Rules", "Remove a macro", 204), a.removeMacro)
	huma.Register(h, op("POST", "/macros/{id}/run", "runMacro", "Rules", "Do to a ticket what a macro says, all of it or nothing", 200), a.runMacro)
}

// Macro is actions that an agent does at once, by a name.
type Macro struct {
	ID      string       `json:"id,omitempty" readOnly:"true"`
	Name    string       `json:"name"`
	Actions []RuleAction `json:"actions" nullable:"false" doc:"Assigning the user “me” means who runs the macro."`
	Teams   []string     `json:"teams,omitempty" doc:"Ids: offered to their members. No teams and no roles: to all."`
	Roles   []string     `json:"roles,omitempty" doc:"Ids: offered to who has them."`
	Version int64        `json:"version,omitempty" readOnly:"true" doc:"As in the ETag."`
}

func wireMacro(m automation.Macro) Macro {
	return Macro{m.ID, m.Name, wireActions(m.Actions), m.For.Teams, m.For.Roles, m.Version}
}

func (a *API) macros(ctx context.Context, _ *struct{}) (*Answer[List[Macro]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[Macro]], error) {
		all, err := automation.Macros(tx)
		var items []Macro
		for _, m := range all {
			items = append(items, wireMacro(m))
		}
		return list(items, ""), err
	})
}

type newMacro struct {
	Once
	Body Macro
}

func (a *API) addMacro(ctx context.Context, in *newMacro) (*Answer[Macro], error) {
	b := in.Body
	return once(ctx, a, in.Once, b, func(tx *db.Tx) (*Answer[Macro], error) {
		m, err := a.Clerk.SaveMacro(tx, automation.Macro{Name: b.Name, Actions: actionsOf(b.Actions), For: template.Group{Teams: b.Teams, Roles: b.Roles}})
		return &Answer[Macro]{wireMacro(m)}, err
	})
}

func (a *API) macro(ctx context.Context, in *Identified) (*Versioned[Macro], error) {
	return view(ctx, a, func(tx *db.Tx) (*Versioned[Macro], error) {
		m, err := automation.FindMacro(tx, in.ID)
		return versioned(m.Version, wireMacro(m)), err
	})
}

type changeMacro struct {
	Identified
	Match
	Body struct {
		Name    *string       `json:"name,omitempty"`
		Actions *[]RuleAction `json:"actions,omitempty"`
		Teams   *[]string     `json:"teams,omitempty"`
		Roles   *[]string     `json:"roles,omitempty"`
	}
}

func (a *API) changeMacro(ctx context.Context, in *changeMacro) (*Versioned[Macro], error) {
	b := in.Body
	return change(ctx, a, in.Match, func(tx *db.Tx) (int64, error) {
		m, err := automation.FindMacro(tx, in.ID)
		return m.Version, err
	}, func(tx *db.Tx, version int64) (*Versioned[Macro], error) {
		m, err := automation.FindMacro(tx, in.ID)
		if err != nil {
			return nil, err
		}
		put(&m.Name, b.Name)
		put(&m.For.Teams, b.Teams)
		put(&m.For.Roles, b.Roles)
		if b.Actions != nil {
			m.Actions = actionsOf(*b.Actions)
		}
		m.Version = version
		m, err = a.Clerk.SaveMacro(tx, m)
		return versioned(m.Version, wireMacro(m)), err
	})
}

func (a *API) removeMacro(ctx context.Context, in *Identified) (*struct{}, error) {
	return update(ctx, a, func(tx *db.Tx) (*struct{}, error) { return nil, automation.RemoveMacro(tx, in.ID) })
}

type runMacro struct {
	Identified
	Body struct {
		Ticket int64 `json:"ticket" doc:"The number."`
	}
}

func (a *API) runMacro(ctx context.Context, in *runMacro) (*Answer[Macro], error) {
	return update(ctx, a, func(tx *db.Tx) (*Answer[Macro], error) {
		m, err := a.Clerk.RunMacro(tx, in.Body.Ticket, in.ID)
		return &Answer[Macro]{wireMacro(m)}, err
	})
}
