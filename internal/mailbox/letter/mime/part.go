package mime

import (
	"bytes"
	"strings"
)

// Part is a part of a message as it stands in the raw: a container with kids, or
// a leaf with a body.
type Part struct {
	Header      Header
	Type        Media // its value is never empty: "text/plain" if the part says nothing better
	Disposition Media
	Kids        []*Part
	Damaged     bool // it said that it was a multipart, and was built otherwise

	body []byte // of a leaf, still in its transfer encoding
}

// newPart makes a part of a header. fallback is the type of a part that names none.
func newPart(h Header, body []byte, fallback string) *Part {
	p := &Part{Header: h, body: body}
	if v, ok := h.Lookup("Content-Type"); ok {
		p.Type = ParseMedia(v, h.hint)
	}
	if v, ok := h.Lookup("Content-Disposition"); ok {
		p.Disposition = ParseMedia(v, h.hint)
	}
	p.Type.Value = typeName(p.Type.Value, fallback)
	return p
}

// typeName mends a media type that is missing or half there.
func typeName(s, fallback string) string {
	major, minor, ok := strings.Cut(s, "/")
	minor, _, _ = strings.Cut(minor, "/")
	switch {
	case s == "" || len(s) > 127 || strings.ContainsFunc(s, notInType):
		return fallback
	case s == "text" || s == "plain" || s == "text/":
		return "text/plain"
	case s == "html":
		return "text/html"
	case !ok || major == "" || minor == "":
		return "application/octet-stream"
	}
	return major + "/" + minor
}

// notInType reports whether r cannot stand in a media type (RFC 2045).
func notInType(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune("<>@,;:\\\"()[]?=", r)
}

// Name returns the file name that the part gives itself, decoded and as odd as it may be.
func (p *Part) Name() string {
	if name := p.Disposition.Params["filename"]; name != "" {
		return name
	}
	return p.Type.Params["name"]
}

// Size returns the length of the body before it is decoded, in bytes.
func (p *Part) Size() int { return len(p.body) }

// Data returns the body out of its transfer encoding.
func (p *Part) Data() []byte {
	data, _ := untransfer(p.body, p.encoding())
	return data
}

// Text returns the body as text, and whether the declared charset was borne
// out. hint is the charset of the text around it.
func (p *Part) Text(hint string) (text string, sure bool) {
	data, tail := untransfer(p.body, p.encoding())
	declared := p.Type.Params["charset"]
	if declared == "" && p.Type.Value == "text/html" {
		declared = htmlCharset(data)
	}
	text, sure = Decode(data, declared, hint)
	if len(tail) > 0 {
		more, _ := Decode(tail, declared, hint)
		text += "\n" + more
	}
	return Clean(text), sure
}

func (p *Part) encoding() string {
	v, _ := p.Header.Lookup("Content-Transfer-Encoding")
	return v
}

// htmlCharset returns what the head of an HTML page says about its charset.
func htmlCharset(b []byte) string {
	b = b[:min(len(b), 2048)]
	i := bytes.Index(b, []byte("charset="))
	if i < 0 {
		return ""
	}
	b = bytes.TrimLeft(b[i+len("charset="):], "\"' ")
	if j := bytes.IndexAny(b, "\"' />;"); j > 0 && j < 40 {
		return string(b[:j])
	}
	return ""
}
