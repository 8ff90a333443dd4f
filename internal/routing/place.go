package routing

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/ticket"
)

const (
	fillAtOnce = 200 // tickets that one job looks at
	mostNamed  = 12  // who were passed over and are named on the ticket
)

// place decides about one ticket.
func (r *Router) place(ctx context.Context, a about) error {
	return r.DB.Update(ctx, func(tx *db.Tx) error {
		if err := event.Finish(tx); err != nil {
			return err
		}
		_, err := r.decide(tx, ticket.ID(a.Ticket), a.Because)
		return err
	})
}

// fill gives out what waits in some teams, in order, until nobody has room.
func (r *Router) fill(ctx context.Context, a about) error {
	var waiting []waiter
	if err := r.DB.View(ctx, func(tx *db.Tx) error {
		teams, err := teamsToFill(tx, a)
		if err != nil {
			return err
		}
		for _, t := range teams {
			some, err := waits(tx, t, fillAtOnce)
			if err != nil {
				return err
			}
			waiting = append(waiting, some...)
		}
		return nil
	}); err != nil {
		return err
	}
	full := map[string]bool{}
	for _, w := range waiting {
		if full[w.team] {
			continue
		}
		if err := r.DB.Update(ctx, func(tx *db.Tx) error {
			room, err := r.decide(tx, w.ticket, Freed)
			full[w.team] = !room
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// teamsToFill are a team, or those of an agent, or those of who has a ticket.
func teamsToFill(tx *db.Tx, a about) ([]string, error) {
	if a.Team != "" {
		return []string{a.Team}, nil
	}
	if a.Ticket != "" {
		t, err := ticket.ByID(tx, ticket.ID(a.Ticket))
		if err != nil || t.Assignee == "" {
			return nil, unless(err, fault.NotFound)
		}
		a.User = t.Assignee
	}
	return teamsWaitingFor(tx, a.User)
}

func unless(err error, kind fault.Kind) error {
	if fault.Is(err, kind) {
		return nil
	}
	return err
}

// gone sees to the tickets of somebody who went away.
func (r *Router) gone(ctx context.Context, a about) error {
	var theirs []ticket.ID
	if err := r.DB.View(ctx, func(tx *db.Tx) (err error) {
		theirs, err = openOf(tx, a.User)
		return err
	}); err != nil {
		return err
	}
	for _, id := range theirs {
		if err := r.DB.Update(ctx, func(tx *db.Tx) error {
			_, err := r.decide(tx, id, WentAway)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// matter is a ticket and all that a decision about it depends on.
type matter struct {
	tx      *db.Tx
	t       *ticket.Ticket
	because Because
	policy  Policy
	roster  roster
	members []member
	wait    waiter // zero: it does not wait
	holder  kept   // who has it, if somebody does
}

// decide decides about a ticket, if it is the router's matter. It reports whether somebody of the team
// could take one more: while nobody can, there is no use in asking about the next.
func (r *Router) decide(tx *db.Tx, id ticket.ID, because Because) (room bool, err error) {
	m := matter{tx: tx, because: because}
	if m.t, err = ticket.ByID(tx, id); err != nil {
		return true, unless(err, fault.NotFound)
	}
	all, err := policies(tx)
	if err != nil {
		return false, err
	}
	m.policy = holding(all, m.t.Team)
	if m.wait, err = waitOf(tx, id); err != nil {
		return false, err
	}
	if m.roster, err = r.roster(tx); err != nil {
		return false, err
	}
	if ours, err := m.ours(); err != nil || !ours {
		return true, cmp.Or(err, unwait(tx, id))
	}
	if m.t.Assignee != "" && m.policy.Away == Back {
		return true, r.putBack(&m)
	}
	return r.choose(&m)
}

// ours reports whether there is something to decide: the ticket waits for us, and nobody has it; or who
// has it is gone, and the policy says that somebody else is to have it.
func (m *matter) ours() (bool, error) {
	switch {
	case !m.policy.On() || m.t.Team == "" || m.t.Bucket != ticket.InOpen:
		return false, nil
	case m.t.Assignee == "":
		// What a person took from somebody stays so, until it comes to another team.
		return slices.Contains([]Because{Opened, NewTeam, Answered}, m.because) || m.wait.ticket != "", nil
	case m.because == NewTeam:
		return m.strayed()
	case m.policy.Away == Keep:
		return false, nil
	}
	var err error
	if m.holder, err = presence(m.tx, m.t.Assignee); err != nil {
		return false, err
	}
	if away, err := m.longAway(); err != nil || !away {
		return false, err
	}
	return m.free()
}

// choose decides who gets the ticket, and gives it to them or has it wait.
func (r *Router) choose(m *matter) (room bool, err error) {
	if m.members, err = r.members(m.tx, m.t, m.policy, m.roster); err != nil {
		return false, err
	}
	facts, err := factsOf(m.tx, m.t)
	if err != nil {
		return false, err
	}
	relaxAt := m.relaxAt(facts)
	facts.Relaxed = !relaxAt.IsZero() && !m.tx.Now.Before(relaxAt)
	last, err := lastTurn(m.tx, m.t.Team)
	if err != nil {
		return false, err
	}
	d := Choose(m.policy, facts, last, m.agents())
	e := Decided{Ticket: m.t.ID, Because: m.because, Team: m.t.Team, Mode: m.policy.Mode, Decision: d}
	if e.From, e.FromName, err = m.from(); err != nil {
		return false, err
	}
	if e.More = max(0, len(d.Passed)-mostNamed); e.More > 0 {
		e.Passed = d.Passed[:mostNamed]
	}
	if d.To == "" {
		if !facts.Relaxed {
			e.RelaxAt = relaxAt
		}
		return m.room(), r.wait(m, e, d)
	}
	if err := saveTurn(m.tx, m.t.Team, d.To); err != nil {
		return false, err
	}
	return true, r.give(m, e)
}

// agents are the members who may get the ticket: not who has it and is gone.
func (m *matter) agents() []Agent {
	var all []Agent
	for _, a := range m.members {
		if a.ID != m.t.Assignee {
			all = append(all, a.Agent)
		}
	}
	return all
}

// room reports whether any member could take the lightest ticket there is.
func (m *matter) room() bool {
	easy := m.policy
	easy.Mode = LeastLoaded
	easy.Weights = map[int]int{1: 1}
	return Choose(easy, Facts{Priority: 1}, "", m.agents()).To != ""
}

// relaxAt is when what the ticket requires is only preferred: zero if never, or if it requires nothing.
func (m *matter) relaxAt(f Facts) time.Time {
	if required, _ := m.policy.needs(f); m.policy.Relax == 0 || len(required) == 0 {
		return time.Time{}
	}
	since := m.tx.Now
	if m.wait.ticket != "" {
		since = m.wait.since
	}
	return since.Add(m.policy.relax())
}

// give sets the assignee and says why.
func (r *Router) give(m *matter, e Decided) error {
	if err := unwait(m.tx, m.t.ID); err != nil {
		return err
	}
	if _, err := r.Desk.Change(m.tx, m.t.Number, ticket.Any, ticket.Change{Assignee: &e.To}); err != nil {
		return err
	}
	m.tx.Emit(e)
	return nil
}

// wait has the ticket wait, says so if it was not said, and plans when to look again.
func (r *Router) wait(m *matter, e Decided, d Decision) error {
	told := tell(d)
	w := waiter{ticket: m.t.ID, team: m.t.Team, priority: int(m.t.Priority), since: m.tx.Now, told: told}
	if m.wait.ticket != "" && m.wait.team == w.team {
		w.since = m.wait.since
	}
	if m.wait.told != told {
		m.tx.Emit(e)
	}
	if err := saveWait(m.tx, w); err != nil {
		return err
	}
	if !e.RelaxAt.IsZero() {
		if err := event.Schedule(m.tx, placeTask, string(m.t.ID), e.RelaxAt, about{Ticket: string(m.t.ID), Because: TimeOut}); err != nil {
			return err
		}
	}
	return m.nextShift()
}

// tell is what keeps a ticket waiting, in short: the kinds of reasons, not whom they are about.
func tell(d Decision) string {
	var reasons []string
	for _, p := range d.Passed {
		reasons = append(reasons, string(p.Reason))
	}
	slices.Sort(reasons)
	return "waits:" + strings.Join(slices.Compact(reasons), ",")
}

// nextShift has what waits in the team looked at when the next member comes on shift.
func (m *matter) nextShift() error {
	if m.policy.OffShift {
		return nil
	}
	var first time.Time
	for _, a := range m.members {
		if a.OnShift {
			continue
		}
		if at := m.roster.next(a.ID, m.tx.Now); !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	if first.IsZero() {
		return nil
	}
	return event.Schedule(m.tx, fillTask, m.t.Team+" shift", first, about{Team: m.t.Team})
}
