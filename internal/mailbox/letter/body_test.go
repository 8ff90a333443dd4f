package letter

import (
	"strings"
	"testing"
)

// multi is a multipart: its header line and its body.
func multi(kind, boundary string, parts ...string) string {
	s := "Content-Type: multipart/" + kind + "; boundary=\"" + boundary + "\"\n\n"
	for _, p := range parts {
		s += "--" + boundary + "\n" + p + "\n"
	}
	return s + "--" + boundary + "--\n"
}

func textPart(s string) string { return "Content-Type: text/plain; charset=utf-8\n\n" + s }
func htmlPart(s string) string { return "Content-Type: text/html; charset=utf-8\n\n" + s }

const (
	pdf   = "Content-Type: application/pdf; name=\"plan.pdf\"\nContent-Disposition: attachment; filename=\"plan.pdf\"\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjQK"
	pixel = "Content-Transfer-Encoding: base64\n\niVBORw0KGgo="
)

func letterSample(name, subject, rest string, w want) sample {
	w.from, w.subject = annaIs, subject
	return sample{name, crlf(anna + "Subject: " + subject + "\n" + rest), w}
}

// bodySamples are texts in every arrangement.
func bodySamples() []sample {
	hello, page := []string{"Hello there"}, []string{"<p>Hello there</p>"}
	damaged := []Note{NoteDamaged}
	flow := "The printer on the \nsecond floor is \nbroken.\n> I think it is \n> only empty.\n>> Who bought it?\n  indented\n-- \nAnna"
	return []sample{
		letterSample("body-text-only", "Text only", textPart("Hello there\n"), want{text: hello}),
		letterSample("body-html-only", "HTML only", htmlPart("<p>Hello there</p>\n"), want{html: page}),
		letterSample("body-empty", "Empty", "\n", want{}),
		letterSample("body-blank", "Blank", "\n \n\n", want{}),
		letterSample("body-bare-type", "A type cut short", "Content-Type: text\n\nHello there\n", want{text: hello}),
		letterSample("body-broken-type", "A broken type", "Content-Type: ; charset=utf-8\n\nHello there\n", want{text: hello}),
		letterSample("body-alternative", "Both", multi("alternative", "b", textPart("Hello there\n"), htmlPart("<p>Hello there</p>\n")), want{text: hello, html: page}),
		letterSample("body-alternative-html-first", "Both, turned round", multi("alternative", "b", htmlPart("<p>Hello there</p>\n"), textPart("Hello there\n")), want{text: hello, html: page}),
		letterSample("body-alternative-empty-text", "Empty text", multi("alternative", "b", textPart(" \n"), htmlPart("<p>Hello there</p>\n")), want{html: page}),
		letterSample("body-alternative-amp", "Three forms", multi("alternative", "b", textPart("Hello there\n"), "Content-Type: text/x-amp-html\n\n<html amp4email>", htmlPart("<p>Hello there</p>\n")),
			want{text: hello, html: page, absent: []string{"amp4email"}}),
		letterSample("body-alternative-related", "With a picture", multi("alternative", "a", textPart("Hello there"),
			multi("related", "r", htmlPart(`<p>Hello there</p><img src="cid:logo@kunde">`), "Content-Type: image/png\nContent-ID: <logo@kunde>\n"+pixel)),
			want{text: hello, html: page, parts: []string{"image-1.png image/png inline"}}),
		letterSample("body-alternative-mixed", "A file within the alternative", multi("alternative", "a", textPart("Hello there"),
			multi("mixed", "m", htmlPart("<p>Hello there</p>"), pdf, htmlPart("<p>Bye</p>"))),
			want{text: hello, html: []string{"<p>Hello there</p>", "<p>Bye</p>"}, parts: []string{"plan.pdf application/pdf"}}),
		letterSample("body-several-texts", "Several texts", multi("mixed", "m", textPart("Hello there\n"), pdf, textPart("And bye\n")),
			want{text: []string{"Hello there\n", "\nAnd bye\n"}, parts: []string{"plan.pdf application/pdf"}}),
		letterSample("body-list-footer", "A footer of the list", multi("mixed", "m", multi("alternative", "a", textPart("Hello there"), htmlPart("<p>Hello there</p>")), textPart("List <list@desk.example>\n")),
			want{text: []string{"Hello there\n", "List <list@desk.example>"}, html: []string{"<p>Hello there</p>", "<pre>List &lt;list@desk.example&gt;\n</pre>"}}),
		letterSample("body-quoted-printable", "Quoted", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nT=C3=BCr =\nund Tor=20\ntrailing   \n=3D equals\n",
			want{text: []string{"Tür und Tor \ntrailing\n= equals\n"}}),
		letterSample("body-quoted-printable-broken", "Badly quoted", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n1=2, =ZZ, =c3=bc, 100%=\n",
			want{text: []string{"1=2, =ZZ, ü, 100%"}}),
		letterSample("body-quoted-printable-odd-name", "Quoted (odd)", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: Quoted-Printable; (really)\n\nT=C3=BCr\n", want{text: []string{"Tür\n"}}),
		letterSample("body-base64", "In base64", "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nSGVsbG8g\ndGhlcmU=\n", want{text: hello}),
		letterSample("body-base64-broken", "In broken base64", "Content-Type: text/plain\nContent-Transfer-Encoding: BASE64\n\nSGVs*bG8g\n\ndGhlcmU!\n", want{text: hello}),
		letterSample("body-base64-pieces", "In pieces of base64", "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nSGVsbG8=\nIHRoZXJl\n", want{text: hello}),
		letterSample("body-base64-footer", "Base64 with a footer", "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nSGVsbG8gdGhlcmU=\n\n-- \nThis list is run by the desk, ask (us) for more.\n",
			want{text: []string{"Hello there", "This list is run by the desk, ask (us) for more."}}),
		letterSample("body-base64-is-text", "Not base64", "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nHello there, this is plain; somebody only said otherwise.\n",
			want{text: []string{"Hello there, this is plain; somebody only said otherwise."}}),
		letterSample("body-base64-is-a-word", "Not base64 either", "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nHello,\n\nthis is plain.\n", want{text: []string{"Hello,\n\nthis is plain."}}),
		letterSample("body-unknown-encoding", "An unknown encoding", "Content-Type: text/plain\nContent-Transfer-Encoding: x-rot13\n\nHello there\n", want{text: hello}),
		letterSample("body-flowed", "Flowed", "Content-Type: text/plain; charset=utf-8; format=flowed\n\n"+flow,
			want{text: []string{"The printer on the second floor is broken.\n> I think it is only empty.\n>> Who bought it?\n indented\n-- \nAnna\n"}}),
		letterSample("body-flowed-delsp", "Flowed without spaces", "Content-Type: text/plain; charset=utf-8; format=Flowed; DelSp=Yes\n\n二階の \nプリンター \nです\n",
			want{text: []string{"二階のプリンターです\n"}}),
		letterSample("body-no-boundary", "No boundary", "Content-Type: multipart/mixed\n\n--found\nContent-Type: text/plain\n\nHello there\n--found\n"+pdf+"\n--found--\n",
			want{text: hello, parts: []string{"plan.pdf application/pdf"}, notes: damaged}),
		letterSample("body-no-boundary-at-all", "No boundary at all", "Content-Type: multipart/mixed\n\nHello there\n", want{text: hello, notes: damaged}),
		letterSample("body-wrong-boundary", "A wrong boundary", "Content-Type: multipart/mixed; boundary=wrong\n\n--right\nContent-Type: text/plain\n\nHello there\n--right--\n", want{text: hello, notes: damaged}),
		letterSample("body-boundary-with-specials", "An odd boundary", strings.Replace(multi("mixed", "=_(a+b)/?:", textPart("Hello there")), "boundary=\"=_(a+b)/?:\"", "boundary==_(a+b)/?:", 1), want{text: hello}),
		letterSample("body-boundary-in-text", "A boundary in the text", multi("mixed", "b", textPart("Hello there --b\n --b\n--bb\n--b x")), want{text: []string{"Hello there --b\n --b\n--bb\n--b x"}}),
		letterSample("body-truncated", "Cut off", "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHello there\n--b\n"+pdf, want{text: hello, parts: []string{"plan.pdf application/pdf"}}),
		letterSample("body-truncated-head", "Cut off in a header", "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHello there\n--b\nContent-Type: image/png", want{text: hello, parts: []string{"image-1.png image/png"}}),
		letterSample("body-preamble", "Around the parts", "Content-Type: multipart/mixed; boundary=b\n\nThis is MIME.\n--b\n\nHello there\n--b--\nIgnore this.\n", want{text: hello, absent: []string{"MIME", "Ignore"}}),
		letterSample("body-part-without-type", "A part without a type", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello there\n--b--\n", want{text: hello}),
		letterSample("body-one-named-text", "A named text", multi("mixed", "b", "Content-Type: text/plain; name=\"body.txt\"\n\nHello there", pdf), want{text: hello, parts: []string{"plan.pdf application/pdf"}}),
		letterSample("body-deep", "Deep, but not too deep", nested(10, textPart("Hello there")), want{text: hello}),
		letterSample("body-same-boundary", "A boundary within itself", multi("mixed", "b", textPart("Hello there"), strings.TrimSuffix(multi("mixed", "b", textPart("Inner")), "--b--\n")),
			want{text: []string{"Hello there\n", "Inner"}, notes: []Note{NoteDamaged}}),
	}
}

// nested is a part within n multiparts.
func nested(n int, part string) string {
	for i := range n {
		part = multi("mixed", "level"+strings.Repeat("x", i), part)
	}
	return part
}

func TestSplitterIgnoresLookalikes(t *testing.T) {
	l, err := Read([]byte("Content-Type: multipart/mixed; boundary=abc\r\n\r\n--abc\r\n\r\none\r\n--abcd\r\ntwo\r\n--abc  \r\n\r\nthree\r\n--abc--  \r\nfour"), Limits{})
	if want := "one\n--abcd\ntwo\n\nthree\n"; err != nil || l.Text != want {
		t.Errorf("got %q (%v), want %q", l.Text, err, want)
	}
}
