package sheet

import (
	"fmt"
	"strings"
	"time"
)

// SplitWait tells a wait in its largest whole unit: days, hours or minutes.
func SplitWait(d time.Duration) (int, string) {
	for _, u := range []struct {
		is   time.Duration
		name string
	}{{24 * time.Hour, "days"}, {time.Hour, "hours"}} {
		if d > 0 && d%u.is == 0 {
			return int(d / u.is), u.name
		}
	}
	return int(d / time.Minute), "minutes"
}

// WaitWords is a wait in words: 4 hours, 1 day.
func WaitWords(d time.Duration) string {
	n, unit := SplitWait(d)
	if n == 1 {
		unit = strings.TrimSuffix(unit, "s")
	}
	return fmt.Sprintf("%d %s", n, unit)
}
