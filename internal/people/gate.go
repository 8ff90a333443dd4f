package people

import (
	"context"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people/record"
)

// Attempts to sign in that did not succeed, before one has to wait. Each node
// counts its own, in memory: n nodes allow n times as many.
const (
	perGuesser = 10 // at one account from one address, and one more every 30 seconds: whom the account belongs to is elsewhere, and not locked out
	perAccount = 50 // from anywhere, and one more every 10 seconds: more than a few addresses can use up
	perAddress = 50 // and one more every 6 seconds: an office may share an address

	guesserRefill = 30 * time.Second
	accountRefill = 10 * time.Second
	addressRefill = 6 * time.Second
	counted       = 20_000 // of each that are counted at a time
)

// Gate checks e-mail addresses and passwords. It does the same work and gives
// the same answer whether or not there is such a user.
type Gate struct {
	db        *db.DB
	hasher    *Hasher
	guessers  *Limiter
	accounts  *Limiter
	addresses *Limiter
}

// NewGate returns a gate that nobody has tried yet.
func NewGate(d *db.DB, h *Hasher) *Gate {
	return &Gate{db: d, hasher: h, guessers: NewLimiter(perGuesser, guesserRefill), accounts: NewLimiter(perAccount, accountRefill), addresses: NewLimiter(perAddress, addressRefill)}
}

// Check returns the active user of a workspace with that address and password.
// The remote address is who asks: an IP address, with or without a port.
func (g *Gate) Check(ctx context.Context, workspace, email, password, remote string) (User, error) {
	account, address := workspace+" "+record.FoldAddress(clip(email)), Network(remote)
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
	g.guessers.forget(account + " " + address)
	g.accounts.forget(account)
	g.addresses.giveBack(address)
	return u, nil
}

// admit counts an attempt. One from an address that has used up its own does not count against the account.
func (g *Gate) admit(account, address string) error {
	wait := g.addresses.Take(address)
	if wait == 0 {
		wait = g.guessers.Take(account + " " + address)
	}
	if wait == 0 {
		wait = g.accounts.Take(account)
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
	return record.Clip(s, longestPassword)
}
