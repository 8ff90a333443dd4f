package rehearsal

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/people/client"
	"muster/internal/ticket/past"
)

// presentSetup is what is promised now.
func presentSetup(tx *db.Tx) (*clock.Setup, error) {
	policies, err := clock.Policies(tx)
	if err != nil {
		return nil, err
	}
	desks, err := clock.Desks(tx)
	return &clock.Setup{Policies: policies, Desks: desks}, err
}

// withPolicy is a set-up with another policy: in the place of the one with its id, else after all others.
func withPolicy(s *clock.Setup, p clock.Policy) *clock.Setup {
	made := &clock.Setup{Policies: slices.Clone(s.Policies), Desks: s.Desks}
	p.Active = true
	if i := slices.IndexFunc(made.Policies, func(o clock.Policy) bool { return o.ID == p.ID }); i >= 0 {
		made.Policies[i] = p
		return made
	}
	p.ID = cmp.Or(p.ID, "draft")
	made.Policies = append(made.Policies, p)
	return made
}

// withDesk is a set-up with a calendar as if its newest version had held all the time.
func withDesk(s *clock.Setup, d clock.Desk) *clock.Setup {
	d.Versions = d.Versions[len(d.Versions)-1:] // the first of a calendar is in force since ever
	others := slices.DeleteFunc(slices.Clone(s.Desks), func(o clock.Desk) bool { return o.ID == d.ID })
	return &clock.Setup{Policies: s.Policies, Desks: append(others, d)}
}

func kindsOfPolicy() []clock.Kind { return []clock.Kind{clock.SLA, clock.OLA, clock.Supplier} }

// promiser rehearses promises: as they are, and as they would be.
type promiser struct {
	was, would *clock.Setup
	since, now time.Time
	tiers      map[string]string
	result     *Result
	counts     [2]tally // was, would
}

type tally struct{ promises, broken int }

func (r *promiser) visit(tx *db.Tx, some []story) error {
	for _, s := range some {
		if err := r.rehearse(tx, s); err != nil {
			return err
		}
	}
	return nil
}

func (r *promiser) rehearse(tx *db.Tx, s story) error {
	var p past.Ticket
	was, would := r.was.Retell(), r.would.Retell()
	works, err := past.Works(s.events)
	if err != nil {
		return err
	}
	for _, work := range works {
		for _, d := range work {
			p.Follow(d.Of, d.At)
		}
		tier, err := r.tier(tx, p.Organisation)
		if err != nil {
			return err
		}
		for _, e := range work {
			for _, k := range []*clock.Retelling{was, would} {
				if err := k.Happened(&p, tier, e); err != nil {
					return err
				}
			}
		}
	}
	return r.compare(&p, was, would)
}

func (r *promiser) tier(tx *db.Tx, organisation string) (string, error) {
	if organisation == "" {
		return "", nil
	}
	return known(r.tiers, organisation, func() (string, error) {
		o, err := client.FindOrganisation(tx, organisation)
		return string(o.Tier), err
	})
}

// compare counts what was promised and broken in the time, and notes what would have been kept or broken otherwise.
func (r *promiser) compare(p *past.Ticket, was, would *clock.Retelling) error {
	for _, kind := range kindsOfPolicy() {
		a, err := r.settle(r.was, was.Clocks(kind), kind, 0)
		if err != nil {
			return err
		}
		b, err := r.settle(r.would, would.Clocks(kind), kind, 1)
		if err != nil {
			return err
		}
		for _, key := range slices.Sorted(maps.Keys(joined(a, b))) {
			x, y := a[key], b[key]
			if !x.broken.IsZero() == !y.broken.IsZero() {
				continue
			}
			at := x.broken
			if at.IsZero() {
				at = y.broken
			}
			r.result.differs(Row{Ticket: p.ID, Number: p.Number, At: at, What: key, Was: x.words(), Would: y.words()})
		}
	}
	return nil
}

func joined(a, b map[string]fate) map[string]bool {
	all := map[string]bool{}
	for key := range a {
		all[key] = true
	}
	for key := range b {
		all[key] = true
	}
	return all
}

// fate is what became of one promise.
type fate struct {
	state  clock.State // empty: nothing was promised
	broken time.Time
}

func (f fate) words() string {
	switch {
	case f.state == "":
		return "not promised"
	case f.state == clock.Late:
		return "kept too late"
	case !f.broken.IsZero():
		return "overdue"
	case f.state == clock.Met:
		return "kept"
	case f.state == clock.None:
		return "ended without it"
	case f.state == clock.Cancelled:
		return "called off"
	}
	return "not due yet"
}

// settle tells what became of the promises of a kind that were open in the time.
func (r *promiser) settle(by *clock.Setup, clocks []clock.Clock, kind clock.Kind, side int) (map[string]fate, error) {
	fates := map[string]fate{}
	nth := map[clock.Target]int{}
	for _, c := range clocks {
		if !c.EndedAt.IsZero() && c.EndedAt.Before(r.since) {
			continue
		}
		if _, err := c.Breach(r.now, by.Calendars); err != nil {
			return nil, err
		}
		key := string(c.Target)
		if nth[c.Target]++; nth[c.Target] > 1 {
			key = fmt.Sprintf("%s %d", key, nth[c.Target])
		}
		if kind != clock.SLA {
			key += " (" + string(kind) + ")"
		}
		fates[key] = fate{c.State(), c.BreachedAt}
		r.counts[side].promises++
		if !c.BreachedAt.IsZero() {
			r.counts[side].broken++
		}
	}
	return fates, nil
}

func (r *promiser) figures() (was, would []Figure) {
	of := func(t tally) []Figure { return []Figure{{"Promises", t.promises}, {"Overdue", t.broken}} }
	return of(r.counts[0]), of(r.counts[1])
}
