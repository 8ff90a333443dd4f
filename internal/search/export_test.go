package search

import (
	"strings"

	"muster/internal/db"
)

// TextOf shows tests how a text is kept.
func TextOf(text string) string { return textOf(text, usual().words) }

// Tight is the package with bounds so narrow that a few docs cross them all.
type Tight struct{ l limits }

// Narrow returns bounds of a few docs.
func Narrow() Tight {
	return Tight{limits{title: 200, words: 2000, sqliteBin: 5, postgresBin: 5, unindexed: 7, window: 4, windowBytes: 300, ranked: 3, scanned: 10}}
}

// Put is Put within the bounds.
func (t Tight) Put(tx *db.Tx, docs ...Doc) error { return t.l.put(tx, docs) }

// Find is Find within the bounds.
func (t Tight) Find(tx *db.Tx, q Query) (Page, error) { return t.l.find(tx, q) }

// Asks returns what the two engines are asked for somebody's words.
func Asks(words string) (sqlite, postgres string) {
	t := parse(words)
	return fts5(t.needs(), t.excluded()), tsquery(t.needs(), t.excluded())
}

// Plans returns how the engine means to read what can be slow: the docs that wait to be indexed, or the index.
func Plans(tx *db.Tx) (string, error) {
	query := `EXPLAIN SELECT id FROM search_docs WHERE workspace_id = $1 AND ` + indexedWords + ` @@ (SELECT '1.a'::tsquery)`
	scan := db.Value[string]
	if tx.Engine() == db.SQLite {
		query = `EXPLAIN QUERY PLAN SELECT id FROM search_docs d WHERE +d.workspace_id = $1 AND ` + waiting + ` ORDER BY d.seq DESC`
		scan = func(r db.Row) (s string, err error) { var skip any; return s, r.Scan(&skip, &skip, &skip, &s) }
	}
	lines, err := db.All(tx, scan, query, tx.Workspace)
	return strings.Join(lines, "\n"), err
}
