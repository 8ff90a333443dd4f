package letter

import (
	"html"
	"strings"
)

// locale is how the large mail programs introduce what they quote in a language.
// %s stands for the quoted sender, as the program writes it.
type locale struct {
	code, re                      string
	says, old                     string // the answer, and the text it answers
	gmail, apple, yahoo, proton   string
	bird                          string
	from, sent, to, subject, when string // of Outlook
	original                      string // its line above, where it has one
}

func locales() []locale {
	return []locale{
		{"en", "Re: ", "It works again, thank you.", "Please switch the printer off and on.",
			"On Mon, Mar 3, 2025 at 10:12 AM %s wrote:", "On 3. Mar 2025, at 10:12, %s wrote:", "On Monday, March 3, 2025 at 10:12:00 AM GMT+1, %s wrote:",
			"On Monday, March 3rd, 2025 at 10:12, %s wrote:", "On 03.03.25 10:12, %s wrote:",
			"From:", "Sent:", "To:", "Subject:", "Monday, March 3, 2025 10:12 AM", "-----Original Message-----"},
		{"de", "AW: ", "Er läuft wieder, vielen Dank.", "Bitte schalten Sie den Drucker aus und wieder ein.",
			"Am Mo., 3. März 2025 um 10:12 Uhr schrieb %s:", "Am 03.03.2025 um 10:12 schrieb %s:", "Am Montag, 3. März 2025 um 10:12:00 MEZ hat %s Folgendes geschrieben:",
			"Am Montag, 3. März 2025 um 10:12, schrieb %s:", "Am 03.03.25 um 10:12 schrieb %s:",
			"Von:", "Gesendet:", "An:", "Betreff:", "Montag, 3. März 2025 10:12", "-----Ursprüngliche Nachricht-----"},
		{"fr", "RE : ", "Elle remarche, merci beaucoup.", "Veuillez éteindre et rallumer l’imprimante.",
			"Le lun. 3 mars 2025 à 10:12, %s a écrit :", "Le 3 mars 2025 à 10:12, %s a écrit :", "Le lundi 3 mars 2025 à 10:12:00 UTC+1, %s a écrit :",
			"Le lundi 3 mars 2025 à 10:12, %s a écrit :", "Le 03/03/2025 à 10:12, %s a écrit :",
			"De :", "Envoyé :", "À :", "Objet :", "lundi 3 mars 2025 10:12", "-----Message d'origine-----"},
		{"es", "RE: ", "Ya funciona, muchas gracias.", "Por favor, apague y encienda la impresora.",
			"El lun, 3 mar 2025 a las 10:12, %s escribió:", "El 3 mar 2025, a las 10:12, %s escribió:", "El lunes, 3 de marzo de 2025, 10:12:00 CET, %s escribió:",
			"El lunes, 3 de marzo de 2025 a las 10:12, %s escribió:", "El 3/3/25 a las 10:12, %s escribió:",
			"De:", "Enviado:", "Para:", "Asunto:", "lunes, 3 de marzo de 2025 10:12", "-----Mensaje original-----"},
		{"pl", "Odp: ", "Znowu działa, dziękuję bardzo.", "Proszę wyłączyć i włączyć drukarkę.",
			"pon., 3 mar 2025 o 10:12 %s napisał(a):", "Wiadomość napisana przez %s w dniu 3 mar 2025, o godz. 10:12:", "W dniu poniedziałek, 3 marca 2025 10:12:00 CET użytkownik %s napisał:",
			"W dniu poniedziałek, 3 marca 2025 o 10:12, %s napisał(a):", "W dniu 3.03.2025 o 10:12, %s pisze:",
			"Od:", "Wysłano:", "Do:", "Temat:", "poniedziałek, 3 marca 2025 10:12", "-----Wiadomość oryginalna-----"},
		{"sv", "SV: ", "Den fungerar igen, tack så mycket.", "Stäng av skrivaren och slå på den igen.",
			"Den mån 3 mars 2025 kl 10:12 skrev %s:", "3 mars 2025 kl. 10:12 skrev %s:", "Den måndag 3 mars 2025 10:12:00 CET skrev %s:",
			"Den måndag den 3 mars 2025 kl. 10:12 skrev %s:", "Den 2025-03-03 kl. 10:12, skrev %s:",
			"Från:", "Skickat:", "Till:", "Ämne:", "den 3 mars 2025 10:12", "-----Ursprungligt meddelande-----"},
		{"it", "R: ", "Funziona di nuovo, grazie mille.", "Spenga e riaccenda la stampante, per favore.",
			"Il giorno lun 3 mar 2025 alle ore 10:12 %s ha scritto:", "Il giorno 3 mar 2025, alle ore 10:12, %s ha scritto:", "Il lunedì 3 marzo 2025 alle ore 10:12:00 CET, %s ha scritto:",
			"Il lunedì 3 marzo 2025 alle ore 10:12, %s ha scritto:", "Il 03/03/2025 10:12, %s ha scritto:",
			"Da:", "Inviato:", "A:", "Oggetto:", "lunedì 3 marzo 2025 10:12", "-----Messaggio originale-----"},
		{"nl", "Antw: ", "Hij doet het weer, hartelijk dank.", "Zet de printer uit en weer aan.",
			"Op ma 3 mrt 2025 om 10:12 schreef %s:", "Op 3 mrt 2025, om 10:12 heeft %s het volgende geschreven:", "Op maandag 3 maart 2025 om 10:12:00 CET schreef %s:",
			"Op maandag 3 maart 2025 om 10:12, schreef %s:", "Op 3-3-2025 om 10:12 schreef %s:",
			"Van:", "Verzonden:", "Aan:", "Onderwerp:", "maandag 3 maart 2025 10:12", "-----Oorspronkelijk bericht-----"},
		{"ja", "Re: ", "また動くようになりました。ありがとうございます。", "プリンターの電源を入れ直してください。",
			"2025年3月3日(月) 10:12 %s:", "2025/03/03 10:12、%sのメール:", "2025年3月3日月曜日 10:12:00 JST、%s さんが書きました:",
			"2025年3月3日月曜日 10:12、%sさんは書きました:", "2025/03/03 10:12、%sさんは書きました:",
			"差出人:", "送信日時:", "宛先:", "件名:", "2025年3月3日 10:12", "-----元のメッセージ-----"},
	}
}

const desk = "Support Desk <support@desk.example>"

// program is a mail program: how it writes the plain text and the HTML of an answer.
type program struct {
	name string
	text func(locale) string
	page func(locale) string
}

func programs() []program {
	return []program{
		{"gmail", func(l locale) string { return quoted(l, l.gmail, desk) }, func(l locale) string {
			return `<div dir="ltr">` + l.says + `</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">` + intro(l.gmail, desk) +
				`<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"><div>` + l.old + `</div></blockquote></div>`
		}},
		{"outlook", func(l locale) string {
			return l.says + "\n\n" + l.original + "\n" + outlookHead(l) + "\n\n" + l.old + "\n"
		}, func(l locale) string {
			return `<html xmlns:o="urn:schemas-microsoft-com:office:office"><body><div class="WordSection1"><p class="MsoNormal">` + l.says + `<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>` +
				`<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">` + outlookPage(l) + `</p></div></div><p class="MsoNormal">` + l.old + `</p></div></body></html>`
		}},
		{"owa", func(l locale) string {
			return l.says + "\n\n________________________________\n" + outlookHead(l) + "\n\n" + l.old + "\n"
		}, func(l locale) string {
			return `<html><body dir="ltr"><div class="elementToProof">` + l.says + `</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">` +
				outlookPage(l) + `</div><div>` + l.old + `</div></body></html>`
		}},
		{"apple", func(l locale) string { return quoted(l, l.apple, desk) }, func(l locale) string {
			return `<html><body style="overflow-wrap: break-word;">` + l.says + `<div><br><blockquote type="cite"><div>` + intro(l.apple, desk) + `</div><br class="Apple-interchange-newline"><div>` + l.old + `</div></blockquote></div></body></html>`
		}},
		{"yahoo", func(l locale) string { return quoted(l, l.yahoo, desk) }, func(l locale) string {
			return `<div class="yahoo-style-wrap"><div dir="ltr">` + l.says + `</div></div><div id="yahoo_quoted_1" class="yahoo_quoted"><div><div>` + intro(l.yahoo, desk) + `</div><div>` + l.old + `</div></div></div>`
		}},
		{"proton", func(l locale) string { return quoted(l, l.proton, desk) }, func(l locale) string {
			return `<div style="font-family: Arial;">` + l.says + `</div><div class="protonmail_quote">` + intro(l.proton, desk) + `<br><blockquote class="protonmail_quote" type="cite"><div>` + l.old + `</div></blockquote></div>`
		}},
		{"thunderbird", func(l locale) string { return quoted(l, l.bird, "Support Desk") }, func(l locale) string {
			return `<html><body><p>` + l.says + `</p><div class="moz-cite-prefix">` + intro(l.bird, "Support Desk") + `<br></div><blockquote type="cite" cite="mid:a1@desk.example"><p>` + l.old + `</p></blockquote></body></html>`
		}},
	}
}

func intro(line, who string) string { return html.EscapeString(strings.Replace(line, "%s", who, 1)) }

func quoted(l locale, line, who string) string {
	return l.says + "\n\n" + strings.Replace(line, "%s", who, 1) + "\n\n> " + l.old + "\n>\n> --\n> Support Desk\n"
}

func outlookHead(l locale) string {
	return l.from + " " + desk + "\n" + l.sent + " " + l.when + "\n" + l.to + " Anna Berg\n" + l.subject + " [#1234] Printer"
}

func outlookPage(l locale) string {
	return "<b>" + l.from + "</b> " + html.EscapeString(desk) + "<br><b>" + l.sent + "</b> " + l.when + "<br><b>" + l.to + "</b> Anna Berg<br><b>" + l.subject + "</b> [#1234] Printer"
}

// quoteSamples are answers of each program in each language.
func quoteSamples() []sample {
	var all []sample
	for _, l := range locales() {
		for _, p := range programs() {
			raw := crlf(anna + "In-Reply-To: <a1@desk.example>\nReferences: <a1@desk.example>\nSubject: " + encodedWord("utf-8", l.re+"[#1234] Printer") + "\n" +
				multi("alternative", "next", textPart(p.text(l)), htmlPart(p.page(l))))
			all = append(all, sample{"quote-" + p.name + "-" + l.code, raw, want{from: annaIs, subject: l.re + "[#1234] Printer",
				text: []string{l.says + "\n", l.old}, html: []string{l.says, l.old}, says: l.says, quotes: l.old,
				extra: func(got *Letter) string {
					if len(got.Tags()) != 1 || got.Tags()[0] != 1234 || got.InReplyTo[0] != "a1@desk.example" {
						return "the answer does not name what it answers"
					}
					return ""
				}}})
		}
	}
	return all
}

// trimSamples are other ways to answer: below the quote, amid it, and forwarding.
func trimSamples() []sample {
	re := "In-Reply-To: <a1@desk.example>\n"
	row := func(name, subject, body, says, quotes string) sample {
		s := letterSample("trim-"+name, subject, re+"Content-Type: text/plain; charset=utf-8; format=flowed\n\n"+body, want{text: []string{says}, says: says, quotes: quotes})
		if quotes != "" {
			s.want.text = append(s.want.text, quotes)
		}
		return s
	}
	forward := "Please look into this.\n\n---------- Forwarded message ---------\nFrom: Ben Kunde <ben@kunde.example>\nDate: Mon, Mar 3, 2025 at 9:00 AM\nSubject: Cannot log in\nTo: Anna Berg <anna@kunde.example>\n\nSince Monday I cannot log in.\n"
	return []sample{
		row("bottom-posted", "Re: Printer", "On 03.03.25 10:12, Support Desk wrote:\n> Is it on?\n\nYes, it is.\n", "Yes, it is.", "> Is it on?"),
		row("interleaved", "Re: Printer", "Support Desk wrote:\n> Is it on?\nYes, it is.\n> Is there paper?\nNo, there is none.\n", "No, there is none.", "> Is there paper?"),
		row("two-levels", "Re: Re: Printer", "Thanks!\n\nOn 03.03.25 10:12, Support Desk wrote:\n> Try again.\n>> It is broken.\n", "Thanks!", ">> It is broken."),
		row("intro-on-two-lines", "Re: Printer", "Thanks!\n\nOn Mon, Mar 3, 2025 at 10:12 AM Support Desk\n<support@desk.example> wrote:\n\n> Try again.\n", "Thanks!", "> Try again."),
		row("no-quote", "Re: Printer", "It works now.\n", "It works now.", ""),
		row("signature", "Re: Printer", "It works now.\n\n-- \nAnna Berg\nKunde Ltd\n", "It works now.\n\n-- \nAnna Berg", ""),
		row("phone", "Re: Printer", "It works now.\n\nSent from my phone\n\nOn 3 Mar 2025, at 10:12, Support Desk wrote:\n\n> Try again.\n", "It works now.", "> Try again."),
		row("only-a-quote", "Re: Printer", "> Try again.\n", "> Try again.", ""),
		row("greater-than", "Re: Printer", "The load is > 90 %.\n5 > 4 as always.\n", "The load is > 90 %.", ""),
		row("forward-gmail", "Fwd: Cannot log in", forward, "Please look into this.", "Since Monday I cannot log in."),
		row("forward-apple", "Fwd: Cannot log in", "Please look.\n\nBegin forwarded message:\n\nFrom: Ben Kunde <ben@kunde.example>\nSubject: Cannot log in\nDate: 3. March 2025 at 09:00:00 CET\nTo: Anna Berg <anna@kunde.example>\n\nI cannot log in.\n", "Please look.", "I cannot log in."),
		row("forward-outlook-de", "WG: Anmeldung", "Bitte ansehen.\n\nVon: Ben Kunde <ben@kunde.example>\nGesendet: Montag, 3. März 2025 09:00\nAn: Anna Berg\nBetreff: Anmeldung\n\nIch komme nicht hinein.\n", "Bitte ansehen.", "Ich komme nicht hinein."),
		row("forward-thunderbird", "Fwd: Cannot log in", "Please look.\n\n-------- Forwarded Message --------\nSubject: Cannot log in\nDate: Mon, 3 Mar 2025 09:00:00 +0100\nFrom: Ben Kunde <ben@kunde.example>\nTo: Anna Berg <anna@kunde.example>\n\nI cannot log in.\n", "Please look.", "I cannot log in."),
		letterSample("forward-attached", "FW: Cannot log in", multi("mixed", "b", textPart("Please look."), "Content-Type: message/rfc822\n\nFrom: Ben Kunde <ben@kunde.example>\nSubject: Cannot log in\n\nI cannot.\n"),
			want{text: []string{"Please look."}, parts: []string{"Cannot log in.eml message/rfc822"}}),
		row("prefix-number", "WG[5]: AW: Re[2]: Printer", "It works now.\n", "It works now.", ""),
	}
}
