package desk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"muster/internal/calendar"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/ticket"
	"muster/internal/web/ui"
)

// promised is what is promised about a ticket, and what its clocks run by.
type promised struct {
	clocks    []clock.Kept
	policies  []clock.Policy
	desks     []clock.Desk
	calendars clock.Calendars
	now       time.Time

	head    []ui.Clock  // those that run, the most urgent first
	section *ui.Section // all, for the panel
}

// promises reads the clocks of a ticket and, if it has any, what they run by.
func (s *Screens) promises(tx *db.Tx, t *ticket.Ticket) (p promised, err error) {
	p.now = tx.Now
	if p.clocks, err = clock.Of(tx, t); err != nil || len(p.clocks) == 0 {
		return p, err
	}
	if p.policies, err = clock.Policies(tx); err != nil {
		return p, err
	}
	if p.desks, err = clock.Desks(tx); err != nil {
		return p, err
	}
	if p.calendars, err = s.Works.Calendars(tx); err != nil {
		return p, err
	}
	if p.head, err = headClocks(p); err != nil {
		return p, err
	}
	p.section, err = clockSection(p)
	return p, err
}

// targetWords is what a promise is called.
func targetWords(k clock.Kind, t clock.Target) string {
	words := map[clock.Target]string{clock.FirstResponse: "First reply", clock.NextResponse: "Next reply", clock.Resolution: "Resolution",
		clock.Acknowledgement: "Acknowledgement", clock.Approval: "Approval"}[t]
	switch k {
	case clock.OLA:
		return "Team: " + strings.ToLower(words)
	case clock.Supplier:
		return "Supplier"
	}
	return words
}

// clockOf shows how a promise stands at an instant.
func clockOf(k clock.Kept, now time.Time, calendars clock.Calendars) (ui.Clock, error) {
	used, err := k.Used(now, calendars)
	c := ui.Clock{Name: targetWords(k.Kind, k.Target), Left: k.DueAt.Sub(now), Due: k.DueAt, Used: int(100 * used / max(k.Goal, 1))}
	switch k.State() {
	case clock.Running:
		if c.Used >= soon {
			c.Is = ui.Soon
		}
	case clock.Breached:
		c.Is = ui.Over
	case clock.Paused:
		c.Is, c.Text = ui.Paused, hours(max(k.Goal-used, 0))
	case clock.Met:
		c.Is, c.Text = ui.Met, hours(used)+" of "+hours(k.Goal)
	case clock.Late:
		c.Is, c.Text = ui.Late, "Kept "+hours(used-k.Goal)+" late"
	case clock.None:
		c.Is = ui.Void
		if k.Target == clock.Acknowledgement || k.Target == clock.Approval {
			c.Text = "Not given"
		}
	case clock.Cancelled:
		c.Is, c.Text = ui.Void, "Cancelled"
	}
	if k.ExcusedBy != 0 && !k.BreachedAt.IsZero() {
		c.Is, c.Text = ui.Excused, fmt.Sprintf("Excused by #%d", k.ExcusedBy)
	}
	return c, err
}

// hours is a length of working time. It is never told in days, whose length depends on the desk.
func hours(d time.Duration) string {
	h, m, s := int(d/time.Hour), int(d%time.Hour/time.Minute), int(d%time.Minute/time.Second)
	switch {
	case h > 0 && m > 0:
		return fmt.Sprintf("%d h %02d min", h, m)
	case h > 0:
		return fmt.Sprintf("%d h", h)
	case m > 0 || s == 0:
		return fmt.Sprintf("%d min", m)
	}
	return fmt.Sprintf("%d s", s)
}

// soon is how much of a promised time must be used, in percent, for its clock to be seen.
const soon = 75

// headClocks are those that run, at the head of the record, the most urgent first.
func headClocks(p promised) ([]ui.Clock, error) {
	open := slices.DeleteFunc(slices.Clone(p.clocks), func(k clock.Kept) bool { return k.EndedAs != "" })
	slices.SortStableFunc(open, func(a, b clock.Kept) int { return cmp.Compare(db.Sortable(a.DueAt), db.Sortable(b.DueAt)) })
	var all []ui.Clock
	for _, k := range open {
		c, err := clockOf(k, p.now, p.calendars)
		if err != nil {
			return nil, err
		}
		c.Named = true
		all = append(all, c)
	}
	return all, nil
}

// clockSection is all promises in the panel, each with its reckoning.
func clockSection(p promised) (*ui.Section, error) {
	var all ui.Promises
	for _, k := range p.clocks {
		c, err := clockOf(k, p.now, p.calendars)
		if err != nil {
			return nil, err
		}
		why, err := p.explain(k)
		if err != nil {
			return nil, err
		}
		all = append(all, ui.Promise{Clock: c, Why: why})
	}
	return &ui.Section{Title: "Clocks", Parts: []ui.Part{all}}, nil
}

// longestReckoning bounds how many lines a reckoning shows; what is left out is in its sums.
const longestReckoning = 40

// explain is the reckoning of a clock: each stretch in which it ran, by the hours of its calendar, and each pause.
func (p promised) explain(k clock.Kept) (ui.Explain, error) {
	policy := p.policies[max(0, slices.IndexFunc(p.policies, func(o clock.Policy) bool { return o.ID == k.Policy }))]
	e := ui.Explain{Summary: "Explain " + strings.ToLower(targetWords(k.Kind, k.Target)), Lines: []ui.Pair{{Name: "Promised by", Value: policy.Name}}}
	lines, err := k.Explain(p.now, p.calendars)
	if err != nil {
		return e, err
	}
	for _, l := range lines {
		desk, version := p.desk(l.Hours)
		zone := zoneOf(version.Zone)
		if !l.Counted {
			e.Lines = append(e.Lines, ui.Pair{Name: stretch(l.From, l.To, zone), Value: "stood still"})
			continue
		}
		e.Lines = append(e.Lines, ui.Pair{Name: fmt.Sprintf("By %s, version %d", desk.Name, l.Hours.Versions), Value: version.Zone})
		for _, o := range l.Open {
			e.Lines = append(e.Lines, ui.Pair{Name: stretch(o.From, o.To, zone), Value: hours(o.To.Sub(o.From))})
		}
		if len(l.Open) == 0 {
			e.Lines = append(e.Lines, ui.Pair{Name: stretch(l.From, l.To, zone), Value: "closed"})
		}
	}
	if n := len(e.Lines); n > longestReckoning {
		cut := ui.Pair{Name: fmt.Sprintf("%d stretches between", n-longestReckoning), Value: "…"}
		e.Lines = slices.Concat(e.Lines[:longestReckoning/2], []ui.Pair{cut}, e.Lines[n-longestReckoning/2:])
	}
	if !k.DueAt.IsZero() && len(k.Runs) > 0 {
		_, version := p.desk(k.Runs[len(k.Runs)-1].Hours)
		e.Lines = append(e.Lines, ui.Pair{Name: "Due", Value: k.DueAt.In(zoneOf(version.Zone)).Format("Mon 2 Jan, 15:04:05")})
	}
	used, err := k.Used(p.now, p.calendars)
	e.Lines = append(e.Lines, ui.Pair{Name: "Used of " + hours(k.Goal), Value: hours(used)})
	return e, err
}

// desk is the calendar that a clock ran by, and the version of it that was the last then.
func (p promised) desk(h clock.Hours) (clock.Desk, calendar.Version) {
	for _, d := range p.desks {
		if d.ID == h.Calendar && len(d.Versions) > 0 {
			return d, d.Versions[min(max(h.Versions, 1), len(d.Versions))-1]
		}
	}
	return clock.Desk{}, calendar.Version{}
}

func zoneOf(name string) *time.Location {
	if zone, err := time.LoadLocation(name); err == nil {
		return zone
	}
	return time.UTC
}

// stretch is a stretch of time on the wall of a zone.
func stretch(from, to time.Time, zone *time.Location) string {
	from = from.In(zone)
	words := from.Format("Mon 2 Jan, 15:04")
	switch to = to.In(zone); {
	case to.IsZero():
		return words + " on"
	case to.YearDay() == from.YearDay() && to.Year() == from.Year():
		return words + "–" + to.Format("15:04")
	case to.Sub(from) <= 24*time.Hour && to.Format("15:04") == "00:00":
		return words + "–24:00"
	}
	return words + " – " + to.Format("Mon 2 Jan, 15:04")
}

// clockEvent puts what became of clocks into words.
func clockEvent(r *event.Recorded) (ui.Event, bool) {
	e := ui.Event{At: r.At, Icon: "clock"}
	if r.Name == "clock.changed" {
		var c clock.Changed
		err := r.Decode(&c)
		var words []string
		for _, change := range c.Changes {
			if change.What == clock.WasBroken {
				continue // the step that is taken then tells it
			}
			words = append(words, changeWords(change))
		}
		if e.Text = strings.Join(words, ", "); len(words) > 0 {
			e.Text = strings.ToUpper(e.Text[:1]) + e.Text[1:]
		}
		return e, err == nil && len(words) > 0
	}
	var ring clock.Ring
	err := r.Decode(&ring)
	name := targetWords(ring.Kind, ring.Target)
	switch r.Name {
	case "clock.warned":
		e.Text = fmt.Sprintf("%s: %d %% of the time is used", name, ring.Percent)
	case "clock.broke":
		e.Icon, e.Text = "stop", name+" is overdue"
	case "clock.overran":
		e.Icon, e.Text = "stop", fmt.Sprintf("%s is overdue by %s of working time", name, hours(ring.After))
	}
	return e, err == nil
}

func changeWords(c clock.Change) string {
	name := strings.ToLower(targetWords(c.Kind, c.Target))
	switch c.What {
	case clock.Started:
		return fmt.Sprintf("%s: %s promised", name, hours(c.Goal))
	case clock.Swapped:
		return fmt.Sprintf("%s: now %s promised", name, hours(c.Goal))
	case clock.Ended:
		return name + ": " + map[clock.State]string{clock.Met: "kept", clock.Late: "kept, but late", clock.None: "ended without it", clock.Cancelled: "cancelled", clock.Breached: "ended"}[c.State]
	case clock.Reopened:
		return name + ": goes on"
	case clock.Stopped:
		return name + ": stands still"
	case clock.Resumed:
		return name + ": runs on"
	case clock.IsExcused:
		return fmt.Sprintf("%s: excused by #%d", name, c.Cause)
	case clock.NotExcused:
		return name + ": no longer excused"
	}
	return name + ": " + string(c.What)
}

// nextClocks shows, of each ticket, the promise that is due next.
func (s *Screens) nextClocks(tx *db.Tx, tickets []*ticket.Ticket) (map[ticket.ID]ui.Clock, error) {
	ids := make([]ticket.ID, 0, len(tickets))
	for _, t := range tickets {
		if !t.DueAt.IsZero() || t.Category == ticket.Waiting {
			ids = append(ids, t.ID)
		}
	}
	next, err := clock.Next(tx, ids)
	if err != nil || len(next) == 0 {
		return nil, err
	}
	calendars, err := s.Works.Calendars(tx)
	if err != nil {
		return nil, err
	}
	shown := map[ticket.ID]ui.Clock{}
	for id, k := range next {
		if shown[id], err = clockOf(k, tx.Now, calendars); err != nil {
			return nil, err
		}
	}
	return shown, nil
}

// byUrgency groups rows, which are in the order of what is due next, by how soon that is.
func byUrgency(tickets []*ticket.Ticket, rows []ui.Row, now time.Time, zone *time.Location) []ui.Rows {
	zone = cmp.Or(zone, time.UTC)
	y, m, d := now.In(zone).Date()
	tomorrow := time.Date(y, m, d+1, 0, 0, 0, 0, zone)
	heads := []ui.ListHead{{Text: "Overdue", Icon: "stop", Is: "bad"}, {Text: "Due within two hours", Icon: "clock", Is: "warn"},
		{Text: "Later today", Icon: "clock"}, {Text: "Later", Icon: "clock"}, {Text: "No clock runs", Icon: "pause"}}
	groups := make([]ui.Rows, len(heads))
	for i, row := range rows {
		g := 3
		switch due := tickets[i].DueAt; {
		case due.IsZero():
			g = 4
		case due.Before(now):
			g = 0
		case due.Before(now.Add(2 * time.Hour)):
			g = 1
		case due.Before(tomorrow):
			g = 2
		}
		groups[g].Rows = append(groups[g].Rows, row)
	}
	var shown []ui.Rows
	for i, g := range groups {
		if len(g.Rows) > 0 {
			g.Head = heads[i]
			g.Head.Count = len(g.Rows)
			shown = append(shown, g)
		}
	}
	return shown
}
