package client_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/people/client"
)

func TestEnsureContact(t *testing.T) {
	tests := []struct {
		name, given, address string
		want                 string // the name that is known then
		created              bool
		organisation         string
	}{
		{"a new contact", "Zoe Zimt", "Zoe@Initech.example", "Zoe Zimt", true, "Initech"},
		{"the same address, otherwise capitalised", "Zoe Zimt", "zoe@INITECH.example", "Zoe Zimt", false, "Initech"},
		{"another name does not replace the known one", "Eve", "zoe@initech.example", "Zoe Zimt", false, "Initech"},
		{"nor does an address", "zoe@initech.example", "zoe@initech.example", "Zoe Zimt", false, "Initech"},
		{"nor does nothing", "", "zoe@initech.example", "Zoe Zimt", false, "Initech"},
		{"an address alone is its own name", "", "Max@nowhere.example", "Max@nowhere.example", true, ""},
		{"until an address is given as name", "other@nowhere.example", "max@nowhere.example", "Max@nowhere.example", false, ""},
		{"until a name is known", "Max Muster", "max@nowhere.example", "Max Muster", false, ""},
		{"a host within the domain is another", "Tom", "tom@mail.initech.example", "Tom", true, ""},
		{"a domain in its other spelling", "Uli", "uli@xn--bcher-kva.example", "Uli", true, "Bücher"},
		{"the same, as people write it", "Uli", "uli@BÜCHER.example", "Uli", false, "Bücher"},
		{"accents tell people apart", "Ülö", "ülö@initech.example", "Ülö", true, "Initech"},
		{"and so", "Ulo", "ulo@initech.example", "Ulo", true, "Initech"},
		{"a name on several lines", "Two\r\nLines\x00", "two@initech.example", "Two Lines", true, "Initech"},
		{"a name without end", strings.Repeat("é", 500), "long@initech.example", strings.Repeat("é", 200), true, "Initech"},
		{"a name that is no text", "\xff\xfe", "bytes@initech.example", "bytes@initech.example", true, "Initech"},
	}
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		organisations := map[string]string{k.addOrganisation(t, "Initech", "initech.example").ID: "Initech",
			k.addOrganisation(t, "Bücher", "bücher.example").ID: "Bücher"}
		for _, tt := range tests {
			c, created := k.ensure(t, tt.given, tt.address)
			if c.Name != tt.want || created != tt.created || organisations[c.Organisation] != tt.organisation {
				t.Errorf("%s: got %+v, created = %v, want the name %q, the organisation %q, created = %v", tt.name, c, created, tt.want, tt.organisation, tt.created)
			}
			if stored := k.contact(t, c.ID); !reflect.DeepEqual(stored, c) {
				t.Errorf("%s: got %+v, but stored %+v", tt.name, c, stored)
			}
		}
		log, _ := k.log(t)
		changed := 0
		for _, name := range log {
			if name == "contact.changed" {
				changed++
			}
		}
		if changed != 1 || len(log) != 2+9+1 {
			t.Errorf("got %v, want two organisations, nine contacts, one of whom was changed", log)
		}
	})
}

func TestEnsureContactIsRefused(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		for _, address := range []string{"", "zoe", "@x.example", "zoe@", "a@b@c.example", "Zoe <zoe@x.example>", "zoe@x.example\r\nBcc: y@x.example",
			`"zoe zimt"@x.example`, "zoe@[192.0.2.1]", strings.Repeat("z", 65) + "@x.example", "zoe@x..example", "zoe\x00@x.example", "\xff@x.example"} {
			err := d.Update(k.ann, func(tx *db.Tx) error { _, _, err := client.EnsureContact(tx, "Zoe", address); return err })
			mustertest.Refused(t, fmt.Sprintf("the address %q", address), err, fault.Invalid, "address")
		}
		err := d.Update(k.as(access.PeopleRead), func(tx *db.Tx) error { _, _, err := client.EnsureContact(tx, "Zoe", "zoe@x.example"); return err })
		mustertest.Refused(t, "who may not open tickets", err, fault.Denied, "")
		err = d.Update(k.as(access.TicketsWrite), func(tx *db.Tx) error { _, _, err := client.EnsureContact(tx, "Zoe", "zoe@x.example"); return err })
		mustertest.Refused(t, "who may open tickets", err, "", "")
	})
}

func TestManyEnsureOneContact(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d := mustertest.Open(t, url)
		k := newDesk(t, d)
		var mu sync.Mutex
		var wg sync.WaitGroup
		ids, news := map[string]bool{}, 0
		for range 20 {
			wg.Go(func() {
				var c client.Contact
				var created bool
				err := d.Update(k.ann, func(tx *db.Tx) (err error) {
					c, created, err = client.EnsureContact(tx, "Zoe", "zoe@x.example")
					return err
				})
				mu.Lock()
				defer mu.Unlock()
				if ids[c.ID] = true; created {
					news++
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if len(ids) != 1 || news != 1 {
			t.Errorf("got %d contacts, of which %d are new, want one new one", len(ids), news)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestAddAndChangeContact(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		o := k.other(t)
		initech := k.addOrganisation(t, "Initech", "initech.example")
		acme := k.addOrganisation(t, "Acme", "acme.example")
		theirs := o.addOrganisation(t, "Theirs", "theirs.example")
		var zoe client.Contact
		add := func(n client.NewContact) func(*db.Tx) error {
			return func(tx *db.Tx) error { _, err := client.AddContact(tx, n); return err }
		}
		change := func(c client.ContactChange) func(*db.Tx) error {
			return func(tx *db.Tx) (err error) { _, err = client.ChangeContact(tx, zoe.ID, c); return err }
		}
		zoe = must(t, d, k.ann, func(tx *db.Tx) (client.Contact, error) {
			return client.AddContact(tx, client.NewContact{Name: "Zoe", Address: "zoe@initech.example", Organisation: acme.ID, Locale: "de"})
		})
		if zoe.Organisation != acme.ID {
			t.Errorf("got the organisation %q, want the one that was given", zoe.Organisation)
		}
		tests := []struct {
			name  string
			ctx   context.Context
			work  func(*db.Tx) error
			kind  fault.Kind
			field string
		}{
			{"adding a name without an address", k.ann, add(client.NewContact{Name: "Phone"}), "", ""},
			{"adding an address without a name", k.ann, add(client.NewContact{Address: "x@initech.example"}), "", ""},
			{"adding nothing", k.ann, add(client.NewContact{}), fault.Invalid, "name"},
			{"adding an address somebody has", k.ann, add(client.NewContact{Name: "Z", Address: "ZOE@initech.example"}), fault.Conflict, "address"},
			{"adding to no organisation that is", k.ann, add(client.NewContact{Name: "Z", Organisation: "none"}), fault.Invalid, "organisation"},
			{"adding to another workspace's organisation", k.ann, add(client.NewContact{Name: "Z", Organisation: theirs.ID}), fault.Invalid, "organisation"},
			{"adding without the right", k.as(access.PeopleRead, access.TicketsWrite), add(client.NewContact{Name: "Z"}), fault.Denied, ""},
			{"a name", k.ann, change(client.ContactChange{Name: new("Zoë")}), "", ""},
			{"no name", k.ann, change(client.ContactChange{Name: new("")}), fault.Invalid, "name"},
			{"a language", k.ann, change(client.ContactChange{Locale: new("fr")}), "", ""},
			{"no language", k.ann, change(client.ContactChange{Locale: new("??")}), fault.Invalid, "locale"},
			{"another organisation", k.ann, change(client.ContactChange{Organisation: &initech.ID}), "", ""},
			{"no organisation that is", k.ann, change(client.ContactChange{Organisation: new("none")}), fault.Invalid, "organisation"},
			{"an old version", k.ann, change(client.ContactChange{Name: new("Z"), Version: 2}), fault.Conflict, ""},
			{"without the right", k.as(access.PeopleRead), change(client.ContactChange{Name: new("Z")}), fault.Denied, ""},
			{"in another workspace", o.ann, change(client.ContactChange{Name: new("Z")}), fault.NotFound, ""},
			{"for who sees other organisations", k.narrowed(acme.ID), change(client.ContactChange{Name: new("Z")}), fault.NotFound, ""},
		}
		for _, tt := range tests {
			mustertest.Refused(t, tt.name, d.Update(tt.ctx, tt.work), tt.kind, tt.field)
		}
		want := zoe
		want.Name, want.Locale, want.Organisation, want.Version = "Zoë", "fr", initech.ID, 4
		if got := k.contact(t, zoe.ID); !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		mustertest.Do(t, d, k.ann, change(client.ContactChange{Organisation: new("")}))
		if got := k.contact(t, zoe.ID); got.Organisation != "" {
			t.Errorf("got the organisation %q, want none", got.Organisation)
		}
	})
}

func TestAddresses(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		zoe, _ := k.ensure(t, "Zoe", "zoe@x.example")
		k.ensure(t, "Max", "max@x.example")
		steps := []struct {
			name    string
			work    func(*db.Tx, string, string) (client.Contact, error)
			address string
			kind    fault.Kind
			want    []string
		}{
			{"one more", client.AddAddress, "Zoe@Home.example", "", []string{"zoe@x.example", "Zoe@Home.example"}},
			{"the same again", client.AddAddress, "zoe@home.example", "", []string{"zoe@x.example", "Zoe@Home.example"}},
			{"another's", client.AddAddress, "max@x.example", fault.Conflict, nil},
			{"no address", client.AddAddress, "max", fault.Invalid, nil},
			{"a third", client.AddAddress, "z@x.example", "", []string{"zoe@x.example", "Zoe@Home.example", "z@x.example"}},
			{"to write to the last", client.PreferAddress, "Z@x.example", "", []string{"z@x.example", "zoe@x.example", "Zoe@Home.example"}},
			{"to write to another's", client.PreferAddress, "max@x.example", fault.NotFound, nil},
			{"without the second", client.RemoveAddress, "ZOE@x.example", "", []string{"z@x.example", "Zoe@Home.example"}},
			{"without another's", client.RemoveAddress, "max@x.example", fault.NotFound, nil},
			{"one more after all that", client.AddAddress, "zoe@x.example", "", []string{"z@x.example", "Zoe@Home.example", "zoe@x.example"}},
		}
		for _, s := range steps {
			got, err := do(d, k.ann, func(tx *db.Tx) (client.Contact, error) { return s.work(tx, zoe.ID, s.address) })
			mustertest.Refused(t, s.name, err, s.kind, "")
			if s.kind != "" {
				continue
			}
			if stored := k.contact(t, zoe.ID); !reflect.DeepEqual(got.Addresses, s.want) || !reflect.DeepEqual(stored, got) {
				t.Errorf("%s: got %+v, stored %+v, want the addresses %v", s.name, got, stored, s.want)
			}
		}
		if c := k.contact(t, zoe.ID); c.Address() != "z@x.example" {
			t.Errorf("got %q to write to, want the preferred address", c.Address())
		}
		by := func(address string) (client.Contact, error) {
			return do(d, k.ann, func(tx *db.Tx) (client.Contact, error) { return client.ContactByAddress(tx, address) })
		}
		if got, err := by(" ZOE@HOME.example"); err != nil || got.ID != zoe.ID || len(got.Addresses) != 3 {
			t.Errorf("got %+v and %v by another address, want Zoe with all of hers", got, err)
		}
		_, err := do(d, k.narrowed("x"), func(tx *db.Tx) (client.Contact, error) { return client.ContactByAddress(tx, "z@x.example") })
		mustertest.Refused(t, "an address, for who sees other organisations", err, fault.NotFound, "")
		_, err = by("nobody@x.example")
		mustertest.Refused(t, "an address that nobody has", err, fault.NotFound, "")
	})
}

func TestMergeContacts(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		o := k.other(t)
		initech := k.addOrganisation(t, "Initech", "initech.example")
		nameless, _ := k.ensure(t, "", "zoe@home.example")
		zoe, _ := k.ensure(t, "Zoe", "a.zoe@initech.example")
		third, _ := k.ensure(t, "Zoe Z.", "z@z.example")
		theirs, _ := o.ensure(t, "Max", "zoe@home.example")
		merge := func(kept, gone string) (client.Contact, error) {
			return do(d, k.ann, func(tx *db.Tx) (client.Contact, error) { return client.MergeContacts(tx, kept, gone) })
		}
		merged, err := merge(nameless.ID, zoe.ID)
		want := client.Contact{ID: nameless.ID, Name: "Zoe", Organisation: initech.ID, Addresses: []string{"zoe@home.example", "a.zoe@initech.example"},
			CreatedAt: nameless.CreatedAt, Version: 2}
		if err != nil || !reflect.DeepEqual(merged, want) {
			t.Errorf("got %+v and %v, want %+v", merged, err, want)
		}
		if got := k.contact(t, zoe.ID); !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v for the contact that is gone, want %+v", got, want)
		}
		if c, created := k.ensure(t, "Somebody", "a.zoe@initech.example"); created || c.ID != nameless.ID {
			t.Errorf("got %+v, created = %v, by the address of who is gone", c, created)
		}
		refusals := []struct {
			name, kept, gone string
			want             fault.Kind
		}{
			{"with itself", third.ID, third.ID, fault.Invalid},
			{"into who is gone", zoe.ID, third.ID, fault.Conflict},
			{"who is gone already", third.ID, zoe.ID, fault.Conflict},
			{"with another workspace's", third.ID, theirs.ID, fault.NotFound},
			{"with nobody", third.ID, "nobody", fault.NotFound},
		}
		for _, r := range refusals {
			_, err := merge(r.kept, r.gone)
			mustertest.Refused(t, r.name, err, r.want, "")
		}
		_, err = do(d, k.ann, func(tx *db.Tx) (client.Contact, error) {
			return client.ChangeContact(tx, zoe.ID, client.ContactChange{Name: new("Z")})
		})
		mustertest.Refused(t, "changing who is gone", err, fault.Conflict, "")
		if _, err := merge(third.ID, nameless.ID); err != nil {
			t.Error(err)
		}
		if got := k.contact(t, zoe.ID); got.ID != third.ID || got.Name != "Zoe Z." || len(got.Addresses) != 3 {
			t.Errorf("got %+v for who was merged twice, want the third", got)
		}
		page := must(t, d, k.ann, func(tx *db.Tx) (client.ContactPage, error) { return client.Contacts(tx, client.ContactSearch{}) })
		mustertest.WantNames(t, "the contacts", mustertest.Names(page.Contacts, func(c client.Contact) string { return c.Name }), "Zoe Z.")
		_, bodies := k.log(t)
		if !strings.Contains(bodies, `{"ID":"`+nameless.ID+`","From":"`+zoe.ID+`"}`) {
			t.Errorf("got %s, want who was merged into whom", bodies)
		}
	})
}

func TestContacts(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		o := k.other(t)
		o.ensure(t, "Anna Other", "anna@other.example")
		initech := k.addOrganisation(t, "Initech", "initech.example")
		for _, c := range [][2]string{{"Émile", "emile@initech.example"}, {"anna", "anna@initech.example"}, {"Zoe", "anton@x.example"},
			{"Émile", "second@x.example"}, {"50% Off_Sale", "sale@x.example"}, {"", "annex@x.example"}} {
			k.ensure(t, c[0], c[1])
		}
		tests := []struct {
			name   string
			ctx    context.Context
			search client.ContactSearch
			want   []string
		}{
			{"all, by name", k.ann, client.ContactSearch{}, []string{"50% Off_Sale", "anna", "annex@x.example", "Émile", "Émile", "Zoe"}},
			{"how a name begins, without accents", k.ann, client.ContactSearch{Text: "EM"}, []string{"Émile", "Émile"}},
			{"how a name or an address begins", k.ann, client.ContactSearch{Text: "an"}, []string{"anna", "annex@x.example", "Zoe"}},
			{"a letter is how a name begins", k.ann, client.ContactSearch{Text: "a"}, []string{"anna", "annex@x.example"}},
			{"a whole address", k.ann, client.ContactSearch{Text: "Anton@X.example"}, []string{"Zoe"}},
			{"a sign that means something to databases", k.ann, client.ContactSearch{Text: "50%"}, []string{"50% Off_Sale"}},
			{"and another", k.ann, client.ContactSearch{Text: "__"}, nil},
			{"what is no text", k.ann, client.ContactSearch{Text: "\xff\x00\xff"}, nil},
			{"an organisation's", k.ann, client.ContactSearch{Organisation: initech.ID}, []string{"anna", "Émile"}},
			{"for who sees one organisation", k.narrowed(initech.ID), client.ContactSearch{}, []string{"anna", "Émile"}},
			{"for who sees none", k.narrowed(), client.ContactSearch{}, nil},
			{"in another workspace", o.ann, client.ContactSearch{}, []string{"Anna Other"}},
		}
		for _, tt := range tests {
			for _, limit := range []int{0, 1, 2} { // page by page it is the same list
				var got []string
				s := tt.search
				s.Limit = limit
				for pages := 0; pages == 0 || s.After != ""; pages++ {
					page := must(t, d, tt.ctx, func(tx *db.Tx) (client.ContactPage, error) { return client.Contacts(tx, s) })
					got = append(got, mustertest.Names(page.Contacts, func(c client.Contact) string { return c.Name })...)
					if s.After = page.Next; limit > 0 && len(page.Contacts) > limit || pages > 10 {
						t.Fatalf("%s: got %d contacts on page %d, want at most %d", tt.name, len(page.Contacts), pages, limit)
					}
				}
				mustertest.WantNames(t, tt.name, got, tt.want...)
			}
		}
		ours := must(t, d, k.ann, func(tx *db.Tx) (client.ContactPage, error) {
			return client.Contacts(tx, client.ContactSearch{Limit: 1})
		}).Next
		for rule, after := range wrongCursors("contacts", "organisations", ours) {
			_, err := do(d, k.ann, func(tx *db.Tx) (client.ContactPage, error) {
				return client.Contacts(tx, client.ContactSearch{After: after})
			})
			mustertest.Refused(t, rule, err, fault.Invalid, "after")
		}
		for _, f := range []func(*db.Tx) error{
			func(tx *db.Tx) error { _, err := client.Contacts(tx, client.ContactSearch{}); return err },
			func(tx *db.Tx) error { _, err := client.ContactByAddress(tx, "anna@initech.example"); return err },
			func(tx *db.Tx) error { _, err := client.FindContact(tx, "x"); return err },
			func(tx *db.Tx) error { _, err := client.Organisations(tx, client.OrganisationSearch{}); return err },
		} {
			mustertest.Refused(t, "without the right", d.View(k.as(access.TicketsWrite), f), fault.Denied, "")
		}
	})
}
