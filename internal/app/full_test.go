package app

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"muster/internal/db"
)

// While nothing can be written, all can still be read; what a page notes by the way must not keep it from being shown.
func TestPagesWhileNothingCanBeWritten(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	ines := d.hire("Ines Marrow", "admin")
	d.mintToken("admin")
	number := d.openOne("Read me")
	c := d.browser()
	d.signIn(c, ines.Email)
	if err := d.house.db.Update(d.as(), func(tx *db.Tx) error { _, err := tx.Exec(`PRAGMA query_only = ON`); return err }); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/queues/mine", fmt.Sprint("/tickets/", number), "/settings/account"} {
		if got := d.visit(c, "GET", path, ""); got.Status != 200 {
			t.Errorf("%s: %d %.300s", path, got.Status, got.Body)
		}
	}
}

// Doctor misses what is missing, and sees damage that no query happens to meet.
func TestDoctorFindsDamage(t *testing.T) {
	data := t.TempDir()
	file := filepath.Join(data, "muster.db")
	d := startDesk(t, "sqlite:"+file, func(c *Config) { c.Data = data })
	d.hire("Ines Marrow", "admin")
	d.mintToken("admin")
	d.deliver("maren@fennoway.example", "support@quillmere.example", letterFrom("Maren <maren@fennoway.example>", "a@fennoway.example", "Printer jam", "", "It jams."))
	d.arrived(1)
	d.stop()
	says := func(rule, want string) {
		t.Helper()
		_, out, errs := muster(t, map[string]string{"MUSTER_DATA": data, "MUSTER_SECRET": d.house.config.Secret}, "doctor")
		if !strings.Contains(out+errs, want) {
			t.Errorf("%s: doctor said %s%s", rule, out, errs)
		}
	}
	says("as it should be", "checks are fine")
	raws, err := filepath.Glob(filepath.Join(data, "blobs", "??", "*"))
	if err != nil || len(raws) != 1 {
		t.Fatalf("got %v, %v; want one raw mail", raws, err)
	}
	if err := os.Rename(raws[0], raws[0]+".gone"); err != nil {
		t.Fatal(err)
	}
	says("a raw mail is gone", "of a mail")
	if err := os.Rename(raws[0]+".gone", raws[0]); err != nil {
		t.Fatal(err)
	}
	damage(t, file, "contact_addresses")
	says("a table that doctor has no figures of is damaged", "WRONG the database's file is whole")
}

// damage overwrites the first page of a table.
func damage(t *testing.T, file, table string) {
	t.Helper()
	pool, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	var page int64
	if err := pool.QueryRow(`SELECT rootpage FROM sqlite_master WHERE name = $1`, table).Scan(&page); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		t.Fatal(err)
	}
	if err := pool.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(bytes.Repeat([]byte{0xff}, 4096), (page-1)*4096); err != nil {
		t.Fatal(err)
	}
}
