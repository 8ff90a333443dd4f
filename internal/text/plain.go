package text

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The bounds on Plain's answer.
const (
	maxPlain  = 1 << 20 // bytes; what follows is left out, with …
	maxIndent = 20      // quotes and lists inside each other; deeper ones stand no further in
)

// Plain returns HTML as text to be read: paragraphs apart, lists with their
// dashes or numbers, quotes after "> ", the cells of a table row on one line
// divided by " | ", links as "text (address)", images as their alt text. At most 1 MiB.
func Plain(src string) string {
	src, _ = bounded(src)
	if !strings.ContainsAny(src, "<&") {
		return strings.Join(strings.Fields(src), " ")
	}
	root, _ := parse(strict.Sanitize(src))
	p := page{blankLines: -1}
	p.children(root)
	return Valid(p.b.String())
}

// page is plain text being written.
type page struct {
	b          strings.Builder
	margin     []string // what each line begins with
	depth      int      // how many of them the last line had
	bullet     string   // stands in the margin of the next line,
	bulletAt   int      // in this place
	number     int      // of the next item of the innermost numbered list
	blankLines int      // line ends owed before the next word; -1 at the very beginning
	gap        bool     // a blank is owed
	cell       bool     // a divider is owed
	pre        bool
	full       bool
}

func (p *page) children(n *html.Node) {
	for c := n.FirstChild; c != nil && !p.full; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode && p.pre:
			p.preformatted(c.Data)
		case c.Type == html.TextNode:
			p.words(c.Data)
		case c.Type == html.ElementNode:
			p.element(c)
		}
	}
}

func (p *page) element(n *html.Node) {
	switch n.DataAtom {
	case atom.Br:
		p.lines(max(1, p.blankLines+1))
	case atom.Hr:
		p.lines(2)
		p.word("----------")
		p.lines(2)
	case atom.Img:
		p.words(value(n.Attr, "alt"))
	case atom.A:
		p.link(n)
	case atom.Li:
		p.item(n)
	case atom.Ul, atom.Ol:
		p.list(n)
	case atom.Blockquote:
		p.indented(n, "> ", 2)
	case atom.Dd:
		p.indented(n, "  ", 1)
	case atom.Td, atom.Th:
		p.cell = p.blankLines == 0
		p.children(n)
	case atom.Pre:
		p.lines(2)
		p.pre = true
		p.children(n)
		p.pre = false
		p.lines(2)
	default:
		apart := space(n.DataAtom)
		p.lines(apart)
		p.children(n)
		p.lines(apart)
	}
}

// space returns how many line ends stand around an element.
func space(a atom.Atom) int {
	switch a {
	case atom.P, atom.Table, atom.Dl, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Figure:
		return 2
	}
	if blocks[a] {
		return 1
	}
	return 0
}

// lines owes at least n line ends, at most two.
func (p *page) lines(n int) {
	if n > 0 && p.blankLines >= 0 && p.bullet == "" {
		p.blankLines = min(2, max(p.blankLines, n))
	}
	p.gap, p.cell = p.gap && n == 0, p.cell && n == 0
}

// words writes s with its white space squeezed.
func (p *page) words(s string) {
	for i := 0; i < len(s) && !p.full; {
		rest := strings.TrimLeftFunc(s[i:], unicode.IsSpace)
		if len(rest) < len(s)-i {
			p.gap = true
		}
		if rest == "" {
			return
		}
		end := strings.IndexFunc(rest, unicode.IsSpace)
		if end < 0 {
			end = len(rest)
		}
		p.word(rest[:end])
		i = len(s) - len(rest) + end
	}
}

// preformatted writes s line by line, white space and all.
func (p *page) preformatted(s string) {
	for i, l := range strings.Split(s, "\n") {
		if i > 0 {
			p.lines(max(1, p.blankLines+1))
		}
		if strings.TrimSpace(l) != "" {
			p.gap = false
			p.word(strings.TrimRight(l, " \t"))
		}
	}
}

// word writes s, after what is owed.
func (p *page) word(s string) {
	if p.b.Len()+len(s) > maxPlain {
		p.b.WriteString(" …")
		p.full = true
		return
	}
	switch {
	case p.blankLines != 0:
		for ; p.blankLines > 1; p.blankLines-- {
			between := p.margin[:min(len(p.margin), p.depth)]
			p.b.WriteString("\n" + strings.TrimRight(strings.Join(between, ""), " "))
		}
		if p.blankLines > 0 {
			p.b.WriteByte('\n')
		}
		p.blankLines, p.depth = 0, len(p.margin)
		p.begin()
	case p.cell:
		p.b.WriteString(" | ")
	case p.gap:
		p.b.WriteByte(' ')
	}
	p.gap, p.cell = false, false
	p.b.WriteString(s)
}

// begin begins a line with its margin, and the bullet that stands in it.
func (p *page) begin() {
	for i, m := range p.margin {
		if p.bullet != "" && i == p.bulletAt {
			m = p.bullet
		}
		p.b.WriteString(m)
	}
	p.bullet = ""
}

// indented writes what n contains behind a margin.
func (p *page) indented(n *html.Node, margin string, apart int) {
	p.lines(apart)
	if len(p.margin) >= maxIndent {
		p.children(n)
		p.lines(apart)
		return
	}
	p.margin = append(p.margin, margin)
	p.children(n)
	p.margin = p.margin[:len(p.margin)-1]
	p.lines(apart)
}

// item writes an item of a list.
func (p *page) item(n *html.Node) {
	bullet := "- "
	if n.Parent.DataAtom == atom.Ol {
		bullet = strconv.Itoa(p.number) + ". "
		p.number++
	}
	p.lines(1)
	if len(p.margin) < maxIndent {
		p.bullet, p.bulletAt = bullet, len(p.margin)
	}
	p.indented(n, strings.Repeat(" ", len(bullet)), 1)
	p.bullet = ""
}

// list writes a list, whose numbers go on after it where they were.
func (p *page) list(n *html.Node) {
	number := p.number
	p.number = 1
	if start, err := strconv.Atoi(value(n.Attr, "start")); err == nil {
		p.number = start
	}
	apart := 2
	if n.Parent.DataAtom == atom.Li {
		apart = 1
	}
	p.lines(apart)
	p.children(n)
	p.lines(apart)
	p.number = number
}

// link writes a link's text, and its address unless the text is that.
func (p *page) link(n *html.Node) {
	start := p.b.Len()
	p.children(n)
	switch href := value(n.Attr, "href"); scheme(href) {
	case "http", "https", "mailto", "tel":
		if !strings.HasSuffix(bare(p.b.String()[start:]), bare(href)) {
			p.words(" (" + href + ")")
		}
	}
}

// bare returns an address as people write it.
func bare(href string) string {
	href = strings.ToLower(strings.TrimSpace(href))
	for _, prefix := range []string{"mailto:", "tel:", "https://", "http://", "www."} {
		href = strings.TrimPrefix(href, prefix)
	}
	return strings.TrimSuffix(href, "/")
}
