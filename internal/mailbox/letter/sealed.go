package letter

import (
	"bytes"

	"muster/internal/mailbox/letter/mime"
)

// unwrap reads the message inside an S/MIME signature that encloses it. It is
// nil if there is none to be found, and a message is unwrapped once only.
func (r *reading) unwrap(data []byte) *mime.Part {
	inside, ok := enclosed(data)
	if !ok || r.unwrapped {
		return nil
	}
	r.unwrapped = true
	h, body := mime.Open(inside)
	root, err := r.tree(h, body)
	if err != nil || h.Empty() {
		return nil
	}
	return root
}

// enclosed returns the content of a CMS SignedData (RFC 5652). The signature is not checked.
func enclosed(b []byte) ([]byte, bool) {
	signedData := []byte("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02")
	plainData := []byte("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")
	info := element(b)                // ContentInfo
	kind := element(info.body)        // its type
	signed := element(kind.rest)      // [0]
	version := element(enter(signed)) // of SignedData
	digests := element(version.rest)  // the algorithms
	content := element(digests.rest)  // EncapsulatedContentInfo
	what := element(content.body)     // its type
	if !bytes.Equal(kind.body, signedData) || !bytes.Equal(what.body, plainData) {
		return nil, false
	}
	octets := element(element(what.rest).body) // [0], OCTET STRING
	switch octets.tag {
	case 0x04:
		return octets.body, len(octets.body) > 0
	case 0x24: // in pieces
		var all []byte
		for piece := element(octets.body); piece.tag == 0x04; piece = element(piece.rest) {
			all = append(all, piece.body...)
		}
		return all, len(all) > 0
	}
	return nil, false
}

// enter returns what is in the sequence that an element consists of.
func enter(e ber) []byte { return element(e.body).body }

// ber is one element of ASN.1 in the basic encoding, and what follows it.
type ber struct {
	tag        byte
	body, rest []byte
}

// element reads the first element of b: of tag 0 if there is none. One of
// indefinite length takes all of b, since only its beginning is asked for.
func element(b []byte) ber {
	if len(b) < 2 {
		return ber{}
	}
	tag, size, at := b[0], int(b[1]), 2
	switch {
	case size == 0x80:
		return ber{tag: tag, body: b[2:]}
	case size > 0x80:
		n := size - 0x80
		if n > 4 || len(b) < 2+n {
			return ber{}
		}
		size, at = 0, 2+n
		for _, c := range b[2:at] {
			size = size<<8 | int(c)
		}
	}
	size = min(size, len(b)-at) // it was cut off on the way
	return ber{tag: tag, body: b[at : at+size], rest: b[at+size:]}
}
