package letter

import (
	"strings"

	"muster/internal/mailbox/letter/mime"
)

// Kind says what sort of machine sent a letter.
type Kind string

const (
	Person    Kind = ""           // as far as one can see
	AutoReply Kind = "auto-reply" // answers by itself: away, received, read
	Bulk      Kind = "bulk"       // sent by a program: alerts, newsletters, reports
	List      Kind = "list"       // came through a mailing list
	Bounce    Kind = "bounce"     // a mail system tells about a letter of ours
	Loop      Kind = "loop"       // has been here before
)

// LoopHeader marks the automatic mail of every Muster, so that two of them do
// not answer each other. What an agent writes does not carry it.
const LoopHeader = "X-Muster-Loop"

// Auto says whether a machine sent a letter and why we think so. Such a letter
// is kept like any other; it is never answered by a machine, and reopens nothing.
type Auto struct {
	Kind   Kind
	Reason string // a sentence; "" for a person's letter
}

// Detect is l.Auto, but also knows a letter that one of our own hosts sent out, by its Message-ID.
func (l *Letter) Detect(hosts ...string) Auto {
	_, host := cutHost(l.MessageID)
	for _, ours := range hosts {
		if ours != "" && !l.MessageIDMissing && strings.EqualFold(host, ours) {
			return Auto{Loop, "Its Message-ID is of our own host " + ours + "."}
		}
	}
	return l.Auto
}

// detect applies the rules in the order of what they prove.
func detect(l *Letter) Auto {
	for _, rule := range []func(*Letter) Auto{
		reportAuto, daemonAuto, loopAuto, submittedAuto, replyFieldAuto, listAuto, precedenceAuto, suppressAuto, subjectAuto, pathAuto,
	} {
		if a := rule(l); a.Kind != Person {
			return a
		}
	}
	return Auto{}
}

// carries makes the finding that a field proves.
func carries(kind Kind, name, value string) Auto {
	return Auto{kind, "It carries “" + name + ": " + mime.Clip(value, 100) + "”."}
}

func reportAuto(l *Letter) Auto {
	ctype := mime.ParseMedia(l.header.Get("Content-Type"), "")
	if ctype.Value != "multipart/report" {
		if l.Report != nil && l.Report.Kind == Delivery {
			return Auto{Bounce, "It is a report of a mail system about a letter."}
		}
		return Auto{}
	}
	switch kind := strings.ToLower(ctype.Params["report-type"]); {
	case kind == "feedback-report" || l.Report != nil && l.Report.Kind == Complaint:
		return Auto{Bounce, "It is a complaint about a letter (multipart/report)."}
	case kind == "disposition-notification" || l.Report != nil && l.Report.Kind == Receipt:
		return Auto{AutoReply, "It is a receipt for a letter (multipart/report)."}
	case kind == "delivery-status" || kind == "" || l.Report != nil:
		return Auto{Bounce, "It is a report on the delivery of a letter (multipart/report)."}
	}
	return Auto{Bulk, "It is a report that a program wrote (multipart/report)."}
}

// daemonAuto knows the mail systems by name.
func daemonAuto(l *Letter) Auto {
	if v := l.header.Get("X-Failed-Recipients"); v != "" {
		return carries(Bounce, "X-Failed-Recipients", v)
	}
	for _, a := range append(l.Froms[:len(l.Froms):len(l.Froms)], l.Sender...) {
		local, _ := cutHost(strings.ToLower(a.Mailbox))
		switch {
		case isDaemon(a):
			return Auto{Bounce, "A mail system sent it: " + a.String() + "."}
		case local == "postmaster" && (l.nullPath() || bounceSubject(l.Subject)):
			return Auto{Bounce, "A mail system sent it: " + a.String() + "."}
		case local == "postmaster":
			return Auto{Bulk, "It comes from " + a.Mailbox + "."}
		}
	}
	if l.nullPath() && bounceSubject(l.Subject) {
		return Auto{Bounce, "It has an empty Return-Path and the subject of a delivery report."}
	}
	return Auto{}
}

// isDaemon knows the senders that only mail systems use: mailer-daemon, and
// Exchange's name with 32 hexadecimal digits.
func isDaemon(a Address) bool {
	local, _ := cutHost(strings.ToLower(a.Mailbox))
	digits, ok := strings.CutPrefix(local, "microsoftexchange")
	return local == "mailer-daemon" || strings.EqualFold(a.Name, "mailer-daemon") ||
		ok && len(digits) == 32 && strings.Trim(digits, "0123456789abcdef") == ""
}

func loopAuto(l *Letter) Auto {
	for _, name := range []string{LoopHeader, "X-Loop"} {
		if v, ok := l.header.Lookup(name); ok {
			return carries(Loop, name, mime.Line(v))
		}
	}
	return Auto{}
}

// submittedAuto reads Auto-Submitted (RFC 3834). "auto-generated" is said by
// monitoring and by Exchange's notices of absence alike.
func submittedAuto(l *Letter) Auto {
	v := l.header.Get("Auto-Submitted")
	word, _, _ := strings.Cut(strings.ToLower(v), ";")
	if word, _, _ = strings.Cut(word, " "); word == "" || word == "no" {
		return Auto{}
	}
	if word == "auto-replied" || awaySubject(l.Subject) {
		return carries(AutoReply, "Auto-Submitted", v)
	}
	return carries(Bulk, "Auto-Submitted", v)
}

// replyFieldAuto knows the fields that programs mark their answers with.
func replyFieldAuto(l *Letter) Auto {
	for _, name := range []string{"X-Autoreply", "X-Autorespond", "X-Auto-Response", "X-Autoreply-From", "X-Mail-Autoreply"} {
		if v := l.header.Get(name); v != "" && !isNo(v) {
			return carries(AutoReply, name, v)
		}
	}
	if v := l.header.Get("X-Autogenerated"); v != "" && !isNo(v) {
		if strings.EqualFold(v, "reply") || awaySubject(l.Subject) {
			return carries(AutoReply, "X-Autogenerated", v)
		}
		return carries(Bulk, "X-Autogenerated", v)
	}
	return Auto{}
}

func isNo(v string) bool {
	v = strings.ToLower(v)
	return v == "no" || v == "false" || v == "none" || v == "0"
}

func listAuto(l *Letter) Auto {
	if v := l.header.Get("List-Id"); v != "" {
		return carries(List, "List-Id", v)
	}
	if v := l.precedence(); v == "list" {
		return carries(List, "Precedence", v)
	}
	return Auto{}
}

func precedenceAuto(l *Letter) Auto {
	switch v := l.precedence(); {
	case (v == "bulk" || v == "junk") && awaySubject(l.Subject), v == "auto_reply":
		return carries(AutoReply, "Precedence", v)
	case v == "bulk" || v == "junk":
		return carries(Bulk, "Precedence", v)
	}
	if v := l.header.Get("List-Unsubscribe"); v != "" {
		return carries(Bulk, "List-Unsubscribe", v)
	}
	if _, ok := l.header.Lookup("X-Cron-Env"); ok {
		return Auto{Bulk, "A scheduled job sent it."}
	}
	return Auto{}
}

// suppressAuto reads what Exchange and many programs put on mail that wants no automatic answer.
func suppressAuto(l *Letter) Auto {
	v := l.header.Get("X-Auto-Response-Suppress")
	if v == "" || isNo(v) {
		return Auto{}
	}
	if awaySubject(l.Subject) {
		return carries(AutoReply, "X-Auto-Response-Suppress", v)
	}
	return carries(Bulk, "X-Auto-Response-Suppress", v)
}

func subjectAuto(l *Letter) Auto {
	if awaySubject(l.Subject) {
		return Auto{AutoReply, "Its subject is that of an automatic answer."}
	}
	return Auto{}
}

func pathAuto(l *Letter) Auto {
	if l.nullPath() {
		return Auto{AutoReply, "Its Return-Path is empty, so that nothing answers it."}
	}
	return Auto{}
}

// nullPath reports whether the letter wants no report about itself.
func (l *Letter) nullPath() bool { return l.ReturnPath != nil && *l.ReturnPath == "" }

func (l *Letter) precedence() string {
	v := l.header.Get("Precedence")
	if v == "" {
		v = l.header.Get("X-Precedence")
	}
	return strings.ToLower(v)
}

// awaySubject reports whether a subject begins as the automatic answers of mail
// programs do, in the languages they speak.
func awaySubject(s string) bool {
	return startsWith(s, []string{
		"automatic reply:", "auto reply:", "auto-reply:", "autoreply:", "auto response:", "autoresponse:", "[auto-reply]",
		"out of office:", "out of office autoreply:", "out of the office:", "out of office reply:",
		"automatische antwort:", "abwesenheitsnotiz", "abwesend:", "automatische abwesenheitsnotiz", "autoantwort:",
		"réponse automatique", "absence du bureau", "message d'absence", "absent du bureau",
		"respuesta automática:", "fuera de la oficina:", "risposta automatica:", "fuori ufficio:",
		"automatisch antwoord:", "afwezig:", "autosvar:", "automatiskt svar:", "frånvaro:", "automatisk svar:", "fravær:",
		"odpowiedź automatyczna:", "automatyczna odpowiedź:", "poza biurem:", "resposta automática:", "fora do escritório:",
		"automaattinen vastaus:", "automatická odpověď:", "автоматический ответ:", "автоответ:", "otomatik yanıt:",
		"自動応答:", "自動返信", "自动答复:", "自动回复", "自動回覆", "자동 회신:",
	})
}

// bounceSubject reports whether a subject begins as delivery reports do.
func bounceSubject(s string) bool {
	return startsWith(s, []string{
		"undelivered mail returned", "undeliverable:", "undeliverable mail", "undeliverable message", "delivery status notification",
		"mail delivery failed", "mail delivery failure", "mail delivery status", "mail system error", "mail delivery problem",
		"failure notice", "returned mail", "delivery failure", "delivery failed", "delivery notification:", "delivery report",
		"message delivery failure", "non delivery", "non-delivery", "nondeliverable", "warning: message", "warning: could not send",
		"delayed mail", "delivery delayed", "delayed:", "message delayed",
		"unzustellbar", "zustellung verzögert", "zustellungsverzögerung", "non remis", "échec de la remise", "non délivré",
		"no se puede entregar", "no entregable", "non recapitabile", "onbestelbaar", "kan inte levereras", "det går inte att leverera",
		"niedostarczalne", "não entregue", "配信不能", "未送達", "无法投递", "недоставлено", "не доставлено",
	})
}

// startsWith reports whether s starts with one of prefixes, which are in lower
// case, whatever the case of s and its spaces before a colon.
func startsWith(s string, prefixes []string) bool {
	s = strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(mime.Clip(s, 100)), "\u00a0", " "), " :", ":")
	s = strings.ReplaceAll(s, "：", ":")
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}
