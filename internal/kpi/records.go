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
	Is                 string // met, missed, excused, none; or counted: met or missed, of which a share is
	Tickets            bool   // of each ticket one alone: the worst, and the last of several such
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
	if o.Is != "" && o.Is != counting && !slices.Contains(verdicts[:], o.Is) {
		return Records{}, fault.Field("is", "A promise is met, missed, excused, none or counted, not %.40q.", o.Is)
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
	all, err := recordsAfter(tx, o, at, id)
	page := Records{Records: all}
	if len(all) == o.Limit {
		last := all[len(all)-1]
		page.Next = strconv.FormatInt(last.CountedAt.UnixMicro(), 10) + "." + last.Clock
	}
	return page, err
}

// counting asks for what a share counts: met and missed.
const counting = "counted"

// verdicts are what outcomes are called.
var verdicts = [...]string{AllEnded: "none", AllMet: "met", HasExcused: "excused", HasMissed: "missed"}
