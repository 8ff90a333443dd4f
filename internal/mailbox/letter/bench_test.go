package letter

import (
	"strings"
	"testing"
)

// typicalMail is a reply of 4 KB as Gmail sends it: alternatives, a quoted history, the usual header.
func typicalMail() []byte {
	var b strings.Builder
	b.WriteString("Return-Path: <anna@kunde.example>\r\nDelivered-To: support@desk.example\r\n" +
		"Received: from mx.kunde.example (mx.kunde.example [192.0.2.7])\r\n\tby mail.desk.example with ESMTPS id 4XyZ\r\n\tfor <support@desk.example>; Mon, 3 Mar 2025 10:12:00 +0100\r\n" +
		"Authentication-Results: mail.desk.example; dkim=pass header.d=kunde.example; spf=pass\r\n" +
		"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=kunde.example; s=k1;\r\n\tbh=" + strings.Repeat("A", 44) + ";\r\n\tb=" + strings.Repeat("B", 344) + "\r\n" +
		"MIME-Version: 1.0\r\nReferences: <a1@desk.example> <a2@desk.example>\r\nIn-Reply-To: <a2@desk.example>\r\n" +
		"From: =?UTF-8?Q?Anna_M=C3=BCller?= <anna@kunde.example>\r\nDate: Mon, 3 Mar 2025 10:12:00 +0100\r\nMessage-ID: <CAB1234@mail.kunde.example>\r\n" +
		"Subject: Re: [#1234] =?UTF-8?Q?Drucker_l=C3=A4uft_nicht?=\r\nTo: Support <support@desk.example>\r\n" +
		"Content-Type: multipart/alternative; boundary=\"000000000000a1b2c3\"\r\n\r\n")
	b.WriteString("--000000000000a1b2c3\r\nContent-Type: text/plain; charset=\"UTF-8\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
	b.WriteString(strings.Repeat("Der Drucker im zweiten Stock l=C3=A4uft seit gestern Abend nicht mehr.\r\n", 12))
	b.WriteString("\r\n--000000000000a1b2c3\r\nContent-Type: text/html; charset=\"UTF-8\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<div dir=3D\"ltr\">")
	b.WriteString(strings.Repeat("<p>Der Drucker im zweiten Stock l=C3=A4uft seit gestern Abend nicht.</p>=\r\n", 15))
	b.WriteString("</div>\r\n--000000000000a1b2c3--\r\n")
	return []byte(b.String())
}

func BenchmarkRead(b *testing.B) {
	raw := typicalMail()
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(raw, Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}
