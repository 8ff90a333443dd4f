package rehearsal

import (
	"encoding/json"
	"slices"
	"sort"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/people/client"
	"muster/internal/routing"
	"muster/internal/ticket"
	"muster/internal/ticket/past"
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
	held    map[string]map[*routed]bool // by who would have them
	took    [2][]time.Duration          // until somebody had it: was, would
	handed  [2]int                      // taken from who was away: was, would
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
	given    bool   // by the policy, not by a person
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
		languages: map[string]string{}, result: &r.Result, loads: map[string]*[5]int{}, last: map[string]string{}, waits: map[string][]*routed{}, held: map[string]map[*routed]bool{}}
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
	var p past.Ticket
	begun := false
	works, err := past.Works(s.events)
	if err != nil {
		return err
	}
	for _, work := range works {
		before := p.Ticket
		for _, d := range work {
			p.Follow(d.Of, d.At)
		}
		at := work[0].At
		if at.Before(r.since) {
			continue
		}
		if !begun && before.ID != "" { // as it was when the time began
			of.t = before
			r.load(before.Assignee, int(before.Priority), opened(&before))
			of.real = before.Assignee
			r.hold(of, before.Assignee, false)
		}
		begun = true
		if err := r.count(work); err != nil {
			return err
		}
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
			o, err := client.FindOrganisation(tx, p.Organisation)
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

func (r *router) speaks(tx *db.Tx, p *past.Ticket) (string, error) {
	if l := p.Fields["language"]; l != "" || p.Requester == "" {
		return l, nil
	}
	return known(r.languages, p.Requester, func() (string, error) {
		c, err := client.FindContact(tx, p.Requester)
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
