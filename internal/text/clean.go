package text

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Clean is HTML that may be shown on our pages.
type Clean struct {
	HTML         string
	RemoteImages int  // images that are not loaded until LoadRemote is asked
	Links        int  // links that lead somewhere
	Cut          bool // something was left out because of a bound; only the raw mail has it
}

// blank stands where an image is not loaded: one transparent pixel.
const blank = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"

// CleanHTML returns what may be shown of HTML that anybody may have written.
//
// Elements and attributes are on an allow-list: text, lists, tables, quotes,
// links and images, and of attributes only those that cannot reach outside the
// message (no style, class, id, name or event handler). Links open in a new
// window and lead to http, https, mailto, tel or attachment. Images are cid:,
// attachment: or small raster data:; those on the web move to data-src until
// LoadRemote. An image that cannot be shown leaves its alt text.
//
// At most 2 MiB of HTML are read, data: URLs over 256 KiB are left out, and
// elements nested deeper than the parser takes (512) are flattened.
func CleanHTML(src string) Clean {
	src, cut := bounded(src)
	if !strings.ContainsAny(src, "<&") {
		return Clean{HTML: Valid(html.EscapeString(src)), Cut: cut}
	}
	root, flattened := parse(strict.Sanitize(src))
	c := Clean{Cut: cut || flattened}
	c.children(root, false)
	c.HTML = Valid(render(root))
	return c
}

// children makes what n contains fit to be shown. linked says whether n is inside a link.
func (c *Clean) children(n *html.Node, linked bool) {
	for child := n.FirstChild; child != nil; {
		next := child.NextSibling
		switch {
		case child.Type == html.TextNode:
		case child.Type != html.ElementNode:
			n.RemoveChild(child)
		default:
			leads := child.DataAtom == atom.A && !linked && c.link(child)
			if child.DataAtom == atom.A && !leads {
				child.Attr = nil
			}
			c.children(child, linked || leads)
			c.element(child)
		}
		child = next
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if misplaced(child, n) {
			rename(child, atom.Div)
		}
	}
}

// misplaced reports whether n cannot stand in parent: a loose item could close
// one of the page's own, and a heading in another would end it.
func misplaced(n, parent *html.Node) bool {
	switch n.DataAtom {
	case atom.Li:
		return parent.DataAtom != atom.Ul && parent.DataAtom != atom.Ol
	case atom.Dd, atom.Dt:
		return parent.DataAtom != atom.Dl
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return len(parent.Data) == 2 && parent.Data[0] == 'h'
	}
	return false
}

// element makes one element fit to be shown, its contents being so already.
func (c *Clean) element(n *html.Node) {
	switch n.DataAtom {
	case atom.Img:
		c.image(n)
		return
	case atom.A, atom.Span:
		if len(n.Attr) == 0 {
			unwrap(n)
			return
		}
	case atom.Center:
		rename(n, atom.Div)
		n.Attr = append(n.Attr, html.Attribute{Key: "align", Val: "center"})
	case atom.Article, atom.Aside, atom.Footer, atom.Header, atom.Main, atom.Nav, atom.Section:
		rename(n, atom.Div)
	}
}

// value returns the first attribute called key.
func value(attrs []html.Attribute, key string) string {
	for _, a := range attrs {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// rename makes n another element, which keeps only what all elements may have.
func rename(n *html.Node, a atom.Atom) {
	n.DataAtom, n.Data = a, a.String()
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key != "dir" && a.Key != "lang" })
}

// unwrap puts what n contains in its place.
func unwrap(n *html.Node) {
	for n.FirstChild != nil {
		c := n.FirstChild
		n.RemoveChild(c)
		n.Parent.InsertBefore(c, n)
	}
	n.Parent.RemoveChild(n)
}

// link makes a link safe to follow. It reports whether it leads anywhere.
func (c *Clean) link(n *html.Node) bool {
	href := value(n.Attr, "href")
	switch scheme(href) {
	case "http", "https", "mailto", "tel", "attachment":
	default:
		return false
	}
	attrs := []html.Attribute{{Key: "href", Val: href}}
	for _, key := range []string{"title", "dir", "lang"} {
		if v := value(n.Attr, key); v != "" {
			attrs = append(attrs, html.Attribute{Key: key, Val: v})
		}
	}
	n.Attr = append(attrs, html.Attribute{Key: "target", Val: "_blank"}, html.Attribute{Key: "rel", Val: "noopener noreferrer nofollow"})
	c.Links++
	return true
}

// image keeps an image that came with the message, holds back one on the web,
// and leaves the alt text of any other.
func (c *Clean) image(n *html.Node) {
	attrs := n.Attr
	src, remote := source(value(attrs, "src"), value(attrs, "data-src"))
	if src == "" {
		n.Parent.InsertBefore(&html.Node{Type: html.TextNode, Data: value(attrs, "alt")}, n)
		n.Parent.RemoveChild(n)
		return
	}
	n.Attr = []html.Attribute{{Key: "src", Val: src}}
	if remote != "" {
		n.Attr = append(n.Attr, html.Attribute{Key: "data-src", Val: remote})
		c.RemoteImages++
	}
	for _, a := range attrs {
		if a.Key != "src" && a.Key != "data-src" {
			n.Attr = append(n.Attr, a)
		}
	}
}

// source returns where an image is loaded from at once, and where when asked; "", "" if it cannot be shown.
func source(src, later string) (now, remote string) {
	switch scheme(src) {
	case "http", "https":
		remote = src
	case "data":
		if src != blank {
			return src, ""
		}
		remote = later
	case "cid", "attachment":
		return src, ""
	}
	if !onWeb(remote) {
		return "", ""
	}
	return blank, remote
}

// scheme returns the scheme of an absolute URL in lower case.
func scheme(u string) string {
	s, _, ok := strings.Cut(u, ":")
	if !ok {
		return ""
	}
	return strings.ToLower(s)
}

// onWeb reports whether u is a whole http or https URL.
func onWeb(u string) bool {
	p, err := url.Parse(u)
	return err == nil && p.Host != "" && (p.Scheme == "http" || p.Scheme == "https")
}
