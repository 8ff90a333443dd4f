package mailbox

import (
	"time"
)

const day = 24 * time.Hour

// count is how much there has been within a while, and how much there may be.
type count struct {
	n, limit int
	until    time.Time // when the while ends
}

func (c count) over() bool { return c.n > c.limit }

// last reports whether this one is the last that there may be: the moment to tell somebody.
func (c count) last() bool { return c.n == c.limit && c.limit > 1 }

func (s *settling) limits() Caps { return s.inbox.Caps.orDefault() }

// take counts one more of what may happen a number of times an hour.
func (s *settling) take(name string, limit int) (count, error) {
	return s.takeFor(name, limit, time.Hour)
}

func (s *settling) takeFor(name string, limit int, while time.Duration) (count, error) {
	if s.message.Trusted {
		return count{0, limit, s.tx.Now}, nil
	}
	n, began, err := countOne(s.tx, name, s.tx.Now.Add(-while))
	return count{n, limit, began.Add(while)}, err
}

// hold puts the message into quarantine because there is too much of its kind.
func (s *settling) hold(n count, format string, args ...any) bool {
	s.message.become(s.tx.Now, Quarantined, format, args...)
	s.note("The count begins anew at %s.", n.until.UTC().Format("15:04 UTC"))
	return true
}
