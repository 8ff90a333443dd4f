package admin

import (
	"net/http"
	"slices"

	"muster/internal/db"
	"muster/internal/web/ui"
)

// refuse shows the page's first form again as it was typed, with what is wrong.
func (s *Screens) refuse(w http.ResponseWriter, r *http.Request, wrong error, fill func(*db.Tx, *sheet) error) error {
	return s.refuseForm(w, r, 0, wrong, fill)
}

// refuseForm is refuse for another form than the first. What was not typed is
// as it is now: who has read that others changed it may go on.
func (s *Screens) refuseForm(w http.ResponseWriter, r *http.Request, number int, wrong error, fill func(*db.Tx, *sheet) error) error {
	v := newSheet(r, "Settings")
	if err := s.DB.View(r.Context(), func(tx *db.Tx) error { return fill(tx, &v) }); err != nil {
		return err
	}
	form := &v.Forms[number]
	if len(r.PostForm) > 0 {
		were := slices.Clone(form.Fields)
		form.Fill(r.PostForm)
		for i, f := range were {
			if f.Kind == ui.Hidden {
				form.Fields[i] = f
			}
		}
	}
	form.Blame(wrong)
	return page.Refuse(w, r, v, wrong)
}
