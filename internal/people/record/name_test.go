package record_test

import (
	"strings"
	"testing"

	"muster/internal/people/record"
)

func TestNames(t *testing.T) {
	clip := func(s string) string { return record.Clip(s, 4) }
	tests := []struct {
		rule        string
		write       func(string) string
		given, want string
	}{
		{"a name is on one line", record.CleanName, " Two\r\n Lines\x00 ", "Two Lines"},
		{"what is no text is left out", record.CleanName, "\xffAnn", "Ann"},
		{"an address has no capitals", record.FoldAddress, " Ann@Example.COM ", "ann@example.com"},
		{"accents tell addresses apart", record.FoldAddress, "Änn@example.com", "änn@example.com"},
		{"however they are written", record.FoldAddress, "A\u0308nn@example.com", "änn@example.com"},
		{"a domain has one spelling", record.FoldAddress, "ann@BÜCHER.example", "ann@xn--bcher-kva.example"},
		{"what is no address is compared all the same", record.FoldAddress, "Ann", "ann"},
		{"what is long is cut", clip, "abcdef", "abcd"},
		{"in the middle of a letter too", clip, "abcé", "abc?"},
		{"what no database takes is replaced", clip, "a\x00", "a?"},
	}
	for _, tt := range tests {
		if got := tt.write(tt.given); got != tt.want {
			t.Errorf("%s: got %q of %q, want %q", tt.rule, got, tt.given, tt.want)
		}
	}
	if name, err := record.CheckName(strings.Repeat("é", record.LongestName)); err != nil {
		t.Errorf("got %v for the longest name %q, want it taken", err, name)
	}
	for _, name := range []string{"", " \n", strings.Repeat("é", record.LongestName+1)} {
		if _, err := record.CheckName(name); err == nil {
			t.Errorf("got the name %q, want it refused", name)
		}
	}
}
