package workspace

import (
	"context"
	"net"
	"net/http"
	"regexp"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/memory"
)

// ByHost returns the workspace that a request's host chooses: the one with
// that name, else the one without. A port does not count. It runs before there
// is an actor.
func ByHost(ctx context.Context, d *db.DB, host string) (Workspace, error) {
	w, err := byHost(ctx, d, hostOf(host))
	if db.Missing(err) {
		return Workspace{}, fault.New(fault.NotFound, "No workspace answers at %q. Check the address.", hostOf(host))
	}
	return w, err
}

// hostOf returns the name in a Host header: lower case, without port, brackets and final dot.
func hostOf(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

func checkHost(host string) (string, error) {
	given := strings.TrimSpace(host)
	host = hostOf(given)
	if host == "" && given == "" || !strings.Contains(given, "/") && len(host) <= 253 && regexp.MustCompile(`^[a-z0-9_:-]+(\.[a-z0-9_-]+)*$`).MatchString(host) {
		return host, nil
	}
	return "", fault.Field("host", "%.100q is no host name; write it like desk.example.com.", given)
}

const (
	cachedFor   = 3 * time.Second
	cachedHosts = 1000
)

// Hosts finds workspaces by host and remembers them for a few seconds, since every request asks.
type Hosts struct {
	db    *db.DB
	known *memory.Of[string, Workspace]
}

// NewHosts returns an empty cache over d.
func NewHosts(d *db.DB) *Hosts {
	return &Hosts{db: d, known: memory.New[string, Workspace](cachedFor, cachedHosts)}
}

// Find is ByHost, at most a few seconds out of date.
func (h *Hosts) Find(ctx context.Context, host string) (Workspace, error) {
	host = hostOf(host)
	return h.known.Get(host, func() (Workspace, bool, error) {
		w, err := ByHost(ctx, h.db, host)
		return w, true, err
	})
}

// Middleware finds the workspace of each request and puts it in its context,
// acting as nobody until somebody signs in. What cannot be found is handed to refuse.
func (h *Hosts) Middleware(next http.Handler, refuse func(http.ResponseWriter, *http.Request, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		found, err := h.Find(r.Context(), r.Host)
		if err != nil {
			refuse(w, r, err)
			return
		}
		ctx := access.With(With(r.Context(), found), access.Nobody(found.ID))
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

type key struct{}

// With returns a context of a request to w.
func With(ctx context.Context, w Workspace) context.Context { return context.WithValue(ctx, key{}, w) }

// From returns the context's workspace: the zero value if there is none.
func From(ctx context.Context) Workspace { w, _ := ctx.Value(key{}).(Workspace); return w }
