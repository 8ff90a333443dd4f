package letter

import (
	"fmt"
	"strings"
	"testing"
)

// peopleSamples are messages that name their people oddly.
func peopleSamples() []sample {
	row := func(name, fields string, w want) sample {
		w.subject, w.text = "About "+name, []string{"Hello\n"}
		return sample{"people-" + name, crlf("Message-ID: <p1@kunde.example>\nSubject: About " + name + "\n" + fields + "\n\nHello\n"), w}
	}
	froms := func(want string) func(*Letter) string {
		return func(l *Letter) string { return differs(fmt.Sprint(l.Froms), want) }
	}
	to := func(want string) func(*Letter) string {
		return func(l *Letter) string { return differs(fmt.Sprint(l.To), want) }
	}
	noFrom := []Note{NoteNoFrom}
	return []sample{
		row("no-from", "To: support@desk.example", want{notes: noFrom}),
		row("empty-from", "From:", want{notes: noFrom}),
		row("only-a-name", "From: Anna Berg", want{from: "Anna Berg", notes: noFrom}),
		row("sender-for-from", "From: Anna Berg\nSender: anna@kunde.example", want{from: "Anna Berg", author: annaIs, notes: noFrom}),
		row("path-for-from", "Return-Path: <anna@kunde.example>", want{author: "anna@kunde.example", notes: noFrom}),
		row("several-from", "From: Anna Berg <anna@kunde.example>, Ben <ben@kunde.example>\nSender: ben@kunde.example",
			want{from: annaIs, notes: []Note{NoteSeveralFrom}, extra: froms("[Anna Berg <anna@kunde.example> Ben <ben@kunde.example>]")}),
		row("two-from-fields", "From: Anna Berg <anna@kunde.example>\nFrom: ben@kunde.example",
			want{from: annaIs, notes: []Note{NoteSeveralFrom}, extra: froms("[Anna Berg <anna@kunde.example> ben@kunde.example]")}),
		row("encoded-name", "From: =?iso-8859-1?Q?J=F6rg_M=FCller?= <j.mueller@kunde.example>", want{from: "Jörg Müller <j.mueller@kunde.example>"}),
		row("encoded-name-in-quotes", `From: "=?utf-8?B?SsO2cmcgTcO8bGxlcg==?=" <j.mueller@kunde.example>`, want{from: "Jörg Müller <j.mueller@kunde.example>"}),
		row("encoded-comma", "From: =?utf-8?Q?M=C3=BCller=2C_J=C3=B6rg?= <j.mueller@kunde.example>", want{from: "Müller, Jörg <j.mueller@kunde.example>"}),
		row("quoted-comma", `From: "Müller, Jörg" <j.mueller@kunde.example>`, want{from: "Müller, Jörg <j.mueller@kunde.example>"}),
		row("bare-comma", "From: Berg, Anna <anna@kunde.example>", want{from: "Berg, Anna <anna@kunde.example>"}),
		row("comment-name", "From: anna@kunde.example (Anna Berg)", want{from: annaIs}),
		row("name-is-address", `From: "anna@kunde.example" <anna@kunde.example>`, want{from: "anna@kunde.example"}),
		row("single-quotes", "From: 'Anna Berg' <anna@kunde.example>", want{from: annaIs}),
		row("bracket-not-closed", "From: Anna Berg <anna@kunde.example", want{from: annaIs}),
		row("quote-not-closed", `From: "Anna Berg <anna@kunde.example>`, want{from: annaIs}),
		row("no-brackets", "From: Anna Berg anna@kunde.example", want{from: annaIs}),
		row("host-case", "From: Anna.Berg@KUNDE.Example", want{from: "Anna.Berg@kunde.example"}),
		row("quoted-local", `From: "anna berg"@kunde.example`, want{from: `"anna berg"@kunde.example`}),
		row("unicode-host", "From: anna@bücher.example", want{from: "anna@bücher.example", extra: func(l *Letter) string {
			return differs(l.From.Fold(), "anna@xn--bcher-kva.example")
		}}),
		row("group", "From: anna@kunde.example\nTo: Team: a@desk.example, Ben <b@desk.example>;, c@desk.example",
			want{from: "anna@kunde.example", extra: to("[a@desk.example Ben <b@desk.example> c@desk.example]")}),
		row("undisclosed", "From: anna@kunde.example\nTo: undisclosed-recipients:;", want{from: "anna@kunde.example", extra: to("[]")}),
		row("undisclosed-words", "From: anna@kunde.example\nTo: Undisclosed recipients", want{from: "anna@kunde.example", extra: to("[]")}),
		row("semicolons", "From: anna@kunde.example\nTo: a@desk.example; Ben B <b@desk.example>; c@desk.example",
			want{from: "anna@kunde.example", extra: to("[a@desk.example Ben B <b@desk.example> c@desk.example]")}),
		row("commas-missing", "From: anna@kunde.example\nTo: <a@desk.example> <b@desk.example>\n c@desk.example d@desk.example",
			want{from: "anna@kunde.example", extra: to("[a@desk.example b@desk.example c@desk.example d@desk.example]")}),
		row("route", "From: <@relay.example,@other.example:anna@kunde.example>", want{from: "anna@kunde.example"}),
		row("mailto", "From: Anna Berg [mailto:anna@kunde.example]", want{from: "anna@kunde.example"}),
		row("raw-utf8-name", "From: Jörg Müller <j.mueller@kunde.example>", want{from: "Jörg Müller <j.mueller@kunde.example>"}),
		row("raw-latin1-name", "From: J\xf6rg M\xfcller <j.mueller@kunde.example>", want{from: "Jörg Müller <j.mueller@kunde.example>"}),
		row("raw-in-the-charset-of-the-text", "Content-Type: text/plain; charset=koi8-r\nFrom: \xe1\xce\xce\xc1 <anna@kunde.example>", want{from: "Анна <anna@kunde.example>"}),
		row("reply-to", "From: Contact form <noreply@kunde.example>\nReply-To: Anna Berg <anna@kunde.example>",
			want{from: "Contact form <noreply@kunde.example>", author: annaIs}),
		row("reply-to-without-name", "From: Contact form <noreply@kunde.example>\nReply-To: anna@kunde.example",
			want{from: "Contact form <noreply@kunde.example>", author: "anna@kunde.example"}),
		row("reply-to-ourselves", "From: Anna Berg <anna@kunde.example>\nTo: support@desk.example\nReply-To: support@desk.example", want{from: annaIs}),
		row("reply-to-the-list", "From: Anna Berg <anna@kunde.example>\nTo: users@lists.example\nReply-To: Users <users@lists.example>\nList-Id: <users.lists.example>\nList-Post: <mailto:users@lists.example>",
			want{from: annaIs, kind: List}),
		row("reply-to-the-list-only", "From: Anna Berg <anna@kunde.example>\nTo: ben@kunde.example\nReply-To: users@lists.example\nList-Id: <users.lists.example>\nList-Post: <mailto:users@lists.example>",
			want{from: annaIs, kind: List}),
		row("list-rewrites-from", "From: Anna Berg via Users <users@lists.example>\nReply-To: anna@kunde.example\nTo: users@lists.example\nList-Id: <users.lists.example>\nList-Post: <mailto:users@lists.example>",
			want{from: "Anna Berg via Users <users@lists.example>", author: annaIs, kind: List}),
		row("google-group", "From: \"'Anna Berg' via Support\" <support@desk.example>\nTo: support@desk.example\nX-Original-From: Anna Berg <anna@kunde.example>\nReply-To: Anna Berg <anna@kunde.example>\nX-Google-Group-Id: 12345\nList-Id: <support.desk.example>",
			want{from: "'Anna Berg' via Support <support@desk.example>", author: annaIs, kind: List}),
		row("original-sender", "From: Anna Berg via Support <support@desk.example>\nTo: support@desk.example\nX-Original-Sender: anna@kunde.example\nX-Google-Group-Id: 12345",
			want{from: "Anna Berg via Support <support@desk.example>", author: annaIs}),
		row("original-from-without-a-list", "From: Anna Berg <anna@kunde.example>\nX-Original-From: Chef <chef@kunde.example>", want{from: annaIs}),
		row("delivered-to", "From: anna@kunde.example\nDelivered-To: support+t1@desk.example\nX-Original-To: help@desk.example\nDelivered-To: inbox@desk.example",
			want{from: "anna@kunde.example", extra: func(l *Letter) string {
				return differs(fmt.Sprint(l.DeliveredTo), "[support+t1@desk.example inbox@desk.example help@desk.example]")
			}}),
	}
}

func TestReturnPath(t *testing.T) {
	for _, row := range []struct{ rule, raw, want string }{
		{"none is nil", "Subject: x\n\n", "nil"},
		{"null path", "Return-Path: <>\n\n", ""},
		{"a path", "Return-Path: <Anna@Kunde.example>\n\n", "Anna@kunde.example"},
		{"without brackets", "Return-Path: anna@kunde.example\n\n", "anna@kunde.example"},
	} {
		l, _ := Read([]byte(row.raw), Limits{})
		got := "nil"
		if l.ReturnPath != nil {
			got = *l.ReturnPath
		}
		if got != row.want {
			t.Errorf("%s: got %q, want %q", row.rule, got, row.want)
		}
	}
}

func TestValid(t *testing.T) {
	for mailbox, want := range map[string]bool{"a@b": true, "a@b.example": true, "root": false, "@b": false, "a@": false, "": false, "a@b c": false} {
		if got := (Address{Mailbox: mailbox}).Valid(); got != want {
			t.Errorf("Valid(%q): got %v, want %v", mailbox, got, want)
		}
	}
}

// Values are decoded and of bounded length, and names are found in any case.
func TestHeaderAccess(t *testing.T) {
	l, err := Read([]byte("x-tag: =?utf-8?q?gr=C3=BCn?=\nX-TAG: blue\nX-Long: "+strings.Repeat("y", 20000)+"\n\n"), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(l.Get("X-Tag"), l.Values("x-tag"), len(l.Get("X-Long")), l.Values("X-None")); got != "grün[grün blue] 8192 []" {
		t.Errorf("got %s, want grün[grün blue] 8192 []", got)
	}
}
