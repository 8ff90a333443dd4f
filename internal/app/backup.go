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
	"time"

	"muster/internal/blob"
	"muster/internal/db"
	"muster/internal/fault"
)

// A backup is a gzipped tar: manifest.json, a file of rows for each table, a
// file for each blob and, last, sums.json, without which it is not whole. The
// rows are written from one snapshot; blobs never change, so what a row refers
// to is as it was. A backup of one engine can be restored on the other.
const backupFormat = 1

type manifest struct {
	Format  int       `json:"format"`
	Version string    `json:"version"`
	Engine  db.Engine `json:"engine"`
	MadeAt  time.Time `json:"made_at"`
	Secret  string    `json:"secret"` // signs addresses of mail that is under way: without it answers lose their thread
}

// sums is what a backup holds, to tell whether it is whole.
type sums struct {
	Tables map[string]sum `json:"tables"`
	Blobs  int            `json:"blobs"`
}

type sum struct {
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

type backupCommand struct {
	To string `arg:"" help:"The file to write. It holds everything, secrets too: keep it safe." placeholder:"FILE"`
}

func (b *backupCommand) Run(ctx context.Context, c *Config, out io.Writer) error {
	if _, err := os.Stat(b.To); err == nil {
		return fault.New(fault.Conflict, "%s is there already. Name a file that is not.", b.To)
	}
	return within(ctx, c, func(ctx context.Context, h *house) error {
		temp, err := os.CreateTemp(filepath.Dir(b.To), ".muster-backup-*")
		if err != nil {
			return fault.New(fault.Invalid, "No file can be written in %s: %v. Name a file in a folder that is there.", filepath.Dir(b.To), errors.Unwrap(err))
		}
		defer os.Remove(temp.Name()) // gone already once it has its name
		s, err := h.backup(ctx, temp)
		if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
			return fmt.Errorf("write a backup: %w", err)
		}
		if err := os.Rename(temp.Name(), b.To); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s holds %d tables and %d blobs.\n", b.To, len(s.Tables), s.Blobs)
		return nil
	})
}

func (h *house) backup(ctx context.Context, w io.Writer) (sums, error) {
	zip := gzip.NewWriter(w)
	archive := tar.NewWriter(zip)
	s := sums{Tables: map[string]sum{}}
	head, err := json.Marshal(manifest{backupFormat, version(), h.db.Engine(), time.Now().UTC(), h.config.Secret})
	if err != nil {
		return s, err
	}
	if err := add(archive, "manifest.json", head); err != nil {
		return s, err
	}
	if err := h.db.View(ctx, func(tx *db.Tx) error { return dumpTables(tx, archive, &s) }); err != nil {
		return s, err
	}
	if err := h.blobs.Walk(ctx, func(i blob.Info) error { s.Blobs++; return h.addBlob(ctx, archive, i) }); err != nil {
		return s, err
	}
	last, err := json.Marshal(s)
	if err != nil {
		return s, err
	}
	return s, errors.Join(add(archive, "sums.json", last), archive.Close(), zip.Close())
}

func add(archive *tar.Writer, name string, data []byte) error {
	if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(data))}); err != nil {
		return err
	}
	_, err := archive.Write(data)
	return err
}

// dumpTables writes each table by way of a file, since its size comes first.
func dumpTables(tx *db.Tx, archive *tar.Writer, s *sums) error {
	tables, err := db.Tables()
	if err != nil {
		return err
	}
	for _, table := range tables {
		temp, err := os.CreateTemp("", "muster-table-*")
		if err != nil {
			return err
		}
		hash := sha256.New()
		rows, err := db.Dump(tx, table, io.MultiWriter(temp, hash))
		if err == nil {
			s.Tables[table] = sum{rows, hex.EncodeToString(hash.Sum(nil))}
			err = addFile(archive, "tables/"+table+".jsonl", temp)
		}
		if err = errors.Join(err, temp.Close(), os.Remove(temp.Name())); err != nil {
			return fmt.Errorf("table %s: %w", table, err)
		}
	}
	return nil
}

func addFile(archive *tar.Writer, name string, f *os.File) error {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size}); err != nil {
		return err
	}
	_, err = io.Copy(archive, f)
	return err
}

func (h *house) addBlob(ctx context.Context, archive *tar.Writer, i blob.Info) error {
	r, err := h.blobs.Open(ctx, i.Key)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := archive.WriteHeader(&tar.Header{Name: "blobs/" + i.Key, Mode: 0o600, Size: i.Size}); err != nil {
		return err
	}
	_, err = io.Copy(archive, r)
	return err
}
