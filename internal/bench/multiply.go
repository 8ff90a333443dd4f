package main

import (
	"fmt"
	"strconv"
	"time"

	"muster/internal/db"
	"muster/internal/ticket"
)

// A window is a stretch of time in which all ids begin with the same characters,
// so that what happened in one is what happened in another but for that beginning.
type window int64

const (
	windowBits   = 37 // of microseconds: a day and a half
	windowPrefix = 3  // characters that the ids of a window have in common
)

// newest returns the window before the one that is now.
func newest() window { return window(time.Now().UnixMicro()>>windowBits) - 1 }

// back returns the first of n windows that end with w.
func (w window) back(n int) window { return w - window(n) + 1 }

// at returns an instant of the window, from its beginning to shortly before its end.
func (w window) at(share float64) time.Time {
	const length = 1 << windowBits
	return time.UnixMicro(int64(w)<<windowBits + int64(share*0.99*length)).UTC()
}

func (w window) prefix() string { return db.IDBefore(int64(w) << windowBits)[:windowPrefix] }

// multiply writes what stands in the first window again in each of n later ones, with numbers of its own.
func (l *loader) multiply(first window, n, tickets int) error {
	if n == 0 {
		return nil
	}
	for i := range n {
		if err := l.db.Update(l.ctx, func(tx *db.Tx) error { return again(tx, first, first+window(i)+1, (i+1)*tickets) }); err != nil {
			return fmt.Errorf("write the tickets for the %d. time: %w", i+2, err)
		}
	}
	if err := l.db.Update(l.ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`UPDATE counters SET value = value + $2 WHERE workspace_id = $1 AND name = 'ticket'`, tx.Workspace, n*tickets); err != nil {
			return err
		}
		return ticket.CheckCounts(tx, true)
	}); err != nil {
		return err
	}
	_, err := ticket.Reindex(l.ctx, l.db)
	return err
}

const ticketColumns = `kind, title, state, category, bucket, priority, impact, urgency, overridden, assignee_id, team_id, requester_id,
	organisation_id, item_id, parent_id, required, merged_into, channel, inbox_id, tags, fields, snippet, last_author, entries, replies, files`

const entryColumns = `kind, author_kind, author_id, author_name, author_address, channel, remote, recipients, message_id, verdict,
	source, body, html, quoted`

// again copies one window to another.
func again(tx *db.Tx, from, to window, number int) error {
	later := strconv.FormatInt(int64(to-from)<<windowBits, 10)
	id := func(column string) string {
		return "$2 || substr(" + column + ", " + strconv.Itoa(windowPrefix+1) + ")"
	}
	own := ` WHERE workspace_id = $1 AND id >= $3 AND id < $4`
	for _, copy := range []string{
		`INSERT INTO tickets (workspace_id, id, number, ` + ticketColumns + `, created_at, updated_at, customer_at, replied_at, resolved_at, closed_at, version)
		 SELECT workspace_id, ` + id("id") + `, number + ` + strconv.Itoa(number) + `, ` + ticketColumns + `,
		        created_at + ` + later + `, updated_at + ` + later + `, customer_at + ` + later + `, replied_at + ` + later + `,
		        resolved_at + ` + later + `, closed_at + ` + later + `, version
		 FROM   tickets` + own,
		`INSERT INTO entries (workspace_id, id, ticket_id, ` + entryColumns + `, created_at, send_at, withdrawn_at)
		 SELECT workspace_id, ` + id("id") + `, ` + id("ticket_id") + `, ` + entryColumns + `, created_at + ` + later + `, send_at + ` + later + `, NULL
		 FROM   entries` + own,
		`INSERT INTO events (workspace_id, id, name, version, subject, subject_id, actor_kind, actor_id, actor_name, at, body)
		 SELECT workspace_id, ` + id("id") + `, name, version, subject, ` + id("subject_id") + `, actor_kind, actor_id, actor_name, at + ` + later + `,
		        replace(body, '"' || $3, '"' || $2)
		 FROM   events` + own + ` AND subject = 'ticket'`,
	} {
		if _, err := tx.Exec(copy, tx.Workspace, to.prefix(), from.prefix(), (from + 1).prefix()); err != nil {
			return err
		}
	}
	return nil
}
