package promise

import (
	"encoding/json"
	"fmt"
	"muster/internal/clock"
	"muster/internal/fault"
	"muster/internal/text"
	"muster/internal/web/admin/sheet"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// act is an action of a step, in the shape in which rules do it.
type act struct {
	Do    string `json:"do"`
	Field string `json:"field,omitempty"`
	Value string `json:"value,omitempty"`
	Text  string `json:"text,omitempty"`
}

const stepNotice = "A promise on #{{ticket.number}} needs you."

var stepLine = regexp.MustCompile(`^(\d{1,3})\s*%(?:\s*\+\s*([0-9hms.]+))?\s*(.*)$`)

// readSteps reads steps as they are typed, one action a line; lines of the same instant are one step.
func readSteps(typed string) ([]clock.Step, error) {
	var steps []clock.Step
	acts := map[int][]act{}
	for line := range strings.Lines(text.Valid(typed)) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		m := stepLine.FindStringSubmatch(line)
		if m == nil {
			return nil, fault.Field("steps", "%.60q: begin with when, like 75%% or 100%%+2h.", line)
		}
		s := clock.Step{}
		s.Percent, _ = strconv.Atoi(m[1]) // digits
		if m[2] != "" {
			after, err := time.ParseDuration(m[2])
			if err != nil {
				return nil, fault.Field("steps", "%.60q: write how long after like 100%%+2h.", line)
			}
			s.After = after
		}
		i := slices.IndexFunc(steps, func(o clock.Step) bool { return o.Percent == s.Percent && o.After == s.After })
		if i < 0 {
			i, steps = len(steps), append(steps, s)
		}
		if m[3] == "" || m[3] == "warn" {
			continue
		}
		a, err := readAct(m[3])
		if err != nil {
			return nil, err
		}
		acts[i] = append(acts[i], a)
	}
	for i, all := range acts {
		raw, err := json.Marshal(all)
		if err != nil {
			return nil, err
		}
		steps[i].Actions = raw
	}
	return steps, nil
}

func readAct(typed string) (act, error) {
	verb, rest, _ := strings.Cut(typed, " ")
	rest = strings.TrimSpace(rest)
	team, isTeam := strings.CutPrefix(rest, "team ")
	switch verb {
	case "notify":
		switch {
		case isTeam:
			rest = "team:" + team
		case rest != "assignee" && rest != "team" && rest != "watchers":
			rest = "user:" + rest
		}
		return act{Do: "notify", Value: rest, Text: stepNotice}, nil
	case "priority":
		return act{Do: "set", Field: "priority", Value: rest}, nil
	case "assign":
		if isTeam {
			return act{Do: "assign", Field: "team", Value: team}, nil
		}
		return act{Do: "assign", Field: "user", Value: rest}, nil
	case "tag", "macro", "webhook":
		return act{Do: verb, Value: rest}, nil
	}
	return act{}, fault.Field("steps", "%.60q: a step can notify, assign, set the priority, tag, run a macro or call a webhook.", typed)
}

// stepLines is how the steps of a policy are typed: once, if they are the same for all that is promised.
func stepLines(p clock.Policy, n glossary) string {
	var all []string
	same := true
	for _, promise := range p.Promises {
		lines := linesOf(promise, n)
		same = same && slices.Equal(lines, linesOf(p.Promises[0], n))
		for _, line := range lines {
			all = append(all, targetName(promise.Target)+": "+line)
		}
	}
	if same && len(p.Promises) > 0 {
		all = linesOf(p.Promises[0], n)
	}
	return strings.Join(all, "\n")
}

// stepsFor are the steps of a target as they are typed. Where nobody changed a line they stay as they were: what
// a program has set up may say more than lines can.
func stepsFor(t clock.Target, typed string, was clock.Policy, n glossary) ([]clock.Step, error) {
	if promise, ok := promiseOf(was, t); ok && slices.Equal(sheet.Lines(typed), sheet.Lines(stepLines(was, n))) {
		return promise.Steps, nil
	}
	return readSteps(stepsOf(t, typed))
}

// stepsOf are the lines that hold for one target, of what is typed for all.
func stepsOf(t clock.Target, typed string) string {
	var mine []string
	for line := range strings.Lines(typed) {
		of, rest, named := strings.Cut(line, ":")
		at := slices.IndexFunc(promiseTargets(), func(o clock.Target) bool { return text.Fold(targetName(o)) == text.Fold(strings.TrimSpace(of)) })
		switch {
		case !named || at < 0:
			mine = append(mine, line)
		case promiseTargets()[at] == t:
			mine = append(mine, rest)
		}
	}
	return strings.Join(mine, "\n")
}

func linesOf(promise clock.Promise, n glossary) []string {
	var lines []string
	for _, s := range promise.Steps {
		when := strconv.Itoa(s.Percent) + "%"
		if s.After > 0 {
			when += "+" + clock.Typed(s.After)
		}
		var acts []act
		if json.Unmarshal(s.Actions, &acts) != nil || len(acts) == 0 {
			lines = append(lines, when)
		}
		for _, a := range acts {
			lines = append(lines, when+" "+a.words(n))
		}
	}
	return lines
}

func (a act) words(n glossary) string {
	switch a.Do {
	case "notify":
		kind, id, ok := strings.Cut(a.Value, ":")
		switch {
		case !ok:
			return "notify " + a.Value
		case kind == "team":
			return "notify team " + n.Teams[id]
		}
		return "notify " + n.Users[id]
	case "set":
		return "priority " + a.Value
	case "assign":
		if a.Field == "team" {
			return "assign team " + n.Teams[a.Value]
		}
		return "assign " + n.Users[a.Value]
	}
	return fmt.Sprint(a.Do, " ", a.Value)
}
