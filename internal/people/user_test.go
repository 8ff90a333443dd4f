package people_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/people"
)

func TestAddUser(t *testing.T) {
	tests := []struct {
		name  string
		user  people.NewUser
		kind  fault.Kind
		field string
	}{
		{"an agent", people.NewUser{Email: "bob@example.com", Name: "Bob", Role: "customer-support"}, "", ""},
		{"a role by its name", people.NewUser{Email: "cem@example.com", Name: "Cem", Role: "Customer Support"}, "", ""},
		{"a name and an address with space around", people.NewUser{Email: " dee@example.com ", Name: "  Dee\tDoe ", Role: "admin"}, "", ""},
		{"an unknown role", people.NewUser{Email: "x@example.com", Name: "X", Role: "boss"}, fault.Invalid, "role"},
		{"no role", people.NewUser{Email: "x@example.com", Name: "X"}, fault.Invalid, "role"},
		{"no name", people.NewUser{Email: "x@example.com", Name: " ", Role: "admin"}, fault.Invalid, "name"},
		{"a long name", people.NewUser{Email: "x@example.com", Name: strings.Repeat("x", 201), Role: "admin"}, fault.Invalid, "name"},
		{"no address", people.NewUser{Name: "X", Role: "admin"}, fault.Invalid, "email"},
		{"an address without host", people.NewUser{Email: "x@", Name: "X", Role: "admin"}, fault.Invalid, "email"},
		{"an address with a name", people.NewUser{Email: "X <x@example.com>", Name: "X", Role: "admin"}, fault.Invalid, "email"},
		{"two addresses", people.NewUser{Email: "x@example.com, y@example.com", Name: "X", Role: "admin"}, fault.Invalid, "email"},
		{"an address with a new line", people.NewUser{Email: "x@exam\r\nple.com", Name: "X", Role: "admin"}, fault.Invalid, "email"},
		{"a long address", people.NewUser{Email: "x@" + strings.Repeat("example.", 40) + "com", Name: "X", Role: "admin"}, fault.Invalid, "email"},
		{"an address somebody has", people.NewUser{Email: "BOB@example.com", Name: "X", Role: "admin"}, fault.Conflict, "email"},
		{"an address that only looks alike", people.NewUser{Email: "bób@example.com", Name: "X", Role: "admin"}, "", ""},
		{"no language", people.NewUser{Email: "x@example.com", Name: "X", Role: "admin", Locale: "not one"}, fault.Invalid, "locale"},
		{"no zone", people.NewUser{Email: "x@example.com", Name: "X", Role: "admin", Zone: "Local"}, fault.Invalid, "zone"},
	}
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		for _, tt := range tests {
			_, err := do(d, k.ann, func(tx *db.Tx) (people.User, error) { return people.AddUser(tx, tt.user) })
			mustertest.Refused(t, tt.name, err, tt.kind, tt.field)
			if tt.field == "role" && !strings.Contains(fault.Message(err), "admin, application-support, customer-support") {
				t.Errorf("%s: got %q, want the roles", tt.name, fault.Message(err))
			}
		}
		got := must(t, d, k.ann, func(tx *db.Tx) ([]people.User, error) { return people.Users(tx) })
		mustertest.WantNames(t, "the users, by name", mustertest.Names(got, func(u people.User) string { return u.Name }), "Bob", "Cem", "Dee Doe", "X")
		if got[1].Role != "customer-support" || got[2].Email != "dee@example.com" || !got[0].Active || got[0].HasPassword {
			t.Errorf("got %+v, want active users without passwords", got)
		}
	})
}

func TestUsersAreApart(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		o := k.other(t)
		bob := k.addUser(t, "bob@example.com", "admin")
		o.addUser(t, "bob@example.com", "admin") // the same address is another person there
		_, err := do(d, o.ann, func(tx *db.Tx) (people.User, error) { return people.FindUser(tx, bob.ID) })
		mustertest.Refused(t, "a user of another workspace", err, fault.NotFound, "")
		_, err = do(d, o.ann, func(tx *db.Tx) (people.User, error) {
			return people.ChangeUser(tx, bob.ID, people.UserChange{Name: new("Mine")})
		})
		mustertest.Refused(t, "changing a user of another workspace", err, fault.NotFound, "")
		theirs := must(t, d, o.ann, func(tx *db.Tx) (people.User, error) { return people.UserByEmail(tx, "BOB@Example.com") })
		if theirs.ID == bob.ID {
			t.Error("got the other workspace's user by address")
		}
	})
}

func TestChangeUser(t *testing.T) {
	tests := []struct {
		name   string
		change people.UserChange
		kind   fault.Kind
		field  string
	}{
		{"a name", people.UserChange{Name: new("Robert")}, "", ""},
		{"an address", people.UserChange{Email: new("robert@example.com")}, "", ""},
		{"an address somebody has", people.UserChange{Email: new("Cem@example.com")}, fault.Conflict, "email"},
		{"a role", people.UserChange{Role: new("Product Support")}, "", ""},
		{"no role", people.UserChange{Role: new("boss")}, fault.Invalid, "role"},
		{"a theme", people.UserChange{Theme: new("dark")}, "", ""},
		{"no theme", people.UserChange{Theme: new("pink")}, fault.Invalid, "theme"},
		{"a zone", people.UserChange{Zone: new("Europe/Berlin")}, "", ""},
		{"no zone", people.UserChange{Zone: new("Berlin")}, fault.Invalid, "zone"},
		{"a locale", people.UserChange{Locale: new("de")}, "", ""},
		{"whose tickets", people.UserChange{Organisations: &[]string{}}, "", ""},
		{"an old version", people.UserChange{Name: new("Rob"), Version: 1}, fault.Conflict, ""},
		{"nothing", people.UserChange{Name: new("Robert")}, "", ""},
	}
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		bob := k.addUser(t, "bob@example.com", "admin")
		k.addUser(t, "cem@example.com", "admin")
		for _, tt := range tests {
			_, err := do(d, k.ann, func(tx *db.Tx) (people.User, error) { return people.ChangeUser(tx, bob.ID, tt.change) })
			mustertest.Refused(t, tt.name, err, tt.kind, tt.field)
		}
		got := must(t, d, k.ann, func(tx *db.Tx) (people.User, error) { return people.FindUser(tx, bob.ID) })
		want := people.User{ID: bob.ID, Email: "robert@example.com", Name: "Robert", Role: "product-support", Organisations: []string{},
			Locale: "de", Zone: "Europe/Berlin", Theme: "dark", Active: true, HasPassword: true, CreatedAt: bob.CreatedAt, Version: 8}
		if asJSON(t, got) != asJSON(t, want) {
			t.Errorf("got %s, want %s", asJSON(t, got), asJSON(t, want))
		}
		log, bodies := k.log(t)
		mustertest.WantNames(t, "what happened", log, "user.added", "user.added", "user.changed", "user.changed", "user.changed", "user.changed",
			"user.changed", "user.changed", "user.changed")
		if !strings.Contains(bodies, `{"Field":"role","From":"admin","To":"product-support"}`) {
			t.Errorf("got %s, want what the role was and is", bodies)
		}
	})
}

func TestNobodyGivesMoreThanTheyHave(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		boss, manager := k.addUser(t, "boss@example.com", "admin"), k.addUser(t, "manager@example.com", "support-management")
		bob := k.addUser(t, "bob@example.com", "customer-support")
		acting := must(t, d, k.ann, func(tx *db.Tx) (access.Actor, error) { return people.ActorOf(tx, manager) })
		ctx := access.With(t.Context(), acting)
		add := func(role string) func(*db.Tx) error {
			return func(tx *db.Tx) error {
				_, err := people.AddUser(tx, people.NewUser{Email: "new-" + role + "@example.com", Name: "New", Role: role})
				return err
			}
		}
		change := func(id string, c people.UserChange) func(*db.Tx) error {
			return func(tx *db.Tx) error { _, err := people.ChangeUser(tx, id, c); return err }
		}
		token := func(n people.NewToken) func(*db.Tx) error {
			return func(tx *db.Tx) error { _, _, err := people.CreateToken(tx, n); return err }
		}
		tests := []struct {
			name string
			ctx  context.Context
			work func(*db.Tx) error
			want fault.Kind
		}{
			{"adding an agent with fewer rights", ctx, add("customer-support"), ""},
			{"adding an administrator", ctx, add("admin"), fault.Denied},
			{"promoting an agent to administrator", ctx, change(bob.ID, people.UserChange{Role: new("admin")}), fault.Denied},
			{"promoting oneself", ctx, change(manager.ID, people.UserChange{Role: new("admin")}), fault.Denied},
			{"renaming an administrator", ctx, change(boss.ID, people.UserChange{Email: new("mine@example.com")}), fault.Denied},
			{"an administrator's password", ctx, func(tx *db.Tx) error { return people.SetPassword(tx, boss.ID, "x") }, fault.Denied},
			{"a token of an administrator", ctx, token(people.NewToken{Name: "t", Role: "admin"}), fault.Denied},
			{"a token with a part of the rights", ctx,
				token(people.NewToken{Name: "t", Role: "admin", Scopes: []access.Right{access.TicketsRead}}), ""},
			{"a role with more rights", ctx, func(tx *db.Tx) error {
				return people.SaveRole(tx, people.Role{ID: "my-own", Name: "Mine", Rights: access.All()})
			}, fault.Denied},
			{"less of a role that has more rights", ctx, func(tx *db.Tx) error {
				return people.SaveRole(tx, people.Role{ID: "technical-operations", Name: "Less"})
			}, fault.Denied},
			{"the role with every right", k.ann, func(tx *db.Tx) error {
				return people.SaveRole(tx, people.Role{ID: "admin", Name: "Less", Rights: nil})
			}, fault.Invalid},
			{"anything, by who sees only a part", k.narrowed("o1"), add("customer-support"), fault.Denied},
			{"anything, without the right", k.as(access.PeopleRead), add("customer-support"), fault.Denied},
			{"an administrator who sees only a part", k.ann, change(boss.ID, people.UserChange{Organisations: &[]string{}}), fault.Invalid},
			{"somebody who sees only a part as an administrator", k.ann, func(tx *db.Tx) error {
				_, err := people.AddUser(tx, people.NewUser{Email: "part@example.com", Name: "Part", Role: "admin", Organisations: []string{}})
				return err
			}, fault.Invalid},
			{"an organisation that there is not", k.ann, change(bob.ID, people.UserChange{Organisations: &[]string{"nope"}}), fault.Invalid},
			{"the last administrator", k.ann, change(boss.ID, people.UserChange{Active: new(false)}), fault.Conflict},
			{"the last administrator's role", k.ann, change(boss.ID, people.UserChange{Role: new("customer-support")}), fault.Conflict},
		}
		for _, tt := range tests {
			mustertest.Refused(t, tt.name, d.Update(tt.ctx, tt.work), tt.want, "")
		}
		k.addUser(t, "second@example.com", "admin")
		mustertest.Refused(t, "an administrator who is not the last", d.Update(k.ann, change(boss.ID, people.UserChange{Active: new(false)})), "", "")
	})
}

func TestChangeOwn(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		bob := k.addUser(t, "bob@example.com", "customer-support")
		acting := access.Actor{Workspace: k.id, ID: bob.ID, Name: bob.Name, Kind: access.Human}
		bot := acting
		bot.Kind = access.Bot
		tests := []struct {
			name   string
			actor  access.Actor
			change people.UserChange
			want   fault.Kind
		}{
			{"the theme", acting, people.UserChange{Theme: new("light"), Zone: new("Europe/Rome"), Name: new("Bobby")}, ""},
			{"the role", acting, people.UserChange{Role: new("admin")}, fault.Denied},
			{"the address", acting, people.UserChange{Email: new("x@example.com")}, fault.Denied},
			{"whose tickets", acting, people.UserChange{Organisations: new([]string)}, fault.Denied},
			{"a program", bot, people.UserChange{Theme: new("light")}, fault.Denied},
			{"nobody", access.Nobody(k.id), people.UserChange{Theme: new("light")}, fault.Denied},
		}
		for _, tt := range tests {
			_, err := do(d, access.With(t.Context(), tt.actor), func(tx *db.Tx) (people.User, error) { return people.ChangeOwn(tx, tt.change) })
			mustertest.Refused(t, tt.name, err, tt.want, "")
		}
		got := must(t, d, k.ann, func(tx *db.Tx) (people.User, error) { return people.FindUser(tx, bob.ID) })
		if got.Theme != "light" || got.Zone != "Europe/Rome" || got.Name != "Bobby" || got.Role != "customer-support" {
			t.Errorf("got %+v, want the theme, zone and name changed", got)
		}
	})
}

func TestActorOf(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		mustertest.Do(t, d, k.ann, func(tx *db.Tx) error {
			return errors.Join(people.SaveRole(tx, people.Role{ID: "field-service", Name: "Field service", Reach: access.OwnTeams,
				Rights: []access.Right{access.TicketsWrite, access.TicketsRead, access.TicketsRead}, Kinds: []string{"request"}}),
				people.SaveRole(tx, people.Role{ID: "back-office", Name: "Back office", Reach: access.Everything, Rights: []access.Right{access.TicketsRead}}))
		})
		bob, cem, dee := k.addUser(t, "bob@example.com", "back-office"), k.addUser(t, "cem@example.com", "field-service"), k.addUser(t, "dee@example.com", "field-service")
		team := must(t, d, k.ann, func(tx *db.Tx) (people.Team, error) {
			team, err := people.AddTeam(tx, "North")
			return team, errors.Join(err, people.SetMembers(tx, team.ID, []string{bob.ID, cem.ID}))
		})
		bob = must(t, d, k.ann, func(tx *db.Tx) (people.User, error) {
			return people.ChangeUser(tx, bob.ID, people.UserChange{Organisations: &[]string{}})
		})
		some := []access.Right{access.TicketsRead, access.TicketsWrite}
		tests := []struct {
			name string
			user people.User
			want access.Actor
		}{
			{"who sees all teams' tickets, of no organisation", bob, access.Actor{Role: "back-office", Rights: []access.Right{access.TicketsRead}, Teams: []string{team.ID},
				Scope: access.Scope{Orgs: []string{}}}},
			{"who sees the own teams'", cem, access.Actor{Role: "field-service", Rights: some, Teams: []string{team.ID},
				Scope: access.Scope{Teams: []string{team.ID}, Kinds: []string{"request"}}}},
			{"who sees the own teams', and is in none", dee, access.Actor{Role: "field-service", Rights: some,
				Scope: access.Scope{Teams: []string{}, Kinds: []string{"request"}}}},
		}
		for _, tt := range tests {
			tt.want.Workspace, tt.want.ID, tt.want.Name, tt.want.Kind = k.id, tt.user.ID, tt.user.Name, access.Human
			got := must(t, d, k.ann, func(tx *db.Tx) (access.Actor, error) { return people.ActorOf(tx, tt.user) })
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%s: got %+v, want %+v", tt.name, got, tt.want)
			}
		}
		cem.Active = false
		_, err := do(d, k.ann, func(tx *db.Tx) (access.Actor, error) { return people.ActorOf(tx, cem) })
		mustertest.Refused(t, "who is not active", err, fault.Denied, "")
	})
}

func TestSaveRole(t *testing.T) {
	tests := []struct {
		name  string
		role  people.Role
		kind  fault.Kind
		field string
	}{
		{"a new role", people.Role{ID: "night-shift", Name: "Night shift", Rights: []access.Right{access.TicketsRead}}, "", ""},
		{"the same role with more rights", people.Role{ID: "night-shift", Name: "Night watch", Rights: []access.Right{access.TicketsRead, access.MailRead}}, "", ""},
		{"what was seen before that", people.Role{ID: "night-shift", Name: "Night guard", Version: 1}, fault.Conflict, ""},
		{"what is there now", people.Role{ID: "night-shift", Name: "Night watch", Rights: []access.Right{access.TicketsRead, access.MailRead}, Version: 2}, "", ""},
		{"a name that another role has", people.Role{ID: "night-two", Name: "NIGHT WATCH"}, fault.Conflict, "name"},
		{"an id with capitals", people.Role{ID: "Night", Name: "N"}, fault.Invalid, "id"},
		{"no name", people.Role{ID: "night-two"}, fault.Invalid, "name"},
		{"an unknown right", people.Role{ID: "night-two", Name: "N", Rights: []access.Right{"moon.fly"}}, fault.Invalid, "rights"},
		{"an unknown reach", people.Role{ID: "night-two", Name: "N", Reach: "some"}, fault.Invalid, "reach"},
	}
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		o := k.other(t)
		for _, tt := range tests {
			err := d.Update(k.ann, func(tx *db.Tx) error { return people.SaveRole(tx, tt.role) })
			mustertest.Refused(t, tt.name, err, tt.kind, tt.field)
		}
		got := must(t, d, k.ann, func(tx *db.Tx) (people.Role, error) { return people.FindRole(tx, "Night watch") })
		want := people.Role{ID: "night-shift", Name: "Night watch", Rights: []access.Right{access.MailRead, access.TicketsRead}, Reach: access.Everything, Version: 3}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		_, err := do(d, o.ann, func(tx *db.Tx) (people.Role, error) { return people.FindRole(tx, "night-shift") })
		mustertest.Refused(t, "a role of another workspace", err, fault.Invalid, "role")
		all := must(t, d, o.ann, func(tx *db.Tx) ([]people.Role, error) { return people.Roles(tx) })
		if len(all) != len(access.Roles()) || all[0].Name != "Administrator" || len(all[0].Rights) != len(access.All()) {
			t.Errorf("got %d roles, first %+v, want those of the beginning, by name", len(all), all[0])
		}
	})
}

func TestTeams(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		o := k.other(t)
		bob, cem := k.addUser(t, "bob@example.com", "admin"), k.addUser(t, "cem@example.com", "admin")
		theirs := o.addUser(t, "dee@example.com", "admin")
		north := must(t, d, k.ann, func(tx *db.Tx) (people.Team, error) { return people.AddTeam(tx, "North") })
		south := must(t, d, k.ann, func(tx *db.Tx) (people.Team, error) { return people.AddTeam(tx, "Süd") })
		members := func(ids ...string) func(*db.Tx) error {
			return func(tx *db.Tx) error { return people.SetMembers(tx, north.ID, ids) }
		}
		rename := func(id, name string) func(*db.Tx) error {
			return func(tx *db.Tx) error {
				_, err := people.ChangeTeam(tx, id, people.TeamChange{Name: &name})
				return err
			}
		}
		seen := func(version int64, name string) func(*db.Tx) error {
			return func(tx *db.Tx) error {
				_, err := people.ChangeTeam(tx, north.ID, people.TeamChange{Name: &name, Version: version})
				return err
			}
		}
		tests := []struct {
			name string
			ctx  context.Context
			work func(*db.Tx) error
			want fault.Kind
		}{
			{"two join", k.ann, members(bob.ID, cem.ID, cem.ID), ""},
			{"the same again", k.ann, members(cem.ID, bob.ID), ""},
			{"one leaves", k.ann, members(cem.ID), ""},
			{"a user of another workspace joins", k.ann, members(theirs.ID), fault.Invalid},
			{"a name that another team has", k.ann, rename(south.ID, "NORTH"), fault.Conflict},
			{"its own name otherwise capitalised", k.ann, rename(south.ID, "SÜD"), ""},
			{"a team of another workspace", o.ann, rename(north.ID, "Mine"), fault.NotFound},
			{"without the right", k.as(access.PeopleRead), rename(north.ID, "Mine"), fault.Denied},
			{"an empty name", k.ann, rename(north.ID, ""), fault.Invalid},
			{"by who has not seen that one left", k.ann, seen(2, "Far north"), fault.Conflict},
			{"by who has seen it", k.ann, seen(3, "NORTH"), ""},
		}
		for _, tt := range tests {
			mustertest.Refused(t, tt.name, d.Update(tt.ctx, tt.work), tt.want, "")
		}
		_, err := do(d, k.ann, func(tx *db.Tx) (people.Team, error) { return people.AddTeam(tx, "sud") })
		mustertest.Refused(t, "a second team of a name", err, fault.Conflict, "name")
		all := must(t, d, k.ann, func(tx *db.Tx) ([]people.Team, error) { return people.Teams(tx) })
		want := []people.Team{{ID: north.ID, Name: "NORTH", Members: []string{cem.ID}, Version: 4}, {ID: south.ID, Name: "SÜD", Version: 2}}
		if !reflect.DeepEqual(all, want) {
			t.Errorf("got %+v, want %+v", all, want)
		}
		got := must(t, d, k.ann, func(tx *db.Tx) (people.Team, error) { return people.TeamNamed(tx, "nORTH") })
		if !reflect.DeepEqual(got, want[0]) {
			t.Errorf("got %+v by name, want %+v", got, want[0])
		}
		log, bodies := k.log(t)
		mustertest.WantNames(t, "what happened", log[2:], "team.added", "team.added", "team.changed", "team.changed", "team.changed", "team.changed")
		if !strings.Contains(bodies, `"Left":["`+bob.ID+`"]`) {
			t.Errorf("got %s, want who left", bodies)
		}
	})
}

func TestRemoveRole(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		add := func(ctx context.Context, name string, rights ...access.Right) (people.Role, error) {
			return do(d, ctx, func(tx *db.Tx) (people.Role, error) {
				return people.AddRole(tx, people.Role{Name: name, Rights: rights})
			})
		}
		for name, id := range map[string]string{"Night Shift": "night-shift", "Ärzte & Co": "arzte-co", "24/7": "role-24-7", "New": "role-new", "夜勤": "role", strings.Repeat("long ", 30): strings.TrimSuffix(strings.Repeat("long-", 8), "-")} {
			if r, err := add(k.ann, name, access.TicketsRead); err != nil || r.ID != id {
				t.Errorf("the role %q is %q, %v; want %q", name, r.ID, err, id)
			}
		}
		_, err := add(k.ann, "night  shift")
		mustertest.Refused(t, "a name that is taken", err, fault.Conflict, "name")
		_, err = add(k.ann, "Customer-Support")
		mustertest.Refused(t, "a name that would be another role's id", err, fault.Conflict, "name")
		_, err = add(k.ann, "")
		mustertest.Refused(t, "no name", err, fault.Invalid, "name")
		lead := access.From(k.ann)
		lead.Rights = []access.Right{access.StaffManage, access.PeopleRead}
		as := access.With(k.ann, lead)
		_, err = add(as, "More than mine", access.Settings)
		mustertest.Refused(t, "a right that who adds it lacks", err, fault.Denied, "")

		k.addUser(t, "bob@example.com", "night-shift")
		must(t, d, k.ann, func(tx *db.Tx) (people.Token, error) {
			token, _, err := people.CreateToken(tx, people.NewToken{Name: "robot", Role: "arzte-co"})
			if err == nil {
				err = people.RevokeToken(tx, token.ID)
			}
			return token, err
		})
		for _, tt := range []struct {
			name string
			ctx  context.Context
			id   string
			kind fault.Kind
		}{
			{"one that an agent has", k.ann, "night-shift", fault.Conflict},
			{"one that a revoked token had", k.ann, "arzte-co", fault.Conflict},
			{"one that was there from the beginning", k.ann, "product-support", fault.Conflict},
			{"the one with every right", k.ann, "admin", fault.Conflict},
			{"one that is not there", k.ann, "nope", fault.NotFound},
			{"one with rights that the remover lacks", as, "role-new", fault.Denied},
			{"in another workspace", k.other(t).ann, "role-new", fault.NotFound},
			{"one that nobody has", k.ann, "role-new", ""},
			{"the same again", k.ann, "role-new", fault.NotFound},
		} {
			mustertest.Refused(t, tt.name, d.Update(tt.ctx, func(tx *db.Tx) error { return people.RemoveRole(tx, tt.id) }), tt.kind, "")
		}
	})
}

func TestUserNamed(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		k.addUser(t, "bob@example.com", "admin")
		k.addUser(t, "bób@example.com", "admin")
		tests := []struct{ what, named, want string }{ // want is an address; empty: nobody
			{"an agent by address", "BOB@example.com", "bob@example.com"},
			{"an agent by an address that only looks alike", "bób@example.com", "bób@example.com"},
			{"an agent by name", "Bob", "bob@example.com"},
			{"no agent", "b", ""},
		}
		for _, tt := range tests {
			got, err := do(d, k.ann, func(tx *db.Tx) (people.User, error) { return people.UserNamed(tx, tt.named) })
			if got.Email != tt.want || (tt.want == "") != fault.Is(err, fault.NotFound) {
				t.Errorf("%s: got %q and %v, want %q", tt.what, got.Email, err, tt.want)
			}
		}
	})
}
