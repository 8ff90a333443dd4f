package letter

import (
	"bytes"
	"strings"
)

// node is a part of a message as it stands in the raw: a container with kids, or a leaf with a body.
type node struct {
	header Header
	ctype  media
	disp   media
	body   []byte // of a leaf, still in its transfer encoding
	kids   []*node
}

// newNode makes a node of a header. fallback is the type of a part that names none.
func newNode(h Header, body []byte, fallback string) *node {
	n := &node{header: h, body: body}
	if v, ok := h.lookup("Content-Type"); ok {
		n.ctype = parseMedia(v, h.hint)
	}
	if v, ok := h.lookup("Content-Disposition"); ok {
		n.disp = parseMedia(v, h.hint)
	}
	n.ctype.value = typeName(n.ctype.value, fallback)
	return n
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

func (n *node) multipart() bool { return strings.HasPrefix(n.ctype.value, "multipart/") }

// data returns the body out of its transfer encoding.
func (n *node) data() []byte {
	data, _ := untransfer(n.body, n.encoding())
	return data
}

func (n *node) encoding() string {
	v, _ := n.header.lookup("Content-Transfer-Encoding")
	return v
}

// text returns the body as text, and whether the declared charset was borne out.
func (n *node) text(hint string) (string, bool) {
	data, tail := untransfer(n.body, n.encoding())
	declared := n.ctype.params["charset"]
	if declared == "" && n.ctype.value == "text/html" {
		declared = htmlCharset(data)
	}
	text, sure := decode(data, declared, hint)
	if len(tail) > 0 {
		more, _ := decode(tail, declared, hint)
		text += "\n" + more
	}
	return cleanText(text), sure
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

// charsetOf returns the charset that a header declares for its body.
func charsetOf(h Header) string {
	v, _ := h.lookup("Content-Type")
	if !strings.Contains(v, "charset") {
		return ""
	}
	return parseMedia(v, "").params["charset"]
}
