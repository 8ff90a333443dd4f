// Package survey asks customers how well their matter was handled, and keeps what they answer.
package survey

import (
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/people/client"
	"muster/internal/text"
	"muster/internal/ticket"
)

// Measure is what a survey measures.
type Measure string

const (
	CSAT Measure = "csat" // satisfaction, 1 to 5
	NPS  Measure = "nps"  // whether one would recommend us, 0 to 10
	CES  Measure = "ces"  // how easy it was, 1 to 7: high is easy
)

// Measures lists them.
func Measures() []Measure { return []Measure{CSAT, NPS, CES} }

// Scale returns the lowest and the highest rating.
func (m Measure) Scale() (least, most int) {
	switch m {
	case NPS:
		return 0, 10
	case CES:
		return 1, 7
	}
	return 1, 5
}

// Follow is what happens when a rating is bad.
type Follow string

const (
	FollowNothing Follow = ""
	FollowNote    Follow = "note"   // a note on the ticket
	FollowReopen  Follow = "reopen" // the ticket is taken up again, where its workflow lets it
	FollowTask    Follow = "task"   // a task for the ticket's team
)

// Follows lists them.
func Follows() []Follow { return []Follow{FollowNothing, FollowNote, FollowReopen, FollowTask} }

// Survey is a question that customers are asked once their ticket is resolved.
type Survey struct {
	ID        string    `json:"-"`
	Name      string    `json:"-"`
	Active    bool      `json:"-"`
	Place     int64     `json:"-"` // the first in this order that fits a ticket asks
	CreatedAt time.Time `json:"-"`
	Version   int64     `json:"-"` // counts changes; when saved: the one that was seen, 0: any

	Measure       Measure  `json:"measure"`
	Question      string   `json:"question,omitempty"`      // empty: the measure's own, in the language of who is asked
	Delay         int      `json:"delay"`                   // minutes between the resolution and the question
	Window        int      `json:"window"`                  // days within which nobody is asked again for the same measure
	Open          int      `json:"open"`                    // days within which the answer can be given and changed
	Kinds         []string `json:"kinds,omitempty"`         // of tickets; empty: all
	Teams         []string `json:"teams,omitempty"`         // ids; empty: all
	Organisations []string `json:"organisations,omitempty"` // ids; empty: all
	Low           int      `json:"low"`                     // the highest rating that is bad
	Follow        Follow   `json:"follow,omitempty"`        // what a bad rating leads to
}

// Usual returns a survey of a measure as most would have it.
func Usual(m Measure) Survey {
	s := Survey{Measure: m, Active: true, Delay: 60, Window: 30, Open: 14, Low: 2}
	switch m {
	case NPS:
		s.Window, s.Low = 90, 6
	case CES:
		s.Low = 3
	}
	return s
}

// Subject is how the log names a survey as the record that an event is about.
const Subject = "survey"

// Saved says that a survey was made or changed.
type Saved struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Active   bool   `json:"active"`
	Settings Survey `json:"settings"`
}

// Placed says that a survey stands elsewhere in the order.
type Placed struct {
	ID    string `json:"id"`
	Place int64  `json:"place"` // 1 is the first
}

// Asked says, on the ticket, that somebody was asked.
type Asked struct {
	Ticket       ticket.ID `json:"ticket"`
	Invitation   string    `json:"invitation"`
	Survey       string    `json:"survey"`
	Name         string    `json:"name"`
	Measure      Measure   `json:"measure"`
	Contact      string    `json:"contact"`
	Team         string    `json:"team,omitempty"`
	Assignee     string    `json:"assignee,omitempty"`
	Organisation string    `json:"organisation,omitempty"`
	Item         string    `json:"item,omitempty"`
}

// Answered says, on the ticket, that an answer came, or another one in its place. Rules can act on it.
type Answered struct {
	Ticket     ticket.ID `json:"ticket"`
	Invitation string    `json:"invitation"`
	Survey     string    `json:"survey"`
	Name       string    `json:"name"`
	Measure    Measure   `json:"measure"`
	Contact    string    `json:"contact"`
	Rating     int       `json:"rating"`
	Before     *int      `json:"before,omitempty"` // the rating that this one replaces
	Comment    string    `json:"comment,omitempty"`
	Low        bool      `json:"low,omitempty"` // the survey calls such a rating bad
}

func (Saved) EventName() string            { return "survey.saved" }
func (Placed) EventName() string           { return "survey.placed" }
func (Asked) EventName() string            { return "survey.asked" }
func (Answered) EventName() string         { return "survey.answered" }
func (e Saved) About() (string, string)    { return Subject, e.ID }
func (e Placed) About() (string, string)   { return Subject, e.ID }
func (e Asked) About() (string, string)    { return ticket.Subject, string(e.Ticket) }
func (e Answered) About() (string, string) { return ticket.Subject, string(e.Ticket) }

// All returns the surveys of the workspace, in the order in which they are asked whether they fit.
func All(tx *db.Tx) ([]Survey, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	return surveys(tx)
}

// Find returns a survey.
func Find(tx *db.Tx, id string) (Survey, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return Survey{}, err
	}
	s, err := surveyByID(tx, id)
	if db.Missing(err) {
		return Survey{}, fault.New(fault.NotFound, "There is no such survey.")
	}
	return s, err
}

// Save makes a survey, or changes the one with its id.
func (a *Asker) Save(tx *db.Tx, s Survey) (Survey, error) {
	if err := tx.Must(access.PromisesEdit); err != nil {
		return Survey{}, err
	}
	s.Name, s.Question = oneLine(s.Name), oneLine(s.Question)
	if err := fault.Join(a.check(s), s.checkWhom(tx)); err != nil {
		return Survey{}, err
	}
	was := Survey{CreatedAt: tx.Now}
	if s.ID == "" {
		all, err := surveys(tx)
		if err != nil {
			return Survey{}, err
		}
		if was.Place = 1; len(all) > 0 {
			was.Place = all[len(all)-1].Place + 1
		}
		s.ID = tx.NewID()
	} else {
		var err error
		if was, err = Find(tx, s.ID); err != nil {
			return Survey{}, err
		}
		if s.Version != 0 && s.Version != was.Version {
			return Survey{}, fault.New(fault.Conflict, "Somebody changed this survey meanwhile. Look at it again, then repeat your change.")
		}
		if s.Measure != was.Measure {
			return Survey{}, fault.Field("measure", "A survey measures one thing, so that its figures can be compared. Switch this one off and make another.")
		}
	}
	s.Version, s.CreatedAt, s.Place = was.Version+1, was.CreatedAt, was.Place
	if err := store(tx, s); err != nil {
		return Survey{}, err
	}
	tx.Emit(Saved{ID: s.ID, Name: s.Name, Active: s.Active, Settings: s})
	return s, nil
}

// Move has a survey stand at another place in the order: 1 is the first.
func Move(tx *db.Tx, id string, to int) error {
	if err := tx.Must(access.PromisesEdit); err != nil {
		return err
	}
	s, err := Find(tx, id)
	if err != nil {
		return err
	}
	all, err := surveys(tx)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(o Survey) bool { return o.ID == id })
	to = min(max(to-1, 0), len(all))
	for i, o := range slices.Insert(all, to, s) {
		if err := setPlace(tx, o.ID, int64(i+1)); err != nil {
			return err
		}
	}
	tx.Emit(Placed{id, int64(to + 1)})
	return nil
}

// Limits of what a survey may say.
const (
	maxName     = 100
	maxQuestion = 200
	maxDelay    = 30 * 24 * 60 // minutes
	maxWindow   = 366          // days
	maxOpen     = 90
	maxList     = 200
)

func (a *Asker) check(s Survey) error {
	if !slices.Contains(Measures(), s.Measure) {
		return fault.Field("measure", "A survey measures csat, nps or ces, not %.50q.", s.Measure)
	}
	least, most := s.Measure.Scale()
	errs := []error{
		between("delay", "The question can wait", s.Delay, 0, maxDelay, "minutes"),
		between("window", "A person is asked once within", s.Window, 1, maxWindow, "days"),
		between("open", "An answer can be given for", s.Open, 1, maxOpen, "days"),
	}
	if s.Name == "" || len([]rune(s.Name)) > maxName {
		errs = append(errs, fault.Field("name", "Give the survey a name of at most %d characters, so that others know it.", maxName))
	}
	if len([]rune(s.Question)) > maxQuestion {
		errs = append(errs, fault.Field("question", "The question has more than %d characters. Short questions are answered.", maxQuestion))
	}
	if s.Follow != FollowNothing && (s.Low < least || s.Low >= most) {
		errs = append(errs, fault.Field("low", "A bad rating is %d to %d here, not %d.", least, most-1, s.Low))
	}
	if !slices.Contains(Follows(), s.Follow) {
		errs = append(errs, fault.Field("follow", "Choose note, reopen, task or nothing."))
	}
	for _, k := range s.Kinds {
		if _, err := a.Desk.Kind(k); err != nil {
			errs = append(errs, fault.Field("kinds", "There are no tickets of the kind %.50q.", k))
		}
	}
	for name, list := range map[string][]string{"kinds": s.Kinds, "teams": s.Teams, "organisations": s.Organisations} {
		if len(list) > maxList {
			errs = append(errs, fault.Field(name, "Choose at most %d.", maxList))
		}
	}
	return fault.Join(errs...)
}

// checkWhom makes sure that the teams and the organisations exist.
func (s Survey) checkWhom(tx *db.Tx) error {
	var errs []error
	miss := func(field string, err error) {
		if fault.Is(err, fault.NotFound) {
			err = fault.Field(field, "%s", fault.Message(err))
		}
		errs = append(errs, err)
	}
	for _, id := range s.Teams[:min(len(s.Teams), maxList)] {
		_, err := people.FindTeam(tx, id)
		miss("teams", err)
	}
	for _, id := range s.Organisations[:min(len(s.Organisations), maxList)] {
		_, err := client.FindOrganisation(tx, id)
		miss("organisations", err)
	}
	return fault.Join(errs...)
}

func between(field, what string, n, least, most int, unit string) error {
	if n < least || n > most {
		return fault.Field(field, "%s %d to %d %s, not %d.", what, least, most, unit, n)
	}
	return nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(text.Valid(s)), " ") }

// asks reports whether the survey is about a ticket.
func (s Survey) asks(t *ticket.Ticket) bool {
	among := func(list []string, one string) bool { return len(list) == 0 || slices.Contains(list, one) }
	return s.Active && among(s.Kinds, t.Kind) && among(s.Teams, t.Team) && among(s.Organisations, t.Organisation)
}

// bad reports whether a rating is one to see to.
func (s Survey) bad(rating int) bool { return rating <= s.Low }
