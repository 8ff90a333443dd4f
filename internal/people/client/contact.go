package client

import (
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people/record"
	"muster/internal/text"
)

// Contact is somebody who writes to us: a customer, a colleague, a supplier.
type Contact struct {
	ID           string
	Name         string // the address, if no name is known
	Organisation string // the id; empty: none
	Locale       string // empty: not known
	Addresses    []string
	MergedInto   string // the id of the contact that took its place; empty: none did
	CreatedAt    time.Time
	Version      int64 // counts changes
}

// Address returns the address to write to: empty if there is none.
func (c Contact) Address() string {
	if len(c.Addresses) == 0 {
		return ""
	}
	return c.Addresses[0]
}

// Unnamed reports whether only the contact's address is known.
func (c Contact) Unnamed() bool { return strings.Contains(c.Name, "@") || c.Name == "" }

// NewContact says whom to add: with a name, an address or both.
type NewContact struct {
	Name, Address string
	Organisation  string // the id; empty: that of the address's domain
	Locale        string
}

// ContactChange says what to change of a contact: nil leaves a thing as it is.
type ContactChange struct {
	Name, Organisation, Locale *string
	Addresses                  *[]string // all that the contact is to have, the one to write to first
	Version                    int64     // that the caller has seen; 0: any
}

// ContactAdded says that somebody is known now.
type ContactAdded struct{ ID, Name, Address, Organisation string }

// ContactChanged says what is different about a contact.
type ContactChanged struct {
	ID      string
	Changes []record.Difference
}

// ContactMerged says that two contacts were one person: what is From's is to become ID's.
type ContactMerged struct{ ID, From string }

func (ContactAdded) EventName() string           { return "contact.added" }
func (e ContactAdded) About() (string, string)   { return "contact", e.ID }
func (ContactChanged) EventName() string         { return "contact.changed" }
func (e ContactChanged) About() (string, string) { return "contact", e.ID }
func (ContactMerged) EventName() string          { return "contact.merged" }
func (e ContactMerged) About() (string, string)  { return "contact", e.ID }

// FindContact returns the contact with an id, or the one it was merged into.
func FindContact(tx *db.Tx, id string) (Contact, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return Contact{}, err
	}
	for range 10 { // of those merged into one that was merged itself
		c, err := contactByID(tx, id)
		if err != nil || c.MergedInto == "" {
			return c, err
		}
		id = c.MergedInto
	}
	return Contact{}, noContact(id)
}

// ContactByAddress returns the contact who has an address.
func ContactByAddress(tx *db.Tx, address string) (Contact, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return Contact{}, err
	}
	c, ok, err := contactAt(tx, record.FoldAddress(address))
	if err == nil && (!ok || !sees(tx, c.Organisation)) {
		err = noContact(address)
	}
	return c, err
}

func noContact(asked string) error {
	return fault.New(fault.NotFound, "There is no contact %.100q.", asked)
}

// EnsureContact returns the contact who has an address, who is added if there
// is none: whoever may open a ticket may say for whom. It takes one statement
// if the contact exists and three if not. A known name is never replaced.
func EnsureContact(tx *db.Tx, name, address string) (c Contact, created bool, err error) {
	if err := tx.Must(access.TicketsWrite); err != nil {
		return Contact{}, false, err
	}
	address, err = record.CheckAddress("address", address)
	if err != nil {
		return Contact{}, false, err
	}
	name = bound(record.CleanName(name), record.LongestName)
	c, ok, err := contactAt(tx, record.FoldAddress(address))
	if err != nil {
		return Contact{}, false, err
	}
	if !ok {
		c, err = addContact(tx, NewContact{Name: name, Address: address})
		return c, err == nil, err
	}
	if c.Unnamed() && name != "" && !strings.Contains(name, "@") {
		c, err = changeContact(tx, c, ContactChange{Name: &name})
	}
	return c, false, err
}

// bound cuts s after n characters.
func bound(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// AddContact adds a contact, who belongs to the organisation of the address's domain unless another is given.
func AddContact(tx *db.Tx, n NewContact) (Contact, error) {
	if err := tx.Must(access.PeopleWrite); err != nil {
		return Contact{}, err
	}
	var err, nameErr error
	if n.Address != "" {
		n.Address, err = record.CheckAddress("address", n.Address)
	}
	if n.Name != "" || n.Address == "" {
		n.Name, nameErr = record.CheckName(n.Name)
	}
	if err := fault.Join(nameErr, err, record.CheckLocale(n.Locale), mayBelong(tx, n.Organisation)); err != nil {
		return Contact{}, err
	}
	return addContact(tx, n)
}

func addContact(tx *db.Tx, n NewContact) (Contact, error) {
	c := Contact{ID: tx.NewID(), Name: n.Name, Organisation: n.Organisation, Locale: n.Locale, CreatedAt: tx.Now, Version: 1}
	if c.Name == "" {
		c.Name = n.Address
	}
	var err error
	if c.Organisation, err = insertContact(tx, c, domainOf(record.FoldAddress(n.Address))); err != nil {
		return Contact{}, err
	}
	if n.Address != "" {
		if err := insertAddress(tx, c.ID, n.Address, 0); err != nil {
			return Contact{}, err
		}
		c.Addresses = []string{n.Address}
	}
	remember(tx, c)
	tx.Emit(ContactAdded{c.ID, c.Name, n.Address, c.Organisation})
	return c, nil
}

// ChangeContact changes a contact.
func ChangeContact(tx *db.Tx, id string, c ContactChange) (Contact, error) {
	if err := tx.Must(access.PeopleWrite); err != nil {
		return Contact{}, err
	}
	was, err := unmerged(tx, id)
	if err != nil {
		return Contact{}, err
	}
	return changeContact(tx, was, c)
}

// unmerged returns a contact that can still be changed.
func unmerged(tx *db.Tx, id string) (Contact, error) {
	c, err := contactByID(tx, id)
	if err == nil && c.MergedInto != "" {
		err = fault.New(fault.Conflict, "%s was merged into another contact; change that one.", c.Name)
	}
	return c, err
}

func changeContact(tx *db.Tx, c Contact, change ContactChange) (Contact, error) {
	was := c
	err := record.Seen(change.Version, c.Version)
	if err == nil && change.Name != nil {
		c.Name, err = record.CheckName(*change.Name)
	}
	record.Set(&c.Organisation, change.Organisation)
	record.Set(&c.Locale, change.Locale)
	if change.Organisation != nil && c.Organisation != was.Organisation {
		err = fault.Join(err, mayBelong(tx, c.Organisation))
	}
	if change.Addresses != nil {
		var wrong error
		c.Addresses, wrong = checkAddresses(*change.Addresses)
		err = fault.Join(err, wrong)
	}
	if err := fault.Join(err, record.CheckLocale(c.Locale)); err != nil {
		return Contact{}, err
	}
	ds := record.Differ(nil, "name", was.Name, c.Name)
	ds = record.Differ(ds, "organisation", was.Organisation, c.Organisation)
	ds = record.Differ(ds, "locale", was.Locale, c.Locale)
	if !slices.Equal(was.Addresses, c.Addresses) {
		ds = record.Differ(ds, "addresses", strings.Join(was.Addresses, ", "), strings.Join(c.Addresses, ", "))
		if err := placeAddresses(tx, c.ID, c.Addresses); err != nil {
			return Contact{}, err
		}
	}
	return recordContact(tx, was, c, ds)
}

// recordContact stores a contact that differs and tells so.
func recordContact(tx *db.Tx, was, c Contact, ds []record.Difference) (Contact, error) {
	if len(ds) == 0 {
		return was, nil
	}
	c.Version++
	if err := updateContact(tx, c); err != nil {
		return Contact{}, err
	}
	tx.Emit(ContactChanged{c.ID, ds})
	return c, nil
}

// MergeContacts says that two contacts are one person. The addresses of gone
// become those of kept; what else is gone's moves when it is heard of.
func MergeContacts(tx *db.Tx, kept, gone string) (Contact, error) {
	if err := tx.Must(access.PeopleWrite); err != nil {
		return Contact{}, err
	}
	if kept == gone {
		return Contact{}, fault.New(fault.Invalid, "Choose two different contacts to merge.")
	}
	k, err := unmerged(tx, kept)
	if err != nil {
		return Contact{}, err
	}
	g, err := unmerged(tx, gone)
	if err != nil {
		return Contact{}, err
	}
	if k.Unnamed() {
		k.Name = g.Name
	}
	if k.Organisation == "" {
		k.Organisation = g.Organisation
	}
	k.Addresses = append(k.Addresses, g.Addresses...)
	k.Version++
	if err := mergeContact(tx, k, g); err != nil {
		return Contact{}, err
	}
	tx.Emit(ContactMerged{k.ID, g.ID})
	return k, nil
}

// ContactSearch says which contacts to list.
type ContactSearch struct {
	Text         string // how a name or an address begins; empty: any
	Organisation string // the id; empty: any
	After        string // the Next of the page before; empty: the first page
	Limit        int    // from 1 to 200; 0: 50
}

// ContactPage is a part of the list of contacts.
type ContactPage struct {
	Contacts []Contact
	Next     string // for the page after; empty: this is the last
}

// Contacts lists contacts by name.
func Contacts(tx *db.Tx, s ContactSearch) (ContactPage, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return ContactPage{}, err
	}
	f := tx.FilterAs("c").Where("c.merged_into IS NULL")
	if tx.Scope.Orgs != nil {
		db.In(f, "c.organisation_id", tx.Scope.Orgs)
	}
	if s.Organisation != "" {
		f.Where("c.organisation_id = ?", s.Organisation)
	}
	from := everyone
	if q := text.Fold(s.Text); q != "" {
		from = whoseBegin(tx, f, q, record.FoldAddress(record.Clip(s.Text, longestAsked)))
	}
	cursor, err := readCursor("contacts", s.After)
	if err != nil {
		return ContactPage{}, err
	}
	limit := pageSize(s.Limit)
	found, err := listContacts(tx, from, cursor.after(f, "c"), limit+1)
	if err != nil || len(found) <= limit {
		return ContactPage{Contacts: found}, err
	}
	last := found[limit-1]
	return ContactPage{found[:limit], cursorAt("contacts", text.Fold(last.Name), last.ID)}, nil
}
