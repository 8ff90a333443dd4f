// Package record says how what we know of a person is written down: names and addresses in one form, and what a change made
// different.
package record

import "muster/internal/fault"

// Difference is one thing that a change made different, as a page may show it.
type Difference struct {
	Field, From, To string
}

// Differ adds a difference to ds if there is one.
func Differ(ds []Difference, field, from, to string) []Difference {
	if from == to {
		return ds
	}
	return append(ds, Difference{field, from, to})
}

// Taken is a conflict about one field of a form.
func Taken(field, message string) error {
	return &fault.Error{Kind: fault.Conflict, Message: message, Fields: map[string]string{field: message}}
}

// Seen makes sure that a caller has seen the version that it changes: 0 is any.
func Seen(version, stored int64) error {
	if version != 0 && version != stored {
		return fault.New(fault.Conflict, "Somebody changed this meanwhile. Look at it again, then repeat your change.")
	}
	return nil
}

// Set sets what is to be set.
func Set[T any](to *T, v *T) {
	if v != nil {
		*to = *v
	}
}
