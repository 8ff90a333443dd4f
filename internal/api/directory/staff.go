package directory

import (
	"context"

	"muster/internal/api/rest"
	"muster/internal/db"
	"muster/internal/people"
)

// User is an agent.
type User struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Email   string   `json:"email"`
	Role    string   `json:"role"`
	Active  bool     `json:"active"`
	Orgs    []string `json:"organisations,omitempty" doc:"Ids of those whose tickets alone the agent sees; none: all."`
	Locale  string   `json:"locale,omitempty" doc:"Empty: the workspace's."`
	Zone    string   `json:"zone,omitempty" doc:"Empty: the workspace's."`
	Version int64    `json:"version" doc:"As in the ETag."`
}

func user(u people.User) User {
	return User{u.ID, u.Name, u.Email, u.Role, u.Active, u.Organisations, u.Locale, u.Zone, u.Version}
}

func (a *API) users(ctx context.Context, _ *struct{}) (*rest.Page[User], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[User], error) {
		all, err := people.Users(tx)
		return rest.ListAs(all, "", user), err
	})
}

func (a *API) user(ctx context.Context, in *rest.Identified) (*rest.Versioned[User], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Versioned[User], error) {
		u, err := people.FindUser(tx, in.ID)
		return rest.VersionedOf(u.Version, user(u)), err
	})
}

type changeUser struct {
	rest.Identified
	rest.Match
	Body struct {
		Name   *string   `json:"name,omitempty"`
		Email  *string   `json:"email,omitempty" doc:"Another one ends the agent's sessions."`
		Role   *string   `json:"role,omitempty" doc:"Id or name. Nobody can give or change a role with rights that they lack."`
		Active *bool     `json:"active,omitempty" doc:"False ends the agent's sessions and keeps what the agent did."`
		Orgs   *[]string `json:"organisations,omitempty" maxItems:"200" doc:"Ids of those whose tickets alone the agent sees; empty: all. An administrator sees all."`
		Locale *string   `json:"locale,omitempty"`
		Zone   *string   `json:"zone,omitempty"`
	}
}

func (a *API) changeUser(ctx context.Context, in *changeUser) (*rest.Versioned[User], error) {
	b := in.Body
	return rest.Change(ctx, a.DB, in.Match, func(tx *db.Tx) (int64, error) {
		u, err := people.FindUser(tx, in.ID)
		return u.Version, err
	}, func(tx *db.Tx, version int64) (*rest.Versioned[User], error) {
		if b.Orgs != nil && len(*b.Orgs) == 0 {
			b.Orgs = new([]string)
		}
		u, err := people.ChangeUser(tx, in.ID, people.UserChange{Name: b.Name, Email: b.Email, Role: b.Role, Active: b.Active, Organisations: b.Orgs,
			Locale: b.Locale, Zone: b.Zone, Version: version})
		return rest.VersionedOf(u.Version, user(u)), err
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

func versionedTeam(t people.Team) *rest.Versioned[Team] { return rest.VersionedOf(t.Version, team(t)) }

func (a *API) teams(ctx context.Context, _ *struct{}) (*rest.Page[Team], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Team], error) {
		all, err := people.Teams(tx)
		return rest.ListAs(all, "", team), err
	})
}

type newTeam struct {
	rest.Once
	Body Team
}

func (a *API) addTeam(ctx context.Context, in *newTeam) (*rest.Answer[Team], error) {
	return rest.UpdateOnce(ctx, a.DB, in.Once, in.Body, func(tx *db.Tx) (*rest.Answer[Team], error) {
		t, err := people.AddTeam(tx, in.Body.Name)
		if err != nil {
			return nil, err
		}
		t, err = people.ChangeTeam(tx, t.ID, people.TeamChange{Members: &in.Body.Members})
		return rest.AnswerOf(team(t)), err
	})
}

func (a *API) team(ctx context.Context, in *rest.Identified) (*rest.Versioned[Team], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Versioned[Team], error) {
		t, err := people.FindTeam(tx, in.ID)
		return versionedTeam(t), err
	})
}

type changeTeam struct {
	rest.Identified
	rest.Match
	Body struct {
		Name    *string   `json:"name,omitempty"`
		Members *[]string `json:"members,omitempty" maxItems:"1000" doc:"Ids of all who are to be in it."`
	}
}

func (a *API) changeTeam(ctx context.Context, in *changeTeam) (*rest.Versioned[Team], error) {
	return rest.Change(ctx, a.DB, in.Match, func(tx *db.Tx) (int64, error) {
		t, err := people.FindTeam(tx, in.ID)
		return t.Version, err
	}, func(tx *db.Tx, version int64) (*rest.Versioned[Team], error) {
		t, err := people.ChangeTeam(tx, in.ID, people.TeamChange{Name: in.Body.Name, Members: in.Body.Members, Version: version})
		return versionedTeam(t), err
	})
}
