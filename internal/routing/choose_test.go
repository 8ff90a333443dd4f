package routing

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// ann, bob and cy are on shift, available and carry nothing, unless a row says otherwise.
func three(change ...func(a *Agent)) []Agent {
	all := []Agent{{ID: "a", Name: "Ann"}, {ID: "b", Name: "Bob"}, {ID: "c", Name: "Cy"}}
	for i := range all {
		all[i].State, all[i].OnShift = Available, true
		for _, f := range change {
			f(&all[i])
		}
	}
	return all
}

func who(name string, f func(a *Agent)) func(a *Agent) {
	return func(a *Agent) {
		if a.Name == name {
			f(a)
		}
	}
}

func state(name string, s State) func(a *Agent) { return who(name, func(a *Agent) { a.State = s }) }
func has(name string, n int) func(a *Agent)     { return who(name, func(a *Agent) { a.Load = n }) }
func carries(name string, n int) func(a *Agent) { return who(name, func(a *Agent) { a.Capacity = n }) }
func knows(name string, level int) func(a *Agent) {
	return who(name, func(a *Agent) { a.Skills = map[string]int{"db": level} })
}
func speaks(name string, level int) func(a *Agent) {
	return who(name, func(a *Agent) {
		if a.Skills == nil {
			a.Skills = map[string]int{}
		}
		a.Skills["de"] = level
	})
}
func offShift(name string) func(a *Agent) { return who(name, func(a *Agent) { a.OnShift = false }) }
func barred(name string) func(a *Agent)   { return who(name, func(a *Agent) { a.Barred = true }) }

// said is a decision in short: who and why; then each who did not, and why.
func said(d Decision) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", d.Name, d.Why)
	for _, n := range d.Relaxed {
		fmt.Fprintf(&b, " relaxed %v", n)
	}
	for _, n := range d.Missed {
		fmt.Fprintf(&b, " without %v", n)
	}
	for _, p := range d.Passed {
		fmt.Fprintf(&b, "; %s %s", p.Name, p.Reason)
		if p.Need != nil {
			fmt.Fprintf(&b, " %v", *p.Need)
		}
		if p.Reason == IsFull {
			fmt.Fprintf(&b, " %d/%d", p.Load, p.Capacity)
		}
	}
	return strings.TrimSpace(b.String())
}

func TestChoose(t *testing.T) {
	turns := Policy{Mode: RoundRobin}
	least := Policy{Mode: LeastLoaded}
	db2 := Need{Skill: "db", Name: "Databases", Level: 2}
	de1 := Need{Skill: "de", Name: "German", Level: 1, Preferred: true}
	ledger := When{Items: []string{"ledger"}}
	skilled := Policy{Mode: Skilled, Routes: []Route{{Name: "Ledger", When: ledger, Needs: []Need{db2}}, {Name: "German", When: When{Languages: []string{"de"}}, Needs: []Need{de1}}}}
	about := Facts{Item: "ledger", Priority: 3}
	german := Facts{Item: "ledger", Priority: 3, Language: "de-CH"}
	heavy := Policy{Mode: LeastLoaded, Weights: map[int]int{1: 4}}
	for _, row := range []struct {
		rule   string
		policy Policy
		facts  Facts
		last   string
		agents []Agent
		want   string
	}{
		{"nobody is there to choose from", turns, Facts{}, "", nil, ""},
		{"the first turn is the first's", turns, Facts{}, "", three(), "Ann turn; Bob turn; Cy turn"},
		{"the turn goes on", turns, Facts{}, "a", three(), "Bob turn; Ann turn; Cy turn"},
		{"and round", turns, Facts{}, "c", three(), "Ann turn; Bob turn; Cy turn"},
		{"who had the last turn may be gone from the team", turns, Facts{}, "bb", three(), "Cy turn; Ann turn; Bob turn"},
		{"the order in which agents come does not matter", turns, Facts{}, "a", reversed(three()), "Bob turn; Ann turn; Cy turn"},
		{"turns do not look at who has how much", turns, Facts{}, "", three(has("Ann", 9)), "Ann turn; Bob turn; Cy turn"},
		{"the turn passes over who is away", turns, Facts{}, "a", three(state("Bob", AwayState)), "Cy turn; Bob away; Ann turn"},
		{"who is full gets nothing, in turns as well", turns, Facts{}, "a", three(carries("Bob", 2), has("Bob", 2)), "Cy turn; Bob full 2/2; Ann turn"},
		{"the least to do", least, Facts{}, "", three(has("Ann", 3), has("Bob", 2), has("Cy", 4)), "Bob fewest; Ann load; Cy load"},
		{"of those who have as little, whose turn it is", least, Facts{}, "a", three(has("Ann", 1), has("Bob", 1), has("Cy", 1)), "Bob turn; Ann turn; Cy turn"},
		{"of two who have as little, whose turn it is, though a third has more", least, Facts{}, "a", three(has("Bob", 1)), "Cy fewest; Ann turn; Bob load"},
		{"measured by what each carries", least, Facts{}, "", three(carries("Ann", 2), carries("Bob", 8), carries("Cy", 4), has("Ann", 1), has("Bob", 2), has("Cy", 3)), "Bob room; Ann load; Cy load"},
		{"a ticket that weighs more than there is room", heavy, Facts{Priority: 1}, "", three(carries("Ann", 8), carries("Bob", 8), carries("Cy", 8), has("Ann", 5), has("Bob", 6), has("Cy", 4)), "Cy only; Ann full 5/8; Bob full 6/8"},
		{"never above capacity", least, Facts{}, "", three(carries("Ann", 1), carries("Bob", 1), carries("Cy", 1), has("Ann", 1), has("Bob", 2), has("Cy", 1)), "; Ann full 1/1; Bob full 2/1; Cy full 1/1"},
		{"nobody who is busy, away or offline", least, Facts{}, "", three(state("Ann", Busy), state("Bob", AwayState), state("Cy", Offline)), "; Ann busy; Bob away; Cy offline"},
		{"who was never here is offline", least, Facts{}, "", three(state("Ann", ""), state("Bob", ""), state("Cy", "")), "; Ann offline; Bob offline; Cy offline"},
		{"unless the policy says so", Policy{Mode: LeastLoaded, Busy: true, Absent: true}, Facts{}, "", three(state("Ann", Busy), state("Bob", AwayState), state("Cy", Offline)), "Ann turn; Bob turn; Cy turn"},
		{"the busy alone", Policy{Mode: LeastLoaded, Busy: true}, Facts{}, "", three(state("Ann", Busy), state("Bob", AwayState), state("Cy", Offline)), "Ann only; Bob away; Cy offline"},
		{"only during shifts", least, Facts{}, "", three(offShift("Ann"), offShift("Cy")), "Bob only; Ann off-shift; Cy off-shift"},
		{"or at any time", Policy{Mode: LeastLoaded, OffShift: true}, Facts{}, "", three(offShift("Ann"), offShift("Cy"), has("Bob", 1)), "Ann fewest; Bob load; Cy turn"},
		{"who may not see the ticket does not get it, whatever the policy says", Policy{Mode: LeastLoaded, Absent: true, OffShift: true}, Facts{}, "", three(barred("Ann"), has("Bob", 1)), "Cy fewest; Ann barred; Bob load"},
		{"a required skill", skilled, about, "", three(knows("Bob", 2), knows("Cy", 1)), "Bob only; Ann lacks Databases level 2; Cy lacks Databases level 2"},
		{"a higher level will do", skilled, about, "", three(knows("Bob", 2), knows("Cy", 4), has("Bob", 1)), "Cy fewest; Ann lacks Databases level 2; Bob load"},
		{"no route, no need", skilled, Facts{}, "", three(knows("Bob", 2), has("Ann", 1)), "Bob fewest; Ann load; Cy turn"},
		{"routes are of the skilled mode alone", Policy{Mode: LeastLoaded, Routes: skilled.Routes}, about, "", three(knows("Bob", 2), has("Bob", 1)), "Ann fewest; Bob load; Cy turn"},
		{"preferred skills come before the load", skilled, german, "", three(knows("Ann", 2), knows("Bob", 2), speaks("Bob", 1), has("Bob", 5)), "Bob skills; Cy lacks Databases level 2; Ann skills"},
		{"preferred skills give way at once", skilled, german, "", three(knows("Ann", 2), speaks("Bob", 4)), "Ann only without German level 1; Bob lacks Databases level 2; Cy lacks Databases level 2"},
		{"and when who has them is full", skilled, german, "", three(knows("Ann", 2), knows("Bob", 2), speaks("Bob", 1), carries("Bob", 1), has("Bob", 1)), "Ann only without German level 1; Bob full 1/1; Cy lacks Databases level 2"},
		{"required ones do not", skilled, about, "", three(knows("Ann", 1)), "; Ann lacks Databases level 2; Bob lacks Databases level 2; Cy lacks Databases level 2"},
		{"until the time-out has come", skilled, relaxed(about), "", three(knows("Ann", 1)), "Ann turn relaxed Databases level 2; Bob turn; Cy turn"},
		{"even then who has them comes first", skilled, relaxed(about), "", three(knows("Cy", 3), has("Cy", 7)), "Cy skills; Ann skills; Bob skills"},
		{"several routes add up, to the highest level", Policy{Mode: Skilled, Routes: append(slices.Clone(skilled.Routes), Route{When: When{Priorities: []int{1}}, Needs: []Need{{Skill: "db", Name: "Databases", Level: 4}}})},
			Facts{Item: "ledger", Priority: 1}, "", three(knows("Ann", 3), knows("Cy", 4)), "Cy only; Ann lacks Databases level 4; Bob lacks Databases level 4"},
	} {
		got := said(Choose(row.policy, row.facts, row.last, row.agents))
		if got != row.want {
			t.Errorf("%s:\ngot  %s\nwant %s", row.rule, got, row.want)
		}
		if again := said(Choose(row.policy, row.facts, row.last, row.agents)); again != got {
			t.Errorf("%s: the same values give %s and %s", row.rule, got, again)
		}
	}
}

func reversed(all []Agent) []Agent { slices.Reverse(all); return all }

func relaxed(f Facts) Facts { f.Relaxed = true; return f }

// A hundred tickets among three, each given by the turn or the load that the one before left.
func TestChooseIsFair(t *testing.T) {
	for _, mode := range []Mode{RoundRobin, LeastLoaded, Skilled} {
		agents, last := three(), ""
		for range 99 {
			d := Choose(Policy{Mode: mode}, Facts{}, last, agents)
			last = d.To
			for i := range agents {
				if agents[i].ID == d.To {
					agents[i].Load++
				}
			}
		}
		for _, a := range agents {
			if a.Load != 33 {
				t.Errorf("%s: %s got %d of 99, want 33", mode, a.Name, a.Load)
			}
		}
	}
}

func TestWhen(t *testing.T) {
	for _, row := range []struct {
		rule  string
		when  When
		facts Facts
		want  bool
	}{
		{"no condition holds for all", When{}, Facts{Kind: "request"}, true},
		{"one of several", When{Kinds: []string{"task", "request"}}, Facts{Kind: "request"}, true},
		{"none of several", When{Kinds: []string{"task"}}, Facts{Kind: "request"}, false},
		{"all that is given", When{Kinds: []string{"request"}, Tiers: []string{"gold"}}, Facts{Kind: "request", Tier: "silver"}, false},
		{"a tag, however it is written", When{Tags: []string{"VIP"}}, Facts{Tags: []string{"late", "vip"}}, true},
		{"no tag", When{Tags: []string{"vip"}}, Facts{}, false},
		{"a language with its region", When{Languages: []string{"de"}}, Facts{Language: "de-AT"}, true},
		{"a language that begins alike", When{Languages: []string{"de"}}, Facts{Language: "den"}, false},
		{"a region that is asked for", When{Languages: []string{"de-CH"}}, Facts{Language: "de"}, false},
		{"a priority", When{Priorities: []int{1, 2}}, Facts{Priority: 2}, true},
		{"another priority", When{Priorities: []int{1, 2}}, Facts{Priority: 3}, false},
		{"an item", When{Items: []string{"i"}}, Facts{}, false},
	} {
		if got := row.when.Holds(row.facts); got != row.want {
			t.Errorf("%s: got %v, want %v", row.rule, got, row.want)
		}
	}
}

func TestPolicyIsChecked(t *testing.T) {
	route := Route{Name: "R", Needs: []Need{{Skill: "s", Level: 1}}}
	for _, row := range []struct {
		rule   string
		policy Policy
		want   string // empty: it is fine
	}{
		{"the zero policy", Policy{}, ""},
		{"a full one", Policy{Mode: Skilled, Capacity: 8, Weights: map[int]int{1: 4}, Routes: []Route{route}, Relax: 30, Away: Others, Grace: 10}, ""},
		{"a mode that is none", Policy{Mode: "magic"}, "not by \"magic\""},
		{"a fate that is none", Policy{Away: "gone"}, "not \"gone\""},
		{"less than nothing", Policy{Capacity: -1}, "not -1"},
		{"a priority that is none", Policy{Weights: map[int]int{5: 1}}, "1 to 4, not 5"},
		{"a ticket that fits nobody", Policy{Capacity: 3, Weights: map[int]int{1: 4}}, "nobody could ever take one"},
		{"a time before now", Policy{Grace: -5}, "not -5"},
		{"a route without a name", Policy{Routes: []Route{{Needs: route.Needs}}}, "Give the route a name"},
		{"a route that asks for nothing", Policy{Routes: []Route{{Name: "R"}}}, "asks for 1 to"},
		{"a level that is none", Policy{Routes: []Route{{Name: "R", Needs: []Need{{Skill: "s", Level: 5}}}}}, "from 1 to 4, not 5"},
	} {
		err := row.policy.Check()
		if (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %q", row.rule, err, row.want)
		}
	}
}
