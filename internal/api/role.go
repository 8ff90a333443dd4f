package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/people"
)

func (a *API) roleRoutes(h huma.API) {
	huma.Register(h, op("GET", "/roles", "roles", "People", "List roles", 200), a.roles)
	huma.Register(h, op("POST", "/roles", "addRole", "People", "Add a role", 201), a.addRole)
	huma.Register(h, op("GET", "/roles/{id}", "role", "People", "Read a role", 200), a.role)
	huma.Register(h, op("PATCH", "/roles/{id}", "changeRole", "People", "Change what a role may do and see", 200), a.changeRole)
	huma.Register(h, op("DELETE", "/roles/{id}", "removeRole", "People", "Remove a role that nobody has", 204), a.removeRole)
}

// Role is a named set of rights.
type Role struct {
	ID      string         `json:"id,omitempty" readOnly:"true" doc:"As on the command line: customer-support."`
	Name    string         `json:"name"`
	Rights  []access.Right `json:"rights,omitempty" doc:"What it may do: tickets.read and the like. Nobody can give a right that they lack."`
	Reach   access.Reach   `json:"reach,omitempty" enum:"all,teams" doc:"Which tickets it sees: all, or those of the agent's teams. Empty: all."`
	Kinds   []string       `json:"kinds,omitempty" doc:"The kinds of tickets that it sees. Empty: all."`
	Version int64          `json:"version,omitempty" readOnly:"true" doc:"As in the ETag."`
}

func role(r people.Role) Role { return Role{r.ID, r.Name, r.Rights, r.Reach, r.Kinds, r.Version} }

func (a *API) roles(ctx context.Context, _ *struct{}) (*Answer[List[Role]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[Role]], error) {
		all, err := people.Roles(tx)
		var items []Role
		for _, r := range all {
			items = append(items, role(r))
		}
		return list(items, ""), err
	})
}

type newRole struct {
	Once
	Body Role
}

func (a *API) addRole(ctx context.Context, in *newRole) (*Answer[Role], error) {
	b := in.Body
	return once(ctx, a, in.Once, in.Body, func(tx *db.Tx) (*Answer[Role], error) {
		if err := a.Desk.Knows(b.Kinds); err != nil {
			return nil, err
		}
		r, err := people.AddRole(tx, people.Role{Name: b.Name, Rights: b.Rights, Reach: b.Reach, Kinds: b.Kinds})
		return &Answer[Role]{role(r)}, err
	})
}

func (a *API) role(ctx context.Context, in *Identified) (*Versioned[Role], error) {
	return view(ctx, a, func(tx *db.Tx) (*Versioned[Role], error) {
		r, err := people.RoleWith(tx, in.ID)
		return versioned(r.Version, role(r)), err
	})
}

type changeRole struct {
	Identified
	Match
	Body struct {
		Name   *string         `json:"name,omitempty"`
		Rights *[]access.Right `json:"rights,omitempty" doc:"All that it is to have."`
		Reach  *access.Reach   `json:"reach,omitempty" enum:"all,teams"`
		Kinds  *[]string       `json:"kinds,omitempty" doc:"Empty: all."`
	}
}

func (a *API) changeRole(ctx context.Context, in *changeRole) (*Versioned[Role], error) {
	b := in.Body
	return change(ctx, a, in.Match, func(tx *db.Tx) (int64, error) {
		r, err := people.RoleWith(tx, in.ID)
		return r.Version, err
	}, func(tx *db.Tx, version int64) (*Versioned[Role], error) {
		r, err := people.RoleWith(tx, in.ID)
		if err != nil {
			return nil, err
		}
		r.Version = version
		set(&r.Name, b.Name)
		set(&r.Rights, b.Rights)
		set(&r.Reach, b.Reach)
		set(&r.Kinds, b.Kinds)
		if err := a.Desk.Knows(r.Kinds); err != nil {
			return nil, err
		}
		if err := people.SaveRole(tx, r); err != nil {
			return nil, err
		}
		r, err = people.RoleWith(tx, in.ID)
		return versioned(r.Version, role(r)), err
	})
}

func (a *API) removeRole(ctx context.Context, in *Identified) (*struct{}, error) {
	return update(ctx, a, func(tx *db.Tx) (*struct{}, error) { return nil, people.RemoveRole(tx, in.ID) })
}
