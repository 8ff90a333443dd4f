package app

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/ticket"
)

// A ticket with more than a page shows its newest part and leads to what is earlier; the API gives all of it, however small its pages.
func TestLongTicket(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	agent := d.hire("Ann Arbour", access.Admin)
	n := d.openOne("It goes on and on")
	const messages = 430
	if err := d.house.db.Update(d.as(), func(tx *db.Tx) error {
		for i := range messages {
			body, err := ticket.Compose(fmt.Sprintf("Message %d.", i))
			if err != nil {
				return err
			}
			if _, _, err := d.house.desk.Write(tx, n, ticket.Writing{Kind: ticket.Note, Body: body}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	ann := d.signedIn(t, agent.Email)
	newest := ann.see(fmt.Sprint("/tickets/", n))
	if !strings.Contains(newest.body, fmt.Sprintf("Message %d.", messages-1)) || strings.Contains(newest.body, "Message 0.") {
		t.Error("the page does not show the newest part of the timeline")
	}
	leads := regexp.MustCompile(`class="link" href="(/tickets/\d+\?before=[0-9a-v]+)"`)
	older := leads.FindStringSubmatch(newest.body)
	if older == nil {
		t.Fatal("the page does not lead to what is earlier")
	}
	if p := ann.see(older[1]); !strings.Contains(p.body, "Message 0.") || leads.MatchString(p.body) {
		t.Error("what is earlier does not begin where the ticket does")
	}
	// Who reads what is earlier may answer, unless somebody else did since; the answer leads to the newest part.
	earlier := ann.see(older[1])
	if !strings.Contains(earlier.body, fmt.Sprintf(`class="link" href="/tickets/%d"`, n)) {
		t.Error("what is earlier does not lead to what is newest")
	}
	seenThere := regexp.MustCompile(`name="seen" value="([0-9a-v]+)"`).FindStringSubmatch(earlier.body)[1]
	bob := d.signedIn(t, d.hire("Bob Birch", access.Admin).Email)
	wants(t, "another's reply", bob.post(fmt.Sprintf("/tickets/%d/write", n), "kind", "reply", "body", "Bob's answer.", "seen", seenThere), 200, "Bob&#39;s answer.")
	wants(t, "a reply from before it", ann.post(fmt.Sprintf("/tickets/%d/write", n), "kind", "reply", "body", "Ann's answer.", "seen", seenThere), 409, "Bob Birch replied", "Ann&#39;s answer.")
	seenThere = regexp.MustCompile(`name="seen" value="([0-9a-v]+)"`).FindStringSubmatch(ann.see(older[1]).body)[1]
	wants(t, "a reply from what is earlier", ann.post(fmt.Sprintf("/tickets/%d/write", n), "kind", "reply", "body", "Ann's answer.", "seen", seenThere), 200, "Ann&#39;s answer.")
	seen, cursor := 0, ""
	for {
		var page wireList[struct{ Entry *struct{ ID string } }]
		d.must("GET", fmt.Sprintf("/tickets/%d/timeline?limit=7%s", n, cursor), nil, &page)
		for _, i := range page.Items {
			if i.Entry != nil {
				seen++
			}
		}
		if page.Next == nil {
			break
		}
		cursor = "&cursor=" + *page.Next
	}
	if seen != messages+3 {
		t.Errorf("the API's pages hold %d messages, want %d", seen, messages+3)
	}
}
