package text

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// scan reads a tree as the lines a reader sees, and remembers on which line
// each piece of it stands.
type scan struct {
	lines []line
	on    map[*html.Node]int // the line of each leaf: text, image, rule, break, empty element
	text  strings.Builder    // of the last line
	used  bool               // whether the last line has a leaf
}

// place is what the elements around a piece of HTML say about it.
type place struct {
	depth int
	soft  bool
	mark  mark
	pre   bool
}

func newScan(root *html.Node) *scan {
	s := &scan{lines: make([]line, 1), on: map[*html.Node]int{}}
	s.children(root, place{})
	s.finishLine()
	return s
}

func (s *scan) children(n *html.Node, p place) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode && p.pre:
			c = s.preformatted(c, p)
		case c.Type == html.TextNode:
			s.leaf(c, p, inked(c.Data), c.Data)
		case c.Type == html.ElementNode:
			s.element(c, p)
		}
	}
}

func (s *scan) element(n *html.Node, p place) {
	switch n.DataAtom {
	case atom.Br:
		s.leaf(n, p, false, "")
		s.newLine()
		return
	case atom.Img:
		s.leaf(n, p, !pixel(n), value(n.Attr, "alt"))
		return
	case atom.Td, atom.Th:
		if s.text.Len() > 0 {
			s.text.WriteByte(' ')
		}
	}
	block := blocks[n.DataAtom]
	if block {
		s.newLine()
	}
	if n.FirstChild == nil {
		s.leaf(n, p, false, "")
	} else {
		s.children(n, p.inside(n))
	}
	if block {
		s.newLine()
	}
}

// preformatted divides text into one node a line, and returns the last.
func (s *scan) preformatted(n *html.Node, p place) *html.Node {
	for {
		i := strings.IndexByte(n.Data, '\n')
		if i < 0 || i+1 == len(n.Data) || len(s.lines) > maxLines {
			break
		}
		rest := &html.Node{Type: html.TextNode, Data: n.Data[i+1:]}
		n.Data = n.Data[:i+1]
		n.Parent.InsertBefore(rest, n.NextSibling)
		s.leaf(n, p, inked(n.Data), n.Data)
		s.newLine()
		n = rest
	}
	s.leaf(n, p, inked(n.Data), n.Data)
	if strings.HasSuffix(n.Data, "\n") {
		s.newLine()
	}
	return n
}

// leaf sets a piece of HTML on the last line.
func (s *scan) leaf(n *html.Node, p place, ink bool, text string) {
	l := &s.lines[len(s.lines)-1]
	s.on[n], s.used = len(s.lines)-1, true
	if ink && !l.ink || !l.ink && p.depth > l.depth {
		l.depth, l.soft, l.ink = p.depth, p.soft, l.ink || ink
	}
	l.mark |= p.mark
	if s.text.Len() < maxLine {
		s.text.WriteString(clip(text))
	}
}

// newLine begins a line, unless the last one is still empty.
func (s *scan) newLine() {
	if s.used {
		s.finishLine()
		s.lines, s.used = append(s.lines, line{}), false
	}
}

// finishLine settles the text of the last line. Plain text that was made into
// HTML has its quote marks in the text.
func (s *scan) finishLine() {
	l := &s.lines[len(s.lines)-1]
	text := strings.Join(strings.Fields(s.text.String()), " ")
	s.text.Reset()
	if l.depth == 0 {
		l.depth, text = unquote(text)
		l.ink = l.ink && (l.depth == 0 || text != "")
	}
	l.ink = l.ink && !ruled(text)
	l.text = clip(text)
}

// inked reports whether s has something to see.
func inked(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsSpace(r) && !unsaid(r) })
}

// pixel reports whether an image is too small to see.
func pixel(n *html.Node) bool {
	w, h := value(n.Attr, "width"), value(n.Attr, "height")
	return w == "0" || w == "1" || h == "0" || h == "1"
}

// split divides what root contains into what is visible and what is history;
// ok is false if all of it is to be seen. It takes root apart.
func split(root *html.Node) (visible, quoted *html.Node, ok bool) {
	s := newScan(root)
	if len(s.lines) > maxLines {
		return root, nil, false
	}
	history := trim(s.lines)
	if history == nil {
		return root, nil, false
	}
	visible, _ = s.side(root, history, false)
	quoted, _ = s.side(root, history, true)
	return visible, quoted, true
}

// side copies one side of n: the leaves on lines that are history, or the
// others. full reports whether the copy has more than white space.
func (s *scan) side(n *html.Node, history []bool, want bool) (copied *html.Node, full bool) {
	if i, leaf := s.on[n]; leaf {
		if history[i] != want {
			return nil, false
		}
		return shallow(n), n.Type != html.TextNode || inked(n.Data)
	}
	copied = shallow(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		part, some := s.side(c, history, want)
		if part == nil || !some && (part.Type == html.ElementNode && n.DataAtom != atom.Tr) {
			continue
		}
		full = full || some
		copied.AppendChild(part)
	}
	return copied, full
}

func shallow(n *html.Node) *html.Node {
	return &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Attr: n.Attr}
}
