package desk

import (
	"net/http"

	"muster/internal/automation"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/template"
	"muster/internal/ticket"
	"muster/internal/web/ui"
)

// canned is what is kept ready for the agent: macros, and answers for the composer.
type canned struct {
	macros  []automation.Macro
	answers []template.Template
}

func cannedOf(tx *db.Tx) (c canned, err error) {
	if !tx.May("tickets.write") {
		return c, nil
	}
	if c.macros, err = automation.MyMacros(tx); err != nil || !tx.May("tickets.reply") {
		return c, err
	}
	c.answers, err = template.Answers(tx)
	return c, err
}

// macroMenu lists the macros that the agent may run on a ticket.
func macroMenu(rec *record) ui.Menu {
	m := ui.Menu{ID: "macros", Heading: "Macros", Action: ticketPath(rec.Number) + "/macro"}
	if rec.Shelved() {
		return m
	}
	for _, x := range rec.canned.macros {
		m.Items = append(m.Items, ui.MenuItem{Text: x.Name, Icon: "bolt", Name: "macro", Value: x.ID})
	}
	return m
}

// answerMenu lists the texts that come into the composer when they are chosen.
func answerMenu(rec *record) ui.Menu {
	m := ui.Menu{ID: "answers", Heading: "Answers kept ready"}
	for _, x := range rec.canned.answers {
		m.Items = append(m.Items, ui.MenuItem{Text: x.Name, Icon: "mail", Href: ticketPath(rec.Number) + "?answer=" + x.ID + "#composer"})
	}
	return m
}

// insertAnswer puts a text kept ready into the composer, filled in; what was begun there stands after it.
func (s *Screens) insertAnswer(tx *db.Tx, rec *record, v *ticketView, id string) error {
	if id == "" || len(v.Answers.Items) == 0 {
		return nil
	}
	say, err := template.Fill(tx, s.Desk, id, rec.Ticket)
	if fault.Is(err, fault.NotFound) {
		return nil // it was removed since the menu was drawn
	}
	v.Composer.Editor.Value, v.Composer.Editor.Restored = say, true
	return err
}

// macro does to the ticket what a macro says: all of it, or nothing.
func (s *Screens) macro(w http.ResponseWriter, r *http.Request) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	var m automation.Macro
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error {
		if _, err := ticket.Find(tx, n); err != nil {
			return err
		}
		m, err = s.Clerk.RunMacro(tx, n, r.PostFormValue("macro"))
		return err
	}); err != nil {
		return s.refuseDialog(w, r, n, err, "")
	}
	s.Flash(r, ui.Toast{Text: "Done: " + m.Name + ".", Icon: "bolt", Is: "good"})
	return back(w, r, ticketPath(n))
}
