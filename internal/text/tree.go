package text

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The bounds on HTML. What lies past them is left out or shown more plainly;
// Clean.Cut then says so.
const (
	maxHTML  = 2 << 20   // bytes of HTML that are read, after oversized data: URLs are taken out
	maxData  = 256 << 10 // bytes of one data: URL
	maxDepth = 90        // elements of one kind inside each other, once a tree is too deep for the parser
)

// bounded returns src within maxHTML, and whether something was left out.
func bounded(src string) (out string, cut bool) {
	src = Valid(src)
	if len(src) > maxData {
		src, cut = withoutLargeData(src)
	}
	if len(src) <= maxHTML {
		return src, cut
	}
	src = strings.ToValidUTF8(src[:maxHTML], "")
	if tag := strings.LastIndexByte(src, '<'); tag > strings.LastIndexByte(src, '>') {
		src = src[:tag]
	}
	return src, true
}

// withoutLargeData empties data: URLs that are longer than maxData.
func withoutLargeData(src string) (out string, cut bool) {
	var b strings.Builder
	for {
		i := strings.Index(src, "data:")
		if i < 0 {
			b.WriteString(src)
			return b.String(), cut
		}
		i += len("data:")
		end := strings.IndexAny(src[i:], `"'<> `)
		if end < 0 {
			end = len(src) - i
		}
		b.WriteString(src[:i])
		if end <= maxData {
			b.WriteString(src[i : i+end])
		} else {
			cut = true
		}
		src = src[i+end:]
	}
}

// parse returns the tree of clean as the contents of a <div>. A tree too deep
// for the parser is flattened; one that still is too deep becomes text.
func parse(clean string) (root *html.Node, cut bool) {
	root, err := fragment(clean)
	if err == nil {
		return root, false
	}
	if root, err = fragment(flatten(clean)); err == nil {
		return root, true
	}
	root, pre := element(atom.Div), element(atom.Pre)
	pre.AppendChild(&html.Node{Type: html.TextNode, Data: withoutTags(clean)})
	root.AppendChild(pre)
	return root, true
}

func fragment(s string) (*html.Node, error) {
	nodes, err := html.ParseFragment(strings.NewReader(s), element(atom.Body))
	if err != nil {
		return nil, err
	}
	root := element(atom.Div)
	for _, n := range nodes {
		root.AppendChild(n)
	}
	return root, nil
}

func element(a atom.Atom) *html.Node {
	return &html.Node{Type: html.ElementNode, DataAtom: a, Data: a.String()}
}

// render returns the HTML of what root contains.
func render(root *html.Node) string {
	var b strings.Builder
	for c := root.FirstChild; c != nil; c = c.NextSibling {
		if err := html.Render(&b, c); err != nil {
			return "" // cannot be: a Builder takes all, and the tree has only elements and text
		}
	}
	return b.String()
}

// flatten drops the tags of elements inside maxDepth others, and keeps what they contain.
func flatten(src string) string {
	var f flat
	z := html.NewTokenizer(strings.NewReader(src))
	for {
		kind := z.Next()
		raw := string(z.Raw())
		switch kind {
		case html.ErrorToken:
			return f.String()
		case html.StartTagToken:
			name, _ := z.TagName()
			f.start(atom.Lookup(name), raw)
		case html.EndTagToken:
			name, _ := z.TagName()
			f.end(atom.Lookup(name))
		default:
			f.WriteString(raw)
		}
	}
}

// flat writes tags down to maxDepth.
type flat struct {
	strings.Builder
	open []atom.Atom
}

func (f *flat) start(name atom.Atom, raw string) {
	if n := len(f.open); n > 0 && f.open[n-1] == name && endless[name] {
		f.end(name)
	}
	switch {
	case len(f.open) < maxDepth:
		f.WriteString(raw)
	case blocks[name] || name == atom.Br:
		f.WriteString("<br/>")
	}
	if !voids[name] {
		f.open = append(f.open, name)
	}
}

// farthest bounds how many open elements an end tag is looked up in.
const farthest = 1000

func (f *flat) end(name atom.Atom) {
	to := len(f.open) - 1
	for stop := max(0, to-farthest); to >= stop && f.open[to] != name; {
		to--
	}
	if to < 0 || f.open[to] != name {
		return
	}
	for i := min(len(f.open), maxDepth) - 1; i >= to; i-- {
		f.WriteString("</" + f.open[i].String() + ">")
	}
	f.open = f.open[:to]
}

// withoutTags returns the text of src, one line to a block.
func withoutTags(src string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(src))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.Write(z.Text())
		case html.StartTagToken, html.SelfClosingTagToken:
			if name, _ := z.TagName(); blocks[atom.Lookup(name)] || atom.Lookup(name) == atom.Br {
				b.WriteByte('\n')
			}
		}
	}
}

var (
	voids = atoms(atom.Br, atom.Hr, atom.Img, atom.Col, atom.Wbr)

	// endless are the elements whose end tag people leave out.
	endless = atoms(atom.P, atom.Li, atom.Dd, atom.Dt, atom.Tr, atom.Td, atom.Th)

	// blocks are the elements that begin on a line of their own.
	blocks = atoms(atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Caption, atom.Center, atom.Dd, atom.Div, atom.Dl,
		atom.Dt, atom.Figcaption, atom.Figure, atom.Footer, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Header, atom.Hr,
		atom.Li, atom.Main, atom.Nav, atom.Ol, atom.P, atom.Pre, atom.Section, atom.Table, atom.Tbody, atom.Tfoot, atom.Thead,
		atom.Tr, atom.Ul)
)

func atoms(list ...atom.Atom) map[atom.Atom]bool {
	m := make(map[atom.Atom]bool, len(list))
	for _, a := range list {
		m[a] = true
	}
	return m
}
