package text

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	goldhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"
)

// The bounds on Markdown; text past one of them is shown as it was typed. They
// keep the parser within a second: its time grows with the square of the
// characters that may mean something in one paragraph.
const (
	maxMarkdown = 128 << 10     // bytes
	maxWork     = 7_000 * 7_000 // such characters in a paragraph, squared, over all paragraphs
	maxCells    = 20_000        // cells of tables
)

// markdown is built once and never changed.
var markdown = newMarkdown()

// Markdown returns the HTML of what somebody typed into a reply box: GitHub's
// Markdown (tables, strikethrough, task lists, bare links), each line end a line
// end, cleaned as CleanHTML does. HTML in it is shown as it was typed, and "--"
// under a line begins a signature, not a heading. Targets attachment:ID are
// kept, for RewriteAttachments. At most 128 KiB are formatted, with 7,000 special
// characters in one paragraph and 20,000 table cells; more is shown as typed.
func Markdown(src string) string {
	src = Valid(src)
	var b bytes.Buffer
	if len(src) > maxMarkdown || laborious(src) || markdown.Convert([]byte(src), &b) != nil {
		return CleanHTML("<pre>" + html.EscapeString(src) + "</pre>").HTML
	}
	return CleanHTML(b.String()).HTML
}

// laborious reports whether src would take the parser too long.
func laborious(src string) bool {
	special, work, columns, rows := 0, 0, 0, 0
	for line := range strings.Lines(src) {
		if strings.TrimSpace(line) == "" {
			work += special * special
			special = 0
			continue
		}
		for i := range len(line) {
			if strings.IndexByte("*_[]<>~`\\", line[i]) >= 0 {
				special++
			}
		}
		if pipes := strings.Count(line, "|"); pipes > 0 {
			columns, rows = max(columns, pipes+1), rows+1
		}
		if work+special*special > maxWork || columns*rows > maxCells {
			return true
		}
	}
	return false
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
			parser.WithParagraphTransformers(append(parser.DefaultParagraphTransformers(), util.Prioritized(tables{}, 200))...),
			parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0)))),
		goldmark.WithExtensions(extension.Strikethrough, extension.Linkify, extension.TaskList),
		goldmark.WithRendererOptions(goldhtml.WithHardWraps(), renderer.WithNodeRenderers(
			util.Prioritized(boxes{}, 1),
			util.Prioritized(extension.NewTableHTMLRenderer(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)), 500))),
	)
}

// tables makes tables of paragraphs, but for those with a bare "--" in them,
// which begins a signature.
type tables struct{}

// Transform makes a table of a paragraph.
func (tables) Transform(n *ast.Paragraph, r text.Reader, c parser.Context) {
	lines := n.Lines()
	for i := range lines.Len() {
		l := lines.At(i)
		if len(bytes.Trim(l.Value(r.Source()), "-: \t\n")) == 0 {
			return
		}
	}
	extension.NewTableParagraphTransformer().Transform(n, r, c)
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
