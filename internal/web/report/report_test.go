package report

import (
	"net/http/httptest"
	"strings"
	"testing"

	"muster/internal/kpi"
	"muster/internal/people"
	"muster/internal/routing"
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

// Whoever has tickets has a row, also when they have left: the rows add up to the backlog.
func TestLoads(t *testing.T) {
	names := people.Names{Users: map[string]string{"a": "Ann Arbour", "l": "Lena Gone"}}
	b := kpi.SupportBoard{Backlog: kpi.Backlog{Loads: []kpi.Load{{User: "", Open: 7}, {User: "a", Open: 2}, {User: "l", Open: 3, Overdue: 1}}}}
	rows, here := loadsOf(b, names, []routing.Presence{{User: "a", Name: "Ann Arbour", State: routing.Available}, {User: "n", Name: "Nobody's", State: routing.Offline}})
	if here != "1 of 2 here" {
		t.Errorf("got %s, want 1 of 2 here", here)
	}
	if len(rows) != 2 || rows[0].Name != "Lena Gone" || rows[0].Here != "Has left" || rows[0].All != 3 || rows[0].Pressing != "1 overdue" || rows[1].Name != "Ann Arbour" {
		t.Errorf("got %+v, want who has left with their three first", rows)
	}
}

func TestSpark(t *testing.T) {
	got := sparkOf([]float64{0, 50, 100}, 75)
	if got.Line != "M0.0 26.0 L60.0 14.0 L120.0 2.0" {
		t.Errorf("got %s: zero is the ground", got.Line)
	}
	if got.Goal != "M0 8.0H120" || sparkOf([]float64{0, 50}, 100).Goal != "M0 2.0H120" || sparkOf([]float64{1, 2}, 0).Goal != "" {
		t.Errorf("the goal is at %q: three quarters of the way up, in sight also if all is under it, and only where there is one", got.Goal)
	}
	if sparkOf([]float64{7}, 0).Line != "" || strings.Contains(sparkOf([]float64{0, 0}, 0).Line, "NaN") {
		t.Error("one value is no line, and nothing is no fault")
	}
	if sharesOf([]kpi.Share{{Part: 5, N: 10}, {Part: 9, N: 9}}) != nil {
		t.Error("a line was drawn of n = 19")
	}
}

// Who looks for trouble has the worst first: the lowest share, the most missed; nothing to divide by comes last.
func TestSortedLines(t *testing.T) {
	line := func(id string, met, missed int64) kpi.Line {
		a := kpi.Attainment{Met: met, Missed: missed}
		return kpi.Line{ID: id, All: a, ByTicket: a, ByTarget: map[string]kpi.Attainment{"resolution": a}}
	}
	lines := []kpi.Line{line("most", 90, 10), line("worst", 1, 9), line("none", 0, 0), line("best", 20, 0)}
	for by, want := range map[string]string{"": "most worst none best", "resolution": "worst most best none", "ticket": "worst most best none", "missed": "most worst none best", "shoes": "most worst none best"} {
		var got []string
		for _, l := range sorted(lines, by) {
			got = append(got, l.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("by %q: got %v, want %s", by, got, want)
		}
	}
	if lines[0].ID != "most" {
		t.Error("the kept board was put in another order, which other readers see")
	}
}

// A sheet says nothing where there is nothing to divide by, and begins with the mark by which spreadsheets know UTF-8.
func TestSheet(t *testing.T) {
	row := lineCSV("client", "=cmd", kpi.Period{}, kpi.Line{})
	for i, cell := range row {
		if strings.Contains(cell, "–") {
			t.Errorf("cell %d is %q, want it empty", i, cell)
		}
	}
	w := httptest.NewRecorder()
	if err := download(w, "x.csv", [][]string{{"of"}, {"0–1"}}); err != nil || w.Body.String() != "\ufeffof\r\n0–1\r\n" {
		t.Errorf("got %q, %v", w.Body.String(), err)
	}
}
