package people

import (
	"muster/internal/access"
	"muster/internal/db"
)

// Names are what a page shows of the people on it.
type Names struct {
	Users         map[string]string
	Staff         map[string]string // those of the users who can sign in
	Teams         map[string]string
	Contacts      map[string]string
	Organisations map[string]OrganisationName
}

// OrganisationName is what a list shows of an organisation.
type OrganisationName struct{ Name, Tier string }

// NamesOf looks up agents and teams, and those contacts and organisations that
// are asked for: a few statements, however long the list.
func NamesOf(tx *db.Tx, contacts, organisations []string) (Names, error) {
	n := Names{Contacts: map[string]string{}, Organisations: map[string]OrganisationName{}}
	if err := tx.Must(access.PeopleRead); err != nil {
		return n, err
	}
	var err error
	if n.Users, n.Staff, err = userNames(tx); err != nil {
		return n, err
	}
	if n.Teams, err = namesIn(tx, "teams", nil); err != nil {
		return n, err
	}
	if len(contacts) > 0 {
		if n.Contacts, err = namesIn(tx, "contacts", contacts); err != nil {
			return n, err
		}
	}
	if len(organisations) > 0 {
		n.Organisations, err = organisationNames(tx, organisations)
	}
	return n, err
}
