package desk

import (
	"slices"
	"testing"

	"muster/internal/people"
)

func TestCallables(t *testing.T) {
	users := []people.User{
		{ID: "1", Name: "Ann Arbour", Email: "ann@quillmere.example", Active: true},
		{ID: "2", Name: "Joanna Berg", Email: "jo@quillmere.example", Active: true},
		{ID: "3", Name: "Anders Gone", Email: "anders@quillmere.example"},
		{ID: "4", Name: "Émile Zorn", Email: "zorn@quillmere.example", Active: true},
	}
	teams := []people.Team{{Name: "First line", Members: []string{"1", "4"}}, {Name: "Product", Members: []string{"1"}}}
	ann, jo, emile := callable{"1", "Ann Arbour", "First line, Product"}, callable{"2", "Joanna Berg", "jo@quillmere.example"}, callable{"4", "Émile Zorn", "First line"}
	tests := []struct {
		rule, begin string
		want        []callable
	}{
		{"a part of a name finds whoever is active", "ann", []callable{ann, jo}},
		{"the beginning of an address does too", "zorn@", []callable{emile}},
		{"accents do not matter", "emi", []callable{emile}},
		{"the middle of an address finds nobody", "quillmere", []callable{}},
		{"nothing typed finds all", "", []callable{ann, jo, emile}},
	}
	for _, tt := range tests {
		if got := callables(users, teams, tt.begin); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.rule, got, tt.want)
		}
	}
}
