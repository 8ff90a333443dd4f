// Package fault names the failures a caller may be told about. Any other error
// is ours: it is logged in full and shown only as a sentence with a reference.
package fault

import (
	"errors"
	"fmt"
	"maps"
	"strings"
)

// Kind says what sort of failure an error is. The web and api packages turn it
// into a status code; nothing below them knows about HTTP.
type Kind string

const (
	Invalid  Kind = "invalid"   // the input breaks a rule
	NotFound Kind = "not_found" // there is none, or you may not know of it
	Denied   Kind = "denied"    // you may not do that
	Conflict Kind = "conflict"  // it changed under you, or already exists
	TooMany  Kind = "too_many"  // slow down: the same request may succeed later
	TooLarge Kind = "too_large" // more than we are willing to take
	Internal Kind = "internal"  // anything not listed above
)

// Error is a failure with a message fit for the person who caused it.
type Error struct {
	Kind    Kind
	Message string
	Fields  map[string]string // what is wrong with each form field, if any
}

func (e *Error) Error() string { return e.Message }

// New returns an error of kind k. The message is a whole sentence: what is wrong and what to do.
func New(k Kind, format string, args ...any) error {
	return &Error{Kind: k, Message: fmt.Sprintf(format, args...)}
}

// Full says that there is no room to keep anything more.
var Full = New(Internal, "The disk is full, so nothing can be saved. Whoever looks after this machine must make room on it; then try again.")

// Field returns an Invalid error about one field of a form or a request body.
func Field(name, format string, args ...any) error {
	message := fmt.Sprintf(format, args...)
	return &Error{Kind: Invalid, Message: message, Fields: map[string]string{name: message}}
}

// Join makes one error of what is wrong with several fields: nil if nothing is.
// The first error that is not about fields wins, since it says more.
func Join(errs ...error) error {
	var joined *Error
	for _, err := range errs {
		if err == nil {
			continue
		}
		e, ok := errors.AsType[*Error](err)
		if !ok || len(e.Fields) == 0 {
			return err
		}
		if joined == nil {
			joined = &Error{Kind: Invalid, Message: e.Message, Fields: maps.Clone(e.Fields)}
			continue
		}
		maps.Copy(joined.Fields, e.Fields)
	}
	if joined == nil {
		return nil
	}
	return joined
}

// KindOf reports the kind of err: Internal for an error that is not a fault.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is a fault of kind k.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }

// Message returns what to tell the caller of err.
func Message(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Message
	}
	return "Something went wrong on our side. Nothing was changed; try again, and tell your administrator if it happens again."
}

// Fields returns what is wrong with each field: nil if err is not about fields.
func Fields(err error) map[string]string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Fields
	}
	return nil
}

// Names lists what there is, for a sentence that tells so who asked for something else.
func Names[T ~string](all []T) string {
	var b strings.Builder
	for i, name := range all {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(name))
	}
	return b.String()
}
