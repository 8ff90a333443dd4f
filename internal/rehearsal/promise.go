package rehearsal

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"muster/internal/calendar"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/ticket"
)

// setup is what is promised, and by which calendars.
type setup struct {
	policies []clock.Policy
	desks    map[string]clock.Desk
	compiled map[clock.Hours]*calendar.Compiled
}

func presentSetup(tx *db.Tx) (*setup, error) {
	policies, err := clock.Policies(tx)
	if err != nil {
		return nil, err
	}
	desks, err := clock.Desks(tx)
	s := &setup{policies: policies, desks: map[string]clock.Desk{}, compiled: map[clock.Hours]*calendar.Compiled{}}
	for _, d := range desks {
		s.desks[d.ID] = d
	}
	return s, err
}

// with is the set-up with another policy: in the place of the one with its id, else after all others.
func (s *setup) with(p clock.Policy) *setup {
	made := &setup{policies: slices.Clone(s.policies), desks: s.desks, compiled: s.compiled}
	p.Active = true
	if i := slices.IndexFunc(made.policies, func(o clock.Policy) bool { return o.ID == p.ID }); i >= 0 {
		made.policies[i] = p
	} else {
		if p.ID == "" {
			p.ID = "draft"
		}
		made.policies = append(made.policies, p)
	}
	return made
}

// withDesk is the set-up with a calendar as if its newest version had held all the time.
func (s *setup) withDesk(d clock.Desk) *setup {
	newest := d.Versions[len(d.Versions)-1]
	newest.From = time.Time{}
	d.Versions = []calendar.Version{newest}
	made := &setup{policies: s.policies, desks: maps.Clone(s.desks), compiled: map[clock.Hours]*calendar.Compiled{}}
	made.desks[d.ID] = d
	return made
}

func (s *setup) hours(at time.Time) func(string) clock.Hours {
	return func(id string) clock.Hours { return clock.Hours{Calendar: id, Versions: s.desks[id].At(at)} }
}

func (s *setup) calendars(h clock.Hours) (*calendar.Compiled, error) {
	if c, ok := s.compiled[h]; ok {
		return c, nil
	}
	d, ok := s.desks[h.Calendar]
	if !ok {
		return nil, fault.New(fault.NotFound, "There is no calendar %.60q: choose one that there is.", h.Calendar)
	}
	c, err := calendar.Compile(calendar.Calendar{Versions: d.Versions[:min(max(h.Versions, 1), len(d.Versions))]})
	s.compiled[h] = c
	return c, err
}

func (s *setup) policy(id string) (clock.Policy, bool) {
	i := slices.IndexFunc(s.policies, func(p clock.Policy) bool { return p.ID == id })
	if i < 0 {
		return clock.Policy{}, false
	}
	return s.policies[i], true
}

// keeping is the clocks of one ticket under one set-up.
type keeping struct {
	*setup
	under  map[clock.Kind]string
	clocks map[clock.Kind][]clock.Clock
	sent   map[string]time.Time // when entries were written
}

func (s *setup) begin() *keeping {
	return &keeping{setup: s, under: map[clock.Kind]string{}, clocks: map[clock.Kind][]clock.Clock{}, sent: map[string]time.Time{}}
}

func kindsOfPolicy() []clock.Kind { return []clock.Kind{clock.SLA, clock.OLA, clock.Supplier} }

// happened has the clocks follow a deed, which left the ticket as p is.
func (k *keeping) happened(p *past, tier string, d deed) error {
	switch e := d.of.(type) {
	case ticket.WasOpened:
		k.choose(p, tier)
		return k.each(p, clock.Opened{}, d.At)
	case ticket.Changed:
		return k.changed(p, tier, e, d.At)
	case ticket.Shelved:
		if e.To == ticket.InSpam || e.To == ticket.InTrash {
			return k.each(p, clock.Shelved{}, d.At)
		}
		return k.each(p, clock.Restored{To: standing(p)}, d.At)
	case ticket.Withdrew:
		return k.each(p, clock.TookBack{Written: k.sent[e.Entry]}, d.At)
	case ticket.Wrote:
		k.sent[e.Entry] = d.At
	}
	happening, ok, err := clock.Recall(d.Recorded)
	if err != nil || !ok {
		return err
	}
	return k.each(p, happening.Happening, d.At)
}

func standing(p *past) clock.Standing {
	return clock.Standing{Category: string(p.Category), Waits: string(p.waits)}
}

func (k *keeping) choose(p *past, tier string) {
	subject := clock.Subject{Kind: p.Kind, Organisation: p.Organisation, Tier: tier, Item: p.Item, Team: p.Team, Priority: int(p.Priority)}
	for _, kind := range kindsOfPolicy() {
		policy, _ := clock.Choose(k.policies, kind, subject)
		k.under[kind] = policy.ID
	}
}

// changed has other policies hold, if what they are chosen by is not what it was.
func (k *keeping) changed(p *past, tier string, e ticket.Changed, at time.Time) error {
	var matters, team, took bool
	for _, set := range e.Sets {
		matters = matters || slices.Contains([]string{"priority", "team", "item", "organisation", "requester"}, set.Field)
		team = team || set.Field == "team"
		took = took || set.Field == "assignee" && set.To != ""
	}
	if matters {
		if err := k.rechoose(p, tier, team, at); err != nil {
			return err
		}
	}
	if took {
		return k.each(p, clock.Took{}, at)
	}
	return nil
}

func (k *keeping) rechoose(p *past, tier string, team bool, at time.Time) error {
	if team && k.under[clock.OLA] != "" {
		if err := k.follow(p, clock.OLA, clock.HandedOn{}, at); err != nil {
			return err
		}
	}
	k.choose(p, tier)
	again := clock.Repromised{Standing: standing(p), Answered: !p.RepliedAt.IsZero()}
	if p.CustomerAt.After(p.RepliedAt) {
		again.Asked = p.CustomerAt
	}
	for _, kind := range kindsOfPolicy() {
		var h clock.Happening = clock.Opened{}
		if kind != clock.OLA || !team || p.Category.Ended() {
			policy, _ := k.policy(k.under[kind])
			again.FromStart = policy.Retroactive
			h = again
		}
		if err := k.follow(p, kind, h, at); err != nil {
			return err
		}
	}
	return nil
}

func (k *keeping) each(p *past, h clock.Happening, at time.Time) error {
	for _, kind := range kindsOfPolicy() {
		if err := k.follow(p, kind, h, at); err != nil {
			return err
		}
	}
	return nil
}

func (k *keeping) follow(p *past, kind clock.Kind, h clock.Happening, at time.Time) (err error) {
	policy, ok := k.policy(k.under[kind])
	if !ok && len(k.clocks[kind]) == 0 {
		return nil
	}
	keeper := clock.Keeper{Policy: policy, Priority: int(p.Priority), Hours: k.hours(at), Calendars: k.calendars}
	k.clocks[kind], err = keeper.Follow(k.clocks[kind], h, at)
	return err
}

// promiser rehearses promises: as they are, and as they would be.
type promiser struct {
	was, would *setup
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
	var p past
	was, would := r.was.begin(), r.would.begin()
	works, err := s.works()
	if err != nil {
		return err
	}
	for _, work := range works {
		for _, d := range work {
			p.follow(d.of, d.At)
		}
		tier, err := r.tier(tx, p.Organisation)
		if err != nil {
			return err
		}
		for _, e := range work {
			for _, k := range []*keeping{was, would} {
				if err := k.happened(&p, tier, e); err != nil {
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
		o, err := people.FindOrganisation(tx, organisation)
		return string(o.Tier), err
	})
}

// compare counts what was promised and broken in the time, and notes what would have been kept or broken otherwise.
func (r *promiser) compare(p *past, was, would *keeping) error {
	for _, kind := range kindsOfPolicy() {
		a, err := r.settle(was, kind, 0)
		if err != nil {
			return err
		}
		b, err := r.settle(would, kind, 1)
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
func (r *promiser) settle(k *keeping, kind clock.Kind, side int) (map[string]fate, error) {
	fates := map[string]fate{}
	nth := map[clock.Target]int{}
	for _, c := range k.clocks[kind] {
		if !c.EndedAt.IsZero() && c.EndedAt.Before(r.since) {
			continue
		}
		if _, err := c.Breach(r.now, k.calendars); err != nil {
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
