package compose

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"strings"
)

// part is a piece of a mail: a leaf with content, or a container of others.
type part struct {
	fields  []Field
	content []byte
	kind    string // of a container: "mixed"
	parts   []part
}

// writeBody writes text and HTML as alternatives, the HTML with its pictures, the files beside them.
func writeBody(b *bytes.Buffer, m Message) {
	body := textPart("text/plain", m.Text)
	if m.HTML != "" {
		page := textPart("text/html", m.HTML)
		if len(m.Inline) > 0 {
			page = part{kind: "related", parts: append([]part{page}, fileParts(m.Inline, "inline")...)}
		}
		body = part{kind: "alternative", parts: []part{body, page}}
	}
	if len(m.Files) > 0 {
		body = part{kind: "mixed", parts: append([]part{body}, fileParts(m.Files, "attachment")...)}
	}
	sum := sha256.Sum256([]byte(m.MessageID))
	body.write(b, "=_"+hex.EncodeToString(sum[:8]))
}

// write writes a part. Its boundary holds "=_", which neither base64 nor quoted-printable has.
func (p part) write(b *bytes.Buffer, boundary string) {
	h := header{b}
	if p.kind == "" {
		for _, f := range p.fields {
			h.field(f.Name, f.Value)
		}
		b.WriteString("\r\n")
		b.Write(p.content)
		return
	}
	fmt.Fprintf(b, "Content-Type: multipart/%s; boundary=\"%s\"\r\n\r\n", p.kind, boundary)
	for i, sub := range p.parts {
		fmt.Fprintf(b, "--%s\r\n", boundary)
		sub.write(b, fmt.Sprintf("%s.%d", boundary, i))
		b.WriteString("\r\n")
	}
	fmt.Fprintf(b, "--%s--\r\n", boundary)
}

func textPart(ctype, s string) part {
	var b bytes.Buffer
	w := quotedprintable.NewWriter(&b)
	w.Write([]byte(strings.ReplaceAll(strings.TrimRight(s, "\n")+"\n", "\n", "\r\n")))
	w.Close()
	return part{fields: []Field{{"Content-Type", ctype + "; charset=utf-8"}, {"Content-Transfer-Encoding", "quoted-printable"}}, content: b.Bytes()}
}

func fileParts(files []File, disposition string) []part {
	var all []part
	for _, f := range files {
		fields := []Field{
			{"Content-Type", mediaType(f)},
			{"Content-Transfer-Encoding", "base64"},
			{"Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": f.Name})},
		}
		if f.ContentID != "" {
			fields = append(fields, Field{"Content-ID", "<" + f.ContentID + ">"})
		}
		all = append(all, part{fields: fields, content: base64Lines(f.Data)})
	}
	return all
}

// mediaType returns a type that may stand in a mail: what claims to be a part
// that is built of others, and must not be encoded, is sent as mere bytes.
func mediaType(f File) string {
	media, _, err := mime.ParseMediaType(f.Type)
	if err != nil || strings.HasPrefix(media, "multipart/") || strings.HasPrefix(media, "message/") {
		media = "application/octet-stream"
	}
	if s := mime.FormatMediaType(media, map[string]string{"name": f.Name}); s != "" {
		return s
	}
	return "application/octet-stream"
}

func base64Lines(data []byte) []byte {
	s := make([]byte, base64.StdEncoding.EncodedLen(len(data)))
	base64.StdEncoding.Encode(s, data)
	b := make([]byte, 0, len(s)+len(s)/lineLength*2+2)
	for len(s) > lineLength {
		b = append(append(b, s[:lineLength]...), '\r', '\n')
		s = s[lineLength:]
	}
	return append(append(b, s...), '\r', '\n')
}
