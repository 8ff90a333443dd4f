package tell

import (
	"context"
	"maps"
	"time"

	"muster/internal/api/rest"
	"muster/internal/calendar"
	"muster/internal/db"
	"muster/internal/notify"
)

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

func notification(e notify.Entry) Notification {
	return Notification{e.ID, e.Notice, e.User, string(e.Topic), string(e.Channel), string(e.State), e.Reason, e.Number, e.Title,
		e.CreatedAt, rest.Instant(e.DueAt), rest.Instant(e.SettledAt)}
}

type notificationQuery struct {
	Outcome string `query:"outcome" enum:"queued,digest,quiet,delivered,read-first,hidden,no-browser,refused" doc:"Only notices with this outcome."`
	User    string `query:"user" doc:"The id of who is told."`
	rest.Paging
}

func (a *API) notifications(ctx context.Context, in *notificationQuery) (*rest.Page[Notification], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Notification], error) {
		entries, next, err := notify.Ledger(tx, notify.Query{State: notify.State(in.Outcome), User: in.User, Cursor: in.Cursor, Limit: in.Limit})
		return rest.ListAs(entries, next, notification), err
	})
}

// NotificationSummary counts notices by way and outcome.
type NotificationSummary struct {
	Told        int64                       `json:"told" doc:"Notices, each counted once for each of its ways."`
	Unaccounted int64                       `json:"unaccounted" doc:"Always 0."`
	Outcomes    map[string]map[string]int64 `json:"outcomes" doc:"By way, then by outcome."`
}

func (a *API) notificationSummary(ctx context.Context, _ *struct{}) (*rest.Answer[NotificationSummary], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[NotificationSummary], error) {
		c, err := notify.Summary(tx)
		s := NotificationSummary{c.Told, c.Unaccounted, map[string]map[string]int64{}}
		for channel, states := range c.Outcomes {
			s.Outcomes[string(channel)] = map[string]int64{}
			for state, n := range states {
				s.Outcomes[string(channel)][string(state)] = n
			}
		}
		return rest.AnswerOf(s), err
	})
}

// NoticeRules are one agent's own.
type NoticeRules struct {
	Topics  map[string][]string `json:"topics" doc:"The ways (app, mail, push) of each topic: assigned, team-new, mentioned, replied, watched, promise, survey, rule, house."`
	Digest  string              `json:"digest" enum:"now,hourly,daily" doc:"How often mail goes out."`
	Hour    int                 `json:"hour" doc:"Of a daily mail, in the agent's zone."`
	Quiet   QuietHours          `json:"quiet"`
	Urgent  bool                `json:"urgent" doc:"What is urgent comes at once, in quiet hours too."`
	Zone    string              `json:"zone" doc:"In which the hours are meant."`
	Version int64               `json:"version" doc:"As in the ETag."`
}

// QuietHours are when mail and push wait.
type QuietHours struct {
	From  string   `json:"from,omitempty" doc:"Such as 22:00."`
	To    string   `json:"to,omitempty" doc:"Such as 07:00; before from: on the next day."`
	Days  []string `json:"days,omitempty" doc:"On which they begin: monday to sunday."`
	Whole []string `json:"whole,omitempty" doc:"Days that are quiet from their beginning to their end."`
}

func noticeRules(r notify.Rules) *rest.Versioned[NoticeRules] {
	out := NoticeRules{map[string][]string{}, string(r.Digest), r.Hour, QuietHours{string(r.Quiet.From), string(r.Quiet.To), words[string](r.Quiet.Days), words[string](r.Quiet.Whole)},
		r.Pass, r.Zone, r.Version}
	for _, topic := range notify.Topics() {
		out.Topics[string(topic)] = append([]string{}, words[string](r.Topics[topic])...)
	}
	return rest.VersionedOf(r.Version, out)
}

// words are texts as another kind of text.
func words[To, From ~string](all []From) (out []To) {
	for _, w := range all {
		out = append(out, To(w))
	}
	return out
}

func (a *API) noticeRules(ctx context.Context, in *rest.Identified) (*rest.Versioned[NoticeRules], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Versioned[NoticeRules], error) {
		r, err := notify.RulesOf(tx, in.ID)
		return noticeRules(r), err
	})
}

type changeNoticeRules struct {
	rest.Identified
	rest.Match
	Body struct {
		Topics map[string][]string `json:"topics,omitempty" doc:"Those that are to change: the ways of each, none for never."`
		Digest *string             `json:"digest,omitempty" enum:"now,hourly,daily"`
		Hour   *int                `json:"hour,omitempty"`
		Quiet  *QuietHours         `json:"quiet,omitempty" doc:"All of it: what is left out is not quiet."`
		Urgent *bool               `json:"urgent,omitempty"`
	}
}

// over puts what is to change over rules.
func (in *changeNoticeRules) over(r *notify.Rules) {
	b := in.Body
	r.Topics = maps.Clone(r.Topics)
	for topic, ways := range b.Topics {
		r.Topics[notify.Topic(topic)] = words[notify.Channel](ways)
	}
	if b.Digest != nil {
		r.Digest = notify.Digest(*b.Digest)
	}
	if b.Hour != nil {
		r.Hour = *b.Hour
	}
	if q := b.Quiet; q != nil {
		r.Quiet = notify.Quiet{From: calendar.TimeOfDay(q.From), To: calendar.TimeOfDay(q.To), Days: words[calendar.Weekday](q.Days), Whole: words[calendar.Weekday](q.Whole)}
	}
	if b.Urgent != nil {
		r.Pass = *b.Urgent
	}
}

func (a *API) changeNoticeRules(ctx context.Context, in *changeNoticeRules) (*rest.Versioned[NoticeRules], error) {
	var r notify.Rules
	return rest.Change(ctx, a.DB, in.Match, func(tx *db.Tx) (_ int64, err error) {
		r, err = notify.RulesOf(tx, in.ID)
		return r.Version, err
	}, func(tx *db.Tx, version int64) (*rest.Versioned[NoticeRules], error) {
		in.over(&r)
		r.Version = version
		saved, err := notify.SaveRules(tx, in.ID, r)
		return noticeRules(saved), err
	})
}
