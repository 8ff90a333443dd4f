package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/catalogue"
	"muster/internal/db"
)

func (a *API) catalogueRoutes(h huma.API) {
	huma.Register(h, op("GET", "/items", "items", "Catalogue", "List catalogue items", 200), a.items)
	huma.Register(h, op("POST", "/items", "addItem", "Catalogue", "Add a catalogue item", 201), a.addItem)
	huma.Register(h, op("GET", "/items/{id}", "item", "Catalogue", "Read a catalogue item", 200), a.item)
	huma.Register(h, op("PATCH", "/items/{id}", "changeItem", "Catalogue", "Change a catalogue item, or retire it", 200), a.changeItem)
}

// CatalogueItem is a product, service, application or infrastructure item.
type CatalogueItem struct {
	ID          string `json:"id,omitempty" readOnly:"true"`
	Kind        string `json:"kind" enum:"product,service,application,infrastructure"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Team        string `json:"team,omitempty" doc:"The id of the team that owns it."`
	Retired     bool   `json:"retired,omitempty" readOnly:"true" doc:"Kept for what was about it; nothing new is."`
	Version     int64  `json:"version,omitempty" readOnly:"true" doc:"As in the ETag."`
}

func catalogueItem(i catalogue.Item) CatalogueItem {
	return CatalogueItem{i.ID, string(i.Kind), i.Name, i.Description, i.Team, i.Retired, i.Version}
}

func (a *API) items(ctx context.Context, _ *struct{}) (*Answer[List[CatalogueItem]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[CatalogueItem]], error) {
		all, err := catalogue.Items(tx)
		var items []CatalogueItem
		for _, i := range all {
			items = append(items, catalogueItem(i))
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
		return &Answer[CatalogueItem]{catalogueItem(i)}, err
	})
}

func (a *API) item(ctx context.Context, in *Identified) (*Versioned[CatalogueItem], error) {
	return view(ctx, a, func(tx *db.Tx) (*Versioned[CatalogueItem], error) {
		i, err := catalogue.Find(tx, in.ID)
		return versioned(i.Version, catalogueItem(i)), err
	})
}

type changeItem struct {
	Identified
	Match
	Body struct {
		Kind        *catalogue.Kind `json:"kind,omitempty" enum:"product,service,application,infrastructure"`
		Name        *string         `json:"name,omitempty"`
		Description *string         `json:"description,omitempty"`
		Team        *string         `json:"team,omitempty" doc:"The id; empty: nobody."`
		Retired     *bool           `json:"retired,omitempty"`
	}
}

func (a *API) changeItem(ctx context.Context, in *changeItem) (*Versioned[CatalogueItem], error) {
	b := in.Body
	return change(ctx, a, in.Match, func(tx *db.Tx) (int64, error) {
		i, err := catalogue.Find(tx, in.ID)
		return i.Version, err
	}, func(tx *db.Tx, version int64) (*Versioned[CatalogueItem], error) {
		i, err := catalogue.Change(tx, in.ID, catalogue.Changes{Kind: b.Kind, Name: b.Name, Description: b.Description, Team: b.Team,
			Retired: b.Retired, Version: version})
		return versioned(i.Version, catalogueItem(i)), err
	})
}
