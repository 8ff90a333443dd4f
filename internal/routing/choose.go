package routing

import (
	"cmp"
	"slices"
)

// Facts is what a decision looks at of a ticket.
type Facts struct {
	Kind, Item, Tier, Language string
	Tags                       []string
	Priority                   int
	Relaxed                    bool // it has waited so long that what was required is only preferred
}

// Agent is somebody who might get a ticket, as they are at that instant.
type Agent struct {
	ID, Name string
	State    State
	OnShift  bool
	Load     int // points of their open tickets
	Capacity int // points that they carry; 0: any number
	Skills   map[string]int
	Barred   bool // may not see the ticket, or not work on it
}

// Why says what decided for who was chosen.
type Why string

// The reasons for.
const (
	ByTurn   Why = "turn"
	ByLoad   Why = "fewest"
	ByRoom   Why = "room" // the least to do, measured by what each carries
	BySkills Why = "skills"
	Only     Why = "only" // nobody else could take it
)

// Reason says why somebody was passed over.
type Reason string

// The reasons against.
const (
	NotAllowed Reason = "barred"
	IsAway     Reason = "away"
	IsBusy     Reason = "busy"
	IsOffline  Reason = "offline"
	NotOnShift Reason = "off-shift"
	Lacks      Reason = "lacks"
	IsFull     Reason = "full"
	LessFit    Reason = "skills" // has fewer of the skills that are preferred
	HasMore    Reason = "load"   // has more to do
	LaterTurn  Reason = "turn"
)

// Passed is somebody who did not get the ticket, and why.
type Passed struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Reason   Reason `json:"reason"`
	Need     *Need  `json:"need,omitempty"` // that they lack
	Load     int    `json:"load,omitempty"`
	Capacity int    `json:"capacity,omitempty"`
}

// Decision is who gets a ticket, and why nobody else does.
type Decision struct {
	To       string   `json:"to,omitempty"` // empty: it waits
	Name     string   `json:"name,omitempty"`
	Why      Why      `json:"why,omitempty"`
	Load     int      `json:"load,omitempty"` // of who gets it, before
	Capacity int      `json:"capacity,omitempty"`
	Relaxed  []Need   `json:"relaxed,omitempty"` // required, and given up after the time-out
	Missed   []Need   `json:"missed,omitempty"`  // preferred, and lacking
	Passed   []Passed `json:"passed,omitempty"`
}

// Choose decides who of some agents gets a ticket. It depends on nothing else:
// the same values give the same decision. Last is who was chosen before, whom
// the turn goes on from; agents may come in any order.
func Choose(p Policy, f Facts, last string, agents []Agent) Decision {
	agents = slices.SortedFunc(slices.Values(agents), func(a, b Agent) int { return cmp.Compare(a.ID, b.ID) })
	c := chooser{policy: p, weight: p.Weight(f.Priority), last: last}
	c.required, c.preferred = p.needs(f)
	var relaxed []Need
	if f.Relaxed {
		relaxed, c.required = c.required, nil
		for _, n := range relaxed {
			c.preferred = merge(c.preferred, n)
		}
	}
	var d Decision
	var fit []Agent
	for _, a := range agents {
		if p, hindered := c.hinders(a); hindered {
			d.Passed = append(d.Passed, p)
		} else {
			fit = append(fit, a)
		}
	}
	if len(fit) == 0 {
		return d
	}
	c.byRoom = slices.ContainsFunc(fit, func(a Agent) bool { return a.Capacity != fit[0].Capacity }) &&
		!slices.ContainsFunc(fit, func(a Agent) bool { return a.Capacity == 0 })
	best := slices.MinFunc(fit, c.compare)
	d.To, d.Name, d.Load, d.Capacity = best.ID, best.Name, best.Load, best.Capacity
	d.Why = c.why(best, fit)
	d.Relaxed = lacking(best, relaxed)
	d.Missed = slices.DeleteFunc(lacking(best, c.preferred), func(n Need) bool { return !n.Preferred })
	for _, a := range fit {
		if a.ID != best.ID {
			d.Passed = append(d.Passed, Passed{ID: a.ID, Name: a.Name, Reason: c.against(best, a), Load: a.Load, Capacity: a.Capacity})
		}
	}
	return d
}

type chooser struct {
	policy              Policy
	weight              int
	last                string
	required, preferred []Need
	byRoom              bool
}

// hinders tells what keeps an agent from the ticket, the weightiest reason first.
func (c *chooser) hinders(a Agent) (Passed, bool) {
	p := Passed{ID: a.ID, Name: a.Name}
	switch {
	case a.Barred:
		p.Reason = NotAllowed
	case a.State == AwayState && !c.policy.Absent:
		p.Reason = IsAway
	case (a.State == Offline || a.State == "") && !c.policy.Absent:
		p.Reason = IsOffline
	case a.State == Busy && !c.policy.Busy:
		p.Reason = IsBusy
	case !a.OnShift && !c.policy.OffShift:
		p.Reason = NotOnShift
	default:
		if lacks := lacking(a, c.required); len(lacks) > 0 {
			p.Reason, p.Need = Lacks, &lacks[0]
			return p, true
		}
		if a.Capacity > 0 && a.Load+c.weight > a.Capacity {
			p.Reason, p.Load, p.Capacity = IsFull, a.Load, a.Capacity
			return p, true
		}
		return p, false
	}
	return p, true
}

// lacking are those needs that an agent does not meet.
func lacking(a Agent, needs []Need) []Need {
	var lacks []Need
	for _, n := range needs {
		if a.Skills[n.Skill] < n.Level {
			lacks = append(lacks, n)
		}
	}
	return lacks
}

// compare orders agents who could take the ticket, the one to choose first.
func (c *chooser) compare(a, b Agent) int {
	switch c.policy.Mode {
	case RoundRobin:
		return c.turn(a, b)
	case Skilled:
		return cmp.Or(c.skills(a, b), c.load(a, b), c.turn(a, b))
	}
	return cmp.Or(c.load(a, b), c.turn(a, b))
}

func (c *chooser) skills(a, b Agent) int {
	return cmp.Compare(len(lacking(a, c.preferred)), len(lacking(b, c.preferred)))
}

// load compares what two have to do, as a part of what they carry where that differs.
func (c *chooser) load(a, b Agent) int {
	if c.byRoom {
		return cmp.Compare(a.Load*b.Capacity, b.Load*a.Capacity)
	}
	return cmp.Compare(a.Load, b.Load)
}

// turn puts who comes after the last one first, and then goes round.
func (c *chooser) turn(a, b Agent) int {
	if before, after := a.ID <= c.last, b.ID <= c.last; before != after {
		if after {
			return -1
		}
		return 1
	}
	return cmp.Compare(a.ID, b.ID)
}

// why tells what set the best apart from the others who could take the ticket.
func (c *chooser) why(best Agent, fit []Agent) Why {
	if len(fit) == 1 {
		return Only
	}
	decides := ByTurn
	for _, a := range fit {
		if a.ID == best.ID {
			continue
		}
		switch c.against(best, a) {
		case HasMore:
			if decides != BySkills {
				decides = ByLoad
			}
		case LessFit:
			decides = BySkills
		}
	}
	if decides == ByLoad && c.byRoom {
		return ByRoom
	}
	return decides
}

// against tells why the best was chosen before another.
func (c *chooser) against(best, a Agent) Reason {
	switch {
	case c.policy.Mode == Skilled && c.skills(best, a) != 0:
		return LessFit
	case c.policy.Mode != RoundRobin && c.load(best, a) != 0:
		return HasMore
	}
	return LaterTurn
}
