package people

import (
	"context"
	"net/netip"
	"strings"
	"sync"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
)

// Attempts to sign in that did not succeed, before one has to wait. Each node
// counts its own, in memory: n nodes allow n times as many.
const (
	perAccount = 10 // and one more every 30 seconds
	perAddress = 50 // and one more every 6 seconds: an office may share an address

	accountRefill = 30 * time.Second
	addressRefill = 6 * time.Second
	counted       = 20_000 // accounts, and addresses, that are counted at a time
)

// Gate checks e-mail addresses and passwords. It does the same work and gives
// the same answer whether or not there is such a user.
type Gate struct {
	db        *db.DB
	hasher    *Hasher
	accounts  *limiter
	addresses *limiter
}

// NewGate returns a gate that nobody has tried yet.
func NewGate(d *db.DB, h *Hasher) *Gate {
	return &Gate{db: d, hasher: h, accounts: newLimiter(perAccount, accountRefill), addresses: newLimiter(perAddress, addressRefill)}
}

// Check returns the active user of a workspace with that address and password.
// The remote address is who asks: an IP address, with or without a port.
func (g *Gate) Check(ctx context.Context, workspace, email, password, remote string) (User, error) {
	account, address := workspace+" "+foldAddress(clip(email)), network(remote)
	if err := g.admit(account, address); err != nil {
		return User{}, err
	}
	u, err := g.candidate(ctx, workspace, email)
	if err != nil {
		return User{}, err
	}
	ok, err := g.hasher.matches(ctx, clip(password), u.hash)
	if err != nil {
		return User{}, err
	}
	if !ok || len(password) > longestPassword {
		return User{}, fault.New(fault.Denied, "This address and password do not fit together. Check both, or ask an administrator for a new password.")
	}
	g.accounts.forget(account)
	g.addresses.giveBack(address)
	return u, nil
}

// admit counts an attempt. One from an address that has used up its own does not count against the account.
func (g *Gate) admit(account, address string) error {
	wait := g.addresses.take(address)
	if wait == 0 {
		wait = g.accounts.take(account)
	}
	if wait == 0 {
		return nil
	}
	return fault.New(fault.TooMany, "These were too many attempts to sign in. Try again in %s.", wait.Round(time.Second))
}

// Confirm checks the password of the user who acts in ctx: before something that must not be done from an unlocked screen.
func (g *Gate) Confirm(ctx context.Context, password, remote string) error {
	a := access.From(ctx)
	var u User
	err := g.db.View(access.With(ctx, access.System(a.Workspace)), func(tx *db.Tx) (err error) {
		u, err = FindUser(tx, a.ID)
		return err
	})
	if err != nil {
		return err
	}
	_, err = g.Check(ctx, a.Workspace, u.Email, password, remote)
	return err
}

// candidate returns the user who might be signing in: one without a hash if there is none.
func (g *Gate) candidate(ctx context.Context, workspace, email string) (u User, err error) {
	err = g.db.View(access.With(ctx, access.System(workspace)), func(tx *db.Tx) error {
		u, err = UserByEmail(tx, clip(email))
		return err
	})
	if fault.Is(err, fault.NotFound) || err == nil && !u.Active {
		return User{}, nil
	}
	return u, err
}

// clip bounds what a stranger sent, and makes it text that a database takes.
func clip(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s[:min(len(s), longestPassword)], "?"), "\x00", "?")
}

// network returns whom to count an address for: itself, or with IPv6 the network that one customer has.
func network(remote string) string {
	addr, err := netip.ParseAddr(remote)
	if err != nil {
		port, err := netip.ParseAddrPort(remote)
		if err != nil {
			return clip(remote)
		}
		addr = port.Addr()
	}
	addr = addr.Unmap()
	if addr.Is6() {
		return netip.PrefixFrom(addr.WithZone(""), 64).Masked().String()
	}
	return addr.String()
}

// limiter counts attempts by key. A key has a number of them, and gets one back every so often.
type limiter struct {
	burst  int
	refill time.Duration

	mu   sync.Mutex
	full map[string]time.Time // when a key will have all its attempts again
}

func newLimiter(burst int, refill time.Duration) *limiter {
	return &limiter{burst: burst, refill: refill, full: map[string]time.Time{}}
}

// take uses an attempt up. If there is none left it returns how long to wait for one.
func (l *limiter) take(key string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.makeRoom(now)
	full := l.full[key]
	if full.Before(now) {
		full = now
	}
	full = full.Add(l.refill)
	if wait := full.Sub(now) - time.Duration(l.burst)*l.refill; wait > 0 {
		return wait
	}
	l.full[key] = full
	return 0
}

// makeRoom drops the keys that have all their attempts, and any others if that is not enough.
func (l *limiter) makeRoom(now time.Time) {
	if len(l.full) < counted {
		return
	}
	for key, full := range l.full {
		if full.Before(now) {
			delete(l.full, key)
		}
	}
	for key := range l.full {
		if len(l.full) < counted {
			return
		}
		delete(l.full, key)
	}
}

// giveBack returns an attempt that succeeded.
func (l *limiter) giveBack(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if full, ok := l.full[key]; ok {
		l.full[key] = full.Add(-l.refill)
	}
}

func (l *limiter) forget(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.full, key)
}
