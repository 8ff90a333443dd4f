package text

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Body divides a mail's HTML, as it came, into what its writer says and what is
// quoted history or signature, and cleans both. It knows the marks that mail
// programs leave in class names, which cleaning drops, so it is better than
// TrimHTML wherever the raw HTML is at hand.
func Body(src string) (visible, quoted Clean) {
	src, cut := bounded(src)
	root, flattened := parse(rough.Sanitize(src))
	v, q, ok := split(root)
	if !ok {
		visible = CleanHTML(src)
		visible.Cut = visible.Cut || cut
		return visible, Clean{}
	}
	visible, quoted = CleanHTML(render(v)), CleanHTML(render(q))
	quoted.Cut = quoted.Cut || cut || flattened
	return visible, quoted
}

// TrimHTML divides clean HTML as TrimText does plain text.
func TrimHTML(clean string) (visible, quoted string) {
	if len(clean) > maxHTML {
		return clean, ""
	}
	root, _ := parse(clean)
	v, q, ok := split(root)
	if !ok {
		return clean, ""
	}
	return render(v), render(q)
}

// inside returns the place of what n contains.
func (p place) inside(n *html.Node) place {
	p.pre = p.pre || n.DataAtom == atom.Pre
	p.mark |= markOf(n)
	switch {
	case cited(n) || container(n) && (p.depth > 0 || !holds(n, cited)):
		p.depth, p.soft = p.depth+1, false
	case n.DataAtom == atom.Blockquote:
		p.soft = p.depth == 0 || p.soft
		p.depth++
	}
	return p
}

// cited reports whether n is a quote by its mail program's own word.
func cited(n *html.Node) bool {
	if n.DataAtom != atom.Blockquote {
		return false
	}
	class, id := value(n.Attr, "class"), value(n.Attr, "id")
	return value(n.Attr, "type") == "cite" || has(class, "gmail_quote", "protonmail_quote", "tutanota_quote", "front-blockquote") ||
		has(id, "isReplyContent", "blockquote_zmail") || id == "qt"
}

// container reports whether n holds a quote, and perhaps answers under it:
// with a cited quote inside, only that one counts.
func container(n *html.Node) bool {
	if n.DataAtom != atom.Div {
		return false
	}
	class, id := value(n.Attr, "class"), value(n.Attr, "id")
	return has(class, "gmail_quote", "yahoo_quoted", "protonmail_quote", "zmail_extra") || has(id, "yahoo_quoted") || value(n.Attr, "name") == "quote"
}

// markOf returns what n's mail program says about what n contains.
func markOf(n *html.Node) mark {
	class, id := value(n.Attr, "class"), value(n.Attr, "id")
	var m mark
	if has(class, "gmail_attr", "moz-cite-prefix", "qt-attribution") {
		m |= markNote
	}
	if has(id, "divRplyFwdMsg", "divRpF", "OLK_SRC_BODY_SECTION", "mail-editor-reference-message-container", "zwchr") ||
		has(class, "OutlookMessageHeader", "ms-outlook-mobile-reference-message") || value(n.Attr, "data-marker") == "__HEADERS__" {
		m |= markRest
	}
	if has(class, "gmail_signature", "moz-signature", "protonmail_signature_block", "ms-outlook-signature", "yahoo-signature", "tutanota_signature") ||
		has(id, "AppleMailSignature", "ms-outlook-mobile-signature") || id == "Signature" {
		m |= markSignature
	}
	if value(n.Attr, "style") != "" {
		m |= markBorder
	}
	return m
}

// has reports whether s contains one of words.
func has(s string, words ...string) bool {
	if s == "" {
		return false
	}
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// holds reports whether something inside n is what is asked for.
func holds(n *html.Node, what func(*html.Node) bool) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if what(c) || holds(c, what) {
			return true
		}
	}
	return false
}
