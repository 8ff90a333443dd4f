package letter

import (
	"fmt"
	"path"
	"strings"
	"unicode"

	"muster/internal/mailbox/letter/mime"
)

// attach keeps a leaf that is no text.
func (r *reading) attach(n *mime.Part) {
	data := n.Data()
	location := n.Header.Get("Content-Location")
	p := Part{
		Name:      partName(n.Name(), n.Type.Value, location, data, len(r.parts)+1),
		Type:      n.Type.Value,
		ContentID: cleanID(n.Header.Get("Content-Id")),
		Location:  location,
		Data:      data,
	}
	p.Inline = n.Disposition.Value == "inline" && strings.HasPrefix(p.Type, "image/")
	r.parts = append(r.parts, p)
	r.noteType(n, p)
	if isReport(p.Type) {
		r.told = append(r.told, told{p.Type, data})
	}
}

// noteType notes parts that need a word.
func (r *reading) noteType(n *mime.Part, p Part) {
	switch p.Type {
	case "application/ms-tnef", "application/vnd.ms-tnef":
		r.note(NoteTNEF)
	case "text/calendar", "application/ics":
		r.note(NoteCalendar)
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		if kind := n.Type.Params["smime-type"]; strings.HasPrefix(kind, "signed") || strings.HasSuffix(p.Name, ".p7s") {
			r.note(NoteSMIMESigned)
			r.note(NoteSMIMEWrapped)
		} else if kind != "certs-only" {
			r.note(NoteSMIMEEncrypted)
		}
	case "application/pgp-encrypted":
		r.note(NotePGPEncrypted)
	default:
		if strings.EqualFold(p.Name, "winmail.dat") {
			r.note(NoteTNEF)
		}
	}
}

func signedBy(n *mime.Part) Note {
	last := n.Kids[len(n.Kids)-1].Type.Value
	if strings.Contains(n.Type.Params["protocol"], "pkcs7") || strings.Contains(last, "pkcs7") {
		return NoteSMIMESigned
	}
	return NotePGPSigned
}

// isSignature reports whether a part of a signed message is its detached
// signature, which is not worth a line under the letter.
func isSignature(n *mime.Part) bool {
	switch n.Type.Value {
	case "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature":
		return n.Size() < 64<<10
	}
	return false
}

// inlines marks the pictures that the HTML shows.
func inlines(l *Letter) {
	if l.HTML == "" {
		return
	}
	ids := cidsIn(l.HTML)
	for i := range l.Parts {
		p := &l.Parts[i]
		if p.ContentID != "" && ids[strings.ToLower(p.ContentID)] {
			p.Inline = true
		}
		if p.Location != "" && len(p.Location) < 300 && strings.HasPrefix(p.Type, "image/") && strings.Contains(l.HTML, p.Location) {
			p.Inline = true
		}
	}
}

// cidsIn returns the Content-IDs that a page refers to, in lower case.
func cidsIn(page string) map[string]bool {
	found := map[string]bool{}
	page = strings.ToLower(page)
	for {
		i := strings.Index(page, "cid:")
		if i < 0 {
			return found
		}
		page = page[i+len("cid:"):]
		end := strings.IndexAny(page[:min(len(page), maxID)], "\"'<> )\n\t")
		if end < 0 {
			end = min(len(page), maxID)
		}
		found[strings.ToLower(mime.Unpercent(page[:end]))] = true
		page = page[end:]
	}
}

// partName makes a name that can be shown and saved: without folders, control
// characters, or anything a file system or a reader trips over.
func partName(name, ctype, location string, data []byte, number int) string {
	if name = fileName(name); name != "" {
		return name
	}
	if ctype == "message/rfc822" {
		inner, _ := mime.Open(data[:min(len(data), 64<<10)])
		if name = fileName(inner.Get("Subject")); name != "" {
			return name + ".eml"
		}
	}
	if name = fileName(path.Base(location)); strings.Contains(name, ".") && len(location) > 0 {
		return name
	}
	return madeName(ctype, number)
}

// fileName cleans a name; "" if nothing is left.
func fileName(s string) string {
	s = mime.Line(s)
	if i := strings.LastIndexAny(s, `/\`); i >= 0 && i < len(s)-1 {
		s = s[i+1:]
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`<>:"|?*/\`, r):
			return '_'
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, s)
	s = strings.Trim(s, " ._")
	if len(s) <= maxName {
		return s
	}
	if i := strings.LastIndexByte(s, '.'); i > 0 && len(s)-i <= 20 {
		return mime.Clip(s[:i], maxName-(len(s)-i)) + s[i:]
	}
	return mime.Clip(s, maxName)
}

// madeName makes a name for a part that has none.
func madeName(ctype string, number int) string {
	major, minor, _ := strings.Cut(ctype, "/")
	switch ctype {
	case "text/calendar", "application/ics":
		return "invite.ics"
	case "message/rfc822":
		return fmt.Sprintf("message-%d.eml", number)
	case "message/delivery-status", "message/disposition-notification", "message/feedback-report", "text/rfc822-headers":
		return minor + ".txt"
	case "application/ms-tnef", "application/vnd.ms-tnef":
		return "winmail.dat"
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		return "smime.p7m"
	}
	base := "attachment"
	if major == "image" || major == "audio" || major == "video" || major == "text" {
		base = major
	}
	return fmt.Sprintf("%s-%d%s", base, number, extension(ctype, minor))
}

func extension(ctype, minor string) string {
	switch ctype {
	case "text/plain":
		return ".txt"
	case "image/jpeg", "image/pjpeg":
		return ".jpg"
	case "image/svg+xml":
		return ".svg"
	case "application/msword":
		return ".doc"
	case "application/vnd.ms-excel":
		return ".xls"
	case "application/vnd.openxmlformats-officedocument.wordprocessingml.document":
		return ".docx"
	case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
		return ".xlsx"
	case "application/x-zip-compressed":
		return ".zip"
	case "text/vcard", "text/x-vcard":
		return ".vcf"
	case "audio/mpeg":
		return ".mp3"
	}
	for _, c := range minor {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') || len(minor) > 5 {
			return ".bin"
		}
	}
	return "." + minor
}
