package text_test

import (
	"strings"
	"testing"

	"muster/internal/text"
)

// divided is a message and how it is to be divided.
type divided struct {
	name, in        string
	visible, quoted string
}

func checkText(t *testing.T, rows []divided) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			visible, quoted := text.TrimText(r.in)
			if visible != r.visible || quoted != r.quoted {
				t.Errorf("got %q | %q\nwant %q | %q", visible, quoted, r.visible, r.quoted)
			}
		})
	}
}

const answer = "It prints again, thank you.\n\nBo"

// In every language, each way of quoting is folded, and a forward is not.
func TestTrimTextInEveryLanguage(t *testing.T) {
	for _, s := range samples {
		end := strings.LastIndex(s.gmail, " ")
		wrapped := s.gmail[:end] + "\n" + s.gmail[end+1:]
		if name := strings.Index(s.gmail, " Ann"); name > 0 {
			wrapped = s.gmail[:name] + "\n" + strings.Replace(s.gmail[name+1:], " <", "\n<", 1)
		}
		signed := answer + "\n\n" + s.device
		t.Run(s.name, func(t *testing.T) {
			rows := []divided{
				{"header block", answer + "\n\n" + s.header + "\n\nThe old words.", answer, s.header + "\n\nThe old words."},
				{"header block in bold under a rule", answer + "\n\n" + strings.Repeat("_", 32) + "\n*" + strings.Replace(s.header, ":", ":*", 1) + "\n\nOld.", answer, strings.Repeat("_", 32) + "\n*" + strings.Replace(s.header, ":", ":*", 1) + "\n\nOld."},
				{"original message", answer + "\n\n" + s.original + "\n" + s.header + "\n\nOld.", answer, s.original + "\n" + s.header + "\n\nOld."},
				{"gmail above", answer + "\n\n" + s.gmail + "\n\n> Old.\n> Words.\n", answer, s.gmail + "\n\n> Old.\n> Words."},
				{"gmail wrapped", answer + "\n\n" + wrapped + "\n\n> Old.", answer, wrapped + "\n\n> Old."},
				{"gmail without marks", answer + "\n\n" + s.gmail + "\n\nOld.\n\nWords.", answer, s.gmail + "\n\nOld.\n\nWords."},
				{"gmail right under the answer", answer + "\n" + s.gmail + "\n> Old.", answer, s.gmail + "\n> Old."},
				{"gmail below", s.gmail + "\n\n> Old.\n\n" + answer, answer, s.gmail + "\n\n> Old."},
				{"apple above", answer + "\n\n" + s.apple + "\n\n> Old.", answer, s.apple + "\n\n> Old."},
				{"interleaved", s.apple + "\n> Is it on?\nYes.\n> And now?\nIt prints.", "> Is it on?\nYes.\n> And now?\nIt prints.", s.apple},
				{"device", signed + "\n\n" + s.gmail + "\n\n> Old.", answer, s.device + "\n\n" + s.gmail + "\n\n> Old."},
				{"forward", "See below.\n\n" + s.forward + "\n\nOld.", "See below.\n\n" + s.forward + "\n\nOld.", ""},
				{"apple forward", "See below.\n\n" + s.begin + "\n> \n> Old.", "See below.\n\n" + s.begin + "\n> \n> Old.", ""},
				{"only a header block", s.header + "\n\nOld.", s.header + "\n\nOld.", ""},
				{"only a quote", s.gmail + "\n\n> Old.", s.gmail + "\n\n> Old.", ""},
				{"only a device and a quote", s.device + "\n\n" + s.gmail + "\n\n> Old.", s.device + "\n\n" + s.gmail + "\n\n> Old.", ""},
			}
			checkText(t, rows)
		})
	}
}

const (
	wrote = "On Tue, Mar 5, 2024 at 10:14 AM Ann Ek <ann@ex.test> wrote:"
	block = "From: Ann Ek <ann@ex.test>\nSent: Tuesday, March 5, 2024 10:14 AM\nTo: Desk <desk@our.test>\nSubject: Printer"
)

func TestTrimText(t *testing.T) {
	checkText(t, []divided{
		{"nothing quoted", "One.\n\nTwo.\n", "One.\n\nTwo.\n", ""},
		{"nothing at all", "", "", ""},
		{"a quote with no introduction below the answer", "Yes.\n\n> Is it on?", "Yes.", "> Is it on?"},
		{"a quote with no introduction above the answer", "> Is it on?\n\nYes.", "Yes.", "> Is it on?"},
		{"an address wrapped after its bracket", "Yes.\n\nOn Tue, Mar 5, 2024 at 10:14 AM Ann Ek <\nann@ex.test> wrote:\n> On?", "Yes.", "On Tue, Mar 5, 2024 at 10:14 AM Ann Ek <\nann@ex.test> wrote:\n> On?"},
		{"a sentence right above the introduction", "On floor 3 it prints.\nAnn Ek wrote:\n> On?", "On floor 3 it prints.", "Ann Ek wrote:\n> On?"},
		{"a year in a sentence right above the introduction", "Since 2024 at 10:14 it prints!\nAnn Ek wrote:\n> On?", "Since 2024 at 10:14 it prints!", "Ann Ek wrote:\n> On?"},
		{"greeting above, answer below the quote", "Hi,\n\n" + wrote + "\n> Is it on?\n\nYes.", "Hi,\n\nYes.", wrote + "\n> Is it on?"},
		{"answers between quotes", "Hi,\n\n" + wrote + "\n> Is it on?\n\nYes.\n\n> And now?\n\nIt prints.", "Hi,\n\n> Is it on?\n\nYes.\n\n> And now?\n\nIt prints.", wrote},
		{"answers between quotes, the rest of the quote below", wrote + "\n> Is it on?\nYes.\n> Thanks,\n> Ann", "> Is it on?\nYes.\n> Thanks,\n> Ann", wrote},
		{"a citation in the answer, the message quoted below", "> Is it on?\nYes.\n\n" + wrote + "\n> Is it on?\n> Ann", "> Is it on?\nYes.", wrote + "\n> Is it on?\n> Ann"},
		{"quotes in quotes", "Yes.\n\n" + wrote + "\n> No?\n>\n> On Mon, Mar 4, 2024 Bo <bo@ex.test> wrote:\n>> On?\n>>> Off.", "Yes.", wrote + "\n> No?\n>\n> On Mon, Mar 4, 2024 Bo <bo@ex.test> wrote:\n>> On?\n>>> Off."},
		{"two quoted messages, one after the other", "Yes.\n\n" + wrote + "\n> No?\n\nBo wrote:\n> On?", "Yes.", wrote + "\n> No?\n\nBo wrote:\n> On?"},
		{"a reply to a forward", "Seen.\n\n" + wrote + "\n\n> ---------- Forwarded message ---------\n> From: Bo <bo@ex.test>\n> Subject: On", "Seen.", wrote + "\n\n> ---------- Forwarded message ---------\n> From: Bo <bo@ex.test>\n> Subject: On"},
		{"thunderbird", "Yes.\n\nOn 3/5/24 10:14, Ann Ek wrote:\n> On?", "Yes.", "On 3/5/24 10:14, Ann Ek wrote:\n> On?"},
		{"mutt", "On Tue, Mar 05, 2024 at 10:14:00AM +0100, Ann Ek wrote:\n> On?\n\nYes.", "Yes.", "On Tue, Mar 05, 2024 at 10:14:00AM +0100, Ann Ek wrote:\n> On?"},
		{"a name and nothing else", "Ann Ek wrote:\n> On?\n\nYes.", "Yes.", "Ann Ek wrote:\n> On?"},
		{"yahoo", "Yes.\n\n    On Tuesday, March 5, 2024 at 10:14:00 AM GMT+1, Ann Ek <ann@ex.test> wrote:  \n \n On?", "Yes.", "    On Tuesday, March 5, 2024 at 10:14:00 AM GMT+1, Ann Ek <ann@ex.test> wrote:  \n \n On?"},
		{"proton", "Yes.\n\nSent with Proton Mail secure email.\n\n------- Original Message -------\nOn Tuesday, March 5th, 2024 at 10:14, Ann Ek <ann@ex.test> wrote:\n\n> On?", "Yes.", "Sent with Proton Mail secure email.\n\n------- Original Message -------\nOn Tuesday, March 5th, 2024 at 10:14, Ann Ek <ann@ex.test> wrote:\n\n> On?"},
		{"samsung", "Yes.\n\n-------- Original message --------\nFrom: Ann Ek <ann@ex.test>\nDate: 05/03/2024 10:14 (GMT+01:00)\nTo: Desk <desk@our.test>\nSubject: Printer\n\nOn?", "Yes.", "-------- Original message --------\nFrom: Ann Ek <ann@ex.test>\nDate: 05/03/2024 10:14 (GMT+01:00)\nTo: Desk <desk@our.test>\nSubject: Printer\n\nOn?"},
		{"outlook on a phone", "Yes.\n\nGet Outlook for iOS<https://aka.test/ios>\n" + strings.Repeat("_", 32) + "\n" + block + "\n\nOn?", "Yes.", "Get Outlook for iOS<https://aka.test/ios>\n" + strings.Repeat("_", 32) + "\n" + block + "\n\nOn?"},
		{"recipients over many lines", "Yes.\n\nFrom: Ann Ek\nSent: Tuesday\nTo: a@ex.test; b@ex.test;\n c@ex.test; d@ex.test;\n e@ex.test; f@ex.test;\n g@ex.test\nSubject: Printer\n\nOn?", "Yes.", "From: Ann Ek\nSent: Tuesday\nTo: a@ex.test; b@ex.test;\n c@ex.test; d@ex.test;\n e@ex.test; f@ex.test;\n g@ex.test\nSubject: Printer\n\nOn?"},
		{"line ends of windows", "Yes.\r\n\r\n" + wrote + "\r\n> On?\r\n", "Yes.\r", wrote + "\r\n> On?\r"},
		{"signature", "Yes.\n\n-- \nBo Ek\nDesk", "Yes.", "-- \nBo Ek\nDesk"},
		{"signature above the quote", "Yes.\n-- \nBo\n\n" + wrote + "\n> On?", "Yes.", "-- \nBo\n\n" + wrote + "\n> On?"},
		{"signature below the quote", "Yes.\n\n" + wrote + "\n> On?\n\n-- \nBo", "Yes.", wrote + "\n> On?\n\n-- \nBo"},
		{"signature below an answer below the quote", wrote + "\n> On?\n\nYes.\n\n-- \nBo", "Yes.", wrote + "\n> On?\n\n\n-- \nBo"},
	})
}

// What may be an answer is never folded.
func TestTrimTextKeepsAnswers(t *testing.T) {
	long := strings.Repeat("Another line of the answer.\n", 60)
	for _, in := range []string{
		"On 5 March the vendor wrote:\n\nPlease restart.\n\nWhat do they mean?",
		"Hello,\n\nOn 5 March the vendor wrote:\n\nPlease restart.\n\nWhat do they mean?",
		"Hello,\n\nOriginal Message\n\nis what the button says.",
		"I read what Ann Ek <ann@ex.test> wrote:\nIt is off.",
		"From: Berlin\nTo: Paris\nDate: 5 May\n\nPlease book it.",
		"Please book\n\nFrom: Berlin\nTo: Paris\nDate: 5 May\n\nThank you",
		"The original message was lost.\nCan you send it again?",
		"Original message:",
		"Sent from my iPhone, which still works, unlike the laptop.",
		"Sent from my iPhone\nby mistake, sorry. Here is the question: is it on?",
		"Hello,\n\nSent from my desk, because I cannot find the charger of my old iPhone",
		"One\n--\n" + long,
		"-- \nBo",
		"> only a quote",
		">> only a quote\n> of a quote",
		"You asked:\n\n> Is it on?\n\nYes.",
		block + "\n\nForwarded by hand.",
		"FYI\n\n---------- Forwarded message ---------\n" + block + "\n\nOld.\n\n" + wrote + "\n> older",
		"Begin forwarded message:\n\n" + block + "\n\nOld.",
		"Hallo,\n\nanbei die Rechnung.\n\nVon: Bahnhof\nNach: Hafen",
		"a:b\nc:d\ne:f",
	} {
		if visible, quoted := text.TrimText(in); visible != in || quoted != "" {
			t.Errorf("%q: got %q | %q, want all of it visible", in, visible, quoted)
		}
	}
}

func TestTrimHTML(t *testing.T) {
	for _, r := range []divided{
		{"an introduced quote, classes gone", "<p>Yes.</p><p>" + esc(wrote) + "</p><blockquote><p>On?</p></blockquote>", "<p>Yes.</p>", "<p>" + esc(wrote) + "</p><blockquote><p>On?</p></blockquote>"},
		{"the writer's own citation", "<p>The manual says:</p><blockquote>Turn it on.</blockquote><p>It is on.</p>", "<p>The manual says:</p><blockquote>Turn it on.</blockquote><p>It is on.</p>", ""},
		{"answer below", "<div>" + esc(wrote) + "</div><blockquote>On?</blockquote><div>Yes.</div>", "<div>Yes.</div>", "<div>" + esc(wrote) + "</div><blockquote>On?</blockquote>"},
		{"header block in one paragraph", "<p>Yes.</p><p>" + strings.ReplaceAll(esc(block), "\n", "<br/>") + "</p><p>On?</p>", "<p>Yes.</p>", "<p>" + strings.ReplaceAll(esc(block), "\n", "<br/>") + "</p><p>On?</p>"},
		{"plain text in a <pre>", "<pre>Yes.\n\n" + esc(wrote) + "\n&gt; On?\n</pre>", "<pre>Yes.\n</pre>", "<pre>\n\n" + esc(wrote) + "\n&gt; On?\n</pre>"},
		{"plain text with breaks", "Yes.<br/><br/>" + esc(wrote) + "<br/>&gt; On?<br/>&gt; Off?", "Yes.<br/>", "<br/>" + esc(wrote) + "<br/>&gt; On?<br/>&gt; Off?"},
		{"plain text with breaks, answer below", "Ann Ek wrote:<br/>&gt; On?<br/><br/>Yes.", "Yes.", "Ann Ek wrote:<br/>&gt; On?<br/><br/>"},
		{"a row keeps its empty cells", "<table><tbody><tr><td> </td><td>Yes.</td></tr></tbody></table><p>" + esc(wrote) + "</p><blockquote>On?</blockquote>", "<table><tbody><tr><td> </td><td>Yes.</td></tr></tbody></table>", "<p>" + esc(wrote) + "</p><blockquote>On?</blockquote>"},
		{"only a quote", "<p>" + esc(wrote) + "</p><blockquote>On?</blockquote>", "<p>" + esc(wrote) + "</p><blockquote>On?</blockquote>", ""},
	} {
		t.Run(r.name, func(t *testing.T) {
			visible, quoted := text.TrimHTML(r.in)
			if visible != r.visible || quoted != r.quoted {
				t.Errorf("got %q | %q\nwant %q | %q", visible, quoted, r.visible, r.quoted)
			}
		})
	}
}

func esc(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}
