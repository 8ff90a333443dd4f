package people_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/mustertest"
	"muster/internal/people"
	"muster/internal/workspace"
)

const password = "correct horse battery"

// desk is a workspace to test in, and somebody who may do everything there.
type desk struct {
	db     *db.DB
	id     string
	ann    context.Context
	hasher *people.Hasher
}

func newDesk(t *testing.T, d *db.DB) desk {
	t.Helper()
	event.NewBus(d, "n1")
	w, err := workspace.Ensure(t.Context(), d, "Acme")
	if err != nil {
		t.Fatal(err)
	}
	return desk{d, w.ID, mustertest.As(t, w.ID, "ann"), people.NewQuickHasher()}
}

// other is a second workspace in the same database.
func (k desk) other(t *testing.T) desk {
	t.Helper()
	w, err := workspace.Create(t.Context(), k.db, workspace.New{Name: "Other", Host: "other.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	return desk{k.db, w.ID, mustertest.As(t, w.ID, "olga"), k.hasher}
}

// as returns a context acting with some rights only.
func (k desk) as(rights ...access.Right) context.Context {
	a := access.From(k.ann)
	a.Rights = rights
	return access.With(k.ann, a)
}

// narrowed returns a context acting with all rights, on the tickets of some organisations.
func (k desk) narrowed(orgs ...string) context.Context {
	a := access.From(k.ann)
	a.Scope.Orgs = append([]string{}, orgs...)
	return access.With(k.ann, a)
}

// do runs f for ctx, and returns what it returns.
func do[T any](d *db.DB, ctx context.Context, f func(*db.Tx) (T, error)) (v T, err error) {
	err = d.Update(ctx, func(tx *db.Tx) error { v, err = f(tx); return err })
	return v, err
}

// must is do for what must succeed.
func must[T any](t *testing.T, d *db.DB, ctx context.Context, f func(*db.Tx) (T, error)) T {
	t.Helper()
	v, err := do(d, ctx, f)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (k desk) addUser(t *testing.T, email, role string) people.User {
	t.Helper()
	hash, err := k.hasher.Hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	name, _, _ := strings.Cut(email, "@")
	return must(t, k.db, k.ann, func(tx *db.Tx) (people.User, error) {
		return people.AddUser(tx, people.NewUser{Email: email, Name: name, Role: role, Password: hash})
	})
}

// log returns the names of the events since the workspace was made, and all their bodies.
func (k desk) log(t *testing.T) (names []string, bodies string) {
	t.Helper()
	mustertest.See(t, k.db, k.ann, func(tx *db.Tx) (err error) {
		names, bodies, err = mustertest.Told(t, tx)
		return err
	})
	return names, bodies
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
