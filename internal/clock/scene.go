package clock

import (
	"slices"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/people/client"
	"muster/internal/ticket"
)

// scene is a ticket with its clocks while something happens on it.
type scene struct {
	*Works
	book
	tx        *db.Tx
	id        ticket.ID
	read      *ticket.Ticket  // when it was asked for
	under     map[Kind]string // the policies it stands under
	clocks    []Kept
	calendars Calendars
	quiet     bool // nobody is told of what is past
	retold    bool // the log is told of the past as of then, by who replays it
	rings     bool // it is the job that looks: there is no other

	before []Kept // as they were
}

// at does something to the clocks of a ticket, as Muster, and keeps what comes
// of it. Where nothing is promised it costs nothing.
func (w *Works) at(tx *db.Tx, id ticket.ID, do func(*scene) error) error {
	b, err := w.book(tx)
	if err != nil || len(b.policies) == 0 {
		return err
	}
	return tx.As(access.System(tx.Workspace), func(tx *db.Tx) error {
		s := &scene{Works: w, book: b, tx: tx, id: id, calendars: w.calendars(tx)}
		if err := s.load(); err != nil {
			return err
		}
		if err := do(s); err != nil {
			return err
		}
		return s.keep()
	})
}

func (s *scene) load() (err error) {
	if s.under, err = standing(s.tx, s.id); err != nil {
		return err
	}
	if s.clocks, err = clocksOf(s.tx, s.id); err != nil {
		return err
	}
	s.before = slices.Clone(s.clocks)
	for i := range s.before { // what is done to one must not be seen in the other
		s.clocks[i].Runs, s.clocks[i].Taken = slices.Clone(s.clocks[i].Runs), slices.Clone(s.clocks[i].Taken)
	}
	return nil
}

func (s *scene) ticket() (*ticket.Ticket, error) {
	if s.read != nil {
		return s.read, nil
	}
	t, err := ticket.ByID(s.tx, s.id)
	s.read = t
	return t, err
}

// choose puts the ticket under the policies that are for it.
func (s *scene) choose(subject Subject) (err error) {
	if subject.Tier, err = s.tier(subject.Organisation); err != nil {
		return err
	}
	for _, kind := range kinds() {
		p, _ := Choose(s.policies, kind, subject)
		if p.ID == s.under[kind] {
			continue
		}
		s.under[kind] = p.ID
		if err := stand(s.tx, s.id, kind, p.ID); err != nil {
			return err
		}
	}
	return nil
}

// tier is that of an organisation: empty, if there is none, or no policy asks for it.
func (s *scene) tier(organisation string) (string, error) {
	if organisation == "" || !s.tiers {
		return "", nil
	}
	o, err := client.FindOrganisation(s.tx, organisation)
	return string(o.Tier), err
}

// rechoose puts the ticket under the policies that are for it now, and has its
// clocks follow their goals from now on, or from the start where a policy says so.
func (s *scene) rechoose(team bool) error {
	t, err := s.ticket()
	if err != nil {
		return err
	}
	was := s.under[OLA]
	if team && was != "" {
		if err := s.follow(OLA, HandedOn{}); err != nil {
			return err
		}
	}
	if err := s.choose(subjectOf(t)); err != nil {
		return err
	}
	to, err := s.standingOf(s.tx, t)
	if err != nil {
		return err
	}
	again := repromise(to, t)
	for _, kind := range kinds() {
		p, _ := s.policy(s.under[kind])
		if err := s.follow(kind, again.because(p, kind, team && !t.Category.Ended())); err != nil {
			return err
		}
	}
	return nil
}

// because is what it means for the clocks of a kind that another policy holds. What
// teams promise each other begins anew with each team.
func (r Repromised) because(p Policy, kind Kind, team bool) Happening {
	if kind == OLA && team {
		return Opened{}
	}
	r.FromStart = p.Retroactive
	return r
}

// repromise tells what a new policy has to know of a ticket that stands somewhere.
func repromise(to Standing, t *ticket.Ticket) Repromised {
	r := Repromised{Standing: to, Answered: !t.RepliedAt.IsZero()}
	if t.CustomerAt.After(t.RepliedAt) {
		r.Asked = t.CustomerAt
	}
	return r
}

// each has the clocks of every policy follow what happened.
func (s *scene) each(h Happening) error {
	for _, kind := range kinds() {
		if err := s.follow(kind, h); err != nil {
			return err
		}
	}
	return nil
}

// follow has the clocks of one kind of policy follow what happened.
func (s *scene) follow(kind Kind, h Happening) error {
	p, ok := s.policy(s.under[kind])
	if !ok && !s.has(kind) {
		return nil
	}
	priority, err := s.priority()
	if err != nil {
		return err
	}
	k := Keeper{Policy: p, Priority: priority, Hours: s.hours(s.tx.Now), Calendars: s.calendars}
	if s.clocks, err = k.followed(s.clocks, kind, h, s.tx.Now); err != nil {
		return err
	}
	s.name(s.clocks)
	return nil
}

// name gives clocks that are new their names.
func (s *scene) name(clocks []Kept) {
	for i := range clocks {
		if k := &clocks[i]; k.ID == "" {
			k.ID, k.Ticket = s.tx.NewID(), s.id
		}
	}
}

func (s *scene) priority() (int, error) {
	t, err := s.ticket()
	if err != nil {
		return 0, err
	}
	return int(t.Priority), nil
}

// keep takes the steps that are due, stores the clocks, tells what became of
// them, and has the next step taken in its instant.
func (s *scene) keep() error {
	var next time.Time
	for i := range s.clocks {
		k := &s.clocks[i]
		at, err := s.advance(k)
		if err != nil {
			return err
		}
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	if err := save(s.tx, s.clocks); err != nil {
		return err
	}
	if !s.retold {
		s.tell(changes(s.before, s.clocks))
	}
	if due := dueOf(s.clocks); !due.Equal(dueOf(s.before)) {
		if err := ticket.SetDue(s.tx, s.id, due); err != nil {
			return err
		}
	}
	return s.schedule(next)
}

// tell has the log say what became of clocks.
func (s *scene) tell(what []Change) {
	if len(what) > 0 {
		s.tx.Emit(Changed{Ticket: s.id, Changes: what})
	}
}

// advance brings a clock up to the instant, and returns when its next step is
// due. Steps are taken by the job alone, so that each is taken once, and none
// that the very work that looks at the clock makes needless.
func (s *scene) advance(k *Kept) (time.Time, error) {
	if _, err := k.Breach(s.tx.Now, s.calendars); err != nil {
		return time.Time{}, err
	}
	p, _ := s.policy(k.Policy)
	promise := p.promise(k.Target)
	if err := k.untake(promise, s.tx.Now, s.calendars); err != nil {
		return time.Time{}, err
	}
	if s.rings || s.quiet {
		if err := s.take(k, p); err != nil {
			return time.Time{}, err
		}
	}
	if err := k.settleRow(s.calendars); err != nil {
		return time.Time{}, err
	}
	return k.upcoming(promise, s.calendars)
}

// take takes the steps of a clock that are due.
func (s *scene) take(k *Kept, p Policy) error {
	ripe, err := k.ripe(p.promise(k.Target), s.tx.Now, s.calendars)
	for _, step := range ripe {
		k.Taken = append(k.Taken, step.name())
		if !s.quiet {
			s.tx.Emit(k.rings(p, step))
		}
	}
	return err
}

// schedule has the clocks looked at again when the next step is due.
func (s *scene) schedule(next time.Time) error {
	was, err := s.scheduled()
	switch {
	case err != nil:
		return err
	case next.IsZero() && was.IsZero(), next.Equal(was) && !s.rings:
		return nil
	case next.IsZero():
		_, err := event.Cancel(s.tx, ringTask, string(s.id))
		return err
	}
	return event.Schedule(s.tx, ringTask, string(s.id), next, ringing{s.id})
}

// scheduled is when the clocks were to be looked at, as they were.
func (s *scene) scheduled() (was time.Time, err error) {
	for i := range s.before {
		k := &s.before[i]
		p, _ := s.policy(k.Policy)
		next, err := k.upcoming(p.promise(k.Target), s.calendars)
		if err != nil {
			return was, err
		}
		if !next.IsZero() && (was.IsZero() || next.Before(was)) {
			was = next
		}
	}
	return was, nil
}

// dueOf is when the next of some promises is due that we have made: a supplier's is not ours.
func dueOf(clocks []Kept) time.Time {
	var due time.Time
	for _, k := range clocks {
		if k.Kind != Supplier && !k.DueAt.IsZero() && (due.IsZero() || k.DueAt.Before(due)) {
			due = k.DueAt
		}
	}
	return due
}
