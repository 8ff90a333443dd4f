package automation

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// Compiled is a rule that can be asked.
type Compiled struct {
	Rule
	program *program
}

// Compile makes a rule ready to be asked, whether it is active or not.
func Compile(r Rule) (Compiled, error) {
	p, err := r.Condition.check()
	return Compiled{r, p}, err
}

// Outcome is what a rule says to something that happened.
type Outcome struct {
	Rule    Rule
	Matched bool   // its actions are to be done
	Problem string // why it could not be judged; empty: it could
}

// Decide asks those of some rules, in their order, that listen to what
// happened, and tells what each says. After one that matched and stops, no
// more are asked. It changes nothing: what follows is done by who calls it.
// Whether a rule waits is for the caller to mind.
func Decide(rules []Compiled, f Facts) []Outcome {
	var all []Outcome
	for _, r := range rules {
		if !slices.Contains(r.On, f.Event.Trigger) {
			continue
		}
		o := Outcome{Rule: r.Rule}
		var err error
		if o.Matched, err = r.program.holds(&f); err != nil {
			o.Problem, _, _ = strings.Cut(err.Error(), "\n")
		}
		all = append(all, o)
		if o.Matched && r.Stop {
			break
		}
	}
	return all
}

// Part is one condition of a rule, and how it stands.
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

// Explain tells of each condition of a rule whether it holds, and for which values.
func Explain(r Rule, f Facts) ([]Part, error) {
	rows, err := r.parts()
	if err != nil {
		return nil, err
	}
	sources := slices.Clone(rows)
	if strings.TrimSpace(r.Expression) != "" {
		tree, err := parser.Parse(r.Expression)
		if err != nil {
			return nil, explained(r.Expression, err)
		}
		sources = append(sources, conjuncts(tree.Node)...)
	}
	var all []Part
	for _, s := range sources {
		part, err := explain(s, &f)
		if err != nil {
			return nil, explained(s, err)
		}
		all = append(all, part)
	}
	return all, nil
}

// conjuncts are the parts of an expression that must all hold.
func conjuncts(n ast.Node) []string {
	if b, ok := n.(*ast.BinaryNode); ok && (b.Operator == "and" || b.Operator == "&&") {
		return append(conjuncts(b.Left), conjuncts(b.Right)...)
	}
	return []string{n.String()}
}

func explain(source string, f *Facts) (Part, error) {
	part := Part{Text: source}
	p, err := compile(source)
	if err != nil {
		return part, err
	}
	if part.Held, err = p.holds(f); err != nil {
		return part, err
	}
	tree, err := parser.Parse(source)
	if err != nil {
		return part, err
	}
	asked := factsOf{}
	ast.Walk(&tree.Node, &asked)
	for _, path := range asked.paths {
		is, err := expr.Eval(path, f)
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
