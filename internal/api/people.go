package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/catalogue"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
)

func (a *API) peopleRoutes(h huma.API) {
	huma.Register(h, op("GET", "/contacts", "contacts", "People", "List contacts", 200), a.contacts)
	huma.Register(h, op("POST", "/contacts", "addContact", "People", "Add a contact, or return the one with that address", 201), a.addContact)
	huma.Register(h, op("GET", "/organisations", "organisations", "People", "List organisations", 200), a.organisations)
	huma.Register(h, op("POST", "/organisations", "addOrganisation", "People", "Add an organisation", 201), a.addOrganisation)
	huma.Register(h, op("GET", "/users", "users", "People", "List agents", 200), a.users)
	huma.Register(h, op("GET", "/teams", "teams", "People", "List teams", 200), a.teams)
	huma.Register(h, op("POST", "/teams", "addTeam", "People", "Add a team", 201), a.addTeam)
	huma.Register(h, op("GET", "/items", "items", "Catalogue", "List catalogue items", 200), a.items)
	huma.Register(h, op("POST", "/items", "addItem", "Catalogue", "Add a catalogue item", 201), a.addItem)
}

type paged struct {
	Words  string `query:"q" maxLength:"200" doc:"How a name or an address begins."`
	Cursor string `query:"cursor"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// atCursor makes what is wrong with the place in a list a fault of the parameter that named it.
func atCursor(err error) error {
	if sentence, ok := fault.Fields(err)["after"]; ok {
		return fault.Field("cursor", "%s", sentence)
	}
	return err
}

// Contact is somebody who writes to us.
type Contact struct {
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	Emails       []string `json:"emails"`
	Organisation string   `json:"organisation,omitempty" doc:"The id."`
}

func contact(c people.Contact) Contact { return Contact{c.ID, c.Name, c.Addresses, c.Organisation} }

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

// Organisation is a company that contacts belong to.
type Organisation struct {
	ID      string   `json:"id,omitempty" readOnly:"true"`
	Name    string   `json:"name"`
	Domains []string `json:"domains,omitempty" doc:"Mail domains: a new contact at one of them belongs here."`
	Tier    string   `json:"tier,omitempty" doc:"gold, silver, bronze or empty."`
}

func organisation(o people.Organisation) Organisation {
	return Organisation{o.ID, o.Name, o.Domains, o.Tier}
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

// User is an agent.
type User struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Email  string `json:"email"`
	Role   string `json:"role"`
	Active bool   `json:"active"`
}

func (a *API) users(ctx context.Context, _ *struct{}) (*Answer[List[User]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[User]], error) {
		all, err := people.Users(tx)
		var items []User
		for _, u := range all {
			items = append(items, User{u.ID, u.Name, u.Email, u.Role, u.Active})
		}
		return list(items, ""), err
	})
}

// Team is a group of agents.
type Team struct {
	ID      string   `json:"id,omitempty" readOnly:"true"`
	Name    string   `json:"name"`
	Members []string `json:"members,omitempty" doc:"Ids of agents."`
}

func (a *API) teams(ctx context.Context, _ *struct{}) (*Answer[List[Team]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[Team]], error) {
		all, err := people.Teams(tx)
		var items []Team
		for _, t := range all {
			items = append(items, Team{t.ID, t.Name, t.Members})
		}
		return list(items, ""), err
	})
}

type newTeam struct {
	Once
	Body Team
}

func (a *API) addTeam(ctx context.Context, in *newTeam) (*Answer[Team], error) {
	return once(ctx, a, in.Once, in.Body, func(tx *db.Tx) (*Answer[Team], error) {
		t, err := people.AddTeam(tx, in.Body.Name)
		if err == nil && len(in.Body.Members) > 0 {
			err = people.SetMembers(tx, t.ID, in.Body.Members)
		}
		return &Answer[Team]{Team{t.ID, t.Name, in.Body.Members}}, err
	})
}

// CatalogueItem is a product, service, application or infrastructure item.
type CatalogueItem struct {
	ID          string `json:"id,omitempty" readOnly:"true"`
	Kind        string `json:"kind" enum:"product,service,application,infrastructure"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Team        string `json:"team,omitempty" doc:"The id of the team that owns it."`
}

func (a *API) items(ctx context.Context, _ *struct{}) (*Answer[List[CatalogueItem]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[CatalogueItem]], error) {
		all, err := catalogue.Items(tx)
		var items []CatalogueItem
		for _, i := range all {
			items = append(items, CatalogueItem{i.ID, string(i.Kind), i.Name, i.Description, i.Team})
		}
		return list(items, ""), err
	})
}

type newItem struct {
	Once
	Body CatalogueItem
}

func (a *API) addItem(ctx context.Context, in *newItem) (*Answer[CatalogueItem], error) {
	return once(ctx, a, in.Once, in.Body, func(tx *db.Tx) (*Answer[CatalogueItem], error) {
		i, err := catalogue.Add(tx, catalogue.New{Kind: catalogue.Kind(in.Body.Kind), Name: in.Body.Name, Description: in.Body.Description, Team: in.Body.Team})
		return &Answer[CatalogueItem]{CatalogueItem{i.ID, string(i.Kind), i.Name, i.Description, i.Team}}, err
	})
}
