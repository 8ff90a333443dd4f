package clock

import (
	"slices"
	"time"

	"muster/internal/calendar"
	"muster/internal/fault"
	"muster/internal/ticket"
	"muster/internal/ticket/past"
)

// Setup is what is promised, and by which calendars: as it is, or as somebody thinks of having it.
type Setup struct {
	Policies []Policy
	Desks    []Desk

	compiled map[Hours]*calendar.Compiled
}

// Calendars finds a calendar of the set-up, each compiled once.
func (s *Setup) Calendars(h Hours) (*calendar.Compiled, error) {
	if c, ok := s.compiled[h]; ok {
		return c, nil
	}
	i := slices.IndexFunc(s.Desks, func(d Desk) bool { return d.ID == h.Calendar })
	if i < 0 {
		return nil, fault.New(fault.NotFound, "There is no calendar %.60q: choose one that there is.", h.Calendar)
	}
	c, err := s.Desks[i].compile(h.Versions)
	if s.compiled == nil {
		s.compiled = map[Hours]*calendar.Compiled{}
	}
	s.compiled[h] = c
	return c, err
}

// Retelling is the clocks of one ticket as they follow its story from the log, under a set-up that need not be that of then.
// Each thing that happened finds the policies and the priority that held for the ticket at its instant.
type Retelling struct {
	book
	calendars Calendars
	under     map[Kind]string
	sent      map[string]time.Time // when entries were written
	clocks    []Kept
}

// Retell begins a story.
func (s *Setup) Retell() *Retelling {
	return newRetelling(book{policies: s.Policies, desks: s.Desks}, s.Calendars)
}

func newRetelling(b book, calendars Calendars) *Retelling {
	return &Retelling{book: b, calendars: calendars, under: map[Kind]string{}, sent: map[string]time.Time{}}
}

// Clocks are those of a kind of policy, as they are by now.
func (r *Retelling) Clocks(kind Kind) []Clock {
	var all []Clock
	for _, k := range r.clocks {
		if k.Kind == kind {
			all = append(all, k.Clock)
		}
	}
	return all
}

// Happened has the clocks follow a deed, which left the ticket as t is; tier is that of its organisation.
func (r *Retelling) Happened(t *past.Ticket, tier string, d past.Deed) error {
	switch e := d.Of.(type) {
	case ticket.WasOpened:
		r.choose(t, tier)
		return r.each(t, Opened{}, d.At)
	case ticket.Changed:
		return r.changed(t, tier, e, d.At)
	case ticket.Shelved:
		if e.To == ticket.InSpam || e.To == ticket.InTrash {
			return r.each(t, Shelved{}, d.At)
		}
		return r.each(t, Restored{To: standsAs(t)}, d.At)
	case ticket.Withdrew:
		return r.each(t, TookBack{Written: r.sent[e.Entry]}, d.At)
	case ticket.Wrote:
		r.sent[e.Entry] = d.At
	}
	happening, ok, err := recall(d.Recorded)
	if err != nil || !ok {
		return err
	}
	return r.each(t, happening, d.At)
}

func standsAs(t *past.Ticket) Standing {
	return Standing{Category: string(t.Category), Waits: string(t.Waits)}
}

func (r *Retelling) choose(t *past.Ticket, tier string) {
	subject := subjectOf(&t.Ticket)
	subject.Tier = tier
	for _, kind := range kinds() {
		p, _ := Choose(r.policies, kind, subject)
		r.under[kind] = p.ID
	}
}

// changed has other policies hold, if what they are chosen by is not what it was.
func (r *Retelling) changed(t *past.Ticket, tier string, e ticket.Changed, at time.Time) error {
	what := cares(e)
	if what.matters {
		if err := r.rechoose(t, tier, what.team, at); err != nil {
			return err
		}
	}
	if what.took {
		return r.each(t, Took{}, at)
	}
	return nil
}

func (r *Retelling) rechoose(t *past.Ticket, tier string, team bool, at time.Time) error {
	if team && r.under[OLA] != "" {
		if err := r.follow(t, OLA, HandedOn{}, at); err != nil {
			return err
		}
	}
	r.choose(t, tier)
	again := repromise(standsAs(t), &t.Ticket)
	for _, kind := range kinds() {
		p, _ := r.policy(r.under[kind])
		if err := r.follow(t, kind, again.because(p, kind, team && !t.Category.Ended()), at); err != nil {
			return err
		}
	}
	return nil
}

func (r *Retelling) each(t *past.Ticket, h Happening, at time.Time) error {
	for _, kind := range kinds() {
		if err := r.follow(t, kind, h, at); err != nil {
			return err
		}
	}
	return nil
}

func (r *Retelling) follow(t *past.Ticket, kind Kind, h Happening, at time.Time) (err error) {
	p, _ := r.policy(r.under[kind])
	k := Keeper{Policy: p, Priority: int(t.Priority), Hours: r.hours(at), Calendars: r.calendars}
	r.clocks, err = k.followed(r.clocks, kind, h, at)
	return err
}
