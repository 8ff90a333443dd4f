package memory_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"muster/internal/memory"
)

func TestReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.NewReady[string, int](10*time.Second, time.Hour, 2)
		n, wrong := 0, error(nil)
		get := func(rule string, want int, wait time.Duration) {
			t.Helper()
			began := time.Now()
			got, err := m.Get(t.Context(), "a", func(context.Context, bool) (int, error) {
				time.Sleep(2 * time.Second)
				n++
				return n, wrong
			})
			if got != want || err != wrong && wait > 0 || time.Since(began) != wait {
				t.Errorf("%s: got %d (%v) after %s, want %d after %s", rule, got, err, time.Since(began), want, wait)
			}
		}
		get("who asks first waits", 1, 2*time.Second)
		get("what is known is given out", 1, 0)
		time.Sleep(11 * time.Second)
		get("what is past its time, too", 1, 0)
		get("and is found anew by one", 1, 0)
		time.Sleep(3 * time.Second)
		get("the next gets it", 2, 0)
		time.Sleep(2 * time.Hour)
		get("what is stale is waited for", 3, 2*time.Second)
		wrong = errors.New("the database is away")
		time.Sleep(11 * time.Second)
		get("what cannot be found anew stays", 3, 0)
		time.Sleep(3 * time.Second)
		wrong = nil
		get("and is asked for again", 3, 0)
		time.Sleep(3 * time.Second)
		get("until it is found", 5, 0)
	})
}
