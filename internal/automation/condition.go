package automation

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"muster/internal/expression"
	"muster/internal/fault"
	"muster/internal/text"
)

// Condition says when a rule is for a ticket: its rows, all or any of them, and its expression.
type Condition struct {
	Any        bool   `json:"any,omitempty"` // one row that holds is enough
	Rows       []Row  `json:"rows,omitempty"`
	Expression string `json:"expression,omitempty"` // must hold beside the rows
}

// Row is one question of a form.
type Row struct {
	Field string `json:"field"` // a path of Fields, or field:NAME for a field of the ticket's
	Op    Op     `json:"op"`
	Value string `json:"value,omitempty"`
}

// Op is how a row asks.
type Op string

// The questions.
const (
	Is         Op = "is"
	IsNot      Op = "is-not"
	OneOf      Op = "one-of" // of several values, with commas between
	Contains   Op = "contains"
	ContainsNo Op = "contains-not"
	Begins     Op = "begins"
	Ends       Op = "ends"
	Empty      Op = "empty"
	Filled     Op = "filled"
	More       Op = "more"
	Less       Op = "less"
)

// Ops lists them.
func Ops() []Op {
	return []Op{Is, IsNot, OneOf, Contains, ContainsNo, Begins, Ends, Empty, Filled, More, Less}
}

// Ops are the questions that a kind of fact bears.
func (k FieldKind) Ops() []Op {
	switch k {
	case Words:
		return []Op{Is, IsNot, OneOf, Contains, ContainsNo, Begins, Ends, Empty, Filled}
	case Many:
		return []Op{Contains, ContainsNo, Empty, Filled}
	case Figure:
		return []Op{Is, IsNot, More, Less}
	case Truth:
		return []Op{Is, IsNot}
	}
	return []Op{Is, IsNot, OneOf, Empty, Filled}
}

const (
	mostRows     = 30
	longestValue = 1_000
)

// fieldOf returns what a row asks about.
func fieldOf(path string) (Field, bool) {
	if name, ok := strings.CutPrefix(path, "field:"); ok && strings.TrimSpace(name) != "" {
		return Field{Path: "ticket.fields[" + strconv.Quote(name) + "]", Label: name, Kind: Words}, true
	}
	all := Fields()
	i := slices.IndexFunc(all, func(f Field) bool { return f.Path == path })
	if i < 0 {
		return Field{}, false
	}
	return all[i], true
}

// source writes the row as an expression.
func (r Row) source() (string, error) {
	f, ok := fieldOf(r.Field)
	if !ok {
		return "", fmt.Errorf("there is nothing called %.60q to ask about, but ticket.words (the title), ticket.priority, message.words and others: the description of the API lists them", r.Field)
	}
	if !slices.Contains(f.Kind.Ops(), r.Op) {
		return "", fmt.Errorf("of “%s” one cannot ask %q", f.Label, r.Op)
	}
	if len(r.Value) > longestValue || text.Valid(r.Value) != r.Value {
		return "", fmt.Errorf("the value for “%s” must be plain text of at most %d characters", f.Label, longestValue)
	}
	switch f.Kind {
	case Figure:
		return r.figure(f)
	case Truth:
		if r.Value != "yes" && r.Value != "no" {
			return "", fmt.Errorf("“%s” is yes or no, not %.40q", f.Label, r.Value)
		}
		return not((r.Value == "yes") == (r.Op == Is), f.Path), nil
	}
	return r.words(f)
}

func (r Row) figure(f Field) (string, error) {
	n, err := strconv.ParseFloat(strings.TrimSpace(r.Value), 64)
	if err != nil || n < 0 || n > 1e9 {
		return "", fmt.Errorf("“%s” is compared with a number, not %.40q", f.Label, r.Value)
	}
	op := map[Op]string{Is: "==", IsNot: "!=", More: ">", Less: "<"}[r.Op]
	return f.Path + " " + op + " " + strconv.FormatFloat(n, 'f', -1, 64), nil
}

func (r Row) words(f Field) (string, error) {
	path, fold := f.Path, func(s string) string { return strings.TrimSpace(s) }
	switch {
	case strings.HasPrefix(r.Field, "field:"):
	case f.Kind == Words || f.Path == "ticket.tags":
		fold = func(s string) string { return text.Fold(strings.TrimSpace(s)) }
	}
	if f.Kind == Words && !strings.HasSuffix(path, ".words") && !strings.HasPrefix(r.Field, "field:") {
		path = "lower(" + path + ")"
		fold = func(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
	}
	value := fold(r.Value)
	if value == "" && r.Op != Empty && r.Op != Filled {
		return "", fmt.Errorf("“%s” needs a value to compare with", f.Label)
	}
	quoted := strconv.Quote(value)
	switch r.Op {
	case Is:
		return path + " == " + quoted, nil
	case IsNot:
		return path + " != " + quoted, nil
	case OneOf:
		return path + " in [" + quotedList(r.Value, fold) + "]", nil
	case Contains, ContainsNo:
		if f.Kind == Many {
			return not(r.Op == Contains, quoted+" in "+path), nil
		}
		return not(r.Op == Contains, path+" contains "+quoted), nil
	case Begins:
		return path + " startsWith " + quoted, nil
	case Ends:
		return path + " endsWith " + quoted, nil
	case Empty:
		return "len(" + f.Path + ") == 0", nil
	}
	return "len(" + f.Path + ") > 0", nil
}

// not denies a condition unless it is meant as it stands.
func not(as bool, condition string) string {
	if as {
		return condition
	}
	return "not (" + condition + ")"
}

func quotedList(values string, fold func(string) string) string {
	var all []string
	for v := range strings.SplitSeq(values, ",") {
		if v = fold(v); v != "" {
			all = append(all, strconv.Quote(v))
		}
	}
	return strings.Join(all, ", ")
}

// parts are the single conditions, as expressions: the rows, then the expression.
func (c Condition) parts() (rows []string, err error) {
	if len(c.Rows) > mostRows {
		return nil, fault.Field("rows", "A rule can have %d conditions; these are %d. Make two rules of it.", mostRows, len(c.Rows))
	}
	var wrong []error
	for i, r := range c.Rows {
		s, err := r.source()
		if err != nil {
			wrong = append(wrong, fault.Field("rows."+strconv.Itoa(i), "Condition %d: %s.", i+1, err))
		}
		rows = append(rows, s)
	}
	return rows, fault.Join(wrong...)
}

// Source is the whole condition as one expression.
func (c Condition) Source() (string, error) {
	rows, err := c.parts()
	if err != nil {
		return "", err
	}
	join := " and "
	if c.Any {
		join = " or "
	}
	all := strings.Join(rows, join)
	expression := strings.TrimSpace(c.Expression)
	switch {
	case expression == "":
		return all, nil
	case all == "":
		return expression, nil
	case c.Any:
		all = "(" + all + ")"
	}
	return all + " and (" + expression + "\n)", nil
}

// check compiles the condition: what is wrong with the expression is told of the expression alone.
func (c Condition) check() (*expression.Program, error) {
	source, err := c.Source()
	wrong := CheckExpression(c.Expression)
	if strings.TrimSpace(c.Expression) == "" {
		wrong = nil
	}
	if err := fault.Join(err, wrong); err != nil {
		return nil, err
	}
	p, err := compile(source)
	if err != nil { // each part is sound: together they are too much
		return nil, fault.Field("expression", "The conditions are too many or too long together. Make two rules of them.")
	}
	return p, nil
}
