package letter

import (
	"fmt"
	"strings"
	"testing"
)

// idSamples are messages whose Message-ID, References or In-Reply-To are badly formed.
func idSamples() []sample {
	long := strings.Repeat("x", 1000) + "@kunde.example"
	var many strings.Builder
	for i := range 150 {
		fmt.Fprintf(&many, "\n <r%d@desk.example>", i)
	}
	row := func(name, fields, id string, extra func(*Letter) string) sample {
		return sample{"id-" + name, crlf("From: " + annaIs + "\nTo: support@desk.example\nSubject: About " + name + "\n" + fields + "\n\nHello\n"),
			want{from: annaIs, subject: "About " + name, text: []string{"Hello\n"}, extra: func(l *Letter) string {
				if s := differs(l.MessageID, id); s != "" && id != "" {
					return "MessageID: " + s
				}
				if extra != nil {
					return extra(l)
				}
				return ""
			}}}
	}
	references := func(in, refs string) func(*Letter) string {
		return func(l *Letter) string {
			return differs(strings.Join(l.InReplyTo, " ")+"|"+strings.Join(l.References, " "), in+"|"+refs)
		}
	}
	return []sample{
		row("none", "X-None: at all", "", missingID),
		row("empty", "Message-ID:", "", missingID),
		row("empty-brackets", "Message-ID: <>", "", missingID),
		row("two-at-signs", "Message-ID: <a@@b>", "a@@b", nil),
		row("two-hosts", "Message-ID: <a@b@c>", "a@b@c", nil),
		row("no-brackets", "Message-ID: a.b@kunde.example", "a.b@kunde.example", nil),
		row("no-at-sign", "Message-ID: <20250303101200>", "20250303101200", nil),
		row("not-closed", "Message-ID: <open@kunde.example", "open@kunde.example", nil),
		row("double-brackets", "Message-ID: <<twice@kunde.example>>", "twice@kunde.example", nil),
		row("folded", "Message-ID:\n\t<folded.over.two.lines\n .and@kunde.example>", "folded.over.two.lines.and@kunde.example", nil),
		row("comment", "Message-ID: <noted@kunde.example> (added by mx.kunde.example)", "noted@kunde.example", nil),
		row("spaces-inside", "Message-ID: < padded@kunde.example >", "padded@kunde.example", nil),
		row("case", "MESSAGE-id: <MiXeD@Kunde.Example>", "MiXeD@Kunde.Example", nil),
		row("two", "Message-ID: <>\nMessage-ID: <second@kunde.example>", "second@kunde.example", nil),
		row("long", "Message-ID: <"+long+">\nIn-Reply-To: <"+long+">", "", func(l *Letter) string {
			return differs(l.MessageID, l.InReplyTo[0])
		}),
		row("references", "References: <a@desk.example>\n <b@desk.example>\nIn-Reply-To: <b@desk.example>", "", references("b@desk.example", "a@desk.example b@desk.example")),
		row("references-glued", "References: <a@desk.example><b@desk.example>,<c@desk.example>", "", references("", "a@desk.example b@desk.example c@desk.example")),
		row("references-bare", "References: a@desk.example b@desk.example", "", references("", "a@desk.example b@desk.example")),
		row("reply-with-words", "In-Reply-To: Your message of \"Mon, 3 Mar\" <a@desk.example>", "", references("a@desk.example", "")),
		row("reply-encoded", "In-Reply-To: =?utf-8?Q?=3Ca=40desk.example=3E?=", "", references("a@desk.example", "")),
		row("references-many", "References:"+many.String(), "", func(l *Letter) string {
			return differs(fmt.Sprintln(len(l.References), l.References[0], l.References[1], l.References[99]), "100 r0@desk.example r51@desk.example r149@desk.example\n")
		}),
	}
}

// The same bytes always get the same ID, and other bytes another.
func TestMissingIDComesFromTheBytes(t *testing.T) {
	one, _ := Read([]byte("Subject: x\n\nhello"), Limits{})
	same, _ := Read([]byte("Subject: x\n\nhello"), Limits{})
	other, _ := Read([]byte("Subject: x\n\nhello!"), Limits{})
	if one.MessageID != same.MessageID || one.MessageID == other.MessageID {
		t.Errorf("got %s, %s and %s, want the first two equal", one.MessageID, same.MessageID, other.MessageID)
	}
}

func TestSubjectTags(t *testing.T) {
	for _, row := range []struct {
		rule, subject string
		want          []int64
	}{
		{"a tag counts", "Re: [#1234] Printer", []int64{1234}},
		{"at the start and the end", "[#1] both [#2]", []int64{1, 2}},
		{"once each", "[#7] Re: [#7]", []int64{7}},
		{"next to another bracket", "[EXTERNAL][#12] Printer", []int64{12}},
		{"after a prefix without a space", "AW:[#12]", []int64{12}},
		{"not another instance's", "[ACME#12] [acme #12] [Ticket#12] (#12) #12", nil},
		{"not without the sharp", "[12]", nil},
		{"not within a word", "foo[#12] [#12]bar x_[#12]", nil},
		{"not within brackets", "[[#12]]", nil},
		{"not with spaces", "[# 12] [#12 ] [ #12]", nil},
		{"not with letters", "[#12a] [#a12] [#1.2] [#-3]", nil},
		{"not as we never write it", "[#012] [#0]", nil},
		{"not beyond any number", "[#99999999999999999999]", nil},
		{"not other digits", "[#１２]", nil},
		{"not cut off", "[#12", nil},
		{"nothing", "", nil},
	} {
		if got := SubjectTags(row.subject); fmt.Sprint(got) != fmt.Sprint(row.want) {
			t.Errorf("%s: SubjectTags(%q): got %v, want %v", row.rule, row.subject, got, row.want)
		}
	}
}
