package admin

import (
	"net/http"

	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

// showJobs lists the work that was given up.
func (s *Screens) showJobs(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Given-up work")
	return s.See(w, r, &v, func(tx *db.Tx) error {
		dead, err := event.DeadLetters(tx, 200)
		t := ui.Table{Caption: "Given-up work", Head: []ui.Column{{Text: "Given up"}, {Text: "Task"}, {Text: "Why"}, {Text: "Attempts", Right: true}, {Text: ""}},
			Empty: &ui.Empty{Icon: "check", Title: "Nothing was given up", Text: "All work was done, or is waiting for its time."}}
		for _, d := range dead {
			t.Rows = append(t.Rows, []ui.Cell{{At: d.DeadAt}, {Text: d.Task, Head: true}, {Text: d.Reason, Muted: true}, {Text: sheet.Number(d.Attempts)},
				{Parts: []ui.Part{ui.Button{Text: "Try again", Icon: "undo", Action: "/settings/jobs/" + d.ID + "/retry"}}}})
		}
		v.Parts = []ui.Part{t}
		return err
	})
}

func (s *Screens) retryJob(w http.ResponseWriter, r *http.Request) error {
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return event.Retry(tx, r.PathValue("id")) }); err != nil {
		return err
	}
	s.Bus.Wake()
	return s.Did(w, r, "/settings/jobs", "It is tried again now.")
}
