// Package report offers figures to other programs: the boards, and the promises behind them.
package report

import (
	"context"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/api/rest"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/kpi"
)

// API is what the endpoints about figures work with.
type API struct{ DB *db.DB }

// Routes adds the endpoints.
func (a *API) Routes(h huma.API) {
	huma.Register(h, rest.Op("GET", "/figures/support", "supportFigures", "Figures", "Read the support board: backlog, age, workload", 200), a.supportFigures)
	huma.Register(h, rest.Op("GET", "/figures/service", "serviceFigures", "Figures", "Read the service board: promises kept and satisfaction, by client and by service", 200), a.serviceFigures)
	huma.Register(h, rest.Op("GET", "/figures/promises", "promiseRecords", "Figures", "List the promises behind a figure, the newest first", 200), a.promiseRecords)
}

// Figure is a part of n, with the per cent that it is.
type Figure struct {
	Part    int64    `json:"part"`
	N       int64    `json:"n"`
	Percent *float64 `json:"percent" nullable:"true" doc:"Null where n is 0."`
}

func figureOf(s kpi.Share) Figure {
	f := Figure{Part: s.Part, N: s.N}
	if p, ok := s.Percent(); ok {
		f.Percent = &p
	}
	return f
}

// Workload is what an agent has. DueSoon and Overdue are parts of open and waiting.
type Workload struct {
	User    string `json:"user" doc:"The id; empty: nobody."`
	Open    int64  `json:"open"`
	Waiting int64  `json:"waiting"`
	DueSoon int64  `json:"due_soon" doc:"Within two hours."`
	Overdue int64  `json:"overdue"`
}

// AgeFigure is the part of the backlog that is of one age.
type AgeFigure struct {
	Days    string `json:"days" doc:"Whole days since the ticket was opened: 0–1, 2–3, 4–7, 8–14, 15–30, over 30."`
	N       int64  `json:"n"`
	Overdue int64  `json:"overdue"`
}

// DayFigure is the backlog at the end of a day in UTC; of the last day, as it is now.
type DayFigure struct {
	Day string `json:"day"`
	N   int64  `json:"n"`
}

// SupportFigures are the figures of the support board.
type SupportFigures struct {
	At      time.Time   `json:"at"`
	Backlog int64       `json:"backlog" doc:"Unsolved: open or waiting."`
	DueSoon int64       `json:"due_soon"`
	Overdue int64       `json:"overdue"`
	ByAge   []AgeFigure `json:"by_age"`
	Load    []Workload  `json:"workload"`
	Past    []DayFigure `json:"past" doc:"Empty for who sees a part of the tickets only."`
}

func (a *API) supportFigures(ctx context.Context, _ *struct{}) (*rest.Answer[SupportFigures], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[SupportFigures], error) {
		b, err := kpi.Support(tx)
		f := SupportFigures{At: b.At, Backlog: b.N, DueSoon: b.Soon, Overdue: b.Overdue, ByAge: []AgeFigure{}, Load: []Workload{}, Past: []DayFigure{}}
		for i, age := range kpi.Ages() {
			f.ByAge = append(f.ByAge, AgeFigure{age.Name, b.ByAge[i].N, b.ByAge[i].Overdue})
		}
		for _, l := range b.Loads {
			f.Load = append(f.Load, Workload{l.User, l.Open, l.Waiting, l.Soon, l.Overdue})
		}
		for _, p := range b.Past {
			f.Past = append(f.Past, DayFigure{p.Day.Format(time.DateOnly), p.N})
		}
		return rest.AnswerOf(f), err
	})
}

// PromiseFigure is how promises came out.
type PromiseFigure struct {
	Kept    Figure `json:"kept" doc:"Met, of met and missed."`
	Met     int64  `json:"met"`
	Missed  int64  `json:"missed"`
	Excused int64  `json:"excused"`
	None    int64  `json:"ended_without" doc:"Ended in time without what was promised."`
}

func promiseFigure(a kpi.Attainment) PromiseFigure {
	return PromiseFigure{figureOf(a.Kept()), a.Met, a.Missed, a.Excused, a.None}
}

// LineFigures are the figures of a client, a service, or all.
type LineFigures struct {
	ID       string                   `json:"id" doc:"Empty: of tickets without one."`
	Promises PromiseFigure            `json:"promises"`
	Tickets  PromiseFigure            `json:"by_ticket" doc:"Each ticket counts once: missed if one of its promises was, else excused if one was, else met if one was."`
	ByTarget map[string]PromiseFigure `json:"by_target"`
	CSAT     Figure                   `json:"csat"`
	DueSoon  int64                    `json:"due_soon"`
	Overdue  int64                    `json:"overdue"`
}

func lineFigures(l kpi.Line) LineFigures {
	f := LineFigures{ID: l.ID, Promises: promiseFigure(l.All), Tickets: promiseFigure(l.ByTicket), ByTarget: map[string]PromiseFigure{}, CSAT: figureOf(l.CSAT.CSAT()), DueSoon: l.Soon, Overdue: l.Overdue}
	for target, a := range l.ByTarget {
		f.ByTarget[target] = promiseFigure(a)
	}
	return f
}

// NPSFigure is the score of recommendation, from -100 to 100.
type NPSFigure struct {
	Score *float64 `json:"score" nullable:"true"`
	N     int64    `json:"n"`
}

// ServiceFigures are the figures of the service board.
type ServiceFigures struct {
	From           time.Time                `json:"from"`
	To             time.Time                `json:"to"`
	Total          LineFigures              `json:"total"`
	ByOrganisation []LineFigures            `json:"by_organisation"`
	ByItem         []LineFigures            `json:"by_item"`
	ByPolicy       map[string]PromiseFigure `json:"by_policy"`
	NPS            NPSFigure                `json:"nps"`
	CES            Figure                   `json:"ces"`
	Responses      Figure                   `json:"responses" doc:"Who answered, of who was asked for satisfaction in the period."`
}

// InWeeks says how far back figures look.
type InWeeks struct {
	Weeks int `query:"weeks" default:"8" doc:"How many weeks up to now: 4, 8, 13 or 26."`
}

func (w InWeeks) period(now time.Time) (kpi.Period, error) {
	if !slices.Contains(kpi.Spans(), w.Weeks) {
		return kpi.Period{}, fault.Field("weeks", "Choose 4, 8, 13 or 26 weeks, not %d.", w.Weeks)
	}
	return kpi.LastWeeks(now, w.Weeks), nil
}

func (a *API) serviceFigures(ctx context.Context, in *InWeeks) (*rest.Answer[ServiceFigures], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[ServiceFigures], error) {
		p, err := in.period(tx.Now)
		if err != nil {
			return nil, err
		}
		b, err := kpi.Service(tx, p)
		f := ServiceFigures{From: b.From, To: b.To, Total: lineFigures(b.Total), ByOrganisation: []LineFigures{}, ByItem: []LineFigures{},
			ByPolicy: map[string]PromiseFigure{}, CES: figureOf(b.CES.CES()), Responses: figureOf(b.Asked)}
		if score, n, ok := b.NPS.NPS(); ok {
			f.NPS = NPSFigure{&score, n}
		}
		for _, l := range b.ByOrganisation {
			f.ByOrganisation = append(f.ByOrganisation, lineFigures(l))
		}
		for _, l := range b.ByItem {
			f.ByItem = append(f.ByItem, lineFigures(l))
		}
		for id, p := range b.ByPolicy {
			f.ByPolicy[id] = promiseFigure(p)
		}
		return rest.AnswerOf(f), err
	})
}

// PromiseRecord is one promise that a figure counts.
type PromiseRecord struct {
	Ticket    int64     `json:"ticket" doc:"Its number."`
	Policy    string    `json:"policy"`
	Target    string    `json:"target"`
	Is        string    `json:"is" enum:"met,missed,excused,none"`
	CountedAt time.Time `json:"counted_at" doc:"When it was kept or broken, whichever came first."`
}

func promiseRecord(r kpi.Record) PromiseRecord {
	return PromiseRecord{r.Number, r.Policy, r.Target, r.Is, r.CountedAt}
}

type promiseRecordsInput struct {
	InWeeks
	Organisation string `query:"organisation" doc:"An id: only promises to this client."`
	Item         string `query:"item" doc:"An id: only promises about this service."`
	Target       string `query:"target" doc:"Only promises of this target: first-response, next-response, resolution, acknowledgement, approval."`
	Is           string `query:"is" enum:"met,missed,excused,none,counted" doc:"Only promises that were kept, broken, broken and excused, or ended without either; counted: met or missed, of which a share is."`
	Tickets      bool   `query:"tickets" doc:"Of each ticket one alone: the worst, and the last of several such."`
	rest.Paging
}

func (a *API) promiseRecords(ctx context.Context, in *promiseRecordsInput) (*rest.Page[PromiseRecord], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[PromiseRecord], error) {
		p, err := in.period(tx.Now)
		if err != nil {
			return nil, err
		}
		page, err := kpi.Promises(tx, kpi.Of{Period: p, Organisation: in.Organisation, Item: in.Item, Target: in.Target, Is: in.Is, Tickets: in.Tickets,
			Cursor: in.Cursor, Limit: in.Limit})
		return rest.ListAs(page.Records, page.Next, promiseRecord), err
	})
}
