package mime

import "bytes"

// untransfer undoes a Content-Transfer-Encoding. tail is plain text that
// somebody, usually a mailing list, put behind base64.
func untransfer(b []byte, encoding string) (data, tail []byte) {
	switch encodingName(encoding) {
	case "base64":
		if n := base64Block(b); n > 0 {
			return unbase64(b[:n]), bytes.TrimLeft(b[n:], "\r\n")
		}
	case "quotedprintable":
		return unquote(b, false), nil
	}
	return b, nil
}

// encodingName reduces "Quoted-Printable;" and worse to letters and digits.
func encodingName(s string) string {
	var name []byte
	for i := 0; i < len(s) && s[i] != ';' && s[i] != '('; i++ {
		switch c := s[i]; {
		case c >= 'A' && c <= 'Z':
			name = append(name, c+'a'-'A')
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			name = append(name, c)
		}
	}
	return string(name)
}

// sextet returns the six bits a base64 letter stands for.
func sextet(c byte) (v uint32, ok bool) {
	switch {
	case c >= 'A' && c <= 'Z':
		return uint32(c - 'A'), true
	case c >= 'a' && c <= 'z':
		return uint32(c-'a') + 26, true
	case c >= '0' && c <= '9':
		return uint32(c-'0') + 52, true
	case c == '+':
		return 62, true
	case c == '/':
		return 63, true
	}
	return 0, false
}

// unbase64 decodes base64, skipping what does not belong, and starting afresh
// after padding, so that pieces encoded one by one come out whole.
func unbase64(b []byte) []byte {
	data := make([]byte, 0, len(b)/4*3+3)
	var bits uint32
	n := 0
	flush := func() {
		if n >= 2 {
			data = append(data, byte(bits<<uint(24-6*n)>>16))
		}
		if n == 3 {
			data = append(data, byte(bits<<6>>8))
		}
		bits, n = 0, 0
	}
	for _, c := range b {
		if v, ok := sextet(c); ok {
			if bits, n = bits<<6|v, n+1; n == 4 {
				data = append(data, byte(bits>>16), byte(bits>>8), byte(bits))
				bits, n = 0, 0
			}
		} else if c == '=' {
			flush()
		}
	}
	flush()
	return data
}

// base64Block returns how much of b is base64: all of it, what stands before
// plain text that was added later, or 0 if b is plain text and only said to be base64.
func base64Block(b []byte) int {
	letters, strange, padded := 0, 0, false
	for at := 0; at < len(b); {
		line, rest := cutLine(b[at:])
		line = bytes.TrimSpace(line)
		odd := 0
		for _, c := range line {
			if _, ok := sextet(c); !ok && c != '=' {
				odd++
			}
		}
		if odd > 1 && odd*10 > len(line) {
			if letters%4 == 0 && (padded && letters >= 8 || letters >= 32) {
				return at
			}
			return 0
		}
		letters, strange = letters+len(line)-odd, strange+odd
		padded = bytes.HasSuffix(line, []byte{'='}) || len(line) == 0 && padded
		at = len(b) - len(rest)
	}
	if letters < 12 && strange > 0 {
		return 0
	}
	return len(b)
}

// unquote decodes quoted-printable and leaves alone what is not. In a header
// word spaces at the end count; in a text they were added on the way.
func unquote(b []byte, header bool) []byte {
	out := make([]byte, 0, len(b))
	hard := 0 // out[:hard] may not be trimmed
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case c == '=' && i+2 < len(b) && isHex(b[i+1]) && isHex(b[i+2]):
			out = append(out, unhex(b[i+1])<<4|unhex(b[i+2]))
			hard = len(out)
			i += 2
		case c == '=' && !header && softBreak(b[i+1:]) > 0:
			i += softBreak(b[i+1:])
			hard = len(out)
		case (c == '\n' || c == '\r') && !header:
			for len(out) > hard && (out[len(out)-1] == ' ' || out[len(out)-1] == '\t') {
				out = out[:len(out)-1]
			}
			out = append(out, c)
			hard = len(out)
		default:
			out = append(out, c)
		}
	}
	return out
}

// softBreak returns the length of the line end that follows a "=", with the
// spaces before it: 0 if there is none.
func softBreak(b []byte) int {
	i := 0
	for i < len(b) && i < 80 && (b[i] == ' ' || b[i] == '\t') {
		i++
	}
	switch {
	case i == len(b):
		return max(i, 1) // a "=" at the very end; one past it ends the loop as well
	case b[i] == '\n':
		return i + 1
	case b[i] == '\r' && i+1 < len(b) && b[i+1] == '\n':
		return i + 2
	case b[i] == '\r':
		return i + 1
	}
	return 0
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }

func unhex(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
}
