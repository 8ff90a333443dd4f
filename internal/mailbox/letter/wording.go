package letter

import (
	"regexp"
	"strings"

	"muster/internal/mailbox/letter/mime"
)

// This file reads delivery reports that are written for people only: those of
// qmail, Exim, older Postfix, sendmail and Exchange, and of the many that imitate them.

const maxWording = 256 << 10 // bytes of a report's text that are looked at

// status finds an enhanced status code (RFC 3463) that is not part of an IP address.
func statusIn(s string) string {
	s = mime.Clip(s, mime.MaxValue)
	for i := 0; i+4 < len(s); i++ {
		if c := s[i]; c != '2' && c != '4' && c != '5' || i > 0 && (isDigit(s[i-1]) || s[i-1] == '.') || s[i+1] != '.' {
			continue
		}
		j := digits(s, i+2)
		if j == i+2 || j-i > 5 || j >= len(s) || s[j] != '.' {
			continue
		}
		k := digits(s, j+1)
		if k == j+1 || k-j > 4 || k+1 < len(s) && s[k] == '.' && isDigit(s[k+1]) {
			continue
		}
		return s[i:k]
	}
	return ""
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func digits(s string, i int) int {
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return i
}

// idInText finds the Message-ID of the letter that a report quotes.
func idInText(text string) string {
	for line := range strings.Lines(mime.Clip(text, maxWording)) {
		line = strings.TrimLeft(line, "> \t|")
		if len(line) > 11 && strings.EqualFold(line[:11], "message-id:") {
			if all := idsIn(mime.Line(line[11:])); len(all) > 0 {
				return all[0]
			}
		}
	}
	return ""
}

// plainText reads the recipients of a report from its wording.
func (r *Report) plainText(l *Letter) {
	text := mime.Clip(l.Text, maxWording)
	w := wording{report: r, delayed: tellsDelay(l.Subject, text)}
	for line := range strings.Lines(beforeOriginal(text)) {
		w.line(strings.TrimRight(line, "\n"))
	}
	for _, v := range l.Values("X-Failed-Recipients") {
		for _, a := range parseAddresses(v, "", maxOutcomes) {
			w.recipient(a.Mailbox, "")
		}
	}
	for i := range r.Outcomes {
		w.settle(&r.Outcomes[i])
	}
	if r.Subject == "" {
		r.Subject = subjectInText(text)
	}
}

// tellsDelay reports whether a report says that it is not final.
func tellsDelay(subject, text string) bool {
	s := strings.ToLower(subject + "\n" + mime.Clip(text, 2000))
	for _, sign := range []string{"delayed", "will be retried", "still trying", "will keep trying", "keep trying", "not need to resend", "do not need to resend",
		"warning: could not send", "verzögert", "weiter versucht", "retardé", "retraso", "försenad", "opóźnion"} {
		if strings.Contains(s, sign) {
			return true
		}
	}
	return false
}

// beforeOriginal cuts a report where it begins to quote the letter.
func beforeOriginal(text string) string {
	at := len(text)
	for _, sign := range []string{"\n--- Below this line", "\n------ This is a copy", "\n   ----- Original message", "\n----- Original message",
		"\n--- The header of the original", "\n--- Original message", "\nReceived: from ", "\nReturn-path: <", "\nReturn-Path: <"} {
		if i := strings.Index(text[:at], sign); i >= 0 {
			at = i
		}
	}
	return text[:at]
}

func subjectInText(text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimLeft(line, "> \t|")
		if len(line) > 8 && strings.EqualFold(line[:8], "subject:") {
			return mime.Clip(mime.Words(line[8:], ""), maxSubject)
		}
	}
	return ""
}

// wording reads a report line by line.
type wording struct {
	report  *Report
	delayed bool
	open    int // the outcome that the next lines explain, counted from 1
}

var (
	// named is "<anna@example>:" and "anna@example: host said …", with whatever says that it is a recipient before it.
	named = regexp.MustCompile(`^\s*(?:(?i:to|recipient|final-recipient|original-recipient|failed recipient|rcpt to|recipient address|an|empfänger|destinataire)\s*:\s*)?(?:(?i:rfc822)\s*;\s*)?<?([^\s<>:;,()"]+@[^\s<>:;,()"]+\.[^\s<>:;,()"]+)>?\s*(?:on [A-Z0-9][^@]*)?\s*(?:[:(]\s*(.*))?$`)
	// asked is what sendmail shows of its conversation.
	asked = regexp.MustCompile(`RCPT T[oO]:\s*<([^\s<>]+@[^\s<>]+)>`)
)

func (w *wording) line(s string) {
	if len(s) > 2000 {
		s = mime.Clip(s, 2000)
	}
	trimmed := strings.TrimSpace(s)
	if m := named.FindStringSubmatch(s); m != nil {
		w.recipient(m[1], m[2])
		return
	}
	if m := asked.FindStringSubmatch(s); m != nil {
		w.recipient(m[1], "")
	}
	if w.open == 0 {
		return
	}
	o := &w.report.Outcomes[w.open-1]
	switch {
	case trimmed == "":
		if o.Diagnostic != "" {
			w.open = 0
		}
	case len(o.Diagnostic) < maxSubject:
		o.Diagnostic = mime.Clip(strings.TrimSpace(o.Diagnostic+" "+mime.Line(trimmed)), maxSubject)
	}
}

// recipient notes one recipient, once.
func (w *wording) recipient(mailbox, why string) {
	mailbox = strings.Trim(mailbox, "'.")
	for i, o := range w.report.Outcomes {
		if strings.EqualFold(o.Mailbox, mailbox) {
			if w.open = i + 1; o.Diagnostic == "" {
				w.report.Outcomes[i].Diagnostic = mime.Clip(mime.Line(why), maxSubject)
			}
			return
		}
	}
	if len(w.report.Outcomes) < maxOutcomes {
		w.report.Outcomes = append(w.report.Outcomes, Outcome{Mailbox: mailbox, Diagnostic: mime.Clip(strings.TrimRight(mime.Line(why), ")"), maxSubject)})
		w.open = len(w.report.Outcomes)
	}
}

// settle decides whether a recipient's letter is late or lost. A code of the
// other system does not: one that is temporary ends a letter too, after days.
func (w *wording) settle(o *Outcome) {
	o.Status = statusIn(o.Diagnostic)
	if o.Action = "failed"; w.delayed {
		o.Action = "delayed"
	}
}
