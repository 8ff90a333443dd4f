package client

import (
	"net/http"
	"net/url"
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/people/client"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

func (s *Screens) showContacts(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Contacts")
	return s.See(w, r, &v, func(tx *db.Tx) error {
		q := r.URL.Query()
		page, err := client.Contacts(tx, client.ContactSearch{Text: q.Get("q"), After: q.Get("after")})
		if err != nil {
			return err
		}
		var ids []string
		for _, c := range page.Contacts {
			ids = append(ids, c.Organisation)
		}
		names, err := people.NamesOf(tx, nil, ids)
		if err != nil {
			return err
		}
		t := ui.Table{Caption: "Contacts", Head: []ui.Column{{Text: "Name"}, {Text: "Organisation"}, {Text: "Mail addresses", Wide: true}, {Text: ""}},
			Empty: &ui.Empty{Icon: "users", Title: "Nobody here", Text: "Whoever writes to the desk becomes a contact by itself."}}
		for _, c := range page.Contacts {
			t.Rows = append(t.Rows, []ui.Cell{{Text: c.Name, Href: contacts + "/" + c.ID, Head: true}, {Text: names.Organisations[c.Organisation].Name},
				{Text: strings.Join(c.Addresses, ", "), Muted: true}, {Text: "Tickets", Href: tickets("requester", c.Address())}})
		}
		list(tx, &v, r, "How a name or an address begins", "New contact", t, page.Next)
		return nil
	})
}

func (s *Screens) showContact(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "New contact")
	return s.See(w, r, &v, func(tx *db.Tx) error { return fillContact(tx, r, &v) })
}

func fillContact(tx *db.Tx, r *http.Request, v *sheet.Sheet) error {
	v.Back = contacts
	var c client.Contact
	var organisation string
	if !isNew(r) {
		var err error
		if c, err = client.FindContact(tx, r.PathValue("id")); err != nil {
			return err
		}
		v.Title, v.Heading1 = c.Name, c.Name
		v.Actions = []ui.Button{{Text: "Tickets", Icon: "ticket", Href: tickets("requester", c.Address())}}
		names, err := people.NamesOf(tx, nil, []string{c.Organisation})
		if err != nil {
			return err
		}
		organisation = names.Organisations[c.Organisation].Name
	} else if err := tx.Must(access.PeopleWrite); err != nil {
		return err
	}
	v.Forms = []ui.Form{form(tx, contacts+"/"+r.PathValue("id"), []ui.Field{
		sheet.Version(c.Version),
		{Name: "name", Label: "Name", Value: c.Name},
		{Name: "address", Label: "Mail addresses", Kind: ui.Long, Value: strings.Join(c.Addresses, "\n"), Hint: "One a line. Answers go to the first; mail from all of them is theirs."},
		{Name: "organisation", Label: "Organisation", Value: organisation, Hint: "Its name. Empty: that of the mail domain for somebody new, none for others."},
		{Name: "locale", Label: "Language", Value: c.Locale, Placeholder: "en-GB", Hint: "Such as en-GB or de-DE. Empty: not known."},
	})}
	if !isNew(r) && tx.May(access.PeopleWrite) {
		v.Forms = append(v.Forms, ui.Form{Action: contacts + "/" + c.ID + "/merge", Send: ui.Button{Text: "Make them one", Icon: "merge"}, Fields: []ui.Field{
			{Name: "other", Label: "The same person as", Required: true, Placeholder: "maren@example.org", Hint: "A mail address of the other contact, whose addresses and tickets come here. It cannot be undone."}}})
	}
	return nil
}

// mergeContacts takes in another contact: the two are one person.
func (s *Screens) mergeContacts(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	err := s.DB.Update(r.Context(), func(tx *db.Tx) error {
		other, err := client.ContactByAddress(tx, r.PostForm.Get("other"))
		if fault.Is(err, fault.NotFound) {
			return fault.Field("other", "%s", fault.Message(err))
		}
		if err == nil {
			_, err = client.MergeContacts(tx, r.PathValue("id"), other.ID)
		}
		return err
	})
	if fault.Is(err, fault.Denied) || fault.Is(err, fault.NotFound) {
		return err
	}
	if err != nil {
		return s.RefuseForm(w, r, 1, err, func(tx *db.Tx, v *sheet.Sheet) error { return fillContact(tx, r, v) })
	}
	return s.Did(w, r, contacts+"?q="+url.QueryEscape(r.PostForm.Get("other")), "They are one.")
}

func (s *Screens) saveContact(w http.ResponseWriter, r *http.Request) error {
	return s.keep(w, r, contacts, fillContact, func(tx *db.Tx, f url.Values) error {
		name, addresses, locale := f.Get("name"), sheet.Lines(f.Get("address")), strings.TrimSpace(f.Get("locale"))
		organisation, err := organisationCalled(tx, strings.TrimSpace(f.Get("organisation")))
		if err != nil {
			return err
		}
		id, seen := r.PathValue("id"), sheet.Seen(r)
		if isNew(r) {
			first := ""
			if len(addresses) > 0 {
				first = addresses[0]
			}
			c, err := client.AddContact(tx, client.NewContact{Name: name, Address: first, Organisation: organisation, Locale: locale})
			if err != nil || len(addresses) < 2 {
				return err
			}
			id, seen, organisation = c.ID, c.Version, c.Organisation
		}
		_, err = client.ChangeContact(tx, id, client.ContactChange{Name: &name, Addresses: &addresses, Organisation: &organisation, Locale: &locale, Version: seen})
		return err
	})
}

// organisationCalled is the id of the one that was named, "" for none.
func organisationCalled(tx *db.Tx, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	o, err := client.OrganisationMeant(tx, name)
	if fault.Is(err, fault.NotFound) {
		return "", fault.Field("organisation", "%s", fault.Message(err))
	}
	return o.ID, err
}
