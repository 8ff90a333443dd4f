// Package list finds the tickets that somebody asks for: of a queue, by what was typed into the search box, in an order and page by page.
package list

import (
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/ticket"
)

// Of says which tickets to show.
type Of struct {
	Query
	Buckets  []ticket.Bucket // empty: as Query.Is says
	TeamIDs  []string        // "" is no team
	UserID   *string         // assigned to; "" is nobody
	Person   string          // the requester's id
	OrgID    string
	Watching bool // by the actor
	Sort     Sort
	Cursor   string
	Limit    int

	promised     int64                               // before when the next promise is due, as it is stored
	promisedFrom time.Time                           // and from when; zero: however long ago
	categories   map[ticket.Bucket][]ticket.Category // within a bucket, as Query.Is says; none: all
}

// Page is a part of a list.
type Page struct {
	Tickets []*ticket.Ticket
	Next    string // the cursor of the next part; empty: there is none
}

const maxPage = 200

// Read returns the tickets of the desk that a list asks for, as far as the actor may see them.
func Read(tx *db.Tx, desk *ticket.Desk, l Of) (Page, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return Page{}, err
	}
	return read(tx, desk, l, usualMost)
}

// read is Read that sorts at most so many tickets to show the first of them.
func read(tx *db.Tx, desk *ticket.Desk, l Of, most int) (Page, error) {
	if l.Limit <= 0 || l.Limit > maxPage {
		l.Limit = min(max(l.Limit, 50), maxPage)
	}
	l.Sort = l.Order()
	if !slices.Contains(Sorts(), l.Sort) {
		return Page{}, fault.Field("sort", "Tickets can be sorted by due, recent, created and urgent, not by %q.", l.Sort)
	}
	if err := resolve(tx, desk, &l); err != nil {
		return Page{}, err
	}
	if strings.TrimSpace(l.Words) != "" {
		return searchPage(tx, l)
	}
	few, err := fewest(tx, desk, l, most)
	if err != nil {
		return Page{}, err
	}
	if few != nil {
		return fewPage(tx, l, few, most)
	}
	return listPage(tx, l)
}
