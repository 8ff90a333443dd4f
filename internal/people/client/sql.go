package client

import (
	"fmt"
	"unicode/utf8"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people/record"
	"muster/internal/text"
)

const contactColumns = `c.id, c.name, COALESCE(c.organisation_id, ''), c.locale, COALESCE(c.merged_into, ''), c.created_at, c.version`

func (c *Contact) dest() []any {
	return []any{&c.ID, &c.Name, &c.Organisation, &c.Locale, &c.MergedInto, db.Time(&c.CreatedAt), &c.Version}
}

// contacts reads contacts from rows that have one of their addresses each.
func contacts(tx *db.Tx, query string, args ...any) ([]Contact, error) {
	var all []Contact
	_, err := db.All(tx, func(row db.Row) (none struct{}, err error) {
		var c Contact
		var address string
		if err := row.Scan(append(c.dest(), &address)...); err != nil {
			return none, err
		}
		if len(all) == 0 || all[len(all)-1].ID != c.ID {
			all = append(all, c)
		}
		if last := &all[len(all)-1]; address != "" {
			last.Addresses = append(last.Addresses, address)
		}
		return none, nil
	}, query, args...)
	return all, err
}

// contactAt returns the contact with a folded address, and whether there is one.
func contactAt(tx *db.Tx, folded string) (Contact, bool, error) {
	found, err := contacts(tx, `
		SELECT `+contactColumns+`, a.written
		FROM   contact_addresses f
		       JOIN contacts c ON c.workspace_id = f.workspace_id AND c.id = f.contact_id
		       JOIN contact_addresses a ON a.workspace_id = f.workspace_id AND a.contact_id = f.contact_id
		WHERE  f.workspace_id = $1 AND f.address = $2
		ORDER  BY a.place, a.address`, tx.Workspace, folded)
	if err != nil || len(found) == 0 {
		return Contact{}, false, err
	}
	remember(tx, found[0])
	return found[0], true, nil
}

// read is the key under which a unit of work keeps a contact that it has read or made, by id: what opens a ticket asks for its
// requester again and again. Whatever changes the contact forgets it.
type read string

func remember(tx *db.Tx, c Contact) { tx.Note(read(c.ID), c) }

func forget(tx *db.Tx, contact string) { tx.Note(read(contact), nil) }

// contactByID returns a contact that the actor may see.
func contactByID(tx *db.Tx, id string) (Contact, error) {
	if c, ok := tx.Noted(read(id)).(Contact); ok && sees(tx, c.Organisation) {
		return c, nil
	}
	found, err := contacts(tx, `
		SELECT `+contactColumns+`, COALESCE(a.written, '')
		FROM   contacts c LEFT JOIN contact_addresses a ON a.workspace_id = c.workspace_id AND a.contact_id = c.id
		WHERE  c.workspace_id = $1 AND c.id = $2
		ORDER  BY a.place, a.address`, tx.Workspace, id)
	if err == nil && (len(found) == 0 || !sees(tx, found[0].Organisation)) {
		err = noContact(id)
	}
	if err != nil {
		return Contact{}, err
	}
	remember(tx, found[0])
	return found[0], nil
}

// insertContact stores a contact and returns its organisation: its own, else that of the domain.
func insertContact(tx *db.Tx, c Contact, domain string) (organisation string, err error) {
	return db.One(tx, db.Value[string], `
		INSERT INTO contacts (workspace_id, id, name, name_folded, locale, created_at, version, organisation_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, COALESCE(NULLIF($8, ''),
		       (SELECT d.organisation_id FROM organisation_domains d WHERE d.workspace_id = $1 AND d.domain = $9)))
		RETURNING COALESCE(organisation_id, '')`,
		tx.Workspace, c.ID, c.Name, text.Fold(c.Name), c.Locale, db.Time(&c.CreatedAt), c.Version, c.Organisation, domain)
}

func insertAddress(tx *db.Tx, contact, address string, place int64) error {
	forget(tx, contact)
	n, err := tx.Exec(`
		INSERT INTO contact_addresses (workspace_id, address, contact_id, written, place)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT DO NOTHING`, tx.Workspace, record.FoldAddress(address), contact, address, place)
	if err == nil && n == 0 {
		return record.Taken("address", "Another contact has the address "+address+". Merge the two if they are one person.")
	}
	return err
}

func updateContact(tx *db.Tx, c Contact) error {
	forget(tx, c.ID)
	_, err := tx.Exec(`
		UPDATE contacts SET name = $3, name_folded = $4, organisation_id = NULLIF($5, ''), locale = $6, version = $7
		WHERE  workspace_id = $1 AND id = $2`,
		tx.Workspace, c.ID, c.Name, text.Fold(c.Name), c.Organisation, c.Locale, c.Version)
	return err
}

// placeAddresses orders a contact's addresses and removes those not named.
func placeAddresses(tx *db.Tx, contact string, addresses []string) error {
	forget(tx, contact)
	if _, err := tx.Exec(`DELETE FROM contact_addresses WHERE workspace_id = $1 AND contact_id = $2`, tx.Workspace, contact); err != nil {
		return err
	}
	for i, a := range addresses {
		if err := insertAddress(tx, contact, a, int64(i)); err != nil {
			return err
		}
	}
	return nil
}

func mergeContact(tx *db.Tx, kept, gone Contact) error {
	forget(tx, gone.ID)
	if _, err := tx.Exec(`
		UPDATE contact_addresses SET contact_id = $3, place = place + $4 WHERE workspace_id = $1 AND contact_id = $2`,
		tx.Workspace, gone.ID, kept.ID, len(kept.Addresses)); err != nil {
		return fmt.Errorf("move addresses: %w", err)
	}
	if _, err := tx.Exec(`
		UPDATE contacts SET merged_into = $3, version = version + 1 WHERE workspace_id = $1 AND id = $2`,
		tx.Workspace, gone.ID, kept.ID); err != nil {
		return err
	}
	return updateContact(tx, kept)
}

// whoseBegin returns where to look for contacts whose name, or one of whose
// addresses, begins so. A single letter looks at names alone, which is quick:
// too many addresses begin with it.
func whoseBegin(tx *db.Tx, f *db.Filter, name, address string) (from string) {
	if utf8.RuneCountInString(name) < 2 {
		f.Where("c.name_folded >= ?", name).Where("c.name_folded < ?", afterAll(name))
		return everyone
	}
	own := f.Arg(tx.Workspace)
	return `(
		SELECT n.id AS found FROM contacts n WHERE n.workspace_id = ` + own + ` AND n.name_folded >= ` + f.Arg(name) + ` AND n.name_folded < ` + f.Arg(afterAll(name)) + `
		UNION
		SELECT s.contact_id FROM contact_addresses s WHERE s.workspace_id = ` + own + ` AND s.address >= ` + f.Arg(address) + ` AND s.address < ` + f.Arg(afterAll(address)) + `
		) b JOIN contacts c ON c.workspace_id = ` + own + ` AND c.id = b.found`
}

// everyone is where to look for contacts of whom nothing is known.
const everyone = "contacts c"

// listContacts returns a page of contacts, with their addresses.
func listContacts(tx *db.Tx, from string, f *db.Filter, limit int) ([]Contact, error) {
	return contacts(tx, `
		SELECT `+contactColumns+`, COALESCE(a.written, '')
		FROM   (SELECT c.* FROM `+from+` `+f.SQL()+` ORDER BY c.name_folded, c.id LIMIT `+f.Arg(limit)+`) c
		       LEFT JOIN contact_addresses a ON a.workspace_id = c.workspace_id AND a.contact_id = c.id
		ORDER  BY c.name_folded, c.id, a.place, a.address`, f.Args()...)
}

const organisationColumns = `o.id, o.name, o.tier, o.created_at, o.version`

// organisations reads organisations from rows that have one of their domains each.
func organisations(tx *db.Tx, query string, args ...any) ([]Organisation, error) {
	var all []Organisation
	_, err := db.All(tx, func(row db.Row) (none struct{}, err error) {
		var o Organisation
		var domain string
		if err := row.Scan(&o.ID, &o.Name, &o.Tier, db.Time(&o.CreatedAt), &o.Version, &domain); err != nil {
			return none, err
		}
		if len(all) == 0 || all[len(all)-1].ID != o.ID {
			all = append(all, o)
		}
		if last := &all[len(all)-1]; domain != "" {
			last.Domains = append(last.Domains, domain)
		}
		return none, nil
	}, query, args...)
	return all, err
}

func listOrganisations(tx *db.Tx, f *db.Filter, limit int) ([]Organisation, error) {
	return organisations(tx, `
		SELECT `+organisationColumns+`, COALESCE(d.domain, '')
		FROM   (SELECT * FROM organisations o `+f.SQL()+` ORDER BY o.name_folded, o.id LIMIT `+f.Arg(limit)+`) o
		       LEFT JOIN organisation_domains d ON d.workspace_id = o.workspace_id AND d.organisation_id = o.id
		ORDER  BY o.name_folded, o.id, d.domain`, f.Args()...)
}

// organisationBy returns an organisation that the actor may see; asked is what the caller called it.
func organisationBy(tx *db.Tx, column, value, asked string) (Organisation, error) {
	found, err := listOrganisations(tx, organisationsSeen(tx).Where("o."+column+" = ?", value), 1)
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, "There is no organisation %.100q.", asked)
	}
	if err != nil {
		return Organisation{}, err
	}
	return found[0], nil
}

func organisationOf(tx *db.Tx, domain string) (Organisation, error) {
	f := organisationsSeen(tx)
	f.Where("o.id IN (SELECT x.organisation_id FROM organisation_domains x WHERE x.workspace_id = ? AND x.domain = ?)", tx.Workspace, domain)
	found, err := listOrganisations(tx, f, 1)
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, "No organisation has the mail domain %.100q.", domain)
	}
	if err != nil {
		return Organisation{}, err
	}
	return found[0], nil
}

func insertOrganisation(tx *db.Tx, o Organisation) error {
	n, err := tx.Exec(`
		INSERT INTO organisations (workspace_id, id, name, name_folded, tier, created_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT DO NOTHING`,
		tx.Workspace, o.ID, o.Name, text.Fold(o.Name), o.Tier, db.Time(&o.CreatedAt), o.Version)
	if err == nil && n == 0 {
		err = record.Taken("name", "There is already an organisation called "+o.Name+".")
	}
	if err != nil {
		return err
	}
	return insertDomains(tx, o)
}

func insertDomains(tx *db.Tx, o Organisation) error {
	for _, d := range o.Domains {
		n, err := tx.Exec(`
			INSERT INTO organisation_domains (workspace_id, domain, organisation_id) VALUES ($1, $2, $3)
			ON CONFLICT DO NOTHING`, tx.Workspace, d, o.ID)
		if err == nil && n == 0 {
			err = record.Taken("domains", "The domain "+d+" belongs to another organisation.")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func updateOrganisation(tx *db.Tx, o Organisation) error {
	others, err := db.One(tx, db.Value[int64], `
		SELECT count(*) FROM organisations WHERE workspace_id = $1 AND name_folded = $2 AND id <> $3`, tx.Workspace, text.Fold(o.Name), o.ID)
	if err != nil {
		return err
	}
	if others > 0 {
		return record.Taken("name", "There is already an organisation called "+o.Name+".")
	}
	if _, err := tx.Exec(`
		UPDATE organisations SET name = $3, name_folded = $4, tier = $5, version = $6 WHERE workspace_id = $1 AND id = $2`,
		tx.Workspace, o.ID, o.Name, text.Fold(o.Name), o.Tier, o.Version); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM organisation_domains WHERE workspace_id = $1 AND organisation_id = $2`, tx.Workspace, o.ID); err != nil {
		return err
	}
	return insertDomains(tx, o)
}

// contactNames returns the names of contacts by id.
func contactNames(tx *db.Tx, ids []string) (map[string]string, error) {
	f := db.In(tx.Filter(), "id", ids)
	names := make(map[string]string, len(ids))
	_, err := db.All(tx, func(r db.Row) (none struct{}, err error) {
		var id, name string
		err = r.Scan(&id, &name)
		names[id] = name
		return none, err
	}, `SELECT id, name FROM contacts `+f.SQL()+` LIMIT 2000`, f.Args()...)
	return names, err
}

func organisationNames(tx *db.Tx, ids []string) (map[string]OrganisationName, error) {
	f := db.In(tx.Filter(), "id", ids)
	names := make(map[string]OrganisationName, len(ids))
	_, err := db.All(tx, func(r db.Row) (none struct{}, err error) {
		var id string
		var o OrganisationName
		err = r.Scan(&id, &o.Name, &o.Tier)
		names[id] = o
		return none, err
	}, `SELECT id, name, tier FROM organisations `+f.SQL(), f.Args()...)
	return names, err
}
