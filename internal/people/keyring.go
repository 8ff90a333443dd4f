package people

import (
	"context"
	"crypto/sha256"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/memory"
)

// A token that was good a second ago is good: programs ask hundreds of times a
// second. What this node hears of tokens and roles counts at once.
const (
	goodFor  = time.Second
	mostKeys = 1000
)

// Keyring checks the tokens of requests.
type Keyring struct {
	db   *db.DB
	good *memory.Of[shown, access.Actor]
}

// shown is a token as a program sends it, hashed: secrets are not kept.
type shown struct {
	workspace string
	sum       [sha256.Size]byte
}

// NewKeyring returns a keyring over d that forgets what bus tells it has changed.
func NewKeyring(d *db.DB, bus *event.Bus) *Keyring {
	k := &Keyring{db: d, good: memory.New[shown, access.Actor](goodFor, mostKeys)}
	bus.Watch(func(e event.Happening) {
		if e.Subject == "token" || e.Subject == "role" {
			k.good.Forget()
		}
	})
	return k
}

// Check is CheckToken; another node may have revoked the token within the last second.
func (k *Keyring) Check(ctx context.Context, workspace, bearer string) (access.Actor, error) {
	return k.good.Get(shown{workspace, sha256.Sum256([]byte(bearer))}, func() (access.Actor, bool, error) {
		a, ends, err := checkToken(ctx, k.db, workspace, bearer)
		return a, ends.IsZero() || time.Until(ends) > goodFor, err
	})
}
