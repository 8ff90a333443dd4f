// Package mustertest helps tests: real databases, a clock that obeys, golden files.
package mustertest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver that makes schemas

	"muster/internal/access"
	"muster/internal/db"
)

var rewrite = flag.Bool("update", false, "rewrite golden files")

// EachDB runs f on a new SQLite database and, where MUSTER_TEST_POSTGRES names
// a server, on a new PostgreSQL one. It does so in a synctest bubble, where
// time.Sleep(time.Hour) takes no time and every run starts at the same instant.
func EachDB(t *testing.T, f func(t *testing.T, d *db.DB)) {
	EachURL(t, func(t *testing.T, url string) {
		synctest.Test(t, func(t *testing.T) {
			d := Open(t, url)
			f(t, d)
			CheckPlans(t, d)
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		})
	})
}

// EachURL runs f with the address of a new, empty database of each engine, in
// real time: for stories that need a network, a browser or another process.
func EachURL(t *testing.T, f func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { f(t, "sqlite:"+filepath.Join(t.TempDir(), "muster.db")) })
	if server := os.Getenv("MUSTER_TEST_POSTGRES"); server != "" {
		t.Run("postgres", func(t *testing.T) { f(t, newSchema(t, server)) })
	}
}

// EachOrder is EachURL, where the PostgreSQL database is one whose own language
// sorts unlike any other: in Czech, “ch” comes after “h”.
func EachOrder(t *testing.T, f func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { f(t, "sqlite:"+filepath.Join(t.TempDir(), "muster.db")) })
	if server := os.Getenv("MUSTER_TEST_POSTGRES"); server != "" {
		t.Run("postgres", func(t *testing.T) { f(t, newCzech(t, server)) })
	}
}

// newCzech returns the address of an empty database of the server, which is dropped when the test ends.
func newCzech(t *testing.T, server string) string {
	t.Helper()
	pool, name := serverOf(t, server)
	for _, statement := range []string{`DROP DATABASE IF EXISTS ` + name, `CREATE DATABASE ` + name + ` TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'cs'`} {
		if _, err := pool.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if _, err := pool.Exec(`DROP DATABASE ` + name + ` WITH (FORCE)`); err != nil {
			t.Error(err)
		}
		pool.Close()
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// serverOf opens the server, and names what a test makes there.
func serverOf(t *testing.T, server string) (pool *sql.DB, name string) {
	t.Helper()
	pool, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(wd + t.Name()))
	return pool, "t_" + hex.EncodeToString(sum[:8])
}

// Open opens the database at url, which the caller closes.
func Open(t testing.TB, url string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// newSchema returns the address of an empty schema of the server, which is dropped when the test ends.
func newSchema(t *testing.T, server string) string {
	t.Helper()
	pool, name := serverOf(t, server)
	if _, err := pool.Exec(`DROP SCHEMA IF EXISTS ` + name + ` CASCADE; CREATE SCHEMA ` + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := pool.Exec(`DROP SCHEMA ` + name + ` CASCADE`); err != nil {
			t.Error(err)
		}
		pool.Close()
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}

// As returns a context acting as an agent with every right.
func As(t testing.TB, workspace, name string) context.Context {
	return access.With(t.Context(), access.Actor{Workspace: workspace, ID: name, Name: name, Kind: access.Human,
		Role: access.Admin, Rights: access.All()})
}

// Do runs a unit of work that must succeed.
func Do(t testing.TB, d *db.DB, ctx context.Context, f func(*db.Tx) error) {
	t.Helper()
	if err := d.Update(ctx, f); err != nil {
		t.Fatal(err)
	}
}

// See runs a view that must succeed.
func See(t testing.TB, d *db.DB, ctx context.Context, f func(*db.Tx) error) {
	t.Helper()
	if err := d.View(ctx, f); err != nil {
		t.Fatal(err)
	}
}

// Golden compares got with testdata/name, or rewrites that file if -update is set.
func Golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *rewrite {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (run with -update to accept)\ngot:\n%s\nwant:\n%s", file, got, want)
	}
}

// Rewrite reports whether golden files are to be rewritten.
func Rewrite() bool { return *rewrite }
