// Package public serves the pages of who is not signed in: what a signed link in a mail leads to.
package public

import (
	"embed"
	"net/http"
	"time"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/survey"
	"muster/internal/web/ui"
)

//go:embed *.html
var files embed.FS

// Screens are the pages of who is not signed in.
type Screens struct {
	DB    *db.DB
	Asker *survey.Asker

	visits *people.Limiter
}

// Visits of one network: a person needs a few, whoever tries links needs thousands.
const (
	visits = 40
	refill = 2 * time.Second
)

// Routes adds the pages to mux.
func (s *Screens) Routes(mux *http.ServeMux) {
	s.visits = people.NewLimiter(visits, refill)
	mux.Handle("GET "+survey.Path+"{token}", s.counted(s.showRating))
	mux.Handle("POST "+survey.Path+"{token}", s.counted(s.rate))
}

// counted bounds how often a network may come, and keeps the page out of caches and searches: its address is its key.
func (s *Screens) counted(h ui.Handler) http.Handler {
	return ui.Handler(func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Robots-Tag", "noindex, nofollow")
		if wait := s.visits.Take(people.Network(r.RemoteAddr)); wait > 0 {
			return fault.New(fault.TooMany, "These were many visits in a short time. Try again in %s.", wait.Round(time.Second))
		}
		return h(w, r)
	})
}
