package db

import (
	"strconv"
	"strings"
)

// Filter collects the conditions of a WHERE clause, and their arguments.
type Filter struct {
	terms []string
	args  []any
}

// Filter returns a filter that lets through only the workspace's own rows.
func (tx *Tx) Filter() *Filter { return new(Filter).Where("workspace_id = ?", tx.Workspace) }

// FilterAs is Filter for a query that joins tables: alias says whose workspace_id is meant.
func (tx *Tx) FilterAs(alias string) *Filter {
	return new(Filter).Where(alias+".workspace_id = ?", tx.Workspace)
}

// Where adds a condition, in which each ? stands for the next of args.
func (f *Filter) Where(term string, args ...any) *Filter {
	for _, arg := range args {
		term = strings.Replace(term, "?", f.Arg(arg), 1)
	}
	f.terms = append(f.terms, term)
	return f
}

// In adds the condition that column is one of values: none are let through if values is empty.
func In[T any](f *Filter, column string, values []T) *Filter {
	if len(values) == 0 {
		return f.Where("1 = 0")
	}
	return f.Where(column + " IN (" + List(f, values) + ")")
}

// These is what to join a table to so that only rows with one of some values are
// looked at, by the index of that column: "FROM "+these+" CROSS JOIN tickets",
// where the column is these.column1. An IN is only one of the conditions from
// which a planner may choose where to begin.
func These[T any](f *Filter, values []T) string {
	rows := make([]string, len(values))
	for i, v := range values {
		rows[i] = "(" + f.Arg(v) + ")"
	}
	return "(VALUES " + strings.Join(rows, ",") + ") these"
}

// List adds values to the arguments and returns their placeholders, for an IN.
func List[T any](f *Filter, values []T) string {
	marks := make([]string, len(values))
	for i, v := range values {
		marks[i] = f.Arg(v)
	}
	return strings.Join(marks, ",")
}

// Arg adds an argument and returns its placeholder, for use outside the clause.
func (f *Filter) Arg(arg any) string {
	f.args = append(f.args, arg)
	return "$" + strconv.Itoa(len(f.args))
}

// Clone returns a filter that can be narrowed further without narrowing f.
func (f *Filter) Clone() *Filter {
	return &Filter{terms: append([]string(nil), f.terms...), args: append([]any(nil), f.args...)}
}

// SQL returns the clause, with the word WHERE.
func (f *Filter) SQL() string { return "WHERE " + strings.Join(f.terms, " AND ") }

// Args returns the arguments, in order.
func (f *Filter) Args() []any { return f.args }

// Cut cuts what was read, one more than the limit, to a page, and returns the cursor of those after it: the id of its
// last, or empty if there are none.
func Cut[T any](all []T, limit int, id func(T) string) (page []T, next string) {
	if len(all) <= limit {
		return all, ""
	}
	return all[:limit], id(all[limit-1])
}
