package route

import (
	"context"
	"time"

	"muster/internal/api/rest"
	"muster/internal/db"
	"muster/internal/routing"
)

// Presence is how an agent is here.
type Presence struct {
	User    string     `json:"user" readOnly:"true"`
	Name    string     `json:"name,omitempty" readOnly:"true"`
	State   string     `json:"state" enum:"available,busy,away,offline"`
	Since   *time.Time `json:"since,omitempty" readOnly:"true"`
	OnShift bool       `json:"on_shift" readOnly:"true" doc:"True for who is on no shift at all."`
}

func presence(p routing.Presence) Presence {
	return Presence{p.User, p.Name, string(p.State), rest.Instant(p.Since), p.OnShift}
}

func (a *API) presences(ctx context.Context, _ *struct{}) (*rest.Page[Presence], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Presence], error) {
		all, err := a.Router.Present(tx)
		return rest.ListAs(all, "", presence), err
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

func (a *API) setPresence(ctx context.Context, in *setPresence) (*rest.Answer[Presence], error) {
	return rest.Update(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[Presence], error) {
		if err := routing.SetPresence(tx, in.User, routing.State(in.Body.State)); err != nil {
			return nil, err
		}
		p, err := a.Router.PresenceOf(tx, in.User)
		return rest.AnswerOf(presence(p)), err
	})
}
