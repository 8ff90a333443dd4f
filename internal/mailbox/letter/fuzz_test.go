package letter

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"muster/internal/fault"
)

// Whatever the bytes are, a letter comes out that a page and a database take.
func FuzzRead(f *testing.F) {
	for _, s := range corpus() {
		f.Add([]byte(s.raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		start := time.Now()
		l, err := Read(raw, Limits{})
		if l == nil {
			t.Fatal("got no letter")
		}
		if err != nil && !fault.Is(err, fault.TooLarge) {
			t.Errorf("got %v, want a fault", err)
		}
		checkBounds(t, l, len(raw))
		for name, s := range stringsOf(l) {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\r") {
				t.Errorf("%s: got %q, want valid UTF-8 without NUL and carriage return", name, s)
			}
			if name != "Text" && name != "HTML" && strings.Contains(s, "\n") {
				t.Errorf("%s: got %q, want one line", name, s)
			}
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%d bytes took %v", len(raw), took)
		}
	})
}

// checkBounds holds a letter of n raw bytes against what it may be at most.
func checkBounds(t *testing.T, l *Letter, n int) {
	t.Helper()
	std := DefaultLimits()
	if l.MessageID == "" || len(l.MessageID) > maxID {
		t.Errorf("MessageID: got %q", l.MessageID)
	}
	people := len(l.Froms) + len(l.Sender) + len(l.ReplyTo) + len(l.To) + len(l.Cc) + len(l.DeliveredTo)
	if len(l.Parts) > std.Attachments || people > std.Addresses || len(l.References) > maxIDs || len(l.InReplyTo) > maxIDs {
		t.Errorf("got %d parts, %d people, %d and %d IDs", len(l.Parts), people, len(l.References), len(l.InReplyTo))
	}
	size := 0
	for _, p := range l.Parts {
		if p.Name == "" || p.Type == "" || strings.ContainsAny(p.Name, `/\`) {
			t.Errorf("got a part %q of type %q", p.Name, p.Type)
		}
		size += len(p.Data)
	}
	// The escaped copy of plain text amid HTML and the U+FFFD of each bad byte make text grow; nothing else does.
	if most := 100*n + 1000; size > most || len(l.Text) > min(most, maxText) || len(l.HTML) > min(most, maxHTML) || len(l.Subject) > maxSubject {
		t.Errorf("%d bytes became %d of parts, %d of text, %d of HTML, %d of subject", n, size, len(l.Text), len(l.HTML), len(l.Subject))
	}
}

// stringsOf returns everything in a letter that is text, by where it stands.
func stringsOf(l *Letter) map[string]string {
	all := map[string]string{"MessageID": l.MessageID, "Subject": l.Subject, "Text": l.Text, "HTML": l.HTML, "Reason": l.Auto.Reason,
		"Kind": string(l.Auto.Kind), "Author": l.Author().String(), "Fold": l.From.Fold(), "Get": l.Get("From"),
		"IDs": strings.Join(l.InReplyTo, " ") + strings.Join(l.References, " "), "AuthResults": strings.Join(l.AuthResults, " ")}
	if l.ReturnPath != nil {
		all["ReturnPath"] = *l.ReturnPath
	}
	if a, ok := l.Forwarded(); ok {
		all["Forwarded"] = a.String()
	}
	for what, people := range map[string][]Address{"From": l.Froms, "Sender": l.Sender, "ReplyTo": l.ReplyTo, "To": l.To, "Cc": l.Cc, "DeliveredTo": l.DeliveredTo} {
		for i, a := range people {
			all[fmt.Sprint(what, i)] = a.Name + " " + a.Mailbox + " " + a.Fold()
		}
	}
	for i, p := range l.Parts {
		all[fmt.Sprint("Part", i)] = p.Name + " " + p.Type + " " + p.ContentID + " " + p.Location
	}
	if l.Report != nil {
		all["Report"] = string(l.Report.Kind) + l.Report.MessageID + l.Report.Subject + l.Report.EnvelopeID
		for i, o := range l.Report.Outcomes {
			all[fmt.Sprint("Outcome", i)] = o.Mailbox + o.Final + o.Action + o.Status + o.Diagnostic
		}
	}
	return all
}
