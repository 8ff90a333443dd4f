package directory

import (
	"context"

	"muster/internal/api/rest"
	"muster/internal/db"
	"muster/internal/people/client"
)

// Organisation is a company that contacts belong to.
type Organisation struct {
	ID      string   `json:"id,omitempty" readOnly:"true"`
	Name    string   `json:"name"`
	Domains []string `json:"domains,omitempty" doc:"Mail domains: a new contact at one of them belongs here."`
	Tier    string   `json:"tier,omitempty" doc:"gold, silver, bronze or empty."`
	Version int64    `json:"version,omitempty" readOnly:"true" doc:"As in the ETag."`
}

func organisation(o client.Organisation) Organisation {
	return Organisation{o.ID, o.Name, o.Domains, o.Tier, o.Version}
}

func (a *API) organisations(ctx context.Context, in *paged) (*rest.Page[Organisation], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Organisation], error) {
		page, err := client.Organisations(tx, client.OrganisationSearch{Text: in.Words, After: in.Cursor, Limit: in.Limit})
		return rest.ListAs(page.Organisations, page.Next, organisation), atCursor(err)
	})
}

type newOrganisation struct {
	rest.Once
	Body Organisation
}

func (a *API) addOrganisation(ctx context.Context, in *newOrganisation) (*rest.Answer[Organisation], error) {
	return rest.UpdateOnce(ctx, a.DB, in.Once, in.Body, func(tx *db.Tx) (*rest.Answer[Organisation], error) {
		o, err := client.AddOrganisation(tx, client.NewOrganisation{Name: in.Body.Name, Domains: in.Body.Domains, Tier: in.Body.Tier})
		return rest.AnswerOf(organisation(o)), err
	})
}

func (a *API) organisation(ctx context.Context, in *rest.Identified) (*rest.Versioned[Organisation], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Versioned[Organisation], error) {
		o, err := client.FindOrganisation(tx, in.ID)
		return rest.VersionedOf(o.Version, organisation(o)), err
	})
}

type changeOrganisation struct {
	rest.Identified
	rest.Match
	Body struct {
		Name    *string   `json:"name,omitempty"`
		Domains *[]string `json:"domains,omitempty" maxItems:"1000"`
		Tier    *string   `json:"tier,omitempty"`
	}
}

func (a *API) changeOrganisation(ctx context.Context, in *changeOrganisation) (*rest.Versioned[Organisation], error) {
	b := in.Body
	return rest.Change(ctx, a.DB, in.Match, func(tx *db.Tx) (int64, error) {
		o, err := client.FindOrganisation(tx, in.ID)
		return o.Version, err
	}, func(tx *db.Tx, version int64) (*rest.Versioned[Organisation], error) {
		o, err := client.ChangeOrganisation(tx, in.ID, client.OrganisationChange{Name: b.Name, Tier: b.Tier, Domains: b.Domains, Version: version})
		return rest.VersionedOf(o.Version, organisation(o)), err
	})
}
