package rehearsal

import (
	"cmp"
	"slices"
	"time"

	"muster/internal/routing"
	"muster/internal/ticket/past"
)

// leaving is the instant at which somebody has been away for too long.
type leaving struct {
	at   time.Time
	user string
}

// leavings are those of the time, as the log tells of who was here when.
func (r *router) leavings() []leaving {
	var all []leaving
	for user, states := range r.states {
		var since time.Time
		ended := func(back time.Time) {
			if since.IsZero() {
				return
			}
			if at := r.cast.Gone(r.policy, user, since, back); !at.IsZero() && !at.Before(r.since) {
				all = append(all, leaving{at, user})
			}
			since = time.Time{}
		}
		for _, p := range states {
			if !p.is.Absent() {
				ended(p.at)
			} else if since.IsZero() {
				since = p.at
			}
		}
		ended(r.now)
	}
	slices.SortFunc(all, func(a, b leaving) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.user, b.user)) })
	return all
}

// leave plays the leavings up to an instant, and returns those that come after it.
func (r *router) leave(all []leaving, by time.Time) []leaving {
	for len(all) > 0 && !all[0].at.After(by) {
		r.left(all[0])
		all = all[1:]
	}
	return all
}

// left has the tickets of who was away for too long go to others, or back to the team, as the policy says.
// What nobody else can take stays.
func (r *router) left(l leaving) {
	var theirs []*routed
	for of := range r.held[l.user] {
		if opened(&of.t) == 1 && r.teams[of.t.Team] && (of.given || r.policy.ByHand) {
			theirs = append(theirs, of)
		}
	}
	slices.SortFunc(theirs, func(a, b *routed) int { return cmp.Compare(a.t.Number, b.t.Number) })
	for _, of := range theirs {
		to := ""
		if r.policy.Away == routing.Others {
			if to = r.choose(of, l.at).To; to == "" {
				continue
			}
		}
		r.handed[1]++
		r.load(l.user, int(of.t.Priority), -1)
		if to == "" {
			r.hold(of, "", false)
			continue
		}
		r.give(of, to)
	}
}

// count notes what was taken from who was away.
func (r *router) count(work []past.Deed) error {
	for _, d := range work {
		var e routing.Decided
		if d.Name != e.EventName() {
			continue
		}
		if err := d.Decode(&e); err != nil {
			return err
		}
		if e.Because == routing.WentAway && (e.To != "" || e.Back) && r.teams[e.Team] {
			r.handed[0]++
		}
	}
	return nil
}
