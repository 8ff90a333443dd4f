package letter

import (
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"muster/internal/mailbox/letter/mime"
)

// Address is a person or a machine as a message names it.
type Address struct {
	Name    string
	Mailbox string // "local@host", as written, the host in lower case; "" when only a name is given
}

// Fold returns the mailbox for matching: lower case, the host in its ASCII form.
func (a Address) Fold() string {
	mailbox := strings.ToLower(a.Mailbox)
	local, host := cutHost(mailbox)
	if mime.ASCII(host) {
		return mailbox
	}
	ascii, err := idna.Lookup.ToASCII(host)
	if err != nil {
		return mailbox
	}
	return local + "@" + ascii
}

// Valid reports whether the address can be written to.
func (a Address) Valid() bool {
	local, host := cutHost(a.Mailbox)
	return local != "" && host != "" && !strings.ContainsAny(host, "@ <>,;\"()")
}

// String returns the address for people.
func (a Address) String() string {
	switch {
	case a.Name == "":
		return a.Mailbox
	case a.Mailbox == "":
		return a.Name
	}
	return a.Name + " <" + a.Mailbox + ">"
}

// cutHost cuts a mailbox at its last @.
func cutHost(mailbox string) (local, host string) {
	i := strings.LastIndexByte(mailbox, '@')
	if i < 0 {
		return mailbox, ""
	}
	return mailbox[:i], mailbox[i+1:]
}

// addresses returns the addresses in all fields of a name, at most max of them.
// Only an author may be a mere name.
func addresses(h mime.Header, name string, max int) []Address {
	var all []Address
	for _, v := range h.Raw(name) {
		if len(all) < max {
			all = append(all, parseAddresses(mime.Raw(v, h.Charset()), h.Charset(), max-len(all))...)
		}
	}
	if name != "From" || slices.ContainsFunc(all, Address.Valid) {
		all = slices.DeleteFunc(all, func(a Address) bool { return a.Mailbox == "" })
	}
	return all
}

// parseAddresses reads a list of addresses: names quoted or not, groups,
// comments, missing commas, semicolons instead of commas, bare names.
func parseAddresses(v, hint string, max int) []Address {
	p := addressParser{s: v, hint: hint, max: max}
	for p.i < len(p.s) && len(p.found) < max {
		p.step()
	}
	p.end(false)
	if len(p.found) > max {
		p.found = p.found[:max]
	}
	return p.found
}

// addressParser walks over a list once. What it has of the current address is
// in words; quotes and comments that are never closed are ordinary characters.
type addressParser struct {
	s      string
	i      int
	hint   string
	max    int
	found  []Address
	words  strings.Builder // the name, or the bare address
	note   string          // the last comment
	quoted bool            // words hold something that stood in quotes
	taken  bool            // an address in brackets was found since the last comma
	noEnd  [256]bool       // closing characters that do not come any more
}

func (p *addressParser) step() {
	switch c := p.s[p.i]; c {
	case ',', ';':
		p.i++
		p.end(c == ',')
	case ':':
		p.i++
		if word := p.words.String(); strings.Contains(word, "@") {
			p.words.WriteByte(c)
		} else {
			p.clear() // the name of a group, or "mailto"
		}
	case '"':
		if text, ok := p.until('"'); ok {
			p.words.WriteString(text)
			p.quoted = true
		}
	case '(':
		if text, ok := p.until(')'); ok {
			p.note = text
		}
	case '<':
		p.angle(p.bracket())
	default:
		p.words.WriteByte(c)
		p.i++
	}
}

// bracket returns what stands between the bracket at p.i and the next, or the
// comma where that is missing, and goes behind it.
func (p *addressParser) bracket() string {
	rest := p.s[p.i+1:]
	end := strings.IndexAny(rest, ">,;")
	if end < 0 {
		end = len(rest)
	}
	if strings.HasPrefix(rest, "@") { // a route has commas: <@a,@b:c@d>
		if i := strings.IndexByte(rest[:min(len(rest), 1000)], '>'); i >= 0 {
			end = i
		}
	}
	p.i += 1 + end
	if p.i < len(p.s) && p.s[p.i] == '>' {
		p.i++
	}
	return rest[:end]
}

// until returns what stands between the character at p.i and the next end, and
// goes behind it. Without an end the character is taken as it is.
func (p *addressParser) until(end byte) (string, bool) {
	if !p.noEnd[end] {
		var b strings.Builder
		depth := 1
		for j := p.i + 1; j < len(p.s); j++ {
			c := p.s[j]
			switch {
			case c == '\\' && j+1 < len(p.s):
				j++
				c = p.s[j]
			case c == end:
				if depth--; depth == 0 {
					p.i = j + 1
					return b.String(), true
				}
			case c == '(' && end == ')':
				depth++
			}
			b.WriteByte(c)
		}
	}
	p.noEnd[end] = true
	p.words.WriteByte(p.s[p.i])
	p.i++
	return "", false
}

// angle takes an address in brackets, with the words before it as its name.
func (p *addressParser) angle(addr string) {
	if strings.HasPrefix(addr, "@") { // a route
		if _, last, ok := strings.Cut(addr, ":"); ok {
			addr = last
		}
	}
	name := p.words.String()
	if p.taken { // "<a@x> <b@x>": the comma is missing
		name = strings.TrimLeft(name, "> \t")
	}
	mailbox := p.mailbox(addr)
	if mailbox == "" && strings.Contains(name, "@") && strings.TrimSpace(addr) == "" {
		mailbox, name = p.mailbox(name), ""
	}
	p.add(p.name(name), mailbox)
	p.clear()
	p.taken = true
}

// end ends an address at a comma, a semicolon, or the end of the list.
func (p *addressParser) end(comma bool) {
	text := strings.TrimSpace(p.words.String())
	taken := p.taken
	p.taken = false
	switch {
	case text == "" || taken && !strings.Contains(text, "@"):
		p.clear()
	case strings.Contains(text, "@"):
		p.bare(text)
		p.clear()
	case comma && p.bracketAhead(): // "Muster, Anna <anna@…>" without quotes
		p.words.WriteString(", ")
	default:
		p.add(p.name(text), "")
		p.clear()
	}
}

// bracketAhead reports whether the next address, which has no @ before its
// bracket, may be the rest of a name.
func (p *addressParser) bracketAhead() bool {
	rest := p.s[p.i:min(len(p.s), p.i+100)]
	i := strings.IndexAny(rest, "<@,;:\"")
	return i > 0 && rest[i] == '<'
}

// bare takes addresses without brackets; words without an @ around them are a name.
func (p *addressParser) bare(text string) {
	if p.quoted && !strings.ContainsAny(text, "<>") && strings.Count(text, "@") == 1 && !strings.HasPrefix(text, "@") {
		if local, host := cutHost(text); !strings.ContainsAny(host, " \t") && strings.Contains(local, " ") {
			p.add(p.name(p.note), p.mailbox(`"`+local+`"@`+host))
			return
		}
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, " @", "@"), "@ ", "@")
	var name []string
	var mailboxes []string
	for _, w := range strings.Fields(text) {
		if strings.Contains(w, "@") {
			mailboxes = append(mailboxes, p.mailbox(w))
		} else {
			name = append(name, w)
		}
	}
	for i, m := range mailboxes {
		if i == 0 && m != "" {
			p.add(p.name(strings.Join(name, " ")), m)
		} else if m != "" {
			p.add("", m)
		}
	}
}

func (p *addressParser) add(name, mailbox string) {
	if name == "" {
		name = p.name(p.note)
	}
	if strings.EqualFold(name, mailbox) {
		name = ""
	}
	if name != "" || mailbox != "" {
		p.found = append(p.found, Address{Name: name, Mailbox: mailbox})
	}
}

func (p *addressParser) clear() {
	p.words.Reset()
	p.note, p.quoted = "", false
}

// name decodes a person's name.
func (p *addressParser) name(s string) string {
	s = strings.Trim(mime.Words(strings.TrimSpace(s), p.hint), `" `)
	if len(s) > 1 && s[0] == '\'' && s[len(s)-1] == '\'' {
		s = strings.TrimSpace(s[1 : len(s)-1])
	}
	return mime.Clip(s, maxName)
}

// mailbox cleans an address: "" if nothing is left or it is longer than any can be.
func (p *addressParser) mailbox(s string) string {
	if strings.Contains(s, "=?") {
		s = mime.Words(s, p.hint)
	}
	s = strings.Trim(mime.Line(s), " '<>")
	s = strings.TrimPrefix(s, "mailto:")
	if !strings.HasPrefix(s, `"`) || strings.Count(s, `"`) == 2 && strings.HasSuffix(s, `"`) {
		s = strings.Trim(strings.ReplaceAll(s, " ", ""), `"`)
	}
	if !strings.Contains(s, "[") {
		s = strings.TrimRight(s, "]") // "[mailto:anna@…]"
	}
	local, host := cutHost(s)
	if host != "" {
		s = local + "@" + strings.ToLower(strings.TrimRight(host, "."))
	}
	if len(s) > 320 {
		return ""
	}
	return s
}

// returnPath reads where reports about the message would go.
func returnPath(h mime.Header) *string {
	all := h.Raw("Return-Path")
	if len(all) == 0 {
		return nil
	}
	path := ""
	if found := parseAddresses(mime.Raw(all[0], h.Charset()), h.Charset(), 1); len(found) > 0 {
		if path = found[0].Mailbox; path == "" {
			path = found[0].Name
		}
	}
	return &path
}
