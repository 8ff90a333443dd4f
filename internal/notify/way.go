package notify

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/ticket"
)

// State says what became of a notice on one way.
type State string

// What becomes of notices.
const (
	Queued    State = "queued"     // it goes out in a moment
	InDigest  State = "digest"     // it waits for the next digest
	InQuiet   State = "quiet"      // it waits for the end of quiet hours
	Delivered State = "delivered"  // it stands in the inbox, lies in the outbox, or a push service has it
	ReadFirst State = "read-first" // it was read before it went out
	Hidden    State = "hidden"     // the person may not see the ticket any more
	NoBrowser State = "no-browser" // no browser of the person's wants to be woken
	Refused   State = "refused"    // it could not be brought
)

// States lists them all.
func States() []State {
	return []State{Queued, InDigest, InQuiet, Delivered, ReadFirst, Hidden, NoBrowser, Refused}
}

// way is a notice on one of its ways.
type way struct {
	ID, Notice, User string
	Channel          Channel
	State            State
	Reason           string
	DueAt, SettledAt time.Time
	item             Item
}

// family is where the counts of outcomes are kept, by way and state; told counts them all.
const (
	family = "notices"
	told   = "told"
)

func (w way) tally() string { return string(w.Channel) + "/" + string(w.State) }

// send sets a notice on its ways.
func send(tx *db.Tx, p person, i Item, ways []Channel) error {
	var all []way
	for _, channel := range ways {
		w := way{ID: tx.NewID(), Notice: i.ID, User: i.User, Channel: channel}
		at, state := p.rules.When(channel, i.Urgent, tx.Now)
		if w.State = state; state == Delivered {
			w.SettledAt = tx.Now
		} else {
			w.DueAt = at
			if err := plan(tx, w); err != nil {
				return err
			}
		}
		tx.Tally(family, w.tally(), 1)
		tx.Tally(family, told, 1)
		all = append(all, w)
	}
	return insertWays(tx, all)
}

type bringArgs struct {
	User    string  `json:"user"`
	Channel Channel `json:"channel"`
}

// plan has one job bring all that is due to a person on a way at an instant.
func plan(tx *db.Tx, w way) error {
	key := fmt.Sprintf("%s/%s/%d", w.User, w.Channel, w.DueAt.UnixMicro())
	return event.Schedule(tx, bringTask, key, w.DueAt, bringArgs{w.User, w.Channel})
}

// move changes what became of a notice.
func move(tx *db.Tx, w way, to State, why string, due time.Time) error {
	tx.Tally(family, w.tally(), -1)
	w.State, w.Reason, w.DueAt, w.SettledAt = to, why, due, time.Time{}
	if due.IsZero() {
		w.SettledAt = tx.Now
	}
	tx.Tally(family, w.tally(), 1)
	return updateWay(tx, w)
}

// Counts says what became of all notices: by way and state.
type Counts struct {
	Told        int64 // notices, each counted once for each of its ways
	Outcomes    map[Channel]map[State]int64
	Unaccounted int64 // always 0, or something is lost
}

// Summary returns the kept counts.
func Summary(tx *db.Tx) (Counts, error) {
	if err := tx.Must(access.Settings); err != nil {
		return Counts{}, err
	}
	all, err := db.Tallies(tx, family)
	c := Counts{Told: all[told], Outcomes: map[Channel]map[State]int64{}, Unaccounted: all[told]}
	for _, channel := range Channels() {
		c.Outcomes[channel] = map[State]int64{}
		for _, state := range States() {
			n := all[way{Channel: channel, State: state}.tally()]
			c.Outcomes[channel][state] = n
			c.Unaccounted -= n
		}
	}
	return c, err
}

// Entry is a line of the ledger: one notice on one way.
type Entry struct {
	ID, Notice, User string
	Channel          Channel
	State            State
	Reason           string
	DueAt, SettledAt time.Time // zero: it is done, it is not
	Topic            Topic
	Ticket           ticket.ID
	Number           int64  // of the ticket; 0: none
	Title            string // empty: the reader may not see the ticket
	CreatedAt        time.Time
}

// Query says which lines of the ledger to list.
type Query struct {
	State  State  // empty: any
	User   string // empty: anybody
	Cursor string
	Limit  int // 1 to 200; 0: 50
}

// Ledger lists what became of notices, the newest first, and returns the cursor of those after: empty if there are none.
func Ledger(tx *db.Tx, q Query) ([]Entry, string, error) {
	if err := tx.Must(access.Settings); err != nil {
		return nil, "", err
	}
	q.Limit = min(cmp.Or(max(q.Limit, 0), 50), 200)
	ways, err := listWays(tx, q)
	if err != nil {
		return nil, "", err
	}
	ways, next := db.Cut(ways, q.Limit, func(w way) string { return w.ID })
	items := make([]Item, len(ways))
	for i, w := range ways {
		items[i] = w.item
	}
	if items, err = visible(tx, items); err != nil {
		return nil, "", err
	}
	entries := make([]Entry, len(ways))
	for i, w := range ways {
		entries[i] = Entry{w.ID, w.Notice, w.User, w.Channel, w.State, w.Reason, w.DueAt, w.SettledAt, w.item.Topic, items[i].Ticket, items[i].Number, items[i].Title, w.item.CreatedAt}
	}
	return entries, next, nil
}

// Audit compares the kept counts with the rows, and sets them right if asked to.
func Audit(tx *db.Tx, repair bool) (keptCounts, counted Counts, err error) {
	if err := tx.Must(access.Settings); err != nil {
		return keptCounts, counted, err
	}
	if keptCounts, err = Summary(tx); err != nil {
		return keptCounts, counted, err
	}
	rows, err := countWays(tx)
	if err != nil {
		return keptCounts, counted, err
	}
	counted.Outcomes = map[Channel]map[State]int64{}
	for _, channel := range Channels() {
		counted.Outcomes[channel] = map[State]int64{}
		for _, state := range States() {
			n := rows[way{Channel: channel, State: state}.tally()]
			counted.Outcomes[channel][state], counted.Told = n, counted.Told+n
			if repair {
				tx.Tally(family, way{Channel: channel, State: state}.tally(), n-keptCounts.Outcomes[channel][state])
			}
		}
	}
	if repair {
		tx.Tally(family, told, counted.Told-keptCounts.Told)
	}
	return keptCounts, counted, nil
}

// visible blanks what a person may not see of notices: of tickets that are out of sight.
func visible(tx *db.Tx, items []Item) ([]Item, error) {
	var ids []ticket.ID
	for _, i := range items {
		if i.Ticket != "" {
			ids = append(ids, i.Ticket)
		}
	}
	seen := map[ticket.ID]bool{}
	if tx.May(access.TicketsRead) {
		tickets, err := ticket.ByIDs(tx, ids)
		if err != nil {
			return nil, err
		}
		for _, t := range tickets {
			seen[t.ID] = true
		}
	}
	items = slices.Clone(items)
	for n, i := range items {
		if i.Ticket != "" && !seen[i.Ticket] {
			items[n].Number, items[n].Title, items[n].Path, items[n].Actor = 0, "", "", ""
			items[n].Words, items[n].OutOfSight = "This was about a ticket that you may not see any more.", true
		}
	}
	return items, nil
}
