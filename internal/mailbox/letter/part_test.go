package letter

import (
	"fmt"
	"strings"
)

// partSamples are attachments and pictures wherever they may stand.
func partSamples() []sample {
	hello := []string{"Hello there"}
	img := func(fields string) string { return "Content-Type: image/png\n" + fields + pixel }
	inner := "Content-Type: message/rfc822\n\nFrom: ben@kunde.example\nSubject: The inner letter\nMessage-ID: <inner@kunde.example>\n\nInner words\n"
	invite := "Content-Type: text/calendar; charset=utf-8; method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR"
	return []sample{
		letterSample("part-pdf", "A file", multi("mixed", "b", textPart("Hello there"), pdf), want{text: hello, parts: []string{"plan.pdf application/pdf"},
			extra: func(l *Letter) string { return differs(string(l.Parts[0].Data), "%PDF-1.4\n") }}),
		letterSample("part-only", "Only a file", pdf, want{parts: []string{"plan.pdf application/pdf"}}),
		letterSample("part-only-text", "Only a text file", "Content-Type: text/csv; name=list.csv\nContent-Disposition: attachment; filename=list.csv\n\na;b\n", want{parts: []string{"list.csv text/csv"}}),
		letterSample("part-only-plain-file", "Only a log", "Content-Type: text/plain\nContent-Disposition: attachment; filename=app.log\n\nline\n", want{parts: []string{"app.log text/plain"}}),
		letterSample("part-only-in-mixed", "Only a file in a mixed", multi("mixed", "b", pdf), want{parts: []string{"plan.pdf application/pdf"}}),
		letterSample("part-html-file", "A page as a file", multi("mixed", "b", textPart("Hello there"), "Content-Type: text/html; name=\"page.html\"\nContent-Disposition: attachment\n\n<p>not the letter</p>"),
			want{text: hello, parts: []string{"page.html text/html"}}),
		letterSample("part-text-file-inline", "A log inline", multi("mixed", "b", textPart("Hello there"), "Content-Type: text/plain; name=app.log\nContent-Disposition: inline; filename=app.log\n\nnot the letter"),
			want{text: hello, parts: []string{"app.log text/plain"}, absent: []string{"not the letter"}}),
		letterSample("part-no-name", "Files without names", multi("mixed", "b", textPart("Hello there"), "Content-Type: application/octet-stream\n\n123", "Content-Type: application/zip\nContent-Disposition: attachment\n\nPK",
			"Content-Type: image/jpeg\nContent-Disposition: attachment\n\n123", "Content-Type: application/vnd.openxmlformats-officedocument.wordprocessingml.document\nContent-Disposition: attachment; filename=\"\"\n\n1"),
			want{text: hello, parts: []string{"attachment-1.bin application/octet-stream", "attachment-2.zip application/zip", "image-3.jpg image/jpeg",
				"attachment-4.docx application/vnd.openxmlformats-officedocument.wordprocessingml.document"}}),
		letterSample("part-empty", "An empty file", multi("mixed", "b", textPart("Hello there"), "Content-Type: application/pdf; name=empty.pdf\n\n"), want{text: hello, parts: []string{"empty.pdf application/pdf"}}),
		letterSample("part-cid-without-disposition", "A picture by its ID", multi("related", "b", htmlPart(`<p>Hello there</p><img src="cid:ii_1">`), img("Content-ID: <ii_1>\n")),
			want{html: []string{"cid:ii_1"}, parts: []string{"image-1.png image/png inline"}, extra: func(l *Letter) string { return differs(l.Parts[0].ContentID, "ii_1") }}),
		letterSample("part-cid-in-mixed", "A picture outside", multi("mixed", "m", multi("alternative", "a", textPart("Hello there"), htmlPart(`<img src="cid:ii_1">`)), img("Content-ID: <ii_1>\nContent-Disposition: attachment; filename=\"logo.png\"\n")),
			want{text: hello, html: []string{"cid:ii_1"}, parts: []string{"logo.png image/png inline"}}),
		letterSample("part-cid-not-used", "A picture that is not shown", multi("related", "b", htmlPart("<p>Hello there</p>"), img("Content-ID: <ii_1>\n")),
			want{html: []string{"Hello there"}, parts: []string{"image-1.png image/png"}}),
		letterSample("part-cid-escaped", "An escaped ID", multi("related", "b", htmlPart(`<img src='CID:x'><img src="cid:a%40b">`), img("Content-ID: <A@b>\n"), img("Content-ID: <x>\n")),
			want{html: []string{"cid:a%40b"}, parts: []string{"image-1.png image/png inline", "image-2.png image/png inline"}}),
		letterSample("part-cid-twice", "Two with one ID", multi("related", "b", htmlPart(`<img src="cid:x">`), img("Content-ID: <x>\n"), img("Content-ID: <x>\n")),
			want{html: []string{"cid:x"}, parts: []string{"image-1.png image/png inline", "image-2.png image/png inline"}}),
		letterSample("part-content-location", "A picture by its place", multi("related", "b", htmlPart(`<img src="pictures/logo.png">`), img("Content-Location: pictures/logo.png\n")),
			want{html: []string{"pictures/logo.png"}, parts: []string{"logo.png image/png inline"}, extra: func(l *Letter) string { return differs(l.Parts[0].Location, "pictures/logo.png") }}),
		letterSample("part-inline-image-in-text", "A screenshot in a text", multi("mixed", "b", textPart("Hello there"), img("Content-Disposition: inline; filename=\"shot.png\"\n"), textPart("Bye")),
			want{text: []string{"Hello there\n\nBye"}, parts: []string{"shot.png image/png inline"}}),
		letterSample("part-letter", "A letter attached", multi("mixed", "b", textPart("Hello there"), inner),
			want{text: hello, absent: []string{"Inner words"}, parts: []string{"The inner letter.eml message/rfc822"}, extra: func(l *Letter) string {
				return differs(fmt.Sprint(l.MessageID, strings.Contains(string(l.Parts[0].Data), "Inner words"), l.Report == nil), "m1@kunde.exampletrue true")
			}}),
		letterSample("part-letter-only", "Only a letter", inner, want{parts: []string{"The inner letter.eml message/rfc822"}}),
		letterSample("part-letter-base64", "A letter in base64", multi("mixed", "b", textPart("Hello there"), "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"+lines64("Subject: Inside\n\nx")),
			want{text: hello, parts: []string{"Inside.eml message/rfc822"}}),
		letterSample("part-letter-with-multipart", "A letter of parts", multi("mixed", "b", textPart("Hello there"), "Content-Type: message/rfc822\n\nSubject: Parts\n"+multi("mixed", "inner", textPart("Inner words"), pdf)),
			want{text: hello, parts: []string{"Parts.eml message/rfc822"}}),
		letterSample("part-digest", "A digest", multi("mixed", "b", textPart("Hello there"), multi("digest", "d", "\nSubject: One\n\nfirst", "\nSubject: Two\n\nsecond")),
			want{text: hello, parts: []string{"One.eml message/rfc822", "Two.eml message/rfc822"}}),
		letterSample("part-calendar", "An invitation", multi("alternative", "b", textPart("Hello there"), htmlPart("<p>Hello there</p>"), invite),
			want{text: hello, html: []string{"Hello there"}, parts: []string{"invite.ics text/calendar"}, notes: []Note{NoteCalendar}}),
		letterSample("part-calendar-only", "Only an invitation", invite, want{parts: []string{"invite.ics text/calendar"}, notes: []Note{NoteCalendar}}),
		letterSample("part-vcard", "A card", multi("mixed", "b", textPart("Hello there"), "Content-Type: text/vcard\n\nBEGIN:VCARD"), want{text: hello, parts: []string{"text-1.vcf text/vcard"}}),
		letterSample("part-nested-related", "Pictures deep down", multi("mixed", "m", multi("related", "r", multi("alternative", "a", textPart("Hello there"), htmlPart(`<img src="cid:1"><img src="cid:2">`)), img("Content-ID: <1>\n"), img("Content-ID: <2>\nContent-Disposition: inline\n")), pdf),
			want{text: hello, html: []string{"cid:1"}, parts: []string{"image-1.png image/png inline", "image-2.png image/png inline", "plan.pdf application/pdf"}}),
		letterSample("part-base64-broken", "A broken file", multi("mixed", "b", textPart("Hello there"), "Content-Type: application/pdf; name=broken.pdf\nContent-Transfer-Encoding: base64\n\nJVBE*Ri0x\nLjQK*JVBERi0xLjQK\nJVBERi0"),
			want{text: hello, parts: []string{"broken.pdf application/pdf"}, extra: func(l *Letter) string { return differs(string(l.Parts[0].Data), "%PDF-1.4\n%PDF-1.4\n%PDF-") }}),
	}
}

// nameSamples are files with awkward names.
func nameSamples() []sample {
	row := func(name, disposition, is string) sample {
		return letterSample("name-"+name, "About "+name, multi("mixed", "b", textPart("Hello there"), "Content-Type: application/pdf\nContent-Disposition: "+disposition+"\n\n%PDF"),
			want{text: []string{"Hello there"}, parts: []string{is + " application/pdf"}})
	}
	return []sample{
		row("rfc2231", "attachment; filename*=utf-8'de'Gr%C3%B6%C3%9Fe.pdf", "Größe.pdf"),
		row("rfc2231-latin1", "attachment; filename*=iso-8859-1''caf%E9.pdf", "café.pdf"),
		row("rfc2231-pieces", "attachment;\n filename*0*=utf-8''Pl%C3%A4ne%20;\n filename*1=\"for the \";\n filename*2*=T%C3%BCr.pdf", "Pläne for the Tür.pdf"),
		row("rfc2231-out-of-order", "attachment; filename*1=\"b.pdf\"; filename*0=\"a-\"", "a-b.pdf"),
		row("rfc2231-and-plain", "attachment; filename=\"groesse.pdf\"; filename*=utf-8''Gr%C3%B6%C3%9Fe.pdf", "Größe.pdf"),
		row("encoded-words", "attachment; filename=\"=?utf-8?Q?Gr=C3=B6=C3=9Fe.pdf?=\"", "Größe.pdf"),
		row("encoded-words-split", "attachment;\n filename=\"=?iso-8859-1?Q?Gr=F6?=\n =?iso-8859-1?Q?=DFe.pdf?=\"", "Größe.pdf"),
		row("raw-utf8", "attachment; filename=\"Größe.pdf\"", "Größe.pdf"),
		row("raw-latin1", "attachment; filename=\"Gr\xf6\xdfe.pdf\"", "Größe.pdf"),
		row("spaces-unquoted", "attachment; filename=the big plan.pdf", "the big plan.pdf"),
		row("semicolon-quoted", "attachment; filename=\"a;b.pdf\"; size=4", "a;b.pdf"),
		row("quote-not-closed", "attachment; filename=\"plan.pdf", "plan.pdf"),
		row("quotes-escaped", `attachment; filename="the \"big\" plan.pdf"`, "the _big_ plan.pdf"),
		row("windows-path", `attachment; filename="C:\files\plan.pdf"`, "plan.pdf"),
		row("unix-path", "attachment; filename=\"../../etc/plan.pdf\"", "plan.pdf"),
		row("path-encoded", "attachment; filename*=utf-8''..%2F..%2Fplan.pdf", "plan.pdf"),
		row("only-dots", "attachment; filename=\"..\"", "attachment-1.pdf"),
		row("controls", "attachment; filename*=utf-8''a%00b%0D%0Ac%07.pdf", "ab c.pdf"),
		row("turned-round", "attachment; filename*=utf-8''invoice%E2%80%AEfdp.exe", "invoicefdp.exe"),
		row("specials", "attachment; filename=\"a<b>c|d?e*.pdf\"", "a_b_c_d_e_.pdf"),
		row("endless", "attachment; filename=\""+strings.Repeat("long", 100)+".pdf\"", strings.Repeat("long", 49)+".pdf"),
		row("missing-semicolon", "attachment filename=\"plan.pdf\"", "plan.pdf"),
		row("bare-parameter", "filename=\"plan.pdf\"", "plan.pdf"),
		letterSample("name-in-type", "A name in the type", multi("mixed", "b", textPart("Hello there"), "Content-Type: application/pdf; name*=utf-8''Gr%C3%B6%C3%9Fe.pdf\n\n%PDF"),
			want{text: []string{"Hello there"}, parts: []string{"Größe.pdf application/pdf"}}),
	}
}

// sealedSamples are signed, encrypted, or packed in a format of one program.
func sealedSamples() []sample {
	hello := []string{"Hello there"}
	signature := "Content-Type: application/pgp-signature; name=\"signature.asc\"\n\n-----BEGIN PGP SIGNATURE-----\nabc\n-----END PGP SIGNATURE-----"
	p7s := "Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=\"smime.p7s\"\n\nMIIB"
	return []sample{
		letterSample("sealed-pgp-signed", "Signed", multi("signed; protocol=\"application/pgp-signature\"; micalg=pgp-sha256", "b", textPart("Hello there"), signature), want{text: hello, notes: []Note{NotePGPSigned}}),
		letterSample("sealed-smime-signed", "Signed", multi("signed; protocol=\"application/pkcs7-signature\"", "b", multi("mixed", "m", textPart("Hello there"), pdf), p7s),
			want{text: hello, parts: []string{"plan.pdf application/pdf"}, notes: []Note{NoteSMIMESigned}}),
		letterSample("sealed-pgp-encrypted", "Encrypted", multi("encrypted; protocol=\"application/pgp-encrypted\"", "b", "Content-Type: application/pgp-encrypted\n\nVersion: 1", "Content-Type: application/octet-stream; name=\"encrypted.asc\"\n\n-----BEGIN PGP MESSAGE-----"),
			want{parts: []string{"attachment-1.bin application/pgp-encrypted", "encrypted.asc application/octet-stream"}, notes: []Note{NotePGPEncrypted}}),
		letterSample("sealed-pgp-inline", "Encrypted inline", "\n-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\n", want{text: []string{"BEGIN PGP MESSAGE"}, notes: []Note{NotePGPEncrypted}}),
		letterSample("sealed-pgp-inline-signed", "Signed inline", "\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello there\n-----BEGIN PGP SIGNATURE-----\n", want{text: hello, notes: []Note{NotePGPSigned}}),
		letterSample("sealed-smime-encrypted", "Encrypted", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=\"smime.p7m\"\nContent-Transfer-Encoding: base64\n\nMIIB\n",
			want{parts: []string{"smime.p7m application/pkcs7-mime"}, notes: []Note{NoteSMIMEEncrypted}}),
		letterSample("sealed-smime-opaque", "Signed in one piece", "Content-Type: application/x-pkcs7-mime; smime-type=signed-data; name=\"smime.p7m\"\nContent-Transfer-Encoding: base64\n\nMIIB\n",
			want{parts: []string{"smime.p7m application/x-pkcs7-mime"}, notes: []Note{NoteSMIMESigned, NoteSMIMEWrapped}}),
		letterSample("sealed-smime-opened", "Signed in one piece", "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=\"smime.p7m\"\nContent-Transfer-Encoding: base64\n\n"+lines64(signedData(multi("mixed", "in", textPart("Hello there"), pdf), false))+"\n",
			want{text: hello, parts: []string{"plan.pdf application/pdf"}, notes: []Note{NoteSMIMESigned}}),
		letterSample("sealed-smime-streamed", "Signed in pieces", "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=\"smime.p7m\"\nContent-Transfer-Encoding: base64\n\n"+lines64(signedData(textPart("Hello there"), true))+"\n",
			want{text: hello, notes: []Note{NoteSMIMESigned}}),
		letterSample("sealed-smime-in-itself", "Signed over and over", "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=\"smime.p7m\"\nContent-Transfer-Encoding: base64\n\n"+
			lines64(signedData("Content-Type: application/pkcs7-mime; smime-type=signed-data\n\n"+signedData(textPart("Hello there"), false), false))+"\n",
			want{parts: []string{"smime.p7m application/pkcs7-mime"}, notes: []Note{NoteSMIMESigned, NoteSMIMEWrapped}}),
		letterSample("sealed-tnef", "From Outlook", multi("mixed", "b", textPart("Hello there"), "Content-Type: application/ms-tnef; name=\"winmail.dat\"\nContent-Transfer-Encoding: base64\n\neJ8+Ig=="),
			want{text: hello, parts: []string{"winmail.dat application/ms-tnef"}, notes: []Note{NoteTNEF}}),
		letterSample("sealed-tnef-unnamed", "From Outlook again", multi("mixed", "b", textPart("Hello there"), "Content-Type: application/octet-stream; name=\"WINMAIL.DAT\"\n\nx"),
			want{text: hello, parts: []string{"WINMAIL.DAT application/octet-stream"}, notes: []Note{NoteTNEF}}),
	}
}

// signedData is what S/MIME makes of a message that it encloses, without a signer.
func signedData(message string, streamed bool) string {
	oid := func(last string) string { return "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07" + last }
	in := func(tag, body string) string {
		if streamed && tag != "\x04" {
			return tag + "\x80" + body + "\x00\x00"
		}
		return tag + "\x82" + string([]byte{byte(len(body) >> 8), byte(len(body))}) + body
	}
	octets := in("\x04", message)
	if streamed {
		octets = in("\x24", in("\x04", message[:20])+in("\x04", message[20:]))
	}
	return in("\x30", oid("\x02")+in("\xa0", in("\x30", "\x02\x01\x01"+"\x31\x00"+in("\x30", oid("\x01")+in("\xa0", octets)))))
}
