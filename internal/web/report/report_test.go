package report

import (
	"strings"
	"testing"

	"muster/internal/kpi"
)

func TestTemplates(t *testing.T) {
	for _, check := range []func() error{supportPage.Check, servicePage.Check, recordsPage.Check} {
		if err := check(); err != nil {
			t.Error(err)
		}
	}
}

// What a spreadsheet would reckon stays text.
func TestSafe(t *testing.T) {
	for _, row := range []struct{ rule, in, want string }{
		{"a plain name", "Nordhalm Freight", "Nordhalm Freight"}, {"a formula", `=HYPERLINK("http://x")`, `'=HYPERLINK("http://x")`},
		{"a plus", "+1", "'+1"}, {"a minus", "-2", "'-2"}, {"an at", "@SUM(A1)", "'@SUM(A1)"}, {"a tab before one", "\t=1", "'\t=1"},
		{"a line end before one", "\r=1", "'\r=1"}, {"a wide equals sign", "＝1", "'＝1"}, {"nothing", "", ""}, {"a sign inside", "a=b", "a=b"},
	} {
		if got := safe(row.in); got != row.want {
			t.Errorf("%s: got %q, want %q", row.rule, got, row.want)
		}
	}
}

// Bars begin at zero, and the overdue part stands at the ground.
func TestBars(t *testing.T) {
	var b kpi.Backlog
	b.ByAge[0], b.ByAge[2] = kpi.Aged{N: 50}, kpi.Aged{N: 20, Overdue: 5}
	bars := barsOf(b, func(a kpi.Age) string { return a.Name })
	for i, want := range []struct{ y, high, badY, badHigh string }{{"0.0%", "100.0%", "100.0%", "0.0%"}, {"100.0%", "0.0%", "100.0%", "0.0%"}, {"60.0%", "40.0%", "90.0%", "10.0%"}} {
		got := bars[i]
		if got.Y != want.y || got.High != want.high || got.BadY != want.badY || got.BadHigh != want.badHigh {
			t.Errorf("bar %d: got %+v, want %+v", i, got, want)
		}
	}
}

func TestSpark(t *testing.T) {
	if got := sparkOf([]float64{0, 50, 100}).Line; got != "M0.0 26.0 L60.0 14.0 L120.0 2.0" {
		t.Errorf("got %s: zero is the ground", got)
	}
	if sparkOf([]float64{7}).Line != "" || strings.Contains(sparkOf([]float64{0, 0}).Line, "NaN") {
		t.Error("one value is no line, and nothing is no fault")
	}
	if sharesOf([]kpi.Share{{Part: 5, N: 10}, {Part: 9, N: 9}}) != nil {
		t.Error("a line was drawn of n = 19")
	}
}
