package tell

import (
	"context"
	"time"

	"muster/internal/api/rest"
	"muster/internal/db"
	"muster/internal/survey"
)

// Survey is a question that customers are asked once their ticket is resolved.
type Survey struct {
	ID            string   `json:"id,omitempty" readOnly:"true"`
	Name          string   `json:"name"`
	Measure       string   `json:"measure" enum:"csat,nps,ces" doc:"csat: 1 to 5. nps: 0 to 10. ces: 1 to 7, high is easy."`
	Place         int64    `json:"place,omitempty" readOnly:"true" doc:"Of several that fit a ticket the first in this order asks."`
	Active        *bool    `json:"active,omitempty" doc:"Default: true."`
	Question      string   `json:"question,omitempty" doc:"Empty: the measure's own, in the language of who is asked."`
	Delay         *int     `json:"delay,omitempty" doc:"Minutes between the resolution and the question. Default: 60."`
	Window        *int     `json:"window,omitempty" doc:"Days within which nobody is asked again for the same measure. Default: 30, of nps 90."`
	Open          *int     `json:"open,omitempty" doc:"Days within which an answer can be given and changed. Default: 14."`
	Kinds         []string `json:"kinds,omitempty" doc:"Of tickets; empty: all."`
	Teams         []string `json:"teams,omitempty" doc:"Ids; empty: all."`
	Organisations []string `json:"organisations,omitempty" doc:"Ids; empty: all."`
	Low           *int     `json:"low,omitempty" doc:"The highest rating that is bad. Default: 2 of csat, 6 of nps, 3 of ces."`
	Follow        string   `json:"follow,omitempty" enum:",note,reopen,task" doc:"What a bad rating leads to; empty: nothing."`
	Version       int64    `json:"version,omitempty" readOnly:"true" doc:"As in the ETag."`
}

func surveyWire(s survey.Survey) Survey {
	return Survey{ID: s.ID, Name: s.Name, Measure: string(s.Measure), Place: s.Place, Active: &s.Active, Question: s.Question, Delay: &s.Delay, Window: &s.Window,
		Open: &s.Open, Kinds: s.Kinds, Teams: s.Teams, Organisations: s.Organisations, Low: &s.Low, Follow: string(s.Follow), Version: s.Version}
}

func (a *API) surveys(ctx context.Context, _ *struct{}) (*rest.Page[Survey], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Survey], error) {
		all, err := survey.All(tx)
		return rest.ListAs(all, "", surveyWire), err
	})
}

type newSurvey struct {
	rest.Once
	Body Survey
}

func (a *API) addSurvey(ctx context.Context, in *newSurvey) (*rest.Answer[Survey], error) {
	b := in.Body
	s := survey.Usual(survey.Measure(b.Measure))
	s.Name, s.Question, s.Kinds, s.Teams, s.Organisations, s.Follow = b.Name, b.Question, b.Kinds, b.Teams, b.Organisations, survey.Follow(b.Follow)
	rest.Set(&s.Active, b.Active)
	rest.Set(&s.Delay, b.Delay)
	rest.Set(&s.Window, b.Window)
	rest.Set(&s.Open, b.Open)
	rest.Set(&s.Low, b.Low)
	return rest.UpdateOnce(ctx, a.DB, in.Once, in.Body, func(tx *db.Tx) (*rest.Answer[Survey], error) {
		kept, err := a.Asker.Save(tx, s)
		return rest.AnswerOf(surveyWire(kept)), err
	})
}

func (a *API) survey(ctx context.Context, in *rest.Identified) (*rest.Versioned[Survey], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Versioned[Survey], error) {
		s, err := survey.Find(tx, in.ID)
		return rest.VersionedOf(s.Version, surveyWire(s)), err
	})
}

type changeSurvey struct {
	rest.Identified
	rest.Match
	Body struct {
		Name          *string        `json:"name,omitempty"`
		Place         *int           `json:"place,omitempty" minimum:"1" doc:"1 is asked first."`
		Active        *bool          `json:"active,omitempty"`
		Question      *string        `json:"question,omitempty"`
		Delay         *int           `json:"delay,omitempty"`
		Window        *int           `json:"window,omitempty"`
		Open          *int           `json:"open,omitempty"`
		Kinds         *[]string      `json:"kinds,omitempty"`
		Teams         *[]string      `json:"teams,omitempty"`
		Organisations *[]string      `json:"organisations,omitempty"`
		Low           *int           `json:"low,omitempty"`
		Follow        *survey.Follow `json:"follow,omitempty" enum:",note,reopen,task"`
	}
}

func (a *API) changeSurvey(ctx context.Context, in *changeSurvey) (*rest.Versioned[Survey], error) {
	b := in.Body
	var s survey.Survey
	return rest.Change(ctx, a.DB, in.Match, func(tx *db.Tx) (_ int64, err error) {
		s, err = survey.Find(tx, in.ID)
		return s.Version, err
	}, func(tx *db.Tx, version int64) (*rest.Versioned[Survey], error) {
		rest.Set(&s.Name, b.Name)
		rest.Set(&s.Active, b.Active)
		rest.Set(&s.Question, b.Question)
		rest.Set(&s.Delay, b.Delay)
		rest.Set(&s.Window, b.Window)
		rest.Set(&s.Open, b.Open)
		rest.Set(&s.Kinds, b.Kinds)
		rest.Set(&s.Teams, b.Teams)
		rest.Set(&s.Organisations, b.Organisations)
		rest.Set(&s.Low, b.Low)
		rest.Set(&s.Follow, b.Follow)
		s.Version = version
		if _, err := a.Asker.Save(tx, s); err != nil {
			return nil, err
		}
		if b.Place != nil {
			if err := survey.Move(tx, in.ID, *b.Place); err != nil {
				return nil, err
			}
		}
		kept, err := survey.Find(tx, in.ID)
		return rest.VersionedOf(kept.Version, surveyWire(kept)), err
	})
}

// SurveyAnswer is what somebody answered, with where the ticket stood when they were asked.
type SurveyAnswer struct {
	ID           string    `json:"id"`
	Survey       string    `json:"survey"`
	Measure      string    `json:"measure"`
	Ticket       int64     `json:"ticket" doc:"Its number."`
	Contact      string    `json:"contact"`
	Team         string    `json:"team,omitempty"`
	Assignee     string    `json:"assignee,omitempty"`
	Organisation string    `json:"organisation,omitempty"`
	Item         string    `json:"item,omitempty"`
	AskedAt      time.Time `json:"asked_at"`
	AnsweredAt   time.Time `json:"answered_at"`
	Rating       int       `json:"rating"`
	Comment      string    `json:"comment,omitempty"`
}

func surveyAnswer(r survey.Reply) SurveyAnswer {
	return SurveyAnswer{ID: r.ID, Survey: r.Survey, Measure: string(r.Measure), Ticket: r.Number, Contact: r.Contact, Team: r.Team,
		Assignee: r.Assignee, Organisation: r.Organisation, Item: r.Item, AskedAt: r.AskedAt, AnsweredAt: r.AnsweredAt, Rating: r.Rating, Comment: r.Comment}
}

type surveyAnswersInput struct {
	Measure      string    `query:"measure" enum:"csat,nps,ces" required:"true" doc:"What was asked about: csat, nps or ces."`
	From         time.Time `query:"from" doc:"Answered then or later."`
	To           time.Time `query:"to" doc:"Answered before then."`
	Survey       string    `query:"survey" doc:"An id: only answers to this survey."`
	Team         string    `query:"team" doc:"An id: only where the ticket was with this team when it was asked about; likewise organisation and item."`
	Organisation string    `query:"organisation" doc:"An id."`
	Item         string    `query:"item" doc:"An id."`
	rest.Paging
}

func (a *API) surveyAnswers(ctx context.Context, in *surveyAnswersInput) (*rest.Page[SurveyAnswer], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[SurveyAnswer], error) {
		page, err := survey.Replies(tx, survey.Selection{Measure: survey.Measure(in.Measure), From: in.From, To: in.To, Survey: in.Survey, Team: in.Team,
			Organisation: in.Organisation, Item: in.Item, Cursor: in.Cursor, Limit: in.Limit})
		return rest.ListAs(page.Replies, page.Next, surveyAnswer), err
	})
}
