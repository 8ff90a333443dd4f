package desk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"muster/internal/calendar"
	"muster/internal/clock"
	"muster/internal/event"
	"muster/internal/ticket"
	"muster/internal/web/ui"
)

// clockSection is all promises in the panel, each with its reckoning. Of several of
// one sort, which follow each other, the last stands for all, and the rest is folded.
func clockSection(p promised) (*ui.Section, error) {
	var all ui.Promises
	clocks := inOrder(p.clocks)
	for i, k := range clocks {
		c, err := clockOf(k, p.now, p.calendars)
		if err != nil {
			return nil, err
		}
		why, err := p.explain(k)
		if err != nil {
			return nil, err
		}
		later := func(o clock.Kept) bool { return o.Kind == k.Kind && o.Target == k.Target }
		if slices.ContainsFunc(clocks[i+1:], later) {
			all.Earlier = append(all.Earlier, ui.Promise{Clock: c, Why: why})
		} else {
			all.Now = append(all.Now, ui.Promise{Clock: c, Why: why})
		}
	}
	return &ui.Section{Title: "Clocks", Parts: []ui.Part{all}}, nil
}

// inOrder are the clocks as a ticket comes to them: ours to customers, then between teams, then the suppliers'.
func inOrder(clocks []clock.Kept) []clock.Kept {
	kinds := []clock.Kind{clock.SLA, clock.OLA, clock.Supplier}
	targets := []clock.Target{clock.Acknowledgement, clock.FirstResponse, clock.NextResponse, clock.Approval, clock.Resolution}
	return slices.SortedStableFunc(slices.Values(clocks), func(a, b clock.Kept) int {
		return cmp.Or(cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)),
			cmp.Compare(slices.Index(targets, a.Target), slices.Index(targets, b.Target)), a.StartedAt.Compare(b.StartedAt))
	})
}

// longestReckoning bounds how many lines a reckoning shows; what is left out is in its sums.
const longestReckoning = 40

// onWall is an instant on the wall of a zone, to the second.
const onWall = "Mon 2 Jan, 15:04:05"

// explain is the reckoning of a clock: each stretch in which it ran, by the hours of its
// calendar, each pause, who brought them about, and what is left in working time.
func (p promised) explain(k clock.Kept) (ui.Explain, error) {
	e := ui.Explain{Summary: "Explain " + strings.ToLower(targetWords(k.Kind, k.Target))}
	lines, err := k.Explain(p.now, p.calendars)
	if err != nil {
		return e, err
	}
	var zone *time.Location
	var hoursBefore clock.Hours
	for i, l := range lines {
		desk, version := p.desk(l.Hours)
		zone = zoneOf(version.Zone)
		if i > 0 {
			e.Lines = append(e.Lines, p.causes(l.From)...)
		}
		if l.Counted && l.Hours != hoursBefore {
			e.Lines = append(e.Lines, ui.Pair{Name: fmt.Sprintf("By %s, version %d", desk.Name, l.Hours.Versions), Value: version.Zone})
			hoursBefore = l.Hours
		}
		e.Lines = append(e.Lines, stretches(l, zone)...)
	}
	if n := len(e.Lines); n > longestReckoning {
		cut := ui.Pair{Name: fmt.Sprintf("%d lines between", n-longestReckoning), Value: "…"}
		e.Lines = slices.Concat(e.Lines[:longestReckoning/2], []ui.Pair{cut}, e.Lines[n-longestReckoning/2:])
	}
	begin := []ui.Pair{{Name: "Promised by " + p.policy(k.Policy), Value: hours(k.Goal)}}
	if zone != nil {
		begin = append(begin, ui.Pair{Name: "Began", Value: k.StartedAt.In(zone).Format(onWall)})
	}
	used, err := k.Used(p.now, p.calendars)
	e.Lines = slices.Concat(begin, e.Lines, sums(k, used, zone))
	return e, err
}

// stretches are the hours of one line of a reckoning.
func stretches(l clock.Line, zone *time.Location) []ui.Pair {
	switch {
	case !l.Counted:
		return []ui.Pair{{Name: stretch(l.From, l.To, zone), Value: "stood still"}}
	case len(l.Open) == 0:
		return []ui.Pair{{Name: stretch(l.From, l.To, zone), Value: "closed"}}
	}
	var all []ui.Pair
	for _, o := range l.Open {
		all = append(all, ui.Pair{Name: stretch(o.From, o.To, zone), Value: hours(o.To.Sub(o.From))})
	}
	return all
}

// sums end a reckoning: what was used, what is left or too much in working time, and the instant at which it is due.
func sums(k clock.Kept, used time.Duration, zone *time.Location) []ui.Pair {
	all := []ui.Pair{{Name: "Used", Value: hours(used)}}
	switch {
	case k.State() == clock.Cancelled:
	case used > k.Goal:
		all = append(all, ui.Pair{Name: "Over, in working time", Value: hours(used - k.Goal)})
	case k.EndedAs == "":
		all = append(all, ui.Pair{Name: "Left, in working time", Value: hours(k.Goal - used)})
	}
	if !k.DueAt.IsZero() && zone != nil {
		all = append(all, ui.Pair{Name: "Due", Value: k.DueAt.In(zone).Format(onWall)})
	}
	return all
}

// causes tell who had the clock stop, run on or count otherwise at an instant.
func (p promised) causes(at time.Time) []ui.Pair {
	var all []ui.Pair
	for _, i := range p.items {
		if i.Event == nil || !i.Event.At.Equal(at) {
			continue
		}
		if said := causeWords(i.Event); said != "" {
			all = append(all, ui.Pair{Name: said})
		}
	}
	return all
}

// causeWords tell what happened, if clocks care for it.
func causeWords(r *event.Recorded) string {
	switch r.Name {
	case "ticket.changed":
		var c ticket.Changed
		if r.Decode(&c) != nil {
			return ""
		}
		c.Sets = slices.DeleteFunc(c.Sets, func(s ticket.Set) bool {
			return !slices.Contains([]string{"priority", "team", "item", "organisation", "requester"}, s.Field)
		})
		if len(c.Sets) > 0 {
			return r.ActorName + " " + changes(c.Sets)
		}
	case "ticket.moved", "ticket.shelved":
		e, _ := eventOf(r)
		return e.Text
	}
	return ""
}

// policy is the name of a policy.
func (p promised) policy(id string) string {
	if i := slices.IndexFunc(p.policies, func(o clock.Policy) bool { return o.ID == id }); i >= 0 {
		return p.policies[i].Name
	}
	return "no policy"
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
