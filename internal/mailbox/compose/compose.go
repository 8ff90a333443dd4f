// Package compose writes a mail as mail systems want it: pure, and the same bytes for the same mail.
package compose

import (
	"bytes"
	"mime"
	"net/mail"
	"strings"
	"time"

	"muster/internal/fault"
)

// Person is a name and an address.
type Person struct{ Name, Address string }

// File is an attachment, or a picture that the HTML shows as cid:ContentID.
type File struct {
	Name, Type, ContentID string
	Data                  []byte
}

// Message is a mail to be written.
type Message struct {
	From, ReplyTo Person // no ReplyTo address: none
	To, Cc        []Person
	Subject       string
	Date          time.Time
	MessageID     string   // without <>
	InReplyTo     string   // without <>; empty: none
	References    []string // without <>, oldest first
	More          []Field
	Text, HTML    string
	Inline, Files []File
}

// Field is one more header field.
type Field struct{ Name, Value string }

// Bytes writes the message, with lines that end in CRLF. It refuses what would
// write into the header more than it says.
func (m Message) Bytes() ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	h := header{&b}
	h.field("Date", m.Date.UTC().Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	h.field("From", m.From.String())
	if m.ReplyTo.Address != "" {
		h.field("Reply-To", m.ReplyTo.String())
	}
	h.people("To", m.To)
	h.people("Cc", m.Cc)
	h.field("Subject", words(m.Subject))
	h.field("Message-ID", "<"+m.MessageID+">")
	if m.InReplyTo != "" {
		h.field("In-Reply-To", "<"+m.InReplyTo+">")
	}
	if len(m.References) > 0 {
		h.field("References", "<"+strings.Join(m.References, "> <")+">")
	}
	for _, f := range m.More {
		h.field(f.Name, f.Value)
	}
	h.field("MIME-Version", "1.0")
	writeBody(&b, m)
	return b.Bytes(), nil
}

// String is the person as a header has it.
func (p Person) String() string {
	if p.Name == "" {
		return p.Address
	}
	s := (&mail.Address{Name: p.Name, Address: "a@b"}).String()
	return strings.TrimSuffix(s, "<a@b>") + "<" + p.Address + ">"
}

// check refuses a field that could end early, and begin another.
func (m Message) check() error {
	fields := []Field{{"subject", m.Subject}, {"Message-ID", m.MessageID}, {"In-Reply-To", m.InReplyTo}, {"References", strings.Join(m.References, "")}}
	for _, p := range append(append([]Person{m.From, m.ReplyTo}, m.To...), m.Cc...) {
		fields = append(fields, Field{"name", p.Name}, Field{"address", p.Address})
		if strings.ContainsAny(p.Address, " <>,;\"") {
			return refuse("address", p.Address)
		}
	}
	for _, f := range m.More {
		fields = append(fields, f)
		if f.Name == "" || strings.ContainsFunc(f.Name, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == ':' }) {
			return refuse("field", f.Name)
		}
	}
	for _, files := range [][]File{m.Inline, m.Files} {
		for _, f := range files {
			fields = append(fields, Field{"file name", f.Name}, Field{"type", f.Type}, Field{"Content-ID", f.ContentID})
		}
	}
	for _, f := range fields {
		if strings.ContainsFunc(f.Value, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' }) {
			return refuse(f.Name, f.Value)
		}
	}
	for _, id := range append([]string{m.MessageID, m.InReplyTo}, m.References...) {
		if strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '<' || r == '>' }) {
			return refuse("Message-ID", id)
		}
	}
	return nil
}

func refuse(what, value string) error {
	return fault.New(fault.Invalid, "The %s %.100q cannot stand in a mail: it holds characters that would change its header.", what, value)
}

// words encodes a text for a header.
func words(s string) string { return mime.QEncoding.Encode("utf-8", s) }

// header writes fields, folded at blanks.
type header struct{ b *bytes.Buffer }

const lineLength = 76

func (h header) field(name, value string) {
	h.b.WriteString(name + ":")
	at := len(name) + 1
	for i, word := range strings.Split(value, " ") {
		if i > 0 && at+1+len(word) > lineLength {
			h.b.WriteString("\r\n")
			at = 0
		}
		h.b.WriteString(" " + word)
		at += 1 + len(word)
	}
	h.b.WriteString("\r\n")
}

func (h header) people(name string, all []Person) {
	if len(all) == 0 {
		return
	}
	s := make([]string, len(all))
	for i, p := range all {
		s[i] = p.String()
	}
	h.field(name, strings.Join(s, ", "))
}
