package memory

import (
	"context"
	"sync"
	"time"
)

// Ready remembers what takes long to find: what is past its time is given out while it is found anew beside, so that nobody waits for it.
type Ready[K comparable, V any] struct {
	lasts, stale time.Duration
	most         int

	mu    sync.Mutex
	known map[K]*found[V]
}

type found[V any] struct {
	value  V
	at     time.Time
	anew   bool // it is being found anew
	absent bool // it was not found yet
	mu     sync.Mutex
}

// NewReady returns a memory that finds each value anew once it is older than lasts, and has its caller wait if it is older than stale.
func NewReady[K comparable, V any](lasts, stale time.Duration, most int) *Ready[K, V] {
	return &Ready[K, V]{lasts: lasts, stale: stale, most: most, known: map[K]*found[V]{}}
}

// longest is how long something may take to be found beside.
const longest = time.Minute

// Get returns what is remembered under a key, else what find finds while its caller waits. Find may be called when Get has returned, with
// a context of its own that has the values of the caller's; what it cannot find then is asked for again next time.
func (m *Ready[K, V]) Get(ctx context.Context, key K, find func(ctx context.Context, waits bool) (V, error)) (V, error) {
	f := m.place(key)
	f.mu.Lock() // of many who need what is not there, one finds it
	defer f.mu.Unlock()
	age := time.Since(f.at)
	if f.absent || age > m.stale {
		value, err := find(ctx, true)
		if err == nil {
			f.value, f.at, f.absent = value, time.Now(), false
		}
		return value, err
	}
	if age > m.lasts && !f.anew {
		f.anew = true
		go func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), longest)
			defer cancel()
			value, err := find(ctx, false)
			f.mu.Lock()
			defer f.mu.Unlock()
			if f.anew = false; err == nil {
				f.value, f.at = value, time.Now()
			}
		}()
	}
	return f.value, nil
}

func (m *Ready[K, V]) place(key K) *found[V] {
	m.mu.Lock()
	defer m.mu.Unlock()
	f, ok := m.known[key]
	if !ok {
		if len(m.known) >= m.most { // the keys come from outside
			clear(m.known)
		}
		f = &found[V]{absent: true}
		m.known[key] = f
	}
	return f
}
