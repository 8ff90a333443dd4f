package expression

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/file"

	"muster/internal/fault"
)

// Check says in a sentence what is wrong with a condition, and where: nil if nothing is.
func Check(source string, facts any) error {
	_, err := Compile(source, facts)
	return explained(source, facts, err)
}

// explained makes a fault of what is wrong with an expression.
func explained(source string, facts any, err error) error {
	if err == nil {
		return nil
	}
	e, ok := errors.AsType[*file.Error](err)
	if !ok {
		return fault.Field("expression", "The expression cannot be used: %s.", plainer(err.Error(), facts))
	}
	where := "character " + strconv.Itoa(e.Column+1)
	if strings.Contains(strings.TrimSpace(source), "\n") {
		where = "line " + strconv.Itoa(e.Line) + ", " + where
	}
	return fault.Field("expression", "At %s: %s.", where, plainer(e.Message, facts))
}

// plainer says in our words what the compiler says in its own.
func plainer(message string, facts any) string {
	of := reflect.TypeOf(facts).Elem()
	message, _, _ = strings.Cut(message, "\n")
	switch {
	case strings.HasPrefix(message, "unknown name "):
		return "there is no fact “" + strings.TrimPrefix(message, "unknown name ") + "”; there are " + strings.Join(names(of), ", ")
	case strings.HasPrefix(message, "unexpected token EOF"):
		return "the expression ends too early"
	case strings.HasPrefix(message, "expected bool, but got "):
		return "a condition is true or false, and this is " + thing(strings.TrimPrefix(message, "expected bool, but got "))
	case strings.HasPrefix(message, "invalid integer literal"), strings.HasPrefix(message, "invalid float literal"):
		return "the number is too large"
	}
	if part := lacks.FindStringSubmatch(message); part != nil {
		return noField(of, part[1], part[2])
	}
	for _, w := range wordings {
		if part := w.of.FindStringSubmatch(message); part != nil {
			return w.say(part[1:])
		}
	}
	return strings.TrimSuffix(message, ".")
}

var lacks = regexp.MustCompile(`^type \w+\.(\w+) has no field (\w+)`)

// wordings are what the compiler says in its own words, with the parts that ours take over.
var wordings = [...]struct {
	of  *regexp.Regexp
	say func([]string) string
}{
	{regexp.MustCompile(`^unexpected token \w+\("="\)`), func([]string) string { return "“=” does not compare: write “==”" }},
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

// noField names the fields that a fact has: the message names its type, and a field that it lacks.
func noField(of reflect.Type, kind, field string) string {
	for i := range of.NumField() {
		if f := of.Field(i); f.Type.Name() == kind {
			return fmt.Sprintf("there is no %s.%s; there are %s", f.Tag.Get("expr"), field, strings.Join(names(f.Type), ", "))
		}
	}
	return "there is nothing called " + field
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
