package trust

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// field is one field of a header.
type field struct {
	name string // in lower case
	raw  string // as it stands there, with its line ends
}

// splitHeader returns the fields of a message in order, and its body.
func splitHeader(raw []byte) (fields []field, body []byte) {
	for len(raw) > 0 {
		line, rest, _ := bytes.Cut(raw, []byte("\n"))
		raw = rest
		text := strings.TrimSuffix(string(line), "\r")
		switch {
		case text == "":
			return fields, raw
		case (text[0] == ' ' || text[0] == '\t') && len(fields) > 0:
			fields[len(fields)-1].raw += text + "\r\n"
		default:
			name, _, _ := strings.Cut(text, ":")
			fields = append(fields, field{strings.ToLower(strings.TrimSpace(name)), text + "\r\n"})
		}
	}
	return fields, nil
}

// relaxedField is a field as it is signed: RFC 6376, section 3.4.2.
func relaxedField(raw string) string {
	name, value, _ := strings.Cut(raw, ":")
	value = strings.Join(strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" \t\r\n", r) }), " ")
	return strings.ToLower(strings.TrimSpace(name)) + ":" + value + "\r\n"
}

// canonicalBody is a body as it is signed: RFC 6376, sections 3.4.3 and 3.4.4.
func canonicalBody(body []byte, relaxed bool) []byte {
	var out bytes.Buffer
	empty := 0
	for line := range bytes.SplitSeq(body, []byte("\n")) {
		line = bytes.TrimSuffix(line, []byte("\r"))
		if relaxed {
			line = squeeze(line)
		}
		if len(line) == 0 {
			empty++
			continue
		}
		for ; empty > 0; empty-- {
			out.WriteString("\r\n")
		}
		out.Write(line)
		out.WriteString("\r\n")
	}
	if out.Len() == 0 && !relaxed {
		out.WriteString("\r\n")
	}
	return out.Bytes()
}

// squeeze makes each run of blanks one, and drops those at the end.
func squeeze(line []byte) []byte {
	out := make([]byte, 0, len(line))
	for _, c := range bytes.TrimRight(line, " \t") {
		if c == '\t' {
			c = ' '
		}
		if c != ' ' || len(out) == 0 || out[len(out)-1] != ' ' {
			out = append(out, c)
		}
	}
	return out
}

// signature is a field that holds tags, signed or not.
type signature struct {
	field
	value string
	tags  map[string]string
}

func parseSignature(f field) *signature {
	_, value, _ := strings.Cut(f.raw, ":")
	s := &signature{field: f, value: value, tags: map[string]string{}}
	for tag := range strings.SplitSeq(value, ";") {
		name, value, ok := strings.Cut(tag, "=")
		name = strings.TrimSpace(name)
		if _, twice := s.tags[name]; ok && !twice {
			s.tags[name] = strings.TrimSpace(value)
		}
	}
	return s
}

var ownTag = regexp.MustCompile(`([;:]\s*b\s*=)[^;]*`)

// unsigned is the field as it was before it was signed.
func (s *signature) unsigned() string { return ownTag.ReplaceAllString(s.raw, "$1") }

// signed returns the names of the fields that are covered.
func (s *signature) signed() []string {
	var names []string
	for name := range strings.SplitSeq(s.tags["h"], ":") {
		names = append(names, strings.ToLower(unspaced(name)))
	}
	return names
}

// over is what of a header is covered: the lowest field of a name first, and this one at the end.
func (s *signature) over(fields []field) string {
	relaxed := strings.HasPrefix(unspaced(s.tags["c"]), "relaxed")
	canonical := func(raw string) string {
		if relaxed {
			return relaxedField(raw)
		}
		return raw
	}
	below := map[string][]string{}
	for _, f := range fields {
		below[f.name] = append(below[f.name], f.raw)
	}
	var b strings.Builder
	for _, name := range s.signed() {
		if left := below[name]; len(left) > 0 {
			b.WriteString(canonical(left[len(left)-1]))
			below[name] = left[:len(left)-1]
		}
	}
	b.WriteString(strings.TrimSuffix(canonical(s.unsigned()), "\r\n"))
	return b.String()
}

// verify checks the signature of a text, and that of the body if it has one.
func (s *signature) verify(ctx context.Context, dns Resolver, text string, body []byte) error {
	if bh, ok := s.tags["bh"]; ok {
		if _, partly := s.tags["l"]; partly {
			return errors.New("only part of the body is signed")
		}
		sum := sha256.Sum256(canonicalBody(body, strings.HasSuffix(unspaced(s.tags["c"]), "/relaxed")))
		if base64.StdEncoding.EncodeToString(sum[:]) != unspaced(bh) {
			return errors.New("the body is another")
		}
	}
	sig, err := base64.StdEncoding.DecodeString(unspaced(s.tags["b"]))
	if err != nil {
		return errors.New("the signature cannot be read")
	}
	algorithm := unspaced(s.tags["a"])
	key, err := lookupKey(ctx, dns, unspaced(s.tags["s"])+"._domainkey."+unspaced(s.tags["d"]), algorithm)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(text))
	switch key := key.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], sig)
	case ed25519.PublicKey:
		if ed25519.Verify(key, sum[:], sig) {
			return nil
		}
	}
	return errors.New("the signature is wrong")
}

// lookupKey returns the public key at a name, which must be for the algorithm.
func lookupKey(ctx context.Context, dns Resolver, name, algorithm string) (crypto.PublicKey, error) {
	all, err := ask(ctx, dns.TXT, name)
	if err != nil {
		return nil, fmt.Errorf("look up the key: %w", err)
	}
	if len(all) != 1 {
		return nil, fmt.Errorf("there are %d keys", len(all))
	}
	s := parseSignature(field{raw: ":" + all[0]})
	der, err := base64.StdEncoding.DecodeString(unspaced(s.tags["p"]))
	if err != nil || len(der) == 0 {
		return nil, errors.New("the key is revoked, or cannot be read")
	}
	kind := s.tags["k"]
	switch {
	case algorithm == "ed25519-sha256" && kind == "ed25519" && len(der) == ed25519.PublicKeySize:
		return ed25519.PublicKey(der), nil
	case algorithm == "rsa-sha256" && (kind == "rsa" || kind == ""):
		return parseRSA(der)
	}
	return nil, errors.New("the key is for something else")
}

func parseRSA(der []byte) (crypto.PublicKey, error) {
	key, err := x509.ParsePKCS1PublicKey(der)
	if err != nil {
		any, err := x509.ParsePKIXPublicKey(der)
		if err != nil {
			return nil, errors.New("the key cannot be read")
		}
		key, _ = any.(*rsa.PublicKey)
	}
	if key == nil || key.Size() < 1024/8 {
		return nil, errors.New("the key is too short")
	}
	return key, nil
}

func unspaced(s string) string { return strings.Join(strings.Fields(s), "") }
