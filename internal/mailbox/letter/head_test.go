package letter

import (
	"fmt"
	"strings"
	"time"
)

// headSamples are messages whose header is not as it should be.
func headSamples() []sample {
	return []sample{
		{"head-simple", crlf(anna + "Subject: The printer is out of paper\n\nPlease send someone.\n"),
			want{from: annaIs, subject: "The printer is out of paper", text: []string{"Please send someone.\n"}, extra: func(l *Letter) string {
				return differs(fmt.Sprint(l.Date, l.MessageID, l.To), fmt.Sprint(time.Date(2025, 3, 3, 9, 12, 0, 0, time.UTC), "m1@kunde.example", "[Support <support@desk.example>]"))
			}}},
		{"head-bare-lf", strings.TrimPrefix(anna, "\n") + "Subject: Unix line ends\n\nfirst\nsecond\n",
			want{from: annaIs, subject: "Unix line ends", text: []string{"first\nsecond\n"}}},
		{"head-bare-cr", strings.ReplaceAll(strings.TrimPrefix(anna, "\n")+"Subject: Old Mac line ends\n\nfirst\nsecond\n", "\n", "\r"),
			want{from: annaIs, subject: "Old Mac line ends", text: []string{"first\nsecond\n"}}},
		{"head-mixed-ends", crlf(anna+"Subject: Mixed line ends\n\n") + "one\ntwo\r\nthree\rfour\r\n",
			want{from: annaIs, subject: "Mixed line ends", text: []string{"one\ntwo\nthree\nfour\n"}}},
		{"head-mbox-line", "From anna@kunde.example Mon Mar  3 10:12:00 2025\n" + strings.TrimPrefix(anna, "\n") + "Subject: Exported from an mbox\n\nHello\n",
			want{from: annaIs, subject: "Exported from an mbox", text: []string{"Hello\n"}}},
		{"head-leading-blank", "\r\n\r\n" + crlf(anna+"Subject: Blank lines first\n\nHello\n"),
			want{from: annaIs, subject: "Blank lines first", text: []string{"Hello\n"}}},
		{"head-byte-order-mark", "\xef\xbb\xbf" + crlf(anna+"Subject: A mark first\n\nHello\n"),
			want{from: annaIs, subject: "A mark first", text: []string{"Hello\n"}}},
		{"head-no-colon", crlf(anna + "X-Broken-Header\nSubject: A field without a colon\n\nHello\n"),
			want{from: annaIs, subject: "A field without a colon", text: []string{"Hello\n"}}},
		{"head-not-indented", crlf("Subject: This subject was folded\nby somebody who forgot to indent" + anna + "\nHello\n"),
			want{from: annaIs, subject: "This subject was folded by somebody who forgot to indent", text: []string{"Hello\n"}}},
		{"head-two-not-indented", crlf("Subject: This subject\nhas two more lines\nwithout an indent" + anna + "\nHello\n"),
			want{from: annaIs, subject: "This subject has two more lines without an indent", text: []string{"Hello\n"}}},
		{"head-space-before-colon", crlf(strings.Replace(anna, "From:", "From :", 1) + "Subject : A space too much\n\nHello\n"),
			want{from: annaIs, subject: "A space too much", text: []string{"Hello\n"}}},
		{"head-no-blank-line", crlf(anna + "Subject: No blank line\nGood morning,\nthe blank line is missing: here.\n\nAnna\n"),
			want{from: annaIs, subject: "No blank line", text: []string{"Good morning,\nthe blank line is missing: here.\n\nAnna\n"}}},
		{"head-no-blank-line-link", crlf(anna + "Subject: A link first\nhttps://kunde.example/ticket does not open.\n"),
			want{from: annaIs, subject: "A link first", text: []string{"https://kunde.example/ticket does not open.\n"}}},
		{"head-blank-line-of-spaces", crlf(anna + "Subject: The blank line has a space\n \nHello, it does.\n"),
			want{from: annaIs, subject: "The blank line has a space", text: []string{"Hello, it does.\n"}}},
		{"head-blank-line-of-spaces-then-fields", crlf(anna + "Subject: The blank line has a space\n \nHello there\nFrom: all of us\nSubject: none\n\nBye\n"),
			want{from: annaIs, subject: "The blank line has a space", text: []string{"Hello there\nFrom: all of us\nSubject: none\n\nBye\n"}}},
		{"head-no-blank-line-but-a-field", crlf(anna + "Subject: No blank line\nGood morning,\nSubject: that is what I forgot\nto write above\nAnna\n\nBye\n"),
			want{from: annaIs, subject: "No blank line", text: []string{"Good morning,\nSubject: that is what I forgot\nto write above\nAnna\n\nBye\n"}}},
		{"head-folded-blank", crlf("Subject: Folded over\n \n a blank line" + anna + "\nHello\n"),
			want{from: annaIs, subject: "Folded over a blank line", text: []string{"Hello\n"}}},
		{"head-only", crlf(anna + "Subject: Nothing but a header\n"),
			want{from: annaIs, subject: "Nothing but a header"}},
		{"head-none", "There is no header here.\r\nOnly text.\r\n",
			want{text: []string{"There is no header here.\nOnly text.\n"}, notes: []Note{NoteNoFrom}, extra: missingID}},
		{"head-no-subject", crlf(anna + "\nWhat was it again?\n"),
			want{from: annaIs, text: []string{"What was it again?\n"}}},
		{"head-empty-subject", crlf(anna + "Subject:\n\nStill nothing.\n"),
			want{from: annaIs, text: []string{"Still nothing.\n"}}},
		{"head-no-date", crlf("From: " + annaIs + "\nMessage-ID: <m2@kunde.example>\nSubject: No date\n\nHello\n"),
			want{from: annaIs, subject: "No date", text: []string{"Hello\n"}, extra: noDate}},
		{"head-nonsense-date", crlf("From: " + annaIs + "\nDate: Someday, 99 Foo 0000\nMessage-ID: <m2@kunde.example>\nSubject: No such date\n\nHello\n"),
			want{from: annaIs, subject: "No such date", text: []string{"Hello\n"}, extra: noDate}},
		{"head-date-before-mail", crlf("From: " + annaIs + "\nDate: Thu, 1 Jan 1970 00:00:00 +0000\nMessage-ID: <m2@kunde.example>\nSubject: The clock was reset\n\nHello\n"),
			want{from: annaIs, subject: "The clock was reset", text: []string{"Hello\n"}, extra: noDate}},
		{"head-date-with-comment", crlf("From: " + annaIs + "\nDate: Mon, 03 Mar 2025 10:12:00 +0100 (CET)\nMessage-ID: <m2@kunde.example>\nSubject: A comment in the date\n\nHello\n"),
			want{from: annaIs, subject: "A comment in the date", text: []string{"Hello\n"}, extra: dateIs}},
		{"head-date-gmt-colon", crlf("From: " + annaIs + "\nDate: Mon, 3 Mar 2025 10:12:00 GMT+01:00\nMessage-ID: <m2@kunde.example>\nSubject: A zone in its own style\n\nHello\n"),
			want{from: annaIs, subject: "A zone in its own style", text: []string{"Hello\n"}, extra: dateIs}},
		{"head-date-iso", crlf("From: " + annaIs + "\nDate: 2025-03-03T10:12:00+01:00\nMessage-ID: <m2@kunde.example>\nSubject: A date as programs write it\n\nHello\n"),
			want{from: annaIs, subject: "A date as programs write it", text: []string{"Hello\n"}, extra: dateIs}},
		{"head-subject-split-words", crlf(anna + "Subject: =?UTF-8?B?RGllIFTDvHIgw7ZmZm5l?=\n =?UTF-8?B?dCBuaWNodCBtZWhy?=\n\nHello\n"),
			want{from: annaIs, subject: "Die Tür öffnet nicht mehr", text: []string{"Hello\n"}}},
		{"head-subject-split-character", crlf(anna + "Subject: =?utf-8?Q?Ger=C3?= =?utf-8?Q?=A4t?= =?iso-8859-1?Q?_f=E4llt_aus?=\n\nHello\n"),
			want{from: annaIs, subject: "Gerät fällt aus", text: []string{"Hello\n"}}},
		{"head-subject-glued-words", crlf(anna + "Subject: Re:=?utf-8?q?Gr=C3=BC=C3=9Fe?=aus=?utf-8?b?S8O2bG4?=\n\nHello\n"),
			want{from: annaIs, subject: "Re:GrüßeausKöln", text: []string{"Hello\n"}}},
		{"head-subject-spaces-in-word", crlf(anna + "Subject: =?utf-8?Q?Das Ger=C3=A4t steht?=\n\nHello\n"),
			want{from: annaIs, subject: "Das Gerät steht", text: []string{"Hello\n"}}},
		{"head-subject-language", crlf(anna + "Subject: =?utf-8*de?Q?T=C3=BCr?=\n\nHello\n"),
			want{from: annaIs, subject: "Tür", text: []string{"Hello\n"}}},
		{"head-subject-not-a-word", crlf(anna + "Subject: What does =?this mean =?utf-8?X?a?= and =?utf-8?Q?unfinished\n\nHello\n"),
			want{from: annaIs, subject: "What does =?this mean =?utf-8?X?a?= and =?utf-8?Q?unfinished", text: []string{"Hello\n"}}},
		{"head-subject-controls", crlf(anna) + "Subject: Bell\x07 and\x00 NUL and \u202eturned\r\n\r\nNUL\x00 and bell\x07 in the text\r\n",
			want{from: annaIs, subject: "Bell and NUL and turned", text: []string{"NUL and bell in the text\n"}}},
		{"head-subject-endless", crlf(anna + "Subject: " + strings.Repeat("long ", 1000) + "\n\nHello\n"),
			want{from: annaIs, subject: strings.Repeat("long ", 200), text: []string{"Hello\n"}}},
		{"head-two-subjects", crlf(anna + "Subject:\nSubject: The second one\n\nHello\n"),
			want{from: annaIs, subject: "The second one", text: []string{"Hello\n"}}},
		{"head-authentication", crlf("Authentication-Results: mx.desk.example;\n dkim=pass header.d=kunde.example;\n dmarc=pass\nAuthentication-Results: elsewhere.example; spf=fail" + anna + "Subject: Checked on the way\n\nHello\n"),
			want{from: annaIs, subject: "Checked on the way", text: []string{"Hello\n"}, extra: func(l *Letter) string {
				return differs(strings.Join(l.AuthResults, "|"), "mx.desk.example; dkim=pass header.d=kunde.example; dmarc=pass|elsewhere.example; spf=fail")
			}}},
	}
}

func differs(got, want string) string {
	if got == want {
		return ""
	}
	return fmt.Sprintf("got %q, want %q", got, want)
}

func noDate(l *Letter) string {
	if l.Date.IsZero() {
		return ""
	}
	return fmt.Sprintf("Date: got %v, want none", l.Date)
}

func dateIs(l *Letter) string {
	return differs(l.Date.Format(time.RFC3339), "2025-03-03T09:12:00Z")
}

func missingID(l *Letter) string {
	if l.MessageIDMissing && strings.HasPrefix(l.MessageID, "sha256.") && strings.HasSuffix(l.MessageID, "@missing") {
		return ""
	}
	return fmt.Sprintf("MessageID: got %q (missing %v), want one made from the bytes", l.MessageID, l.MessageIDMissing)
}
