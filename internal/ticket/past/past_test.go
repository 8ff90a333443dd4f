package past_test

import (
	"testing"
	"time"

	"muster/internal/ticket"
	"muster/internal/ticket/past"
)

// A reply that was taken back answered nobody.
func TestWithdrawnReply(t *testing.T) {
	first := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var p past.Ticket
	p.Follow(ticket.Wrote{Kind: ticket.Reply}, first)
	p.Follow(ticket.Wrote{Kind: ticket.Reply}, first.Add(time.Hour))
	p.Follow(ticket.Withdrew{Replied: first}, first.Add(time.Hour))
	if p.Replies != 1 || !p.RepliedAt.Equal(first) {
		t.Errorf("%d replies, the last at %s; want the first alone", p.Replies, p.RepliedAt)
	}
}
