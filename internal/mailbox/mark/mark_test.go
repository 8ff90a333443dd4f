package mark_test

import (
	"strings"
	"testing"

	"muster/internal/mailbox/mark"
)

const (
	aTicket = "0123456789abcdefghij"
	anEntry = "abcdefghij0123456789"
)

func TestMessageID(t *testing.T) {
	s := mark.New([]byte("one"), "https://Desk.example.com/path")
	other := mark.New([]byte("two"), "https://desk.example.com")
	id := s.MessageID("acme", aTicket, anEntry)
	if !strings.HasSuffix(id, "@desk.example.com") || len(id) > 90 {
		t.Errorf("got the id %s, want a short one of the desk's host", id)
	}
	tests := []struct {
		name, workspace, id string
		signer              mark.Signer
		want                bool
	}{
		{"our own is read", "acme", id, s, true},
		{"a mail system that changed its case does no harm", "acme", strings.ToUpper(id), s, true},
		{"another host does no harm", "acme", strings.Replace(id, "desk", "old", 1), s, true},
		{"that of another workspace is not ours", "globex", id, s, false},
		{"that of another installation is not ours", "acme", id, other, false},
		{"another ticket's is not signed", "acme", strings.Replace(id, "0123", "0124", 1), s, false},
		{"another entry's is not signed", "acme", strings.Replace(id, "abcdefghij0123", "abcdefghij0124", 1), s, false},
		{"a foreign id is none", "acme", "abc@example.org", s, false},
		{"none at all", "acme", "", s, false},
	}
	for _, tt := range tests {
		ticket, entry, ok := tt.signer.ReadMessageID(tt.workspace, tt.id)
		if ok != tt.want || ok && (ticket != aTicket || entry != anEntry) {
			t.Errorf("%s: got %q, %q, %v, want %v", tt.name, ticket, entry, ok, tt.want)
		}
	}
	if !mark.Foreign(id) || mark.Foreign("abc@example.org") {
		t.Error("the shape of an id does not tell a Muster's from others")
	}
}

func TestAddresses(t *testing.T) {
	s := mark.New([]byte("one"), "")
	to := s.TicketAddress("acme", "Support@example.com", 42)
	back := s.BounceAddress("acme", "support@example.com", anEntry)
	tests := []struct {
		name, address string
		number        int64
		entry         string
	}{
		{"a ticket's", to, 42, ""},
		{"in another case", strings.ToUpper(to), 42, ""},
		{"of another number", strings.Replace(to, "+t42", "+t43", 1), 0, ""},
		{"a bounce's", back, 0, anEntry},
		{"of another entry", strings.Replace(back, "+babc", "+babd", 1), 0, ""},
		{"a plain one", "support@example.com", 0, ""},
		{"another's plus", "support+sales@example.com", 0, ""},
	}
	for _, tt := range tests {
		number, ok := s.ReadTicketAddress("acme", tt.address)
		if !ok {
			number = 0
		}
		entry, _ := s.ReadBounceAddress("acme", tt.address)
		if number != tt.number || entry != tt.entry {
			t.Errorf("%s: %s leads to %d and %q, want %d and %q", tt.name, tt.address, number, entry, tt.number, tt.entry)
		}
	}
	if _, ok := s.ReadTicketAddress("globex", to); ok {
		t.Error("an address of one workspace leads into another")
	}
	if got := mark.Inbox(back); got != "support@example.com" {
		t.Errorf("the inbox of %s is %s", back, got)
	}
	long := strings.Repeat("x", 50) + "@example.com"
	if got := s.BounceAddress("acme", long, anEntry); got != long {
		t.Errorf("got %s, which no mail system takes, want the plain address", got)
	}
}
