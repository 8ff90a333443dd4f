package client

import (
	"slices"
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people/record"
	"muster/internal/text"
)

// ContactNamed returns the contact with a mail address or a name, or the only one whose name or address begins like that.
func ContactNamed(tx *db.Tx, name string) (Contact, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return Contact{}, err
	}
	page, err := Contacts(tx, ContactSearch{Text: name, Limit: 20})
	if err != nil {
		return Contact{}, err
	}
	var called, found []Contact
	for _, c := range page.Contacts {
		if slices.ContainsFunc(c.Addresses, func(a string) bool { return record.FoldAddress(a) == record.FoldAddress(name) }) {
			return c, nil
		}
		if text.Fold(c.Name) == text.Fold(name) {
			called = append(called, c)
		}
	}
	if found = page.Contacts; len(called) > 0 {
		found = called
	}
	switch len(found) {
	case 0:
		return Contact{}, fault.New(fault.NotFound, "There is no contact called %.100q.", name)
	case 1:
		return found[0], nil
	}
	return Contact{}, fault.New(fault.NotFound, "Several contacts are called %.100q. Write more of the name, or a mail address.", name)
}

// OrganisationMeant returns the organisation with a name or a mail domain, or the only one whose name begins like that.
func OrganisationMeant(tx *db.Tx, name string) (Organisation, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return Organisation{}, err
	}
	page, err := Organisations(tx, OrganisationSearch{Text: name, Limit: 5})
	if err != nil {
		return Organisation{}, err
	}
	found := page.Organisations
	if i := slices.IndexFunc(found, func(o Organisation) bool { return text.Fold(o.Name) == text.Fold(name) }); i >= 0 {
		return found[i], nil
	}
	switch len(found) {
	case 0:
		o, err := organisationOf(tx, record.FoldDomain(name))
		if fault.Is(err, fault.NotFound) {
			err = fault.New(fault.NotFound, "There is no organisation called %.100q.", name)
		}
		return o, err
	case 1:
		return found[0], nil
	}
	var names []string
	for _, o := range found {
		names = append(names, o.Name)
	}
	return Organisation{}, fault.New(fault.NotFound, "Several organisations are called like %.100q: %s. Write more of the name.", name, strings.Join(names, ", "))
}
