// Package search finds any kind of record by the words in it.
package search

import (
	"fmt"
	"time"

	"muster/internal/db"
)

// Doc is a piece of a record that can be found: its description, or one entry
// of its conversation. Words are looked for in one doc at a time, so each part
// of a record should bear the record's title.
type Doc struct {
	Subject string    // the kind of record: "ticket"
	ID      string    // of the record
	Part    string    // the id of an entry of the record; empty: the record itself
	Title   string    // counts for more than the body; of its words, the first 1 KB are kept
	Body    string    // plain text; of its words, the first 64 KB are kept
	At      time.Time // when it was written; zero: now
}

// limits bound what a doc and a search may cost.
type limits struct {
	title, words int // bytes of a doc's words that are kept
	sqliteBin    int // docs in a bin of the index; prime, so that streams of docs that alternate all get new ones
	postgresBin  int
	unindexed    int // docs on SQLite that are looked through one by one until they are indexed together
	window       int // docs that are taken from the index at once
	windowBytes  int // of their words
	ranked       int // docs after which no further bin is looked into
	scanned      int // docs after which a page goes without more, and what else costs as much
}

func usual() limits {
	return limits{title: 1 << 10, words: 64 << 10, sqliteBin: 8191, postgresBin: 8191, unindexed: 256,
		window: 400, windowBytes: 2 << 20, ranked: 200, scanned: 2000}
}

// twice returns the limits of the next window: where much is read and little kept, fewer windows are better.
func (l limits) twice() limits {
	l.window *= 2
	l.windowBytes *= 2
	return l
}

// aged is the age from which a doc that is put is of the past: it does not stand between the live ones and a search.
const aged = 7 * 24 * time.Hour

// Put makes docs findable, in place of those with the same subject, id and
// part. A doc without words is only taken out. Put checks no rights: the caller
// has changed the record already.
func Put(tx *db.Tx, docs ...Doc) error { return usual().put(tx, docs) }

func (l limits) put(tx *db.Tx, docs []Doc) error {
	var rows []row
	seen := map[name]int{} // of two docs with one name the last counts
	for _, d := range docs {
		r, err := l.row(tx, d)
		if err != nil {
			return err
		}
		i, again := seen[r.name]
		switch {
		case again:
			rows[i] = r
		case len(docs) > 1:
			seen[r.name] = len(rows)
			fallthrough
		default:
			rows = append(rows, r)
		}
	}
	for len(rows) > 0 {
		n := min(len(rows), rowsAtOnce)
		if err := l.putRows(tx, rows[:n]); err != nil {
			return fmt.Errorf("make findable: %w", err)
		}
		rows = rows[n:]
	}
	return nil
}

// name is what a doc is known by within its workspace.
type name struct{ subject, id, part string }

// row is a doc as it is kept.
type row struct {
	name
	place
	at           time.Time
	title, words string
}

func (l limits) row(tx *db.Tx, d Doc) (row, error) {
	if d.Subject == "" || d.ID == "" {
		return row{}, fmt.Errorf("make findable: a doc lacks its subject or its id: %q %q", d.Subject, d.ID)
	}
	r := row{name: name{d.Subject, d.ID, d.Part}, at: d.At, title: textOf(d.Title, l.title), words: textOf(d.Body, l.words)}
	if r.at.IsZero() {
		r.at = tx.Now
	}
	r.live = tx.Now.Sub(r.at) < aged
	return r, nil
}

// putRows inserts what is new and replaces what is not.
func (l limits) putRows(tx *db.Tx, rows []row) error {
	full := rows[:0:0]
	for _, r := range rows {
		if r.title == "" && r.words == "" {
			if err := removePart(tx, r.name); err != nil {
				return err
			}
			continue
		}
		full = append(full, r)
	}
	if len(full) == 0 {
		return nil
	}
	added, err := insertRows(tx, full)
	if err != nil {
		return err
	}
	if err := l.fill(tx, full, added); err != nil || len(added) == len(full) {
		return err
	}
	isNew := make(map[name]bool, len(added))
	for _, r := range added {
		isNew[r.name] = true
	}
	for _, r := range full {
		if !isNew[r.name] {
			if err := replace(tx, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// fill begins bins where there are none, or the last has had its share, and
// on SQLite indexes what has gathered.
func (l limits) fill(tx *db.Tx, rows, added []row) error {
	size := int64(l.postgresBin)
	if tx.Engine() == db.SQLite {
		size = int64(l.sqliteBin)
	}
	live := make(map[name]bool, len(rows))
	for _, r := range rows {
		live[r.name] = r.live
	}
	due := false
	for _, r := range added {
		if r.bin == 0 {
			if err := binFor(tx, r.name, live[r.name]); err != nil {
				return err
			}
		} else if r.seq%size == 0 {
			if _, err := newBin(tx, r.subject, live[r.name]); err != nil {
				return err
			}
		}
		due = due || r.seq%int64(l.unindexed) == 0
	}
	if due && tx.Engine() == db.SQLite {
		return index(tx)
	}
	return nil
}

// Remove takes whole records out. Their words are gone from the docs at once,
// and from the index when the database next tidies it.
func Remove(tx *db.Tx, subject string, ids ...string) error {
	for len(ids) > 0 {
		n := min(len(ids), rowsAtOnce)
		if err := removeRecords(tx, subject, ids[:n]); err != nil {
			return fmt.Errorf("make unfindable: %w", err)
		}
		ids = ids[n:]
	}
	return nil
}
