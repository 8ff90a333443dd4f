package people

import (
	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/people/client"
)

// Names are what a page shows of the people on it.
type Names struct {
	client.Names
	Users map[string]string
	Staff map[string]string // those of the users who can sign in
	Teams map[string]string
}

// NamesOf looks up agents and teams, and those contacts and organisations that
// are asked for: a few statements, however long the list.
func NamesOf(tx *db.Tx, contacts, organisations []string) (n Names, err error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return n, err
	}
	if n.Names, err = client.NamesOf(tx, contacts, organisations); err != nil {
		return n, err
	}
	if n.Users, n.Staff, err = userNames(tx); err != nil {
		return n, err
	}
	n.Teams, err = teamNames(tx)
	return n, err
}
