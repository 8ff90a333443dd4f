// Package expression judges what people write as a condition over facts: it is bounded in time and memory, and what is wrong is said in sentences.
package expression

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
)

// Bounds of what people write as a condition. Together with what is allowed in
// one, they bound the time and the memory that judging it takes: there is no
// loop but over the few words of a list, nothing grows, and patterns are small.
const (
	longestSource  = 2_000 // bytes
	mostNodes      = 300
	largestPattern = 300     // instructions of all patterns of a condition together
	memory1        = 100_000 // of the machine that judges it, in its own units
)

// Program is a condition that can be judged.
type Program struct {
	vm    *vm.Program
	roots []string // the facts that it asks about: ticket, message …
}

// Asks reports whether it asks about one of the facts: of no program, that is not known, so it may.
func (p *Program) Asks(root string) bool { return p == nil || slices.Contains(p.roots, root) }

// words are the functions that a condition may call.
var words = [...]string{"all", "any", "none", "one", "count", "len", "lower", "upper", "trim"}

var operators = [...]string{"==", "!=", "<", "<=", ">", ">=", "and", "&&", "or", "||", "in", "contains", "startsWith", "endsWith", "matches", "+", "-", "*"}

// Compile makes a program of a condition over facts, a pointer to a struct; one that is empty always holds.
func Compile(source string, facts any) (*Program, error) {
	if strings.TrimSpace(source) == "" {
		source = "true"
	}
	if len(source) > longestSource {
		return nil, fmt.Errorf("it has %d characters, and may have %d. Make two rules of it", len(source), longestSource)
	}
	tree, err := parser.Parse(source)
	if err != nil {
		return nil, err
	}
	a := auditor{}
	a.node(tree.Node, 0)
	if a.wrong != nil {
		return nil, a.bound(source)
	}
	options := []expr.Option{expr.Env(facts), expr.AsBool(), expr.MaxNodes(mostNodes), expr.DisableAllBuiltins()}
	for _, w := range words {
		options = append(options, expr.EnableBuiltin(w))
	}
	made, err := expr.Compile(source, options...)
	return &Program{made, a.roots}, err
}

// Holds judges facts such as it was compiled for.
func (p *Program) Holds(facts any) (bool, error) {
	m := vm.VM{MemoryBudget: memory1}
	out, err := m.Run(p.vm, facts)
	if err != nil {
		return false, err
	}
	return out == true, nil
}

// auditor looks whether a condition has only what is allowed.
type auditor struct {
	roots    []string
	patterns int
	nodes    int
	wrong    *file.Error
}

func (a *auditor) refuse(n ast.Node, format string, args ...any) {
	if a.wrong == nil {
		a.wrong = &file.Error{Location: n.Location(), Message: fmt.Sprintf(format, args...)}
	}
}

func (a *auditor) bound(source string) error { return a.wrong.Bind(file.NewSource(source)) }

// node allows a part of a condition; loops counts the loops around it.
func (a *auditor) node(n ast.Node, loops int) {
	if a.nodes++; a.nodes > mostNodes {
		a.refuse(n, "the condition has more than %d parts: make two rules of it", mostNodes)
	}
	if a.wrong != nil {
		return
	}
	switch n := n.(type) {
	case *ast.NilNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.StringNode, *ast.PointerNode:
	case *ast.IdentifierNode:
		if strings.HasPrefix(n.Value, "$") {
			a.refuse(n, "there is no fact “%s”", n.Value)
		}
		a.roots = append(a.roots, n.Value)
	case *ast.UnaryNode:
		a.node(n.Node, loops)
	case *ast.BinaryNode:
		a.binary(n, loops)
	case *ast.MemberNode:
		a.member(n, loops)
	case *ast.ArrayNode:
		for _, e := range n.Nodes {
			a.node(e, loops)
		}
	case *ast.ConditionalNode:
		a.node(n.Cond, loops)
		a.node(n.Exp1, loops)
		a.node(n.Exp2, loops)
	case *ast.BuiltinNode:
		a.call(n, loops)
	case *ast.PredicateNode:
		a.node(n.Node, loops)
	case *ast.CallNode:
		a.refuse(n, "there is no function %s; there are %s", n.Callee, strings.Join(words[:], ", "))
	default:
		a.refuse(n, "this is not for conditions")
	}
}

func (a *auditor) binary(n *ast.BinaryNode, loops int) {
	if !slices.Contains(operators[:], n.Operator) {
		a.refuse(n, "a condition has no “%s”", n.Operator)
		return
	}
	if n.Operator == "matches" {
		a.pattern(n)
	}
	a.node(n.Left, loops)
	a.node(n.Right, loops)
}

// pattern allows a small one that is written out.
func (a *auditor) pattern(n *ast.BinaryNode) {
	s, ok := n.Right.(*ast.StringNode)
	if !ok {
		a.refuse(n.Right, "the pattern must be written out, in quotes")
		return
	}
	re, err := syntax.Parse(s.Value, syntax.Perl)
	if err != nil {
		a.refuse(s, "this is no pattern: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		return
	}
	prog, err := syntax.Compile(re.Simplify())
	if err == nil {
		a.patterns += len(prog.Inst)
	}
	if err != nil || a.patterns > largestPattern {
		a.refuse(s, "the pattern is too large: use contains, or make two rules of it")
	}
}

// member allows the name of a fact, or a field of the ticket's by its name.
func (a *auditor) member(n *ast.MemberNode, loops int) {
	if _, ok := n.Property.(*ast.StringNode); !ok {
		a.refuse(n.Property, "what stands in brackets must be a name in quotes")
		return
	}
	a.node(n.Node, loops)
}

func (a *auditor) call(n *ast.BuiltinNode, loops int) {
	if !slices.Contains(words[:], n.Name) {
		a.refuse(n, "there is no function %s; there are %s", n.Name, strings.Join(words[:], ", "))
		return
	}
	for _, arg := range n.Arguments {
		inner := loops
		if _, ok := arg.(*ast.PredicateNode); ok {
			if inner++; inner > 1 {
				a.refuse(n, "one list cannot be gone through within another")
				return
			}
		}
		a.node(arg, inner)
	}
}
