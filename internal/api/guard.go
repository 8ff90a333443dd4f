package api

import (
	"cmp"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"golang.org/x/time/rate"

	"muster/internal/access"
	"muster/internal/fault"
	"muster/internal/people"
)

// Limits are how many requests a second are answered, with a burst of twice as many.
type Limits struct {
	PerToken   float64 // 0: 50
	PerAddress float64 // of requests without a valid token; 0: 5
	Admins     bool    // whether tokens of the admin role are throttled too: imports run with them
}

// usual fills in what is not said.
func (l Limits) usual() Limits {
	l.PerToken, l.PerAddress = cmp.Or(l.PerToken, 50), cmp.Or(l.PerAddress, 5)
	return l
}

// guard lets a request act as its token, at a bounded rate.
func guard(h huma.API, keys *people.Keyring, limits Limits) func(huma.Context, func(huma.Context)) {
	l := newLimiter(limits)
	return func(c huma.Context, next func(huma.Context)) {
		actor, err := actorOf(c, keys)
		if err != nil {
			l.turnAway(h, c, err)
			return
		}
		if actor.Role != access.Admin || limits.Admins {
			if wait := l.take("token "+actor.ID, l.perToken); wait > 0 {
				tooMany(h, c, wait)
				return
			}
		}
		next(huma.WithContext(c, access.With(c.Context(), actor)))
	}
}

func actorOf(c huma.Context, keys *people.Keyring) (access.Actor, error) {
	scheme, secret, _ := strings.Cut(c.Header("Authorization"), " ")
	if !strings.EqualFold(scheme, "bearer") {
		return access.Actor{}, fault.New(fault.Denied, "Send a token: the header Authorization must be “Bearer ” and the token.")
	}
	return keys.Check(c.Context(), access.From(c.Context()).Workspace, strings.TrimSpace(secret))
}

// turnAway answers who has no valid token; who tries often is slowed down.
func (l *limiter) turnAway(h huma.API, c huma.Context, err error) {
	if wait := l.take("address "+people.Network(c.RemoteAddr()), l.perAddress); wait > 0 {
		tooMany(h, c, wait)
		return
	}
	status := http.StatusUnauthorized
	if fault.KindOf(err) == fault.Internal {
		status = http.StatusInternalServerError
	}
	c.SetHeader("WWW-Authenticate", `Bearer realm="muster"`)
	huma.WriteErr(h, c, status, fault.Message(err))
}

func tooMany(h huma.API, c huma.Context, wait time.Duration) {
	seconds := strconv.Itoa(int(math.Ceil(wait.Seconds())))
	c.SetHeader("Retry-After", seconds)
	huma.WriteErr(h, c, http.StatusTooManyRequests, "These are more requests than are answered in a while. Try again in "+seconds+" s.")
}

// limiter bounds the rate of each key. It forgets keys when there are too many,
// which is to the advantage of who asks.
type limiter struct {
	perToken, perAddress rate.Limit

	mu   sync.Mutex
	keys map[string]*rate.Limiter
}

const maxKeys = 10_000

func newLimiter(l Limits) *limiter {
	l = l.usual()
	return &limiter{perToken: rate.Limit(l.PerToken), perAddress: rate.Limit(l.PerAddress), keys: map[string]*rate.Limiter{}}
}

// take uses up one request of a key, and returns how long to wait if there is none left.
func (l *limiter) take(key string, limit rate.Limit) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.keys[key]
	if k == nil {
		if len(l.keys) >= maxKeys {
			clear(l.keys)
		}
		k = rate.NewLimiter(limit, max(1, int(2*limit)))
		l.keys[key] = k
	}
	r := k.Reserve()
	wait := r.Delay()
	if wait > 0 {
		r.Cancel()
	}
	return wait
}
