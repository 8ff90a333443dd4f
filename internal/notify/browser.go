package notify

import (
	"crypto/ecdh"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/text"
)

// Browser is one that a person lets us wake.
type Browser struct {
	ID, User  string
	Endpoint  string // the address of its push service, for it alone
	Public    string // its key: base64url
	Auth      string // what it and we know alone: base64url
	Name      string // such as Firefox on Linux
	CreatedAt time.Time
	UsedAt    time.Time // zero: never yet
}

const mostBrowsers = 10 // of one person

func (b Browser) print() string {
	sum := sha256.Sum256([]byte(b.Endpoint))
	return hex.EncodeToString(sum[:])
}

// Browsers returns those of who acts.
func Browsers(tx *db.Tx) ([]Browser, error) {
	if err := tx.Must(access.Anyone); err != nil {
		return nil, err
	}
	if err := mine(tx); err != nil {
		return nil, err
	}
	return browsersOf(tx, tx.ID)
}

// Subscribe has a browser of who acts woken from now on. The endpoint is what the
// browser says: it is looked at like any address that somebody names.
func (b *Bell) Subscribe(tx *db.Tx, n Browser) error {
	if err := tx.Must(access.Anyone); err != nil {
		return err
	}
	if err := mine(tx); err != nil {
		return err
	}
	n.Public, n.Auth = strings.TrimRight(n.Public, "="), strings.TrimRight(n.Auth, "=")
	public, err := base64url.DecodeString(n.Public)
	if err == nil {
		_, err = ecdh.P256().NewPublicKey(public)
	}
	auth, authErr := base64url.DecodeString(n.Auth)
	if err != nil || authErr != nil || len(auth) != 16 {
		return fault.Field("keys", "The browser's keys are not as RFC 8291 has them. Switch notifications off in the browser and on again.")
	}
	if err := b.May("endpoint", n.Endpoint); err != nil {
		return err
	}
	all, err := browsersOf(tx, tx.ID)
	if err != nil {
		return err
	}
	if len(all) >= mostBrowsers {
		if _, err := removeBrowsers(tx, tx.ID, []string{all[0].ID}); err != nil {
			return err
		}
	}
	n.ID, n.User, n.CreatedAt, n.UsedAt = tx.NewID(), tx.ID, tx.Now, time.Time{}
	n.Name = short(strings.Join(strings.Fields(text.Valid(n.Name)), " "), 100)
	return storeBrowser(tx, n)
}

// Unsubscribe has a browser of who acts woken no more.
func Unsubscribe(tx *db.Tx, id string) error {
	if err := tx.Must(access.Anyone); err != nil {
		return err
	}
	if err := mine(tx); err != nil {
		return err
	}
	n, err := removeBrowsers(tx, tx.ID, []string{id})
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "There is no such browser. It may have been removed already.")
	}
	return err
}
