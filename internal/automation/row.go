package automation

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people/client"
	"muster/internal/text"
)

// choice is a value that a fact can have: as it is kept, and as people call it.
type choice struct{ kept, name string }

type choices []choice

// called returns the choice that is kept so, or called so, however it is capitalised.
func (c choices) called(value string) (choice, bool) {
	folded := text.Fold(strings.TrimSpace(value))
	i := slices.IndexFunc(c, func(o choice) bool { return text.Fold(o.kept) == folded || text.Fold(o.name) == folded })
	if i < 0 {
		return choice{}, false
	}
	return c[i], true
}

// names are what the choices are called, each once.
func (c choices) names() (all []string) {
	for _, o := range c {
		if !slices.Contains(all, o.name) {
			all = append(all, o.name)
		}
	}
	return all
}

// states are those of all kinds.
func (c *Clerk) states(tx *db.Tx) (all choices, err error) {
	for _, k := range c.Desk.Kinds() {
		flow, err := c.Desk.WorkflowOf(tx, k.Name)
		if err != nil {
			return nil, err
		}
		for _, s := range flow.States {
			all = append(all, choice{s.ID, s.Name})
		}
	}
	return all, nil
}

// settleRows puts what is kept in the place of what people call it. A value that a fact never has is refused: its rule
// would never run, and nobody would know why.
func (c *Clerk) settleRows(tx *db.Tx, rows []Row) ([]Row, error) {
	settled := slices.Clone(rows)
	var wrong []error
	for i := range settled {
		r := &settled[i]
		if r.Value = strings.TrimSpace(r.Value); r.Value == "" || !slices.Contains([]Op{Is, IsNot, OneOf}, r.Op) {
			continue
		}
		find, err := c.finder(tx, r.Field)
		if err != nil {
			return rows, err
		}
		if find == nil {
			continue
		}
		values := []string{r.Value}
		if r.Op == OneOf {
			values = strings.Split(r.Value, ",")
		}
		for j, value := range values {
			kept, err := find(strings.TrimSpace(value))
			if err != nil && fault.KindOf(err) == fault.Internal {
				return rows, err
			}
			if err != nil {
				wrong = append(wrong, fault.Field("rows."+strconv.Itoa(i), "Condition %d: %s", i+1, fault.Message(err)))
				kept = value
			}
			values[j] = kept
		}
		r.Value = strings.Join(values, ",")
	}
	return settled, fault.Join(wrong...)
}

// finder returns what finds the value that is kept for one that was typed, of a fact that has not just any: nil for all others.
func (c *Clerk) finder(tx *db.Tx, path string) (func(value string) (string, error), error) {
	f, _ := fieldOf(path)
	var all choices
	switch f.Path {
	case "ticket.team_id":
		return func(name string) (string, error) { return teamID(tx, name) }, nil
	case "ticket.assignee_id":
		return func(name string) (string, error) { return userID(tx, name) }, nil
	case "organisation.name":
		return func(name string) (string, error) {
			o, err := client.OrganisationNamed(tx, name)
			if fault.Is(err, fault.NotFound) {
				err = fault.New(fault.NotFound, "There is no organisation called %.100q.", name)
			}
			return o.Name, err
		}, nil
	case "event.from", "event.to": // a state, or whatever else was set
		states, err := c.states(tx)
		return func(value string) (string, error) {
			if s, ok := states.called(value); ok {
				return s.kept, nil
			}
			return value, nil
		}, err
	case "ticket.state":
		var err error
		if all, err = c.states(tx); err != nil {
			return nil, err
		}
	case "ticket.kind":
		for _, k := range c.Desk.Kinds() {
			all = append(all, choice{k.Name, k.Title})
		}
	default:
		for _, name := range f.Choices {
			all = append(all, choice{name, name})
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	return func(value string) (string, error) {
		if o, ok := all.called(value); ok {
			return o.kept, nil
		}
		names := all.names()
		last := len(names) - 1
		return "", fault.New(fault.Invalid, "“%s” is %s, not %.40q.", f.Label, strings.TrimPrefix(fmt.Sprintf("%s or %s", strings.Join(names[:last], ", "), names[last]), " or "), value)
	}, nil
}
