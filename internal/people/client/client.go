// Package client knows whom we serve: the contacts who write to us, and the organisations that they belong to.
package client

import (
	"muster/internal/access"
	"muster/internal/db"
)

// longestAsked bounds what can be looked for, in bytes.
const longestAsked = 1000

// Names are what a page shows of the clients on it, by id.
type Names struct {
	Contacts      map[string]string
	Organisations map[string]OrganisationName
}

// OrganisationName is what a list shows of an organisation.
type OrganisationName struct{ Name, Tier string }

// NamesOf looks up those contacts and organisations that are asked for: a statement each, however long the list.
func NamesOf(tx *db.Tx, contacts, organisations []string) (Names, error) {
	n := Names{Contacts: map[string]string{}, Organisations: map[string]OrganisationName{}}
	err := tx.Must(access.PeopleRead)
	if err == nil && len(contacts) > 0 {
		n.Contacts, err = contactNames(tx, contacts)
	}
	if err == nil && len(organisations) > 0 {
		n.Organisations, err = organisationNames(tx, organisations)
	}
	return n, err
}

// sees reports whether the actor may see what belongs to an organisation.
func sees(tx *db.Tx, organisation string) bool {
	if tx.Scope.Orgs == nil {
		return true
	}
	for _, o := range tx.Scope.Orgs {
		if o == organisation {
			return true
		}
	}
	return false
}
