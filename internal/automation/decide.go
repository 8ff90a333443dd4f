package automation

import (
	"slices"
	"strings"

	"muster/internal/expression"
)

// Compiled is a rule that can be asked.
type Compiled struct {
	Rule
	program *expression.Program
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
		if o.Matched, err = r.program.Holds(&f); err != nil {
			o.Problem, _, _ = strings.Cut(err.Error(), "\n")
		}
		all = append(all, o)
		if o.Matched && r.Stop {
			break
		}
	}
	return all
}

// Explain tells of each condition of a rule whether it holds, and for which values.
func Explain(r Rule, f Facts) ([]expression.Part, error) {
	sources, err := r.parts()
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(r.Expression) != "" {
		more, err := expression.Split(r.Expression, &f)
		if err != nil {
			return nil, err
		}
		sources = append(slices.Clone(sources), more...)
	}
	var all []expression.Part
	for _, s := range sources {
		part, err := expression.Explain(s, &f)
		if err != nil {
			return nil, err
		}
		all = append(all, part)
	}
	return all, nil
}

// CheckExpression says in a sentence what is wrong with an expression, and where: nil if nothing is.
func CheckExpression(source string) error { return expression.Check(source, &Facts{}) }

func compile(source string) (*expression.Program, error) { return expression.Compile(source, &Facts{}) }
