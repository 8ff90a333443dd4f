package automation

import (
	"strings"
	"time"

	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/people/client"
	"muster/internal/ticket"
)

// Heard tells what something that happened to a ticket is to rules; ok is false of what none of them hears.
func Heard(of db.Event) (e Event, ok bool) {
	switch of := of.(type) {
	case ticket.WasOpened:
		e.Trigger = Opened
	case ticket.Changed:
		e = changed(of)
	case ticket.Moved:
		e = Event{Trigger: Moved, From: of.From, To: of.To, Reopened: of.Reopened(), Changed: []string{"state"}}
	case ticket.Wrote:
		if e.Entry = of.Entry; !of.Quiet {
			e.Trigger = triggerOf(of.Kind)
		}
	case ticket.Merged:
		if of.Ticket != of.FromTicket { // its story goes on where it went
			e = Event{Trigger: Merged, Other: int(of.From)}
		}
	case ticket.Linked:
		if !of.Cut {
			e = Event{Trigger: Linked, Link: string(of.Type), Other: int(of.Other)}
		}
	}
	return e, e.Trigger != ""
}

func triggerOf(k ticket.EntryKind) Trigger {
	switch k {
	case ticket.FromCustomer:
		return Asked
	case ticket.Reply:
		return Replied
	case ticket.Note:
		return Noted
	}
	return ""
}

// Told tells what an event of another subject was to rules: promises and surveys are heard of, too.
func Told(r event.Recorded) (e Event, ok bool, err error) {
	switch r.Name {
	case "clock.warned", "clock.broke":
		var ring struct{ Target string }
		err = r.Decode(&ring)
		e = Event{Trigger: Warned, Promise: ring.Target}
		if r.Name == "clock.broke" {
			e.Trigger = Broken
		}
	case "survey.answered":
		var a struct {
			Rating  int
			Low     bool
			Comment string
		}
		err = r.Decode(&a)
		e = Event{Trigger: Surveyed, Score: float64(a.Rating), Low: a.Low, Comment: a.Comment}
	}
	return e, e.Trigger != "", err
}

// Asks reports whether the rule's condition asks about requester, organisation, message, now or ticket.
func (c Compiled) Asks(root string) bool { return c.program.Asks(root) }

// RequesterFactsOf are the facts of a contact.
func RequesterFactsOf(c client.Contact) RequesterFacts { return requesterFacts(c) }

// NowFactsOf are the facts of an instant in a time zone.
func NowFactsOf(at time.Time, zone *time.Location) NowFacts {
	at = at.In(zone)
	return NowFacts{at.Hour(), strings.ToLower(at.Weekday().String()), at.Format(time.DateOnly)}
}
