package notify

import (
	"time"

	"muster/internal/access"
	"muster/internal/db"
)

// Record keeps a notice of the past, at the instant of tx: what was shown here, read or not, and mailed or not. Nothing goes out.
func Record(tx *db.Tx, n Notice, user string, read, mailed bool) error {
	if err := tx.Must(access.Settings); err != nil {
		return err
	}
	i := Item{ID: tx.NewID(), User: user, Topic: n.Topic, Urgent: n.Urgent, Shown: true, Title: n.Title, Words: n.Words, Path: n.Path, Actor: n.Actor, CreatedAt: tx.Now}
	if n.Ticket != nil {
		i.Ticket, i.Number, i.Title = n.Ticket.ID, n.Ticket.Number, n.Ticket.Title
	}
	if _, err := insertItem(tx, i, i.ID); err != nil {
		return err
	}
	tx.Tally(unreadOf(user), "kept", 1)
	ways := []way{{ID: tx.NewID(), Notice: i.ID, User: user, Channel: App, State: Delivered, SettledAt: tx.Now}}
	switch {
	case mailed:
		ways = append(ways, way{ID: tx.NewID(), Notice: i.ID, User: user, Channel: Mail, State: Delivered, SettledAt: tx.Now})
	case read:
		ways = append(ways, way{ID: tx.NewID(), Notice: i.ID, User: user, Channel: Mail, State: ReadFirst, Reason: "It was read before it went out.", SettledAt: tx.Now})
	}
	for _, w := range ways {
		tx.Tally(family, w.tally(), 1)
		tx.Tally(family, told, 1)
	}
	if err := insertWays(tx, ways); err != nil {
		return err
	}
	if !read {
		tx.Tally(unreadOf(user), "unread", 1)
		return nil
	}
	tx.Now = tx.Now.Add(5 * time.Minute)
	_, err := markItems(tx, user, true, []string{i.ID})
	return err
}
