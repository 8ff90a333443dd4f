package api

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/calendar"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/ticket"
)

func (a *API) clockRoutes(h huma.API) {
	huma.Register(h, op("GET", "/calendars", "calendars", "Promises", "List calendars", 200), a.calendars)
	huma.Register(h, op("POST", "/calendars", "addCalendar", "Promises", "Add a calendar", 201), a.addCalendar)
	huma.Register(h, op("GET", "/calendars/{id}", "calendar", "Promises", "Read a calendar", 200), a.calendar)
	huma.Register(h, op("PATCH", "/calendars/{id}", "changeCalendar", "Promises", "Rename a calendar, or add a version", 200), a.changeCalendar)
	huma.Register(h, op("POST", "/calendars/holidays", "readHolidays", "Promises", "Read holidays from an iCalendar file", 200), a.readHolidays)
	huma.Register(h, op("GET", "/policies", "policies", "Promises", "List policies, in the order in which they are looked at", 200), a.policies)
	huma.Register(h, op("POST", "/policies", "addPolicy", "Promises", "Add a policy", 201), a.addPolicy)
	huma.Register(h, op("GET", "/policies/{id}", "policy", "Promises", "Read a policy", 200), a.policy)
	huma.Register(h, op("PATCH", "/policies/{id}", "changePolicy", "Promises", "Change a policy, or choose it no more", 200), a.changePolicy)
	huma.Register(h, op("POST", "/policies/apply", "applyPolicies", "Promises", "Apply the policies to open tickets", 202), a.applyPolicies)
	huma.Register(h, op("POST", "/policies/order", "orderPolicies", "Promises", "Say in which order policies are looked at", 200), a.orderPolicies)
	huma.Register(h, op("GET", "/tickets/{number}/clocks", "clocks", "Promises", "Read what is promised about a ticket, with the reckoning", 200), a.clocks)
}

// Calendar says when a desk works.
type Calendar struct {
	ID       string             `json:"id,omitempty" readOnly:"true"`
	Name     string             `json:"name"`
	Versions []calendar.Version `json:"versions" doc:"In order. What has been in force stays as it was: an edit adds a version."`
	Version  int64              `json:"version,omitempty" readOnly:"true" doc:"As in the ETag."`
}

func calendarOf(d clock.Desk) Calendar { return Calendar{d.ID, d.Name, d.Versions, d.Version} }

func (a *API) calendars(ctx context.Context, _ *struct{}) (*Answer[List[Calendar]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[Calendar]], error) {
		all, err := clock.Desks(tx)
		var items []Calendar
		for _, d := range all {
			items = append(items, calendarOf(d))
		}
		return list(items, ""), err
	})
}

type newCalendar struct {
	Once
	Body Calendar
}

func (a *API) addCalendar(ctx context.Context, in *newCalendar) (*Answer[Calendar], error) {
	return once(ctx, a, in.Once, in.Body, func(tx *db.Tx) (*Answer[Calendar], error) {
		d, err := a.Works.SaveDesk(tx, clock.Desk{Name: in.Body.Name, Calendar: calendar.Calendar{Versions: in.Body.Versions}}, false)
		return &Answer[Calendar]{calendarOf(d)}, err
	})
}

func (a *API) calendar(ctx context.Context, in *Identified) (*Versioned[Calendar], error) {
	return view(ctx, a, func(tx *db.Tx) (*Versioned[Calendar], error) {
		d, err := clock.FindDesk(tx, in.ID)
		return versioned(d.Version, calendarOf(d)), err
	})
}

type changeCalendar struct {
	Identified
	Match
	Body struct {
		Name     *string             `json:"name,omitempty"`
		Versions *[]calendar.Version `json:"versions,omitempty" doc:"All of them: those that were in force unchanged, then the new one."`
		Adopt    bool                `json:"adopt,omitempty" doc:"Promises that run by the calendar follow its new hours, each version from when it begins; otherwise they are kept as they were made."`
	}
}

func (a *API) changeCalendar(ctx context.Context, in *changeCalendar) (*Versioned[Calendar], error) {
	return change(ctx, a, in.Match, func(tx *db.Tx) (int64, error) {
		d, err := clock.FindDesk(tx, in.ID)
		return d.Version, err
	}, func(tx *db.Tx, seen int64) (*Versioned[Calendar], error) {
		d, err := clock.FindDesk(tx, in.ID)
		if err != nil {
			return nil, err
		}
		d.Version = cmp.Or(seen, d.Version)
		if in.Body.Name != nil {
			d.Name = *in.Body.Name
		}
		if in.Body.Versions != nil {
			d.Versions = *in.Body.Versions
		}
		d, err = a.Works.SaveDesk(tx, d, in.Body.Adopt)
		return versioned(d.Version, calendarOf(d)), err
	})
}

type holidayFile struct {
	Body struct {
		File string `json:"file" maxLength:"1048576" doc:"The text of an iCalendar file."`
		From int    `json:"from" doc:"The first year for days whose date is another each year."`
		To   int    `json:"to" doc:"The last."`
	}
}

// Holidays are what a file of holidays held.
type Holidays struct {
	Holidays []calendar.Holiday `json:"holidays"`
	Skipped  []Skipped          `json:"skipped"`
}

// Skipped is what was not taken for a holiday, and why.
type Skipped struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

func (a *API) readHolidays(ctx context.Context, in *holidayFile) (*Answer[Holidays], error) {
	return update(ctx, a, func(tx *db.Tx) (*Answer[Holidays], error) { // which changes nothing, but has a body that can be wrong
		if err := tx.Must("promises.edit"); err != nil {
			return nil, err
		}
		read, err := calendar.Import(strings.NewReader(in.Body.File), in.Body.From, in.Body.To)
		h := Holidays{Holidays: append([]calendar.Holiday{}, read.Holidays...), Skipped: []Skipped{}}
		for _, s := range read.Skipped {
			h.Skipped = append(h.Skipped, Skipped{s.Name, s.Reason})
		}
		return &Answer[Holidays]{h}, err
	})
}

// Clock is one promise about a ticket.
type Clock struct {
	ID        string      `json:"id"`
	Policy    string      `json:"policy" doc:"The id of the policy."`
	Kind      string      `json:"kind" enum:"sla,ola,supplier"`
	Target    string      `json:"target" enum:"first-response,next-response,resolution,acknowledgement,approval"`
	State     string      `json:"state" enum:"running,paused,breached,met,late,none,cancelled"`
	Goal      int64       `json:"goal" doc:"Working time that was promised, in seconds."`
	Used      int64       `json:"used" doc:"Working time that is used, in seconds."`
	DueAt     *time.Time  `json:"due_at"`
	BrokenAt  *time.Time  `json:"broken_at"`
	EndedAt   *time.Time  `json:"ended_at"`
	ExcusedBy int64       `json:"excused_by,omitempty" doc:"The number of the linked ticket that was the cause."`
	Reckoning []Reckoning `json:"reckoning"`
}

// Reckoning is one stretch of a clock's reckoning; the stretches add up to what is used.
type Reckoning struct {
	From     time.Time  `json:"from"`
	To       *time.Time `json:"to"`
	Counted  bool       `json:"counted" doc:"False: the clock stood still."`
	Calendar string     `json:"calendar,omitempty" doc:"The id."`
	Version  int        `json:"calendar_version,omitempty" doc:"The last version that was known."`
	Used     int64      `json:"used" doc:"In this stretch, in seconds."`
	Sum      int64      `json:"sum" doc:"Up to its end, in seconds."`
}

func (a *API) clocks(ctx context.Context, in *Numbered) (*Answer[List[Clock]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[Clock]], error) {
		t, err := ticket.Find(tx, in.Number)
		if err != nil {
			return nil, err
		}
		kept, err := clock.Of(tx, t)
		if err != nil {
			return nil, err
		}
		calendars, err := a.Works.Calendars(tx)
		if err != nil {
			return nil, err
		}
		var items []Clock
		for _, k := range kept {
			c, err := clockOf(k, tx.Now, calendars)
			if err != nil {
				return nil, err
			}
			items = append(items, c)
		}
		return list(items, ""), nil
	})
}

func clockOf(k clock.Kept, now time.Time, calendars clock.Calendars) (Clock, error) {
	c := Clock{ID: k.ID, Policy: k.Policy, Kind: string(k.Kind), Target: string(k.Target), State: string(k.State()), Goal: wholeSeconds(k.Goal),
		DueAt: instant(k.DueAt), BrokenAt: instant(k.BreachedAt), EndedAt: instant(k.EndedAt), ExcusedBy: k.ExcusedBy, Reckoning: []Reckoning{}}
	used, err := k.Used(now, calendars)
	if err != nil {
		return c, err
	}
	c.Used = wholeSeconds(used)
	lines, err := k.Explain(now, calendars)
	for _, l := range lines {
		c.Reckoning = append(c.Reckoning, Reckoning{l.From, instant(l.To), l.Counted, l.Hours.Calendar, l.Hours.Versions, wholeSeconds(l.Used), wholeSeconds(l.Sum)})
	}
	return c, err
}

func wholeSeconds(d time.Duration) int64 { return int64(d / time.Second) }

type order struct {
	Body struct {
		IDs []string `json:"ids" maxItems:"1000" doc:"Those that are not named follow as they were."`
	}
}

func (a *API) orderPolicies(ctx context.Context, in *order) (*Answer[List[Policy]], error) {
	return update(ctx, a, func(tx *db.Tx) (*Answer[List[Policy]], error) {
		if err := a.Works.Order(tx, in.Body.IDs); err != nil {
			return nil, err
		}
		return listPolicies(tx)
	})
}

type applyPolicies struct {
	Body struct {
		FromStart bool `json:"from_start,omitempty" doc:"As if they had held from the start of each ticket; otherwise from now on. Nobody is told of what is past."`
	}
}

func (a *API) applyPolicies(ctx context.Context, in *applyPolicies) (*struct{}, error) {
	return update(ctx, a, func(tx *db.Tx) (*struct{}, error) { return nil, a.Works.Apply(tx, in.Body.FromStart) })
}
