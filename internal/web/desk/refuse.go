package desk

import (
	"net/http"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/web/ui"
)

// refuse shows the ticket as it stands now, why something was not done to it,
// and, where put has put it, what was typed: nothing has to be typed twice.
func (s *Screens) refuse(w http.ResponseWriter, r *http.Request, n int64, err error, put func(*ticketView)) error {
	if !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Denied) {
		return err
	}
	var v ticketView
	if again := s.DB.View(r.Context(), func(tx *db.Tx) error {
		rec, err := s.readNumber(tx, n)
		if err != nil {
			return err
		}
		v = viewOf(tx, r, rec)
		return nil
	}); again != nil {
		return err
	}
	v.Refused = &ui.Banner{Icon: "stop", Is: "bad", Text: fault.Message(err)}
	put(&v)
	return ticketPage.Refuse(w, r, v, err)
}

// refuseDialog opens a dialog again. Where there is none of that name, the sentence alone is shown.
func (s *Screens) refuseDialog(w http.ResponseWriter, r *http.Request, n int64, err error, id string) error {
	return s.refuse(w, r, n, err, func(v *ticketView) {
		for i := range v.Dialogs {
			if v.Dialogs[i].ID == id {
				v.Dialogs[i].Refuse(r.PostForm, err)
				v.Refused = nil
			}
		}
	})
}

// refuseWriting puts what was written back into the composer.
func (s *Screens) refuseWriting(w http.ResponseWriter, r *http.Request, n int64, err error) error {
	return s.refuse(w, r, n, err, func(v *ticketView) {
		c := &v.Composer
		c.Editor.Refused = true
		c.Editor.Value, c.CcValue = r.PostForm.Get("body"), r.PostForm.Get("cc")
		for i := range c.Modes {
			c.Modes[i].Checked = c.Modes[i].Value == r.PostForm.Get("kind") || len(c.Modes) == 1
		}
	})
}

// toTicket leads from the address of something done to a ticket to the ticket,
// for who loads a page again that was refused.
func (s *Screens) toTicket(w http.ResponseWriter, r *http.Request) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	http.Redirect(w, r, ticketPath(n), http.StatusSeeOther)
	return nil
}
