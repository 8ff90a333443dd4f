package promise

import (
	"cmp"
	"context"
	"strings"

	"muster/internal/api/rest"
	"muster/internal/calendar"
	"muster/internal/clock"
	"muster/internal/db"
)

// Calendar says when a desk works.
type Calendar struct {
	ID       string             `json:"id,omitempty" readOnly:"true"`
	Name     string             `json:"name"`
	Versions []calendar.Version `json:"versions" doc:"In order. What has been in force stays as it was: an edit adds a version, with the instant (from) from which it holds; the first holds since ever. zone is one of IANA. week has days from monday to sunday, each with its periods: open and close are times of day such as 09:00; a close of 24:00 is midnight, one that is earlier than its open is of the next day; a day that is left out is closed. A holiday has a date such as 2026-12-24, an until if it lasts for days, yearly if it comes again each year, dates on which it is not kept (except), and hours in which it is open all the same." example:"[{\"zone\":\"Europe/Berlin\",\"week\":{\"monday\":[{\"open\":\"09:00\",\"close\":\"17:00\"}]},\"holidays\":[{\"name\":\"Christmas Day\",\"date\":\"2026-12-25\",\"yearly\":true}]}]"`
	Version  int64              `json:"version,omitempty" readOnly:"true" doc:"As in the ETag."`
}

func calendarOf(d clock.Desk) Calendar { return Calendar{d.ID, d.Name, d.Versions, d.Version} }

func (a *API) calendars(ctx context.Context, _ *struct{}) (*rest.Page[Calendar], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Calendar], error) {
		all, err := clock.Desks(tx)
		return rest.ListAs(all, "", calendarOf), err
	})
}

type newCalendar struct {
	rest.Once
	Body Calendar
}

func (a *API) addCalendar(ctx context.Context, in *newCalendar) (*rest.Answer[Calendar], error) {
	return rest.UpdateOnce(ctx, a.DB, in.Once, in.Body, func(tx *db.Tx) (*rest.Answer[Calendar], error) {
		d, err := a.saveDesk(tx, clock.Desk{Name: in.Body.Name, Calendar: calendar.Calendar{Versions: in.Body.Versions}}, false)
		return rest.AnswerOf(calendarOf(d)), err
	})
}

func (a *API) saveDesk(tx *db.Tx, d clock.Desk, adopt bool) (clock.Desk, error) {
	d, err := a.Works.SaveDesk(tx, d, adopt)
	return d, rest.Renamed(err, "zone", "versions.zone", "week", "versions.week", "holidays", "versions.holidays")
}

func (a *API) calendar(ctx context.Context, in *rest.Identified) (*rest.Versioned[Calendar], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Versioned[Calendar], error) {
		d, err := clock.FindDesk(tx, in.ID)
		return rest.VersionedOf(d.Version, calendarOf(d)), err
	})
}

type changeCalendar struct {
	rest.Identified
	rest.Match
	Body struct {
		Name     *string             `json:"name,omitempty"`
		Versions *[]calendar.Version `json:"versions,omitempty" doc:"All of them: those that were in force unchanged, then the new one."`
		Adopt    bool                `json:"adopt,omitempty" doc:"Promises that run by the calendar follow its new hours, each version from when it begins; otherwise they are kept as they were made."`
	}
}

func (a *API) changeCalendar(ctx context.Context, in *changeCalendar) (*rest.Versioned[Calendar], error) {
	return rest.Change(ctx, a.DB, in.Match, func(tx *db.Tx) (int64, error) {
		d, err := clock.FindDesk(tx, in.ID)
		return d.Version, err
	}, func(tx *db.Tx, seen int64) (*rest.Versioned[Calendar], error) {
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
		d, err = a.saveDesk(tx, d, in.Body.Adopt)
		return rest.VersionedOf(d.Version, calendarOf(d)), err
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

func (a *API) readHolidays(ctx context.Context, in *holidayFile) (*rest.Answer[Holidays], error) {
	return rest.Update(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[Holidays], error) { // which changes nothing, but has a body that can be wrong
		if err := tx.Must("promises.edit"); err != nil {
			return nil, err
		}
		read, err := calendar.Import(strings.NewReader(in.Body.File), in.Body.From, in.Body.To)
		h := Holidays{Holidays: append([]calendar.Holiday{}, read.Holidays...), Skipped: []Skipped{}}
		for _, s := range read.Skipped {
			h.Skipped = append(h.Skipped, Skipped{s.Name, s.Reason})
		}
		return rest.AnswerOf(h), err
	})
}
