package letter

import (
	"slices"
	"strings"

	"muster/internal/mailbox/letter/mime"
)

// Forwarded returns who wrote the letter that this one passes on: the sender in
// the head that mail programs quote, or the author of a letter attached whole.
// No mail system is one.
// It is not ok unless the subject says that the letter is a forward. Of an
// HTML-only letter, give the cleaned text to QuotedSender.
func (l *Letter) Forwarded() (Address, bool) {
	if l.Report != nil || !ForwardSubject(l.Subject) {
		return Address{}, false
	}
	if a, ok := QuotedSender(l.Text); ok {
		return a, true
	}
	for _, p := range l.Parts {
		if isOriginal(p.Type) {
			inner, _ := mime.Open(p.Data[:min(len(p.Data), 256<<10)])
			if found := addresses(inner, "From", 1); len(found) > 0 && found[0].Valid() && !isDaemon(found[0]) {
				return found[0], true
			}
		}
	}
	return Address{}, false
}

// QuotedSender returns the sender of the first letter whose head, "From: … Date:
// … Subject: …" in any large program's language, is quoted in a text.
func QuotedSender(text string) (Address, bool) {
	lines := strings.SplitN(mime.Clip(text, maxWording), "\n", 5000)
	for i, line := range lines {
		label, value := labelled(line)
		if !slices.Contains(fromLabels(), label) {
			continue
		}
		near := 0 // other fields of a head around it
		for j := max(0, i-3); j < min(len(lines), i+5); j++ {
			if other, v := labelled(lines[j]); j != i && other != "" && v != "" {
				near++
			}
		}
		found := parseAddresses(strings.ReplaceAll(strings.ReplaceAll(value, "[mailto:", "<"), "]", ">"), "", 1)
		if near >= 2 && len(found) > 0 && found[0].Valid() && !isDaemon(found[0]) {
			return found[0], true
		}
	}
	return Address{}, false
}

// labelled takes "> *From:* Anna" apart: a short label in lower case, and the value.
func labelled(line string) (label, value string) {
	line = strings.TrimLeft(mime.Clip(strings.TrimSpace(line), maxSubject), "> \t*")
	line = strings.Replace(line, "：", ":", 1)
	label, value, ok := strings.Cut(line, ":")
	label = strings.ToLower(strings.TrimSpace(strings.ReplaceAll(strings.Trim(label, "* \u00a0"), "\u00a0", " ")))
	if !ok || len(label) > 30 || strings.Count(label, " ") > 1 {
		return "", ""
	}
	return label, strings.Trim(value, "* \t\u00a0")
}

func fromLabels() []string {
	return []string{"from", "von", "de", "da", "van", "från", "fra", "od", "lähettäjä", "feladó", "kimden", "от", "отправитель", "від",
		"差出人", "发件人", "寄件者", "보낸 사람"}
}

// ForwardSubject reports whether a subject begins as that of a forward.
func ForwardSubject(s string) bool {
	return startsWith(s, []string{"fwd:", "fw:", "wg:", "tr:", "rv:", "i:", "doorst:", "vb:", "vl:", "pd:", "enc:", "továbbítás:", "ilt:", "転送:", "转发:", "轉寄:", "전달:"})
}
