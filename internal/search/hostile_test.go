package search_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/mustertest"
	"muster/internal/search"
)

// hostile are words that mean something to FTS5, to tsquery, to SQL or to a careless program.
func hostile() []string {
	return []string{
		`"`, `""`, `"""`, `'`, `''`, `\`, `\'`, `-`, `--`, `-"`, `-""`, `*`, `^a`, `a*`, `"a"*`, `a OR b`, `a AND`, `NOT a`, `NEAR(a b, 2)`,
		`title:a`, `{title}: a`, `a + b`, `a & b`, `a | !b`, `a <-> b`, `a:*`, `a:A`, `(((`, `)))`, `a)`, `~`, `7.`, `.`, `..`, `1.a`, `a.b.`,
		`'; DROP TABLE search_docs; --`, "$1", "?", "%", "_", "\x00", "a\x00b", "\xff\xfe", "a\xffb", "\u202e", "\ufeff", "\u0301", "a\u0301\u0301",
		"-\u0301", `-'a'`, `“a`, `»a«`, strings.Repeat(`"`, 5000), strings.Repeat("a ", 5000), strings.Repeat("a", 100_000), strings.Repeat("東", 3000),
		strings.Repeat("a-", 3000), strings.Repeat("(", 3000), strings.Repeat("-a ", 3000), "'a':*", `a\`, "E'a'", "ＡＮＤ", "ﷺ", "𝒳", "🔥",
	}
}

func TestNoWordsAreWrong(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		ctx := mustertest.As(t, "acme", "ann")
		for _, words := range hostile() {
			mustertest.Do(t, d, ctx, func(tx *db.Tx) error {
				return search.Narrow().Put(tx, search.Doc{Subject: "ticket", ID: "1", Title: words, Body: words})
			})
			mustertest.See(t, d, ctx, func(tx *db.Tx) error {
				find(t, tx, words)
				find(t, tx, "apple "+words)
				find(t, tx, "apple -"+words)
				return nil
			})
		}
	})
}

// A doc is found by its own text, whatever that is, unless there is nothing in it to look for.
func TestDocsAreFoundByTheirText(t *testing.T) {
	eachReal(t, func(t *testing.T, d *db.DB) {
		ctx := mustertest.As(t, "acme", "ann")
		rapid.Check(t, func(rt *rapid.T) {
			text := rapid.OneOf(rapid.StringN(0, 40, -1), rapid.StringOf(rapid.SampledFrom([]rune(`ab1-. "'&|!*():é東ｶﾞ각\~`)))).Draw(rt, "text")
			if err := d.Update(ctx, func(tx *db.Tx) error {
				return search.Narrow().Put(tx, search.Doc{Subject: "ticket", ID: "1", Body: text})
			}); err != nil {
				rt.Fatalf("put %q: %v", text, err)
			}
			if err := d.View(ctx, func(tx *db.Tx) error {
				quoted := `"` + strings.ReplaceAll(text, `"`, " ") + `"`
				want := []string{"1"}
				if search.Blank(quoted) {
					want = nil
				}
				if got := find(t, tx, quoted); !slices.Equal(got, want) {
					rt.Fatalf("%q finds %q, want %q", quoted, got, want)
				}
				return nil
			}); err != nil {
				rt.Fatal(err)
			}
		})
	})
}

// What is slow when a query is written a little differently is written so that the engine sees its index.
func TestPlans(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		if err := withIndex(d, mustertest.As(t, "acme", "ann"), func(tx *db.Tx) error {
			plan, err := search.Plans(tx)
			if want := map[db.Engine]string{db.SQLite: "USING INTEGER PRIMARY KEY (rowid>?)", db.Postgres: "Index Scan on search_words"}[d.Engine()]; !strings.Contains(plan, want) {
				t.Errorf("want %s, got\n%s", want, plan)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}

var errUndo = errors.New("undo")

// withIndex runs f where PostgreSQL has nothing to use but the index of words,
// which it would not for tables as small as those of tests.
func withIndex(d *db.DB, ctx context.Context, f func(tx *db.Tx) error) error {
	if d.Engine() == db.SQLite {
		return d.View(ctx, f)
	}
	err := d.Update(ctx, func(tx *db.Tx) error {
		for _, s := range []string{`ALTER TABLE search_docs DROP CONSTRAINT search_docs_pkey`, `SET LOCAL enable_seqscan = off`} {
			if _, err := tx.Exec(s); err != nil {
				return err
			}
		}
		if err := f(tx); err != nil {
			return err
		}
		return errUndo
	})
	if errors.Is(err, errUndo) {
		return nil
	}
	return err
}

// FuzzFind looks for anything at all: go test -fuzz Find ./internal/search
func FuzzFind(f *testing.F) {
	for _, words := range hostile() {
		f.Add(words, "apple")
		f.Add("apple", words)
	}
	d, err := db.Open(f.Context(), "sqlite:"+filepath.Join(f.TempDir(), "muster.db"))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { d.Close() })
	ctx := access.With(f.Context(), access.System("acme"))
	f.Fuzz(func(t *testing.T, words, text string) {
		if err := d.Update(ctx, func(tx *db.Tx) error {
			return search.Narrow().Put(tx, search.Doc{Subject: "ticket", ID: text[:min(len(text), 1)] + "x", Title: words, Body: text})
		}); err != nil {
			t.Errorf("put %q %q: %v", words, text, err)
		}
		if err := d.View(ctx, func(tx *db.Tx) error {
			_, err := search.Find(tx, search.Query{Words: words})
			return err
		}); err != nil {
			t.Errorf("find %q: %v", words, err)
		}
		whole := ""
		for _, s := range search.Highlight(text, words) {
			whole += s.Text
		}
		if whole != text {
			t.Errorf("highlight %q in %q: the segments are %q", words, text, whole)
		}
		search.Excerpt(text, words, 40)
		search.Asks(words)
	})
}
