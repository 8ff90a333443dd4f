package app

import (
	"strings"
	"testing"

	"muster/internal/db"
	"muster/internal/mailbox/inbox"
	"muster/internal/mustertest"
	"muster/internal/web/ui"
)

// Mail that somebody else has read already is fetched from a real IMAP server, becomes a ticket, and has one outcome.
func TestFetchStory(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		imap := mustertest.NewDovecot(t)
		d := startDesk(t, url, func(c *Config) { c.IMAPReach = "any" })
		imap.Deliver(t, "maren", "INBOX", letterFrom("Maren <maren@fennoway.example>", "imap-1@fennoway.example", "Fetched from elsewhere", "", "By IMAP."))
		var in inbox.Inbox
		if err := d.house.db.Update(d.as(), func(tx *db.Tx) (err error) {
			in, err = d.house.office.Inboxes.Save(tx, inbox.Inbox{Address: "help@quillmere.example", Active: true,
				IMAP: inbox.Server{Host: "127.0.0.1", Port: imap.Port, Security: "none", User: "maren", Password: imap.Password}})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		var tickets wireList[wireTicket]
		d.await("the mail is a ticket", func() bool { d.must("GET", "/tickets?q=fetched", nil, &tickets); return len(tickets.Items) == 1 })
		imap.Deliver(t, "maren", "INBOX", letterFrom("Maren <maren@fennoway.example>", "imap-2@fennoway.example", "Pushed from elsewhere", "", "By IDLE."))
		d.await("the second is one too", func() bool { d.must("GET", "/tickets?q=pushed", nil, &tickets); return len(tickets.Items) == 1 })
		var sum struct{ Received, Pending, Unaccounted int64 }
		d.must("GET", "/mail/summary", nil, &sum)
		if sum.Received != 2 || sum.Unaccounted != 0 {
			t.Errorf("custody says %+v, want 2 received and none unaccounted", sum)
		}
		for _, s := range d.house.testInbox(d.as(), in) {
			if s.Is == ui.Broken {
				t.Errorf("testing the inbox: %s: %s", s.Text, s.Note)
			}
		}
		in.IMAP.Password, in.IMAP.Sealed = "", ""
		bad := in
		bad.IMAP.Host = "imap.nowhere.invalid"
		broken := ""
		for _, s := range d.house.testInbox(d.as(), bad) {
			if s.Is == ui.Broken {
				broken += s.Text + " " + s.Note
			}
		}
		if !strings.Contains(broken, "IMAP") {
			t.Errorf("an inbox with a server that does not exist passes its test: %q", broken)
		}
	})
}
