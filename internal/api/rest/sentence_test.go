package rest

import (
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

func TestSentences(t *testing.T) {
	for _, row := range []struct{ location, said, want string }{
		{"body.colour", "unexpected property", "There is no field “colour”. Leave it out, or see /api for the fields there are."},
		{"body", "expected required property title to be present", "The field title is missing. Send it."},
		{"body.title", "expected string", "“title” must be a text."},
		{"query.cursor", "expected string to be the next of the page before", "“cursor” must be the next of the page before."},
		{"body", "expected object", "The body must be an object, in { }."},
		{"query.limit", "expected number <= 200", "“limit” must be at most 200."},
		{"body.tags", "expected array length <= 50", "“tags” can have at most 50 items."},
		{"body.name", "expected length <= 200", "“name” can have at most 200 characters. Shorten it."},
		{"path.number", "invalid integer", "“number” must be a whole number."},
		{"query.sort", `expected value to be one of "recent, created"`, "“sort” must be one of recent, created."},
		{"query.from", "invalid date/time for format 2006-01-02T15:04:05.999999999Z07:00", "“from” must be an instant such as 2026-05-01T08:00:00Z."},
		{"query.x", "something new", "“x” cannot be read: something new."},
		{"body", "A sentence stays.", "A sentence stays."},
	} {
		if got := Sentence(&huma.ErrorDetail{Location: row.location, Message: row.said}); got != row.want {
			t.Errorf("of %q at %s it says %q, want %q", row.said, row.location, got, row.want)
		}
	}
}
