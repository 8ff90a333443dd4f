package letter

import (
	"html"
	"strings"

	"muster/internal/fault"
	"muster/internal/mailbox/letter/mime"
)

// passage is a piece of what a letter says: plain, HTML, or both with the same meaning.
type passage struct{ text, html string }

// read fills l from the body of its message.
func (r *reading) read(l *Letter, body []byte) error {
	r.hint = l.header.Charset()
	root, err := r.tree(l.header, body)
	if err != nil {
		return err
	}
	said, err := r.passages(root, "")
	if err != nil {
		return err
	}
	l.Text, l.HTML = plain(said), rich(said)
	r.cut(l)
	if n := countLinks(l.Text, l.HTML); n > r.lim.Links {
		return fault.New(fault.TooLarge, "The message has more than %d links; this desk takes no more than that.", r.lim.Links)
	}
	l.Parts = r.parts
	if len(l.Parts) > r.lim.Attachments {
		return r.tooManyParts()
	}
	inlines(l)
	r.seen(l)
	l.Notes = r.notes
	return r.late()
}

// seen adds what can be told once everything is read.
func (r *reading) seen(l *Letter) {
	switch start := l.Text[:min(len(l.Text), 64<<10)]; {
	case strings.Contains(start, "-----BEGIN PGP MESSAGE-----"):
		r.note(NotePGPEncrypted)
	case strings.Contains(start, "-----BEGIN PGP SIGNED MESSAGE-----"):
		r.note(NotePGPSigned)
	}
	switch {
	case len(l.Froms) > 1:
		r.note(NoteSeveralFrom)
	case !l.From.Valid():
		r.note(NoteNoFrom)
	}
}

// passages walks a part and returns what it says; attachments go to r.parts.
// within is the type of the container, "" for the message itself.
func (r *reading) passages(n *mime.Part, within string) ([]passage, error) {
	if err := r.late(); err != nil {
		return nil, err
	}
	if n.Damaged {
		r.note(NoteDamaged)
	}
	switch {
	case len(n.Kids) == 0:
		return r.leaf(n, within)
	case n.Type.Value == "multipart/alternative":
		return r.alternative(n)
	case n.Type.Value == "multipart/signed":
		r.note(signedBy(n))
	case n.Type.Value == "multipart/encrypted":
		r.note(NotePGPEncrypted)
	}
	var all []passage
	for i, kid := range n.Kids {
		if i > 0 && (n.Type.Value == "multipart/signed" && isSignature(kid) ||
			n.Type.Value == "multipart/encrypted" && kid.Type.Value == "application/pgp-encrypted") {
			continue
		}
		some, err := r.passages(kid, n.Type.Value)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// alternative reads a container whose kids all say the same: the first plain
// one and the last HTML are kept. Attachments within any of them are kept too.
func (r *reading) alternative(n *mime.Part) ([]passage, error) {
	var one passage
	for _, kid := range n.Kids {
		if foreign(kid.Type.Value) && (one.text != "" || one.html != "") {
			continue
		}
		some, err := r.passages(kid, n.Type.Value)
		if err != nil {
			return nil, err
		}
		if page := rich(some); strings.TrimSpace(page) != "" {
			one.html = page
		}
		if words := plain(some); strings.TrimSpace(one.text) == "" {
			one.text = words
		}
	}
	return []passage{one}, nil
}

// foreign reports whether a type is a further way to say the same that no one here shows.
func foreign(ctype string) bool {
	return ctype == "text/x-amp-html" || ctype == "text/watch-html" || ctype == "text/enriched"
}

// leaf reads a part without kids: text, or an attachment.
func (r *reading) leaf(n *mime.Part, within string) ([]passage, error) {
	if !r.isText(n, within) {
		return r.attachment(n, within)
	}
	text, sure := n.Text(r.hint)
	if !sure {
		r.note(NoteCharset)
	}
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	r.spoke = true
	if n.Type.Value == "text/html" {
		return []passage{{html: text}}, nil
	}
	if strings.EqualFold(n.Type.Params["format"], "flowed") {
		text = unflow(text, strings.EqualFold(n.Type.Params["delsp"], "yes"))
	}
	return []passage{{text: text}}, nil
}

// attachment keeps a leaf, or reads what is enclosed in the signature that it is.
func (r *reading) attachment(n *mime.Part, within string) ([]passage, error) {
	if n.Type.Value == "application/pkcs7-mime" || n.Type.Value == "application/x-pkcs7-mime" {
		if inside := r.unwrap(n.Data()); inside != nil {
			r.note(NoteSMIMESigned)
			return r.passages(inside, within)
		}
	}
	r.attach(n)
	return nil, nil
}

// isText reports whether a leaf is part of what the letter says. One that is
// put forward as a file, or has a file's name, is an attachment, unless it is all there is.
func (r *reading) isText(n *mime.Part, within string) bool {
	if n.Type.Value != "text/plain" && n.Type.Value != "text/html" {
		return false
	}
	named := n.Name() != ""
	switch {
	case within == "":
		return n.Disposition.Value != "attachment" || !named
	case n.Disposition.Value == "attachment":
		return false
	case within == "multipart/alternative":
		return true
	}
	return !named || n.Disposition.Value == "" && !r.spoke
}

// plain joins the plain wording of passages.
func plain(all []passage) string {
	var b strings.Builder
	for _, p := range all {
		if p.text == "" {
			continue
		}
		if b.Len() > 0 && !strings.HasSuffix(b.String(), "\n\n") {
			b.WriteString("\n")
		}
		b.WriteString(p.text)
		if !strings.HasSuffix(p.text, "\n") && len(all) > 1 {
			b.WriteString("\n")
		}
	}
	return b.String()
}

// rich joins the HTML of passages, with plain ones amid them, so that it says
// everything: "" if none of them is HTML.
func rich(all []passage) string {
	if len(all) == 1 {
		return all[0].html
	}
	var b strings.Builder
	found := false
	for _, p := range all {
		switch {
		case p.html != "":
			found = true
			b.WriteString(p.html)
		case strings.TrimSpace(p.text) != "":
			b.WriteString("<pre>" + html.EscapeString(p.text) + "</pre>")
		}
		b.WriteString("\n")
	}
	if !found {
		return ""
	}
	return b.String()
}

// cut shortens texts that no page can show, and attaches them whole.
func (r *reading) cut(l *Letter) {
	for _, t := range []struct {
		text *string
		most int
		name string
		kind string
	}{{&l.Text, maxText, "message.txt", "text/plain"}, {&l.HTML, maxHTML, "message.html", "text/html"}} {
		if len(*t.text) > t.most {
			r.note(NoteCut)
			r.parts = append(r.parts, Part{Name: t.name, Type: t.kind, Data: []byte(*t.text)})
			*t.text = mime.Clip(*t.text, t.most)
		}
	}
}
