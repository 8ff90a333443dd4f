package text_test

import (
	"strings"
	"testing"

	"muster/internal/text"
)

// Each mail program marks its quotes in its own way. Both sides are compared as
// they read.
func TestBodyByProgram(t *testing.T) {
	for _, s := range samples {
		lines := strings.Split(s.header, "\n")
		bold := strings.Join(each(lines, func(l string) string {
			name, value, _ := strings.Cut(l, ":")
			return "<b>" + name + ":</b>" + esc(value)
		}), "<br>")
		gmail, apple := esc(s.gmail), esc(s.apple)
		t.Run(s.name, func(t *testing.T) {
			checkBody(t, []divided{
				{"gmail", `<div dir="ltr">Yes.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">` + gmail + `<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid"><div dir="ltr">On?</div></blockquote></div>`,
					"Yes.", s.gmail + "\n\n> On?"},
				{"gmail, answer below", `<div dir="ltr"><div class="gmail_quote"><div class="gmail_attr">` + gmail + `<br></div><blockquote class="gmail_quote"><p>On?</p></blockquote><div><br></div><div>Yes.</div></div></div>`,
					"Yes.", s.gmail + "\n\n> On?"},
				{"apple mail", `<html><body>Yes.<div><br></div><div>Bo<br><div><br><blockquote type="cite"><div>` + apple + `</div><br class="Apple-interchange-newline"><div>On?</div></blockquote></div></div></body></html>`,
					"Yes.\n\nBo", "> " + s.apple + "\n>\n> On?"},
				{"outlook desktop", `<div class="WordSection1"><p class="MsoNormal">Yes.<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">` + bold + `<o:p></o:p></p></div></div><p class="MsoNormal">On?<o:p></o:p></p></div>`,
					"Yes.", s.header + "\n\nOn?"},
				{"outlook on the web", `<div class="elementToProof">Yes.</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif">` + bold + `</font><div>&nbsp;</div></div><div><p>On?</p></div>`,
					"Yes.", "----------\n\n" + s.header + "\n\nOn?"},
				{"forward by gmail", `<div dir="ltr">See below.<br><br><div class="gmail_quote"><div class="gmail_attr">` + strings.ReplaceAll(esc(s.forward), "\n", "<br>") + `<br></div>Old.</div></div>`,
					"See below.\n\n" + s.forward + "\nOld.", ""},
			})
		})
	}
}

func TestBody(t *testing.T) {
	note := esc(wrote)
	bold := strings.ReplaceAll(esc(block), "\n", "<br>")
	checkBody(t, []divided{
		{"nothing quoted", `<p>Yes.</p>`, "Yes.", ""},
		{"yahoo", `<div class="yahoo-style-wrap"><div>Yes.</div></div><div id="yahoo_quoted_123" class="yahoo_quoted"><div>` + note + `</div><div><br></div><div>On?</div></div>`,
			"Yes.", "" + wrote + "\n\nOn?"},
		{"proton", `<div>Yes.</div><div class="protonmail_signature_block"><div class="protonmail_signature_block-proton">Sent with <a href="https://proton.test/">Proton Mail</a> secure email.</div></div><div class="protonmail_quote">` + note + `<br><blockquote class="protonmail_quote" type="cite">On?</blockquote></div>`,
			"Yes.", "Sent with Proton Mail (https://proton.test/) secure email.\n" + wrote + "\n\n> On?"},
		{"thunderbird", `<p>Yes.</p><div class="moz-cite-prefix">On 3/5/24 10:14, Ann Ek wrote:<br></div><blockquote type="cite" cite="mid:1@ex.test"><p>On?</p></blockquote>`,
			"Yes.", "On 3/5/24 10:14, Ann Ek wrote:\n\n> On?"},
		{"thunderbird in a language nobody knows", `<p>Yes.</p><div class="moz-cite-prefix">Anna scripsit</div><blockquote type="cite"><p>On?</p></blockquote>`, "Yes.", "Anna scripsit\n\n> On?"},
		{"apple mail, answers between quotes", `<blockquote type="cite"><div>` + note + `</div><div>On?</div></blockquote><div>Yes.</div><blockquote type="cite"><div>And now?</div></blockquote><div>It prints.</div>`,
			"> On?\n\nYes.\n\n> And now?\n\nIt prints.", "> " + wrote},
		{"yahoo by its id", `<div>Yes.</div><div id="ydp1yahoo_quoted_2"><div>On?</div></div>`, "Yes.", "On?"},
		{"outlook's own container", `<div>Yes.</div><div id="mail-editor-reference-message-container"><div>On?</div></div>`, "Yes.", "On?"},
		{"thunderbird, answer below, signed", `<div class="moz-cite-prefix">Någon skrev så:<br></div><blockquote type="cite"><p>On?</p></blockquote><p>Yes.</p><pre class="moz-signature">-- 
Bo</pre>`, "Yes.", "Någon skrev så:\n\n> On?\n\n--\nBo"},
		{"thunderbird, answers between quotes", `<div class="moz-cite-prefix">On 3/5/24 10:14, Ann Ek wrote:<br></div><blockquote type="cite"><p>On?</p></blockquote><p>Yes.</p><blockquote type="cite"><p>And now?</p></blockquote><p>It prints.</p>`,
			"> On?\n\nYes.\n\n> And now?\n\nIt prints.", "On 3/5/24 10:14, Ann Ek wrote:"},
		{"gmail, answers between quotes", `<div class="gmail_quote"><div class="gmail_attr">` + note + `<br></div><blockquote class="gmail_quote">On?</blockquote><div>Yes.</div><blockquote class="gmail_quote">And now?</blockquote><div>It prints.</div></div>`,
			"> On?\n\nYes.\n\n> And now?\n\nIt prints.", wrote},
		{"gmail signature", `<div>Yes.</div><span class="gmail_signature_prefix">-- </span><br><div class="gmail_signature" data-smartmail="gmail_signature"><div>Bo</div></div>`, "Yes.", "--\nBo"},
		{"outlook signature and quote", `<div>Yes.</div><div id="Signature"><p>Bo</p></div><hr><div id="divRplyFwdMsg"><b>X:</b> y</div><p>On?</p>`, "Yes.", "Bo\n\n----------\n\nX: y\n\nOn?"},
		{"outlook on a phone", `<div>Yes.</div><div id="ms-outlook-mobile-signature">Get <a href="https://aka.test/o">Outlook for iOS</a></div><div id="mail-editor-reference-message-container"><hr><div>` + bold + `</div><div>On?</div></div>`,
			"Yes.", "Get Outlook for iOS (https://aka.test/o)\n\n----------\n\n" + block + "\nOn?"},
		{"outlook in a language nobody knows", `<p>Yes.</p><div style="border:none; border-top: solid #B5C4DF 1.0pt"><p><b>Xyz:</b> Ann<br><b>Uvw:</b> 5.3.<br><b>Rst:</b> Desk</p></div><p>On?</p>`, "Yes.", "Xyz: Ann\nUvw: 5.3.\nRst: Desk\n\nOn?"},
		{"gmx", `<div>Yes.</div><div name="quote" style="border-left:2px solid #C3D9E5"><div><b>Gesendet:</b> Di<br><b>Von:</b> Ann</div><div>On?</div></div>`, "Yes.", "Gesendet: Di\nVon: Ann\nOn?"},
		{"zimbra", `<div>Yes.</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>From: </b>Ann<br></div><div data-marker="__QUOTED_TEXT__">On?</div>`, "Yes.", "----------\n\nFrom: Ann\nOn?"},
		{"fastmail", `<div>Yes.</div><div>` + note + `</div><blockquote type="cite" id="qt">On?</blockquote>`, "Yes.", wrote + "\n\n> On?"},
		{"original message", `<p>Yes.</p><p>-----Original Message-----<br>` + bold + `</p><p>On?</p>`, "Yes.", "-----Original Message-----\n" + block + "\n\nOn?"},
		{"layout tables around all of it", `<table><tr><td><p>Yes.</p></td></tr><tr><td>` + note + `<blockquote type="cite">On?</blockquote></td></tr></table>`, "Yes.", wrote + "\n\n> On?"},
		{"the writer's own citation", `<p>The manual says:</p><blockquote style="margin-left:40px">Turn it on.</blockquote><p>It is on.</p>`, "The manual says:\n\n> Turn it on.\n\nIt is on.", ""},
		{"only a picture above the quote", `<img src="cid:1" alt="screen"><div class="gmail_quote"><div class="gmail_attr">` + note + `</div><blockquote class="gmail_quote">On?</blockquote></div>`, "screen", wrote + "\n\n> On?"},
		{"a picture right above the introduction", `<img src="cid:1"><br>Ann Ek wrote:<blockquote type="cite">On?</blockquote>Yes.`, "Yes.", "Ann Ek wrote:\n\n> On?"},
		{"only a pixel above the quote", `<img src="https://t.test/1" width="1" height="1" alt="x"><blockquote type="cite">On?</blockquote>`, "x\n\n> On?", ""},
		{"only a quote", `<div class="gmail_quote"><div class="gmail_attr">` + note + `</div><blockquote class="gmail_quote">On?</blockquote></div>`, wrote + "\n\n> On?", ""},
		{"forward by outlook", `<div id="divRplyFwdMsg">` + bold + `</div><p>On?</p>`, block + "\n\nOn?", ""},
		{"forward by apple mail", `<div>See below.</div><blockquote type="cite"><div>Begin forwarded message:</div><br><div><b>From: </b>Ann Ek &lt;ann@ex.test&gt;</div><div><b>Subject: </b>Printer</div><br><div>On?</div></blockquote>`, "See below.\n\n> Begin forwarded message:\n>\n> From: Ann Ek <ann@ex.test>\n> Subject: Printer\n>\n> On?", ""},
		{"forward by thunderbird", `<p>See below.</p><div class="moz-forward-container">-------- Forwarded Message --------<table class="moz-email-headers-table"><tr><th>Subject: </th><td>Printer</td></tr><tr><th>From: </th><td>Ann Ek &lt;ann@ex.test&gt;</td></tr></table>On?</div>`, "See below.\n\n-------- Forwarded Message --------\n\nSubject: | Printer\nFrom: | Ann Ek <ann@ex.test>\n\nOn?", ""},
		{"forward by proton", `<div>See below.</div><div class="protonmail_quote">------- Forwarded Message -------<br>From: Ann Ek &lt;ann@ex.test&gt;<br>Subject: Printer<br><blockquote class="protonmail_quote" type="cite">On?</blockquote></div>`, "See below.\n------- Forwarded Message -------\nFrom: Ann Ek <ann@ex.test>\nSubject: Printer\n\n> On?", ""},
		{"forward by yahoo", `<div>See below.</div><div class="yahoo_quoted"><div>----- Forwarded Message -----</div><div><b>From:</b> Ann Ek &lt;ann@ex.test&gt;</div></div>`, "See below.\n----- Forwarded Message -----\nFrom: Ann Ek <ann@ex.test>", ""},
	})
}

func checkBody(t *testing.T, rows []divided) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			v, q := text.Body(r.in)
			visible, quoted := text.Plain(v.HTML), text.Plain(q.HTML)
			if visible != r.visible || quoted != r.quoted {
				t.Errorf("got %q | %q\nwant %q | %q", visible, quoted, r.visible, r.quoted)
			}
		})
	}
}

func each(in []string, f func(string) string) []string {
	var out []string
	for _, s := range in {
		out = append(out, f(s))
	}
	return out
}
