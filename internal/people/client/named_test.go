package client_test

import (
	"testing"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/people/client"
)

func TestNamed(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		k.ensure(t, "Émile", "emile@x.example")
		k.ensure(t, "Zoe", "zoe@x.example")
		k.ensure(t, "Zoe", "zoe@y.example")
		k.ensure(t, "Zoe Zimt", "zz@y.example")
		contact := func(tx *db.Tx, name string) (string, error) {
			c, err := client.ContactNamed(tx, name)
			return c.Address(), err
		}
		for _, o := range []client.NewOrganisation{{Name: "Fennoway"}, {Name: "Nordhalm"}, {Name: "Nordhalm Freight", Domains: []string{"freight.example"}}} {
			must(t, d, k.ann, func(tx *db.Tx) (client.Organisation, error) { return client.AddOrganisation(tx, o) })
		}
		organisation := func(tx *db.Tx, name string) (string, error) {
			o, err := client.OrganisationMeant(tx, name)
			return o.Name, err
		}
		tests := []struct {
			what  string
			find  func(*db.Tx, string) (string, error)
			named string
			want  string // empty: nobody
		}{
			{"a contact by name", contact, "emile", "emile@x.example"},
			{"a contact by a name that another's begins with", contact, "zoe zimt", "zz@y.example"},
			{"a contact by address", contact, "ZOE@y.example", "zoe@y.example"},
			{"one of two of a name", contact, "Zoe", ""},
			{"the beginning of several names", contact, "Zo", ""},
			{"the beginning of one name", contact, "émi", "emile@x.example"},
			{"an organisation by the beginning of its name", organisation, "fenn", "Fennoway"},
			{"by its name, though others begin so", organisation, "NORDHALM", "Nordhalm"},
			{"by its mail domain", organisation, "freight.example", "Nordhalm Freight"},
			{"the beginning of several", organisation, "nord", ""},
			{"an organisation that is none", organisation, "acme", ""},
		}
		for _, tt := range tests {
			got, err := do(d, k.ann, func(tx *db.Tx) (string, error) { return tt.find(tx, tt.named) })
			if got != tt.want || (tt.want == "") != fault.Is(err, fault.NotFound) {
				t.Errorf("%s: got %q and %v, want %q", tt.what, got, err, tt.want)
			}
		}
	})
}
