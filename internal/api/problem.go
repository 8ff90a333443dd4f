package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/fault"
)

// formats are JSON and nothing else. A text with the character U+0000 is not
// taken, since PostgreSQL does not keep it; nor one that is not UTF-8, since
// what is no text in it would be lost.
func formats() map[string]huma.Format {
	f := huma.DefaultJSONFormat
	read := f.Unmarshal
	f.Unmarshal = func(data []byte, v any) error {
		switch {
		case !utf8.Valid(data):
			return fault.New(fault.Invalid, "The body holds bytes that are no text. Send it as UTF-8.")
		case holdsNUL(data):
			return fault.New(fault.Invalid, "A text holds the character U+0000, which cannot be kept. Leave it out.")
		}
		return unreadable(data, read(data, v))
	}
	return map[string]huma.Format{"application/json": f, "json": f}
}

// unreadable says in a sentence why data is not the JSON that an endpoint takes; nil stays nil.
func unreadable(data []byte, err error) error {
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

var escapes = regexp.MustCompile(`\\(u0000|.)`)

func holdsNUL(data []byte) bool {
	if !bytes.Contains(data, []byte(`\u0000`)) {
		return false
	}
	for _, m := range escapes.FindAll(data, -1) {
		if string(m) == `\u0000` {
			return true
		}
	}
	return false
}

// inSentences rewrites what the framework finds wrong with a request, so that
// it says what to do. What Muster itself refuses is in sentences already.
func inSentences(c huma.Context, _ string, v any) (any, error) {
	p, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	switch {
	case p.Status == http.StatusUnsupportedMediaType:
		p.Detail, p.Errors = wrongType(c), nil
	case p.Status == http.StatusRequestEntityTooLarge && strings.HasPrefix(p.Detail, "request body"):
		p.Detail = tooLarge
	case p.Status == http.StatusRequestTimeout:
		p.Detail = "The request did not arrive whole within half a minute. Send it again."
	case p.Detail == "request body is required":
		p.Detail = "The request has no body. Send a JSON object."
	case p.Detail == "validation failed":
		for _, e := range p.Errors {
			e.Message = sentence(e)
			e.Value = nil // may be large, and whoever asks has it
		}
		p.Detail = p.Errors[0].Message
		if len(p.Errors) > 1 {
			p.Detail = fmt.Sprintf("%d things are wrong with the request; errors says what.", len(p.Errors))
		}
	}
	return p, nil
}

const tooLarge = "The request is larger than 4 MB. Send less at once; a file is uploaded to /api/v1/attachments."

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

// sentence says what is wrong with a part of a request, and what would be right.
func sentence(e *huma.ErrorDetail) string {
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

// wrongType says what an endpoint takes instead of what was sent.
func wrongType(c huma.Context) string {
	wants := "JSON, with the header Content-Type: application/json"
	if c.Operation().RequestBody.Content["application/json"] == nil {
		wants = "a form with a file, with the header Content-Type: multipart/form-data"
	}
	return fmt.Sprintf("%.100q cannot be read here. Send %s.", c.Header("Content-Type"), wants)
}
