package route

import (
	"context"

	"muster/internal/api/rest"
	"muster/internal/calendar"
	"muster/internal/db"
	"muster/internal/routing"
)

// Shift is when some agents work, week by week.
type Shift struct {
	ID      string        `json:"id,omitempty" readOnly:"true"`
	Name    string        `json:"name"`
	Zone    string        `json:"zone" doc:"IANA, such as Europe/Berlin."`
	Week    calendar.Week `json:"week" doc:"Periods of each day; one that closes before it opens closes on the next day."`
	Members []string      `json:"members" nullable:"false" doc:"Ids of agents."`
	Version int64         `json:"version,omitempty" readOnly:"true"`
}

func shift(s routing.Shift) Shift {
	w := Shift(s)
	if w.Members == nil {
		w.Members = []string{}
	}
	return w
}

func (a *API) shifts(ctx context.Context, _ *struct{}) (*rest.Page[Shift], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Shift], error) {
		all, err := routing.Shifts(tx)
		return rest.ListAs(all, "", shift), err
	})
}

type newShift struct {
	rest.Once
	Body Shift
}

func (a *API) addShift(ctx context.Context, in *newShift) (*rest.Answer[Shift], error) {
	return rest.UpdateOnce(ctx, a.DB, in.Once, in.Body, func(tx *db.Tx) (*rest.Answer[Shift], error) {
		made := routing.Shift(in.Body)
		made.ID, made.Version = "", 0
		s, err := routing.SetShift(tx, made)
		return rest.AnswerOf(shift(s)), err
	})
}

type setShift struct {
	rest.Identified
	rest.Match
	Body Shift
}

func (a *API) setShift(ctx context.Context, in *setShift) (*rest.Versioned[Shift], error) {
	return rest.Change(ctx, a.DB, in.Match, func(tx *db.Tx) (int64, error) {
		s, err := routing.FindShift(tx, in.ID)
		return s.Version, err
	}, func(tx *db.Tx, version int64) (*rest.Versioned[Shift], error) {
		made := routing.Shift(in.Body)
		made.ID, made.Version = in.ID, version
		s, err := routing.SetShift(tx, made)
		return rest.VersionedOf(s.Version, shift(s)), err
	})
}

func (a *API) removeShift(ctx context.Context, in *rest.Identified) (*rest.Nothing, error) {
	return rest.Do(ctx, a.DB, func(tx *db.Tx) error { return routing.RemoveShift(tx, in.ID) })
}
