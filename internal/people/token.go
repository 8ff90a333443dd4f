package people

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people/record"
)

// Token lets a program act as itself, with a role. Its secret is told once and not kept.
type Token struct {
	ID        string
	Name      string
	Role      string
	Scopes    []access.Right // the rights of the role that it has; nil: all of them
	CreatedBy string         // the id of the user; empty: Muster
	CreatedAt time.Time
	ExpiresAt time.Time // zero: never
	RevokedAt time.Time // zero: not revoked
}

// NewToken says what token to make.
type NewToken struct {
	Name, Role string
	Scopes     []access.Right // nil: all rights of the role
	ExpiresAt  time.Time      // zero: never
}

// TokenAdded says that a program may act here.
type TokenAdded struct {
	ID, Name, Role string
	Scopes         []access.Right
	ExpiresAt      time.Time `json:",omitzero"`
}

// TokenRevoked says that it may not any more.
type TokenRevoked struct{ ID, Name string }

func (TokenAdded) EventName() string           { return "token.added" }
func (e TokenAdded) About() (string, string)   { return "token", e.ID }
func (TokenRevoked) EventName() string         { return "token.revoked" }
func (e TokenRevoked) About() (string, string) { return "token", e.ID }

const (
	tokenMark   = "mst_"
	secretBytes = 24 // 192 random bits: too many to guess, so that a fast hash protects them
)

// CreateToken makes a token and returns what a program sends: "mst_<id>_<secret>". Nobody can give it rights that they lack.
func CreateToken(tx *db.Tx, n NewToken) (t Token, secret string, err error) {
	if err := tx.Must(access.StaffManage); err != nil {
		return Token{}, "", err
	}
	name, nameErr := record.CheckName(n.Name)
	role, roleErr := findRole(tx, n.Role)
	if err := fault.Join(nameErr, roleErr, checkScopes(role, n.Scopes), checkExpiry(tx, n.ExpiresAt)); err != nil {
		return Token{}, "", err
	}
	narrowed := role
	if n.Scopes != nil {
		narrowed.Rights = n.Scopes
	}
	if err := MayManage(tx, narrowed); err != nil {
		return Token{}, "", err
	}
	b := make([]byte, secretBytes)
	rand.Read(b)
	secret = base64.RawURLEncoding.EncodeToString(b)
	t = Token{ID: tx.NewID(), Name: name, Role: role.ID, Scopes: n.Scopes, CreatedBy: tx.ID, CreatedAt: tx.Now, ExpiresAt: n.ExpiresAt.UTC()}
	if err := insertToken(tx, t, hashSecret(secret)); err != nil {
		return Token{}, "", err
	}
	tx.Emit(TokenAdded{t.ID, t.Name, t.Role, t.Scopes, t.ExpiresAt})
	return t, tokenMark + t.ID + "_" + secret, nil
}

func checkScopes(r Role, scopes []access.Right) error {
	for _, right := range scopes {
		if r.ID != "" && !slices.Contains(r.Rights, right) {
			return fault.Field("scopes", "The role %s does not have the right %.100q.", r.Name, right)
		}
	}
	return nil
}

func checkExpiry(tx *db.Tx, t time.Time) error {
	if !t.IsZero() && !t.After(tx.Now) {
		return fault.Field("expiresAt", "The token would have ended before it began: choose an instant to come.")
	}
	return nil
}

func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Tokens returns the tokens, the newest first, at most 1,000: those that have ended too.
func Tokens(tx *db.Tx) ([]Token, error) {
	if err := tx.Must(access.StaffManage); err != nil {
		return nil, err
	}
	return allTokens(tx)
}

// RevokeToken ends a token now and for good.
func RevokeToken(tx *db.Tx, id string) error {
	if err := tx.Must(access.StaffManage); err != nil {
		return err
	}
	t, err := findToken(tx, id)
	if err != nil || !t.RevokedAt.IsZero() {
		return err
	}
	if err := revokeToken(tx, id); err != nil {
		return err
	}
	tx.Emit(TokenRevoked{t.ID, t.Name})
	return nil
}

// CheckToken returns who acts with what a program sent as its bearer token. It
// costs one query, and says the same of every token that is not good.
func CheckToken(ctx context.Context, d *db.DB, workspace, bearer string) (access.Actor, error) {
	a, _, err := checkToken(ctx, d, workspace, bearer)
	return a, err
}

// checkToken also tells when the token ends.
func checkToken(ctx context.Context, d *db.DB, workspace, bearer string) (a access.Actor, ends time.Time, err error) {
	rest, ok := strings.CutPrefix(bearer, tokenMark)
	id, secret, ok2 := strings.Cut(rest, "_")
	if !ok || !ok2 || !plainID(id) {
		return a, ends, noToken()
	}
	var k knownToken
	err = d.View(access.With(ctx, access.System(workspace)), func(tx *db.Tx) (err error) {
		k, err = readToken(tx, id)
		if err == nil && (!k.RevokedAt.IsZero() || !k.ExpiresAt.IsZero() && !k.ExpiresAt.After(tx.Now)) {
			return noToken()
		}
		return err
	})
	switch {
	case db.Missing(err):
		return a, ends, noToken()
	case err != nil:
		return a, ends, err
	case subtle.ConstantTimeCompare([]byte(hashSecret(secret)), []byte(k.hash)) != 1:
		return a, ends, noToken()
	}
	return k.actor(workspace), k.ExpiresAt, nil
}

func plainID(id string) bool {
	return len(id) > 0 && len(id) < 50 && strings.Trim(id, "0123456789abcdefghijklmnopqrstuv") == ""
}

func noToken() error {
	return fault.New(fault.Denied, "This API token is not known here, has ended or was revoked. Make a new one in the settings.")
}

// knownToken is a token as it is checked.
type knownToken struct {
	Token
	hash string
	role Role
}

func (k knownToken) actor(workspace string) access.Actor {
	u := User{ID: k.ID, Name: k.Name}
	a := actor(workspace, u, k.role, nil)
	a.Kind = access.Bot
	if k.Scopes != nil {
		a.Rights = slices.DeleteFunc(slices.Clone(a.Rights), func(r access.Right) bool { return !slices.Contains(k.Scopes, r) })
	}
	return a
}
