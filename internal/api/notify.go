package api

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/db"
	"muster/internal/notify"
)

func (a *API) notifyRoutes(h huma.API) {
	huma.Register(h, op("GET", "/notifications", "notifications", "Notices", "List what became of notices to people, the newest first", 200), a.notifications)
	huma.Register(h, op("GET", "/notifications/summary", "notificationSummary", "Notices", "Count what became of notices", 200), a.notificationSummary)
}

// Notification is one notice to one person on one way.
type Notification struct {
	ID        string     `json:"id"`
	Notice    string     `json:"notice" doc:"The same for all ways of one notice."`
	User      string     `json:"user" doc:"The id of who is told."`
	Topic     string     `json:"topic"`
	Channel   string     `json:"channel" enum:"app,mail,push"`
	Outcome   string     `json:"outcome" enum:"queued,digest,quiet,delivered,read-first,hidden,no-browser,refused"`
	Reason    string     `json:"reason,omitempty"`
	Ticket    int64      `json:"ticket,omitempty" doc:"Its number, where the token may see it."`
	Title     string     `json:"title,omitempty"`
	CreatedAt time.Time  `json:"created_at"`
	DueAt     *time.Time `json:"due_at"`
	SettledAt *time.Time `json:"settled_at"`
}

type notificationQuery struct {
	Outcome string `query:"outcome" enum:"queued,digest,quiet,delivered,read-first,hidden,no-browser,refused"`
	User    string `query:"user" doc:"The id of who is told."`
	Cursor  string `query:"cursor"`
	Limit   int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

func (a *API) notifications(ctx context.Context, in *notificationQuery) (*Answer[List[Notification]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[Notification]], error) {
		entries, next, err := notify.Ledger(tx, notify.Query{State: notify.State(in.Outcome), User: in.User, Cursor: in.Cursor, Limit: in.Limit})
		var items []Notification
		for _, e := range entries {
			items = append(items, Notification{e.ID, e.Notice, e.User, string(e.Topic), string(e.Channel), string(e.State), e.Reason, e.Number, e.Title,
				e.CreatedAt, instant(e.DueAt), instant(e.SettledAt)})
		}
		return list(items, next), err
	})
}

// NotificationSummary counts notices by way and outcome.
type NotificationSummary struct {
	Told        int64                       `json:"told" doc:"Notices, each counted once for each of its ways."`
	Unaccounted int64                       `json:"unaccounted" doc:"Always 0."`
	Outcomes    map[string]map[string]int64 `json:"outcomes" doc:"By way, then by outcome."`
}

func (a *API) notificationSummary(ctx context.Context, _ *struct{}) (*Answer[NotificationSummary], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[NotificationSummary], error) {
		c, err := notify.Summary(tx)
		s := NotificationSummary{c.Told, c.Unaccounted, map[string]map[string]int64{}}
		for channel, states := range c.Outcomes {
			s.Outcomes[string(channel)] = map[string]int64{}
			for state, n := range states {
				s.Outcomes[string(channel)][string(state)] = n
			}
		}
		return &Answer[NotificationSummary]{s}, err
	})
}
