package rule

import (
	"fmt"
	htmltemplate "html/template"
	"net/http"
	"net/url"
	"slices"
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
			who := "No"
			if x.Offered {
				if who, err = groupWords(tx, x.For); err != nil {
					return err
				}
			}
			t.Rows = append(t.Rows, append(templateCells(x), ui.Cell{Text: who, Muted: true}))
		}
		mails, err := mailTable(tx)
		v.Parts = []ui.Part{t, mails}
		return err
	})
}

// mailTable lists the mails that Muster writes to customers by itself.
func mailTable(tx *db.Tx) (ui.Table, error) {
	t := ui.Table{Caption: "Mails that Muster writes to customers by itself", Head: []ui.Column{{Text: "Mail"}, {Text: "Says", Wide: true}, {Text: "Languages"}, {Text: "Words"}}}
	all, err := template.MailTemplates(tx)
	for _, x := range all {
		words := ui.Badge{Text: "As they came"}
		if x.Version > 0 {
			words = ui.Badge{Text: "Yours", Is: "good", Icon: "check"}
		}
		t.Rows = append(t.Rows, append(templateCells(x), ui.Cell{Parts: []ui.Part{words}}))
	}
	return t, err
}

func templateCells(x template.Template) []ui.Cell {
	var languages []string
	for _, l := range x.Texts {
		languages = append(languages, l.Language)
	}
	return []ui.Cell{{Text: x.Name, Href: "/settings/templates/" + x.ID, Head: true}, {Text: clip(x.In()), Muted: true}, {Text: strings.Join(languages, ", ")}}
}

// clip is the beginning of a text, on one line.
func clip(s string) string {
	if r := []rune(strings.Join(strings.Fields(s), " ")); len(r) > 90 {
		return string(r[:90]) + "…"
	}
	return strings.Join(strings.Fields(s), " ")
}

// templateShelf is the pages of templates.
func (s *Screens) templateShelf() shelf[template.Template] {
	return shelf[template.Template]{screens: s, path: "/settings/templates", find: template.Find, lay: s.layTemplate,
		fresh: template.Template{Offered: true, Texts: []template.Text{{Language: "en"}}},
		read: func(id string, f url.Values) template.Template {
			return template.Template{ID: id, Name: f.Get("name"), Texts: readTexts(f), Offered: f.Get("offered") != "", For: readGroup(f)}
		},
		version: func(x *template.Template) *int64 { return &x.Version },
		more:    func(*template.Template) {},
		save:    func(tx *db.Tx, x template.Template) error { _, err := template.Save(tx, x); return err },
		remove:  automation.RemoveTemplate,
		place:   func(err error, x template.Template) error { return atPlaces(err, x.Texts) },
	}
}

func (s *Screens) layTemplate(tx *db.Tx, r *http.Request, x template.Template) (editor, error) {
	mail := x.Mail()
	if mail != nil {
		x.Name = mail.Name
	}
	v := s.templateShelf().page(r, "Template", x.Name)
	v.Form.Others = []ui.Button{{Text: "Preview", Name: "more", Value: "preview"}}
	says := group{Title: "What it says", Hint: "In the customer’s language if there is one, else in the workspace’s. An empty text is left out.", Notes: []ui.Part{variablesHint(mail)},
		More: &ui.Button{Text: "One more language", Icon: "plus", Name: "more", Value: "texts"}}
	if r.PostForm.Get("more") == "texts" {
		x.Texts = append(slices.Clone(x.Texts), template.Text{})
	}
	for i, t := range x.Texts {
		n := fmt.Sprint("texts.", i)
		says.Rows = append(says.Rows, []ui.Field{{Name: n + ".language", Label: "Language", Value: t.Language, Placeholder: "de", List: []string{"en", "de", "fr", "it", "es", "nl", "pl"}, Auto: "off"}},
			[]ui.Field{{Name: n, Label: "Text", Kind: ui.Long, Rows: 6, Value: t.Body}})
	}
	if r.PostForm.Get("more") == "preview" {
		shown, err := previews(x)
		if err != nil {
			return v, err
		}
		v.Parts = shown
	}
	if mail != nil {
		if v.Actions[0].Text = "Back to the words it came with"; x.Version == 0 {
			v.Actions = nil
		}
		says.Title, says.Rows = mail.About, append([][]ui.Field{{versionField(x.Version)}}, says.Rows...)
		v.Groups = []group{says}
		return v, nil
	}
	who, err := groupFields(tx, x.For)
	if err != nil {
		return v, err
	}
	v.Groups = []group{{Title: "Template", Rows: nameFields(x.Name, x.Version)}, says,
		{Title: "In the composer", Hint: "No team and no role chosen: everybody.", Rows: [][]ui.Field{{{Name: "offered", Label: "Agents choose it as an answer", Kind: ui.Switch, Value: onOff(x.Offered)}}, {who[0]}, {who[1]}}}}
	return v, nil
}

// previews are how the texts look, with examples in the place of values.
func previews(x template.Template) (all []ui.Part, err error) {
	for _, t := range x.Texts {
		if strings.TrimSpace(t.Body) == "" {
			continue
		}
		if why := x.Mail().Wrong(t.Body); why != "" {
			all = append(all, ui.Banner{Icon: "alert", Is: "bad", Strong: t.Language + ":", Text: why})
			continue
		}
		page, err := x.Preview(t)
		if err != nil {
			return nil, err
		}
		all = append(all, ui.Message{Name: "Preview, " + t.Language, Body: htmltemplate.HTML(page)})
	}
	return all, nil
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
