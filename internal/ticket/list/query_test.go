package list_test

import (
	"fmt"
	"strings"
	"testing"

	"muster/internal/fault"
	"muster/internal/ticket/list"
)

func TestParse(t *testing.T) {
	tests := []struct{ rule, query, want string }{
		{"filters and words", `is:open kind:request printer jam`, `is=[open] kinds=[request] words="printer jam"`},
		{"a name in quotes", `team:"Tier 2" x`, `is=[] kinds=[] teams=[Tier 2] words="x"`},
		{"a phrase stays a phrase", `"paper jam" now`, `is=[] kinds=[] words="\"paper jam\" now"`},
		{"what is no filter is words", `http://x.example 10:30`, `is=[] kinds=[] words="http://x.example 10:30"`},
		{"a filter in quotes is words", `"is:open"`, `is=[] kinds=[] words="\"is:open\""`},
		{"a word taken out", `ham -spam`, `is=[] kinds=[] words="ham -spam"`},
		{"an open quote goes on to the end", `"never closed`, `is=[] kinds=[] words="\"never closed\""`},
	}
	for _, tt := range tests {
		q, err := list.Parse(tt.query)
		got := fmt.Sprintf("is=%v kinds=%v", q.Is, q.Kinds)
		if len(q.Teams) > 0 {
			got += fmt.Sprintf(" teams=%v", q.Teams)
		}
		got += fmt.Sprintf(" words=%q", q.Words)
		if got != tt.want || err != nil {
			t.Errorf("%s: got %s (%v), want %s", tt.rule, got, err, tt.want)
		}
	}
	if _, err := list.Parse(strings.Repeat("x", 3000)); err == nil {
		t.Error("a search of 3,000 characters was taken")
	}
	if _, err := list.Parse("is:wonderful"); fault.Fields(err)["q"] == "" {
		t.Errorf("an unknown is: got %v", err)
	}
}
