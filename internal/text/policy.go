package text

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
)

// The policies are built once and never changed.
var (
	strict = newPolicy()   // what may be shown
	rough  = roughPolicy() // strict, and what mail programs mark quotes with
)

// allowed are the elements that may be shown. Those that only divide a page
// (section, nav, center and the like) become a <div>.
var allowed = strings.Fields(`
	abbr address b bdi bdo big blockquote br caption cite code col colgroup dd del dfn div dl dt em figcaption figure
	h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre q s samp small span strike strong sub sup table tbody td tfoot th
	thead time tr tt u ul var wbr
	article aside center footer header main nav section`)

// newPolicy allows what mail and Markdown are made of, and neither style, class
// nor id: a message must not dress up as part of the page, or name its objects.
func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements(allowed...)
	p.SkipElementsContent("template", "xmp")
	p.AllowElementsContent("object", "frame", "frameset")
	allowURLs(p)
	allowLayout(p)
	return p
}

func allowURLs(p *bluemonday.Policy) {
	p.RequireParseableURLs(true)
	p.AllowURLSchemes("http", "https", "mailto", "tel", "cid", "attachment")
	p.AllowURLSchemeWithCustomPolicy("data", raster)
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("src", "alt").OnElements("img")
	p.AllowAttrs("data-src").Matching(regexp.MustCompile(`(?i)^https?://[^\s]+$`)).OnElements("img")
	p.AllowAttrs("title").OnElements("a", "img", "abbr", "dfn")
}

func allowLayout(p *bluemonday.Policy) {
	size := regexp.MustCompile(`^[0-9]{1,4}(%|px)?$`)
	number := regexp.MustCompile(`^-?[0-9]{1,6}$`)
	few := regexp.MustCompile(`^[0-9]{1,3}$`)
	p.AllowAttrs("width", "height").Matching(size).OnElements("img", "table", "td", "th", "col", "colgroup")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`(?i)^(left|right|center|justify)$`)).
		OnElements("img", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "col", "colgroup", "p", "div", "h1", "h2", "h3", "h4", "h5", "h6")
	p.AllowAttrs("valign").Matching(regexp.MustCompile(`(?i)^(top|middle|bottom|baseline)$`)).
		OnElements("thead", "tbody", "tfoot", "tr", "td", "th", "col", "colgroup")
	p.AllowAttrs("colspan", "rowspan").Matching(few).OnElements("td", "th")
	p.AllowAttrs("span").Matching(few).OnElements("col", "colgroup")
	p.AllowAttrs("border", "cellpadding", "cellspacing").Matching(few).OnElements("table")
	p.AllowAttrs("start").Matching(number).OnElements("ol")
	p.AllowAttrs("value").Matching(number).OnElements("li")
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^([1aAiI]|disc|circle|square)$`)).OnElements("ol", "ul", "li")
	p.AllowAttrs("dir").Matching(regexp.MustCompile(`(?i)^(ltr|rtl|auto)$`)).Globally()
	p.AllowAttrs("lang").Matching(regexp.MustCompile(`^[a-zA-Z0-9-]{1,35}$`)).Globally()
}

// roughPolicy lets through the attributes by which quotes are known. Its output is never shown.
func roughPolicy() *bluemonday.Policy {
	p := newPolicy()
	p.AllowAttrs("class", "id", "data-marker").Globally()
	p.AllowAttrs("type").OnElements("blockquote")
	p.AllowAttrs("name").OnElements("div")
	p.AllowAttrs("style").Matching(regexp.MustCompile(`(?i)border-top:\s*solid`)).Globally()
	return p
}

var rasterType = regexp.MustCompile(`(?i)^image/(png|jpe?g|gif|webp|avif|bmp);base64,`)

// raster reports whether a data: URL is an image made of pixels, within maxData.
func raster(u *url.URL) bool {
	kind := rasterType.FindString(u.Opaque)
	if kind == "" || len(u.Opaque) > maxData || u.RawQuery != "" || u.Fragment != "" {
		return false
	}
	_, err := base64.StdEncoding.DecodeString(u.Opaque[len(kind):])
	return err == nil
}
