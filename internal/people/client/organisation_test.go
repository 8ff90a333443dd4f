package client_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/people/client"
)

func TestOrganisations(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		o := k.other(t)
		o.addOrganisation(t, "Initech", "initech.example") // the same name and domain there
		first := k.addOrganisation(t, "Initech", " @Initech.example", "initech.example", "sub.initech.example")
		if !reflect.DeepEqual(first.Domains, []string{"initech.example", "sub.initech.example"}) {
			t.Errorf("got the domains %v, want each once", first.Domains)
		}
		add := func(n client.NewOrganisation) func(*db.Tx) error {
			return func(tx *db.Tx) error { _, err := client.AddOrganisation(tx, n); return err }
		}
		change := func(c client.OrganisationChange) func(*db.Tx) error {
			return func(tx *db.Tx) error { _, err := client.ChangeOrganisation(tx, first.ID, c); return err }
		}
		tests := []struct {
			name  string
			ctx   context.Context
			work  func(*db.Tx) error
			kind  fault.Kind
			field string
		}{
			{"another", k.ann, add(client.NewOrganisation{Name: "Ācme", Tier: "gold", Domains: []string{"acme.example"}}), "", ""},
			{"without domains", k.ann, add(client.NewOrganisation{Name: "Zebra"}), "", ""},
			{"without a name", k.ann, add(client.NewOrganisation{}), fault.Invalid, "name"},
			{"of a name that is taken", k.ann, add(client.NewOrganisation{Name: "INITECH"}), fault.Conflict, "name"},
			{"of a tier that is none", k.ann, add(client.NewOrganisation{Name: "X", Tier: "Gold"}), fault.Invalid, "tier"},
			{"of a domain that is taken", k.ann, add(client.NewOrganisation{Name: "X", Domains: []string{"INITECH.example"}}), fault.Conflict, "domains"},
			{"of everybody's domain", k.ann, add(client.NewOrganisation{Name: "X", Domains: []string{"ok.example", "GMail.com"}}), fault.Invalid, "domains"},
			{"of an address", k.ann, add(client.NewOrganisation{Name: "X", Domains: []string{"a@b.example"}}), fault.Invalid, "domains"},
			{"of a host without a dot", k.ann, add(client.NewOrganisation{Name: "X", Domains: []string{"localhost"}}), fault.Invalid, "domains"},
			{"without the right", k.as(access.PeopleRead), add(client.NewOrganisation{Name: "X"}), fault.Denied, ""},
			{"a tier", k.ann, change(client.OrganisationChange{Tier: new("silver")}), "", ""},
			{"a name that another has", k.ann, change(client.OrganisationChange{Name: new("acme")}), fault.Conflict, "name"},
			{"its own name otherwise capitalised", k.ann, change(client.OrganisationChange{Name: new("InITech")}), "", ""},
			{"a domain that another has", k.ann, change(client.OrganisationChange{Domains: &[]string{"acme.example"}}), fault.Conflict, "domains"},
			{"other domains", k.ann, change(client.OrganisationChange{Domains: &[]string{"initech.example", "initech.test"}}), "", ""},
			{"an old version", k.ann, change(client.OrganisationChange{Tier: new("gold"), Version: 1}), fault.Conflict, ""},
			{"nothing", k.ann, change(client.OrganisationChange{Tier: new("silver")}), "", ""},
			{"for who sees another", k.narrowed("x"), change(client.OrganisationChange{Tier: new("gold")}), fault.NotFound, ""},
			{"in another workspace", o.ann, change(client.OrganisationChange{Tier: new("gold")}), fault.NotFound, ""},
		}
		for _, tt := range tests {
			mustertest.Refused(t, tt.name, d.Update(tt.ctx, tt.work), tt.kind, tt.field)
		}
		want := client.Organisation{ID: first.ID, Name: "InITech", Tier: "silver", Domains: []string{"initech.example", "initech.test"},
			CreatedAt: first.CreatedAt, Version: 4}
		mustertest.See(t, d, k.ann, func(tx *db.Tx) error {
			byID, err := client.FindOrganisation(tx, first.ID)
			byName, err2 := client.OrganisationNamed(tx, "iniTECH")
			byDomain, err3 := client.OrganisationOf(tx, "anybody@INITECH.test")
			for how, got := range map[string]client.Organisation{"id": byID, "name": byName, "domain": byDomain} {
				if !reflect.DeepEqual(got, want) {
					t.Errorf("got %+v by %s, want %+v", got, how, want)
				}
			}
			_, none := client.OrganisationOf(tx, "anybody@sub.initech.example")
			mustertest.Refused(t, "a domain it had", none, fault.NotFound, "")
			return errors.Join(err, err2, err3)
		})
		lists := []struct {
			name   string
			ctx    context.Context
			search client.OrganisationSearch
			want   []string
		}{
			{"all, by name", k.ann, client.OrganisationSearch{}, []string{"Ācme", "InITech", "Zebra"}},
			{"how a name begins", k.ann, client.OrganisationSearch{Text: "AC"}, []string{"Ācme"}},
			{"of a tier", k.ann, client.OrganisationSearch{Tier: "silver"}, []string{"InITech"}},
			{"for who sees one", k.narrowed(first.ID), client.OrganisationSearch{}, []string{"InITech"}},
		}
		for _, l := range lists {
			var got []string
			s := l.search
			s.Limit = 1
			for pages := 0; pages == 0 || s.After != "" && pages < 10; pages++ {
				page := must(t, d, l.ctx, func(tx *db.Tx) (client.OrganisationPage, error) { return client.Organisations(tx, s) })
				got = append(got, mustertest.Names(page.Organisations, func(o client.Organisation) string { return o.Name })...)
				s.After = page.Next
			}
			mustertest.WantNames(t, l.name, got, l.want...)
		}
		ours := must(t, d, k.ann, func(tx *db.Tx) (client.OrganisationPage, error) {
			return client.Organisations(tx, client.OrganisationSearch{Limit: 1})
		}).Next
		for rule, after := range wrongCursors("organisations", "contacts", ours) {
			_, err := do(d, k.ann, func(tx *db.Tx) (client.OrganisationPage, error) {
				return client.Organisations(tx, client.OrganisationSearch{After: after})
			})
			mustertest.Refused(t, rule, err, fault.Invalid, "after")
		}
	})
}
