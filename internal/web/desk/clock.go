package desk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

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
	items     []ticket.Item // of the timeline, which tells what clocks followed
	now       time.Time

	head    []ui.Clock  // those that run, the most urgent first
	section *ui.Section // all, for the panel
}

// promises reads the clocks of a ticket and, if it has any, what they run by.
func (s *Screens) promises(tx *db.Tx, t *ticket.Ticket, items []ticket.Item) (p promised, err error) {
	p.now, p.items = tx.Now, items
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
			if change.What == clock.Overdue {
				e.Icon = "stop"
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
	case clock.Overdue:
		return name + " is overdue"
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
