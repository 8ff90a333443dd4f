package imap

import (
	"strings"
	"testing"
	"time"

	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/mustertest"
)

func TestNote(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		event.NewBus(d, "n1")
		ctx := mustertest.As(t, "acme", "ann")
		began := time.Now().UTC()
		for _, row := range []struct {
			status   Status
			failures int
			since    time.Duration // when the status began, after the first
			news     string        // all that was told so far
		}{
			{Watching, 0, 0, ""},
			{Unreachable, 1, time.Minute, "troubled"},
			{Unreachable, 2, time.Minute, "troubled"},
			{Refused, 3, 3 * time.Minute, "troubled troubled"},
			{Watching, 0, 4 * time.Minute, "troubled troubled recovered"},
			{Watching, 0, 4 * time.Minute, "troubled troubled recovered"},
			{NoFolder, 1, 6 * time.Minute, "troubled troubled recovered troubled"},
		} {
			mustertest.Do(t, d, ctx, func(tx *db.Tx) error { _, err := note(tx, "in1", row.status, "why"); return err })
			mustertest.See(t, d, ctx, func(tx *db.Tx) error {
				s, err := StateOf(tx, "in1")
				if s.Status != row.status || s.Failures != row.failures || !s.Since.Equal(began.Add(row.since)) {
					t.Errorf("got %+v, want %s for the %d. time since %v", s, row.status, row.failures, began.Add(row.since))
				}
				all, err2 := event.Of(tx, Subject, "in1", "", 100)
				var news []string
				for _, e := range all {
					news = append(news, strings.TrimPrefix(e.Name, "imap."))
				}
				if got := strings.Join(news, " "); got != row.news {
					t.Errorf("got the news %q, want %q", got, row.news)
				}
				if err != nil {
					return err
				}
				return err2
			})
			time.Sleep(time.Minute)
		}
	})
}
