package app

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"muster/internal/access"
	"muster/internal/blob"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/ticket"
	"muster/internal/workspace"
)

type restoreCommand struct {
	From string `arg:"" help:"The file that muster backup wrote." placeholder:"FILE"`
}

// Run checks that the backup is whole, that nothing would be overwritten, and then fills the desk.
func (r *restoreCommand) Run(ctx context.Context, c *Config, out io.Writer) error {
	head, want, err := verify(r.From)
	if err != nil {
		return err
	}
	if err := c.adopt(head); err != nil {
		return err
	}
	if err := c.prepare(); err != nil {
		return err
	}
	d, err := db.Open(ctx, c.DB)
	if err != nil {
		return unusable("MUSTER_DB", err)
	}
	defer d.Close()
	if err := errors.Join(checkRestored(ctx, d), checkVacant(ctx, d)); err != nil {
		return err
	}
	store, err := blob.Open(ctx, c.Blobs)
	if err != nil {
		return unusable("MUSTER_BLOBS", err)
	}
	defer store.Close()
	if err := restoring(ctx, d, map[string]int64{"unfinished": 1}); err != nil {
		return err
	}
	if err := fill(ctx, r.From, d, store); err != nil {
		return fmt.Errorf("restore %s: %w", r.From, err)
	}
	n, err := reindex(ctx, d)
	if err != nil {
		return err
	}
	if err := restoring(ctx, d, nil); err != nil {
		return err
	}
	fmt.Fprintf(out, "Restored %d tables and %d blobs of %s; made %d tickets findable.\n", len(want.Tables), want.Blobs, head.MadeAt.Format("2 January 2006, 15:04 UTC"), n)
	return nil
}

// adopt takes the backup's secret over, unless there is one. Its own may be there already, of an attempt that was refused later.
func (c *Config) adopt(m manifest) error {
	if c.Secret != "" {
		return nil
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return err
	}
	file := filepath.Join(c.Data, "secret")
	if there, err := os.ReadFile(file); err == nil && strings.TrimSpace(string(there)) != m.Secret {
		return fault.New(fault.Conflict, "%s is there already: the folder belongs to another desk. Choose an empty MUSTER_DATA.", file)
	}
	c.Secret = m.Secret
	return os.WriteFile(file, []byte(m.Secret+"\n"), 0o600)
}

// restores is the family of a count that stands in a database from before a
// backup is restored into it until it is whole: half a desk looks like a desk.
const restores = "restores"

func restoring(ctx context.Context, d *db.DB, count map[string]int64) error {
	return d.Update(access.With(ctx, access.System("")), func(tx *db.Tx) error { return db.SetTallies(tx, restores, count) })
}

// checkRestored refuses a database into which a backup was restored in part.
func checkRestored(ctx context.Context, d *db.DB) error {
	return d.View(access.With(ctx, access.System("")), func(tx *db.Tx) error {
		left, err := db.Tallies(tx, restores)
		if err == nil && len(left) > 0 {
			err = fault.New(fault.Conflict, "A backup was being restored into this database, and that did not come to its end: half of it is missing. Restore into a new one.")
		}
		return err
	})
}

// checkVacant refuses a database in which somebody has worked.
func checkVacant(ctx context.Context, d *db.DB) error {
	tables, err := db.Tables()
	if err != nil {
		return err
	}
	return d.View(ctx, func(tx *db.Tx) error {
		for _, table := range tables {
			empty, err := db.Empty(tx, table)
			if err != nil {
				return err
			}
			if !empty {
				return fault.New(fault.Conflict, "The database is not empty: there are rows in %s. Restore into a new one.", table)
			}
		}
		return nil
	})
}

// each calls f with every file of a backup, in its order.
func each(file string, f func(name string, r io.Reader) error) error {
	in, err := os.Open(file)
	if err != nil {
		return fault.New(fault.NotFound, "The backup cannot be opened: %v", err)
	}
	defer in.Close()
	zip, err := gzip.NewReader(in)
	if err != nil {
		return fault.New(fault.Invalid, "%s is no backup of Muster: %v.", file, err)
	}
	archive := tar.NewReader(zip)
	for {
		head, err := archive.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fault.New(fault.Invalid, "%s is damaged or cut short: %v.", file, err)
		}
		if err := f(head.Name, archive); err != nil {
			return err
		}
	}
}

// verify reads a backup to its end and compares every hash in it.
func verify(file string) (m manifest, want sums, err error) {
	got := sums{Tables: map[string]sum{}}
	err = each(file, func(name string, r io.Reader) error {
		hash := sha256.New()
		switch {
		case name == "manifest.json":
			return json.NewDecoder(r).Decode(&m)
		case name == "sums.json":
			return json.NewDecoder(r).Decode(&want)
		}
		if _, err := io.Copy(hash, r); err != nil {
			return fault.New(fault.Invalid, "%s is damaged or cut short: %v.", file, err)
		}
		sha := hex.EncodeToString(hash.Sum(nil))
		if table, ok := strings.CutPrefix(name, "tables/"); ok {
			got.Tables[strings.TrimSuffix(table, ".jsonl")] = sum{SHA256: sha}
			return nil
		}
		if "blobs/"+sha != name {
			return fault.New(fault.Invalid, "%s is damaged: %s does not hold what its name says.", file, name)
		}
		got.Blobs++
		return nil
	})
	if err != nil {
		return m, want, err
	}
	return m, want, whole(file, m, got, want)
}

func whole(file string, m manifest, got, want sums) error {
	if m.Format != backupFormat {
		return fault.New(fault.Invalid, "%s has the format %d; this program reads %d.", file, m.Format, backupFormat)
	}
	if want.Tables == nil || got.Blobs != want.Blobs || len(got.Tables) != len(want.Tables) {
		return fault.New(fault.Invalid, "%s is not whole: something is missing at its end.", file)
	}
	for table, s := range want.Tables {
		if got.Tables[table].SHA256 != s.SHA256 {
			return fault.New(fault.Invalid, "%s is damaged: the table %s is not as it was written.", file, table)
		}
	}
	return nil
}

func fill(ctx context.Context, file string, d *db.DB, store blob.Store) error {
	known := map[string]bool{}
	tables, err := db.Tables()
	if err != nil {
		return err
	}
	for _, t := range tables {
		known[t] = true
	}
	return each(file, func(name string, r io.Reader) error {
		if table, ok := strings.CutPrefix(name, "tables/"); ok {
			table = strings.TrimSuffix(table, ".jsonl")
			if !known[table] {
				return fault.New(fault.Invalid, "This program has no table %s: restore with the version that made the backup, or a later one.", table)
			}
			_, err := db.Load(ctx, d, table, r)
			return err
		}
		if strings.HasPrefix(name, "blobs/") {
			_, err := store.Put(ctx, r)
			return err
		}
		return nil
	})
}

// reindex makes all tickets findable: the index is not in a backup.
func reindex(ctx context.Context, d *db.DB) (n int, err error) {
	all, err := workspace.All(ctx, d)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, w := range all {
		some, err := ticket.Reindex(access.With(ctx, access.System(w.ID)), d)
		n += some
		errs = append(errs, err)
	}
	return n, errors.Join(errs...)
}
