package app

import (
	"fmt"
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
