package webhook

import (
	"cmp"
	"math/rand/v2"
	"sync"
	"time"
)

const (
	places      = 4                      // messages on their way from one node to one endpoint at a time
	atOnce      = 64                     // to all endpoints: so many that a few that are slow leave room for the others
	usual       = 250 * time.Millisecond // until an answer, as long as nothing is known
	longestWait = 5 * time.Minute
)

// lines are the lines before the endpoints. Each endpoint has a few places, so that one which is slow keeps no
// other waiting. Who finds none comes back when there should be one: nobody stands in line, so nothing is lost
// with the node.
type lines struct {
	mu sync.Mutex
	of map[string]*line // by endpoint: only those to which something is on its way
}

type line struct {
	away  int           // messages on their way
	moved time.Time     // when the last of them left or came back
	took  time.Duration // until the last answer; 0: there was none yet
	next  time.Time     // when the last of those who found no place comes back
}

// enter takes a place. If there is none it says how long to stay away.
func (l *lines) enter(endpoint string, now time.Time) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := l.of[endpoint]
	if at == nil {
		at = &line{}
		l.of[endpoint] = at
	}
	if at.away < places {
		at.away++
		at.moved = now
		return 0, true
	}
	if at.next.Before(now) {
		at.next = now
	}
	at.next = at.next.Add(max(cmp.Or(at.took, usual), now.Sub(at.moved)) / places)
	if wait = at.next.Sub(now); wait > longestWait {
		at.next = now.Add(longestWait)
		wait = longestWait/2 + rand.N(longestWait/2) // it may be quick again by then
	}
	return wait, false
}

// leave gives a place back that was taken at an instant.
func (l *lines) leave(endpoint string, since, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := l.of[endpoint]
	at.away, at.moved, at.took = at.away-1, now, now.Sub(since)
	if at.away == 0 {
		delete(l.of, endpoint)
	}
}
