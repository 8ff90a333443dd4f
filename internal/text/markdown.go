package text

import (
	"bytes"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	goldhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"
)

// maxMarkdown bounds what is read as Markdown, in bytes; longer text is shown as it was typed.
const maxMarkdown = 256 << 10

// markdown is built once and never changed.
var markdown = newMarkdown()

// Markdown returns the HTML of what somebody typed into a reply box: GitHub's
// Markdown (tables, strikethrough, task lists, bare links), each line end a line
// end, cleaned as CleanHTML does. HTML in it is shown as it was typed, and "--"
// under a line begins a signature, not a heading. Targets attachment:ID are
// kept, for RewriteAttachments. At most 256 KiB are formatted; more is shown as typed.
func Markdown(src string) string {
	src = Valid(src)
	var b bytes.Buffer
	if len(src) > maxMarkdown || markdown.Convert([]byte(src), &b) != nil {
		return CleanHTML("<pre>" + html.EscapeString(src) + "</pre>").HTML
	}
	return CleanHTML(b.String()).HTML
}

// newMarkdown leaves out the parsers of HTML, and of headings that are underlined.
func newMarkdown() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithParser(parser.NewParser(
			parser.WithBlockParsers(
				util.Prioritized(parser.NewThematicBreakParser(), 200),
				util.Prioritized(parser.NewListParser(), 300),
				util.Prioritized(parser.NewListItemParser(), 400),
				util.Prioritized(parser.NewCodeBlockParser(), 500),
				util.Prioritized(parser.NewATXHeadingParser(), 600),
				util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
				util.Prioritized(parser.NewBlockquoteParser(), 800),
				util.Prioritized(parser.NewParagraphParser(), 1000)),
			parser.WithInlineParsers(
				util.Prioritized(parser.NewCodeSpanParser(), 100),
				util.Prioritized(parser.NewLinkParser(), 200),
				util.Prioritized(parser.NewAutoLinkParser(), 300),
				util.Prioritized(parser.NewEmphasisParser(), 500)),
			parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...))),
		goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Linkify, extension.TaskList),
		goldmark.WithRendererOptions(goldhtml.WithHardWraps(), renderer.WithNodeRenderers(util.Prioritized(boxes{}, 1))),
	)
}

// boxes renders the boxes of task lists as characters, which need no form.
type boxes struct{}

// RegisterFuncs says what boxes renders.
func (boxes) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(extast.KindTaskCheckBox, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		box := "☐ "
		if n.(*extast.TaskCheckBox).IsChecked {
			box = "☑ "
		}
		if !entering {
			box = ""
		}
		_, err := w.WriteString(box)
		return ast.WalkContinue, err
	})
}
