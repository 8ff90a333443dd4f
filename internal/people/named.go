package people

import (
	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/text"
)

// UserNamed returns the agent that people call by a name or mail address.
func UserNamed(tx *db.Tx, name string) (User, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return User{}, err
	}
	all, err := Users(tx)
	if err != nil {
		return User{}, err
	}
	for _, u := range all {
		if foldAddress(u.Email) == foldAddress(name) {
			return u, nil
		}
	}
	for _, u := range all {
		if text.Fold(u.Name) == text.Fold(name) {
			return u, nil
		}
	}
	return User{}, fault.New(fault.NotFound, "There is no agent called %.100q.", name)
}

// ContactNamed returns the contact with a mail address or, if there is just one of that name, with a name.
func ContactNamed(tx *db.Tx, name string) (Contact, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return Contact{}, err
	}
	page, err := Contacts(tx, ContactSearch{Text: name, Limit: 20})
	if err != nil {
		return Contact{}, err
	}
	folded := text.Fold(name)
	var found []Contact
	for _, c := range page.Contacts {
		if text.Fold(c.Name) == folded {
			found = append(found, c)
		}
		for _, a := range c.Addresses {
			if foldAddress(a) == foldAddress(name) {
				return c, nil
			}
		}
	}
	switch len(found) {
	case 0:
		return Contact{}, fault.New(fault.NotFound, "There is no contact called %.100q.", name)
	case 1:
		return found[0], nil
	}
	return Contact{}, fault.New(fault.NotFound, "%d contacts are called %.100q. Give a mail address.", len(found), name)
}
