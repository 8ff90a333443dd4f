package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/db"
	"muster/internal/people"
)

func (a *API) staffRoutes(h huma.API) {
	huma.Register(h, op("GET", "/users", "users", "People", "List agents", 200), a.users)
	huma.Register(h, op("GET", "/users/{id}", "user", "People", "Read an agent", 200), a.user)
	huma.Register(h, op("PATCH", "/users/{id}", "changeUser", "People", "Change an agent, or have one sign in no more", 200), a.changeUser)
	huma.Register(h, op("GET", "/teams", "teams", "People", "List teams", 200), a.teams)
	huma.Register(h, op("POST", "/teams", "addTeam", "People", "Add a team", 201), a.addTeam)
	huma.Register(h, op("GET", "/teams/{id}", "team", "People", "Read a team", 200), a.team)
	huma.Register(h, op("PATCH", "/teams/{id}", "changeTeam", "People", "Rename a team, or say who is in it", 200), a.changeTeam)
}

// User is an agent.
type User struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Email   string `json:"email"`
	Role    string `json:"role"`
	Active  bool   `json:"active"`
	Locale  string `json:"locale,omitempty" doc:"Empty: the workspace's."`
	Zone    string `json:"zone,omitempty" doc:"Empty: the workspace's."`
	Version int64  `json:"version" doc:"As in the ETag."`
}

func user(u people.User) User {
	return User{u.ID, u.Name, u.Email, u.Role, u.Active, u.Locale, u.Zone, u.Version}
}

func (a *API) users(ctx context.Context, _ *struct{}) (*Answer[List[User]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[User]], error) {
		all, err := people.Users(tx)
		var items []User
		for _, u := range all {
			items = append(items, user(u))
		}
		return list(items, ""), err
	})
}

func (a *API) user(ctx context.Context, in *Identified) (*Versioned[User], error) {
	return view(ctx, a, func(tx *db.Tx) (*Versioned[User], error) {
		u, err := people.FindUser(tx, in.ID)
		return versioned(u.Version, user(u)), err
	})
}

type changeUser struct {
	Identified
	Match
	Body struct {
		Name   *string `json:"name,omitempty"`
		Email  *string `json:"email,omitempty" doc:"Another one ends the agent's sessions."`
		Role   *string `json:"role,omitempty" doc:"Id or name. Nobody can give or change a role with rights that they lack."`
		Active *bool   `json:"active,omitempty" doc:"False ends the agent's sessions and keeps what the agent did."`
		Locale *string `json:"locale,omitempty"`
		Zone   *string `json:"zone,omitempty"`
	}
}

func (a *API) changeUser(ctx context.Context, in *changeUser) (*Versioned[User], error) {
	b := in.Body
	return change(ctx, a, in.Match, func(tx *db.Tx) (int64, error) {
		u, err := people.FindUser(tx, in.ID)
		return u.Version, err
	}, func(tx *db.Tx, version int64) (*Versioned[User], error) {
		u, err := people.ChangeUser(tx, in.ID, people.UserChange{Name: b.Name, Email: b.Email, Role: b.Role, Active: b.Active,
			Locale: b.Locale, Zone: b.Zone, Version: version})
		return versioned(u.Version, user(u)), err
	})
}

// Team is a group of agents.
type Team struct {
	ID      string   `json:"id,omitempty" readOnly:"true"`
	Name    string   `json:"name"`
	Members []string `json:"members,omitempty" doc:"Ids of agents."`
	Version int64    `json:"version,omitempty" readOnly:"true" doc:"As in the ETag."`
}

func team(t people.Team) Team { return Team{t.ID, t.Name, t.Members, t.Version} }

func versionedTeam(t people.Team) *Versioned[Team] { return versioned(t.Version, team(t)) }

func (a *API) teams(ctx context.Context, _ *struct{}) (*Answer[List[Team]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[Team]], error) {
		all, err := people.Teams(tx)
		var items []Team
		for _, t := range all {
			items = append(items, team(t))
		}
		return list(items, ""), err
	})
}

type newTeam struct {
	Once
	Body Team
}

func (a *API) addTeam(ctx context.Context, in *newTeam) (*Answer[Team], error) {
	return once(ctx, a, in.Once, in.Body, func(tx *db.Tx) (*Answer[Team], error) {
		t, err := people.AddTeam(tx, in.Body.Name)
		if err != nil {
			return nil, err
		}
		t, err = people.ChangeTeam(tx, t.ID, people.TeamChange{Members: &in.Body.Members})
		return &Answer[Team]{team(t)}, err
	})
}

func (a *API) team(ctx context.Context, in *Identified) (*Versioned[Team], error) {
	return view(ctx, a, func(tx *db.Tx) (*Versioned[Team], error) {
		t, err := people.FindTeam(tx, in.ID)
		return versionedTeam(t), err
	})
}

type changeTeam struct {
	Identified
	Match
	Body struct {
		Name    *string   `json:"name,omitempty"`
		Members *[]string `json:"members,omitempty" maxItems:"1000" doc:"Ids of all who are to be in it."`
	}
}

func (a *API) changeTeam(ctx context.Context, in *changeTeam) (*Versioned[Team], error) {
	return change(ctx, a, in.Match, func(tx *db.Tx) (int64, error) {
		t, err := people.FindTeam(tx, in.ID)
		return t.Version, err
	}, func(tx *db.Tx, version int64) (*Versioned[Team], error) {
		t, err := people.ChangeTeam(tx, in.ID, people.TeamChange{Name: in.Body.Name, Members: in.Body.Members, Version: version})
		return versionedTeam(t), err
	})
}
