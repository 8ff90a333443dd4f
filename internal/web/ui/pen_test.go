package ui

import (
	"strings"
	"testing"
	"time"
)

// Whatever stands in a ticket, its row has no element that we did not write.
func TestRowsAreEscaped(t *testing.T) {
	evil := `"><script>alert('1')</script>&`
	s := set{reader: readerOf(Frame{Now: time.Now()})}
	got, err := s.row(Row{ID: evil, Number: evil, Href: "/tickets/1", Subject: evil, Excerpt: evil, State: State{Category: evil, Text: evil}, Prio: 1,
		Tags: []Tag{{Text: evil, Icon: evil, Remove: evil}}, Who: evil, Org: evil, Tier: Tier{evil, evil}, Owner: Avatar{Name: evil, Initials: evil},
		At: time.Now(), Unread: true, Current: true, Selected: true, Words: "script", Topic: evil})
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{"<script", `"">`, "alert('", "&\n"} {
		if strings.Contains(string(got), wrong) {
			t.Errorf("the row has %q, want it escaped:\n%s", wrong, got)
		}
	}
	if quotes := strings.Count(string(got), `"`); quotes%2 != 0 {
		t.Errorf("the row has %d quotation marks, want each closed:\n%s", quotes, got)
	}
}

func TestLinksRunNothing(t *testing.T) {
	s := set{reader: readerOf(Frame{})}
	for address, want := range map[string]string{
		"/tickets/1?q=a:b": "/tickets/1?q=a:b", "#a:b": "#a:b", "https://a.example/": "https://a.example/", "MAILTO:ann@a.example": "MAILTO:ann@a.example",
		"tickets": "tickets", "javascript:alert(1)": "#", "JavaScript:alert(1)": "#", "data:text/html,x": "#", "\tjavascript:x": "#",
	} {
		got, err := s.button(Button{Text: "Go", Href: address})
		if err != nil || !strings.Contains(string(got), ` href="`+want+`"`) {
			t.Errorf("%q: got %s (%v), want it to lead to %q", address, got, err, want)
		}
	}
}
