package rule

import (
	"net/http"
	"net/url"

	"muster/internal/access"
	"muster/internal/automation"
	"muster/internal/db"
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

// macroShelf is the pages of macros.
func (s *Screens) macroShelf() shelf[automation.Macro] {
	return shelf[automation.Macro]{screens: s, path: "/settings/macros", find: automation.FindMacro, lay: s.layMacro,
		read: func(id string, f url.Values) automation.Macro {
			return automation.Macro{ID: id, Name: f.Get("name"), Actions: readActions(f), For: readGroup(f)}
		},
		version: func(m *automation.Macro) *int64 { return &m.Version },
		more:    func(*automation.Macro) {}, // its page always has room for one more
		save:    func(tx *db.Tx, m automation.Macro) error { _, err := s.Clerk.SaveMacro(tx, m); return err },
		remove:  automation.RemoveMacro,
		place:   func(err error, _ automation.Macro) error { return err },
	}
}

func (s *Screens) layMacro(tx *db.Tx, r *http.Request, m automation.Macro) (editor, error) {
	v := s.macroShelf().page(r, "Macro", m.Name)
	c, err := s.callings(tx)
	if err != nil {
		return v, err
	}
	who, err := groupFields(tx, m.For)
	if err != nil {
		return v, err
	}
	v.Groups = []group{{Title: "Macro", Rows: nameFields(m.Name, m.Version)}, c.actionGroup(m.Actions, true),
		{Title: "For whom", Hint: "Nothing chosen: everybody.", Rows: [][]ui.Field{{who[0]}, {who[1]}}}}
	return v, nil
}
