package catalogue_test

import (
	"context"
	"strings"
	"testing"

	"muster/internal/access"
	"muster/internal/catalogue"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/people"
)

func TestCatalogue(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		event.NewBus(d, "n1")
		ann, bob := mustertest.As(t, "acme", "ann"), mustertest.As(t, "other", "bob")
		reader := access.From(ann)
		reader.Rights = []access.Right{access.CatalogueRead}
		var team people.Team
		var shop catalogue.Item
		mustertest.Do(t, d, ann, func(tx *db.Tx) (err error) { team, err = people.AddTeam(tx, "Web"); return err })
		mustertest.Do(t, d, ann, func(tx *db.Tx) (err error) {
			shop, err = catalogue.Add(tx, catalogue.New{Kind: catalogue.Application, Name: " The\nShop ", Description: "Sells.\n\x00", Team: team.ID})
			return err
		})
		if shop.Name != "The Shop" || shop.Description != "Sells." || shop.Version != 1 {
			t.Errorf("got %+v, want it cleaned", shop)
		}
		add := func(n catalogue.New) func(*db.Tx) error {
			return func(tx *db.Tx) error { _, err := catalogue.Add(tx, n); return err }
		}
		change := func(c catalogue.Changes) func(*db.Tx) error {
			return func(tx *db.Tx) error { _, err := catalogue.Change(tx, shop.ID, c); return err }
		}
		tests := []struct {
			name  string
			ctx   context.Context
			work  func(*db.Tx) error
			kind  fault.Kind
			field string
		}{
			{"a service nobody owns", ann, add(catalogue.New{Kind: catalogue.Service, Name: "Älter"}), "", ""},
			{"the same name in another workspace", bob, add(catalogue.New{Kind: catalogue.Service, Name: "The Shop"}), "", ""},
			{"an unknown kind", ann, add(catalogue.New{Kind: "thing", Name: "X"}), fault.Invalid, "kind"},
			{"no name", ann, add(catalogue.New{Kind: catalogue.Product, Name: " "}), fault.Invalid, "name"},
			{"a long description", ann, add(catalogue.New{Kind: catalogue.Product, Name: "X", Description: strings.Repeat("x", 4001)}), fault.Invalid, "description"},
			{"a name that is taken", ann, add(catalogue.New{Kind: catalogue.Product, Name: "the shop"}), fault.Conflict, "name"},
			{"a team that is none", ann, add(catalogue.New{Kind: catalogue.Product, Name: "X", Team: "none"}), fault.Invalid, "team"},
			{"another workspace's team", bob, add(catalogue.New{Kind: catalogue.Product, Name: "X", Team: team.ID}), fault.Invalid, "team"},
			{"adding without the right", access.With(ann, reader), add(catalogue.New{Kind: catalogue.Product, Name: "X"}), fault.Denied, ""},
			{"another kind and name", ann, change(catalogue.Changes{Kind: new(catalogue.Product), Name: new("THE SHOP")}), "", ""},
			{"a name that another has", ann, change(catalogue.Changes{Name: new("alter")}), fault.Conflict, "name"},
			{"nobody's", ann, change(catalogue.Changes{Team: new("")}), "", ""},
			{"a team that is none, later", ann, change(catalogue.Changes{Team: new("none")}), fault.Invalid, "team"},
			{"retired", ann, change(catalogue.Changes{Retired: new(true), Description: new("Sold.")}), "", ""},
			{"the same again", ann, change(catalogue.Changes{Retired: new(true)}), "", ""},
			{"an old version", ann, change(catalogue.Changes{Retired: new(false), Version: 1}), fault.Conflict, ""},
			{"in another workspace", bob, change(catalogue.Changes{Retired: new(false)}), fault.NotFound, ""},
			{"changing without the right", access.With(ann, reader), change(catalogue.Changes{Name: new("X")}), fault.Denied, ""},
		}
		for _, tt := range tests {
			err := d.Update(tt.ctx, tt.work)
			if tt.kind == "" && err != nil || tt.kind != "" && !fault.Is(err, tt.kind) || tt.field != "" && fault.Fields(err)[tt.field] == "" {
				t.Errorf("%s: got %v about %v, want kind %q and field %q", tt.name, err, fault.Fields(err), tt.kind, tt.field)
			}
		}
		want := catalogue.Item{ID: shop.ID, Kind: catalogue.Product, Name: "THE SHOP", Description: "Sold.", Retired: true, Version: 4}
		mustertest.See(t, d, access.With(ann, reader), func(tx *db.Tx) error {
			byID, err := catalogue.Find(tx, shop.ID)
			if err != nil {
				return err
			}
			byName, err := catalogue.Named(tx, "the SHOP")
			if err != nil {
				return err
			}
			all, err := catalogue.Items(tx)
			if byID != want || byName != want || len(all) != 2 || all[0].Name != "Älter" || all[1] != want {
				t.Errorf("got %+v, %+v and %+v, want %+v, last by name", byID, byName, all, want)
			}
			_, none := catalogue.Named(tx, "shop")
			if !fault.Is(none, fault.NotFound) {
				t.Errorf("got %v for a part of a name, want not found", none)
			}
			return err
		})
		mustertest.See(t, d, ann, func(tx *db.Tx) error {
			log, err := event.Of(tx, "item", shop.ID, "", 10)
			if len(log) != 4 || log[0].Name != "item.added" || log[1].Name != "item.changed" ||
				!strings.Contains(log[3].Body, `{"Field":"state","From":"in use","To":"retired"}`) {
				t.Errorf("got %+v, want that it was added and changed three times", log)
			}
			return err
		})
		nobody := access.With(ann, access.Nobody("acme"))
		if err := d.View(nobody, func(tx *db.Tx) error { _, err := catalogue.Items(tx); return err }); !fault.Is(err, fault.Denied) {
			t.Errorf("got %v for who has not signed in, want denied", err)
		}
	})
}
