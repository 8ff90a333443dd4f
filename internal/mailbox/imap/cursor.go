package imap

import "time"

// Cursor is how far a folder has been read.
type Cursor struct {
	Inbox, Folder string
	Validity      uint32    // UIDVALIDITY; 0: never seen
	First         uint32    // messages with a lower UID were there before us, and are not ours
	Last          uint32    // all up to here are in custody
	Careful       uint32    // up to here one at a time: a connection broke on the way
	Tries         int       // connections that broke at the message after Last
	Since         time.Time // if the folder begins anew, what arrived before is not ours; zero: all is
	Reconciled    time.Time
}

// meet is what a folder that looks so means for the cursor. A folder that
// begins anew, with other UIDs or with fewer than there were, is read again
// from its first message: who gets the messages knows which are old.
func (c Cursor) meet(validity, next uint32, newOnly bool, now time.Time) (_ Cursor, anew bool) {
	switch {
	case c.Validity == 0:
		c.Validity, c.First, c.Reconciled = validity, 1, now
		if newOnly && next > 0 {
			c.First, c.Last, c.Since = next, next-1, now
		}
		return c, false
	case c.Validity != validity, next > 0 && next <= c.Last:
		c.Validity, c.First, c.Last, c.Careful, c.Tries = validity, 1, 0, 0, 0
		return c, true
	}
	return c, false
}

// moved is the cursor once all up to a UID are in custody.
func (c Cursor) moved(to uint32) Cursor {
	if to > c.Last {
		c.Last, c.Tries = to, 0
	}
	return c
}

// broke is the cursor after a connection broke while messages up to a UID were
// fetched: they are fetched one by one then, and the one at which it breaks
// again and again is given up, so that it does not stop the others.
func (c Cursor) broke(upTo uint32, alone bool) Cursor {
	c.Careful = max(c.Careful, upTo)
	if alone {
		c.Tries++
	}
	return c
}

// careful reports whether messages are fetched one at a time.
func (c Cursor) careful() bool { return c.Last < c.Careful }
