package directory

import (
	"context"

	"muster/internal/api/rest"
	"muster/internal/catalogue"
	"muster/internal/db"
)

// CatalogueItem is a product, service, application or infrastructure item.
type CatalogueItem struct {
	ID          string `json:"id,omitempty" readOnly:"true"`
	Kind        string `json:"kind" enum:"product,service,application,infrastructure" doc:"What sort of thing it is."`
	Name        string `json:"name"`
	Description string `json:"description,omitempty" doc:"Whatever helps to tell it apart."`
	Team        string `json:"team,omitempty" doc:"The id of the team that owns it."`
	Retired     bool   `json:"retired,omitempty" readOnly:"true" doc:"Kept for what was about it; nothing new is."`
	Version     int64  `json:"version,omitempty" readOnly:"true" doc:"As in the ETag."`
}

func catalogueItem(i catalogue.Item) CatalogueItem {
	return CatalogueItem{i.ID, string(i.Kind), i.Name, i.Description, i.Team, i.Retired, i.Version}
}

func (a *API) items(ctx context.Context, _ *struct{}) (*rest.Page[CatalogueItem], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[CatalogueItem], error) {
		all, err := catalogue.Items(tx)
		return rest.ListAs(all, "", catalogueItem), err
	})
}

type newItem struct {
	rest.Once
	Body CatalogueItem
}

func (a *API) addItem(ctx context.Context, in *newItem) (*rest.Answer[CatalogueItem], error) {
	return rest.UpdateOnce(ctx, a.DB, in.Once, in.Body, func(tx *db.Tx) (*rest.Answer[CatalogueItem], error) {
		i, err := catalogue.Add(tx, catalogue.New{Kind: catalogue.Kind(in.Body.Kind), Name: in.Body.Name, Description: in.Body.Description, Team: in.Body.Team})
		return rest.AnswerOf(catalogueItem(i)), err
	})
}

func (a *API) item(ctx context.Context, in *rest.Identified) (*rest.Versioned[CatalogueItem], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Versioned[CatalogueItem], error) {
		i, err := catalogue.Find(tx, in.ID)
		return rest.VersionedOf(i.Version, catalogueItem(i)), err
	})
}

type changeItem struct {
	rest.Identified
	rest.Match
	Body struct {
		Kind        *catalogue.Kind `json:"kind,omitempty" enum:"product,service,application,infrastructure" doc:"What sort of thing it is."`
		Name        *string         `json:"name,omitempty"`
		Description *string         `json:"description,omitempty" doc:"Whatever helps to tell it apart."`
		Team        *string         `json:"team,omitempty" doc:"The id; empty: nobody."`
		Retired     *bool           `json:"retired,omitempty" doc:"It is kept for what was about it; nothing new is."`
	}
}

func (a *API) changeItem(ctx context.Context, in *changeItem) (*rest.Versioned[CatalogueItem], error) {
	b := in.Body
	return rest.Change(ctx, a.DB, in.Match, func(tx *db.Tx) (int64, error) {
		i, err := catalogue.Find(tx, in.ID)
		return i.Version, err
	}, func(tx *db.Tx, version int64) (*rest.Versioned[CatalogueItem], error) {
		i, err := catalogue.Change(tx, in.ID, catalogue.Changes{Kind: b.Kind, Name: b.Name, Description: b.Description, Team: b.Team,
			Retired: b.Retired, Version: version})
		return rest.VersionedOf(i.Version, catalogueItem(i)), err
	})
}
