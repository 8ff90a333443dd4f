package letter

import (
	"strings"
	"testing"
)

// daemon is the header of a report.
const daemon = `
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.kunde.example>
To: support@desk.example
Date: Mon, 3 Mar 2025 10:12:00 +0100
Message-ID: <d1@mx.kunde.example>
MIME-Version: 1.0
`

const daemonIs = "Mail Delivery System <MAILER-DAEMON@mx.kunde.example>"

// ours is the letter that reports are about.
const ours = "From: Support <support@desk.example>\nTo: anna@kunde.example\nSubject: [#1234] Printer\nMessage-ID: <m7@desk.example>\n"

// status is a message/delivery-status part.
func status(groups ...string) string {
	return "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.kunde.example\nArrival-Date: Mon, 3 Mar 2025 10:11:00 +0100\n\n" + strings.Join(groups, "\n\n") + "\n"
}

func returned(kind string) string {
	return "Content-Type: " + kind + "\n\n" + ours + "\nYour printer …\n"
}

func dsn(parts ...string) string {
	return multi("report; report-type=delivery-status", "dsn", parts...)
}

const (
	unknownUser = "Final-Recipient: rfc822; anna@kunde.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 <anna@kunde.example>: no such person here"
	tooBusy     = "Final-Recipient: rfc822; ben@kunde.example\nAction: delayed\nStatus: 4.4.1\nDiagnostic-Code: smtp; connection timed out\nWill-Retry-Until: Thu, 6 Mar 2025 10:12:00 +0100"
)

// reportSample is a report about ours that comes from a mail system.
func reportSample(name, subject, rest string, w want) sample {
	if w.from == "" {
		w.from = daemonIs
	}
	w.subject = subject
	if w.kind == "" {
		w.kind = Bounce
	}
	return sample{"bounce-" + name, crlf(daemon + "Subject: " + subject + "\n" + rest), w}
}

const reportParts = "delivery-status.txt message/delivery-status\n[#1234] Printer.eml message/rfc822"

// bounceSamples are reports in the forms that RFCs give them.
func bounceSamples() []sample {
	sorry := []string{"Sorry"}
	parts := strings.Split(reportParts, "\n")
	headers := []string{parts[0], "rfc822-headers.txt text/rfc822-headers"}
	failed := "delivery m7@desk.example; anna@kunde.example failed 5.1.1"
	plain := func(name, subject, group, report string) sample {
		return reportSample(name, subject, dsn(textPart("Sorry, see below."), status(group), returned("message/rfc822")), want{text: sorry, parts: parts, report: report})
	}
	from := func(s sample, is string) sample {
		s.raw = strings.Replace(s.raw, "From: "+daemonIs, "From: "+is, 1)
		s.want.from, s.want.author = is, is
		return s
	}
	exchange := "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@kunde.example>"
	return []sample{
		plain("failed", "Undelivered Mail Returned to Sender", unknownUser, failed),
		plain("delayed", "Delayed Mail (still being retried)", tooBusy, "delivery m7@desk.example; ben@kunde.example delayed 4.4.1"),
		plain("delivered", "Successful Mail Delivery Report", "Original-Recipient: rfc822;anna@kunde.example\nFinal-Recipient: rfc822; anna@kunde.example\nAction: delivered\nStatus: 2.1.5", "delivery m7@desk.example; anna@kunde.example delivered 2.1.5"),
		plain("relayed", "Delivery Status Notification", "Final-Recipient: rfc822; anna@kunde.example\nAction: relayed (to a system that sends no reports)\nStatus: 2.0.0", "delivery m7@desk.example; anna@kunde.example relayed 2.0.0"),
		plain("expanded", "Delivery Status Notification", "Final-Recipient: rfc822; team@kunde.example\nAction: expanded\nStatus: 2.1.5", "delivery m7@desk.example; team@kunde.example expanded 2.1.5"),
		plain("two-recipients", "Undelivered Mail Returned to Sender", unknownUser+"\n\n"+tooBusy, failed+"; ben@kunde.example delayed 4.4.1"),
		plain("forwarded", "Undelivered Mail Returned to Sender", "Original-Recipient: rfc822; anna@kunde.example\nFinal-Recipient: rfc822; anna.berg@elsewhere.example\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 mailbox full",
			"delivery m7@desk.example; anna@kunde.example failed 5.2.2"),
		plain("temporary-code-but-failed", "Undelivered Mail Returned to Sender", "Final-Recipient: rfc822; anna@kunde.example\nAction: failed\nStatus: 4.4.7\nDiagnostic-Code: smtp; 451 4.4.7 expired after 5 days",
			"delivery m7@desk.example; anna@kunde.example failed 4.4.7"),
		plain("status-only-in-words", "Undelivered Mail Returned to Sender", "Final-Recipient: rfc822; anna@kunde.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550-5.7.26 the sender is not authenticated (192.0.2.5)",
			"delivery m7@desk.example; anna@kunde.example failed 5.7.26"),
		plain("no-action", "Undelivered Mail Returned to Sender", "Final-Recipient: rfc822; anna@kunde.example\nStatus: 5.1.1", failed),
		plain("no-action-but-late", "Undelivered Mail Returned to Sender", "Final-Recipient: rfc822; anna@kunde.example\nStatus: 4.2.2", "delivery m7@desk.example; anna@kunde.example delayed 4.2.2"),
		plain("no-action-but-there", "Mail Delivery Status Report", "Final-Recipient: rfc822; anna@kunde.example\nStatus: 2.0.0", "delivery m7@desk.example; anna@kunde.example delivered 2.0.0"),
		plain("encoded-plus", "Undelivered Mail Returned to Sender", "Original-Recipient: rfc822;anna+2Bdesk@kunde.example\nAction: failed\nStatus: 5.1.1", "delivery m7@desk.example; anna+desk@kunde.example failed 5.1.1"),
		plain("folded-diagnostic", "Undelivered Mail Returned to Sender", "Final-Recipient: rfc822; anna@kunde.example\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 554 5.7.1 rejected:\n    ask the postmaster", "delivery m7@desk.example; anna@kunde.example failed 5.7.1"),
		reportSample("no-blank-groups", "Undelivered Mail Returned to Sender", dsn(textPart("Sorry."), "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.kunde.example\nOriginal-Envelope-Id: env7\nFinal-Recipient: rfc822; anna@kunde.example\nAction: failed\nStatus: 5.1.1", returned("message/rfc822")),
			want{text: sorry, parts: parts, report: failed, extra: func(l *Letter) string {
				return differs(l.Report.EnvelopeID+" "+l.Report.Subject, "env7 [#1234] Printer")
			}}),
		reportSample("headers-only", "Undelivered Mail Returned to Sender", dsn(textPart("Sorry."), status(unknownUser), returned("text/rfc822-headers")), want{text: sorry, parts: headers, report: failed}),
		reportSample("headers-in-base64", "Undelivered Mail Returned to Sender", dsn(textPart("Sorry."), status(unknownUser), "Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64\n\n"+lines64(ours)), want{text: sorry, parts: headers, report: failed}),
		reportSample("only-in-reply-to", "Undelivered Mail Returned to Sender", "In-Reply-To: <m7@desk.example>\n"+dsn(textPart("Sorry."), status(unknownUser)), want{text: sorry, parts: parts[:1], report: failed}),
		reportSample("international", "Undelivered Mail Returned to Sender", dsn(textPart("Sorry."), strings.Replace(status("Final-Recipient: utf-8; jörg@bücher.example\nAction: failed\nStatus: 5.1.1"), "message/delivery", "message/global-delivery", 1), returned("message/global-headers")),
			want{text: sorry, parts: []string{"attachment-1.bin message/global-delivery-status", "attachment-2.bin message/global-headers"}, report: "delivery m7@desk.example; jörg@bücher.example failed 5.1.1"}),
		from(reportSample("exchange", "Undeliverable: [#1234] Printer", "X-MS-Exchange-Message-Is-Ndr:\nAuto-Submitted: auto-replied\nIn-Reply-To: <m7@desk.example>\n"+multi("report; report-type=delivery-status", "x", multi("alternative", "a", textPart("Sorry, Anna is not here."), htmlPart("<p>Sorry, Anna is not here.</p>")), status(unknownUser), returned("message/rfc822")),
			want{text: sorry, html: []string{"Anna is not here"}, parts: parts, report: failed}), exchange),
		from(reportSample("exchange-de", "Unzustellbar: [#1234] Drucker", multi("report; report-type=delivery-status", "x", htmlPart("<p>Leider nicht zugestellt.</p>"), status(unknownUser), returned("message/rfc822")),
			want{html: []string{"Leider"}, parts: parts, report: failed}), exchange),
		from(reportSample("gmail", "Delivery Status Notification (Failure)", "X-Failed-Recipients: anna@kunde.example\nIn-Reply-To: <m7@desk.example>\nReferences: <m7@desk.example>\n"+multi("report; report-type=delivery-status", "g",
			multi("related", "r", multi("alternative", "a", textPart("Sorry, no such address."), htmlPart(`<p>Sorry, no such address.</p><img src="cid:icon.png">`)), "Content-Type: image/png; name=\"icon.png\"\nContent-Disposition: attachment; filename=\"icon.png\"\nContent-ID: <icon.png>\n"+pixel), status(unknownUser), returned("message/rfc822")),
			want{text: sorry, html: []string{"cid:icon.png"}, parts: append([]string{"icon.png image/png inline"}, parts...), report: failed}), "Mail Delivery Subsystem <mailer-daemon@mail.example>"),
		from(reportSample("no-report-type", "Returned mail: see transcript", multi("report", "s", textPart("Sorry."), status(unknownUser), returned("message/rfc822")), want{text: sorry, parts: parts, report: failed}), "Postmaster <postmaster@kunde.example>"),
		reportSample("mixed-instead-of-report", "Delivery failure", multi("mixed", "s", textPart("Sorry."), status(unknownUser), returned("message/rfc822")), want{text: sorry, parts: parts, report: failed}),
		from(reportSample("complaint", "FW: [#1234] Printer", multi("report; report-type=feedback-report", "f", textPart("Sorry, one of our users calls this spam."), "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: loop/1\nVersion: 1\nOriginal-Rcpt-To: <anna@kunde.example>", returned("message/rfc822")),
			want{text: sorry, parts: []string{"feedback-report.txt message/feedback-report", parts[1]}, report: "complaint m7@desk.example; anna@kunde.example complained"}), "feedback@kunde.example"),
		from(reportSample("complaint-without-recipient", "complaint about a message", multi("report; report-type=feedback-report", "f", textPart("Sorry."), "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1", returned("message/rfc822")),
			want{text: sorry, parts: []string{"feedback-report.txt message/feedback-report", parts[1]}, report: "complaint m7@desk.example; anna@kunde.example complained"}), "feedback@kunde.example"),
		from(reportSample("receipt-read", "Read: [#1234] Printer", multi("report; report-type=disposition-notification", "m", textPart("Sorry, I only read it."), "Content-Type: message/disposition-notification\n\nReporting-UA: mail; Reader\nFinal-Recipient: rfc822; anna@kunde.example\nOriginal-Message-ID: <m7@desk.example>\nDisposition: manual-action/MDN-sent-manually; displayed"),
			want{text: sorry, kind: AutoReply, parts: []string{"disposition-notification.txt message/disposition-notification"}, report: "receipt m7@desk.example; anna@kunde.example displayed"}), annaIs),
		from(reportSample("receipt-deleted", "Not read: [#1234] Printer", multi("report; report-type=disposition-notification", "m", textPart("Sorry, it went unread."), "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; anna@kunde.example\nOriginal-Message-ID: <m7@desk.example>\nDisposition: automatic-action/MDN-sent-automatically; deleted/error"),
			want{text: sorry, kind: AutoReply, parts: []string{"disposition-notification.txt message/disposition-notification"}, report: "receipt m7@desk.example; anna@kunde.example deleted"}), annaIs),
		letterSample("bounce-forwarded-by-a-person", "FW: Undeliverable: Printer", multi("mixed", "b", textPart("Sorry, what does this mean?"), "Content-Type: message/rfc822\n\nFrom: MAILER-DAEMON@mx.kunde.example\nSubject: Undeliverable: Printer\n\nno such person\n"),
			want{text: sorry, parts: []string{"Undeliverable_ Printer.eml message/rfc822"}}),
		letterSample("bounce-answered-by-a-person", "Re: Undelivered Mail Returned to Sender", textPart("Sorry, my mailbox was full. It is not any more.\n"), want{text: sorry}),
	}
}

func TestFailedMeansFailed(t *testing.T) {
	want := map[string]bool{"bounce-failed": true, "bounce-two-recipients": true, "bounce-delayed": false, "bounce-delivered": false, "bounce-complaint": false, "bounce-receipt-read": false}
	for _, s := range bounceSamples() {
		failed, asked := want[s.name]
		if !asked {
			continue
		}
		if l, err := Read([]byte(s.raw), Limits{}); err != nil || l.Report == nil || l.Report.Failed() != failed {
			t.Errorf("%s: got %+v (%v), want failed %v", s.name, l.Report, err, failed)
		}
	}
}

func TestStatusIn(t *testing.T) {
	for text, want := range map[string]string{
		"550 5.1.1 no such user": "5.1.1", "550-5.7.26 x": "5.7.26", "from 192.5.1.1 refused": "", "5.1.1.7 is a host": "", "4.4.7": "4.4.7",
		"(#5.1.1)": "5.1.1", "version 3.2.1": "", "5.1.": "", "15.1.1": "", "5.1111.1": "", "421 4.7.0": "4.7.0", "": "",
	} {
		if got := statusIn(text); got != want {
			t.Errorf("statusIn(%q): got %q, want %q", text, got, want)
		}
	}
}
