package ticket

import (
	"context"
	"slices"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/search"
)

// searchPage finds tickets by words, the best first, among those that the list's other conditions let through.
func searchPage(tx *db.Tx, l List) (Page, error) {
	found := map[string]*Ticket{}
	page, err := search.Find(tx, search.Query{Subject: Subject, Words: l.Words, Limit: l.Limit, After: l.Cursor,
		Keep: func(_ string, ids []string) ([]string, error) { return keep(tx, l, ids, found) }})
	if err != nil {
		return Page{}, err
	}
	p := Page{Next: page.Next}
	for _, hit := range page.Hits {
		if t := found[hit.ID]; t != nil {
			p.Tickets = append(p.Tickets, t)
		}
	}
	return p, nil
}

// keep returns those of some tickets that a list asks for and the actor may see.
func keep(tx *db.Tx, l List, ids []string, found map[string]*Ticket) ([]string, error) {
	var kept []string
	for some := range slices.Chunk(ids, 200) {
		tickets, err := among(tx, l.place(narrow(tx, Visible(tx, tx.Filter()), l)), some)
		if err != nil {
			return nil, err
		}
		for _, t := range tickets {
			found[string(t.ID)] = t
			kept = append(kept, string(t.ID))
		}
	}
	return kept, nil
}

// index has an entry's words found.
func index(tx *db.Tx, t *Ticket, entries ...*Entry) error {
	docs := make([]search.Doc, len(entries))
	for i, e := range entries {
		docs[i] = e.doc(t)
	}
	return search.Put(tx, docs...)
}

// reindex has all words of a ticket found under its present title.
func reindex(tx *db.Tx, t *Ticket) error {
	entries, err := Entries(tx, t, "", maxMoved)
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		return search.Put(tx, search.Doc{Subject: Subject, ID: string(t.ID), Title: t.Title, At: t.CreatedAt})
	}
	return index(tx, t, entries...)
}

// Reindex makes all tickets of the workspace that ctx acts in findable anew, and returns how many.
func Reindex(ctx context.Context, d *db.DB) (n int, err error) {
	for after := ID(""); ; {
		some, last := 0, after
		err := d.Update(ctx, func(tx *db.Tx) error {
			if err := tx.Must(access.Settings); err != nil {
				return err
			}
			tickets, err := db.All(tx, scan, `SELECT `+columns+` FROM tickets WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT 200`, tx.Workspace, after)
			for _, t := range tickets {
				if err := reindex(tx, t); err != nil {
					return err
				}
			}
			if some = len(tickets); some > 0 {
				last = tickets[some-1].ID
			}
			return err
		})
		n, after = n+some, last
		if err != nil || some == 0 {
			return n, err
		}
	}
}
