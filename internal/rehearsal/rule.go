package rehearsal

import (
	"slices"
	"strings"
	"time"

	"muster/internal/automation"
	"muster/internal/calendar"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/people/client"
	"muster/internal/ticket/past"
)

// ruler rehearses one rule, beside what it was.
type ruler struct {
	was, would           *automation.Compiled // was is nil for a rule that is new, or was not active
	wasHours, wouldHours *calendar.Compiled   // that they wait by; nil: the clock
	since                time.Time
	now                  time.Time
	zone                 *time.Location
	names                people.Names
	contacts             map[string]automation.RequesterFacts
	orgs                 map[string]automation.OrganisationFacts
	result               *Result
	ran, runs            int // how often it did, as it was; and would
}

// mostKnown bounds how many contacts and organisations are remembered.
const mostKnown = 20_000

// waiting is a rule that waits after something happened.
type waiting struct {
	event automation.Event
	due   time.Time
}

func (r *ruler) visit(tx *db.Tx, some []story) error {
	var texts map[string]automation.MessageFacts
	if r.asks("message") {
		ids := make([]string, len(some))
		for i, s := range some {
			ids[i] = s.id
		}
		var err error
		if texts, err = messages(tx, ids); err != nil {
			return err
		}
	}
	for _, s := range some {
		if err := r.rehearse(tx, s, texts); err != nil {
			return err
		}
	}
	return nil
}

func (r *ruler) asks(root string) bool {
	return r.would.Asks(root) || r.was != nil && r.was.Asks(root)
}

// rehearse asks both rules at each thing that happened on a ticket.
func (r *ruler) rehearse(tx *db.Tx, s story, texts map[string]automation.MessageFacts) error {
	var p past.Ticket
	was, would := &watch{rule: r.was, hours: r.wasHours}, &watch{rule: r.would, hours: r.wouldHours}
	works, err := past.Works(s.events)
	if err != nil {
		return err
	}
	for _, work := range works {
		at := work[0].At
		for _, w := range []*watch{was, would} {
			if err := w.due(at, func(e automation.Event, at time.Time) (automation.Facts, error) { return r.facts(tx, &p, e, at, texts) }); err != nil {
				return err
			}
		}
		for _, d := range work {
			p.Follow(d.Of, at)
		}
		if at.Before(r.since) {
			continue
		}
		for _, d := range work {
			e, ok, err := heard(d)
			if err != nil {
				return err
			}
			if !ok || p.Shelved() || e.Trigger == automation.Asked && p.Entries <= 1 || !r.listens(e.Trigger) {
				continue
			}
			f, err := r.facts(tx, &p, e, at, texts)
			if err != nil {
				return err
			}
			was.hear(f, at)
			would.hear(f, at)
		}
	}
	for _, w := range []*watch{was, would} {
		if err := w.due(r.now, func(e automation.Event, at time.Time) (automation.Facts, error) { return r.facts(tx, &p, e, at, texts) }); err != nil {
			return err
		}
	}
	r.compare(&p, was, would)
	return nil
}

// heard is what a deed is to rules.
func heard(d past.Deed) (e automation.Event, ok bool, err error) {
	if d.Of != nil {
		e, ok = automation.Heard(d.Of)
	} else {
		e, ok, err = automation.Told(d.Recorded)
	}
	e.By, e.Actor = d.ActorKind, d.ActorName
	return e, ok, err
}

func (r *ruler) listens(t automation.Trigger) bool {
	return slices.Contains(r.would.On, t) || r.was != nil && slices.Contains(r.was.On, t)
}

// watch is one rule on one ticket.
type watch struct {
	rule    *automation.Compiled
	hours   *calendar.Compiled // that it waits by; nil: the clock
	pending *waiting
	ran     []ran
	problem string
}

// ran is that the rule would have run.
type ran struct {
	at      time.Time
	trigger automation.Trigger
}

func (w *watch) hear(f automation.Facts, at time.Time) {
	if w.rule == nil || !slices.Contains(w.rule.On, f.Event.Trigger) {
		return
	}
	if w.rule.Wait > 0 {
		w.pending = &waiting{f.Event, w.rule.After(at, w.hours)}
		return
	}
	w.ask(f, at)
}

func (w *watch) ask(f automation.Facts, at time.Time) {
	for _, o := range automation.Decide([]automation.Compiled{*w.rule}, f) {
		if o.Problem != "" {
			w.problem = o.Problem
		}
		if o.Matched {
			w.ran = append(w.ran, ran{at, f.Event.Trigger})
		}
	}
}

// due asks a rule that has waited, about the ticket as it was when the wait was over.
func (w *watch) due(now time.Time, facts func(automation.Event, time.Time) (automation.Facts, error)) error {
	if w.pending == nil || w.pending.due.After(now) {
		return nil
	}
	p := *w.pending
	w.pending = nil
	f, err := facts(p.event, p.due)
	if err == nil {
		w.ask(f, p.due)
	}
	return err
}

// facts are what rules ask about a ticket as it was. Who the requester is, and their organisation, is as it is now.
func (r *ruler) facts(tx *db.Tx, p *past.Ticket, e automation.Event, at time.Time, texts map[string]automation.MessageFacts) (f automation.Facts, err error) {
	f.Event, f.Now = e, automation.NowFactsOf(at, r.zone)
	f.Ticket = automation.TicketFactsOf(&p.Ticket, r.names, at)
	if texts != nil {
		entry := e.Entry
		if entry == "" {
			entry = p.Message
		}
		f.Message = texts[entry]
	}
	if p.Requester != "" && r.asks("requester") {
		f.Requester, err = known(r.contacts, p.Requester, func() (automation.RequesterFacts, error) {
			c, err := client.FindContact(tx, p.Requester)
			return automation.RequesterFactsOf(c), err
		})
		if err != nil {
			return f, err
		}
	}
	if p.Organisation != "" && r.asks("organisation") {
		f.Organisation, err = known(r.orgs, p.Organisation, func() (automation.OrganisationFacts, error) {
			o, err := client.FindOrganisation(tx, p.Organisation)
			return automation.OrganisationFacts{ID: o.ID, Name: o.Name, Tier: string(o.Tier)}, err
		})
	}
	return f, err
}

// known looks a thing up once; who is gone has no facts.
func known[V any](seen map[string]V, id string, find func() (V, error)) (V, error) {
	if v, ok := seen[id]; ok {
		return v, nil
	}
	if len(seen) > mostKnown {
		clear(seen)
	}
	v, err := find()
	if err != nil && !fault.Is(err, fault.NotFound) {
		return v, err
	}
	seen[id] = v
	return v, nil
}

// compare notes where the rule would have run and did not, and the other way round.
func (r *ruler) compare(p *past.Ticket, was, would *watch) {
	r.ran, r.runs = r.ran+len(was.ran), r.runs+len(would.ran)
	if r.result.Problem == "" {
		r.result.Problem = would.problem
	}
	for _, w := range would.ran {
		if !slices.Contains(was.ran, w) {
			r.result.differs(Row{Ticket: p.ID, Number: p.Number, At: w.at, What: string(w.trigger), Was: "nothing", Would: actionsOf(r.would.Rule)})
		}
	}
	for _, w := range was.ran {
		if !slices.Contains(would.ran, w) {
			r.result.differs(Row{Ticket: p.ID, Number: p.Number, At: w.at, What: string(w.trigger), Was: actionsOf(r.was.Rule), Would: "nothing"})
		}
	}
	if r.was != nil && actionsOf(r.was.Rule) != actionsOf(r.would.Rule) {
		r.otherActions(p, was, would)
	}
}

// otherActions notes where the rule would have run as it did, and done other things.
func (r *ruler) otherActions(p *past.Ticket, was, would *watch) {
	for _, w := range would.ran {
		if slices.Contains(was.ran, w) {
			r.result.differs(Row{Ticket: p.ID, Number: p.Number, At: w.at, What: string(w.trigger), Was: actionsOf(r.was.Rule), Would: actionsOf(r.would.Rule)})
		}
	}
}

func actionsOf(r automation.Rule) string {
	var all []string
	for _, a := range r.Actions {
		all = append(all, strings.TrimSpace(string(a.Do)+" "+strings.TrimSpace(a.Field+" "+a.Value)))
	}
	if len(all) == 0 {
		return "it would have run"
	}
	return strings.Join(all, ", ")
}

func (r *ruler) figures() (was, would []Figure) {
	return []Figure{{"Runs", r.ran}}, []Figure{{"Runs", r.runs}}
}
