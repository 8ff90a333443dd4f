package directory

import (
	"context"

	"muster/internal/access"
	"muster/internal/api/rest"
)

// Me is who a token is.
type Me struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Role   string   `json:"role"`
	Rights []string `json:"rights"`
}

func (a *API) me(ctx context.Context, _ *struct{}) (*rest.Answer[Me], error) {
	actor := access.From(ctx)
	me := Me{actor.ID, actor.Name, actor.Role, []string{}}
	for _, r := range actor.Rights {
		me.Rights = append(me.Rights, string(r))
	}
	return rest.AnswerOf(me), nil
}
