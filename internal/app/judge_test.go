package app

import (
	"testing"

	"muster/internal/mailbox"
	"muster/internal/mailbox/letter"
)

// Whose word counts about where a mail comes from.
func TestJudge(t *testing.T) {
	raw := []byte("Authentication-Results: mx.example; spf=pass; dkim=fail; dmarc=fail (p=reject)\r\nFrom: ann@out.example\r\n\r\nHi\r\n")
	l, err := letter.Read(raw, letter.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	trusted := mailbox.Inbox{TrustedHost: "mx.example"}
	for _, row := range []struct {
		rule   string
		origin mailbox.Origin
		in     mailbox.Inbox
		want   string // of DMARC
	}{
		{"the mailbox's server that is trusted", mailbox.Origin{Source: mailbox.IMAP}, trusted, "fail"},
		{"no server is trusted", mailbox.Origin{Source: mailbox.IMAP}, mailbox.Inbox{}, ""},
		{"a relay of ours hands over what the trusted server looked at", mailbox.Origin{Source: mailbox.SMTP, Remote: "10.0.0.7"}, trusted, "fail"},
		{"a relay of ours, and no server is trusted", mailbox.Origin{Source: mailbox.SMTP, Remote: "127.0.0.1"}, mailbox.Inbox{}, ""},
	} {
		if v := judge(t.Context(), mailbox.Message{Origin: row.origin}, row.in, raw, l); v.DMARC != row.want || (v.Detail == "") != (row.want == "") {
			t.Errorf("%s: got %+v, want DMARC %q, and why", row.rule, v, row.want)
		}
	}
}
