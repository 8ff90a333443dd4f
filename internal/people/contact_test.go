package people_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/people"
)

// ensure ensures a contact and tells whether it is new.
func (k desk) ensure(t *testing.T, name, address string) (people.Contact, bool) {
	t.Helper()
	var created bool
	c := must(t, k.db, k.ann, func(tx *db.Tx) (c people.Contact, err error) {
		c, created, err = people.EnsureContact(tx, name, address)
		return c, err
	})
	return c, created
}

func (k desk) contact(t *testing.T, id string) people.Contact {
	t.Helper()
	return must(t, k.db, k.ann, func(tx *db.Tx) (people.Contact, error) { return people.FindContact(tx, id) })
}

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
			err := d.Update(k.ann, func(tx *db.Tx) error { _, _, err := people.EnsureContact(tx, "Zoe", address); return err })
			refused(t, fmt.Sprintf("the address %q", address), err, fault.Invalid, "address")
		}
		err := d.Update(k.as(access.PeopleRead), func(tx *db.Tx) error { _, _, err := people.EnsureContact(tx, "Zoe", "zoe@x.example"); return err })
		refused(t, "who may not open tickets", err, fault.Denied, "")
		err = d.Update(k.as(access.TicketsWrite), func(tx *db.Tx) error { _, _, err := people.EnsureContact(tx, "Zoe", "zoe@x.example"); return err })
		refused(t, "who may open tickets", err, "", "")
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
				var c people.Contact
				var created bool
				err := d.Update(k.ann, func(tx *db.Tx) (err error) {
					c, created, err = people.EnsureContact(tx, "Zoe", "zoe@x.example")
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
		var zoe people.Contact
		add := func(n people.NewContact) func(*db.Tx) error {
			return func(tx *db.Tx) error { _, err := people.AddContact(tx, n); return err }
		}
		change := func(c people.ContactChange) func(*db.Tx) error {
			return func(tx *db.Tx) (err error) { _, err = people.ChangeContact(tx, zoe.ID, c); return err }
		}
		zoe = must(t, d, k.ann, func(tx *db.Tx) (people.Contact, error) {
			return people.AddContact(tx, people.NewContact{Name: "Zoe", Address: "zoe@initech.example", Organisation: acme.ID, Locale: "de"})
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
			{"adding a name without an address", k.ann, add(people.NewContact{Name: "Phone"}), "", ""},
			{"adding an address without a name", k.ann, add(people.NewContact{Address: "x@initech.example"}), "", ""},
			{"adding nothing", k.ann, add(people.NewContact{}), fault.Invalid, "name"},
			{"adding an address somebody has", k.ann, add(people.NewContact{Name: "Z", Address: "ZOE@initech.example"}), fault.Conflict, "address"},
			{"adding to no organisation that is", k.ann, add(people.NewContact{Name: "Z", Organisation: "none"}), fault.Invalid, "organisation"},
			{"adding to another workspace's organisation", k.ann, add(people.NewContact{Name: "Z", Organisation: theirs.ID}), fault.Invalid, "organisation"},
			{"adding without the right", k.as(access.PeopleRead, access.TicketsWrite), add(people.NewContact{Name: "Z"}), fault.Denied, ""},
			{"a name", k.ann, change(people.ContactChange{Name: new("Zoë")}), "", ""},
			{"no name", k.ann, change(people.ContactChange{Name: new("")}), fault.Invalid, "name"},
			{"a language", k.ann, change(people.ContactChange{Locale: new("fr")}), "", ""},
			{"no language", k.ann, change(people.ContactChange{Locale: new("??")}), fault.Invalid, "locale"},
			{"another organisation", k.ann, change(people.ContactChange{Organisation: &initech.ID}), "", ""},
			{"no organisation that is", k.ann, change(people.ContactChange{Organisation: new("none")}), fault.Invalid, "organisation"},
			{"an old version", k.ann, change(people.ContactChange{Name: new("Z"), Version: 2}), fault.Conflict, ""},
			{"without the right", k.as(access.PeopleRead), change(people.ContactChange{Name: new("Z")}), fault.Denied, ""},
			{"in another workspace", o.ann, change(people.ContactChange{Name: new("Z")}), fault.NotFound, ""},
			{"for who sees other organisations", k.narrowed(acme.ID), change(people.ContactChange{Name: new("Z")}), fault.NotFound, ""},
		}
		for _, tt := range tests {
			refused(t, tt.name, d.Update(tt.ctx, tt.work), tt.kind, tt.field)
		}
		want := zoe
		want.Name, want.Locale, want.Organisation, want.Version = "Zoë", "fr", initech.ID, 4
		if got := k.contact(t, zoe.ID); !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		mustertest.Do(t, d, k.ann, change(people.ContactChange{Organisation: new("")}))
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
			work    func(*db.Tx, string, string) (people.Contact, error)
			address string
			kind    fault.Kind
			want    []string
		}{
			{"one more", people.AddAddress, "Zoe@Home.example", "", []string{"zoe@x.example", "Zoe@Home.example"}},
			{"the same again", people.AddAddress, "zoe@home.example", "", []string{"zoe@x.example", "Zoe@Home.example"}},
			{"another's", people.AddAddress, "max@x.example", fault.Conflict, nil},
			{"no address", people.AddAddress, "max", fault.Invalid, nil},
			{"a third", people.AddAddress, "z@x.example", "", []string{"zoe@x.example", "Zoe@Home.example", "z@x.example"}},
			{"to write to the last", people.PreferAddress, "Z@x.example", "", []string{"z@x.example", "zoe@x.example", "Zoe@Home.example"}},
			{"to write to another's", people.PreferAddress, "max@x.example", fault.NotFound, nil},
			{"without the second", people.RemoveAddress, "ZOE@x.example", "", []string{"z@x.example", "Zoe@Home.example"}},
			{"without another's", people.RemoveAddress, "max@x.example", fault.NotFound, nil},
			{"one more after all that", people.AddAddress, "zoe@x.example", "", []string{"z@x.example", "Zoe@Home.example", "zoe@x.example"}},
		}
		for _, s := range steps {
			got, err := do(d, k.ann, func(tx *db.Tx) (people.Contact, error) { return s.work(tx, zoe.ID, s.address) })
			refused(t, s.name, err, s.kind, "")
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
		by := func(address string) (people.Contact, error) {
			return do(d, k.ann, func(tx *db.Tx) (people.Contact, error) { return people.ContactByAddress(tx, address) })
		}
		if got, err := by(" ZOE@HOME.example"); err != nil || got.ID != zoe.ID || len(got.Addresses) != 3 {
			t.Errorf("got %+v and %v by another address, want Zoe with all of hers", got, err)
		}
		_, err := do(d, k.narrowed("x"), func(tx *db.Tx) (people.Contact, error) { return people.ContactByAddress(tx, "z@x.example") })
		refused(t, "an address, for who sees other organisations", err, fault.NotFound, "")
		_, err = by("nobody@x.example")
		refused(t, "an address that nobody has", err, fault.NotFound, "")
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
		merge := func(kept, gone string) (people.Contact, error) {
			return do(d, k.ann, func(tx *db.Tx) (people.Contact, error) { return people.MergeContacts(tx, kept, gone) })
		}
		merged, err := merge(nameless.ID, zoe.ID)
		want := people.Contact{ID: nameless.ID, Name: "Zoe", Organisation: initech.ID, Addresses: []string{"zoe@home.example", "a.zoe@initech.example"},
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
			refused(t, r.name, err, r.want, "")
		}
		_, err = do(d, k.ann, func(tx *db.Tx) (people.Contact, error) {
			return people.ChangeContact(tx, zoe.ID, people.ContactChange{Name: new("Z")})
		})
		refused(t, "changing who is gone", err, fault.Conflict, "")
		if _, err := merge(third.ID, nameless.ID); err != nil {
			t.Error(err)
		}
		if got := k.contact(t, zoe.ID); got.ID != third.ID || got.Name != "Zoe Z." || len(got.Addresses) != 3 {
			t.Errorf("got %+v for who was merged twice, want the third", got)
		}
		page := must(t, d, k.ann, func(tx *db.Tx) (people.ContactPage, error) { return people.Contacts(tx, people.ContactSearch{}) })
		wantNames(t, "the contacts", names(page.Contacts, func(c people.Contact) string { return c.Name }), "Zoe Z.")
		_, bodies := k.log(t)
		if !strings.Contains(bodies, asJSON(t, people.ContactMerged{ID: nameless.ID, From: zoe.ID})) {
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
			search people.ContactSearch
			want   []string
		}{
			{"all, by name", k.ann, people.ContactSearch{}, []string{"50% Off_Sale", "anna", "annex@x.example", "Émile", "Émile", "Zoe"}},
			{"how a name begins, without accents", k.ann, people.ContactSearch{Text: "EM"}, []string{"Émile", "Émile"}},
			{"how a name or an address begins", k.ann, people.ContactSearch{Text: "an"}, []string{"anna", "annex@x.example", "Zoe"}},
			{"a letter is how a name begins", k.ann, people.ContactSearch{Text: "a"}, []string{"anna", "annex@x.example"}},
			{"a whole address", k.ann, people.ContactSearch{Text: "Anton@X.example"}, []string{"Zoe"}},
			{"a sign that means something to databases", k.ann, people.ContactSearch{Text: "50%"}, []string{"50% Off_Sale"}},
			{"and another", k.ann, people.ContactSearch{Text: "__"}, nil},
			{"what is no text", k.ann, people.ContactSearch{Text: "\xff\x00\xff"}, nil},
			{"an organisation's", k.ann, people.ContactSearch{Organisation: initech.ID}, []string{"anna", "Émile"}},
			{"for who sees one organisation", k.narrowed(initech.ID), people.ContactSearch{}, []string{"anna", "Émile"}},
			{"for who sees none", k.narrowed(), people.ContactSearch{}, nil},
			{"in another workspace", o.ann, people.ContactSearch{}, []string{"Anna Other"}},
		}
		for _, tt := range tests {
			for _, limit := range []int{0, 1, 2} { // page by page it is the same list
				var got []string
				s := tt.search
				s.Limit = limit
				for pages := 0; pages == 0 || s.After != ""; pages++ {
					page := must(t, d, tt.ctx, func(tx *db.Tx) (people.ContactPage, error) { return people.Contacts(tx, s) })
					got = append(got, names(page.Contacts, func(c people.Contact) string { return c.Name })...)
					if s.After = page.Next; limit > 0 && len(page.Contacts) > limit || pages > 10 {
						t.Fatalf("%s: got %d contacts on page %d, want at most %d", tt.name, len(page.Contacts), pages, limit)
					}
				}
				wantNames(t, tt.name, got, tt.want...)
			}
		}
		ours := must(t, d, k.ann, func(tx *db.Tx) (people.ContactPage, error) {
			return people.Contacts(tx, people.ContactSearch{Limit: 1})
		}).Next
		for rule, after := range wrongCursors("contacts", "organisations", ours) {
			_, err := do(d, k.ann, func(tx *db.Tx) (people.ContactPage, error) {
				return people.Contacts(tx, people.ContactSearch{After: after})
			})
			refused(t, rule, err, fault.Invalid, "after")
		}
		for _, f := range []func(*db.Tx) error{
			func(tx *db.Tx) error { _, err := people.Contacts(tx, people.ContactSearch{}); return err },
			func(tx *db.Tx) error { _, err := people.ContactByAddress(tx, "anna@initech.example"); return err },
			func(tx *db.Tx) error { _, err := people.FindContact(tx, "x"); return err },
			func(tx *db.Tx) error { _, err := people.Organisations(tx, people.OrganisationSearch{}); return err },
			func(tx *db.Tx) error { _, err := people.Users(tx); return err },
		} {
			refused(t, "without the right", d.View(k.as(access.TicketsWrite), f), fault.Denied, "")
		}
	})
}

func TestOrganisations(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		o := k.other(t)
		o.addOrganisation(t, "Initech", "initech.example") // the same name and domain there
		first := k.addOrganisation(t, "Initech", " @Initech.example", "initech.example", "sub.initech.example")
		if !reflect.DeepEqual(first.Domains, []string{"initech.example", "sub.initech.example"}) {
			t.Errorf("got the domains %v, want each once", first.Domains)
		}
		add := func(n people.NewOrganisation) func(*db.Tx) error {
			return func(tx *db.Tx) error { _, err := people.AddOrganisation(tx, n); return err }
		}
		change := func(c people.OrganisationChange) func(*db.Tx) error {
			return func(tx *db.Tx) error { _, err := people.ChangeOrganisation(tx, first.ID, c); return err }
		}
		tests := []struct {
			name  string
			ctx   context.Context
			work  func(*db.Tx) error
			kind  fault.Kind
			field string
		}{
			{"another", k.ann, add(people.NewOrganisation{Name: "Ācme", Tier: "gold", Domains: []string{"acme.example"}}), "", ""},
			{"without domains", k.ann, add(people.NewOrganisation{Name: "Zebra"}), "", ""},
			{"without a name", k.ann, add(people.NewOrganisation{}), fault.Invalid, "name"},
			{"of a name that is taken", k.ann, add(people.NewOrganisation{Name: "INITECH"}), fault.Conflict, "name"},
			{"of a tier that is none", k.ann, add(people.NewOrganisation{Name: "X", Tier: "Gold"}), fault.Invalid, "tier"},
			{"of a domain that is taken", k.ann, add(people.NewOrganisation{Name: "X", Domains: []string{"INITECH.example"}}), fault.Conflict, "domains"},
			{"of everybody's domain", k.ann, add(people.NewOrganisation{Name: "X", Domains: []string{"ok.example", "GMail.com"}}), fault.Invalid, "domains"},
			{"of an address", k.ann, add(people.NewOrganisation{Name: "X", Domains: []string{"a@b.example"}}), fault.Invalid, "domains"},
			{"of a host without a dot", k.ann, add(people.NewOrganisation{Name: "X", Domains: []string{"localhost"}}), fault.Invalid, "domains"},
			{"without the right", k.as(access.PeopleRead), add(people.NewOrganisation{Name: "X"}), fault.Denied, ""},
			{"a tier", k.ann, change(people.OrganisationChange{Tier: new("silver")}), "", ""},
			{"a name that another has", k.ann, change(people.OrganisationChange{Name: new("acme")}), fault.Conflict, "name"},
			{"its own name otherwise capitalised", k.ann, change(people.OrganisationChange{Name: new("InITech")}), "", ""},
			{"a domain that another has", k.ann, change(people.OrganisationChange{Domains: &[]string{"acme.example"}}), fault.Conflict, "domains"},
			{"other domains", k.ann, change(people.OrganisationChange{Domains: &[]string{"initech.example", "initech.test"}}), "", ""},
			{"an old version", k.ann, change(people.OrganisationChange{Tier: new("gold"), Version: 1}), fault.Conflict, ""},
			{"nothing", k.ann, change(people.OrganisationChange{Tier: new("silver")}), "", ""},
			{"for who sees another", k.narrowed("x"), change(people.OrganisationChange{Tier: new("gold")}), fault.NotFound, ""},
			{"in another workspace", o.ann, change(people.OrganisationChange{Tier: new("gold")}), fault.NotFound, ""},
		}
		for _, tt := range tests {
			refused(t, tt.name, d.Update(tt.ctx, tt.work), tt.kind, tt.field)
		}
		want := people.Organisation{ID: first.ID, Name: "InITech", Tier: "silver", Domains: []string{"initech.example", "initech.test"},
			CreatedAt: first.CreatedAt, Version: 4}
		mustertest.See(t, d, k.ann, func(tx *db.Tx) error {
			byID, err := people.FindOrganisation(tx, first.ID)
			byName, err2 := people.OrganisationNamed(tx, "iniTECH")
			byDomain, err3 := people.OrganisationOf(tx, "anybody@INITECH.test")
			for how, got := range map[string]people.Organisation{"id": byID, "name": byName, "domain": byDomain} {
				if !reflect.DeepEqual(got, want) {
					t.Errorf("got %+v by %s, want %+v", got, how, want)
				}
			}
			_, none := people.OrganisationOf(tx, "anybody@sub.initech.example")
			refused(t, "a domain it had", none, fault.NotFound, "")
			return errors.Join(err, err2, err3)
		})
		lists := []struct {
			name   string
			ctx    context.Context
			search people.OrganisationSearch
			want   []string
		}{
			{"all, by name", k.ann, people.OrganisationSearch{}, []string{"Ācme", "InITech", "Zebra"}},
			{"how a name begins", k.ann, people.OrganisationSearch{Text: "AC"}, []string{"Ācme"}},
			{"of a tier", k.ann, people.OrganisationSearch{Tier: "silver"}, []string{"InITech"}},
			{"for who sees one", k.narrowed(first.ID), people.OrganisationSearch{}, []string{"InITech"}},
		}
		for _, l := range lists {
			var got []string
			s := l.search
			s.Limit = 1
			for pages := 0; pages == 0 || s.After != "" && pages < 10; pages++ {
				page := must(t, d, l.ctx, func(tx *db.Tx) (people.OrganisationPage, error) { return people.Organisations(tx, s) })
				got = append(got, names(page.Organisations, func(o people.Organisation) string { return o.Name })...)
				s.After = page.Next
			}
			wantNames(t, l.name, got, l.want...)
		}
		ours := must(t, d, k.ann, func(tx *db.Tx) (people.OrganisationPage, error) {
			return people.Organisations(tx, people.OrganisationSearch{Limit: 1})
		}).Next
		for rule, after := range wrongCursors("organisations", "contacts", ours) {
			_, err := do(d, k.ann, func(tx *db.Tx) (people.OrganisationPage, error) {
				return people.Organisations(tx, people.OrganisationSearch{After: after})
			})
			refused(t, rule, err, fault.Invalid, "after")
		}
	})
}

// wrongCursors are what a list may be asked to go on from that it never gave out.
func wrongCursors(list, other, ours string) map[string]string {
	written := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	const id = "0123456789abcdefghij"
	return map[string]string{
		"what is not in its alphabet":  "!",
		"a word":                       "elephant",
		"bytes that are no text":       written(list + " " + id + " \xff"),
		"a NUL":                        written(list + " " + id + " \x00"),
		"the cursor of another list":   written(other + " " + id + " anna"),
		"no id":                        written(list + "  anna"),
		"an id that is none":           written(list + " XYZ anna"),
		"a name that is not folded":    written(list + " " + id + " Anna"),
		"a name that nobody has":       written(list + " " + id + " " + strings.Repeat("x", 100_000)),
		"a part of ours":               ours[:len(ours)/2],
		"ours with something after it": ours + "%",
		"ours twice":                   ours + "." + ours,
	}
}

// A name whose folded form is very long can be the last of a page all the same.
func TestCursorOfLongNames(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		for _, name := range []string{strings.Repeat("\ufdfa", 199) + "a", strings.Repeat("\ufdfa", 199) + "b"} {
			must(t, d, k.ann, func(tx *db.Tx) (people.Contact, error) {
				return people.AddContact(tx, people.NewContact{Name: name})
			})
		}
		page := must(t, d, k.ann, func(tx *db.Tx) (people.ContactPage, error) {
			return people.Contacts(tx, people.ContactSearch{Text: "\ufdfa", Limit: 1})
		})
		page = must(t, d, k.ann, func(tx *db.Tx) (people.ContactPage, error) {
			return people.Contacts(tx, people.ContactSearch{Text: "\ufdfa", Limit: 1, After: page.Next})
		})
		if len(page.Contacts) != 1 || !strings.HasSuffix(page.Contacts[0].Name, "b") || page.Next != "" {
			t.Errorf("got %d contacts and next %.20q on the second page, want the second and none", len(page.Contacts), page.Next)
		}
	})
}

func TestNamed(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		k.addUser(t, "bob@example.com", "admin")
		k.addUser(t, "bób@example.com", "admin")
		k.ensure(t, "Émile", "emile@x.example")
		k.ensure(t, "Zoe", "zoe@x.example")
		k.ensure(t, "Zoe", "zoe@y.example")
		k.ensure(t, "Zoe Zimt", "zz@y.example")
		user := func(tx *db.Tx, name string) (string, error) {
			u, err := people.UserNamed(tx, name)
			return u.Email, err
		}
		contact := func(tx *db.Tx, name string) (string, error) {
			c, err := people.ContactNamed(tx, name)
			return c.Address(), err
		}
		for _, o := range []people.NewOrganisation{{Name: "Fennoway"}, {Name: "Nordhalm"}, {Name: "Nordhalm Freight", Domains: []string{"freight.example"}}} {
			must(t, d, k.ann, func(tx *db.Tx) (people.Organisation, error) { return people.AddOrganisation(tx, o) })
		}
		organisation := func(tx *db.Tx, name string) (string, error) {
			o, err := people.OrganisationMeant(tx, name)
			return o.Name, err
		}
		tests := []struct {
			what  string
			find  func(*db.Tx, string) (string, error)
			named string
			want  string // empty: nobody
		}{
			{"an agent by address", user, "BOB@example.com", "bob@example.com"},
			{"an agent by an address that only looks alike", user, "bób@example.com", "bób@example.com"},
			{"an agent by name", user, "Bob", "bob@example.com"},
			{"no agent", user, "b", ""},
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

// On both engines a list by name has the same order and the same beginnings, whatever language the database itself sorts by.
func TestNamesInAnotherLanguage(t *testing.T) {
	mustertest.EachOrder(t, func(t *testing.T, url string) {
		d := mustertest.Open(t, url)
		defer d.Close()
		k := newDesk(t, d)
		for _, name := range []string{"Hana", "Chan", "Cyril", "c d", "c-a"} {
			k.ensure(t, name, strings.ReplaceAll(strings.ToLower(name), " ", "")+"@x.example")
			k.addOrganisation(t, name+" Ltd", strings.ReplaceAll(strings.ToLower(name), " ", "")+".example")
		}
		for _, row := range []struct {
			rule, text string
			want       []string
		}{
			{"all", "", []string{"c d", "c-a", "Chan", "Cyril", "Hana"}},
			{"a letter", "c", []string{"c d", "c-a", "Chan", "Cyril"}},
			{"two that are one letter elsewhere", "ch", []string{"Chan"}},
			{"a sign that counts for nothing elsewhere", "c-", []string{"c-a"}},
			{"a letter that comes before another elsewhere", "h", []string{"Hana"}},
		} {
			page := must(t, d, k.ann, func(tx *db.Tx) (people.ContactPage, error) {
				return people.Contacts(tx, people.ContactSearch{Text: row.text})
			})
			wantNames(t, row.rule, names(page.Contacts, func(c people.Contact) string { return c.Name }), row.want...)
			some := must(t, d, k.ann, func(tx *db.Tx) (people.OrganisationPage, error) {
				return people.Organisations(tx, people.OrganisationSearch{Text: row.text})
			})
			wantNames(t, row.rule+", of organisations", names(some.Organisations, func(o people.Organisation) string { return strings.TrimSuffix(o.Name, " Ltd") }), row.want...)
		}
		if d.Engine() == db.Postgres {
			plansByIndex(t, d, k.ann)
		}
	})
}

// plansByIndex checks that PostgreSQL finds how names and addresses begin by an index; for SQLite all tests check it.
func plansByIndex(t *testing.T, d *db.DB, ctx context.Context) {
	t.Helper()
	for _, row := range []struct{ table, column string }{{"contacts", "name_folded"}, {"contact_addresses", "address"}, {"organisations", "name_folded"}} {
		mustertest.See(t, d, ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(`SET LOCAL enable_seqscan = off`); err != nil { // so few rows are read sooner than any index
				return err
			}
			plan, err := db.All(tx, db.Value[string], `EXPLAIN SELECT 1 FROM `+row.table+` WHERE workspace_id = $1 AND `+row.column+` >= $2 AND `+row.column+` < $3`, tx.Workspace, "ch", "ch\U0010FFFF")
			if !strings.Contains(strings.Join(plan, "\n"), "Index Cond: ((workspace_id = ") || !strings.Contains(strings.Join(plan, "\n"), row.column+" >=") {
				t.Errorf("how %s of %s begins is not found by an index:\n%s", row.column, row.table, strings.Join(plan, "\n"))
			}
			return err
		})
	}
}
