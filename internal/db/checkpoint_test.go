package db

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Whatever is written, the log stays about as large as a few rounds of it.
func TestLogIsMovedIntoTheDatabase(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "log.db")
	d, err := Open(ctx, "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	sizes := map[int]int64{}
	for i := range 12 * commitsKept {
		if err := d.Update(ctx, func(tx *Tx) error {
			tx.Tally("test", fmt.Sprint(i%7), 1)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if i == 2*commitsKept || i == 12*commitsKept-1 {
			info, err := os.Stat(path + "-wal")
			if err != nil {
				t.Fatal(err)
			}
			sizes[i] = info.Size()
		}
	}
	if first, last := sizes[2*commitsKept], sizes[12*commitsKept-1]; last > 3*first {
		t.Errorf("the log has grown from %d to %d bytes, want that it is begun anew", first, last)
	}
	if err := d.View(context.Background(), func(tx *Tx) error {
		n, err := Tallies(tx, "test")
		if n["0"] != (12*commitsKept+6)/7 {
			t.Errorf("got %d, want each of %d commits", n["0"], 12*commitsKept)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}
