package api

import (
	"context"
	"encoding/json"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/rehearsal"
)

func (a *API) rehearsalRoutes(h huma.API) {
	huma.Register(h, op("POST", "/rehearsals", "rehearse", "Rehearsal", "Play a draft over the past", 202), a.rehearse)
	huma.Register(h, op("GET", "/rehearsals", "rehearsals", "Rehearsal", "List the newest rehearsals", 200), a.rehearsals)
	huma.Register(h, op("GET", "/rehearsals/{id}", "rehearsal", "Rehearsal", "Read how far a rehearsal is, and what came of it", 200), a.rehearsal)
}

// Rehearsal is what a draft would have made of the past.
type Rehearsal struct {
	ID        string            `json:"id"`
	Kind      string            `json:"kind" enum:"rule,policy,calendar,routing"`
	Name      string            `json:"name"`
	Days      int               `json:"days"`
	State     string            `json:"state" enum:"running,done,stopped"`
	Seen      int               `json:"seen" doc:"Tickets that were played."`
	Total     int               `json:"total" doc:"Tickets to play, as far as is known."`
	Differ    int               `json:"differ"`
	Problem   string            `json:"problem,omitempty" doc:"Why it stopped, or what could not be judged."`
	Was       []RehearsalFigure `json:"was"`
	Would     []RehearsalFigure `json:"would"`
	Rows      []RehearsalRow    `json:"rows" doc:"The first 500 that differ, of those that you may see."`
	CreatedAt time.Time         `json:"created_at"`
	DoneAt    *time.Time        `json:"done_at"`
}

// RehearsalFigure is a count, as it was or would have been.
type RehearsalFigure struct {
	Name string `json:"name"`
	N    int    `json:"n"`
}

// RehearsalRow is one ticket that would have fared otherwise.
type RehearsalRow struct {
	Ticket int64     `json:"ticket" doc:"Its number."`
	At     time.Time `json:"at"`
	What   string    `json:"what"`
	Was    string    `json:"was"`
	Would  string    `json:"would"`
}

func rehearsed(r rehearsal.Rehearsal) Rehearsal {
	w := Rehearsal{ID: r.ID, Kind: string(r.Kind), Name: r.Name, Days: r.Days, State: string(r.State), Seen: r.Seen, Total: r.Total, Differ: r.Result.Differ,
		Problem: r.Result.Problem, Was: []RehearsalFigure{}, Would: []RehearsalFigure{}, Rows: []RehearsalRow{}, CreatedAt: r.CreatedAt, DoneAt: instant(r.DoneAt)}
	for i, f := range r.Result.Was {
		w.Was = append(w.Was, RehearsalFigure(f))
		w.Would = append(w.Would, RehearsalFigure(r.Result.Would[i]))
	}
	for _, row := range r.Result.Rows {
		w.Rows = append(w.Rows, RehearsalRow{row.Number, row.At, row.What, row.Was, row.Would})
	}
	return w
}

type newRehearsal struct {
	Once
	Body struct {
		Kind  string         `json:"kind" enum:"rule,policy,calendar,routing"`
		Days  int            `json:"days" minimum:"1" maximum:"366"`
		Draft map[string]any `json:"draft" doc:"The rule, policy, calendar, or {team, policy} of routing; a policy as GET /policies/{id} answers, the others as the desk keeps them. With the id of one that there is, it is compared with that."`
	}
}

func (a *API) rehearse(ctx context.Context, in *newRehearsal) (*Answer[Rehearsal], error) {
	return once(ctx, a, in.Once, in.Body, func(tx *db.Tx) (*Answer[Rehearsal], error) {
		draft, err := rehearsable(rehearsal.Kind(in.Body.Kind), in.Body.Draft)
		if err != nil {
			return nil, err
		}
		r, err := rehearsal.Start(tx, rehearsal.Kind(in.Body.Kind), in.Body.Days, draft)
		return &Answer[Rehearsal]{rehearsed(r)}, err
	})
}

// rehearsable is a draft as the desk keeps it: a policy is written here as it is everywhere in the API.
func rehearsable(kind rehearsal.Kind, sent map[string]any) ([]byte, error) {
	draft, err := json.Marshal(sent)
	if err != nil || kind != rehearsal.Policy {
		return draft, err
	}
	var w Policy
	if err := json.Unmarshal(draft, &w); err != nil {
		return nil, fault.Field("draft", "The draft is no policy: write it as GET /policies/{id} answers.")
	}
	p, err := w.policy()
	if err != nil {
		return nil, err
	}
	return json.Marshal(p)
}

func (a *API) rehearsals(ctx context.Context, _ *struct{}) (*Answer[List[Rehearsal]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[Rehearsal]], error) {
		all, err := rehearsal.List(tx)
		var items []Rehearsal
		for _, r := range all {
			items = append(items, rehearsed(r))
		}
		return list(items, ""), err
	})
}

func (a *API) rehearsal(ctx context.Context, in *Identified) (*Answer[Rehearsal], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[Rehearsal], error) {
		r, err := rehearsal.Find(tx, in.ID)
		return &Answer[Rehearsal]{rehearsed(r)}, err
	})
}
