package ticket

import (
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
)

// A cell is where a ticket is counted. Queues are sums over cells, so that an
// agent who may see only some tickets is shown the counts of just those.
type cell struct {
	place
	bucket Bucket
}

const (
	family      = "tickets"      // cells of all organisations together
	familyOfOrg = "tickets/org/" // cells of one, for agents who see only some
)

func (t *Ticket) cell() cell { return cell{t.place(), t.Bucket} }

func (c cell) key() string {
	return strings.Join([]string{c.kind, string(c.bucket), c.team, c.assignee}, "|")
}

func parseCell(key string) cell {
	f := strings.SplitN(key+"|||", "|", 5)
	return cell{place{kind: f[0], team: f[2], assignee: f[3]}, Bucket(f[1])}
}

func (c cell) add(tx *db.Tx, n int64) {
	if c == (cell{}) {
		return
	}
	tx.Tally(family, c.key(), n)
	tx.Tally(familyOfOrg+c.organisation, c.key(), n)
}

// Backlog is the family of counts by which the backlog grew or shrank, by day in UTC (2026-01-31).
const Backlog = "backlog"

// unsolved reports whether a ticket in the bucket is part of the backlog.
func (b Bucket) unsolved() bool { return b == InOpen || b == InWaiting }

// flow keeps by how much the backlog grew or shrank.
func (t *Ticket) flow(tx *db.Tx) {
	was, is := t.stored != nil && t.stored.Bucket.unsolved(), t.Bucket.unsolved()
	day := tx.Now.UTC().Format(time.DateOnly)
	switch {
	case is && !was:
		tx.Tally(Backlog, day, 1)
	case was && !is:
		tx.Tally(Backlog, day, -1)
	}
}

// recount moves the ticket to the cell where it belongs now.
func (t *Ticket) recount(tx *db.Tx) {
	t.flow(tx)
	now := t.cell()
	if t.stored == nil {
		now.add(tx, 1)
	} else if before := t.stored.cell(); now != before {
		before.add(tx, -1)
		now.add(tx, 1)
	}
}

// Counts are the numbers beside the queues.
type Counts struct {
	Mine, Teams, Unassigned, Open, Waiting, Done, Spam, Trash int64

	ByTeam map[string]int64 // open tickets
}

// Count returns how many tickets stand in each queue, as far as the actor may see them.
func Count(tx *db.Tx) (Counts, error) {
	c := Counts{ByTeam: map[string]int64{}}
	if err := tx.Must(access.TicketsRead); err != nil {
		return c, err
	}
	families := []string{family}
	if orgs := tx.Scope.Orgs; orgs != nil {
		families = nil
		for _, org := range orgs {
			families = append(families, familyOfOrg+org)
		}
	}
	for _, f := range families {
		cells, err := db.Tallies(tx, f)
		if err != nil {
			return c, err
		}
		for key, n := range cells {
			at := parseCell(key)
			at.organisation = strings.TrimPrefix(f, familyOfOrg)
			if sees(tx.Actor, at.place) {
				c.add(tx.Actor, at, n)
			}
		}
	}
	return c, nil
}

func (c *Counts) add(a access.Actor, at cell, n int64) {
	switch at.bucket {
	case InOpen:
		c.Open += n
		c.ByTeam[at.team] += n
		if at.assignee == "" {
			c.Unassigned += n
		} else if at.assignee == a.ID {
			c.Mine += n
		}
		for _, team := range a.Teams {
			if team == at.team {
				c.Teams += n
			}
		}
	case InWaiting:
		c.Waiting += n
	case InDone:
		c.Done += n
	case InSpam:
		c.Spam += n
	case InTrash:
		c.Trash += n
	}
}
