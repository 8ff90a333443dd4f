package app

import (
	"io"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/mailbox"
	"muster/internal/mailbox/inbox"
	"muster/internal/mailbox/letter"
	"muster/internal/mailbox/smtpd"
)

// Whose word counts about where a mail comes from.
func TestJudge(t *testing.T) {
	raw := []byte("Authentication-Results: mx.example; spf=pass; dkim=fail; dmarc=fail (p=reject)\r\nFrom: ann@out.example\r\n\r\nHi\r\n")
	l, err := letter.Read(raw, letter.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	trusted := inbox.Inbox{TrustedHost: "mx.example"}
	for _, row := range []struct {
		rule   string
		origin mailbox.Origin
		in     inbox.Inbox
		want   string // of DMARC
	}{
		{"the mailbox's server that is trusted", mailbox.Origin{Source: mailbox.IMAP}, trusted, "fail"},
		{"no server is trusted", mailbox.Origin{Source: mailbox.IMAP}, inbox.Inbox{}, ""},
		{"a relay of ours hands over what the trusted server looked at", mailbox.Origin{Source: mailbox.SMTP, Remote: "10.0.0.7"}, trusted, "fail"},
		{"a relay of ours, and no server is trusted", mailbox.Origin{Source: mailbox.SMTP, Remote: "127.0.0.1"}, inbox.Inbox{}, ""},
	} {
		if v := judge(t.Context(), mailbox.Message{Origin: row.origin}, row.in, raw, l); v.DMARC != row.want || (v.Detail == "") != (row.want == "") {
			t.Errorf("%s: got %+v, want DMARC %q, and why", row.rule, v, row.want)
		}
	}
}

// A large mail passes through memory, it is not held there: many may come at once.
func TestAcceptHoldsNoMail(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	before := heap()
	var held int64
	raw := io.MultiReader(strings.NewReader("Subject: Large\r\n\r\n"), io.LimitReader(spaces{}, 24<<20), atEnd(func() { held = heap() - before }))
	if err := d.house.accept(t.Context(), smtpd.Envelope{ID: "large", To: []string{"support@quillmere.example"}, At: time.Now()}, raw); err != nil {
		t.Fatal(err)
	}
	if held > 8<<20 {
		t.Errorf("a mail of 24 MiB holds %d MiB before it is accepted", held>>20)
	}
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// spaces are a text without an end.
type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// atEnd is done when all before it has been read.
type atEnd func()

func (f atEnd) Read([]byte) (int, error) { f(); return 0, io.EOF }

// The first inbox is made once: where it was given another address, the next start does not bring the old one back.
func TestFirstInboxIsMadeOnce(t *testing.T) {
	url := "sqlite:" + t.TempDir() + "/muster.db"
	type box struct{ ID, Address string }
	var all wireList[box]
	d := startDesk(t, url)
	d.must("GET", "/inboxes", nil, &all)
	if len(all.Items) != 1 || all.Items[0].Address != "support@quillmere.example" {
		t.Fatalf("got the inboxes %+v, want the first", all.Items)
	}
	d.must("PATCH", "/inboxes/"+all.Items[0].ID, map[string]string{"address": "help@quillmere.example"}, nil)
	d.stop()
	d = startDesk(t, url)
	d.must("GET", "/inboxes", nil, &all)
	if len(all.Items) != 1 || all.Items[0].Address != "help@quillmere.example" {
		t.Errorf("got the inboxes %+v, want the one with its new address", all.Items)
	}
}

// What a rule held by mistake is released at once, not mail by mail.
func TestReleaseOfAllShown(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	ann := d.signedIn(t, d.hire("Ann Arbour", access.Admin).Email)
	for _, subject := range []string{"Held one", "Held two", "Other"} {
		raw := letterFrom("Maren <maren@fennoway.example>", subject, subject, "", "Hi.")
		origin := mailbox.Origin{Source: mailbox.SMTP, Verdict: mailbox.Verdict{DMARC: "fail", Policy: "reject"}}
		if _, err := d.house.office.Accept(t.Context(), d.house.workspace.ID, origin, strings.NewReader(raw)); err != nil {
			t.Fatal(err)
		}
	}
	d.await("all are held", func() bool {
		return strings.Count(ann.see("/mail?outcome=quarantined").body, ">Quarantined</span>") == 3
	})
	lena := d.signedIn(t, d.hire("Lena Lund", "customer-support").Email)
	wants(t, "the rail of who can release them", ann.see("/queues/mine"), 200, "3 in · 0 lost", ">3</span>")
	wants(t, "and of who cannot", lena.see("/queues/mine"), 200, "3 in · 0 lost", "!>3</span>")
	held := ann.see("/mail?outcome=quarantined&q=held")
	ids := regexp.MustCompile(`name="ids" value="([^"]*)">[^\n]*Release these 2`).FindStringSubmatch(held.body)
	if ids == nil {
		t.Fatal("the page has no button that releases both")
	}
	wants(t, "both are released", ann.post("/mail/release", "ids", ids[1]), 200, "Released: 2.")
	wants(t, "once more", ann.post("/mail/release", "ids", ids[1]+" nope"), 200, "Released: 0.")
	d.await("they are tickets, the other is not", func() bool {
		return strings.Count(ann.see("/mail?outcome=ticket").body, "Held ") == 2 && strings.Contains(ann.see("/mail?outcome=quarantined").body, "Other")
	})
}
