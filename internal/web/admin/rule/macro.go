package rule

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"muster/internal/access"
	"muster/internal/automation"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/template"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

func (s *Screens) showMacros(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Macros")
	v.Tabs = ruleTabs("/settings/macros")
	v.Actions = []ui.Button{{Text: "New macro", Icon: "plus", Is: "main", Href: "/settings/macros/new"}}
	return s.See(w, r, &v, func(tx *db.Tx) error {
		if err := tx.Must(access.RulesEdit); err != nil {
			return err
		}
		all, err := automation.Macros(tx)
		if err != nil {
			return err
		}
		t := ui.Table{Caption: "Macros", Head: []ui.Column{{Text: "Macro"}, {Text: "Does", Wide: true}, {Text: "For"}},
			Empty: &ui.Empty{Icon: "bolt", Title: "No macros yet", Text: "A macro is several things that agents do to a ticket at once, by one key."}}
		for _, m := range all {
			who, err := groupWords(tx, m.For)
			if err != nil {
				return err
			}
			t.Rows = append(t.Rows, []ui.Cell{{Text: m.Name, Href: "/settings/macros/" + m.ID, Head: true}, {Text: thenWords(m.Actions), Muted: true}, {Text: who, Muted: true}})
		}
		v.Parts = []ui.Part{t}
		return nil
	})
}

// groupWords say to whom something is offered.
func groupWords(tx *db.Tx, g template.Group) (string, error) {
	names, err := people.NamesOf(tx, nil, nil)
	var all []string
	for _, id := range g.Teams {
		all = append(all, names.Teams[id])
	}
	all = append(all, g.Roles...)
	if len(all) == 0 {
		return "Everybody", err
	}
	return strings.Join(all, ", "), err
}

func (s *Screens) showMacro(w http.ResponseWriter, r *http.Request) error {
	return s.DB.View(r.Context(), func(tx *db.Tx) error {
		err := tx.Must(access.RulesEdit)
		var m automation.Macro
		if id := r.PathValue("id"); err == nil && id != "new" {
			m, err = automation.FindMacro(tx, id)
		}
		if err != nil {
			return err
		}
		v, err := s.macroEditor(tx, r, m)
		if err != nil {
			return err
		}
		return editorPage.Render(w, r, v)
	})
}

func (s *Screens) macroEditor(tx *db.Tx, r *http.Request, m automation.Macro) (editor, error) {
	path := "/settings/macros/" + r.PathValue("id")
	v := editor{Frame: ui.FrameOf(r, "Macro"), Back: "/settings/macros", Heading1: "New macro", Form: ui.Form{Action: path, Send: ui.Button{Text: "Keep"}}}
	if r.PathValue("id") != "new" {
		v.Heading1 = m.Name
		v.Actions = []ui.Button{{Text: "Remove", Icon: "x", Is: "bad", Action: path + "/remove"}}
	}
	c, err := s.callings(tx)
	if err != nil {
		return v, err
	}
	who, err := groupFields(tx, m.For)
	v.Groups = []group{
		{Title: "Macro", Rows: [][]ui.Field{{{Name: "name", Label: "Name", Value: m.Name, Required: true}, {Name: "version", Kind: ui.Hidden, Value: strconv.FormatInt(m.Version, 10)}}}},
		c.actionGroup(m.Actions, true),
		{Title: "For whom", Hint: "Nothing chosen: everybody.", Rows: [][]ui.Field{{who[0]}, {who[1]}}},
	}
	return v, err
}

func readGroup(f url.Values) template.Group {
	return template.Group{Teams: f["teams"], Roles: f["roles"]}
}

func (s *Screens) saveMacro(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	f := r.PostForm
	m := automation.Macro{Name: f.Get("name"), Actions: readActions(f), For: readGroup(f)}
	if id := r.PathValue("id"); id != "new" {
		m.ID = id
	}
	m.Version, _ = strconv.ParseInt(f.Get("version"), 10, 64)
	more := f.Get("more") != ""
	var err error
	if !more {
		err = s.DB.Update(r.Context(), func(tx *db.Tx) error { _, err := s.Clerk.SaveMacro(tx, m); return err })
		if err == nil {
			return s.Did(w, r, "/settings/macros", "Kept.")
		}
	}
	if err != nil && !tellable(err) {
		return err
	}
	return s.again(w, r, err, func(tx *db.Tx) (editor, error) {
		if fault.Is(err, fault.Conflict) && m.ID != "" {
			now, err := automation.FindMacro(tx, m.ID)
			if err != nil {
				return editor{}, err
			}
			m.Version = now.Version
		}
		return s.macroEditor(tx, r, m)
	})
}

func (s *Screens) removeMacro(w http.ResponseWriter, r *http.Request) error {
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return automation.RemoveMacro(tx, r.PathValue("id")) }); err != nil {
		return s.keptBecause(w, r, err, func(tx *db.Tx) (editor, error) {
			m, err := automation.FindMacro(tx, r.PathValue("id"))
			if err != nil {
				return editor{}, err
			}
			return s.macroEditor(tx, r, m)
		})
	}
	return s.Did(w, r, "/settings/macros", "Removed.")
}

// keptBecause shows the page of what was not removed, and why.
func (s *Screens) keptBecause(w http.ResponseWriter, r *http.Request, err error, lay func(*db.Tx) (editor, error)) error {
	if !tellable(err) {
		return err
	}
	return s.again(w, r, err, lay)
}
