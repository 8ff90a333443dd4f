package letter

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"muster/internal/fault"
)

// Over a limit there is a sentence for the sender, and the header, and no content.
func TestLimits(t *testing.T) {
	text := textPart("Hello there")
	files := func(n int) string {
		return strings.Repeat("--b\n"+pdf+"\n", n)
	}
	mixed := "Content-Type: multipart/mixed; boundary=b\n\n"
	addresses := func(n int) string { return strings.Repeat("a@kunde.example, ", n-1) + "z@kunde.example" }
	for _, row := range []struct {
		rule string
		rest string
		lim  Limits
		says string // "" means it is within the limits
	}{
		{"size", "\n" + strings.Repeat("x", 2000), Limits{Size: 2000}, "The message is 2.1 KiB; this desk takes messages of up to 2.0 KiB"},
		{"size reached", "\n" + strings.Repeat("x", 100), Limits{Size: 2000}, ""},
		{"attachments", mixed + files(4) + "--b--", Limits{Attachments: 3}, "more than 3 attachments"},
		{"attachments reached", mixed + files(3) + "--b--", Limits{Attachments: 3}, ""},
		{"attachments in any number", mixed + files(20000), Limits{}, "more than 200 attachments"},
		{"parts in any number", mixed + strings.Repeat("--b\n\nx\n", 200000), Limits{}, "more than 200 attachments"},
		{"links in the text", "\n" + strings.Repeat("see HTTPS://kunde.example\n", 11), Limits{Links: 10}, "more than 10 links"},
		{"links in the page", "Content-Type: text/html\n\n" + strings.Repeat("<a HREF='/x'>", 11), Limits{Links: 10}, "more than 10 links"},
		{"links in both", multi("alternative", "b", textPart(strings.Repeat("http://a ", 6)), htmlPart(strings.Repeat("<a href=x>", 5))), Limits{Links: 10}, "more than 10 links"},
		{"links reached", "\n" + strings.Repeat("http://kunde.example ", 10), Limits{Links: 10}, ""},
		{"addresses", "Cc: " + addresses(10) + "\n\nx", Limits{Addresses: 11}, "more than 11 addresses"},
		{"addresses reached", "Cc: " + addresses(9) + "\n\nx", Limits{Addresses: 11}, ""},
		{"addresses in any number", "Cc: " + addresses(50000) + "\n\nx", Limits{}, "more than 100 addresses"},
		{"depth", nested(4, text), Limits{Depth: 3}, "more than 3 deep"},
		{"depth reached", nested(3, text), Limits{Depth: 3}, ""},
		{"depth in any number", nested(300, text), Limits{}, "more than 20 deep"},
		{"time", multi("mixed", "b", text), Limits{ParseTime: time.Nanosecond}, "longer to read than the 1ns"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			l, err := Read([]byte(crlf(anna+"Subject: Limits\n"+row.rest)), row.lim)
			if l == nil || l.From.String() != annaIs || l.Subject != "Limits" || l.MessageID != "m1@kunde.example" {
				t.Fatalf("got %+v, want a letter with its header", l)
			}
			if row.says == "" {
				if err != nil {
					t.Errorf("got %v, want no fault", err)
				}
				return
			}
			if !fault.Is(err, fault.TooLarge) || !strings.Contains(fmt.Sprint(err), row.says) {
				t.Errorf("got %v, want a sentence with %q", err, row.says)
			}
			if l.Text != "" || l.HTML != "" || l.Parts != nil {
				t.Errorf("got content, want the header only")
			}
		})
	}
}

// A bounce over a limit is still known as one, so that it is not answered.
func TestLimitKeepsAuto(t *testing.T) {
	l, err := Read([]byte(crlf(daemon+"Subject: x\n"+dsn(textPart(strings.Repeat("x", 5000)), status(unknownUser)))), Limits{Size: 1000})
	if !fault.Is(err, fault.TooLarge) || l.Auto.Kind != Bounce {
		t.Errorf("got %v and %q, want a fault and a bounce", err, l.Auto.Kind)
	}
}

func TestEmptyMessage(t *testing.T) {
	l, err := Read(nil, Limits{})
	if err != nil || l == nil || missingID(l) != "" {
		t.Errorf("got %+v and %v, want a letter with an ID", l, err)
	}
}

// A text too long to show is cut and attached whole.
func TestLongText(t *testing.T) {
	long := strings.Repeat("ü", maxText)
	l, err := Read([]byte(crlf(anna+"Subject: Long\nContent-Type: text/plain; charset=utf-8\n\n"+long)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Text) != maxText || !l.Has(NoteCut) || len(l.Parts) != 1 || string(l.Parts[0].Data) != long {
		t.Errorf("got %d bytes of text, notes %v, %d parts; want %d bytes and the whole text attached", len(l.Text), l.Notes, len(l.Parts), maxText)
	}
}

// Twice the message takes about twice the time, however it is built to hurt.
func TestReadIsLinear(t *testing.T) {
	for name, build := range map[string]func(n int) string{
		"header lines": func(n int) string { return strings.Repeat("X: y\n", n) },
		"stray lines":  func(n int) string { return "A: b\n" + strings.Repeat("stray line\nSubject: x\n", n) },
		"open words":   func(n int) string { return "Subject: " + strings.Repeat("=?utf-8?Q?", n) + "\n\n" },
		"open quotes":  func(n int) string { return "To: " + strings.Repeat(`"(<`, n) + "\n\n" },
		"routes":       func(n int) string { return "To: " + strings.Repeat("<@,", n) + "\n\n" },
		"parameters":   func(n int) string { return "Content-Type: text/plain" + strings.Repeat(";a*1=b", n) + "\n\n" },
		"near boundaries": func(n int) string {
			return "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n" + strings.Repeat("--bx\n", n)
		},
		"soft breaks":      func(n int) string { return "Content-Transfer-Encoding: quoted-printable\n\n" + strings.Repeat("= ", n) },
		"padding":          func(n int) string { return "Content-Transfer-Encoding: base64\n\n" + strings.Repeat("QQ==\n", n) },
		"shifts":           func(n int) string { return "Content-Type: text/plain; charset=utf-7\n\n" + strings.Repeat("+A", n) },
		"references":       func(n int) string { return "References: " + strings.Repeat("<a@b", n) + "\n\n" },
		"report addresses": func(n int) string { return "From: mailer-daemon@x.example\n\n" + strings.Repeat("<a@b.example>:\n", n) },
		"report fields": func(n int) string {
			return "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n" + strings.Repeat(":\n\n", n)
		},
		"cids":  func(n int) string { return "Content-Type: text/html\n\n" + strings.Repeat("cid:", n) },
		"heads": func(n int) string { return "Subject: Fwd: x\n\n" + strings.Repeat("From: x\n", n) },
	} {
		raw := []byte(build(200_000))
		start := time.Now()
		l, _ := Read(raw, Limits{})
		l.Forwarded()
		l.Author()
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s: %d bytes took %v, want far less than 10 s", name, len(raw), took)
		}
	}
}
