package client

import (
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people/record"
)

// AddAddress gives a contact one more address.
func AddAddress(tx *db.Tx, id, address string) (Contact, error) {
	if err := tx.Must(access.PeopleWrite); err != nil {
		return Contact{}, err
	}
	address, err := record.CheckAddress("address", address)
	if err != nil {
		return Contact{}, err
	}
	c, err := unmerged(tx, id)
	if err != nil {
		return Contact{}, err
	}
	if other, ok, err := contactAt(tx, record.FoldAddress(address)); err != nil || ok && other.ID == c.ID {
		return c, err
	}
	if err := insertAddress(tx, c.ID, address, int64(len(c.Addresses))); err != nil {
		return Contact{}, err
	}
	return readdressed(tx, c, append(c.Addresses[:len(c.Addresses):len(c.Addresses)], address))
}

// PreferAddress makes one of a contact's addresses the one to write to.
func PreferAddress(tx *db.Tx, id, address string) (Contact, error) {
	if err := tx.Must(access.PeopleWrite); err != nil {
		return Contact{}, err
	}
	return rearrange(tx, id, address, func(chosen string, others []string) []string { return append([]string{chosen}, others...) })
}

// RemoveAddress takes an address from a contact. A mail from it makes a new contact.
func RemoveAddress(tx *db.Tx, id, address string) (Contact, error) {
	if err := tx.Must(access.PeopleWrite); err != nil {
		return Contact{}, err
	}
	return rearrange(tx, id, address, func(_ string, others []string) []string { return others })
}

func rearrange(tx *db.Tx, id, address string, f func(chosen string, others []string) []string) (Contact, error) {
	c, err := unmerged(tx, id)
	if err != nil {
		return Contact{}, err
	}
	var chosen string
	var others []string
	for _, a := range c.Addresses {
		if record.FoldAddress(a) == record.FoldAddress(address) {
			chosen = a
		} else {
			others = append(others, a)
		}
	}
	if chosen == "" {
		return Contact{}, fault.New(fault.NotFound, "%s does not have the address %.100q.", c.Name, address)
	}
	addresses := f(chosen, others)
	if err := placeAddresses(tx, c.ID, addresses); err != nil {
		return Contact{}, err
	}
	return readdressed(tx, c, addresses)
}

func readdressed(tx *db.Tx, was Contact, addresses []string) (Contact, error) {
	c := was
	c.Addresses = addresses
	return recordContact(tx, was, c, record.Differ(nil, "addresses", strings.Join(was.Addresses, ", "), strings.Join(c.Addresses, ", ")))
}

// mostAddresses is how many a contact can be given at once.
const mostAddresses = 50

// checkAddresses checks the addresses that a contact is to have, and leaves each once.
func checkAddresses(given []string) (all []string, err error) {
	if len(given) > mostAddresses {
		return nil, fault.Field("address", "A contact can have at most %d addresses.", mostAddresses)
	}
	known := map[string]bool{}
	for _, a := range given {
		a, wrong := record.CheckAddress("address", a)
		err = fault.Join(err, wrong)
		if !known[record.FoldAddress(a)] {
			known[record.FoldAddress(a)] = true
			all = append(all, a)
		}
	}
	return all, err
}

// domainOf returns the domain of a folded address, or all of what has none.
func domainOf(folded string) string { return folded[strings.LastIndexByte(folded, '@')+1:] }
