// Package memory remembers for a moment what is asked for all the time and changes seldom.
package memory

import (
	"sync"
	"time"
)

// Of remembers values by key. It may be used by many at once.
type Of[K comparable, V any] struct {
	lasts time.Duration
	most  int

	mu    sync.Mutex
	known map[K]held[V]
	age   int // how often all was forgotten
}

type held[V any] struct {
	value V
	until time.Time
}

// New returns a memory that keeps at most so many values, each as long as given.
func New[K comparable, V any](lasts time.Duration, most int) *Of[K, V] {
	return &Of[K, V]{lasts: lasts, most: most, known: map[K]held[V]{}}
}

// Get returns what is remembered under a key, else what find finds, which is
// remembered if keep says so. What cannot be found is asked for each time.
func (m *Of[K, V]) Get(key K, find func() (value V, keep bool, err error)) (V, error) {
	value, age, ok := m.recall(key)
	if ok {
		return value, nil
	}
	value, keep, err := find()
	if err == nil && keep {
		m.remember(key, value, age)
	}
	return value, err
}

func (m *Of[K, V]) recall(key K) (value V, age int, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h, ok := m.known[key]
	return h.value, m.age, ok && time.Now().Before(h.until)
}

// remember keeps a value, unless all was forgotten since it was looked for: it may be what changed.
func (m *Of[K, V]) remember(key K, value V, age int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if age != m.age {
		return
	}
	if len(m.known) >= m.most { // the keys come from outside
		clear(m.known)
	}
	m.known[key] = held[V]{value, time.Now().Add(m.lasts)}
}

// Forget forgets everything: something has changed.
func (m *Of[K, V]) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.known)
	m.age++
}
