package smtpd

import (
	"bufio"
	"io"
)

// piece is how much of a message is read before the sender is given more time.
const piece = 4096

// body is a message as it arrives. A line that ends in LF alone is given the
// CR it lacks: so no reader after us can see more lines, or other messages,
// than we did. Only CR LF . CR LF ends a message.
type body struct {
	in         io.ByteReader
	dots       *dots // nil for a message in chunks, which has no such end
	extend     func()
	out        []byte
	last       byte
	end        error // why there is no more: io.EOF for a whole message; nil: there may be more
	overlooked bool  // the end was seen by us alone
}

func newBody(r io.Reader, extend func()) *body {
	b := &body{extend: extend}
	if _, chunks := r.(*io.PipeReader); chunks {
		b.in = bufio.NewReaderSize(r, piece)
		return b
	}
	b.in, b.dots = &single{r: r}, &dots{}
	return b
}

func (b *body) Read(p []byte) (int, error) {
	if len(b.out) == 0 && b.end == nil {
		b.fill()
	}
	if len(b.out) == 0 {
		return 0, b.end
	}
	n := copy(p, b.out)
	b.out = b.out[n:]
	return n, nil
}

// whole reports whether all of the message has been read.
func (b *body) whole() bool { return b.end == io.EOF && len(b.out) == 0 }

func (b *body) fill() {
	b.extend()
	b.out = make([]byte, 0, piece+2)
	for b.end == nil && len(b.out) < piece {
		var c byte
		if c, b.end = b.in.ReadByte(); b.end != nil {
			return
		}
		b.take(c)
	}
}

// take passes a byte on.
func (b *body) take(c byte) {
	if b.dots == nil {
		b.put(c)
		return
	}
	switch b.dots.see(c) {
	case keep:
		b.put(c)
	case keepCR:
		b.put('\r')
		b.put(c)
	case ended:
		b.end, b.overlooked = io.EOF, true
	}
}

func (b *body) put(c byte) {
	if c == '\n' && b.last != '\r' {
		b.out = append(b.out, '\r')
	}
	b.out = append(b.out, c)
	b.last = c
}

// single reads one byte at a time, so that the reader below never waits for a
// second one: what it waits for may not come.
type single struct {
	r   io.Reader
	one [1]byte
}

func (s *single) ReadByte() (byte, error) {
	n, err := s.r.Read(s.one[:])
	if n == 1 {
		return s.one[0], nil
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	return 0, err
}

// dots finds the dots at line starts that the library overlooks: it does not
// see that a line begins after CR CR LF, which broken mailers end lines with.
// Their mail would otherwise never end, and never arrive.
type dots struct {
	library state // what the library believes
	last    byte
	blind   int // how many bytes of ". CR LF" were seen at a line start that the library does not see, plus 1
}

type state byte

const (
	lineStart state = iota
	afterCR
	inLine
)

type ruling byte

const (
	keep   ruling = iota
	drop          // a dot that the sender doubled, or what may be part of the end
	keepCR        // and the CR before, which was no part of the end
	ended
)

func (d *dots) see(c byte) ruling {
	blind := d.blind
	d.track(c)
	switch {
	case blind == 1 && c == '.':
		d.blind = 2
		return drop
	case blind == 2 && c == '\r':
		d.blind = 3
		return drop
	case blind == 3 && c == '\n':
		return ended
	case blind == 3:
		return keepCR
	}
	return keep
}

// track follows the library, and notes a line start that it does not see.
func (d *dots) track(c byte) {
	switch {
	case d.library == afterCR && c == '\n':
		d.library = lineStart
	case d.library != afterCR && c == '\r':
		d.library = afterCR
	default:
		d.library = inLine
	}
	d.blind = 0
	if d.last == '\r' && c == '\n' && d.library != lineStart {
		d.blind = 1
	}
	d.last = c
}
