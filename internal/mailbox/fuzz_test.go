package mailbox_test

import (
	"os"
	"path/filepath"
	"testing"

	"muster/internal/mailbox"
	"muster/internal/mustertest"
)

// Whatever the bytes are, the whole way from the listener to the ticket ends with one outcome, which is no failure,
// and reading them again makes nothing else of them.
func FuzzIntake(f *testing.F) {
	samples, err := filepath.Glob("letter/testdata/corpus/*.eml")
	if err != nil || len(samples) < 150 {
		f.Fatalf("found %d samples (%v), want those of package letter", len(samples), err)
	}
	for _, file := range samples {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	d := mustertest.Open(f, "sqlite:"+filepath.Join(f.TempDir(), "muster.db"))
	f.Cleanup(func() { d.Close() })
	w := newWorld(f, d)
	f.Fuzz(func(t *testing.T, raw []byte) {
		w.t, w.sent = t, nil
		m := w.take(string(raw))
		if m.Outcome == mailbox.Pending || m.Outcome == mailbox.Failed || m.Reason == "" {
			t.Errorf("it became %q: %s", m.Outcome, m.Reason)
		}
		differences, err := w.office.Replay(w.system, m.ID)
		if err != nil || len(differences) != 0 {
			t.Errorf("read again it is another: %v, %v", differences, err)
		}
		if m.Entry != "" {
			w.ticket(m)
		}
		w.work()
		w.balanced()
	})
}
