package letter

import "strings"

// Author returns who wrote the letter and is to be answered: Reply-To before
// From, and the person behind a mailing list that put its own name there.
// DKIM and DMARC speak for From only: before a letter joins somebody's ticket on
// the strength of its Author, see that From is the same or may speak for them.
func (l *Letter) Author() Address {
	rewritten := l.rewritten()
	if a, ok := l.one("X-Original-From"); ok && rewritten {
		return a
	}
	for _, a := range l.ReplyTo {
		if a.Valid() && !l.isList(a) && !l.isRecipient(a) {
			if a.Name == "" {
				a.Name = l.personName(a)
			}
			return a
		}
	}
	if a, ok := l.one("X-Original-Sender"); ok && rewritten {
		a.Name = bareName(l.From.Name)
		return a
	}
	if l.From.Valid() {
		return l.From
	}
	for _, a := range l.Sender {
		if a.Valid() {
			return Address{Name: l.From.Name, Mailbox: a.Mailbox}
		}
	}
	if l.ReturnPath != nil && strings.Contains(*l.ReturnPath, "@") {
		return Address{Name: l.From.Name, Mailbox: *l.ReturnPath}
	}
	return l.From
}

// one returns the address in a field that has one.
func (l *Letter) one(name string) (Address, bool) {
	found := addresses(l.header, name, 1)
	return append(found, Address{})[0], len(found) > 0 && found[0].Valid()
}

// rewritten reports whether a list put itself into From.
func (l *Letter) rewritten() bool {
	_, list := l.header.Lookup("List-Id")
	_, google := l.header.Lookup("X-Google-Group-Id")
	return l.isList(l.From) || (list || google) && viaName(l.From.Name) >= 0
}

// isList reports whether an address is that of the list the letter came through.
func (l *Letter) isList(a Address) bool {
	post := l.header.Get("List-Post")
	return post != "" && a.Mailbox != "" && strings.Contains(strings.ToLower(post), "mailto:"+a.Fold()+">")
}

func (l *Letter) isRecipient(a Address) bool {
	for _, all := range [][]Address{l.To, l.Cc, l.DeliveredTo} {
		for _, to := range all {
			if to.Fold() == a.Fold() {
				return true
			}
		}
	}
	return false
}

// personName is the name in From, if it may be that of a.
func (l *Letter) personName(a Address) string {
	if l.From.Fold() == a.Fold() || l.rewritten() {
		return bareName(l.From.Name)
	}
	return ""
}

// bareName drops what a list added: "Anna Muster via Support".
func bareName(name string) string {
	if i := viaName(name); i >= 0 {
		name = name[:i]
	}
	return strings.Trim(name, " '\"")
}

func viaName(name string) int { return strings.LastIndex(strings.ToLower(name), " via ") }
