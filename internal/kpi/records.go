package kpi

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
)

// Of says which promises of a period are looked for: what is empty does not narrow.
type Of struct {
	Period
	Organisation, Item string
	Target             string
	Is                 string // met, missed, excused, none
	Cursor             string // the Next of the page before
	Limit              int    // 0: 50; at most 200
}

// Record is one promise that a figure counts.
type Record struct {
	Clock     string
	Number    int64 // of the ticket
	Title     string
	Policy    string
	Target    string
	Is        string // met, missed, excused, none
	CountedAt time.Time
}

// Records are the promises behind a figure, the newest first. Next is empty on the last page.
type Records struct {
	Records []Record
	Next    string
}

// Promises lists the promises that a figure counts, as far as the actor may see their tickets.
func Promises(tx *db.Tx, o Of) (Records, error) {
	if err := tx.Must(access.FiguresRead); err != nil {
		return Records{}, err
	}
	if err := tx.Must(access.TicketsRead); err != nil {
		return Records{}, err
	}
	if o.Is != "" && !slices.Contains([]string{"met", "missed", "excused", "none"}, o.Is) {
		return Records{}, fault.Field("is", "A promise is met, missed, excused or none, not %.40q.", o.Is)
	}
	if o.Limit < 1 || o.Limit > 200 {
		o.Limit = 50
	}
	var at int64
	var id string
	if o.Cursor != "" {
		micros, rest, _ := strings.Cut(o.Cursor, ".")
		n, err := strconv.ParseInt(micros, 10, 64)
		if err != nil || len(rest) != 20 {
			return Records{}, fault.Field("cursor", "A cursor is the next of the page before, as it came.")
		}
		at, id = n, rest
	}
	return records(tx, o, at, id)
}

// records reads on until a page is full: what a promise came to is only known once it is read.
func records(tx *db.Tx, o Of, at int64, id string) (Records, error) {
	var page Records
	for {
		some, err := recordsAfter(tx, o, at, id)
		if err != nil {
			return page, err
		}
		for _, r := range some {
			at, id = r.CountedAt.UnixMicro(), r.Clock
			if o.Is != "" && r.Is != o.Is {
				continue
			}
			if page.Records = append(page.Records, r); len(page.Records) == o.Limit {
				page.Next = strconv.FormatInt(at, 10) + "." + id
				return page, nil
			}
		}
		if len(some) < readAtOnce {
			return page, nil
		}
	}
}

const readAtOnce = 200

// is is what an outcome counts as.
func (o Outcome) is() string {
	var a Attainment
	a.Add(o, 1)
	switch {
	case a.Met > 0:
		return "met"
	case a.Missed > 0:
		return "missed"
	case a.Excused > 0:
		return "excused"
	}
	return "none"
}
