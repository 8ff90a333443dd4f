package event

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// agenda is when a node looks for jobs of which tasks. What is scheduled on the
// node is noted there; what others schedule it learns of at a glance.
type agenda struct {
	mu    sync.Mutex
	at    map[string]time.Time
	later map[string]bool // tasks that may have more jobs, for later
	noted chan struct{}   // something came in
}

func newAgenda() *agenda {
	return &agenda{at: map[string]time.Time{}, later: map[string]bool{}, noted: make(chan struct{}, 1)}
}

// note has jobs of a task looked for at an instant, if not before.
func (a *agenda) note(task string, at time.Time) { a.add(task, at, at.After(time.Now())) }

// found notes the first of the jobs of a task that are in the table: there may be more behind it, also if its instant is past.
func (a *agenda) found(task string, at time.Time) { a.add(task, at, true) }

func (a *agenda) add(task string, at time.Time, more bool) {
	a.mu.Lock()
	before, ok := a.at[task]
	if !ok || at.Before(before) {
		a.at[task] = at
	}
	if more {
		a.later[task] = true
	}
	a.mu.Unlock()
	select {
	case a.noted <- struct{}{}:
	default:
	}
}

// due takes the tasks out whose instant has come.
func (a *agenda) due(now time.Time) (tasks []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, task := range slices.Sorted(maps.Keys(a.at)) {
		if !a.at[task].After(now) {
			tasks = append(tasks, task)
			delete(a.at, task)
		}
	}
	return tasks
}

// next returns the first instant, and limit if there is none before.
func (a *agenda) next(limit time.Time) time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, at := range a.at {
		if at.Before(limit) {
			limit = at
		}
	}
	return limit
}

// hasLater reports whether a task may have jobs for later that are not noted, and forgets it: whoever asks notes the next of them.
func (a *agenda) hasLater(task string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	later := a.later[task]
	delete(a.later, task)
	return later
}
