package directory

import (
	"context"

	"muster/internal/access"
	"muster/internal/api/rest"
	"muster/internal/db"
	"muster/internal/people"
)

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

func (a *API) roles(ctx context.Context, _ *struct{}) (*rest.Page[Role], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Role], error) {
		all, err := people.Roles(tx)
		return rest.ListAs(all, "", role), err
	})
}

type newRole struct {
	rest.Once
	Body Role
}

func (a *API) addRole(ctx context.Context, in *newRole) (*rest.Answer[Role], error) {
	b := in.Body
	return rest.UpdateOnce(ctx, a.DB, in.Once, in.Body, func(tx *db.Tx) (*rest.Answer[Role], error) {
		if err := a.Desk.Knows(b.Kinds); err != nil {
			return nil, err
		}
		r, err := people.AddRole(tx, people.Role{Name: b.Name, Rights: b.Rights, Reach: b.Reach, Kinds: b.Kinds})
		return rest.AnswerOf(role(r)), err
	})
}

func (a *API) role(ctx context.Context, in *rest.Identified) (*rest.Versioned[Role], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Versioned[Role], error) {
		r, err := people.RoleWith(tx, in.ID)
		return rest.VersionedOf(r.Version, role(r)), err
	})
}

type changeRole struct {
	rest.Identified
	rest.Match
	Body struct {
		Name   *string         `json:"name,omitempty"`
		Rights *[]access.Right `json:"rights,omitempty" doc:"All that it is to have."`
		Reach  *access.Reach   `json:"reach,omitempty" enum:"all,teams"`
		Kinds  *[]string       `json:"kinds,omitempty" doc:"Empty: all."`
	}
}

func (a *API) changeRole(ctx context.Context, in *changeRole) (*rest.Versioned[Role], error) {
	b := in.Body
	return rest.Change(ctx, a.DB, in.Match, func(tx *db.Tx) (int64, error) {
		r, err := people.RoleWith(tx, in.ID)
		return r.Version, err
	}, func(tx *db.Tx, version int64) (*rest.Versioned[Role], error) {
		r, err := people.RoleWith(tx, in.ID)
		if err != nil {
			return nil, err
		}
		r.Version = version
		rest.Set(&r.Name, b.Name)
		rest.Set(&r.Rights, b.Rights)
		rest.Set(&r.Reach, b.Reach)
		rest.Set(&r.Kinds, b.Kinds)
		if err := a.Desk.Knows(r.Kinds); err != nil {
			return nil, err
		}
		if err := people.SaveRole(tx, r); err != nil {
			return nil, err
		}
		r, err = people.RoleWith(tx, in.ID)
		return rest.VersionedOf(r.Version, role(r)), err
	})
}

func (a *API) removeRole(ctx context.Context, in *rest.Identified) (*rest.Nothing, error) {
	return rest.Do(ctx, a.DB, func(tx *db.Tx) error { return people.RemoveRole(tx, in.ID) })
}
