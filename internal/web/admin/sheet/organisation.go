package sheet

import (
	"strings"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/people/client"
)

// OrganisationNames are what organisations are called, a line each.
func OrganisationNames(tx *db.Tx, ids []string) (string, error) {
	known, err := people.NamesOf(tx, nil, ids)
	var names []string
	for _, id := range ids {
		names = append(names, known.Organisations[id].Name)
	}
	return strings.Join(names, "\n"), err
}

// Organisations are the ids of those that the field “organisations” names, a line each: nil, if it names none.
func Organisations(tx *db.Tx, typed string) (ids []string, err error) {
	for _, name := range Lines(typed) {
		o, err := client.OrganisationNamed(tx, name)
		if fault.Is(err, fault.NotFound) {
			return nil, fault.Field("organisations", "There is no organisation called %.60q. Write it as in its record.", name)
		}
		if err != nil {
			return nil, err
		}
		ids = append(ids, o.ID)
	}
	return ids, nil
}
