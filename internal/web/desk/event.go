package desk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"muster/internal/automation"
	"muster/internal/complaint"
	"muster/internal/event"
	"muster/internal/mailbox/outbox"
	"muster/internal/routing"
	"muster/internal/text"
	"muster/internal/ticket"
	"muster/internal/web/ui"
)

// eventOf tells in words what happened. What needs no telling is left out.
func eventOf(r *event.Recorded) (ui.Event, bool) {
	e := ui.Event{At: r.At, Icon: "change"}
	var err error
	switch r.Name {
	case "ticket.opened":
		var o ticket.WasOpened
		err = r.Decode(&o)
		e.Icon, e.Text = "plus", r.ActorName+" opened the "+o.Kind+", by "+o.Channel
	case "ticket.changed":
		var c ticket.Changed
		err = r.Decode(&c)
		e.Text = r.ActorName + " " + changes(c.Sets)
	case "ticket.moved":
		var m ticket.Moved
		err = r.Decode(&m)
		e.Icon, e.Text = "st-"+string(m.ToCategory), r.ActorName+" moved it from "+m.FromName+" to "+m.ToName
	case "ticket.merged":
		var m ticket.Merged
		err = r.Decode(&m)
		e.Icon, e.Text = "merge", fmt.Sprintf("%s merged #%d into #%d", r.ActorName, m.From, m.Into)
	case "ticket.split":
		var p ticket.Split
		err = r.Decode(&p)
		e.Icon, e.Text = "change", fmt.Sprintf("%s split #%d off #%d", r.ActorName, p.Into, p.From)
	case "ticket.linked":
		var l ticket.Linked
		err = r.Decode(&l)
		e.Icon, e.Text = "link", fmt.Sprintf("%s linked #%d", r.ActorName, l.Other)
		if l.Cut {
			e.Text = fmt.Sprintf("%s removed the link to #%d", r.ActorName, l.Other)
		}
	case "ticket.shelved":
		var h ticket.Shelved
		err = r.Decode(&h)
		e.Icon, e.Text = "shield", fmt.Sprintf("%s moved it from %s to %s", r.ActorName, h.From, h.To)
	case "ticket.joined":
		var j ticket.Joined
		err = r.Decode(&j)
		e.Icon, e.Text = "users", joined(j)
	case "ticket.withdrew":
		e.Icon, e.Text = "undo", r.ActorName+" took a reply back"
	default:
		return subjectEvent(r, e)
	}
	return e, err == nil
}

// subjectEvent is eventOf for what the subjects tell of a ticket.
func subjectEvent(r *event.Recorded, e ui.Event) (ui.Event, bool) {
	var err error
	switch r.Name {
	case "complaint.decided":
		var d complaint.Decided
		err = r.Decode(&d)
		e.Icon, e.Text = "mega", fmt.Sprintf("%s decided: %s", r.ActorName, cmp.Or(string(d.Outcome), "no outcome yet"))
	case "routing.decided":
		var d routing.Decided
		err = r.Decode(&d)
		e.Icon, e.Text = "users", decided(d, r.At)
	case "rule.halted":
		e.Icon, e.Text, err = halted(r)
	case "delivery.changed":
		var d outbox.DeliveryChanged
		err = r.Decode(&d)
		e.Icon, e.Text = "mail", fmt.Sprintf("Mail to %s: %s", d.Recipient, d.State)
	default:
		return eventBeside(r)
	}
	return e, err == nil
}

// eventBeside tells what happened beside the ticket: to its promises, or with its customer.
func eventBeside(r *event.Recorded) (ui.Event, bool) {
	if strings.HasPrefix(r.Name, "clock.") {
		return clockEvent(r)
	}
	return ratingEvent(r)
}

func joined(j ticket.Joined) string {
	switch {
	case j.Watcher && j.Left:
		return j.Person + " watches no more"
	case j.Watcher:
		return j.Person + " watches"
	case j.Left:
		return j.Person + " gets no more copies"
	}
	return j.Person + " gets copies"
}

func changes(sets []ticket.Set) string {
	var said []string
	for _, s := range sets {
		to := cmp.Or(s.ToName, s.To, "nothing")
		from := cmp.Or(s.FromName, s.From)
		if from == "" || len(from)+len(to) > 160 {
			said = append(said, fmt.Sprintf("set the %s to %s", s.Label(), text.Snippet(to, 120)))
			continue
		}
		said = append(said, fmt.Sprintf("set the %s from %s to %s", s.Label(), from, to))
	}
	return strings.Join(said, ", ")
}

type idName struct{ id, name string }

// sortedNames are names in the order people look for them.
func sortedNames(names map[string]string) []idName {
	var all []idName
	for id, name := range names {
		all = append(all, idName{id, name})
	}
	slices.SortFunc(all, func(a, b idName) int { return strings.Compare(text.Fold(a.name)+a.id, text.Fold(b.name)+b.id) })
	return all
}

func halted(r *event.Recorded) (icon, say string, err error) {
	var h automation.RunHalted
	err = r.Decode(&h)
	return "stop", fmt.Sprintf("Rules rest on this ticket for a while: %d ran within the hour, the last to ask was “%s”", h.Runs, h.Name), err
}
