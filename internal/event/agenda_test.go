package event

import (
	"testing"
	"time"
)

func TestAgendaKnowsOfMore(t *testing.T) {
	now := time.Now()
	for name, row := range map[string]struct {
		note func(*agenda)
		want bool
	}{
		"what is scheduled for now stands alone":                  {func(a *agenda) { a.note("ring", now) }, false},
		"what is scheduled for later may hide more":               {func(a *agenda) { a.note("ring", now.Add(time.Hour)) }, true},
		"what was found may, though it fell due while it was":     {func(a *agenda) { a.found("ring", now) }, true},
		"what is for later is not forgotten over what is for now": {func(a *agenda) { a.note("ring", now.Add(time.Hour)); a.note("ring", now) }, true},
	} {
		a := newAgenda()
		row.note(a)
		if got := a.hasLater("ring"); got != row.want {
			t.Errorf("%s: asked for more: %v, want %v", name, got, row.want)
		}
	}
}
