package automation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"muster/internal/access"
	"muster/internal/calendar"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/text"
	"muster/internal/ticket"
)

// waitTask asks the rules that waited. There is one job for a ticket, a trigger
// and a time: when it happens again the job moves, so that the time begins anew.
const waitTask = "rules.wait"

// waited is what a job knows of what its rules waited after.
type waited struct {
	Ticket   ticket.ID     `json:"ticket"`
	Wait     time.Duration `json:"wait"`
	Calendar string        `json:"calendar,omitempty"`
	Event    Event         `json:"event"`
	Log      string        `json:"log,omitempty"`   // the event's id in the log
	Cause    string        `json:"cause,omitempty"` // the run that made it happen
	Rule     string        `json:"rule,omitempty"`  // whose
	Depth    int           `json:"depth,omitempty"`
	Chain    []string      `json:"chain,omitempty"`
}

// delay is how long a rule waits: by the clock, or in the working time of a calendar.
type delay struct {
	wait     time.Duration
	calendar string
}

func (d Definition) delay() delay { return delay{d.Wait, d.Calendar} }

// After returns when a rule that something happens for at an instant is asked: once its time has passed by the clock, or
// in the working hours of its calendar. By a calendar that does not open so long it is the clock's time.
func (d Definition) After(at time.Time, hours *calendar.Compiled) time.Time {
	if hours != nil {
		if due, err := hours.Deadline(at, d.Wait); err == nil {
			return due
		}
	}
	return at.Add(d.Wait)
}

// HoursOf returns the calendar that a rule waits by: nil if that is the clock.
func HoursOf(tx *db.Tx, r Rule) (*calendar.Compiled, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return nil, err
	}
	all, err := hoursOf(tx, r)
	return all[r.Calendar], err
}

func hoursOf(tx *db.Tx, rules ...Rule) (map[string]*calendar.Compiled, error) {
	all := map[string]*calendar.Compiled{}
	for _, r := range rules {
		if r.Calendar == "" || r.Wait == 0 || all[r.Calendar] != nil {
			continue
		}
		desk, err := clock.FindDesk(tx, r.Calendar)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if all[r.Calendar], err = calendar.Compile(desk.Calendar); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// settleCalendar takes a calendar by its id or name. A rule that does not wait has none.
func settleCalendar(tx *db.Tx, d Definition) (string, error) {
	if d.Calendar == "" || d.Wait == 0 {
		return "", nil
	}
	all, err := clock.Desks(tx)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(all, func(x clock.Desk) bool { return x.ID == d.Calendar || text.Fold(x.Name) == text.Fold(d.Calendar) })
	if i < 0 {
		return d.Calendar, fault.Field("calendar", "There is no calendar called %.100q.", d.Calendar)
	}
	return all[i].ID, nil
}

// putOff has the rules that wait asked when their time has come.
func (c *Clerk) putOff(tx *db.Tx, b *book, t *ticket.Ticket, e Event, from origin) error {
	for _, d := range b.waits(e.Trigger) {
		w := waited{Ticket: t.ID, Wait: d.wait, Calendar: d.calendar, Event: e, Log: from.event}
		if from.cause != nil {
			w.Cause, w.Rule, w.Depth, w.Chain = from.cause.ID, from.cause.Rule, from.cause.Depth, from.cause.chain
		}
		key := fmt.Sprintf("%s/%s/%d", t.ID, e.Trigger, int64(d.wait.Minutes()))
		if d.calendar != "" {
			key += "/" + d.calendar
		}
		due := Definition{Wait: d.wait}.After(tx.Now, b.hours[d.calendar])
		if err := event.Schedule(tx, waitTask, key, due, w); err != nil {
			return err
		}
	}
	return nil
}

// due asks the rules that waited so long for what happened. Those that are no
// more, or wait for another time now, are not asked.
func (c *Clerk) due(ctx context.Context, w waited) error {
	return c.DB.Update(ctx, func(tx *db.Tx) error {
		if err := event.Finish(tx); err != nil {
			return err
		}
		return tx.As(Cause{Name: "Rules"}.actor(tx.Workspace), func(tx *db.Tx) error {
			t, err := ticket.ByID(tx, w.Ticket)
			if fault.Is(err, fault.NotFound) {
				return nil
			}
			if err != nil || t.Shelved() {
				return err
			}
			b, err := c.openBook(tx)
			if err != nil {
				return err
			}
			rules := slices.DeleteFunc(b.later[w.Event.Trigger], func(r Compiled) bool { return r.delay() != delay{w.Wait, w.Calendar} })
			from := origin{event: w.Log}
			if w.Cause != "" {
				from.cause = &Run{ID: w.Cause, Rule: w.Rule, Depth: w.Depth, chain: w.Chain}
			}
			return c.ask(tx, b, t, rules, happening{Event: w.Event}, from)
		})
	})
}
