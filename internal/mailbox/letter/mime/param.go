package mime

import (
	"strconv"
	"strings"
)

// Media is a Content-Type or Content-Disposition: a value and its parameters.
type Media struct {
	Value  string // "text/plain", "attachment": lower case
	Params map[string]string
}

// ParseMedia takes a structured header value apart, however it is punctuated.
// Parameters split or encoded by RFC 2231 are put together, and those with
// encoded words (which is not allowed, and common) decoded.
func ParseMedia(v, hint string) Media {
	m := Media{}
	v = Clip(v, MaxValue)
	end := strings.IndexByte(v, ';')
	if end < 0 {
		end = len(v)
	}
	head := strings.TrimSpace(v[:end])
	rest := strings.TrimPrefix(v[end:], ";")
	if i := strings.IndexAny(head, " \t("); i >= 0 { // the semicolon is missing, or a comment follows
		head, rest = head[:i], head[i:]+";"+rest
	}
	if strings.Contains(head, "=") { // the value is missing
		head, rest = "", head+";"+rest
	}
	m.Value = strings.ToLower(strings.Trim(head, "\"' "))
	if strings.TrimSpace(rest) != "" {
		m.Params = joinParams(splitParams(rest), hint)
	}
	return m
}

// param is one parameter as it stood there: name, or name*, name*0, name*0*.
type param struct{ name, value string }

func splitParams(s string) []param {
	var all []param
	for s != "" && len(all) < maxValues {
		i := strings.IndexAny(s, "=;")
		if i < 0 {
			break
		}
		if s[i] == ';' {
			s = s[i+1:]
			continue
		}
		name := strings.ToLower(strings.Trim(s[:i], " \t\r\n,"))
		if j := strings.LastIndexAny(name, " \t"); j >= 0 { // a comment, or a missing semicolon
			name = name[j+1:]
		}
		var value string
		value, s = paramValue(strings.TrimLeft(s[i+1:], " \t\r\n"))
		if name != "" {
			all = append(all, param{name, value})
		}
	}
	return all
}

// paramValue reads a value, quoted or not, from the front of s.
func paramValue(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s, ";")
		return strings.TrimSpace(value), rest
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		case s[i] == '"':
			return b.String(), s[i+1:]
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), "" // the quote is not closed
}

// joinParams puts together what RFC 2231 took apart. An extended parameter
// counts more than a plain one of the same name, and the first of equals counts.
func joinParams(all []param, hint string) map[string]string {
	plain, extended := map[string]string{}, map[string][]param{}
	for _, p := range all {
		base, _, starred := strings.Cut(p.name, "*")
		if starred {
			extended[base] = append(extended[base], p)
		} else if _, have := plain[base]; !have {
			plain[base] = Words(p.value, hint)
		}
	}
	for base, pieces := range extended {
		plain[base] = joinPieces(pieces, hint)
	}
	return plain
}

// joinPieces decodes name*=charset'lang'value, and name*0, name*1* … in their order.
func joinPieces(pieces []param, hint string) string {
	ordered := make([]*param, len(pieces))
	for i := range pieces {
		_, star, _ := strings.Cut(pieces[i].name, "*")
		at, err := strconv.Atoi(strings.TrimSuffix(star, "*"))
		if star == "" {
			at, err = 0, nil
		}
		if err == nil && at >= 0 && at < len(ordered) && ordered[at] == nil {
			ordered[at] = &pieces[i]
		}
	}
	var data []byte
	charset := ""
	for i, p := range ordered {
		if p == nil {
			break
		}
		value := p.value
		if strings.HasSuffix(p.name, "*") {
			if i == 0 {
				charset, value = cutCharset(value)
			}
			value = Unpercent(value)
		}
		data = append(data, value...)
	}
	text, _ := Decode(data, charset, hint)
	return Words(Line(text), hint)
}

// cutCharset takes utf-8'de'name apart.
func cutCharset(v string) (charset, value string) {
	charset, rest, ok := strings.Cut(v, "'")
	if !ok {
		return "", v
	}
	if _, value, ok = strings.Cut(rest, "'"); !ok {
		return "", v
	}
	return charset, value
}

// Unpercent decodes %41 to A, and leaves alone what is no such code.
func Unpercent(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			b = append(b, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
			continue
		}
		b = append(b, s[i])
	}
	return string(b)
}
