package desk

import (
	"context"

	"muster/internal/api/directory"
	"muster/internal/api/rest"
	"muster/internal/complaint"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/ticket"
)

// Complaint is what only a complaint has.
type Complaint struct {
	Outcome string `json:"outcome" doc:"upheld, partly or not-upheld; empty: not decided."`
	Lesson  string `json:"lesson" doc:"What is done differently from now on."`
	About   *Ref   `json:"about" doc:"The agent whom it is about, who cannot own it."`
}

func (a *API) complaint(ctx context.Context, in *rest.Numbered) (*rest.Answer[Complaint], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[Complaint], error) { return complaintOf(tx, in.Number) })
}

func complaintOf(tx *db.Tx, number int64) (*rest.Answer[Complaint], error) {
	t, err := ticket.Find(tx, number)
	if err == nil && t.Kind != complaint.Kind().Name {
		err = fault.New(fault.NotFound, "Ticket %d is a %s, not a complaint.", number, t.Kind)
	}
	if err != nil {
		return nil, err
	}
	d, err := complaint.Of(tx, t)
	if err != nil {
		return nil, err
	}
	c := Complaint{Outcome: string(d.Outcome), Lesson: d.Lesson}
	if d.About != "" {
		u, err := people.FindUser(tx, d.About)
		if err != nil {
			return nil, err
		}
		c.About = &Ref{ID: u.ID, Name: u.Name}
	}
	return rest.AnswerOf(c), nil
}

type decideComplaint struct {
	rest.Numbered
	Body struct {
		Outcome string `json:"outcome,omitempty" doc:"upheld, partly or not-upheld; empty: not decided."`
		Lesson  string `json:"lesson,omitempty" doc:"What is done differently from now on."`
		About   string `json:"about,omitempty" doc:"Name, mail address or id of the agent whom it is about; empty: no one of us."`
	}
}

func (a *API) decideComplaint(ctx context.Context, in *decideComplaint) (*rest.Answer[Complaint], error) {
	b := in.Body
	return rest.Update(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[Complaint], error) {
		about, err := directory.UserID(tx, b.About)
		if err != nil {
			return nil, rest.Renamed(err, "assignee", "about")
		}
		if err := complaint.Decide(tx, in.Number, complaint.Details{Outcome: complaint.Outcome(b.Outcome), Lesson: b.Lesson, About: about}); err != nil {
			return nil, err
		}
		return complaintOf(tx, in.Number)
	})
}
