package api

import (
	"context"
	"errors"
	"maps"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
)

func (a *API) peopleRoutes(h huma.API) {
	huma.Register(h, op("GET", "/contacts", "contacts", "People", "List contacts", 200), a.contacts)
	huma.Register(h, op("POST", "/contacts", "addContact", "People", "Add a contact, or return the one with that address", 201), a.addContact)
	huma.Register(h, op("GET", "/contacts/{id}", "contact", "People", "Read a contact, or the one that it was merged into", 200), a.contact)
	huma.Register(h, op("PATCH", "/contacts/{id}", "changeContact", "People", "Change a contact", 200), a.changeContact)
	huma.Register(h, op("GET", "/organisations", "organisations", "People", "List organisations", 200), a.organisations)
	huma.Register(h, op("POST", "/organisations", "addOrganisation", "People", "Add an organisation", 201), a.addOrganisation)
	huma.Register(h, op("GET", "/organisations/{id}", "organisation", "People", "Read an organisation", 200), a.organisation)
	huma.Register(h, op("PATCH", "/organisations/{id}", "changeOrganisation", "People", "Change an organisation", 200), a.changeOrganisation)
}

// Identified is a request about the record with an id.
type Identified struct {
	ID string `path:"id"`
}

type paged struct {
	Words  string `query:"q" maxLength:"200" doc:"How a name or an address begins."`
	Cursor string `query:"cursor"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// atCursor makes what is wrong with the place in a list a fault of the parameter that named it.
func atCursor(err error) error { return renamed(err, "after", "cursor") }

// renamed gives a field of a fault the name that it has for clients.
func renamed(err error, from, to string) error {
	e, ok := errors.AsType[*fault.Error](err)
	if !ok || e.Fields[from] == "" {
		return err
	}
	fields := maps.Clone(e.Fields)
	fields[to] = fields[from]
	delete(fields, from)
	return &fault.Error{Kind: e.Kind, Message: e.Message, Fields: fields}
}

// Contact is somebody who writes to us.
type Contact struct {
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	Emails       []string `json:"emails" doc:"The one to write to first."`
	Organisation string   `json:"organisation,omitempty" doc:"The id."`
	Locale       string   `json:"locale,omitempty" doc:"Such as de-CH; empty if it is not known."`
	Version      int64    `json:"version" doc:"As in the ETag."`
}

func contact(c people.Contact) Contact {
	w := Contact{c.ID, c.Name, c.Addresses, c.Organisation, c.Locale, c.Version}
	if w.Emails == nil {
		w.Emails = []string{}
	}
	return w
}

func (a *API) contacts(ctx context.Context, in *paged) (*Answer[List[Contact]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[Contact]], error) {
		page, err := people.Contacts(tx, people.ContactSearch{Text: in.Words, After: in.Cursor, Limit: in.Limit})
		var items []Contact
		for _, c := range page.Contacts {
			items = append(items, contact(c))
		}
		return list(items, page.Next), atCursor(err)
	})
}

type newContact struct {
	Once
	Body NewPerson
}

func (a *API) addContact(ctx context.Context, in *newContact) (*Answer[Contact], error) {
	return once(ctx, a, in.Once, in.Body, func(tx *db.Tx) (*Answer[Contact], error) {
		c, _, err := people.EnsureContact(tx, in.Body.Name, in.Body.Email)
		return &Answer[Contact]{contact(c)}, within("", err)
	})
}

func (a *API) contact(ctx context.Context, in *Identified) (*Versioned[Contact], error) {
	return view(ctx, a, func(tx *db.Tx) (*Versioned[Contact], error) {
		c, err := people.FindContact(tx, in.ID)
		return versioned(c.Version, contact(c)), err
	})
}

type changeContact struct {
	Identified
	Match
	Body struct {
		Name         *string   `json:"name,omitempty"`
		Emails       *[]string `json:"emails,omitempty" doc:"All that the contact is to have, the one to write to first."`
		Organisation *string   `json:"organisation,omitempty" doc:"The id; empty: none."`
		Locale       *string   `json:"locale,omitempty"`
	}
}

func (a *API) changeContact(ctx context.Context, in *changeContact) (*Versioned[Contact], error) {
	b := in.Body
	return change(ctx, a, in.Match, func(tx *db.Tx) (int64, error) {
		c, err := people.FindContact(tx, in.ID)
		return c.Version, err
	}, func(tx *db.Tx, version int64) (*Versioned[Contact], error) {
		c, err := people.ChangeContact(tx, in.ID, people.ContactChange{Name: b.Name, Addresses: b.Emails, Organisation: b.Organisation, Locale: b.Locale, Version: version})
		return versioned(c.Version, contact(c)), renamed(err, "address", "emails")
	})
}

// Organisation is a company that contacts belong to.
type Organisation struct {
	ID      string   `json:"id,omitempty" readOnly:"true"`
	Name    string   `json:"name"`
	Domains []string `json:"domains,omitempty" doc:"Mail domains: a new contact at one of them belongs here."`
	Tier    string   `json:"tier,omitempty" doc:"gold, silver, bronze or empty."`
	Version int64    `json:"version,omitempty" readOnly:"true" doc:"As in the ETag."`
}

func organisation(o people.Organisation) Organisation {
	return Organisation{o.ID, o.Name, o.Domains, o.Tier, o.Version}
}

func (a *API) organisations(ctx context.Context, in *paged) (*Answer[List[Organisation]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[Organisation]], error) {
		page, err := people.Organisations(tx, people.OrganisationSearch{Text: in.Words, After: in.Cursor, Limit: in.Limit})
		var items []Organisation
		for _, o := range page.Organisations {
			items = append(items, organisation(o))
		}
		return list(items, page.Next), atCursor(err)
	})
}

type newOrganisation struct {
	Once
	Body Organisation
}

func (a *API) addOrganisation(ctx context.Context, in *newOrganisation) (*Answer[Organisation], error) {
	return once(ctx, a, in.Once, in.Body, func(tx *db.Tx) (*Answer[Organisation], error) {
		o, err := people.AddOrganisation(tx, people.NewOrganisation{Name: in.Body.Name, Domains: in.Body.Domains, Tier: in.Body.Tier})
		return &Answer[Organisation]{organisation(o)}, err
	})
}

func (a *API) organisation(ctx context.Context, in *Identified) (*Versioned[Organisation], error) {
	return view(ctx, a, func(tx *db.Tx) (*Versioned[Organisation], error) {
		o, err := people.FindOrganisation(tx, in.ID)
		return versioned(o.Version, organisation(o)), err
	})
}

type changeOrganisation struct {
	Identified
	Match
	Body struct {
		Name    *string   `json:"name,omitempty"`
		Domains *[]string `json:"domains,omitempty" maxItems:"1000"`
		Tier    *string   `json:"tier,omitempty"`
	}
}

func (a *API) changeOrganisation(ctx context.Context, in *changeOrganisation) (*Versioned[Organisation], error) {
	b := in.Body
	return change(ctx, a, in.Match, func(tx *db.Tx) (int64, error) {
		o, err := people.FindOrganisation(tx, in.ID)
		return o.Version, err
	}, func(tx *db.Tx, version int64) (*Versioned[Organisation], error) {
		o, err := people.ChangeOrganisation(tx, in.ID, people.OrganisationChange{Name: b.Name, Tier: b.Tier, Domains: b.Domains, Version: version})
		return versioned(o.Version, organisation(o)), err
	})
}
