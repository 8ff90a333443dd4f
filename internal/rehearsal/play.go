package rehearsal

import (
	"fmt"
	"slices"
	"time"

	"muster/internal/routing"
	"muster/internal/ticket"
)

// end plays the turns in the order of time.
func (r *router) end() error {
	slices.SortStableFunc(r.turns, func(a, b turn) int { return a.at.Compare(b.at) })
	leavings := r.leavings()
	for _, t := range r.turns {
		leavings = r.leave(leavings, t.at)
		r.relax(t.at)
		r.play(t)
	}
	r.leave(leavings, r.now)
	r.relax(r.now)
	for _, of := range r.tickets {
		r.compare(of)
	}
	return nil
}

// play has a ticket be as it was left, and decides what the policy would have.
func (r *router) play(t turn) {
	of, was := t.of, t.of.t
	r.load(of.would, int(was.Priority), -opened(&was))
	of.t = *t.after
	switch {
	case t.after.Assignee == was.Assignee:
	case was.Assignee == "" && of.would != "" && of.first != "": // what was taken by hand had been given already
	default:
		r.hold(of, t.after.Assignee, false)
	}
	if of.real == "" && t.after.Assignee != "" {
		of.real, of.realAt = t.after.Assignee, t.at
	}
	r.load(of.would, int(of.t.Priority), opened(&of.t))
	comes := t.open || was.Team != of.t.Team || was.Bucket != ticket.InOpen && of.t.Bucket == ticket.InOpen
	switch {
	case of.t.Bucket != ticket.InOpen || of.would != "":
		r.unwait(of)
	case comes && r.teams[of.t.Team]:
		if of.from.IsZero() {
			of.from = t.at
		}
		of.asked = true
		r.decide(of, t.at)
	}
	if opened(&was) == 1 && (of.t.Bucket != ticket.InOpen || was.Assignee != of.t.Assignee) {
		r.fill(t.at)
	}
}

// decide gives a ticket to somebody, or has it wait.
func (r *router) decide(of *routed, at time.Time) {
	of.why = r.choose(of, at)
	if of.why.To == "" {
		if !of.waiting {
			of.waiting = true
			r.waits[of.t.Team] = append(r.waits[of.t.Team], of)
			if r.policy.Relax > 0 {
				of.relaxAt = at.Add(time.Duration(r.policy.Relax) * time.Minute)
			}
		}
		return
	}
	r.unwait(of)
	r.give(of, of.why.To)
	if of.first == "" {
		of.first, of.firstAt = of.would, at
	}
}

// choose is who the policy would have given a ticket at an instant: not who has it.
func (r *router) choose(of *routed, at time.Time) routing.Decision {
	f := routing.Facts{Kind: of.t.Kind, Item: of.t.Item, Tier: r.tiers[of.t.Organisation], Language: of.language, Tags: of.t.Tags, Priority: int(of.t.Priority)}
	f.Relaxed = !of.relaxAt.IsZero() && !at.Before(of.relaxAt)
	agents := slices.DeleteFunc(r.cast.Agents(r.policy, &of.t, at), func(a routing.Agent) bool { return a.ID == of.would })
	for i := range agents {
		a := &agents[i]
		a.State = r.state(a.ID, at)
		for priority, n := range *r.carries(a.ID) {
			a.Load += n * r.policy.Weight(priority)
		}
	}
	return routing.Choose(r.policy, f, r.last[of.t.Team], agents)
}

// give has somebody get a ticket, whose turn it was.
func (r *router) give(of *routed, user string) {
	r.last[of.t.Team] = user
	r.hold(of, user, true)
	r.load(user, int(of.t.Priority), 1)
}

// hold has a ticket be with somebody, or with nobody.
func (r *router) hold(of *routed, user string, given bool) {
	delete(r.held[of.would], of)
	if of.would, of.given = user, given; user == "" {
		return
	}
	if r.held[user] == nil {
		r.held[user] = map[*routed]bool{}
	}
	r.held[user][of] = true
}

func (r *router) carries(user string) *[5]int {
	if l := r.loads[user]; l != nil {
		return l
	}
	return &[5]int{}
}

func (r *router) unwait(of *routed) {
	if !of.waiting {
		return
	}
	of.waiting = false
	for team, all := range r.waits {
		r.waits[team] = slices.DeleteFunc(all, func(o *routed) bool { return o == of })
	}
}

// fillAtOnce bounds how many that wait are looked at each time that somebody has room.
const fillAtOnce = 20

func (r *router) fill(at time.Time) {
	for _, all := range r.waits {
		some := slices.Clone(all[:min(len(all), fillAtOnce)])
		slices.SortStableFunc(some, func(a, b *routed) int { return int(a.t.Priority) - int(b.t.Priority) })
		for _, of := range some {
			r.decide(of, at)
		}
	}
}

// relax looks again at what has waited long enough, and at what waits when somebody has come since.
func (r *router) relax(at time.Time) {
	for _, all := range r.waits {
		for _, of := range slices.Clone(all[:min(len(all), fillAtOnce)]) {
			if !of.relaxAt.IsZero() && !at.Before(of.relaxAt) {
				r.decide(of, of.relaxAt)
			} else if of.why.Passed != nil && slices.ContainsFunc(of.why.Passed, func(p routing.Passed) bool { return p.Reason != routing.IsFull && p.Reason != routing.Lacks }) {
				r.decide(of, at)
			}
		}
	}
}

// compare notes who would have got a ticket instead.
func (r *router) compare(of *routed) {
	if !of.asked {
		return
	}
	if of.real != "" && !of.realAt.IsZero() {
		r.took[0] = append(r.took[0], of.realAt.Sub(of.from))
	}
	if of.first != "" {
		r.took[1] = append(r.took[1], of.firstAt.Sub(of.from))
	}
	if of.real == of.first {
		return
	}
	r.result.differs(Row{Ticket: of.t.ID, Number: of.t.Number, At: of.from, What: "assignment", Was: r.had(of.real, of.realAt, of.from), Would: r.had(of.first, of.firstAt, of.from)})
}

func (r *router) had(user string, at, from time.Time) string {
	if user == "" {
		return "nobody had it"
	}
	name := r.names[user]
	if name == "" {
		name = "somebody who is gone"
	}
	return fmt.Sprintf("%s, %s", name, after(at.Sub(from)))
}

func after(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "at once"
	case d < 2*time.Hour:
		return fmt.Sprintf("after %d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("after %d h", int(d.Hours()))
	}
	return fmt.Sprintf("after %d days", int(d.Hours()/24))
}

func (r *router) figures() (was, would []Figure) {
	of := func(took []time.Duration, handed int) []Figure {
		slices.Sort(took)
		median := 0
		if len(took) > 0 {
			median = int(took[len(took)/2].Minutes())
		}
		return []Figure{{"Tickets that somebody had", len(took)}, {"Minutes until then, median", median}, {"Taken from who was away", handed}}
	}
	return of(r.took[0], r.handed[0]), of(r.took[1], r.handed[1])
}
