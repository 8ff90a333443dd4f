package sheet

import (
	"testing"
	"time"
)

// A wait is told in its largest whole unit, as people say it.
func TestWaitWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 minutes", time.Minute: "1 minute", 90 * time.Minute: "90 minutes", time.Hour: "1 hour", 4 * time.Hour: "4 hours",
		24 * time.Hour: "1 day", 36 * time.Hour: "36 hours", 5 * 24 * time.Hour: "5 days",
	} {
		if got := WaitWords(d); got != want {
			t.Errorf("%v: got %s, want %s", d, got, want)
		}
	}
}
