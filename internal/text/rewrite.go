package text

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// LoadRemote returns clean HTML with the images on the web in place, as their
// reader has asked. They are fetched encrypted, which is all that pages allow.
func LoadRemote(clean string) string {
	if !strings.Contains(clean, "data-src=") {
		return clean
	}
	return rewrite(clean, func(tag string, attrs []html.Attribute) []html.Attribute {
		remote := value(attrs, "data-src")
		if tag != "img" || !onWeb(remote) {
			return nil
		}
		if scheme(remote) == "http" {
			remote = "https" + remote[len("http"):]
		}
		out := []html.Attribute{{Key: "src", Val: remote}}
		for _, a := range attrs {
			if a.Key != "src" && a.Key != "data-src" {
				out = append(out, a)
			}
		}
		return out
	})
}

// RewriteCID returns clean HTML with the images that came as parts of the mail
// pointed at the URLs that f gives for their Content-IDs. Where f knows none,
// the cid: stays.
func RewriteCID(clean string, f func(cid string) (url string, ok bool)) string {
	return rewriteScheme(clean, "cid:", f)
}

// RewriteAttachments returns clean HTML with the images and links to
// attachment:ID pointed at the URLs that f gives. f decides whether the ID may
// be shown there: anybody can write one. Where f knows none, the attachment: stays.
func RewriteAttachments(clean string, f func(id string) (url string, ok bool)) string {
	return rewriteScheme(clean, "attachment:", f)
}

func rewriteScheme(clean, prefix string, f func(string) (string, bool)) string {
	if !strings.Contains(clean, prefix) {
		return clean
	}
	return rewrite(clean, func(_ string, attrs []html.Attribute) []html.Attribute {
		changed := false
		for i, a := range attrs {
			id, ok := strings.CutPrefix(a.Val, prefix)
			if !ok || a.Key != "src" && a.Key != "href" {
				continue
			}
			if plain, err := url.PathUnescape(id); err == nil {
				id = plain
			}
			if to, ok := f(id); ok {
				attrs[i].Val, changed = to, true
			}
		}
		if !changed {
			return nil
		}
		return attrs
	})
}

// rewrite passes the attributes of each image and link to f, which returns new
// ones, or nil to leave the tag alone.
func rewrite(clean string, f func(tag string, attrs []html.Attribute) []html.Attribute) string {
	var b strings.Builder
	b.Grow(len(clean))
	z := html.NewTokenizer(strings.NewReader(clean))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return b.String()
		}
		raw := z.Raw()
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken || !interesting(raw) {
			b.Write(raw)
			continue
		}
		was := string(raw)
		t := z.Token()
		if attrs := f(t.Data, t.Attr); attrs != nil && (t.Data == "img" || t.Data == "a") {
			t.Attr = attrs
			b.WriteString(t.String())
			continue
		}
		b.WriteString(was)
	}
}

// interesting reports whether a tag may be an image or a link.
func interesting(raw []byte) bool {
	return len(raw) > 2 && (raw[1] == 'a' || raw[1] == 'i')
}
