package rest

import (
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/fault"
)

// Unreadable says in a sentence why data is not the JSON that an endpoint takes; nil stays nil.
func Unreadable(data []byte, err error) error {
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		if int(e.Offset) >= len(data) {
			return fault.New(fault.Invalid, "The body is not whole JSON: it ends too soon. Check its quotes, commas and brackets.")
		}
		return fault.New(fault.Invalid, "The body is not JSON from character %d on. Check its quotes, commas and brackets.", utf8.RuneCount(data[:e.Offset]))
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if strings.HasPrefix(e.Value, "number") {
			return fault.New(fault.Invalid, "“%s” is no number that can be kept. Send a whole one with fewer digits.", e.Field)
		}
		return fault.New(fault.Invalid, "“%s” cannot be a JSON %s. See /api for what it must be.", e.Field, e.Value)
	}
	return err
}

// wording is what a message of the framework's means to whoever asks.
type wording struct {
	begins string
	say    func(where, rest string) string
}

// wordings are tried in order; rest is what comes after the beginning.
func wordings() []wording {
	is := func(what string) func(string, string) string {
		return func(where, _ string) string { return upper(where) + " must be " + what + "." }
	}
	return []wording{
		{"unexpected property", func(where, _ string) string {
			return "There is no field " + where + ". Leave it out, or see /api for the fields there are."
		}},
		{"expected required property ", func(_, rest string) string {
			return "The field " + strings.TrimSuffix(rest, " to be present") + " is missing. Send it."
		}},
		{"invalid date/time", is("an instant such as 2026-05-01T08:00:00Z")}, {"expected string to be RFC 3339 date-time", is("an instant such as 2026-05-01T08:00:00Z")},
		{"expected string to be ", func(where, rest string) string { return upper(where) + " must be " + rest + "." }},
		{"expected string", is("a text")}, {"expected boolean", is("true or false")}, {"expected integer", is("a whole number")},
		{"expected number >= ", func(where, rest string) string { return upper(where) + " must be at least " + rest + "." }},
		{"expected number <= ", func(where, rest string) string { return upper(where) + " must be at most " + rest + "." }},
		{"expected number", is("a number")}, {"expected array length <= ", func(where, rest string) string {
			return upper(where) + " can have at most " + rest + " items."
		}},
		{"expected length <= ", func(where, rest string) string {
			return upper(where) + " can have at most " + rest + " characters. Shorten it."
		}},
		{"expected array", is("a list, in [ ]")}, {"expected object", is("an object, in { }")},
		{"expected value to be one of ", func(where, rest string) string {
			return upper(where) + " must be one of " + strings.Trim(rest, `"`) + "."
		}},
		{"invalid integer", is("a whole number")},
		{"required ", func(where, _ string) string { return upper(where) + " is missing. Send it." }},
		{"File required", func(string, string) string {
			return "No file arrived. Send it as the field “file” of a form (multipart/form-data)."
		}},
	}
}

// Sentence says what is wrong with a part of a request, and what would be right.
func Sentence(e *huma.ErrorDetail) string {
	for _, w := range wordings() {
		if rest, ok := strings.CutPrefix(e.Message, w.begins); ok {
			return w.say(place(e.Location), rest)
		}
	}
	if strings.HasSuffix(e.Message, ".") {
		return e.Message
	}
	return upper(place(e.Location)) + " cannot be read: " + e.Message + "."
}

// place names a part of a request: "body.requester.email" is “requester.email”.
func place(location string) string {
	_, name, found := strings.Cut(location, ".")
	if !found {
		return "the " + location
	}
	return "“" + name + "”"
}

func upper(s string) string {
	if rest, ok := strings.CutPrefix(s, "the "); ok {
		return "The " + rest
	}
	return s
}
