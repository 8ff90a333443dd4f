package promise

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"muster/internal/clock"
	"muster/internal/fault"
)

// Steps are typed once where they are the same for all, and by target where they are not.
func TestSteps(t *testing.T) {
	warn := func(percent ...int) (all []clock.Step) {
		for _, p := range percent {
			all = append(all, clock.Step{Percent: p})
		}
		return all
	}
	late := clock.Step{Percent: 100, After: 2 * time.Hour, Actions: json.RawMessage(`[{"do":"set","field":"priority","value":"high"}]`)}
	policy := func(reply, resolution []clock.Step) clock.Policy {
		return clock.Policy{Promises: []clock.Promise{{Target: clock.FirstResponse, Steps: reply}, {Target: clock.Resolution, Steps: resolution}}}
	}
	for _, row := range []struct {
		rule, typed string
		of          clock.Policy
	}{
		{"none", "", policy(nil, nil)},
		{"the same for all", "50%\n100%+2h priority high", policy(append(warn(50), late), append(warn(50), late))},
		{"each its own", "First reply: 50%\nResolution: 75%\nResolution: 100%+2h priority high", policy(warn(50), append(warn(75), late))},
		{"one alone", "Resolution: 90%", policy(nil, warn(90))},
	} {
		if got := stepLines(row.of, glossary{}); got != row.typed {
			t.Errorf("%s: got %q, want %q", row.rule, got, row.typed)
		}
		for _, promise := range row.of.Promises {
			got, err := stepsFor(promise.Target, row.typed, clock.Policy{}, glossary{})
			if err != nil || !reflect.DeepEqual(got, promise.Steps) {
				t.Errorf("%s: %s: got %+v (%v), want %+v", row.rule, promise.Target, got, err, promise.Steps)
			}
		}
	}
	told := clock.Step{Percent: 80, Actions: json.RawMessage(`[{"do":"notify","value":"assignee","text":"In words of its own"}]`)}
	was := policy([]clock.Step{told}, []clock.Step{told})
	if got, err := stepsFor(clock.Resolution, "80% notify assignee\r\n", was, glossary{}); err != nil || !reflect.DeepEqual(got, []clock.Step{told}) {
		t.Errorf("lines that nobody changed: got %s (%v), want the words that a program gave", got[0].Actions, err)
	}
	for _, wrong := range []string{"Delivery: 75%", "soon", "75% dance", "100%+soon"} {
		if _, err := stepsFor(clock.Resolution, wrong, clock.Policy{}, glossary{}); err == nil {
			t.Errorf("%q: got no fault", wrong)
		}
	}
}

// What is wrong with a promise stands beside its field, and nothing else that is wrong is lost.
func TestWhatIsWrongStandsBesideItsField(t *testing.T) {
	wrong := clock.Policy{Kind: clock.Supplier, Promises: []clock.Promise{{Target: clock.Acknowledgement, Calendar: "c", Goals: map[int]time.Duration{1: time.Hour}}}}.Check()
	got := fault.Fields(onTarget(wrong))
	if len(got) != 2 || got["name"] == "" || !strings.HasPrefix(got["acknowledgement"], "Acknowledgement: leave it empty.") {
		t.Errorf("got %v, want a fault beside the name, and one beside the acknowledgement", got)
	}
}
