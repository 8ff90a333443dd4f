package letter

import (
	"bytes"
	"slices"
	"strings"

	"muster/internal/mailbox/letter/mime"
)

// ReportKind says what a report is about.
type ReportKind string

const (
	Delivery  ReportKind = "delivery"  // whether a letter of ours arrived
	Receipt   ReportKind = "receipt"   // that somebody opened or deleted it
	Complaint ReportKind = "complaint" // that somebody called it spam
)

// Report is what a mail system tells about a letter that we sent.
type Report struct {
	Kind       ReportKind
	MessageID  string // of the letter it is about; "" if it does not say
	Subject    string // of the letter it is about
	EnvelopeID string // the ENVID of the transaction, if we gave one
	Outcomes   []Outcome
}

// Outcome is what happened to a letter for one recipient.
type Outcome struct {
	Mailbox    string // whom we wrote to, if the report says so
	Final      string // where it went in the end, if that is somebody else
	Action     string // "failed", "delayed", "delivered", "relayed", "expanded", "displayed", "deleted", "complained"
	Status     string // "5.1.1"; "" if it does not say
	Diagnostic string // what the other system said
}

// Failed reports whether the letter did not reach somebody and will not be tried again.
func (r *Report) Failed() bool {
	return slices.ContainsFunc(r.Outcomes, func(o Outcome) bool { return o.Action == "failed" })
}

// told is a part that a report may be made of.
type told struct {
	kind string
	data []byte
}

const maxOutcomes = 200

func isReport(ctype string) bool {
	switch ctype {
	case "message/delivery-status", "message/global-delivery-status", "message/disposition-notification",
		"message/global-disposition-notification", "message/feedback-report":
		return true
	}
	return isOriginal(ctype)
}

// isOriginal reports whether a part is the letter that a report is about, or its header.
func isOriginal(ctype string) bool {
	switch ctype {
	case "message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers", "text/rfc822":
		return true
	}
	return false
}

// readReport reads the report in a letter, from its parts if it has them, and
// else from the words in which mail systems have always told people: nil if the letter is none.
func readReport(l *Letter, parts []told) *Report {
	rep := &Report{}
	var original mime.Header
	for _, p := range parts {
		switch {
		case isOriginal(p.kind):
			if original.Empty() {
				original, _ = mime.Open(p.data[:min(len(p.data), 256<<10)])
			}
		case strings.HasSuffix(p.kind, "delivery-status"):
			rep.Kind = Delivery
			rep.delivery(p.data)
		case strings.HasSuffix(p.kind, "disposition-notification"):
			rep.Kind = Receipt
			rep.receipt(p.data)
		case p.kind == "message/feedback-report":
			rep.Kind = Complaint
			rep.complaint(p.data, original)
		}
	}
	if rep.Kind == "" && l.Auto.Kind != Bounce {
		return nil
	}
	if rep.Kind == "" {
		rep.Kind = Delivery
	}
	rep.about(l, original)
	if rep.Kind == Delivery && len(rep.Outcomes) == 0 {
		rep.plainText(l)
	}
	if rep.Kind == Complaint && len(rep.Outcomes) == 0 {
		for _, a := range addresses(original, "To", 10) {
			rep.add(Outcome{Mailbox: a.Mailbox, Action: "complained"})
		}
	}
	return rep
}

// about finds out which letter the report is about.
func (r *Report) about(l *Letter, original mime.Header) {
	if id := firstID(original); id != "" {
		r.MessageID = id
	}
	r.Subject = mime.Clip(original.Get("Subject"), maxSubject)
	if r.MessageID == "" {
		r.MessageID = idInText(l.Text)
	}
	for _, v := range []string{"X-Original-Message-Id", "In-Reply-To", "References"} {
		if all := ids(l.header.Raw(v)); r.MessageID == "" && len(all) > 0 {
			r.MessageID = all[len(all)-1]
		}
	}
}

func (r *Report) add(o Outcome) {
	if len(r.Outcomes) < maxOutcomes {
		r.Outcomes = append(r.Outcomes, o)
	}
}

// groups returns the blocks of fields that reports are written in.
func groups(data []byte) []mime.Header {
	var all []mime.Header
	for len(data) > 0 && len(all) < maxOutcomes+10 {
		data = bytes.TrimLeft(data, "\r\n \t")
		h, rest := mime.Split(data)
		if h.Empty() {
			_, rest, _ = bytes.Cut(data, []byte{'\n'}) // nothing we can read
		} else {
			all = append(all, h)
		}
		data = rest
	}
	return all
}

// delivery reads a message/delivery-status (RFC 3464).
func (r *Report) delivery(data []byte) {
	for _, h := range groups(data) {
		if id := h.Get("Original-Envelope-Id"); id != "" {
			r.EnvelopeID = mime.Clip(id, maxID)
		}
		final, first := typed(h.Get("Final-Recipient")), typed(h.Get("Original-Recipient"))
		o := Outcome{Mailbox: first, Final: final, Action: action(h.Get("Action")), Status: statusIn(h.Get("Status")), Diagnostic: diagnostic(h)}
		if o.Mailbox == "" {
			o.Mailbox = final
		}
		if strings.EqualFold(o.Mailbox, o.Final) {
			o.Final = ""
		}
		if o.Mailbox == "" && o.Action == "" {
			continue
		}
		o.settle()
		r.add(o)
	}
}

// settle fills in what an outcome does not say from what it does say.
func (o *Outcome) settle() {
	if o.Status == "" || strings.HasSuffix(o.Status, ".0.0") {
		if s := statusIn(o.Diagnostic); s != "" {
			o.Status = s
		}
	}
	if o.Action != "" {
		return
	}
	switch {
	case strings.HasPrefix(o.Status, "2"):
		o.Action = "delivered"
	case strings.HasPrefix(o.Status, "4"):
		o.Action = "delayed"
	default:
		o.Action = "failed"
	}
}

func action(v string) string {
	word, _, _ := strings.Cut(strings.ToLower(v), " ")
	switch word = strings.Trim(word, ";,."); word {
	case "failed", "delayed", "delivered", "relayed", "expanded":
		return word
	}
	return ""
}

// typed reads "rfc822; anna@example".
func typed(v string) string {
	if i := strings.IndexByte(v, ';'); i >= 0 {
		v = v[i+1:]
	}
	v = strings.ReplaceAll(strings.ReplaceAll(v, "+2B", "+"), "+3D", "=") // RFC 3461, as far as it does no harm
	if found := parseAddresses(v, "", 1); len(found) > 0 {
		return found[0].Mailbox
	}
	return ""
}

func diagnostic(h mime.Header) string {
	v := h.Get("Diagnostic-Code")
	if kind, rest, ok := strings.Cut(v, ";"); ok && len(kind) < 20 && !strings.Contains(strings.TrimSpace(kind), " ") {
		v = strings.TrimSpace(rest)
	}
	if v == "" {
		v = h.Get("X-Postfix-Reason")
	}
	return mime.Clip(v, maxSubject)
}

// receipt reads a message/disposition-notification (RFC 8098).
func (r *Report) receipt(data []byte) {
	for _, h := range groups(data) {
		if all := ids(h.Raw("Original-Message-Id")); len(all) > 0 {
			r.MessageID = all[0]
		}
		o := Outcome{Mailbox: typed(h.Get("Original-Recipient")), Final: typed(h.Get("Final-Recipient"))}
		if o.Mailbox == "" || strings.EqualFold(o.Mailbox, o.Final) {
			o.Mailbox, o.Final = o.Final, ""
		}
		if _, kind, ok := strings.Cut(h.Get("Disposition"), ";"); ok {
			kind, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(kind)), "/")
			o.Action = mime.Clip(kind, 20)
		}
		if o.Mailbox != "" || o.Action != "" {
			r.add(o)
		}
	}
}

// complaint reads a message/feedback-report (RFC 5965).
func (r *Report) complaint(data []byte, original mime.Header) {
	for _, h := range groups(data) {
		if id := h.Get("Original-Envelope-Id"); id != "" {
			r.EnvelopeID = mime.Clip(id, maxID)
		}
		for _, a := range addresses(h, "Original-Rcpt-To", 20) {
			r.add(Outcome{Mailbox: a.Mailbox, Action: "complained", Diagnostic: mime.Clip(h.Get("Feedback-Type"), 100)})
		}
	}
}
