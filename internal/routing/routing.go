// Package routing gives tickets to agents: who is here, who has room and who knows how, decided by a policy and told on the ticket.
package routing

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"muster/internal/fault"
)

// Mode says how one is chosen among the agents who can take a ticket.
type Mode string

// The modes.
const (
	Off         Mode = "off"          // people take tickets themselves
	RoundRobin  Mode = "round-robin"  // each in turn
	LeastLoaded Mode = "least-loaded" // who has the least to do
	Skilled     Mode = "skills"       // who has the skills that its routes ask for; of those, who has the least to do
)

// Modes lists them.
func Modes() []Mode { return []Mode{Off, RoundRobin, LeastLoaded, Skilled} }

// Away says what becomes of open tickets when who has them goes away.
type Away string

// What can become of them.
const (
	Keep   Away = ""       // they stay
	Others Away = "others" // others get them, as far as others can take them
	Back   Away = "team"   // they go back to the team, to be taken by hand
)

// Policy says how the tickets of a team find somebody. Every number has a
// meaning at zero, so that the zero value is routing that is off.
type Policy struct {
	Mode     Mode        `json:"mode"`
	Capacity int         `json:"capacity"`          // points an agent carries, unless the agent's own say otherwise; 0: any number
	Weights  map[int]int `json:"weights,omitempty"` // points of a ticket by priority; 1 where not named
	Absent   bool        `json:"absent"`            // also to who is away or offline
	Busy     bool        `json:"busy"`              // also to who is busy
	OffShift bool        `json:"off_shift"`         // also outside of an agent's shifts
	Routes   []Route     `json:"routes,omitempty"`  // of mode skills
	Relax    int         `json:"relax"`             // minutes after which a ticket that waits does without required skills; 0: never
	Away     Away        `json:"away,omitempty"`
	Grace    int         `json:"grace"`    // minutes that somebody may be away before
	ByHand   bool        `json:"by_hand"`  // also tickets that a person had assigned
	Handover bool        `json:"handover"` // also when their shift is over
}

// Route asks for skills where a ticket meets its conditions. Every route that
// a ticket meets adds its needs.
type Route struct {
	Name  string `json:"name"`
	When  When   `json:"when"`
	Needs []Need `json:"needs"`
}

// When is the conditions of a route: all that is given must hold; of each list, one.
type When struct {
	Kinds      []string `json:"kinds,omitempty"`
	Items      []string `json:"items,omitempty"`
	Tiers      []string `json:"tiers,omitempty"`
	Tags       []string `json:"tags,omitempty"`
	Languages  []string `json:"languages,omitempty"` // "de" is also de-CH
	Priorities []int    `json:"priorities,omitempty"`
}

// Need is a skill at a level from 1 to 4, or higher.
type Need struct {
	Skill     string `json:"skill"`
	Name      string `json:"name,omitempty"` // of the skill, as it was called then
	Level     int    `json:"level"`
	Preferred bool   `json:"preferred,omitempty"` // else required
}

// The levels of a skill.
const (
	lowest  = 1
	highest = 4
)

// String tells the need as people say it.
func (n Need) String() string { return fmt.Sprintf("%s level %d", n.Name, n.Level) }

// On reports whether the policy gives tickets to anybody.
func (p Policy) On() bool { return p.Mode != "" && p.Mode != Off }

// Weight is the points of a ticket of a priority.
func (p Policy) Weight(priority int) int {
	if w, ok := p.Weights[priority]; ok {
		return w
	}
	return 1
}

func (p Policy) grace() time.Duration { return time.Duration(p.Grace) * time.Minute }
func (p Policy) relax() time.Duration { return time.Duration(p.Relax) * time.Minute }

// needs are what a ticket asks for, required and preferred, each skill once at the highest level that is asked.
func (p Policy) needs(f Facts) (required, preferred []Need) {
	if p.Mode != Skilled {
		return nil, nil
	}
	for _, r := range p.Routes {
		if !r.When.Holds(f) {
			continue
		}
		for _, n := range r.Needs {
			if n.Preferred {
				preferred = merge(preferred, n)
			} else {
				required = merge(required, n)
			}
		}
	}
	return required, preferred
}

func merge(needs []Need, n Need) []Need {
	i := slices.IndexFunc(needs, func(o Need) bool { return o.Skill == n.Skill })
	if i < 0 {
		return append(needs, n)
	}
	needs[i].Level = max(needs[i].Level, n.Level)
	return needs
}

// Holds reports whether a ticket meets the conditions.
func (w When) Holds(f Facts) bool {
	in := func(list []string, value string) bool { return len(list) == 0 || slices.Contains(list, value) }
	return in(w.Kinds, f.Kind) && in(w.Items, f.Item) && in(w.Tiers, f.Tier) &&
		(len(w.Priorities) == 0 || slices.Contains(w.Priorities, f.Priority)) && w.tagged(f.Tags) && w.speaks(f.Language)
}

func (w When) tagged(tags []string) bool {
	return len(w.Tags) == 0 || slices.ContainsFunc(tags, func(t string) bool {
		return slices.ContainsFunc(w.Tags, func(want string) bool { return strings.EqualFold(t, want) })
	})
}

func (w When) speaks(language string) bool {
	return len(w.Languages) == 0 || slices.ContainsFunc(w.Languages, func(want string) bool {
		rest, ok := strings.CutPrefix(strings.ToLower(language), strings.ToLower(want))
		return ok && (rest == "" || rest[0] == '-')
	})
}

// What a policy may hold at most.
const (
	mostRoutes   = 50
	mostNeeds    = 20
	mostPoints   = 1000
	mostMinutes  = 30 * 24 * 60
	longestName  = 100
	longestWords = 200
)

// Check says what is wrong with the policy, in sentences for who wrote it.
func (p Policy) Check() error {
	errs := []error{p.checkCapacity(), p.checkTimes()}
	if p.Mode != "" && !slices.Contains(Modes(), p.Mode) {
		errs = append(errs, fault.Field("mode", "Tickets can be given out by off, round-robin, least-loaded or skills, not by %.40q.", p.Mode))
	}
	if !slices.Contains([]Away{Keep, Others, Back}, p.Away) {
		errs = append(errs, fault.Field("away", "Tickets of who is away can stay, go to others or back to the team, not %.40q.", p.Away))
	}
	if len(p.Routes) > mostRoutes {
		errs = append(errs, fault.Field("routes", "A team has %d routes at most.", mostRoutes))
	}
	for _, r := range p.Routes {
		errs = append(errs, r.check())
	}
	return fault.Join(errs...)
}

func (p Policy) checkCapacity() error {
	if p.Capacity < 0 || p.Capacity > mostPoints {
		return fault.Field("capacity", "An agent carries 1 to %d points, or any number if you say 0; not %d.", mostPoints, p.Capacity)
	}
	for priority, w := range p.Weights {
		switch {
		case priority < 1 || priority > 4:
			return fault.Field("weights", "There are the priorities 1 to 4, not %d.", priority)
		case w < 0 || w > mostPoints:
			return fault.Field("weights", "A ticket weighs 0 to %d points, not %d.", mostPoints, w)
		case p.Capacity > 0 && w > p.Capacity:
			return fault.Field("weights", "A ticket of priority %d weighs %d points, and an agent carries %d: nobody could ever take one. Lower the one or raise the other.", priority, w, p.Capacity)
		}
	}
	return nil
}

func (p Policy) checkTimes() error {
	var errs []error
	for field, minutes := range map[string]int{"relax": p.Relax, "grace": p.Grace} {
		if minutes < 0 || minutes > mostMinutes {
			errs = append(errs, fault.Field(field, "Give 0 to %d minutes, which is thirty days; not %d.", mostMinutes, minutes))
		}
	}
	return fault.Join(errs...)
}

func (r Route) check() error {
	switch {
	case strings.TrimSpace(r.Name) == "" || len([]rune(r.Name)) > longestName:
		return fault.Field("name", "Give the route a name of at most %d characters.", longestName)
	case len(r.Needs) == 0 || len(r.Needs) > mostNeeds:
		return fault.Field("needs", "The route %s asks for 1 to %d skills.", r.Name, mostNeeds)
	}
	for _, n := range r.Needs {
		if n.Level < lowest || n.Level > highest {
			return fault.Field("needs", "A skill has a level from %d to %d, not %d.", lowest, highest, n.Level)
		}
	}
	return nil
}
