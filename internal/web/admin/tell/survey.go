package tell

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/survey"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

// surveyRoutes are the pages about surveys.
func (s *Screens) surveyRoutes() map[string]ui.Handler {
	return map[string]ui.Handler{
		"GET /settings/surveys":            s.showSurveys,
		"GET /settings/surveys/{id}":       s.showSurvey,
		"POST /settings/surveys/{id}":      s.saveSurvey,
		"POST /settings/surveys/{id}/move": s.moveSurvey,
	}
}

// measureWords are what a measure is called, and its scale.
func measureWords(m survey.Measure) string {
	switch m {
	case survey.NPS:
		return "Recommendation (NPS), 0 to 10"
	case survey.CES:
		return "Ease (CES), 1 to 7"
	}
	return "Satisfaction (CSAT), 1 to 5"
}

func followWords(f survey.Follow) string {
	switch f {
	case survey.FollowNote:
		return "A note on the ticket"
	case survey.FollowReopen:
		return "The ticket is taken up again"
	case survey.FollowTask:
		return "A task for the ticket's team"
	}
	return "Nothing"
}

func (s *Screens) showSurveys(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Surveys")
	v.Actions = []ui.Button{{Text: "New survey", Icon: "plus", Is: "main", Href: "/settings/surveys/new"}}
	return s.See(w, r, &v, func(tx *db.Tx) error {
		if err := tx.Must(access.PromisesEdit); err != nil {
			return err
		}
		all, err := survey.All(tx)
		t := ui.Table{Caption: "Surveys", Head: []ui.Column{{Text: "", Right: true}, {Text: "Name"}, {Text: "Measures"}, {Text: "Asks", Wide: true}, {Text: "After a bad rating", Wide: true}, {Text: ""}, {Text: ""}},
			Empty: &ui.Empty{Icon: "chat", Title: "No survey yet", Text: "A survey asks customers by mail once their ticket is resolved.", Next: "Make the first; it takes a minute."}}
		for i, one := range all {
			path := "/settings/surveys/" + one.ID
			state := ui.Badge{Text: "Switched off"}
			if one.Active {
				state = ui.Badge{Text: "On", Is: "good"}
			}
			t.Rows = append(t.Rows, []ui.Cell{{Text: strconv.Itoa(i + 1), Muted: true}, {Text: one.Name, Href: path, Head: true}, {Text: measureWords(one.Measure)},
				{Text: askWords(one.Delay), Muted: true}, {Text: followWords(one.Follow), Muted: true}, {Parts: []ui.Part{state}}, {Parts: []ui.Part{sheet.Moves(path, one.Name, i, len(all))}}})
		}
		v.Parts = []ui.Part{t}
		return err
	})
}

func (s *Screens) moveSurvey(w http.ResponseWriter, r *http.Request) error {
	to, err := sheet.Place(r)
	if err != nil {
		return err
	}
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return survey.Move(tx, r.PathValue("id"), to) }); err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/surveys", http.StatusSeeOther)
	return nil
}

// askWords say how long after the resolution a survey asks.
func askWords(minutes int) string {
	if minutes == 0 {
		return "At once"
	}
	return "After " + sheet.WaitWords(time.Duration(minutes)*time.Minute)
}

func (s *Screens) showSurvey(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "New survey")
	return s.See(w, r, &v, func(tx *db.Tx) error { return s.fillSurvey(tx, r, &v) })
}

func (s *Screens) fillSurvey(tx *db.Tx, r *http.Request, v *sheet.Sheet) error {
	v.Back = "/settings/surveys"
	if err := tx.Must(access.PromisesEdit); err != nil {
		return err
	}
	one := survey.Usual(survey.CSAT)
	if id := r.PathValue("id"); id != "new" {
		var err error
		if one, err = survey.Find(tx, id); err != nil {
			return err
		}
		v.Title, v.Heading1 = one.Name, one.Name
	}
	form, err := s.surveyForm(tx, r.PathValue("id"), one)
	v.Forms = []ui.Form{form}
	return err
}

func (s *Screens) surveyForm(tx *db.Tx, id string, one survey.Survey) (ui.Form, error) {
	var measures, kinds, teams, follows []ui.Option
	for _, m := range survey.Measures() {
		measures = append(measures, ui.Option{Value: string(m), Text: measureWords(m), Disabled: one.ID != "" && m != one.Measure})
	}
	for _, k := range s.Desk.Kinds() {
		kinds = append(kinds, ui.Option{Value: k.Name, Text: k.Title})
	}
	for _, f := range survey.Follows() {
		follows = append(follows, ui.Option{Value: string(f), Text: followWords(f)})
	}
	all, err := people.Teams(tx)
	if err != nil {
		return ui.Form{}, err
	}
	for _, t := range all {
		teams = append(teams, ui.Option{Value: t.ID, Text: t.Name})
	}
	organisations, err := sheet.OrganisationNames(tx, one.Organisations)
	words := one.Measure.Words(func(text string, _ ...any) string { return text })
	form := ui.Form{Action: "/settings/surveys/" + id, Send: ui.Button{Text: "Keep"}, Fields: []ui.Field{
		{Name: "name", Label: "Name", Value: one.Name, Required: true, Hint: "For you and your colleagues; customers do not see it."},
		{Name: "measure", Label: "What it measures", Kind: ui.Select, Value: string(one.Measure), Options: measures},
		{Name: "question", Label: "Question", Value: one.Question, Placeholder: words.Question, Hint: "Empty: the usual question, in the customer's language."},
		{Name: "delay", Label: "Asks after the resolution", Kind: ui.Number, Min: "0", Value: strconv.Itoa(one.Delay), Unit: "min", Hint: "Who comes back before that is not asked."},
		{Name: "window", Label: "Asks a person once in", Kind: ui.Number, Min: "1", Value: strconv.Itoa(one.Window), Unit: "days"},
		{Name: "open", Label: "Takes answers for", Kind: ui.Number, Min: "1", Value: strconv.Itoa(one.Open), Unit: "days", Hint: "Until then an answer can be changed; the last one counts."},
		{Name: "kinds", Label: "Kinds of tickets", Kind: ui.Checks, Values: one.Kinds, Options: kinds, Hint: "None chosen: all kinds."},
		{Name: "teams", Label: "Teams", Kind: ui.Checks, Values: one.Teams, Options: teams, Hint: "None chosen: all teams."},
		{Name: "organisations", Label: "Organisations", Kind: ui.Long, Value: organisations, Hint: "One name a line. Empty: all."},
		{Name: "low", Label: "A rating is bad up to", Kind: ui.Number, Min: "0", Value: strconv.Itoa(one.Low)},
		{Name: "follow", Label: "What a bad rating leads to", Kind: ui.Radios, Value: string(one.Follow), Options: follows, Hint: "Rules can do more: they hear of each answer."},
		{Name: "active", Label: "Ask customers", Kind: ui.Check, Value: sheet.Truth(one.Active)},
		{Name: "version", Kind: ui.Hidden, Value: strconv.FormatInt(one.Version, 10)},
	}}
	form.Fields = slices.DeleteFunc(form.Fields, func(f ui.Field) bool { return f.Kind == ui.Checks && len(f.Options) == 0 })
	return form, err
}

func (s *Screens) saveSurvey(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	one, err := readSurvey(r.PathValue("id"), r.PostForm)
	if err == nil {
		err = s.DB.Update(r.Context(), func(tx *db.Tx) (err error) {
			kept := one
			if kept.Organisations, err = sheet.Organisations(tx, r.PostForm.Get("organisations")); err != nil {
				return err
			}
			_, err = s.Asker.Save(tx, kept)
			return err
		})
	}
	if err != nil {
		return s.Refuse(w, r, err, func(tx *db.Tx, v *sheet.Sheet) error { return s.fillSurvey(tx, r, v) })
	}
	return s.Did(w, r, "/settings/surveys", "Kept.")
}

// readSurvey reads what was typed, but for the organisations.
func readSurvey(id string, f url.Values) (survey.Survey, error) {
	var errs []error
	whole := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSpace(f.Get(name)))
		if err != nil {
			errs = append(errs, fault.Field(name, "Give a whole number, not %.50q.", f.Get(name)))
		}
		return n
	}
	version, err := strconv.ParseInt(cmp.Or(f.Get("version"), "0"), 10, 64)
	if err != nil {
		return survey.Survey{}, fault.New(fault.Invalid, "The form did not arrive whole. Load the page again, then send it.")
	}
	one := survey.Survey{ID: id, Name: f.Get("name"), Measure: survey.Measure(f.Get("measure")), Question: f.Get("question"), Version: version,
		Delay: whole("delay"), Window: whole("window"), Open: whole("open"), Low: whole("low"), Kinds: f["kinds"], Teams: f["teams"],
		Follow: survey.Follow(f.Get("follow")), Active: f.Get("active") != ""}
	if id == "new" {
		one.ID, one.Version = "", 0
	}
	return one, fault.Join(errs...)
}
