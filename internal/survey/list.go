package survey

import (
	"strconv"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
)

// Selection says which answers are looked for: what is empty does not narrow.
type Selection struct {
	Measure      Measure   // needed
	From, To     time.Time // answered at or after From, and before To
	Asked        bool      // asked then, and answered whenever
	Survey       string
	Team         string
	Organisation string
	Item         string
	Most         *int   // the highest rating
	Cursor       string // the Next of the page before
	Limit        int    // 0: 50; at most 200
}

// Reply is an answer with the ticket that it is about.
type Reply struct {
	Invitation
	Number int64
	Title  string
}

// Page is some of the answers: Next is empty on the last page.
type Page struct {
	Replies []Reply
	Next    string
}

// Replies lists answers, the newest first, as far as the actor may see their tickets.
func Replies(tx *db.Tx, s Selection) (Page, error) {
	if err := tx.Must(access.FiguresRead); err != nil {
		return Page{}, err
	}
	if err := tx.Must(access.TicketsRead); err != nil {
		return Page{}, err
	}
	if s.Limit < 1 || s.Limit > 200 {
		s.Limit = 50
	}
	before, id, err := s.place()
	if err != nil {
		return Page{}, err
	}
	all, err := replies(tx, s, before, id)
	p := Page{Replies: all}
	if len(all) == s.Limit {
		last := all[len(all)-1]
		p.Next = strconv.FormatInt(last.AnsweredAt.UnixMicro(), 10) + "." + last.ID
	}
	return p, err
}

// place takes a cursor apart: after which answer the page begins.
func (s Selection) place() (at int64, id string, err error) {
	if s.Cursor == "" {
		return 0, "", nil
	}
	micros, id, _ := strings.Cut(s.Cursor, ".")
	at, err = strconv.ParseInt(micros, 10, 64)
	if err != nil || len(id) != 20 {
		return 0, "", fault.Field("cursor", "A cursor is the next of the page before, as it came.")
	}
	return at, id, nil
}
