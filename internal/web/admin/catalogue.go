package admin

import (
	"net/http"

	"muster/internal/access"
	"muster/internal/catalogue"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

func itemKindWords(k catalogue.Kind) string {
	switch k {
	case catalogue.Product:
		return "Product"
	case catalogue.Service:
		return "Service"
	case catalogue.Application:
		return "Application"
	case catalogue.Infrastructure:
		return "Infrastructure"
	}
	return string(k)
}

func (s *Screens) showCatalogue(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Catalogue")
	return s.See(w, r, &v, func(tx *db.Tx) error { return fillCatalogue(tx, &v) })
}

// fillCatalogue lists what there is, and has a form for more, for those who may.
func fillCatalogue(tx *db.Tx, v *sheet.Sheet) error {
	items, err := catalogue.Items(tx)
	if err != nil {
		return err
	}
	teams, err := teamOptions(tx)
	if err != nil {
		return err
	}
	t := ui.Table{Caption: "Catalogue", Head: []ui.Column{{Text: "Name"}, {Text: "Kind"}, {Text: "Looked after by", Wide: true}, {Text: "What it is", Wide: true}, {Text: ""}},
		Empty: &ui.Empty{Icon: "service", Title: "Nothing in the catalogue", Text: "Tickets can name the product or service they are about.", Next: "Add the first."}}
	for _, i := range items {
		name, mark := ui.Cell{Text: i.Name, Head: true}, ui.Cell{}
		if tx.May(access.CatalogueEdit) {
			name.Href = "/settings/catalogue/" + i.ID
		}
		if i.Retired {
			mark.Parts = []ui.Part{ui.Badge{Text: "Retired"}}
		}
		t.Rows = append(t.Rows, []ui.Cell{name, {Text: itemKindWords(i.Kind)}, {Text: teamWords(teams, i.Team), Muted: true}, {Text: i.Description, Muted: true}, mark})
	}
	v.Parts = []ui.Part{t}
	if tx.May(access.CatalogueEdit) {
		v.Forms = []ui.Form{itemForm("/settings/catalogue", ui.Button{Text: "Add", Icon: "plus"}, catalogue.Item{Kind: catalogue.Product}, teams)}
	}
	return nil
}

// teamOptions are the teams to choose from, as far as the reader may see them.
func teamOptions(tx *db.Tx) ([]ui.Option, error) {
	all := []ui.Option{{Text: "Nobody"}}
	if !tx.May(access.PeopleRead) {
		return all, nil
	}
	teams, err := people.Teams(tx)
	for _, t := range teams {
		all = append(all, ui.Option{Value: t.ID, Text: t.Name})
	}
	return all, err
}

func teamWords(teams []ui.Option, id string) string {
	for _, t := range teams {
		if t.Value == id && id != "" {
			return t.Text
		}
	}
	return ""
}

func itemForm(action string, send ui.Button, i catalogue.Item, teams []ui.Option) ui.Form {
	var kinds []ui.Option
	for _, k := range catalogue.Kinds() {
		kinds = append(kinds, ui.Option{Value: string(k), Text: itemKindWords(k)})
	}
	return ui.Form{Action: action, Send: send, Fields: []ui.Field{
		{Name: "name", Label: "Name", Value: i.Name, Required: true},
		{Name: "kind", Label: "Kind", Kind: ui.Select, Value: string(i.Kind), Options: kinds},
		{Name: "team", Label: "Looked after by", Kind: ui.Select, Value: i.Team, Options: teams},
		{Name: "description", Label: "What it is", Value: i.Description},
	}}
}

func (s *Screens) showItem(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Item of the catalogue")
	return s.See(w, r, &v, func(tx *db.Tx) error { return fillItem(tx, r, &v) })
}

func fillItem(tx *db.Tx, r *http.Request, v *sheet.Sheet) error {
	v.Back = "/settings/catalogue"
	if err := tx.Must(access.CatalogueEdit); err != nil {
		return err
	}
	i, err := catalogue.Find(tx, r.PathValue("id"))
	if err != nil {
		return err
	}
	teams, err := teamOptions(tx)
	v.Title, v.Heading1 = i.Name, i.Name
	form := itemForm("/settings/catalogue/"+i.ID, ui.Button{Text: "Keep"}, i, teams)
	form.Fields = append(form.Fields, ui.Field{Name: "retired", Label: "Retired", Kind: ui.Check, Value: sheet.Truth(i.Retired), Hint: "It stays with the tickets that are about it. New ones cannot name it."}, sheet.Version(i.Version))
	v.Forms = []ui.Form{form}
	return err
}

func (s *Screens) addItem(w http.ResponseWriter, r *http.Request) error {
	return s.keepItem(w, r, "Added.", fillCatalogue, func(tx *db.Tx) error {
		f := r.PostForm
		_, err := catalogue.Add(tx, catalogue.New{Name: f.Get("name"), Kind: catalogue.Kind(f.Get("kind")), Description: f.Get("description"), Team: f.Get("team")})
		return err
	})
}

func (s *Screens) saveItem(w http.ResponseWriter, r *http.Request) error {
	return s.keepItem(w, r, "Kept.", func(tx *db.Tx, v *sheet.Sheet) error { return fillItem(tx, r, v) }, func(tx *db.Tx) error {
		f := r.PostForm
		name, kind, what, team, retired := f.Get("name"), catalogue.Kind(f.Get("kind")), f.Get("description"), f.Get("team"), f.Get("retired") != ""
		_, err := catalogue.Change(tx, r.PathValue("id"), catalogue.Changes{Name: &name, Kind: &kind, Description: &what, Team: &team, Retired: &retired, Version: sheet.Seen(r)})
		return err
	})
}

// keepItem keeps what was typed about an item, or shows the page again with what is wrong.
func (s *Screens) keepItem(w http.ResponseWriter, r *http.Request, said string, fill func(*db.Tx, *sheet.Sheet) error, work func(*db.Tx) error) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	if err := s.DB.Update(r.Context(), work); fault.Is(err, fault.Denied) {
		return err
	} else if err != nil {
		return s.Refuse(w, r, err, fill)
	}
	return s.Did(w, r, "/settings/catalogue", said)
}
