package desk

import (
	"strings"
	"testing"

	"muster/internal/event"
	"muster/internal/ticket"
)

func TestPreviewKeepsTheNewest(t *testing.T) {
	tests := []struct {
		rule, items, want string
		most, earlier     int
	}{
		{"a short timeline stays whole, with what happened before its first message", "eMeM", "eMeM", 2, 0},
		{"of a long one the newest messages stay, with what happened since", "eMeMeMee", "MeMee", 2, 1},
		{"what happened alone is no message", "eee", "eee", 1, 0},
		{"nothing is nothing", "", "", 1, 0},
	}
	for _, tt := range tests {
		rec := &record{}
		for _, kind := range tt.items {
			i := ticket.Item{Event: &event.Recorded{}}
			if kind == 'M' {
				i = ticket.Item{Entry: &ticket.Entry{}}
			}
			rec.items = append(rec.items, i)
		}
		earlier := rec.newest(tt.most)
		var got strings.Builder
		for _, i := range rec.items {
			got.WriteString(map[bool]string{true: "M", false: "e"}[i.Entry != nil])
		}
		if got.String() != tt.want || earlier != tt.earlier {
			t.Errorf("%s: got %q and %d earlier, want %q and %d", tt.rule, got.String(), earlier, tt.want, tt.earlier)
		}
	}
}
