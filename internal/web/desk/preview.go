package desk

import (
	"net/http"

	"muster/internal/db"
	"muster/internal/web/ui"
)

// previewView is what preview.html shows: a ticket beside the list that it stands in.
type previewView struct {
	ticketView
	Requester string
	Org       string
	Tier      ui.Tier
	Earlier   int // how many messages are left out
}

var previewPage = ui.Parse[previewView](files, "preview.html")

// previewed is how many of a ticket's newest messages a preview shows.
const previewed = 12

// showPreview sends the ticket as it stands beside a list, for the script there. Others get the ticket's page.
func (s *Screens) showPreview(w http.ResponseWriter, r *http.Request) error {
	if r.Header.Get("HX-Request") == "" {
		return s.toTicket(w, r)
	}
	n, err := number(r)
	if err != nil {
		return err
	}
	var v previewView
	err = s.DB.View(r.Context(), func(tx *db.Tx) error {
		rec, err := s.readNumber(tx, n)
		if err != nil {
			return err
		}
		earlier := rec.newest(previewed)
		v = previewView{ticketView: viewOf(tx, r, rec), Requester: rec.requester.Name, Org: rec.organisation.Name, Tier: tier(rec.organisation.Tier), Earlier: earlier}
		return nil
	})
	if err != nil {
		return err
	}
	return previewPage.Render(w, r, v)
}

// newest keeps the newest messages of the timeline and what happened since the first of them. It returns how many messages are left out.
func (rec *record) newest(most int) (earlier int) {
	from := len(rec.items)
	for i := len(rec.items) - 1; i >= 0; i-- {
		if rec.items[i].Entry == nil {
			continue
		}
		if most--; most >= 0 {
			from = i
		} else {
			earlier++
		}
	}
	if earlier > 0 {
		rec.items = rec.items[from:]
	}
	return earlier
}
