package rehearsal

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/routing"
	"muster/internal/ticket"
)

// router rehearses routing. Decisions hang together, since who gets one
// ticket has more to do: first each ticket's turns are gathered, as small as
// can be, then they are played in the order of time.
type router struct {
	policy     routing.Policy
	teams      map[string]bool // that the policy is for
	cast       routing.Cast
	since, now time.Time
	names      map[string]string
	states     map[string][]presence // by user, oldest first
	tiers      map[string]string
	languages  map[string]string
	result     *Result

	tickets []*routed
	turns   []turn
	loads   map[string]*[5]int // open tickets by priority
	last    map[string]string  // whose turn it was, by team
	waits   map[string][]*routed
	took    [2][]time.Duration // until somebody had it: was, would
}

// mostTurns bounds what a rehearsal of routing holds in memory.
const mostTurns = 3_000_000

type presence struct {
	at time.Time
	is routing.State
}

// routed is a ticket while it is played.
type routed struct {
	t        ticket.Ticket // as it is at the time
	language string
	from     time.Time // when it first waited for somebody of the team
	real     string    // who had it first
	realAt   time.Time
	would    string // who would have it now
	first    string // who would have got it first
	firstAt  time.Time
	why      routing.Decision
	asked    bool // a decision about it was due
	waiting  bool
	relaxAt  time.Time
}

// turn is a ticket as it was left at an instant.
type turn struct {
	at    time.Time
	of    *routed
	after *ticket.Ticket
	open  bool // it was opened by this
}

func (s *Stage) castRouting(tx *db.Tx, r *Rehearsal, since time.Time) (player, error) {
	var draft RoutingDraft
	if err := json.Unmarshal(r.Draft, &draft); err != nil {
		return nil, err
	}
	p := &router{policy: draft.Policy, teams: map[string]bool{}, since: since, now: r.CreatedAt, states: map[string][]presence{}, tiers: map[string]string{},
		languages: map[string]string{}, result: &r.Result, loads: map[string]*[5]int{}, last: map[string]string{}, waits: map[string][]*routed{}}
	ids, err := teamsOf(tx, draft.Team)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		p.teams[id] = true
	}
	if p.cast, err = s.Router.Cast(tx, ids); err != nil {
		return nil, err
	}
	names, err := people.NamesOf(tx, nil, nil)
	if err != nil {
		return nil, err
	}
	p.names = names.Users
	if err := p.attendance(tx); err != nil {
		return nil, err
	}
	still, err := untouched(tx, since)
	for _, t := range still {
		p.load(t.Assignee, int(t.Priority), 1)
	}
	return p, err
}

// teamsOf are the teams that a draft is for: one, or all that have no policy of their own.
func teamsOf(tx *db.Tx, team string) ([]string, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return nil, err
	}
	if team != routing.Default {
		_, err := people.FindTeam(tx, team)
		return []string{team}, err
	}
	all, err := people.Teams(tx)
	if err != nil {
		return nil, err
	}
	kept, err := routing.Policies(tx)
	var ids []string
	for _, t := range all {
		if !slices.ContainsFunc(kept, func(p routing.Stored) bool { return p.Team == t.ID }) {
			ids = append(ids, t.ID)
		}
	}
	return ids, err
}

// attendance reads who was here when. Of whom the log says nothing, nothing is known: they are taken to be here.
func (r *router) attendance(tx *db.Tx) error {
	users := r.cast.Users()
	of, err := event.Histories(tx, "user", users)
	if err != nil {
		return err
	}
	for _, user := range users {
		for _, e := range of[user] {
			var p routing.PresenceSet
			if e.Name != p.EventName() {
				continue
			}
			if err := e.Decode(&p); err != nil {
				return err
			}
			r.states[user] = append(r.states[user], presence{e.At, p.Is})
		}
	}
	return nil
}

func (r *router) state(user string, at time.Time) routing.State {
	all := r.states[user]
	i := sort.Search(len(all), func(i int) bool { return all[i].at.After(at) }) - 1
	if i < 0 {
		return routing.Available
	}
	return all[i].is
}

// visit gathers the turns of some tickets.
func (r *router) visit(tx *db.Tx, some []story) error {
	for _, s := range some {
		if err := r.gather(tx, s); err != nil {
			return err
		}
	}
	if len(r.turns) > mostTurns {
		return fault.New(fault.Invalid, "So much happened in %s that routing cannot be rehearsed over it. Choose fewer days.", r.now.Sub(r.since).Round(time.Hour))
	}
	return nil
}

func (r *router) gather(tx *db.Tx, s story) error {
	of := &routed{}
	var p past
	begun := false
	works, err := s.works()
	if err != nil {
		return err
	}
	for _, work := range works {
		before := p.Ticket
		for _, d := range work {
			p.follow(d.of, d.At)
		}
		at := work[0].At
		if at.Before(r.since) {
			continue
		}
		if !begun && before.ID != "" { // as it was when the time began
			of.t = before
			r.load(before.Assignee, int(before.Priority), opened(&before))
			of.would, of.real = before.Assignee, before.Assignee
		}
		begun = true
		if before.ID != "" && !matters(&before, &p.Ticket) {
			continue
		}
		after := p.Ticket
		r.turns = append(r.turns, turn{at, of, &after, before.ID == ""})
	}
	if p.ID == "" || !begun {
		return nil
	}
	of.t.ID, of.t.Number = p.ID, p.Number
	r.tickets = append(r.tickets, of)
	of.language, err = r.speaks(tx, &p)
	if err == nil {
		_, err = known(r.tiers, p.Organisation, func() (string, error) {
			o, err := people.FindOrganisation(tx, p.Organisation)
			return string(o.Tier), err
		})
	}
	return err
}

// matters reports whether routing cares for what became of a ticket.
func matters(a, b *ticket.Ticket) bool {
	return a.Assignee != b.Assignee || a.Team != b.Team || a.Priority != b.Priority || a.Bucket != b.Bucket || a.Item != b.Item || !slices.Equal(a.Tags, b.Tags)
}

func opened(t *ticket.Ticket) int {
	if t.Bucket == ticket.InOpen {
		return 1
	}
	return 0
}

func (r *router) speaks(tx *db.Tx, p *past) (string, error) {
	if l := p.Fields["language"]; l != "" || p.Requester == "" {
		return l, nil
	}
	return known(r.languages, p.Requester, func() (string, error) {
		c, err := people.FindContact(tx, p.Requester)
		return c.Locale, err
	})
}

func (r *router) load(user string, priority, n int) {
	if user == "" || n == 0 {
		return
	}
	if r.loads[user] == nil {
		r.loads[user] = &[5]int{}
	}
	r.loads[user][min(max(priority, 0), 4)] += n
}

// end plays the turns in the order of time.
func (r *router) end() error {
	slices.SortStableFunc(r.turns, func(a, b turn) int { return a.at.Compare(b.at) })
	for _, t := range r.turns {
		r.relax(t.at)
		r.play(t)
	}
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
		of.would = t.after.Assignee
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
func (r *router) decide(of *routed, at time.Time) bool {
	f := routing.Facts{Kind: of.t.Kind, Item: of.t.Item, Tier: r.tiers[of.t.Organisation], Language: of.language, Tags: of.t.Tags, Priority: int(of.t.Priority)}
	f.Relaxed = !of.relaxAt.IsZero() && !at.Before(of.relaxAt)
	agents := r.cast.Agents(r.policy, &of.t, at)
	for i := range agents {
		a := &agents[i]
		a.State = r.state(a.ID, at)
		for priority, n := range *r.carries(a.ID) {
			a.Load += n * r.policy.Weight(priority)
		}
	}
	d := routing.Choose(r.policy, f, r.last[of.t.Team], agents)
	of.why = d
	if d.To == "" {
		if !of.waiting {
			of.waiting = true
			r.waits[of.t.Team] = append(r.waits[of.t.Team], of)
			if r.policy.Relax > 0 {
				of.relaxAt = at.Add(time.Duration(r.policy.Relax) * time.Minute)
			}
		}
		return false
	}
	r.unwait(of)
	r.last[of.t.Team] = d.To
	if of.would = d.To; of.first == "" {
		of.first, of.firstAt = d.To, at
	}
	r.load(d.To, int(of.t.Priority), 1)
	return true
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
	of := func(took []time.Duration) []Figure {
		slices.Sort(took)
		median := 0
		if len(took) > 0 {
			median = int(took[len(took)/2].Minutes())
		}
		return []Figure{{"Tickets that somebody had", len(took)}, {"Minutes until then, median", median}}
	}
	return of(r.took[0]), of(r.took[1])
}
