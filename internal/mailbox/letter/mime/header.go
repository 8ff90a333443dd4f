// Package mime takes a raw e-mail apart: its header, its parts, and the
// characters they are written in. It refuses nothing for being built wrongly,
// and what it costs grows with the size of the message alone.
package mime

import (
	"bytes"
	"net/textproto"
	"strings"
)

// What bounds a header, so that it is fit for a page and a database row.
const (
	MaxValue      = 8 << 10 // bytes of a decoded value
	maxFields     = 2000
	maxFieldBytes = 256 << 10 // of a raw value
	maxValues     = 100       // of one name
)

// Header is the header of a message or of a part.
type Header struct {
	fields []field
	hint   string // charset of raw 8-bit values
}

// field is one header field: its value is unfolded and otherwise as it stood there.
type field struct{ name, value string }

// Get returns the first value of a field, decoded and on one line.
func (h Header) Get(name string) string {
	v, _ := h.Lookup(name)
	return Clip(Words(v, h.hint), MaxValue)
}

// Values returns all values of a field, decoded, each on one line.
func (h Header) Values(name string) []string {
	var all []string
	for _, v := range h.Raw(name) {
		all = append(all, Clip(Words(v, h.hint), MaxValue))
	}
	return all
}

// Charset returns the charset that the header declares for its body, in which
// raw 8-bit values are read too: "" if it declares none.
func (h Header) Charset() string { return h.hint }

// Empty reports whether the header has no fields at all.
func (h Header) Empty() bool { return len(h.fields) == 0 }

// Lookup returns the first raw value of a field that says anything, and whether the field is there at all.
func (h Header) Lookup(name string) (value string, ok bool) {
	name = textproto.CanonicalMIMEHeaderKey(name)
	for i := range h.fields {
		if h.fields[i].name == name {
			if ok = true; strings.TrimSpace(h.fields[i].value) != "" {
				return h.fields[i].value, true
			}
		}
	}
	return "", ok
}

// Raw returns the raw values of a field.
func (h Header) Raw(name string) []string {
	name = textproto.CanonicalMIMEHeaderKey(name)
	var all []string
	for i := range h.fields {
		if h.fields[i].name == name && len(all) < maxValues {
			all = append(all, h.fields[i].value)
		}
	}
	return all
}

// Open takes a raw message apart into its header and its body, whatever stands
// before, between or instead of them.
func Open(raw []byte) (h Header, body []byte) {
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(raw, '\n') < 0 && bytes.IndexByte(raw, '\r') >= 0 {
		raw = bytes.ReplaceAll(raw, []byte{'\r'}, []byte{'\n'})
	}
	for len(raw) > 0 && (raw[0] == '\r' || raw[0] == '\n') {
		raw = raw[1:]
	}
	if bytes.HasPrefix(raw, []byte("From ")) || bytes.HasPrefix(raw, []byte(">From ")) {
		line, rest := cutLine(raw)
		if _, _, ok := fieldLine(line); !ok {
			raw = rest // the separator of an mbox
		}
	}
	if h, body = Split(raw); len(h.fields) > 0 {
		v, _ := h.Lookup("Content-Type")
		h.hint = ParseMedia(v, "").Params["charset"]
	}
	return h, body
}

// Split reads header fields up to the blank line, or up to where the text
// starts if somebody forgot the blank line.
func Split(b []byte) (head Header, body []byte) {
	h := heading{}
	for len(b) > 0 {
		line, rest := cutLine(b)
		if len(line) == 0 {
			return h.done(), rest
		}
		if blank := len(bytes.TrimSpace(line)) == 0; blank && !goesOn(rest) {
			return h.done(), rest
		}
		if name, value, ok := fieldLine(line); ok {
			h.add(name, value)
		} else if !h.extend(line, rest) {
			return h.done(), b
		}
		b = rest
	}
	return h.done(), nil
}

// heading collects header fields.
type heading struct {
	fields []field
	value  []byte // of the last field, while it grows
	looks  int    // how often a line was no header field
}

func (h *heading) add(name string, value []byte) {
	h.flush()
	if len(h.fields) < maxFields {
		value = bytes.TrimSpace(value)
		h.fields, h.value = append(h.fields, field{name: name}), value[:len(value):len(value)]
	}
}

// extend adds a line that is no field of its own; it reports false if the text starts there.
func (h *heading) extend(line, rest []byte) bool {
	folded := line[0] == ' ' || line[0] == '\t'
	if len(h.fields) == 0 {
		return false
	}
	if !folded {
		if h.looks++; h.looks > 20 || !stray(rest) {
			return false
		}
		if bytes.IndexByte(line, ' ') < 0 {
			return true // a name without a colon says nothing
		}
		line = append([]byte{' '}, line...) // the rest of a field that was folded badly
	}
	if len(h.value)+len(line) <= maxFieldBytes {
		h.value = append(h.value, line...)
	}
	return true
}

func (h *heading) flush() {
	if n := len(h.fields); n > 0 {
		h.fields[n-1].value = string(h.value)
	}
	h.value = nil
}

func (h *heading) done() Header {
	h.flush()
	return Header{fields: h.fields}
}

// cutLine returns the first line of b, without its end, and what follows.
func cutLine(b []byte) (line, rest []byte) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		return bytes.TrimSuffix(b, []byte{'\r'}), nil
	}
	return bytes.TrimSuffix(b[:i], []byte{'\r'}), b[i+1:]
}

// fieldLine takes "Name: value" apart.
func fieldLine(line []byte) (name string, value []byte, ok bool) {
	i := bytes.IndexByte(line, ':')
	if i <= 0 || i > 100 {
		return "", nil, false
	}
	key := bytes.TrimRight(line[:i], " \t")
	if len(key) == 0 {
		return "", nil, false
	}
	for _, c := range key {
		if c <= ' ' || c >= 0x7f {
			return "", nil, false
		}
	}
	if bytes.HasPrefix(line[i+1:], []byte("//")) { // a link that starts the text
		return "", nil, false
	}
	return textproto.CanonicalMIMEHeaderKey(string(key)), line[i+1:], true
}

// goesOn reports whether a header goes on at b.
func goesOn(b []byte) bool {
	line, _ := cutLine(b)
	_, _, ok := fieldLine(line)
	return ok || len(line) > 0 && (line[0] == ' ' || line[0] == '\t') && len(bytes.TrimSpace(line)) > 0
}

// stray reports whether a line that is no header field stands amid header
// fields, which go on at b, and does not begin the text: more fields than other
// lines come up to the blank line, and one that every mail program knows.
func stray(b []byte) bool {
	known, fields, others := false, 0, 0
	for n := 0; len(b) > 0 && n < 200; n++ {
		line, rest := cutLine(b)
		if len(line) == 0 {
			break
		}
		name, _, ok := fieldLine(line)
		switch {
		case ok:
			fields++
			known = known || familiar(name)
		case line[0] != ' ' && line[0] != '\t':
			others++
		}
		b = rest
	}
	return known && fields > others
}

func familiar(name string) bool {
	switch name {
	case "From", "To", "Cc", "Date", "Subject", "Message-Id", "Received", "Mime-Version", "Content-Type",
		"Content-Transfer-Encoding", "Reply-To", "In-Reply-To", "References", "Return-Path", "Dkim-Signature":
		return true
	}
	return strings.HasPrefix(name, "X-")
}
