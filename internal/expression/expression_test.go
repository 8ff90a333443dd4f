package expression_test

import (
	"strings"
	"testing"

	"muster/internal/expression"
	"muster/internal/fault"
)

type facts struct {
	Thing thing `expr:"thing"`
	Other thing `expr:"other"`
}

type thing struct {
	Name  string            `expr:"name"`
	Tags  []string          `expr:"tags"`
	Size  float64           `expr:"size"`
	Field map[string]string `expr:"field"`
	Inner string            `expr:"-"`
}

func TestHolds(t *testing.T) {
	f := &facts{Thing: thing{Name: "Scanner", Tags: []string{"vip"}, Size: 3, Field: map[string]string{"site": "North"}}}
	for source, want := range map[string]bool{
		"": true, `thing.name == "Scanner"`: true, `thing.size > 3`: false, `any(thing.tags, # startsWith "v")`: true, `thing.field["site"] == "North"`: true,
		`thing.field["none"] == ""`: true, `lower(thing.name) contains "scan" and not (thing.size < 1)`: true,
	} {
		p, err := expression.Compile(source, f)
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		if got, err := p.Holds(f); got != want || err != nil {
			t.Errorf("%s: got %v (%v), want %v", source, got, err, want)
		}
	}
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	for source, want := range map[string]string{
		"thing.nmae": "there is no thing.nmae; there are name, tags, size, field", "thing.inner": "there is no thing.inner", "nothing": "there are thing, other",
		"thing.size": "this is a number", `thing.size == "x"`: "does not go with a number and a text", "true and": "At character 8: the expression ends too early",
		"true and\nfoo": "At line 2, character 1", `thing.name = "x"`: "At character 12: “=” does not compare: write “==”", `thing.name matches "("`: "this is no pattern: missing closing )",
	} {
		err := expression.Check(source, &facts{})
		if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Message(err), want) {
			t.Errorf("%s: got %v, want %q", source, err, want)
		}
	}
}

func TestExplain(t *testing.T) {
	f := &facts{Thing: thing{Name: strings.Repeat("ä", 200), Field: map[string]string{"site": "North"}}}
	parts, err := expression.Split(`thing.size > 2 and (thing.name == "" or thing.field["site"] == "North")`, f)
	if err != nil || len(parts) != 2 {
		t.Fatalf("got %q (%v), want two parts", parts, err)
	}
	first, err := expression.Explain(parts[0], f)
	if err != nil || first.Held || len(first.Values) != 1 || first.Values[0] != (expression.Value{Fact: "thing.size", Is: "0.00"}) {
		t.Errorf("got %+v (%v)", first, err)
	}
	second, err := expression.Explain(parts[1], f)
	if err != nil || !second.Held || len(second.Values) != 2 || len([]rune(second.Values[0].Is)) > 121 || second.Values[1].Is != "North" {
		t.Errorf("got %+v (%v), want both values, the long one cut", second, err)
	}
}
