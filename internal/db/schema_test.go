package db_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"muster/internal/db"
	"muster/internal/mustertest"
)

func textOf(tx *db.Tx, query string) ([]string, error) {
	return db.All(tx, db.Value[string], query)
}

// schema.sql is what people read instead of the migrations: it is what they add up to.
func TestSchemaDump(t *testing.T) {
	d := mustertest.Open(t, "sqlite:"+t.TempDir()+"/muster.db")
	defer d.Close()
	mustertest.See(t, d, t.Context(), func(tx *db.Tx) error {
		rows, err := textOf(tx, `
			SELECT sql || ';' FROM sqlite_master
			WHERE  sql IS NOT NULL AND name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite%' AND tbl_name NOT LIKE 'search%'
			ORDER  BY rowid`)
		got := "-- What the migrations add up to, on both engines; the tables of package search, which differ, are left out.\n-- Written by the test: go test ./internal/db -run SchemaDump -update\n\n" +
			strings.Join(rows, "\n\n") + "\n"
		compareFile(t, "schema.sql", got)
		return err
	})
}

func compareFile(t *testing.T, file, got string) {
	t.Helper()
	if mustertest.Rewrite() {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is out of date: run this test with -update", file)
	}
}

// Both engines have the same tables with the same columns, which hold texts and whole numbers alone.
func TestSchemaIsAlike(t *testing.T) {
	seen := map[string][]string{}
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d := mustertest.Open(t, url)
		defer d.Close()
		mustertest.See(t, d, t.Context(), func(tx *db.Tx) error {
			tables, err := db.Tables()
			if err != nil {
				return err
			}
			for _, table := range tables {
				columns, err := textOf(tx, columnsOf(d.Engine(), table))
				if err != nil {
					return err
				}
				if len(columns) == 0 {
					t.Errorf("there is no table %s", table)
				}
				for _, c := range columns {
					if !strings.HasSuffix(c, " text") && !strings.HasSuffix(c, " bigint") {
						t.Errorf("%s.%s is neither text nor a whole number", table, c)
					}
				}
				slices.Sort(columns)
				seen[table] = append(seen[table], strings.Join(columns, ", "))
			}
			return nil
		})
	})
	for table, on := range seen {
		if len(slices.Compact(on)) != 1 {
			t.Errorf("%s differs:\n%s", table, strings.Join(on, "\n"))
		}
	}
}

func columnsOf(e db.Engine, table string) string {
	if e == db.SQLite {
		return fmt.Sprintf(`SELECT name || ' ' || lower(type) FROM pragma_table_info('%s')`, table)
	}
	return fmt.Sprintf(`SELECT column_name || ' ' || data_type FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '%s'`, table)
}

// What is dumped from one database can be loaded into another.
func TestDumpAndLoad(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		ctx := mustertest.As(t, "acme", "ann")
		mustertest.Do(t, d, ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO counters (workspace_id, name, value) VALUES ($1, 'ünï"code', 9007199254740993), ($1, 'b', -1)`, tx.Workspace)
			return err
		})
		var out strings.Builder
		mustertest.See(t, d, ctx, func(tx *db.Tx) error {
			n, err := db.Dump(tx, "counters", &out)
			if n != 2 {
				t.Errorf("dumped %d rows, want 2", n)
			}
			return err
		})
		mustertest.Do(t, d, ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`DELETE FROM counters WHERE workspace_id = $1`, tx.Workspace)
			return err
		})
		if n, err := db.Load(ctx, d, "counters", strings.NewReader(out.String())); n != 2 || err != nil {
			t.Errorf("loaded %d rows (%v), want 2", n, err)
		}
		mustertest.See(t, d, ctx, func(tx *db.Tx) error {
			n, err := db.One(tx, db.Value[int64], `SELECT value FROM counters WHERE workspace_id = $1 AND name = 'ünï"code'`, tx.Workspace)
			if n != 9007199254740993 {
				t.Errorf("a large number came back as %d", n)
			}
			return err
		})
	})
}
