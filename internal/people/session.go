package people

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"muster/internal/access"
	"muster/internal/db"
)

const (
	idleFor   = 12 * time.Hour      // a session that is not used ends
	lastsFor  = 14 * 24 * time.Hour // any session ends
	exactness = 15 * time.Minute    // the use of a session is written down no more often
)

// Sessions keeps who has signed in with a browser. A cookie holds a random
// token, of which the database has only the SHA-256.
type Sessions struct {
	db      *db.DB
	gate    *Gate
	manager *scs.SessionManager
}

// NewSessions returns the sessions in d. The cookie is for https alone if secure.
func NewSessions(d *db.DB, gate *Gate, secure bool) *Sessions {
	s := &Sessions{db: d, gate: gate}
	name := "muster"
	if secure {
		name = "__Host-muster" // which a browser takes only from this very host
	}
	s.manager = &scs.SessionManager{
		IdleTimeout: idleFor, Lifetime: lastsFor, Store: sessionStore{d}, Codec: sessionCodec{}, HashTokenInStore: true,
		Cookie: scs.SessionCookie{Name: name, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure, Persist: true},
	}
	return s
}

// visit is what a request knows of its session. It is filled when the session is read.
type visit struct {
	key     string // of the stored session; empty: there is none
	data    string
	expires time.Time
	user    User
	actor   access.Actor
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit { v, _ := ctx.Value(visitKey{}).(*visit); return v }

// Middleware reads a request's session, with one query, and lets the signed-in
// user act in the request's context. The workspace must be there before. What
// goes wrong is handed to refuse.
func (s *Sessions) Middleware(next http.Handler, refuse func(http.ResponseWriter, *http.Request, error)) http.Handler {
	s.manager.ErrorFunc = refuse
	inner := s.manager.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if v := visitOf(r.Context()); v.key != "" {
			r = r.WithContext(access.With(r.Context(), v.actor))
		}
		next.ServeHTTP(w, r)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inner.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), visitKey{}, new(visit))))
	})
}

// SignedIn returns the user whose request ctx is of, as read when it came in.
func SignedIn(ctx context.Context) (User, bool) {
	v := visitOf(ctx)
	if v == nil || v.user.ID == "" {
		return User{}, false
	}
	return v.user, true
}

// UserSignedIn says that a user began a session.
type UserSignedIn struct{ ID string }

func (UserSignedIn) EventName() string         { return "user.signed_in" }
func (e UserSignedIn) About() (string, string) { return "user", e.ID }

// SignIn begins a session in the request that ctx is of: with a new token, so
// that one planted before is worth nothing. The remote address is the client's.
func (s *Sessions) SignIn(ctx context.Context, email, password, remote string) (User, error) {
	v := visitOf(ctx)
	if v == nil {
		return User{}, errors.New("sign in outside of Sessions.Middleware")
	}
	workspace := access.From(ctx).Workspace
	u, err := s.gate.Check(ctx, workspace, email, password, remote)
	if err != nil {
		return User{}, err
	}
	a := access.System(workspace)
	a.ID, a.Name, a.Kind = u.ID, u.Name, access.Human
	err = s.db.Update(access.With(ctx, a), func(tx *db.Tx) error { tx.Emit(UserSignedIn{u.ID}); return nil })
	if err != nil {
		return User{}, err
	}
	if err := s.manager.Clear(ctx); err != nil {
		return User{}, err
	}
	if err := s.manager.RenewToken(ctx); err != nil {
		return User{}, err
	}
	v.user = u
	return u, nil
}

// SignOut ends the session of the request that ctx is of.
func (s *Sessions) SignOut(ctx context.Context) error {
	if v := visitOf(ctx); v != nil {
		v.user = User{}
	}
	return s.manager.Destroy(ctx)
}

// Put keeps a text in the session for a later request. It does nothing for who has not signed in.
func (s *Sessions) Put(ctx context.Context, key, value string) {
	if _, ok := SignedIn(ctx); ok {
		s.manager.Put(ctx, key, value)
	}
}

// Pop returns a text that was put into the session and takes it out; empty if there is none.
func (s *Sessions) Pop(ctx context.Context, key string) string {
	if !s.manager.Exists(ctx, key) {
		return ""
	}
	return s.manager.PopString(ctx, key)
}
