// Package flow counts how much comes from one sender or goes to one place
// within a while, so that machines that answer each other come to an end.
package flow

import (
	"time"

	"muster/internal/access"
	"muster/internal/db"
)

// Count is how much there has been within a while, and how much there may be.
type Count struct {
	N, Limit int
	Until    time.Time // when the counting begins anew
}

// Over reports whether there is more than there may be.
func (c Count) Over() bool { return c.N > c.Limit }

// Last reports whether this one is the last that there may be: the moment to tell somebody.
func (c Count) Last() bool { return c.N == c.Limit && c.Limit > 1 }

// Take counts one more of what has a name. The counting begins with the first
// and ends after a while; the next begins it anew.
func Take(tx *db.Tx, name string, limit int, while time.Duration) (Count, error) {
	if err := tx.Must(access.MailManage); err != nil {
		return Count{}, err
	}
	n, began, err := countOne(tx, name, tx.Now.Add(-while))
	return Count{n, limit, began.Add(while)}, err
}

// Forget drops the counts that began before an instant.
func Forget(tx *db.Tx, before time.Time) error {
	if err := tx.Must(access.MailManage); err != nil {
		return err
	}
	return forget(tx, before)
}
