package compose_test

import (
	"bytes"
	"fmt"
	"net/mail"
	"strings"
	"testing"
	"time"

	"muster/internal/fault"
	"muster/internal/mailbox/compose"
	"muster/internal/mailbox/letter"
)

func message() compose.Message {
	return compose.Message{
		From: compose.Person{Name: "Quillmere, Inc.", Address: "support@quillmere.example"}, ReplyTo: compose.Person{Address: "support+t1@quillmere.example"},
		To: []compose.Person{{Name: "Zoë Ä. “Z”", Address: "zoe@acme.example"}}, Subject: "Grüße aus der Küche", Date: time.Date(2026, 3, 5, 13, 3, 0, 0, time.UTC),
		MessageID: "a@b.example", Text: "Hello\n.\nFrom here", HTML: "<p>Hellö</p>",
	}
}

// What is written is read again as it was meant.
func TestWrittenAndRead(t *testing.T) {
	m := message()
	m.Cc = []compose.Person{{Address: "c@d.example"}}
	m.InReplyTo, m.References = "x@y.example", []string{"w@y.example", "x@y.example"}
	m.Inline = []compose.File{{Name: "p.png", Type: "image/png", ContentID: "p@q", Data: []byte("png")}}
	m.HTML += `<img src="cid:p@q">`
	m.Files = []compose.File{
		{Name: "Übersicht \"neu\"; x.pdf", Type: "application/pdf", Data: bytes.Repeat([]byte("pdf"), 1000)},
		{Name: "mail.eml", Type: "message/rfc822", Data: []byte("Subject: inner\n\nx")},
		{Name: "odd.bin", Type: "no type at all", Data: nil},
	}
	raw, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	l, err := letter.Read(raw, letter.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ what, got, want string }{
		{"From", l.From.String(), "Quillmere, Inc. <support@quillmere.example>"},
		{"Reply-To", l.ReplyTo[0].String(), "support+t1@quillmere.example"},
		{"To", l.To[0].String(), "Zoë Ä. “Z” <zoe@acme.example>"},
		{"Cc", l.Cc[0].String(), "c@d.example"},
		{"Subject", l.Subject, m.Subject},
		{"Message-ID", l.MessageID, m.MessageID},
		{"In-Reply-To", strings.Join(l.InReplyTo, " "), m.InReplyTo},
		{"References", strings.Join(l.References, " "), strings.Join(m.References, " ")},
		{"Date", l.Date.String(), m.Date.String()},
		{"text", l.Text, m.Text + "\n"},
		{"page", strings.TrimSpace(l.HTML), m.HTML},
		{"files", fmt.Sprint(len(l.Parts)), "4"},
		{"picture", fmt.Sprint(l.Parts[0].Name, " ", l.Parts[0].ContentID, " ", l.Parts[0].Inline), "p.png p@q true"},
		{"file name", l.Parts[1].Name, "Übersicht _neu_; x.pdf"},
		{"file", string(l.Parts[1].Data), string(m.Files[0].Data)},
		{"a mail is sent as mere bytes", l.Parts[2].Type + " " + string(l.Parts[2].Data), "application/octet-stream Subject: inner\n\nx"},
		{"an odd type too", l.Parts[3].Type, "application/octet-stream"},
		{"notes", fmt.Sprint(l.Notes), "[]"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.what, tt.got, tt.want)
		}
	}
	if _, err := mail.ReadMessage(bytes.NewReader(raw)); err != nil {
		t.Errorf("the standard library does not read it: %v", err)
	}
	for i, line := range strings.Split(string(raw), "\r\n") {
		if len(line) > 200 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("line %d is %d long, or ends wrongly: %.100q", i, len(line), line)
		}
	}
	again, _ := m.Bytes()
	if !bytes.Equal(raw, again) {
		t.Error("written twice, the mail is not the same")
	}
}

func TestShapes(t *testing.T) {
	file := []compose.File{{Name: "a.txt", Type: "text/plain", Data: []byte("x")}}
	tests := []struct {
		name   string
		change func(*compose.Message)
		want   string
	}{
		{"text alone", func(m *compose.Message) { m.HTML = "" }, "text/plain"},
		{"text and page", func(*compose.Message) {}, "multipart/alternative"},
		{"with a file", func(m *compose.Message) { m.Files = file }, "multipart/mixed"},
		{"text with a file", func(m *compose.Message) { m.HTML, m.Files = "", file }, "multipart/mixed"},
	}
	for _, tt := range tests {
		m := message()
		tt.change(&m)
		raw, err := m.Bytes()
		got, _ := mail.ReadMessage(bytes.NewReader(raw))
		if err != nil || got == nil || !strings.HasPrefix(got.Header.Get("Content-Type"), tt.want) {
			t.Errorf("%s: got %v (%v), want %s", tt.name, got, err, tt.want)
		}
	}
}

// Nothing that is put into a field begins another.
func TestInjection(t *testing.T) {
	evil := "x\r\nBcc: eve@evil.example"
	tests := []struct {
		name   string
		change func(*compose.Message)
	}{
		{"subject", func(m *compose.Message) { m.Subject = evil }},
		{"subject with a bare line feed", func(m *compose.Message) { m.Subject = "x\ny" }},
		{"subject with a line separator", func(m *compose.Message) { m.Subject = "x\u2028y" }},
		{"name of From", func(m *compose.Message) { m.From.Name = evil }},
		{"address of From", func(m *compose.Message) { m.From.Address = "a@b.example>\r\nBcc: <e@e.example" }},
		{"name of To", func(m *compose.Message) { m.To[0].Name = evil }},
		{"two addresses in one", func(m *compose.Message) { m.To[0].Address = "a@b.example, e@evil.example" }},
		{"address of Cc", func(m *compose.Message) { m.Cc = []compose.Person{{Address: evil}} }},
		{"Reply-To", func(m *compose.Message) { m.ReplyTo.Name = evil }},
		{"Message-ID", func(m *compose.Message) { m.MessageID = "a@b>\r\nBcc: <e@e" }},
		{"In-Reply-To", func(m *compose.Message) { m.InReplyTo = "a b" }},
		{"References", func(m *compose.Message) { m.References = []string{"a@b", "c>d"} }},
		{"a further field", func(m *compose.Message) { m.More = []compose.Field{{Name: "X-A", Value: evil}} }},
		{"the name of a further field", func(m *compose.Message) { m.More = []compose.Field{{Name: "X-A: 1\r\nBcc", Value: "x"}} }},
		{"file name", func(m *compose.Message) { m.Files = []compose.File{{Name: evil, Type: "a/b"}} }},
		{"type", func(m *compose.Message) { m.Files = []compose.File{{Name: "x", Type: "a/b\r\nX: y"}} }},
		{"Content-ID", func(m *compose.Message) { m.Inline = []compose.File{{Name: "x", Type: "a/b", ContentID: evil}} }},
	}
	for _, tt := range tests {
		m := message()
		tt.change(&m)
		if raw, err := m.Bytes(); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: got %v, want that it is refused:\n%.300s", tt.name, err, raw)
		}
	}
}

func TestReferences(t *testing.T) {
	many := make([]string, 50)
	for i := range many {
		many[i] = fmt.Sprintf("%d@b.example", i)
	}
	long := strings.Repeat("x", 500)
	tests := []struct {
		name string
		ids  []string
		want string
	}{
		{"none", nil, ""},
		{"the newest of many, oldest first", many, strings.Join(many[30:], " ")},
		{"each once, where it stands last", []string{"a@b", "c@d", "a@b"}, "c@d a@b"},
		{"not what cannot stand in a header", []string{"a@b", "", "c d@e", "f>g", "sha256.0@missing", "sha256.0@long", "ü@x"}, "a@b"},
		{"as many as there is room for", []string{"old@b", long + "1@b", long + "2@b"}, long + "2@b"},
	}
	for _, tt := range tests {
		if got := strings.Join(compose.References(tt.ids), " "); got != tt.want {
			t.Errorf("%s: got %.200q, want %.200q", tt.name, got, tt.want)
		}
	}
}

func TestAnswer(t *testing.T) {
	at := time.Date(2026, 3, 5, 13, 3, 0, 0, time.UTC)
	text, page := compose.Answer("Yes.\n\n", "<p>Yes.</p>", "Ann\n", "<p>Ann</p>", compose.Quote{Author: "Carla <C>", At: at, Text: "a < b\n\nc\n"})
	want := "Yes.\n\n-- \nAnn\n\nOn 5 March 2026 13:03 UTC, Carla <C> wrote:\n> a < b\n> \n> c\n"
	if text != want {
		t.Errorf("got %q, want %q", text, want)
	}
	if !strings.Contains(page, "<p>Yes.</p>") || !strings.Contains(page, "Carla &lt;C&gt; wrote:") || !strings.Contains(page, `<blockquote type="cite">a &lt; b<br><br>c</blockquote>`) {
		t.Errorf("got the page %s", page)
	}
	text, page = compose.Answer("Yes.", "<p>Yes.</p>", "", "", compose.Quote{})
	if text != "Yes.\n" || strings.Contains(page, "blockquote") || strings.Contains(page, "--") {
		t.Errorf("alone it is %q and %s", text, page)
	}
	text, _ = compose.Answer("Yes.", "", "", "", compose.Quote{Author: "C", At: at, Text: strings.Repeat("long ", 10_000)})
	if len(text) > 11_000 || !strings.Contains(text, "[…]") {
		t.Errorf("a long quote makes %d bytes", len(text))
	}
}
