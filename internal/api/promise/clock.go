package promise

import (
	"context"
	"time"

	"muster/internal/api/rest"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/ticket"
)

// Clock is one promise about a ticket.
type Clock struct {
	ID        string      `json:"id"`
	Policy    string      `json:"policy" doc:"The id of the policy."`
	Kind      string      `json:"kind" enum:"sla,ola,supplier"`
	Target    string      `json:"target" enum:"first-response,next-response,resolution,acknowledgement,approval"`
	State     string      `json:"state" enum:"running,paused,breached,met,late,none,cancelled" doc:"breached: broken, and still owed. late: broken, and kept since. none: ended without what was promised, such as a ticket that was closed without a reply. cancelled: it counts in no figure."`
	Goal      int64       `json:"goal" doc:"Working time that was promised, in seconds."`
	Used      int64       `json:"used" doc:"Working time that is used, in seconds."`
	DueAt     *time.Time  `json:"due_at" doc:"Null while it stands still, and once it has ended."`
	BrokenAt  *time.Time  `json:"broken_at" doc:"Null: it was not broken."`
	EndedAt   *time.Time  `json:"ended_at" doc:"When it was kept, or ended otherwise."`
	ExcusedBy int64       `json:"excused_by,omitempty" doc:"The number of the linked ticket that was the cause."`
	Reckoning []Reckoning `json:"reckoning"`
}

// Reckoning is one stretch of a clock's reckoning; the stretches add up to what is used.
type Reckoning struct {
	From     time.Time  `json:"from"`
	To       *time.Time `json:"to" doc:"Null: it lasts still."`
	Counted  bool       `json:"counted" doc:"False: the clock stood still."`
	Calendar string     `json:"calendar,omitempty" doc:"The id."`
	Version  int        `json:"calendar_version,omitempty" doc:"The last version that was known."`
	Used     int64      `json:"used" doc:"In this stretch, in seconds."`
	Sum      int64      `json:"sum" doc:"Up to its end, in seconds."`
}

func (a *API) clocks(ctx context.Context, in *rest.Numbered) (*rest.Page[Clock], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Clock], error) {
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
		return rest.ListOf(items, ""), nil
	})
}

func clockOf(k clock.Kept, now time.Time, calendars clock.Calendars) (Clock, error) {
	c := Clock{ID: k.ID, Policy: k.Policy, Kind: string(k.Kind), Target: string(k.Target), State: string(k.State()), Goal: wholeSeconds(k.Goal),
		DueAt: rest.Instant(k.DueAt), BrokenAt: rest.Instant(k.BreachedAt), EndedAt: rest.Instant(k.EndedAt), ExcusedBy: k.ExcusedBy, Reckoning: []Reckoning{}}
	used, err := k.Used(now, calendars)
	if err != nil {
		return c, err
	}
	c.Used = wholeSeconds(used)
	lines, err := k.Explain(now, calendars)
	for _, l := range lines {
		c.Reckoning = append(c.Reckoning, Reckoning{l.From, rest.Instant(l.To), l.Counted, l.Hours.Calendar, l.Hours.Versions, wholeSeconds(l.Used), wholeSeconds(l.Sum)})
	}
	return c, err
}

func wholeSeconds(d time.Duration) int64 { return int64(d / time.Second) }
