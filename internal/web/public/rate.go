package public

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/survey"
	"muster/internal/web/ui"
	"muster/internal/workspace"
)

// rateView is what rate.html shows.
type rateView struct {
	ui.Frame
	Question string
	Number   int64
	Subject  string
	Ends     survey.Words
	Scale    []step
	Comment  string
	Until    time.Time
	Given    bool // there is an answer
	Done     bool // it has just been given
	Closed   bool
	Problem  string
	Wrong    struct{ Rating, Comment string } // what is wrong with what was typed
}

// step is one rating that can be chosen.
type step struct {
	Rating int
	Chosen bool
}

var ratePage = ui.Parse[rateView](files, "rate.html")

// showRating shows the question. A rating in the address is chosen, and nothing is kept: programs that look at mail follow its links.
func (s *Screens) showRating(w http.ResponseWriter, r *http.Request) error {
	var f survey.Form
	if err := s.DB.View(r.Context(), func(tx *db.Tx) (err error) {
		f, err = s.Asker.Open(tx, r.PathValue("token"))
		return err
	}); err != nil {
		return err
	}
	v := rateViewOf(r, f)
	v.Done = v.Given && r.URL.Query().Has("done")
	if n, err := strconv.Atoi(r.URL.Query().Get("r")); err == nil {
		v.choose(n)
	}
	return ratePage.Render(w, r, v)
}

// rate keeps the answer.
func (s *Screens) rate(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "The form did not arrive whole. Send it again.")
	}
	rating, err := strconv.Atoi(r.PostForm.Get("rating"))
	if err != nil {
		rating = -1 // on no scale: the fault says which ratings there are
	}
	var f survey.Form
	err = s.DB.Update(r.Context(), func(tx *db.Tx) (err error) {
		f, err = s.Asker.Answer(tx, r.PathValue("token"), rating, r.PostForm.Get("comment"))
		return err
	})
	if kind := fault.KindOf(err); err != nil && (f.ID == "" || kind != fault.Invalid && kind != fault.Conflict) {
		return err
	}
	if err != nil {
		v := rateViewOf(r, f)
		v.choose(rating)
		v.Comment, v.Wrong.Rating, v.Wrong.Comment = r.PostForm.Get("comment"), fault.Fields(err)["rating"], fault.Fields(err)["comment"]
		if len(fault.Fields(err)) == 0 {
			v.Problem = fault.Message(err)
		}
		return ratePage.Refuse(w, r, v, err)
	}
	http.Redirect(w, r, survey.Path+r.PathValue("token")+"?done", http.StatusSeeOther)
	return nil
}

// rateViewOf lays out a form in the language of who was asked.
func rateViewOf(r *http.Request, f survey.Form) rateView {
	at := workspace.From(r.Context())
	v := rateView{Frame: ui.FrameOf(r, ""), Number: f.Number, Subject: f.Title, Comment: f.Comment, Until: f.Until, Given: f.Answered(), Closed: f.Closed}
	v.Shell, v.Workspace = ui.Bare, ui.Workspace{Name: at.Name, Hue: at.Settings.BrandHue}
	v.Me.Locale = cmp.Or(f.Locale, v.Me.Locale, at.Settings.Locale)
	if zone, err := time.LoadLocation(at.Settings.Zone); err == nil {
		v.Me.Zone = zone
	}
	v.Frame.Now = time.Now()
	v.Ends = f.Measure.Words(func(text string, values ...any) string { return ui.Say(v.Me.Locale, text, values...) })
	v.Question = cmp.Or(f.Survey.Question, v.Ends.Question)
	v.Title = v.Question
	least, most := f.Measure.Scale()
	for n := least; n <= most; n++ {
		v.Scale = append(v.Scale, step{Rating: n, Chosen: v.Given && n == f.Rating})
	}
	return v
}

// choose chooses a rating of the scale.
func (v *rateView) choose(rating int) {
	for i := range v.Scale {
		v.Scale[i].Chosen = v.Scale[i].Rating == rating
	}
}
