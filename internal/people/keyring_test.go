package people_test

import (
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/mustertest"
	"muster/internal/people"
)

// A token is remembered for a second; what this node hears of it counts at once.
func TestKeyring(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		bus := event.NewBus(d, "n1")
		keys := people.NewKeyring(d, bus)
		var token people.Token
		var secret string
		mustertest.Do(t, d, k.ann, func(tx *db.Tx) (err error) {
			token, secret, err = people.CreateToken(tx, people.NewToken{Name: "import", Role: access.Admin, ExpiresAt: tx.Now.Add(time.Hour)})
			return err
		})
		good := func(rule string, want bool) {
			t.Helper()
			a, err := keys.Check(k.ann, access.From(k.ann).Workspace, secret)
			if got := err == nil && a.ID == token.ID; got != want {
				t.Errorf("%s: good = %v (%v), want %v", rule, got, err, want)
			}
		}
		good("a token", true)
		good("a token that is remembered", true)
		if _, err := keys.Check(k.ann, "other", secret); err == nil {
			t.Error("the token is good in another workspace, want that it is not")
		}
		time.Sleep(time.Hour)
		good("a token that has ended meanwhile", false)
		mustertest.Do(t, d, k.ann, func(tx *db.Tx) (err error) {
			token, secret, err = people.CreateToken(tx, people.NewToken{Name: "import", Role: access.Admin})
			return err
		})
		good("a token without an end", true)
		mustertest.Do(t, d, k.ann, func(tx *db.Tx) error { return people.RevokeToken(tx, token.ID) })
		good("a token revoked here", false)
	})
}
