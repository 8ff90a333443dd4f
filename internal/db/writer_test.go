package db

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// On a full disk SQLite may undo the whole transaction, and with it what others have done in it: then all of it is told as not done, and
// what comes after begins anew.
func TestFullDiskInTheMidstOfABatch(t *testing.T) {
	e, err := openSQLite(t.Context(), filepath.Join(t.TempDir(), "muster.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer e.close()
	conn := e.writer.conn
	insert := func(name string, size int) func(querier) error {
		return func(q querier) error {
			_, err := q.exec(t.Context(), `INSERT INTO notes (name, body) VALUES ($1, zeroblob($2))`, name, size)
			return err
		}
	}
	for _, query := range []string{`CREATE TABLE notes (name TEXT, body BLOB)`, `PRAGMA cache_size = 10`, `PRAGMA max_page_count = 1000`} {
		if err := conn.run(query); err != nil {
			t.Fatal(err)
		}
	}

	said := map[string]chan error{}
	e.writer.turn <- struct{}{} // so that all of them are in one batch
	for i, name := range []string{"before", "too large", "after", "last"} {
		said[name] = make(chan error, 1)
		size := 10
		if name == "too large" {
			size = 100 << 20
		}
		go func() { said[name] <- e.writer.do(t.Context(), insert(name, size)) }()
		for e.writer.waiting.Load() != int64(i+1) {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(5 * time.Millisecond)
	}
	<-e.writer.turn
	for name, answer := range said {
		err := <-answer
		var kept int
		if err := e.reads.QueryRowContext(t.Context(), `SELECT count(*) FROM notes WHERE name = $1`, name).Scan(&kept); err != nil {
			t.Fatal(err)
		}
		if (err == nil) != (kept == 1) {
			t.Errorf("%s: it was kept %d times, and its writer was told %v", name, kept, err)
		}
		if name == "too large" && err == nil {
			t.Error("what does not fit was said to be kept")
		}
	}
	if err := e.writer.do(t.Context(), insert("once more", 10)); err != nil {
		t.Errorf("after the disk was full: got %v", fmt.Sprint(err))
	}
}
