package people

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"muster/internal/access"
	"muster/internal/db"
)

// sessionCodec stores a session's values, which are texts, as JSON.
type sessionCodec struct{}

type sessionData struct {
	Deadline time.Time      `json:"deadline"`
	Values   map[string]any `json:"values,omitempty"`
}

func (sessionCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	return json.Marshal(sessionData{deadline, values})
}

func (sessionCodec) Decode(b []byte) (time.Time, map[string]any, error) {
	d := sessionData{Values: map[string]any{}}
	err := json.Unmarshal(b, &d)
	return d.Deadline, d.Values, err
}

// sessionStore keeps sessions in the database. Tokens come to it hashed.
type sessionStore struct{ db *db.DB }

var errNoContext = errors.New("people: a session needs its request's context")

func (sessionStore) Find(string) ([]byte, bool, error)      { return nil, false, errNoContext }
func (sessionStore) Commit(string, []byte, time.Time) error { return errNoContext }
func (sessionStore) Delete(string) error                    { return errNoContext }

// FindCtx reads a session with its user, and notes both for the request.
func (s sessionStore) FindCtx(ctx context.Context, key string) ([]byte, bool, error) {
	v := visitOf(ctx)
	if v == nil {
		return nil, false, errNoContext
	}
	workspace := access.From(ctx).Workspace
	found, ok, err := readSession(ctx, s.db, workspace, key)
	if err != nil || !ok {
		return nil, false, err
	}
	*v = found
	return []byte(v.data), true, nil
}

// CommitCtx stores a session: a new one, or one that has changed or was in use
// for a while. One that has been ended meanwhile stays so.
func (s sessionStore) CommitCtx(ctx context.Context, key string, b []byte, expires time.Time) error {
	v, workspace := visitOf(ctx), access.From(ctx).Workspace
	ctx = context.WithoutCancel(ctx) // the client may have gone
	switch {
	case v == nil:
		return errNoContext
	case v.user.ID == "":
		return nil
	case v.key != key:
		return insertSession(ctx, s.db, workspace, key, v.user, string(b), expires)
	case v.data != string(b) || expires.Sub(v.expires) >= exactness:
		if err := updateSession(ctx, s.db, workspace, key, string(b), expires); err != nil {
			slog.Warn("the use of a session was not noted", "err", err) // the page is shown all the same
		}
	}
	return nil
}

// DeleteCtx ends a session.
func (s sessionStore) DeleteCtx(ctx context.Context, key string) error {
	return deleteSession(context.WithoutCancel(ctx), s.db, access.From(ctx).Workspace, key)
}
