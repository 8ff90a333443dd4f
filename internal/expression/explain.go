package expression

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// Part is a condition, and how it stands.
type Part struct {
	Text   string  `json:"text"` // as an expression
	Held   bool    `json:"held"`
	Values []Value `json:"values,omitempty"` // of the facts that it asks about
}

// Value is what a fact was.
type Value struct {
	Fact string `json:"fact"`
	Is   string `json:"is"`
}

// Split returns the parts of a condition that must all hold.
func Split(source string, facts any) ([]string, error) {
	tree, err := parser.Parse(source)
	if err != nil {
		return nil, explained(source, facts, err)
	}
	return conjuncts(tree.Node), nil
}

// conjuncts are the parts of an expression that must all hold.
func conjuncts(n ast.Node) []string {
	if b, ok := n.(*ast.BinaryNode); ok && (b.Operator == "and" || b.Operator == "&&") {
		return append(conjuncts(b.Left), conjuncts(b.Right)...)
	}
	return []string{n.String()}
}

// Explain tells of a condition whether it holds, and for which values.
func Explain(source string, facts any) (Part, error) {
	part, err := explain(source, facts)
	return part, explained(source, facts, err)
}

func explain(source string, facts any) (Part, error) {
	part := Part{Text: source}
	p, err := Compile(source, facts)
	if err != nil {
		return part, err
	}
	if part.Held, err = p.Holds(facts); err != nil {
		return part, err
	}
	tree, err := parser.Parse(source)
	if err != nil {
		return part, err
	}
	asked := factsOf{}
	ast.Walk(&tree.Node, &asked)
	for _, path := range asked.paths {
		is, err := expr.Eval(path, facts)
		if err != nil {
			return part, err
		}
		part.Values = append(part.Values, Value{path, shown(is)})
	}
	return part, nil
}

// factsOf collects the facts that an expression names.
type factsOf struct{ paths []string }

// Visit takes the whole of a path: ticket.fields["site"], not ticket.fields.
func (a *factsOf) Visit(n *ast.Node) {
	m, ok := (*n).(*ast.MemberNode)
	if !ok {
		return
	}
	path := m.String()
	inner := m.Node.String()
	a.paths = slices.DeleteFunc(a.paths, func(p string) bool { return p == inner })
	if !slices.Contains(a.paths, path) {
		a.paths = append(a.paths, path)
	}
}

// longestShown bounds what the log keeps of a value.
const longestShown = 120

func shown(v any) string {
	s := fmt.Sprint(v)
	switch v := v.(type) {
	case []string:
		s = strings.Join(v, ", ")
	case float64:
		s = strconv.FormatFloat(v, 'f', 2, 64)
	}
	if r := []rune(s); len(r) > longestShown {
		return string(r[:longestShown]) + "…"
	}
	return s
}
