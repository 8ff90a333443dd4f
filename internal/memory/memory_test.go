package memory_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"muster/internal/memory"
)

func TestMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New[string, int](time.Second, 3)
		asked := 0
		get := func(key string) int {
			n, err := m.Get(key, func() (int, bool, error) { asked++; return asked, true, nil })
			if err != nil {
				t.Error(err)
			}
			return n
		}
		expect := func(rule string, got, want int) {
			t.Helper()
			if got != want {
				t.Errorf("%s: got %d, want %d", rule, got, want)
			}
		}
		expect("what is new is looked for", get("a"), 1)
		time.Sleep(999 * time.Millisecond)
		expect("it is remembered for a moment", get("a"), 1)
		time.Sleep(time.Millisecond)
		expect("and no longer", get("a"), 2)
		m.Forget()
		expect("what has changed is looked for", get("a"), 3)
		get("b")
		get("c")
		get("d")
		expect("it does not grow without end", get("a"), 7)
	})
}

func TestWhatIsNotKept(t *testing.T) {
	m := memory.New[string, int](time.Minute, 10)
	asked := 0
	for _, row := range []struct {
		rule string
		keep bool
		err  error
	}{
		{"what the finder will not have kept", false, nil},
		{"what could not be found", true, errors.New("no")},
	} {
		asked = 0
		for range 2 {
			if _, err := m.Get(row.rule, func() (int, bool, error) { asked++; return 1, row.keep, row.err }); !errors.Is(err, row.err) {
				t.Errorf("%s: got %v, want %v", row.rule, err, row.err)
			}
		}
		if asked != 2 {
			t.Errorf("%s was asked for %d times, want 2", row.rule, asked)
		}
	}
}

// What was read before a change must not be remembered after it.
func TestForgetWhileLooking(t *testing.T) {
	m := memory.New[string, int](time.Minute, 10)
	for want := range 2 {
		got, err := m.Get("a", func() (int, bool, error) {
			if want == 0 {
				m.Forget()
			}
			return want, true, nil
		})
		if got != want || err != nil {
			t.Errorf("got %d (%v), want %d", got, err, want)
		}
	}
}
