// Package report serves the boards: what a support manager and a service manager steer by, and the records behind each figure.
package report

import (
	"context"
	"embed"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/kpi"
	"muster/internal/memory"
	"muster/internal/routing"
	"muster/internal/ticket"
	"muster/internal/web/ui"
)

//go:embed *.html
var files embed.FS

// Screens are the boards. However many look at one, it is reckoned once in a while.
type Screens struct {
	DB     *db.DB
	Desk   *ticket.Desk
	Router *routing.Router

	support *memory.Of[string, kpi.SupportBoard]
	service *memory.Ready[string, kpi.ServiceBoard]
}

// How long a board is good: one is about this minute, the other about weeks. On a large desk the other takes a moment, so it
// is reckoned anew beside, and who looks after a while gets what was kept.
const (
	supportLasts = time.Second
	serviceLasts = 10 * time.Second
	serviceStale = 30 * time.Minute
	mostBoards   = 1000
)

// Routes adds the pages to mux, for who has signed in.
func (s *Screens) Routes(mux *http.ServeMux, signed func(http.Handler) http.Handler) {
	s.support = memory.New[string, kpi.SupportBoard](supportLasts, mostBoards)
	s.service = memory.NewReady[string, kpi.ServiceBoard](serviceLasts, serviceStale, mostBoards)
	for pattern, h := range map[string]ui.Handler{
		"GET /reports":             s.first,
		"GET /reports/support":     s.showSupport,
		"GET /reports/service":     s.showService,
		"GET /reports/support.csv": s.supportCSV,
		"GET /reports/service.csv": s.serviceCSV,
		"GET /reports/promises":    s.showPromises,
		"GET /reports/answers":     s.showAnswers,
	} {
		mux.Handle(pattern, signed(h))
	}
}

// first leads to the board that most look at.
func (s *Screens) first(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/reports/support", http.StatusSeeOther)
	return nil
}

// viewer tells readers who may see the same tickets from others.
func viewer(a access.Actor) string {
	return fmt.Sprintf("%s %v %+v %s", a.Workspace, a.Rights, a.Scope, narrowID(a))
}

// narrowID is who the reader is, where that decides what they see.
func narrowID(a access.Actor) string {
	if a.Scope.Teams != nil {
		return a.ID
	}
	return ""
}

func (s *Screens) supportBoard(tx *db.Tx) (kpi.SupportBoard, error) {
	return s.support.Get(viewer(tx.Actor), func() (kpi.SupportBoard, bool, error) {
		b, err := kpi.Support(tx)
		return b, true, err
	})
}

// serviceBoard is the board of so many weeks.
func (s *Screens) serviceBoard(ctx context.Context, weeks int) (kpi.ServiceBoard, error) {
	return s.service.Get(ctx, fmt.Sprint(weeks, " ", viewer(access.From(ctx))), func(ctx context.Context, waits bool) (b kpi.ServiceBoard, err error) {
		return b, s.DB.View(ctx, func(tx *db.Tx) (err error) {
			if waits {
				var ok bool
				if b, ok, err = kpi.Kept(tx, weeks, serviceStale); ok || err != nil {
					return err
				}
			}
			b, err = kpi.Service(tx, kpi.LastWeeks(tx.Now, weeks))
			return err
		})
	})
}

// weeksOf is how many weeks a reader asks for: those of the list of spans, else as many as is usual.
func weeksOf(r *http.Request) int {
	weeks, err := strconv.Atoi(r.URL.Query().Get("weeks"))
	if err != nil || !slices.Contains(kpi.Spans(), weeks) {
		return kpi.Weeks
	}
	return weeks
}

func tabs(current string) ui.Tabs {
	t := ui.Tabs{Label: "Boards"}
	for _, tab := range []ui.Tab{{Text: "Support", Href: "/reports/support"}, {Text: "Service", Href: "/reports/service"}} {
		tab.Current = tab.Href == current
		t.Items = append(t.Items, tab)
	}
	return t
}

// search is the address of the tickets that a search finds.
func search(words string) string { return "/search?q=" + url.QueryEscape(words) }

// percent is a share as it is shown: "94.2 %", or a dash where there is nothing to divide by.
func percent(s kpi.Share) string {
	p, ok := s.Percent()
	if !ok {
		return "–"
	}
	return strconv.FormatFloat(p, 'f', 1, 64) + " %"
}

// whole is a share in whole per cent.
func whole(s kpi.Share) string {
	p, ok := s.Percent()
	if !ok {
		return "–"
	}
	return strconv.FormatInt(kpi.Round(p), 10)
}
