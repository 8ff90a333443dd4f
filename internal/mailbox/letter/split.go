package letter

import "bytes"

// tree takes a message apart into its parts. It looks at each byte once per
// level and keeps no copies, so that a message costs what its size says, however
// it is built; and no message is refused for being built wrongly.
func (r *reading) tree(h Header, body []byte) (*node, error) {
	root := newNode(h, body, "text/plain")
	return root, r.split(root, 1)
}

// split takes a multipart apart line by line. What claims to be a multipart and
// is not becomes text, so that it can be read.
func (r *reading) split(n *node, depth int) error {
	if err := r.another(); err != nil {
		return err
	}
	if !n.multipart() {
		return nil
	}
	if err := r.deeper(depth); err != nil {
		return err
	}
	if err := r.late(); err != nil {
		return err
	}
	pieces, err := r.pieces(n.body, n.ctype.params["boundary"])
	if err == nil && pieces == nil {
		r.note(NoteDamaged)
		pieces, err = r.pieces(n.body, sniffBoundary(n.body))
	}
	if err != nil {
		return err
	}
	if pieces == nil {
		n.ctype = media{value: "text/plain"}
		return nil
	}
	within := n.ctype.value
	n.body = nil
	for _, piece := range pieces {
		fields, body := splitHead(piece)
		kid := newNode(Header{fields: fields, hint: r.hint}, body, fallbackType(within))
		n.kids = append(n.kids, kid)
		if err := r.split(kid, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// pieces returns what stands between the boundaries of a body: nil if it has no
// such boundary. Text before the first and after the last belongs to nobody.
func (r *reading) pieces(body []byte, boundary string) ([][]byte, error) {
	if boundary == "" {
		return nil, nil
	}
	mark := []byte("--" + boundary)
	var all [][]byte
	start := -1
	for at := 0; ; {
		i, after, closing := nextBoundary(body, at, mark)
		if i < 0 {
			break
		}
		if start >= 0 {
			all = append(all, cutBreak(body[start:max(start, i)]))
		}
		start, at = after, after
		if len(all) > r.lim.Attachments+moreParts {
			return nil, r.tooManyParts()
		}
		if closing {
			return all, nil
		}
	}
	if start >= 0 && start < len(body) {
		all = append(all, body[start:]) // it was cut off on the way
	}
	return all, nil
}

// fallbackType is the type of parts that name none.
func fallbackType(within string) string {
	if within == "multipart/digest" {
		return "message/rfc822"
	}
	return "text/plain"
}

// nextBoundary finds a line that is a boundary: where it starts, where the next
// line starts, and whether it closes the multipart.
func nextBoundary(body []byte, at int, mark []byte) (start, after int, closing bool) {
	for {
		i := bytes.Index(body[at:], mark)
		if i < 0 {
			return -1, 0, false
		}
		start, at = at+i, at+i+len(mark)
		if start > 0 && body[start-1] != '\n' {
			continue
		}
		line, rest := cutLine(body[at:])
		if closing = bytes.HasPrefix(line, []byte("--")); closing {
			line = line[2:]
		}
		if len(bytes.TrimSpace(line)) == 0 {
			return start, len(body) - len(rest), closing
		}
	}
}

// cutBreak drops the line break that belongs to the boundary after a piece.
func cutBreak(b []byte) []byte {
	b = bytes.TrimSuffix(b, []byte{'\n'})
	return bytes.TrimSuffix(b, []byte{'\r'})
}

// sniffBoundary finds the boundary of a multipart that does not say it
// correctly: a line that starts with two dashes, followed by a header.
func sniffBoundary(body []byte) string {
	for n := 0; len(body) > 0 && n < 100; n++ {
		line, rest := cutLine(body)
		if len(line) > 2 && len(line) < 202 && bytes.HasPrefix(line, []byte("--")) && bytes.IndexByte(line, ' ') < 0 {
			next, _ := cutLine(rest)
			if name, _, ok := fieldLine(next); ok && len(name) > 8 && name[:8] == "Content-" {
				return string(line[2:])
			}
		}
		body = rest
	}
	return ""
}
