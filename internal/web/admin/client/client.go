// Package client serves the pages about those who are served: contacts and the organisations that they belong to.
package client

import (
	"net/http"
	"net/url"
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people/client"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

const (
	contacts      = "/settings/contacts"
	organisations = "/settings/organisations"
)

// Screens are the pages.
type Screens struct{ sheet.Pages }

// Routes are the pages, for who has signed in.
func (s *Screens) Routes() map[string]ui.Handler {
	return map[string]ui.Handler{
		"GET " + contacts:                  s.showContacts,
		"GET " + contacts + "/{id}":        s.showContact,
		"POST " + contacts + "/{id}":       s.saveContact,
		"POST " + contacts + "/{id}/merge": s.mergeContacts,
		"GET " + organisations:             s.showOrganisations,
		"GET " + organisations + "/{id}":   s.showOrganisation,
		"POST " + organisations + "/{id}":  s.saveOrganisation,
	}
}

// isNew reports whether the page is about one that is yet to be made.
func isNew(r *http.Request) bool { return r.PathValue("id") == "new" }

// list lays out a list that is searched by how names begin.
func list(tx *db.Tx, v *sheet.Sheet, r *http.Request, label, add string, t ui.Table, next string) {
	v.Tabs = ui.Tabs{Label: "Who is served", Items: []ui.Tab{{Text: "Organisations", Href: organisations, Current: r.URL.Path == organisations},
		{Text: "Contacts", Href: contacts, Current: r.URL.Path == contacts}}}
	if tx.May(access.PeopleWrite) {
		v.Actions = []ui.Button{{Text: add, Icon: "plus", Is: "main", Href: r.URL.Path + "/new"}}
	}
	words := r.URL.Query().Get("q")
	v.Parts = []ui.Part{ui.Find{Action: r.URL.Path, Label: label, Placeholder: label, Value: words}, t}
	if next != "" {
		v.Pager.Next = r.URL.Path + "?" + url.Values{"q": {words}, "after": {next}}.Encode()
	}
	if r.URL.Query().Get("after") != "" {
		v.Pager.Prev = r.URL.Path + "?" + url.Values{"q": {words}}.Encode()
	}
}

func (s *Screens) showOrganisations(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Organisations")
	return s.See(w, r, &v, func(tx *db.Tx) error {
		q := r.URL.Query()
		page, err := client.Organisations(tx, client.OrganisationSearch{Text: q.Get("q"), After: q.Get("after")})
		if err != nil {
			return err
		}
		t := ui.Table{Caption: "Organisations", Head: []ui.Column{{Text: "Name"}, {Text: "Tier"}, {Text: "Mail domains", Wide: true}, {Text: ""}},
			Empty: &ui.Empty{Icon: "org", Title: "No organisation here", Text: "Who writes from the mail domain of an organisation belongs to it by itself."}}
		for _, o := range page.Organisations {
			t.Rows = append(t.Rows, []ui.Cell{{Text: o.Name, Href: organisations + "/" + o.ID, Head: true}, {Parts: tier(o.Tier)},
				{Text: strings.Join(o.Domains, ", "), Muted: true}, {Text: "Tickets", Href: tickets("org", o.Name)}})
		}
		list(tx, &v, r, "How a name begins", "New organisation", t, page.Next)
		return nil
	})
}

func tier(name string) []ui.Part {
	if name == "" {
		return nil
	}
	return []ui.Part{ui.Tier{Text: strings.ToUpper(name[:1]) + name[1:], Is: name}}
}

// tickets leads to those of somebody.
func tickets(operator, name string) string {
	return "/search?q=" + url.QueryEscape(operator+`:"`+strings.ReplaceAll(name, `"`, "")+`" is:any`)
}

func (s *Screens) showOrganisation(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "New organisation")
	return s.See(w, r, &v, func(tx *db.Tx) error { return fillOrganisation(tx, r, &v) })
}

func fillOrganisation(tx *db.Tx, r *http.Request, v *sheet.Sheet) error {
	v.Back = organisations
	var o client.Organisation
	if !isNew(r) {
		var err error
		if o, err = client.FindOrganisation(tx, r.PathValue("id")); err != nil {
			return err
		}
		v.Title, v.Heading1 = o.Name, o.Name
		v.Actions = []ui.Button{{Text: "Tickets", Icon: "ticket", Href: tickets("org", o.Name)}}
	} else if err := tx.Must(access.PeopleWrite); err != nil {
		return err
	}
	tiers := []ui.Option{{Text: "None"}}
	for _, t := range client.Tiers() {
		tiers = append(tiers, ui.Option{Value: t, Text: strings.ToUpper(t[:1]) + t[1:]})
	}
	v.Forms = []ui.Form{form(tx, organisations+"/"+r.PathValue("id"), []ui.Field{
		sheet.Version(o.Version),
		{Name: "name", Label: "Name", Value: o.Name, Required: true},
		{Name: "tier", Label: "Tier", Kind: ui.Select, Value: o.Tier, Options: tiers, Hint: "Service levels can go by it."},
		{Name: "domains", Label: "Mail domains", Kind: ui.Long, Value: strings.Join(o.Domains, "\n"), Hint: "One a line. Who writes from one for the first time belongs to this organisation."},
	})}
	return nil
}

// form is one that only those can send who may change whom we serve.
func form(tx *db.Tx, action string, fields []ui.Field) ui.Form {
	f := ui.Form{Action: action, Send: ui.Button{Text: "Keep"}, Fields: fields}
	if !tx.May(access.PeopleWrite) {
		sheet.Lock(&f)
	}
	return f
}

func (s *Screens) saveOrganisation(w http.ResponseWriter, r *http.Request) error {
	return s.keep(w, r, organisations, fillOrganisation, func(tx *db.Tx, f url.Values) error {
		name, tier, domains := f.Get("name"), f.Get("tier"), sheet.Lines(f.Get("domains"))
		if isNew(r) {
			_, err := client.AddOrganisation(tx, client.NewOrganisation{Name: name, Tier: tier, Domains: domains})
			return err
		}
		_, err := client.ChangeOrganisation(tx, r.PathValue("id"), client.OrganisationChange{Name: &name, Tier: &tier, Domains: &domains, Version: sheet.Seen(r)})
		return err
	})
}

// keep does what a form asks for, or shows it again with what is wrong.
func (s *Screens) keep(w http.ResponseWriter, r *http.Request, to string, fill func(*db.Tx, *http.Request, *sheet.Sheet) error, work func(*db.Tx, url.Values) error) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return work(tx, r.PostForm) })
	if fault.Is(err, fault.Denied) || fault.Is(err, fault.NotFound) {
		return err
	}
	if err != nil {
		return s.Refuse(w, r, err, func(tx *db.Tx, v *sheet.Sheet) error { return fill(tx, r, v) })
	}
	return s.Did(w, r, to, "Kept.")
}
