package mime

import (
	"bytes"
	"errors"
	"strings"
	"time"
)

// Bounds end the work on a message that is built to hurt.
type Bounds struct {
	Parts int // containers and leaves
	Depth int // multiparts within multiparts
	Until time.Time
}

// What ends the work on a message.
var (
	ErrParts = errors.New("too many parts")
	ErrDepth = errors.New("parts nested too deep")
	ErrLate  = errors.New("out of time")
)

// Tree takes a message apart into its parts. It looks at each byte once per
// level and keeps no copies. A message over the bounds is no tree but an ErrParts,
// ErrDepth or ErrLate; no other message is refused.
func Tree(h Header, body []byte, b Bounds) (*Part, error) {
	root := newPart(h, body, "text/plain")
	s := splitter{Bounds: b, hint: h.hint}
	return root, s.split(root, 1)
}

// splitter is the work on one message.
type splitter struct {
	Bounds
	hint string
	n    int // parts so far
}

// split takes a multipart apart line by line. What claims to be a multipart and
// is not becomes text, so that it can be read.
func (s *splitter) split(p *Part, depth int) error {
	if s.n++; s.n > s.Parts {
		return ErrParts
	}
	if !strings.HasPrefix(p.Type.Value, "multipart/") {
		return nil
	}
	if depth > s.Depth {
		return ErrDepth
	}
	if time.Now().After(s.Until) {
		return ErrLate
	}
	pieces, err := s.pieces(p.body, p.Type.Params["boundary"])
	if err == nil && pieces == nil {
		p.Damaged = true
		pieces, err = s.pieces(p.body, sniffBoundary(p.body))
	}
	if err != nil {
		return err
	}
	if pieces == nil {
		p.Type = Media{Value: "text/plain"}
		return nil
	}
	return s.kids(p, pieces, depth)
}

// kids makes parts of the pieces of a multipart.
func (s *splitter) kids(p *Part, pieces [][]byte, depth int) error {
	fallback := "text/plain"
	if p.Type.Value == "multipart/digest" {
		fallback = "message/rfc822"
	}
	p.body = nil
	for _, piece := range pieces {
		h, body := Split(piece)
		h.hint = s.hint
		kid := newPart(h, body, fallback)
		p.Kids = append(p.Kids, kid)
		if err := s.split(kid, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// pieces returns what stands between the boundaries of a body: nil if it has no
// such boundary. Text before the first and after the last belongs to nobody.
func (s *splitter) pieces(body []byte, boundary string) ([][]byte, error) {
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
		if len(all) > s.Parts {
			return nil, ErrParts
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
			if name, _, ok := fieldLine(next); ok && strings.HasPrefix(name, "Content-") {
				return string(line[2:])
			}
		}
		body = rest
	}
	return ""
}
