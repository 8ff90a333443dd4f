package client

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people/record"
	"muster/internal/text"
)

// Organisation is a customer, a department or a supplier.
type Organisation struct {
	ID, Name  string
	Tier      string   // gold, silver, bronze, or empty
	Domains   []string // of mail: who writes from one belongs to the organisation
	CreatedAt time.Time
	Version   int64 // counts changes
}

// NewOrganisation says what organisation to add.
type NewOrganisation struct {
	Name, Tier string
	Domains    []string
}

// OrganisationChange says what to change of an organisation: nil leaves a thing as it is.
type OrganisationChange struct {
	Name, Tier *string
	Domains    *[]string
	Version    int64 // that the caller has seen; 0: any
}

// OrganisationAdded says that there is a new organisation.
type OrganisationAdded struct {
	ID, Name, Tier string
	Domains        []string
}

// OrganisationChanged says what is different about an organisation.
type OrganisationChanged struct {
	ID      string
	Changes []record.Difference
}

func (OrganisationAdded) EventName() string           { return "organisation.added" }
func (e OrganisationAdded) About() (string, string)   { return "organisation", e.ID }
func (OrganisationChanged) EventName() string         { return "organisation.changed" }
func (e OrganisationChanged) About() (string, string) { return "organisation", e.ID }

// Tiers lists the tiers, the highest first.
func Tiers() []string { return []string{"gold", "silver", "bronze"} }

// AddOrganisation adds an organisation. Contacts who are added later belong to it if they write from one of its domains.
func AddOrganisation(tx *db.Tx, n NewOrganisation) (Organisation, error) {
	if err := tx.Must(access.PeopleWrite); err != nil {
		return Organisation{}, err
	}
	o := Organisation{ID: tx.NewID(), Name: n.Name, Tier: n.Tier, Domains: n.Domains, CreatedAt: tx.Now, Version: 1}
	if err := o.check(); err != nil {
		return Organisation{}, err
	}
	if err := insertOrganisation(tx, o); err != nil {
		return Organisation{}, err
	}
	tx.Emit(OrganisationAdded{o.ID, o.Name, o.Tier, o.Domains})
	return o, nil
}

// check checks what was given and brings it into the form that is stored.
func (o *Organisation) check() error {
	var nameErr, tierErr error
	o.Name, nameErr = record.CheckName(o.Name)
	if o.Tier != "" && !slices.Contains(Tiers(), o.Tier) {
		tierErr = fault.Field("tier", "The tier is gold, silver or bronze, or empty; %.100q is none of them.", o.Tier)
	}
	var domainErr error
	domains := []string{}
	for _, d := range o.Domains {
		d = record.FoldDomain(strings.TrimPrefix(strings.TrimSpace(d), "@"))
		if err := checkDomain(d); err != nil {
			domainErr = err
		}
		domains = append(domains, d)
	}
	slices.Sort(domains)
	o.Domains = slices.Compact(domains)
	return fault.Join(nameErr, tierErr, domainErr)
}

// publicDomains give mail to anybody, so nobody's customers have one in common.
const publicDomains = ` aol.com arcor.de duck.com fastmail.com free.fr freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net
	googlemail.com hey.com hotmail.com hotmail.co.uk hotmail.de hotmail.fr hushmail.com icloud.com laposte.net libero.it live.com
	mac.com mail.com mail.ru mailbox.org me.com msn.com naver.com online.de orange.fr outlook.com outlook.de pm.me posteo.de
	proton.me protonmail.com qq.com rocketmail.com seznam.cz sfr.fr t-online.de tuta.com tutanota.com wanadoo.fr web.de wp.pl
	yahoo.co.jp yahoo.co.uk yahoo.com yahoo.de yahoo.fr yandex.com yandex.ru ymail.com zoho.com 126.com 163.com `

func checkDomain(d string) error {
	if len(d) > 253 || !regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$`).MatchString(d) {
		return fault.Field("domains", "%.100q is no mail domain; write it like example.com.", d)
	}
	if slices.Contains(strings.Fields(publicDomains), d) {
		return fault.Field("domains", "Anybody can have an address at %s, so it cannot belong to an organisation.", d)
	}
	return nil
}

// ChangeOrganisation changes an organisation. Contacts stay where they are when domains change.
func ChangeOrganisation(tx *db.Tx, id string, c OrganisationChange) (Organisation, error) {
	if err := tx.Must(access.PeopleWrite); err != nil {
		return Organisation{}, err
	}
	o, err := organisationBy(tx, "id", id, id)
	if err != nil {
		return Organisation{}, err
	}
	if err := record.Seen(c.Version, o.Version); err != nil {
		return Organisation{}, err
	}
	was := o
	record.Set(&o.Name, c.Name)
	record.Set(&o.Tier, c.Tier)
	record.Set(&o.Domains, c.Domains)
	if err := o.check(); err != nil {
		return Organisation{}, err
	}
	ds := record.Differ(nil, "name", was.Name, o.Name)
	ds = record.Differ(ds, "tier", was.Tier, o.Tier)
	ds = record.Differ(ds, "domains", strings.Join(was.Domains, ", "), strings.Join(o.Domains, ", "))
	if len(ds) == 0 {
		return was, nil
	}
	o.Version++
	if err := updateOrganisation(tx, o); err != nil {
		return Organisation{}, err
	}
	tx.Emit(OrganisationChanged{o.ID, ds})
	return o, nil
}

// FindOrganisation returns the organisation with an id.
func FindOrganisation(tx *db.Tx, id string) (Organisation, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return Organisation{}, err
	}
	return organisationBy(tx, "id", id, id)
}

// OrganisationNamed returns the organisation with a name, however it is capitalised.
func OrganisationNamed(tx *db.Tx, name string) (Organisation, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return Organisation{}, err
	}
	return organisationBy(tx, "name_folded", text.Fold(name), name)
}

// OrganisationOf returns the organisation that a mail address belongs to by its domain.
func OrganisationOf(tx *db.Tx, address string) (Organisation, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return Organisation{}, err
	}
	return organisationOf(tx, domainOf(record.FoldAddress(record.Clip(address, longestAsked))))
}

// OrganisationSearch says which organisations to list.
type OrganisationSearch struct {
	Text  string // how a name begins; empty: any
	Tier  string // empty: any
	After string // the Next of the page before; empty: the first page
	Limit int    // from 1 to 200; 0: 50
}

// OrganisationPage is a part of the list of organisations.
type OrganisationPage struct {
	Organisations []Organisation
	Next          string // for the page after; empty: this is the last
}

// Organisations lists organisations by name.
func Organisations(tx *db.Tx, s OrganisationSearch) (OrganisationPage, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return OrganisationPage{}, err
	}
	f := organisationsSeen(tx)
	if s.Tier != "" {
		f.Where("o.tier = ?", s.Tier)
	}
	if q := text.Fold(s.Text); q != "" {
		f.Where("o.name_folded >= ?", q).Where("o.name_folded < ?", afterAll(q))
	}
	cursor, err := readCursor("organisations", s.After)
	if err != nil {
		return OrganisationPage{}, err
	}
	limit := pageSize(s.Limit)
	found, err := listOrganisations(tx, cursor.after(f, "o"), limit+1)
	if err != nil || len(found) <= limit {
		return OrganisationPage{Organisations: found}, err
	}
	last := found[limit-1]
	return OrganisationPage{found[:limit], cursorAt("organisations", text.Fold(last.Name), last.ID)}, nil
}

// organisationsSeen lets through the organisations that the actor may see.
func organisationsSeen(tx *db.Tx) *db.Filter {
	f := tx.FilterAs("o")
	if tx.Scope.Orgs != nil {
		db.In(f, "o.id", tx.Scope.Orgs)
	}
	return f
}

// CheckOrganisation makes sure that there is the organisation that a field names.
func CheckOrganisation(tx *db.Tx, field, id string) error {
	_, err := organisationBy(tx, "id", id, id)
	if fault.Is(err, fault.NotFound) {
		return fault.Field(field, "There is no organisation %.100q.", id)
	}
	return err
}

// mayBelong checks the organisation that a contact is to belong to: empty is none.
func mayBelong(tx *db.Tx, organisation string) error {
	if organisation == "" {
		return nil
	}
	return CheckOrganisation(tx, "organisation", organisation)
}
