package rule

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"muster/internal/access"
	"muster/internal/automation"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/template"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

func (s *Screens) showTemplates(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Templates")
	v.Tabs = ruleTabs("/settings/templates")
	v.Actions = []ui.Button{{Text: "New template", Icon: "plus", Is: "main", Href: "/settings/templates/new"}}
	return s.See(w, r, &v, func(tx *db.Tx) error {
		if err := tx.Must(access.RulesEdit); err != nil {
			return err
		}
		all, err := template.All(tx)
		if err != nil {
			return err
		}
		t := ui.Table{Caption: "Templates", Head: []ui.Column{{Text: "Template"}, {Text: "Says", Wide: true}, {Text: "Languages"}, {Text: "In the composer"}},
			Empty: &ui.Empty{Icon: "mail", Title: "No templates yet", Text: "A template is a text kept ready: rules send it, and agents choose it as an answer."}}
		for _, x := range all {
			var languages []string
			for _, l := range x.Texts {
				languages = append(languages, l.Language)
			}
			who := "No"
			if x.Offered {
				if who, err = groupWords(tx, x.For); err != nil {
					return err
				}
			}
			t.Rows = append(t.Rows, []ui.Cell{{Text: x.Name, Href: "/settings/templates/" + x.ID, Head: true}, {Text: clip(x.In()), Muted: true}, {Text: strings.Join(languages, ", ")}, {Text: who, Muted: true}})
		}
		v.Parts = []ui.Part{t}
		return nil
	})
}

// clip is the beginning of a text, on one line.
func clip(s string) string {
	if r := []rune(strings.Join(strings.Fields(s), " ")); len(r) > 90 {
		return string(r[:90]) + "…"
	}
	return strings.Join(strings.Fields(s), " ")
}

func (s *Screens) showTemplate(w http.ResponseWriter, r *http.Request) error {
	return s.DB.View(r.Context(), func(tx *db.Tx) error {
		err := tx.Must(access.RulesEdit)
		x := template.Template{Offered: true, Texts: []template.Text{{Language: "en"}}}
		if id := r.PathValue("id"); err == nil && id != "new" {
			x, err = template.Find(tx, id)
		}
		if err != nil {
			return err
		}
		v, err := s.templateEditor(tx, r, x)
		if err != nil {
			return err
		}
		return editorPage.Render(w, r, v)
	})
}

func (s *Screens) templateEditor(tx *db.Tx, r *http.Request, x template.Template) (editor, error) {
	path := "/settings/templates/" + r.PathValue("id")
	v := editor{Frame: ui.FrameOf(r, "Template"), Back: "/settings/templates", Heading1: "New template", Form: ui.Form{Action: path, Send: ui.Button{Text: "Keep"}}}
	if r.PathValue("id") != "new" {
		v.Heading1 = x.Name
		v.Actions = []ui.Button{{Text: "Remove", Icon: "x", Is: "bad", Action: path + "/remove"}}
	}
	says := group{Title: "What it says", Hint: "In the customer’s language if there is one, else in the workspace’s. An empty text is left out.", Notes: []ui.Part{variablesHint()},
		More: &ui.Button{Text: "One more language", Icon: "plus", Name: "more", Value: "texts"}}
	for i, t := range x.Texts {
		n := fmt.Sprint("texts.", i)
		says.Rows = append(says.Rows, []ui.Field{{Name: n + ".language", Label: "Language", Value: t.Language, Placeholder: "de", List: []string{"en", "de", "fr", "it", "es", "nl", "pl"}, Auto: "off"}},
			[]ui.Field{{Name: n, Label: "Text", Kind: ui.Long, Rows: 6, Value: t.Body}})
	}
	who, err := groupFields(tx, x.For)
	v.Groups = []group{
		{Title: "Template", Rows: [][]ui.Field{{{Name: "name", Label: "Name", Value: x.Name, Required: true}, {Name: "version", Kind: ui.Hidden, Value: strconv.FormatInt(x.Version, 10)}}}},
		says,
		{Title: "In the composer", Hint: "No team and no role chosen: everybody.", Rows: [][]ui.Field{{{Name: "offered", Label: "Agents choose it as an answer", Kind: ui.Switch, Value: onOff(x.Offered)}}, {who[0]}, {who[1]}}},
	}
	return v, err
}

// readTexts reads the texts that were typed.
func readTexts(f url.Values) (all []template.Text) {
	for i := range len(f) {
		n := fmt.Sprint("texts.", i)
		if f.Has(n) {
			all = append(all, template.Text{Language: strings.TrimSpace(f.Get(n + ".language")), Body: f.Get(n)})
		}
	}
	return all
}

func (s *Screens) saveTemplate(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	f := r.PostForm
	x := template.Template{Name: f.Get("name"), Texts: readTexts(f), Offered: f.Get("offered") != "", For: readGroup(f)}
	if id := r.PathValue("id"); id != "new" {
		x.ID = id
	}
	x.Version, _ = strconv.ParseInt(f.Get("version"), 10, 64)
	more := f.Get("more") != ""
	var err error
	if more {
		x.Texts = append(x.Texts, template.Text{})
	} else {
		err = s.DB.Update(r.Context(), func(tx *db.Tx) error { _, err := template.Save(tx, x); return err })
		if err == nil {
			return s.Did(w, r, "/settings/templates", "Kept.")
		}
	}
	if err != nil && !tellable(err) {
		return err
	}
	return s.again(w, r, atPlaces(err, x.Texts), func(tx *db.Tx) (editor, error) {
		if fault.Is(err, fault.Conflict) && x.ID != "" {
			now, err := template.Find(tx, x.ID)
			if err != nil {
				return editor{}, err
			}
			x.Version = now.Version
		}
		return s.templateEditor(tx, r, x)
	})
}

// atPlaces says of the form's fields what is wrong with the text in a language.
func atPlaces(err error, texts []template.Text) error {
	var all []error
	for name, sentence := range fault.Fields(err) {
		if language, ok := strings.CutPrefix(name, "texts."); ok {
			i := slices.IndexFunc(texts, func(t template.Text) bool { return strings.EqualFold(t.Language, language) })
			name = fmt.Sprint("texts.", max(i, 0))
		}
		if name == "texts" {
			name = "texts.0"
		}
		all = append(all, fault.Field(name, "%s", sentence))
	}
	if len(all) == 0 || fault.Is(err, fault.Conflict) {
		return err
	}
	return fault.Join(all...)
}

func (s *Screens) removeTemplate(w http.ResponseWriter, r *http.Request) error {
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return automation.RemoveTemplate(tx, r.PathValue("id")) }); err != nil {
		return s.keptBecause(w, r, err, func(tx *db.Tx) (editor, error) {
			x, err := template.Find(tx, r.PathValue("id"))
			if err != nil {
				return editor{}, err
			}
			return s.templateEditor(tx, r, x)
		})
	}
	return s.Did(w, r, "/settings/templates", "Removed.")
}
