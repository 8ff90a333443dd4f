// Package rehearse offers rehearsals to other programs: a draft is played over the past before it is saved.
package rehearse

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/api/promise"
	"muster/internal/api/rest"
	"muster/internal/api/route"
	"muster/internal/api/rule"
	"muster/internal/automation"
	"muster/internal/calendar"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/rehearsal"
)

// API is what the endpoints about rehearsals work with.
type API struct {
	DB    *db.DB
	Clerk *automation.Clerk

	drafts drafts
}

// Routes adds the endpoints.
func (a *API) Routes(h huma.API) {
	a.drafts = drafts{schemas: h.OpenAPI().Components.Schemas, of: map[reflect.Type]*huma.Schema{}}
	for _, t := range []reflect.Type{reflect.TypeFor[rule.Rule](), reflect.TypeFor[promise.Policy](), reflect.TypeFor[promise.Calendar](), reflect.TypeFor[RoutingDraft]()} {
		a.drafts.of[t] = a.drafts.schemas.Schema(t, true, "")
	}
	huma.Register(h, rest.Op("POST", "/rehearsals", "rehearse", "Rehearsal", "Play a draft over the past", 202), a.rehearse)
	huma.Register(h, rest.Op("GET", "/rehearsals", "rehearsals", "Rehearsal", "List the newest rehearsals", 200), a.rehearsals)
	huma.Register(h, rest.Op("GET", "/rehearsals/{id}", "rehearsal", "Rehearsal", "Read how far a rehearsal is, and what came of it", 200), a.rehearsal)
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
	AsOfNow   string            `json:"as_of_now" doc:"What the log does not tell as it was, and is taken as it is now."`
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
		Problem: r.Result.Problem, AsOfNow: r.Kind.AsOfNow(), Was: []RehearsalFigure{}, Would: []RehearsalFigure{}, Rows: []RehearsalRow{}, CreatedAt: r.CreatedAt, DoneAt: rest.Instant(r.DoneAt)}
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
	rest.Once
	Body struct {
		Kind  string         `json:"kind" enum:"rule,policy,calendar,routing"`
		Days  int            `json:"days" minimum:"1" maximum:"366"`
		Draft map[string]any `json:"draft" doc:"The rule, policy or calendar as GET /rules/{id}, /policies/{id} or /calendars/{id} answers; or {team, policy} of routing, the policy as GET /routing/policies/{team} answers. With the id of one that there is, it is compared with that."`
	}
}

func (a *API) rehearse(ctx context.Context, in *newRehearsal) (*rest.Answer[Rehearsal], error) {
	return rest.UpdateOnce(ctx, a.DB, in.Once, in.Body, func(tx *db.Tx) (*rest.Answer[Rehearsal], error) {
		draft, err := a.rehearsable(tx, rehearsal.Kind(in.Body.Kind), in.Body.Draft)
		if err != nil {
			return nil, err
		}
		r, err := rehearsal.Start(tx, rehearsal.Kind(in.Body.Kind), in.Body.Days, draft)
		return rest.AnswerOf(rehearsed(r)), err
	})
}

// RoutingDraft is another policy for a team, or for all that have none of their own.
type RoutingDraft struct {
	Team   string              `json:"team" doc:"The id of a team, or default."`
	Policy route.RoutingPolicy `json:"policy"`
}

// rehearsable is a draft as the desk keeps it. It is written, and refused, as at the endpoint that would save it.
func (a *API) rehearsable(tx *db.Tx, kind rehearsal.Kind, sent map[string]any) (json.RawMessage, error) {
	if _, given := sent["active"]; !given && (kind == rehearsal.Rule || kind == rehearsal.Policy) {
		sent = maps.Clone(sent)
		sent["active"] = true
	}
	switch kind {
	case rehearsal.Rule:
		return drafted(a.drafts, sent, func(w rule.Rule) (automation.Rule, error) {
			r := w.Kept()
			r.ID = w.ID
			return a.Clerk.CheckRule(tx, r)
		})
	case rehearsal.Policy:
		return drafted(a.drafts, sent, promise.Policy.Kept)
	case rehearsal.Calendar:
		return drafted(a.drafts, sent, func(w promise.Calendar) (clock.Desk, error) {
			return clock.Desk{ID: w.ID, Name: w.Name, Calendar: calendar.Calendar{Versions: w.Versions}}, nil
		})
	}
	return drafted(a.drafts, sent, func(w RoutingDraft) (rehearsal.RoutingDraft, error) {
		p, err := w.Policy.Kept()
		return rehearsal.RoutingDraft{Team: route.Team(w.Team), Policy: p}, err
	})
}

// drafts are the schemas of what can be rehearsed.
type drafts struct {
	schemas huma.Registry
	of      map[reflect.Type]*huma.Schema
}

// drafted reads a draft as it is sent elsewhere, a W, and writes it as it is kept, a K.
func drafted[W, K any](d drafts, sent map[string]any, kept func(W) (K, error)) (json.RawMessage, error) {
	at := huma.NewPathBuffer([]byte("body.draft"), len("body.draft"))
	var found huma.ValidateResult
	huma.Validate(d.schemas, d.of[reflect.TypeFor[W]()], at, huma.ModeWriteToServer, sent, &found)
	var wrong []error
	for _, err := range found.Errors {
		if e, ok := errors.AsType[*huma.ErrorDetail](err); ok {
			field := strings.TrimPrefix(e.Location, "body.")
			if missing, ok := strings.CutPrefix(e.Message, "expected required property "); ok {
				field += "." + strings.TrimSuffix(missing, " to be present") // so that each that is missing is told
			}
			wrong = append(wrong, fault.Field(field, "%s", rest.Sentence(e)))
		}
	}
	if len(wrong) > 0 {
		return nil, fault.Join(wrong...)
	}
	raw, err := json.Marshal(sent)
	if err != nil {
		return nil, err
	}
	var w W
	if err := rest.Unreadable(raw, json.Unmarshal(raw, &w)); err != nil {
		return nil, fault.Field("draft", "%s", err)
	}
	k, err := kept(w)
	if err != nil {
		return nil, err
	}
	return json.Marshal(k)
}

func (a *API) rehearsals(ctx context.Context, _ *struct{}) (*rest.Page[Rehearsal], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Rehearsal], error) {
		all, err := rehearsal.List(tx)
		return rest.ListAs(all, "", rehearsed), err
	})
}

func (a *API) rehearsal(ctx context.Context, in *rest.Identified) (*rest.Answer[Rehearsal], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[Rehearsal], error) {
		r, err := rehearsal.Find(tx, in.ID)
		return rest.AnswerOf(rehearsed(r)), err
	})
}
