package search

import (
	"math"
	"strings"

	"muster/internal/db"
)

// rowsAtOnce bounds the rows of one statement.
const rowsAtOnce = 50

// insertRows adds the rows whose names are new, and returns those, with their
// places: bin 0 if there is no bin for them yet.
func insertRows(tx *db.Tx, rows []row) ([]row, error) {
	f := new(db.Filter)
	f.Arg(tx.Workspace)
	var values []string
	for _, r := range rows {
		subject := f.Arg(r.subject)
		values = append(values, "($1,"+subject+","+f.Arg(r.id)+","+f.Arg(r.part)+","+f.Arg(r.at.UnixMicro())+","+f.Arg(r.title)+","+f.Arg(r.words)+
			",coalesce((SELECT max(bin) FROM search_bins WHERE workspace_id = $1 AND subject = "+subject+" AND live = "+f.Arg(number(r.live))+"),0))")
	}
	return db.All(tx, scanAdded, `
		INSERT INTO search_docs (workspace_id, subject, id, part, at, title, words, bin)
		VALUES `+strings.Join(values, ",")+`
		ON CONFLICT (workspace_id, subject, id, part) DO NOTHING
		RETURNING subject, id, part, bin, seq`, f.Args()...)
}

func scanAdded(r db.Row) (d row, err error) {
	return d, r.Scan(&d.subject, &d.id, &d.part, &d.bin, &d.seq)
}

func number(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// binFor gives a doc without a bin the newest of its stream, or the first.
func binFor(tx *db.Tx, n name, live bool) error {
	bin, err := db.One(tx, db.Value[*int64], `
		SELECT max(bin) FROM search_bins WHERE workspace_id = $1 AND subject = $2 AND live = $3`, tx.Workspace, n.subject, number(live))
	if err != nil {
		return err
	}
	if bin == nil {
		first, err := newBin(tx, n.subject, live)
		if err != nil {
			return err
		}
		bin = &first
	}
	_, err = tx.Exec(`
		UPDATE search_docs SET bin = $5 WHERE workspace_id = $1 AND subject = $2 AND id = $3 AND part = $4`,
		tx.Workspace, n.subject, n.id, n.part, *bin)
	return err
}

func newBin(tx *db.Tx, subject string, live bool) (int64, error) {
	return db.One(tx, db.Value[int64], `
		INSERT INTO search_bins (workspace_id, subject, live) VALUES ($1, $2, $3) RETURNING bin`, tx.Workspace, subject, number(live))
}

// bins returns the bins that a search looks into, in order.
func bins(tx *db.Tx, subject string) ([]place, error) {
	f := tx.Filter()
	if subject != "" {
		f.Where("subject = ?", subject)
	}
	return db.All(tx, scanBin, `SELECT live, bin FROM search_bins `+f.SQL()+` ORDER BY live DESC, bin DESC`, f.Args()...)
}

func scanBin(r db.Row) (p place, err error) {
	var live int64
	err = r.Scan(&live, &p.bin)
	p.live, p.seq = live == 1, math.MaxInt64
	return p, err
}

const docColumns = `d.bin, d.seq, d.subject, d.id, d.part, d.at, d.title, d.words`

// scanDoc scans a doc, but for whether it is live, which its bin tells.
func scanDoc(r db.Row) (d row, err error) {
	return d, r.Scan(&d.bin, &d.seq, &d.subject, &d.id, &d.part, db.Time(&d.at), &d.title, &d.words)
}

// docsOf returns the docs of some records of a subject, those put since seq.
func docsOf(tx *db.Tx, subject string, ids []string, since int64) ([]row, error) {
	f := tx.FilterAs("d").Where("d.subject = ?", subject).Where("d.seq >= ?", since)
	db.In(f, "d.id", ids)
	return db.All(tx, scanDoc, `SELECT `+docColumns+` FROM search_docs d `+f.SQL(), f.Args()...)
}

// named narrows to one doc; the index of SQLite is told of its own through it.
const named = `workspace_id = $1 AND subject = $2 AND id = $3 AND part = $4`

// replace puts new words in the place of a doc's old ones.
func replace(tx *db.Tx, r row) error {
	args := []any{tx.Workspace, r.subject, r.id, r.part}
	same, err := db.One(tx, db.Value[int64], `
		SELECT count(*) FROM search_docs WHERE `+named+` AND at = $5 AND title = $6 AND words = $7`,
		append(args, r.at.UnixMicro(), r.title, r.words)...)
	if err != nil || same > 0 {
		return err
	}
	if err := unindex(tx, named, args...); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE search_docs SET at = $5, title = $6, words = $7 WHERE `+named,
		append(args, r.at.UnixMicro(), r.title, r.words)...); err != nil {
		return err
	}
	if tx.Engine() != db.SQLite {
		return nil
	}
	_, err = tx.Exec(`
		INSERT INTO search_words (rowid, words)
		SELECT seq, `+tagged+` FROM search_docs WHERE `+named+` AND `+indexed, args...)
	return err
}

func removePart(tx *db.Tx, n name) error {
	args := []any{tx.Workspace, n.subject, n.id, n.part}
	if err := unindex(tx, named, args...); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM search_docs WHERE `+named, args...)
	return err
}

func removeRecords(tx *db.Tx, subject string, ids []string) error {
	f := tx.Filter().Where("subject = ?", subject)
	db.In(f, "id", ids)
	if err := unindex(tx, strings.TrimPrefix(f.SQL(), "WHERE "), f.Args()...); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM search_docs `+f.SQL(), f.Args()...)
	return err
}

// What only SQLite needs: its index is told of every change.
const (
	tagged  = `bin || '.' || replace(title || ' ' || words, ' ', ' ' || bin || '.')`
	indexed = `seq <= (SELECT seq FROM search_mark)`
	waiting = `seq > (SELECT seq FROM search_mark)` // not the same as NOT indexed to the planner
)

// index has SQLite's index take in the docs that it lacks, of all workspaces.
func index(tx *db.Tx) error {
	if _, err := tx.Exec(`
		INSERT INTO search_words (rowid, words)
		SELECT seq, ` + tagged + ` FROM search_docs WHERE ` + waiting + ` ORDER BY seq`); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE search_mark SET seq = (SELECT max(seq) FROM search_docs)`)
	return err
}

// unindex takes docs out of SQLite's index, which must be told the words it was told before.
func unindex(tx *db.Tx, which string, args ...any) error {
	if tx.Engine() != db.SQLite {
		return nil
	}
	_, err := tx.Exec(`
		INSERT INTO search_words (search_words, rowid, words)
		SELECT 'delete', seq, `+tagged+` FROM search_docs WHERE `+which+` AND `+indexed, args...)
	return err
}

// unindexedDocs returns the docs that SQLite's index lacks, newest first.
func unindexedDocs(tx *db.Tx, subject string) ([]row, error) {
	if tx.Engine() != db.SQLite {
		return nil, nil
	}
	f := new(db.Filter).Where("+d.workspace_id = ?", tx.Workspace) // the plus: by seq, not by name
	if subject != "" {
		f.Where("+d.subject = ?", subject)
	}
	return db.All(tx, scanDoc, `
		SELECT `+docColumns+` FROM search_docs d `+f.SQL()+` AND `+waiting+` ORDER BY d.seq DESC`, f.Args()...)
}

// newestDocs returns a few docs, of those records that come last by their ids.
func newestDocs(tx *db.Tx, subject string, n int) ([]row, error) {
	f := tx.FilterAs("d")
	if subject != "" {
		f.Where("d.subject = ?", subject)
	}
	return db.All(tx, scanDoc, `
		SELECT `+docColumns+` FROM search_docs d `+f.SQL()+`
		ORDER  BY d.workspace_id DESC, d.subject DESC, d.id DESC, d.part DESC
		LIMIT  `+f.Arg(n), f.Args()...)
}

// fromSQLite reads the docs below seq that match, newest first.
func fromSQLite(tx *db.Tx, match string, below int64, w *window) error {
	_, err := db.All(tx, w.scan, `
		SELECT `+docColumns+`
		FROM   (SELECT rowid AS seq FROM search_words WHERE search_words MATCH $2 AND rowid < $3 ORDER BY rowid DESC LIMIT $4) w
		CROSS  JOIN search_docs d ON d.seq = w.seq AND d.workspace_id = $1`,
		tx.Workspace, match, below, w.window+1)
	return err
}

// indexedWords is what PostgreSQL's index is of, word for word.
const indexedWords = `array_to_tsvector(string_to_array(bin::text || '.' || replace(title || ' ' || words, ' ', ' ' || bin::text || '.'), ' '))`

// fromPostgres reads the docs that match, chunk by chunk, until it has enough.
// A chunk is a row, and not a constant, so that the planner does not think that
// a query for many bins is one for every doc.
func fromPostgres(tx *db.Tx, chunks []chunk, w *window) error {
	match, below := make([]string, len(chunks)), make([]int64, len(chunks))
	for i, c := range chunks {
		match[i], below[i] = c.match, c.below
	}
	_, err := db.All(tx, w.scan, `
		SELECT `+docColumns+`
		FROM   unnest($2::text[], $3::bigint[]) c (match, below)
		CROSS  JOIN LATERAL (
		       SELECT *
		       FROM   search_docs
		       WHERE  workspace_id = $1 AND seq < c.below
		       AND    `+indexedWords+` @@ c.match::tsquery
		       ORDER  BY bin DESC, seq DESC
		       LIMIT  $4) d
		LIMIT  $4`,
		tx.Workspace, match, below, w.window+1)
	return err
}
