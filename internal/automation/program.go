package automation

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"muster/internal/fault"
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

// program is a condition that can be judged.
type program struct {
	vm    *vm.Program
	roots []string // the facts that it asks about: ticket, message …
}

func (p *program) asks(root string) bool { return p == nil || slices.Contains(p.roots, root) }

// words are the functions that a condition may call.
var words = [...]string{"all", "any", "none", "one", "count", "len", "lower", "upper", "trim"}

var operators = [...]string{"==", "!=", "<", "<=", ">", ">=", "and", "&&", "or", "||", "in", "contains", "startsWith", "endsWith", "matches", "+", "-", "*"}

// compile makes a program of a condition; one that is empty always holds.
func compile(source string) (*program, error) {
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
	options := []expr.Option{expr.Env(&Facts{}), expr.AsBool(), expr.MaxNodes(mostNodes), expr.DisableAllBuiltins()}
	for _, w := range words {
		options = append(options, expr.EnableBuiltin(w))
	}
	made, err := expr.Compile(source, options...)
	return &program{made, a.roots}, err
}

// holds judges the facts.
func (p *program) holds(f *Facts) (bool, error) {
	m := vm.VM{MemoryBudget: memory1}
	out, err := m.Run(p.vm, f)
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
		a.refuse(s, "this is no pattern (%v)", err)
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

// CheckExpression says in a sentence what is wrong with an expression, and where: nil if nothing is.
func CheckExpression(source string) error {
	_, err := compile(source)
	return explained(source, err)
}

// explained makes a fault of what is wrong with an expression.
func explained(source string, err error) error {
	if err == nil {
		return nil
	}
	e, ok := errors.AsType[*file.Error](err)
	if !ok {
		return fault.Field("expression", "The expression cannot be used: %s.", plainer(err.Error()))
	}
	where := "character " + strconv.Itoa(e.Column+1)
	if strings.Contains(strings.TrimSpace(source), "\n") {
		where = "line " + strconv.Itoa(e.Line) + ", " + where
	}
	return fault.Field("expression", "At %s: %s.", where, plainer(e.Message))
}

// plainer says in our words what the compiler says in its own.
func plainer(message string) string {
	message, _, _ = strings.Cut(message, "\n")
	switch {
	case strings.HasPrefix(message, "unknown name "):
		return "there is no fact “" + strings.TrimPrefix(message, "unknown name ") + "”; there are " + strings.Join(names(reflect.TypeFor[Facts]()), ", ")
	case strings.HasPrefix(message, "type automation."):
		return noField(message)
	case strings.HasPrefix(message, "unexpected token EOF"):
		return "the expression ends too early"
	case strings.HasPrefix(message, "expected bool, but got "):
		return "a condition is true or false, and this is " + thing(strings.TrimPrefix(message, "expected bool, but got "))
	case strings.HasPrefix(message, "invalid integer literal"), strings.HasPrefix(message, "invalid float literal"):
		return "the number is too large"
	}
	for _, w := range wordings {
		if part := w.of.FindStringSubmatch(message); part != nil {
			return w.say(part[1:])
		}
	}
	return strings.TrimSuffix(message, ".")
}

// wordings are what the compiler says in its own words, with the parts that ours take over.
var wordings = [...]struct {
	of  *regexp.Regexp
	say func([]string) string
}{
	{regexp.MustCompile(`^unexpected token \w+\("(.*)"\)`), func(p []string) string { return "“" + p[0] + "” is not expected here" }},
	{regexp.MustCompile(`^invalid operation: (\S+) \(mismatched types (\S+) and (\S+)\)`), func(p []string) string {
		return "“" + p[0] + "” does not go with " + thing(p[1]) + " and " + thing(p[2])
	}},
	{regexp.MustCompile(`^invalid operation: (\S+) .*\(?type (\S+?)\)?$`), func(p []string) string { return "“" + p[0] + "” does not go with " + thing(p[1]) }},
	{regexp.MustCompile(`^non-bool expression \(type (\S+)\) used as condition`), func(p []string) string {
		return "before “?” stands what is true or false, and this is " + thing(p[0])
	}},
	{regexp.MustCompile(`^type (\S+) has no field (\S+)`), func(p []string) string { return thing(p[0]) + " has nothing called " + p[1] }},
}

// thing is what somebody who writes a condition calls a type.
func thing(kind string) string {
	switch {
	case strings.HasPrefix(kind, "[]"):
		return "a list"
	case strings.HasPrefix(kind, "map["):
		return "all fields together"
	case kind == "string":
		return "a text"
	case kind == "bool":
		return "something true or false"
	case strings.HasPrefix(kind, "int"), strings.HasPrefix(kind, "float"):
		return "a number"
	}
	return "a " + kind
}

// noField names the fields there are: the message names the type and the field.
func noField(message string) string {
	var kind, field string
	if n, err := fmt.Sscanf(message, "type automation.%s has no field %s", &kind, &field); n != 2 || err != nil {
		return message
	}
	facts := reflect.TypeFor[Facts]()
	for i := range facts.NumField() {
		if f := facts.Field(i); f.Type.Name() == kind {
			return fmt.Sprintf("there is no %s.%s; there are %s", f.Tag.Get("expr"), field, strings.Join(names(f.Type), ", "))
		}
	}
	return message
}

// names are what an expression calls the fields of a type.
func names(t reflect.Type) []string {
	var all []string
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("expr"); name != "-" {
			all = append(all, name)
		}
	}
	return all
}
