package sheet

import (
	"net/http"
	"slices"

	"muster/internal/db"
	"muster/internal/web/ui"
)

// Refuse shows the page's first form again as it was typed, with what is wrong.
func (s Pages) Refuse(w http.ResponseWriter, r *http.Request, wrong error, fill func(*db.Tx, *Sheet) error) error {
	return s.RefuseForm(w, r, 0, wrong, fill)
}

// RefuseForm is Refuse for another form than the first. What was not typed is
// as it is now: who has read that others changed it may go on.
func (s Pages) RefuseForm(w http.ResponseWriter, r *http.Request, Number int, wrong error, fill func(*db.Tx, *Sheet) error) error {
	v := New(r, "Settings")
	if err := s.DB.View(r.Context(), func(tx *db.Tx) error { return fill(tx, &v) }); err != nil {
		return err
	}
	form := &v.Forms[Number]
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
	return Page.Refuse(w, r, v, wrong)
}
