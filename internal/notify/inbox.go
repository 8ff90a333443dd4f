package notify

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/ticket"
	"muster/internal/workspace"
)

// Item is a notice as it stands in a person's inbox.
type Item struct {
	ID, User   string
	Topic      Topic
	Urgent     bool
	Shown      bool // stands in the inbox: the person wants to see the topic there
	Ticket     ticket.ID
	Number     int64 // of the ticket; 0: it is about none
	Path       string
	Title      string
	Words      string // what happened
	Actor      string // the name of who did it
	CreatedAt  time.Time
	ReadAt     time.Time // zero: unread
	OutOfSight bool      // the person may not see the ticket any more
}

// Href is the page that the notice is about: empty if there is none.
func (i Item) Href() string {
	if i.Path == "" && i.Number != 0 {
		return fmt.Sprintf("/tickets/%d", i.Number)
	}
	return i.Path
}

// mine makes sure that a person acts, whose inbox it is.
func mine(tx *db.Tx) error {
	if tx.Kind != access.Human || tx.ID == "" {
		return fault.New(fault.Denied, "Sign in as a person: a program has no inbox.")
	}
	return nil
}

// Inbox lists what was told to who acts, the newest first: after the notice with
// the id cursor ("" for the first), and the cursor of those after: empty if there are none.
func Inbox(tx *db.Tx, unread bool, cursor string, limit int) ([]Item, string, error) {
	if err := tx.Must(access.Anyone); err != nil {
		return nil, "", err
	}
	if err := mine(tx); err != nil {
		return nil, "", err
	}
	limit = min(cmp.Or(max(limit, 0), 50), 200)
	items, err := listItems(tx, tx.ID, unread, cursor, limit+1)
	if err != nil {
		return nil, "", err
	}
	items, next := db.Cut(items, limit, func(i Item) string { return i.ID })
	items, err = visible(tx, items)
	return items, next, err
}

// Unread returns how many notices of who acts are unread: kept, not counted. A program has none.
func Unread(tx *db.Tx) (int64, error) {
	if err := tx.Must(access.Anyone); err != nil {
		return 0, err
	}
	if tx.Kind != access.Human {
		return 0, nil
	}
	n, err := db.Tallies(tx, unreadOf(tx.ID))
	return n["unread"], err
}

// Find returns a notice of who acts.
func Find(tx *db.Tx, id string) (Item, error) {
	if err := tx.Must(access.Anyone); err != nil {
		return Item{}, err
	}
	if err := mine(tx); err != nil {
		return Item{}, err
	}
	i, err := itemOf(tx, tx.ID, id)
	if db.Missing(err) {
		return i, fault.New(fault.NotFound, "There is no such notice in your inbox. It may be older than %d days.", int(keepUnread.Hours()/24))
	}
	if err != nil {
		return i, err
	}
	all, err := visible(tx, []Item{i})
	if err != nil {
		return i, err
	}
	return all[0], nil
}

// Mark marks notices of who acts as read, or as unread again.
func Mark(tx *db.Tx, read bool, ids ...string) error {
	if err := tx.Must(access.Anyone); err != nil {
		return err
	}
	if err := mine(tx); err != nil {
		return err
	}
	if len(ids) == 0 || len(ids) > 200 {
		return fault.New(fault.Invalid, "Name 1 to 200 notices.")
	}
	shown, err := markItems(tx, tx.ID, read, ids)
	return counted(tx, read, shown, err)
}

// counted keeps the count of unread notices.
func counted(tx *db.Tx, read bool, shown []bool, err error) error {
	for _, is := range shown {
		if is && read {
			tx.Tally(unreadOf(tx.ID), "unread", -1)
		} else if is {
			tx.Tally(unreadOf(tx.ID), "unread", 1)
		}
	}
	return err
}

// ReadAll marks all notices of who acts as read, and returns the instant by which that can be undone, and how many they were.
func ReadAll(tx *db.Tx) (at time.Time, n int, err error) {
	if err := tx.Must(access.Anyone); err != nil {
		return at, 0, err
	}
	if err := mine(tx); err != nil {
		return at, 0, err
	}
	shown, err := markAll(tx, tx.ID, tx.Now)
	return tx.Now, len(shown), counted(tx, true, shown, err)
}

// UnreadAll undoes ReadAll.
func UnreadAll(tx *db.Tx, at time.Time) error {
	if err := tx.Must(access.Anyone); err != nil {
		return err
	}
	if err := mine(tx); err != nil {
		return err
	}
	shown, err := unmarkAll(tx, tx.ID, at)
	return counted(tx, false, shown, err)
}

// Seen marks what was told about a ticket as read, since the person looks at it.
func Seen(tx *db.Tx, t ticket.ID) error {
	if err := tx.Must(access.Anyone); err != nil {
		return err
	}
	if err := mine(tx); err != nil {
		return err
	}
	shown, err := markTicket(tx, tx.ID, t)
	return counted(tx, true, shown, err)
}

const (
	keepRead   = 30 * 24 * time.Hour
	keepUnread = 90 * 24 * time.Hour
	keepMost   = 2000 // notices of one person
	sweptOnce  = 200
)

// sweep forgets what is old, and of each person what is too much. What still waits to go out stays.
func (b *Bell) sweep(ctx context.Context) error {
	all, err := workspace.All(ctx, b.DB)
	if err != nil {
		return err
	}
	for _, w := range all {
		ctx := access.With(ctx, access.System(w.ID))
		var users []people.User
		if err := b.DB.View(ctx, func(tx *db.Tx) (err error) { users, err = people.Users(tx); return err }); err != nil {
			return err
		}
		for _, u := range users {
			for n := sweptOnce; n == sweptOnce; {
				if err := b.DB.Update(ctx, func(tx *db.Tx) (err error) { n, err = sweepOne(tx, u.ID); return err }); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// sweepOne forgets some notices of a person, and says how many.
func sweepOne(tx *db.Tx, user string) (int, error) {
	counts, err := db.Tallies(tx, unreadOf(user))
	if err != nil {
		return 0, err
	}
	old, err := oldItems(tx, user, min(max(counts["kept"]-keepMost, 0), sweptOnce))
	if err != nil || len(old) == 0 {
		return 0, err
	}
	for _, i := range old {
		if i.ReadAt.IsZero() && i.Shown {
			tx.Tally(unreadOf(user), "unread", -1)
		}
		tx.Tally(unreadOf(user), "kept", -1)
	}
	ways, err := removeItems(tx, old)
	for _, w := range ways {
		tx.Tally(family, w.tally(), -1)
		tx.Tally(family, told, -1)
	}
	return len(old), err
}
