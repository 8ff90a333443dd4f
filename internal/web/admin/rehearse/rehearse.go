// Package rehearse serves the pages of rehearsals: what a change would have made of the past.
package rehearse

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/rehearsal"
	"muster/internal/ticket"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

// Screens are the pages.
type Screens struct {
	sheet.Pages
	Bus *event.Bus
}

// Routes are the pages, for who has signed in.
func (s *Screens) Routes() map[string]ui.Handler {
	return map[string]ui.Handler{
		"GET /settings/rehearsals":      s.showRehearsals,
		"POST /settings/rehearsals":     s.startRehearsal,
		"GET /settings/rehearsals/{id}": s.showRehearsal,
	}
}

// usualDays is how far back an editor's button rehearses.
const usualDays = 30

// Button belongs into the form of an editor, whose handler then calls Begin with what was typed.
func Button() ui.Button {
	return ui.Button{Text: fmt.Sprintf("Rehearse over %d days", usualDays), Icon: "undo", Name: "rehearse", Value: strconv.Itoa(usualDays),
		Title: "Shows what it would have made of the past. Nothing is kept, sent or changed."}
}

// Asked reports whether an editor's form asks for a rehearsal, and not to be kept.
func Asked(r *http.Request) bool { return r.PostForm.Get("rehearse") != "" }

// Begin starts a rehearsal of a draft, and leads to where its result will be.
func Begin(w http.ResponseWriter, r *http.Request, d *db.DB, bus *event.Bus, kind rehearsal.Kind, draft any) error {
	b, err := json.Marshal(draft)
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(strings.TrimSpace(r.PostForm.Get("rehearse")))
	if err != nil {
		return fault.Field("days", "Write the number of days as a whole number.")
	}
	var made rehearsal.Rehearsal
	if err := d.Update(r.Context(), func(tx *db.Tx) (err error) {
		made, err = rehearsal.Start(tx, kind, days, b)
		return err
	}); err != nil {
		return err
	}
	bus.Wake()
	http.Redirect(w, r, "/settings/rehearsals/"+made.ID, http.StatusSeeOther)
	return nil
}

// startRehearsal takes a draft as JSON, from whichever editor.
func (s *Screens) startRehearsal(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	r.PostForm.Set("rehearse", r.PostForm.Get("days"))
	return Begin(w, r, s.DB, s.Bus, rehearsal.Kind(r.PostForm.Get("kind")), json.RawMessage(r.PostForm.Get("draft")))
}

func (s *Screens) showRehearsals(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Rehearsals")
	return s.See(w, r, &v, func(tx *db.Tx) error {
		all, err := rehearsal.List(tx)
		t := ui.Table{Caption: "Rehearsals", Head: []ui.Column{{Text: "What"}, {Text: "Days", Right: true}, {Text: "Tickets", Right: true}, {Text: "Who", Wide: true}, {Text: "When"}, {Text: ""}},
			Empty: &ui.Empty{Icon: "undo", Title: "Nothing was rehearsed lately", Text: "Before a rule, policy, calendar or routing is switched on, it can be played over what happened.", Next: "Press Rehearse in its editor."}}
		for _, one := range all {
			t.Rows = append(t.Rows, []ui.Cell{{Text: titleOf(one), Href: "/settings/rehearsals/" + one.ID, Head: true}, {Text: sheet.Number(one.Days)}, {Text: sheet.Number(one.Seen)},
				{Text: one.UserName, Muted: true}, {At: one.CreatedAt}, {Parts: []ui.Part{rehearsalBadge(one.State)}}})
		}
		v.Parts = []ui.Part{t}
		return err
	})
}

func rehearsalBadge(s rehearsal.State) ui.Badge {
	switch s {
	case rehearsal.Done:
		return ui.Badge{Text: "Done", Is: "good", Icon: "check"}
	case rehearsal.Stopped:
		return ui.Badge{Text: "Stopped", Is: "bad", Icon: "stop"}
	}
	return ui.Badge{Text: "At work", Icon: "clock"}
}

func titleOf(r rehearsal.Rehearsal) string {
	what := map[rehearsal.Kind]string{rehearsal.Rule: "Rule", rehearsal.Policy: "Policy", rehearsal.Calendar: "Calendar", rehearsal.Routing: "Routing"}[r.Kind]
	if r.Name == "" || r.Name == what {
		return what
	}
	return what + " “" + r.Name + "”"
}

func (s *Screens) showRehearsal(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Rehearsal")
	v.Back = "/settings/rehearsals"
	return s.See(w, r, &v, func(tx *db.Tx) error {
		one, err := rehearsal.Find(tx, r.PathValue("id"))
		if err != nil {
			return err
		}
		v.Title, v.Heading1 = titleOf(one), titleOf(one)
		v.Hint = fmt.Sprintf("Over the last %d days. Nothing was sent or changed.", one.Days)
		if one.State == rehearsal.Running {
			w.Header().Set("Refresh", "1") // without scripts, too
			v.Parts = []ui.Part{running(one)}
			return nil
		}
		v.Parts, err = resultParts(tx, one)
		return err
	})
}

func running(r rehearsal.Rehearsal) ui.Progress {
	return ui.Progress{Text: "Playing what happened", Note: fmt.Sprintf("%d of %d tickets", r.Seen, max(r.Seen, r.Total)), Value: r.Seen, Max: max(1, r.Seen, r.Total)}
}

func resultParts(tx *db.Tx, r rehearsal.Rehearsal) ([]ui.Part, error) {
	if r.State == rehearsal.Stopped {
		return []ui.Part{ui.Banner{Icon: "stop", Is: "bad", Strong: "It stopped.", Text: r.Result.Problem}}, nil
	}
	banner := ui.Banner{Icon: "check", Is: "good", Strong: "Nothing would have differed.", Text: fmt.Sprintf("%d tickets were played.", r.Seen)}
	if r.Result.Differ > 0 {
		banner = ui.Banner{Icon: "info", Is: "accent", Strong: fmt.Sprintf("%d would have differed.", r.Result.Differ), Text: fmt.Sprintf("%d tickets were played; these are the first %d that you may see.", r.Seen, len(r.Result.Rows))}
	}
	parts := []ui.Part{banner}
	if r.Result.Problem != "" {
		parts = append(parts, ui.Banner{Icon: "alert", Is: "warn", Strong: "It could not always be judged.", Text: r.Result.Problem})
	}
	parts = append(parts, ui.Banner{Icon: "info", Text: r.Kind.AsOfNow()})
	figures := ui.Table{Caption: "Figures", Head: []ui.Column{{Text: ""}, {Text: wasWords(r.Kind), Right: true}, {Text: "As it would have been", Right: true}}}
	for i, f := range r.Result.Was {
		figures.Rows = append(figures.Rows, []ui.Cell{{Text: f.Name, Head: true}, {Text: strconv.Itoa(f.N)}, {Text: strconv.Itoa(r.Result.Would[i].N)}})
	}
	rows, err := differences(tx, r)
	if len(rows.Rows) == 0 {
		return append(parts, figures), err
	}
	return append(parts, figures, rows), err
}

// wasWords say what a draft is compared with: promises and rules with what is set up now, not with what was then.
func wasWords(k rehearsal.Kind) string {
	if k == rehearsal.Routing {
		return "As it was"
	}
	return "By what is set up now"
}

// differences is the table of what would have differed, with links.
func differences(tx *db.Tx, r rehearsal.Rehearsal) (ui.Table, error) {
	all := r.Result.Rows
	t := ui.Table{Caption: "What would have differed", Head: []ui.Column{{Text: "Ticket"}, {Text: "When", Wide: true}, {Text: "What"}, {Text: wasWords(r.Kind)}, {Text: "As it would have been"}}}
	var ids []ticket.ID
	for _, row := range all {
		ids = append(ids, row.Ticket)
	}
	found, err := ticket.ByIDs(tx, ids)
	titles := map[ticket.ID]string{}
	for _, f := range found {
		titles[f.ID] = f.Title
	}
	for _, row := range all {
		t.Rows = append(t.Rows, []ui.Cell{{Text: fmt.Sprintf("#%d %s", row.Number, titles[row.Ticket]), Href: fmt.Sprintf("/tickets/%d", row.Number), Head: true}, {At: row.At},
			{Text: whatWords(row.What), Muted: true}, {Text: row.Was}, {Text: row.Would}})
	}
	return t, err
}

func whatWords(what string) string { return strings.ReplaceAll(what, "-", " ") }
