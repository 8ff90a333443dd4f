package letter

import "strings"

// wordingSamples are reports that are written for people only, in the forms of
// the programs that write them so.
func wordingSamples() []sample {
	row := func(name, from, subject, fields, text, report string) sample {
		s := reportSample(name, subject, fields+"\n"+text, want{from: from, text: []string{"o"}, report: report})
		s.raw = strings.Replace(s.raw, "From: "+daemonIs, "From: "+from, 1)
		return s
	}
	failed := "delivery m7@desk.example; anna@kunde.example failed"
	copied := "\n------ This is a copy of the message, including all the headers. ------\n\nReturn-path: <support@desk.example>\n" + ours + "\nYour printer …\n"
	return []sample{
		row("exim", daemonIs, "Mail delivery failed: returning message to sender", "X-Failed-Recipients: anna@kunde.example\nAuto-Submitted: auto-replied\n",
			"A letter of yours found nobody. These addresses did not work:\n\n  anna@kunde.example\n    host mx.kunde.example [192.0.2.25]\n    SMTP error from remote mail server after RCPT TO:<anna@kunde.example>:\n    550 5.1.1 no such person\n"+copied, failed+" 5.1.1"),
		row("exim-delayed", daemonIs, "Warning: message 1tpA2b-00 delayed 24 hours", "Auto-Submitted: auto-replied\n",
			"A letter of yours is still on its way after more than 24 hours.\n\nMessage-ID: <m7@desk.example>\n\nThe address to which it has not been delivered yet is:\n\n  anna@kunde.example\n    Delay reason: connection timed out\n\nNothing is to be done now; it will be retried.\n",
			"delivery m7@desk.example; anna@kunde.example delayed"),
		row("qmail", "MAILER-DAEMON@mx.kunde.example", "failure notice", "",
			"Hi. This is the mail program at mx.kunde.example.\nYour letter could not be brought to these addresses.\n\n<anna@kunde.example>:\n192.0.2.25 does not like recipient.\nRemote host said: 550 5.1.1 no such person\nGiving up on 192.0.2.25.\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <support@desk.example>\n"+ours, failed+" 5.1.1"),
		row("qmail-two", "MAILER-DAEMON@mx.kunde.example", "failure notice", "",
			"Hi. Two of your recipients do not exist.\n\n<anna@kunde.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n<ben@kunde.example>:\nmailbox full (#5.2.2)\n\n--- Below this line is a copy of the message.\n\n"+ours, failed+" 5.1.1; ben@kunde.example failed 5.2.2"),
		row("postfix-old", daemonIs, "Undelivered Mail Returned to Sender", "",
			"This is the mail program at host mx.kunde.example.\n\n<anna@kunde.example>: host mail.kunde.example[192.0.2.25] said: 550 5.1.1\n    <anna@kunde.example>: no such person (in reply to RCPT TO command)\n\n"+ours, failed+" 5.1.1"),
		row("sendmail", "Mail Delivery Subsystem <MAILER-DAEMON@mx.kunde.example>", "Returned mail: see transcript for details", "Auto-Submitted: auto-generated (failure)\n",
			"   ----- The following addresses had permanent fatal errors -----\n<anna@kunde.example>\n    (reason: 550 5.1.1 no such person)\n\n   ----- Transcript of session follows -----\n... while talking to mail.kunde.example.:\n>>> RCPT To:<anna@kunde.example>\n<<< 550 5.1.1 no such person\n\n   ----- Original message follows -----\n\n"+ours, failed+" 5.1.1"),
		row("sendmail-warning", "Mail Delivery Subsystem <MAILER-DAEMON@mx.kunde.example>", "Warning: could not send message for past 4 hours", "",
			"   This is a warning message only; you do not need to resend your message.\n\n   ----- Transient errors -----\n<anna@kunde.example>\n    (reason: 451 4.4.1 timed out)\n\nMessage-ID: <m7@desk.example>\n", "delivery m7@desk.example; anna@kunde.example delayed 4.4.1"),
		row("exchange-old", "System Administrator <postmaster@kunde.example>", "Undeliverable: [#1234] Printer", "In-Reply-To: <m7@desk.example>\n",
			"Your message\n\n  To:      Anna Berg\n  Subject: [#1234] Printer\n  Sent:    Mon, 3 Mar 2025 10:12:00 +0100\n\ndid not reach the following recipient(s):\n\nanna@kunde.example on Mon, 3 Mar 2025 10:12:01 +0100\n    There is nobody of that name.\n    <mail.kunde.example #5.1.1>\n", failed+" 5.1.1"),
		row("domino", "Postmaster <postmaster@kunde.example>", "DELIVERY FAILURE: User Anna Berg (anna@kunde.example) not listed", "X-Original-Message-ID: <m7@desk.example>\n",
			"Your message could not be handed over because:\n\n   User Anna Berg (anna@kunde.example) not listed in the directory\n\nRecipient: anna@kunde.example\n", failed),
		row("groupwise", "Postmaster <postmaster@kunde.example>", "Mail System Error - Returned Mail", "",
			"The message that you sent was undeliverable to the following:\n\tanna@kunde.example (user not found)\n\nMessage-ID: <m7@desk.example>\n", failed),
		row("quotes-addresses", "MAILER-DAEMON@mx.kunde.example", "failure notice", "", "Nobody is called that.\n\n<anna@kunde.example>:\nno such person (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n"+ours+"\nPlease write to\nben@kunde.example\n", failed+" 5.1.1"),
		row("yahoo-like", "MAILER-DAEMON@mail.example", "Failure Notice", "",
			"Sorry, we were unable to deliver your message to the following address.\n\n<anna@kunde.example>:\n550: 5.1.1 no such person\n\n--- Original message below ---\n"+ours, failed+" 5.1.1"),
		row("ses-like", "MAILER-DAEMON@sender.example", "Delivery Status Notification (Failure)", "In-Reply-To: <m7@desk.example>\n",
			"An error occurred while trying to deliver the mail to the following recipients:\nanna@kunde.example\n", failed),
		row("french", "MAILER-DAEMON@mx.kunde.example", "Non remis : [#1234] Imprimante", "References: <m6@desk.example> <m7@desk.example>\n",
			"Votre message n'a pas été remis.\n\nDestinataire : anna@kunde.example\n", failed),
		row("german-delay", "MAILER-DAEMON@mx.kunde.example", "Zustellung verzögert", "",
			"Ihre Nachricht konnte noch nicht zugestellt werden; es wird weiter versucht.\n\nEmpfänger: anna@kunde.example\n\nMessage-ID: <m7@desk.example>\n", "delivery m7@desk.example; anna@kunde.example delayed"),
		row("failed-recipients-only", "MAILER-DAEMON@mx.kunde.example", "Mail delivery failed", "X-Failed-Recipients: anna@kunde.example,\n ben@kunde.example\nReferences: <m7@desk.example>\n",
			"No words about it.\n", failed+"; ben@kunde.example failed"),
		row("null-path-only", "Mail Gateway <gateway@kunde.example>", "Undeliverable mail", "", "<anna@kunde.example>: no such person\n\n"+ours, failed),
		row("about-nothing", "MAILER-DAEMON@mx.kunde.example", "Delivery failed", "", "Something went wrong with your mail. Do not ask.\n", "delivery "),
		row("mailer-daemon-by-name", "MAILER-DAEMON <bounce-handler@kunde.example>", "Your mail", "", "<anna@kunde.example>: no such person\n\n"+ours, failed),
	}
}
