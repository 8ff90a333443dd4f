package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // makes a schema for each desk
)

// place gives the desk a folder: one that goes with the run, or one that is kept for later runs.
func (s setup) place() (placed setup, done func(), err error) {
	if s.keep == "" {
		s.folder, err = os.MkdirTemp(".", ".bench-*")
		return s, func() { os.RemoveAll(s.folder) }, err
	}
	s.folder = filepath.Join(s.keep, fmt.Sprintf("%s-%d", engineName(s.engine), s.size))
	return s, func() {}, os.MkdirAll(s.folder, 0o777)
}

// note is the file that says how long the filling took. It is written last: a desk without it is filled anew.
func (s setup) note() string { return filepath.Join(s.folder, "filled") }

// database returns the address of the desk's database: an empty one, unless it was filled before.
func (s setup) database(ctx context.Context) (address string, drop func(), err error) {
	_, err = os.Stat(s.note())
	kept := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", nil, err
	}
	if s.engine == "sqlite" {
		file := filepath.Join(s.folder, "muster.db")
		if !kept {
			err = errors.Join(os.RemoveAll(file), os.RemoveAll(file+"-wal"), os.RemoveAll(file+"-shm"))
		} else {
			err = nil
		}
		return "sqlite:" + file, func() {}, err
	}
	pool, err := sql.Open("pgx", s.engine)
	if err != nil {
		return "", nil, err
	}
	name := fmt.Sprintf("muster_bench_%d", s.size)
	if !kept {
		if _, err := pool.ExecContext(ctx, `DROP SCHEMA IF EXISTS `+name+` CASCADE; CREATE SCHEMA `+name); err != nil {
			return "", nil, err
		}
	}
	u, err := url.Parse(s.engine)
	if err != nil {
		return "", nil, err
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	drop = func() {
		if s.keep == "" {
			pool.Exec(`DROP SCHEMA ` + name + ` CASCADE`)
		}
		pool.Close()
	}
	return u.String(), drop, nil
}

// filled fills the desk unless that was done before, and returns how long it took.
func (s setup) filled(ctx context.Context, address string) (time.Duration, error) {
	if said, err := os.ReadFile(s.note()); err == nil {
		return time.ParseDuration(string(said))
	}
	fmt.Fprintf(os.Stderr, "%s: filling %d tickets\n", engineName(s.engine), s.size)
	began := time.Now()
	if err := fill(ctx, address, s.size); err != nil {
		return 0, err
	}
	took := time.Since(began)
	return took, os.WriteFile(s.note(), []byte(took.String()), 0o666)
}
