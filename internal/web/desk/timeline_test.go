package desk

import (
	"strings"
	"testing"

	"muster/internal/ticket"
)

// What a reader must know of a mail is not hidden by what else there is to say of it.
func TestStripSaysAll(t *testing.T) {
	e := &ticket.Entry{ID: "e1", Verdict: ticket.Verdict{DMARC: "fail", Notes: "The sender had not taken part in this ticket before."}, Body: ticket.Body{Remote: 2}}
	rec := &record{Ticket: &ticket.Ticket{Number: 7}}
	s := stripOf(nil, rec, e)
	for _, want := range []string{"does not vouch", "not taken part", "2 images"} {
		if s == nil || !strings.Contains(s.Text, want) || s.Is != "warn" || len(s.Actions) != 1 {
			t.Fatalf("got %+v, want a warning with %q, and the button that loads the images", s, want)
		}
	}
	if s := stripOf(nil, rec, &ticket.Entry{}); s != nil {
		t.Errorf("got %+v of a mail of which there is nothing to say", s)
	}
}
