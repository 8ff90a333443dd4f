package workspace_test

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/people"
	"muster/internal/workspace"
)

func ensure(t *testing.T, d *db.DB) workspace.Workspace {
	t.Helper()
	w, err := workspace.Ensure(t.Context(), d, "Acme Support")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestEnsureMakesOneWorkspaceWithItsRoles(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		event.NewBus(d, "n1")
		w := ensure(t, d)
		if w.Slug != "acme-support" || w.Name != "Acme Support" || w.Host != "" || !reflect.DeepEqual(w.Settings, workspace.Defaults()) {
			t.Errorf("got %+v, want the workspace of any host with the defaults", w)
		}
		again := ensure(t, d)
		if again.ID != w.ID || !again.CreatedAt.Equal(w.CreatedAt) {
			t.Errorf("got %+v the second time, want %+v again", again, w)
		}
		mustertest.See(t, d, mustertest.As(t, w.ID, "ann"), func(tx *db.Tx) error {
			roles, err := people.Roles(tx)
			if len(roles) != len(access.Roles()) {
				t.Errorf("got %d roles, want %d", len(roles), len(access.Roles()))
			}
			log, err2 := event.Log(tx, "", 10)
			if len(log) != 1 || log[0].Name != "workspace.added" || log[0].SubjectID != w.ID {
				t.Errorf("got the log %+v, want that the workspace was added", log)
			}
			if err == nil {
				err = err2
			}
			return err
		})
	})
}

func TestTwoNodesEnsureOneWorkspace(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		nodes := []*db.DB{mustertest.Open(t, url), mustertest.Open(t, url)}
		got := make([]workspace.Workspace, 8)
		var wg sync.WaitGroup
		for i := range got {
			wg.Go(func() {
				var err error
				// The nodes may even be told different names.
				if got[i], err = workspace.Ensure(t.Context(), nodes[i%2], "Acme "+strings.Repeat("x", i)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, w := range got {
			if w.ID != got[0].ID || w.Name != got[0].Name {
				t.Errorf("got the workspaces %q and %q, want one", w.Name, got[0].Name)
			}
		}
		all, err := workspace.All(t.Context(), nodes[0])
		if err != nil || len(all) != 1 {
			t.Errorf("got %d workspaces and %v, want one", len(all), err)
		}
		for _, d := range nodes {
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestCreate(t *testing.T) {
	tests := []struct {
		name  string
		new   workspace.New
		field string // that is wrong
		kind  fault.Kind
		slug  string
	}{
		{"a name makes the short name", workspace.New{Name: " Größe & Söhne! ", Host: "a.example.com"}, "", "", "grosse-sohne"},
		{"a name without letters still has a short name", workspace.New{Name: "€€", Host: "b.example.com"}, "", "", "workspace"},
		{"a workspace has a name", workspace.New{Name: "  ", Host: "c.example.com"}, "name", fault.Invalid, ""},
		{"a short name has no capitals", workspace.New{Name: "X", Slug: "Big", Host: "d.example.com"}, "slug", fault.Invalid, ""},
		{"a host is a host name", workspace.New{Name: "X", Host: "https://e.example.com/"}, "host", fault.Invalid, ""},
		{"a short name is taken once", workspace.New{Name: "X", Slug: "acme-support", Host: "f.example.com"}, "", fault.Conflict, "slug"},
		{"a host is taken once", workspace.New{Name: "X", Host: "A.example.com"}, "", fault.Conflict, "host"},
		{"one workspace answers on every host", workspace.New{Name: "X"}, "", fault.Conflict, "host"},
		{"settings are checked", workspace.New{Name: "X", Host: "g.example.com", Settings: workspace.Settings{Zone: "Mars/Base"}}, "zone", fault.Invalid, ""},
	}
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		ensure(t, d)
		for _, tt := range tests {
			w, err := workspace.Create(t.Context(), d, tt.new)
			if tt.kind == "" && err != nil || tt.kind != "" && !fault.Is(err, tt.kind) {
				t.Errorf("%s: got %v, want kind %q", tt.name, err, tt.kind)
			}
			if tt.field != "" && fault.Fields(err)[tt.field] == "" {
				t.Errorf("%s: got the fields %v, want %s", tt.name, fault.Fields(err), tt.field)
			}
			if tt.kind == "" && w.Slug != tt.slug {
				t.Errorf("%s: got the short name %q, want %q", tt.name, w.Slug, tt.slug)
			}
		}
	})
}

func TestByHost(t *testing.T) {
	tests := []struct{ name, host, want string }{
		{"the exact host", "desk.example.com", "Desk"},
		{"a port does not count", "desk.example.com:8080", "Desk"},
		{"nor do capitals and a final dot", "DESK.example.com.", "Desk"},
		{"any other host is that of the one without", "other.example.com", "Acme Support"},
		{"a name within a name is another", "x.desk.example.com", "Acme Support"},
		{"an address", "[::1]:8080", "Acme Support"},
		{"no host", "", "Acme Support"},
	}
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		if _, err := workspace.Create(t.Context(), d, workspace.New{Name: "Desk", Host: "desk.example.com"}); err != nil {
			t.Fatal(err)
		}
		if _, err := workspace.ByHost(t.Context(), d, "other.example.com"); !fault.Is(err, fault.NotFound) {
			t.Errorf("got %v for a host that nobody has, want not found", err)
		}
		if _, err := workspace.Create(t.Context(), d, workspace.New{Name: "Acme Support"}); err != nil {
			t.Fatal(err)
		}
		for _, tt := range tests {
			w, err := workspace.ByHost(t.Context(), d, tt.host)
			if err != nil || w.Name != tt.want {
				t.Errorf("%s: got %q and %v, want %q", tt.name, w.Name, err, tt.want)
			}
		}
		w, err := workspace.BySlug(t.Context(), d, "desk")
		if err != nil || w.Name != "Desk" {
			t.Errorf("got %q and %v by short name, want Desk", w.Name, err)
		}
		if _, err := workspace.BySlug(t.Context(), d, "nobody"); !fault.Is(err, fault.NotFound) {
			t.Errorf("got %v for a short name that nobody has, want not found", err)
		}
	})
}

func TestHostsForgetAfterSeconds(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := ensure(t, d)
		hosts := workspace.NewHosts(d)
		name := func() string {
			w, err := hosts.Find(t.Context(), "any.example.com")
			if err != nil {
				t.Error(err)
			}
			return w.Name
		}
		before := name()
		mustertest.Do(t, d, mustertest.As(t, w.ID, "ann"), func(tx *db.Tx) error {
			_, err := workspace.Change(tx, workspace.Changes{Name: new("Renamed")})
			return err
		})
		at := name()
		time.Sleep(5 * time.Second)
		if after := name(); before != "Acme Support" || at != before || after != "Renamed" {
			t.Errorf("got %q, %q and after a while %q, want the old name twice and then the new one", before, at, after)
		}
	})
}

func TestChange(t *testing.T) {
	with := func(f func(*workspace.Settings)) *workspace.Settings {
		s := workspace.Defaults()
		f(&s)
		return &s
	}
	tests := []struct {
		name    string
		changes workspace.Changes
		field   string // that is wrong
	}{
		{"a name", workspace.Changes{Name: new("New")}, ""},
		{"an empty name", workspace.Changes{Name: new(" ")}, "name"},
		{"a host", workspace.Changes{Host: new("Desk.example.com:443")}, ""},
		{"a host with a blank", workspace.Changes{Host: new("desk example")}, "host"},
		{"no reopening at all", workspace.Changes{Settings: with(func(s *workspace.Settings) { s.ReopenDays = 0 })}, ""},
		{"reopening after the end of days", workspace.Changes{Settings: with(func(s *workspace.Settings) { s.ReopenDays = 366 })}, "reopenDays"},
		{"a hue around the circle", workspace.Changes{Settings: with(func(s *workspace.Settings) { s.BrandHue = 360 })}, "brandHue"},
		{"a language", workspace.Changes{Settings: with(func(s *workspace.Settings) { s.Locale = "de-CH" })}, ""},
		{"no language", workspace.Changes{Settings: with(func(s *workspace.Settings) { s.Locale = "not a language" })}, "locale"},
		{"a zone", workspace.Changes{Settings: with(func(s *workspace.Settings) { s.Zone = "Europe/Berlin" })}, ""},
		{"the zone of the machine", workspace.Changes{Settings: with(func(s *workspace.Settings) { s.Zone = "Local" })}, "zone"},
		{"a priority of its own", workspace.Changes{Settings: with(func(s *workspace.Settings) { s.Matrix = map[string]int{"high/low": 1} })}, ""},
		{"a priority that is none", workspace.Changes{Settings: with(func(s *workspace.Settings) { s.Matrix = map[string]int{"high/low": 5} })}, "matrix"},
		{"an impact that is none", workspace.Changes{Settings: with(func(s *workspace.Settings) { s.Matrix = map[string]int{"huge/low": 1} })}, "matrix"},
	}
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := ensure(t, d)
		for _, tt := range tests {
			err := d.Update(mustertest.As(t, w.ID, "ann"), func(tx *db.Tx) error {
				if _, err := workspace.Current(tx); err != nil {
					return err
				}
				changed, err := workspace.Change(tx, tt.changes)
				if err != nil {
					return err
				}
				current, err := workspace.Current(tx)
				if !reflect.DeepEqual(current, changed) {
					t.Errorf("%s: got %+v in the same work, want %+v", tt.name, current, changed)
				}
				return err
			})
			if (err != nil) != (tt.field != "") || tt.field != "" && fault.Fields(err)[tt.field] == "" {
				t.Errorf("%s: got %v about %v, want the field %q", tt.name, err, fault.Fields(err), tt.field)
			}
		}
		mustertest.See(t, d, mustertest.As(t, w.ID, "ann"), func(tx *db.Tx) error {
			got, err := workspace.Current(tx)
			if got.Name != "New" || got.Host != "desk.example.com" || got.Settings.Matrix["high/low"] != 1 || got.Version != 7 {
				t.Errorf("got %+v, want what was changed, six times", got)
			}
			return err
		})
	})
}

func TestChangeIsRefused(t *testing.T) {
	reader := func(ctx context.Context) context.Context {
		a := access.From(ctx)
		a.Rights = []access.Right{access.TicketsRead}
		return access.With(ctx, a)
	}
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := ensure(t, d)
		other, err := workspace.Create(t.Context(), d, workspace.New{Name: "Other", Host: "other.example.com"})
		if err != nil {
			t.Fatal(err)
		}
		ann := mustertest.As(t, w.ID, "ann")
		tests := []struct {
			name    string
			ctx     context.Context
			changes workspace.Changes
			want    fault.Kind
		}{
			{"to who lacks the right", reader(ann), workspace.Changes{Name: new("X")}, fault.Denied},
			{"to who has not seen the newest", ann, workspace.Changes{Name: new("X"), Version: 9}, fault.Conflict},
			{"a host that another has", mustertest.As(t, other.ID, "bob"), workspace.Changes{Host: new("")}, fault.Conflict},
		}
		for _, tt := range tests {
			err := d.Update(tt.ctx, func(tx *db.Tx) error { _, err := workspace.Change(tx, tt.changes); return err })
			if !fault.Is(err, tt.want) {
				t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
			}
		}
		for ctx, want := range map[context.Context]string{reader(ann): "Acme Support", mustertest.As(t, other.ID, "bob"): "Other",
			access.With(t.Context(), access.Nobody(w.ID)): "Acme Support"} {
			mustertest.See(t, d, ctx, func(tx *db.Tx) error {
				got, err := workspace.Current(tx)
				if got.Name != want {
					t.Errorf("%v is in %q, want %q", access.From(ctx).Name, got.Name, want)
				}
				return err
			})
		}
		if err := d.View(t.Context(), func(tx *db.Tx) error { _, err := workspace.Current(tx); return err }); !fault.Is(err, fault.Denied) {
			t.Errorf("got %v outside of any workspace, want denied", err)
		}
	})
}

func TestSettingsHaveDefaultsForMissingKeys(t *testing.T) {
	tests := []struct {
		name, stored string
		want         func(*workspace.Settings)
	}{
		{"nothing is stored", `{}`, func(*workspace.Settings) {}},
		{"one key is stored", `{"brandHue":20}`, func(s *workspace.Settings) { s.BrandHue = 20 }},
		{"none at all is not the default", `{"undoSeconds":0,"reopenDays":0}`, func(s *workspace.Settings) { s.UndoSeconds, s.ReopenDays = 0, 0 }},
		{"an empty zone is no zone", `{"zone":"","locale":""}`, func(*workspace.Settings) {}},
		{"unknown keys are no matter", `{"later":1}`, func(*workspace.Settings) {}},
	}
	for _, tt := range tests {
		want := workspace.Defaults()
		tt.want(&want)
		var got workspace.Settings
		if err := json.Unmarshal([]byte(tt.stored), &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v and %v, want %+v", tt.name, got, err, want)
		}
	}
}

// What comes with a workspace is made with it, or there is none.
func TestCreateWithMore(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		ensure(t, d)
		var acted access.Actor
		w, err := workspace.Create(t.Context(), d, workspace.New{Name: "More", Host: "more.example.com"}, func(tx *db.Tx) error { acted = tx.Actor; return nil })
		if err != nil || acted.Workspace != w.ID || acted.Kind != access.Muster {
			t.Errorf("got %v, done as %+v; want it done as Muster in %s", err, acted, w.ID)
		}
		refusal := fault.Field("email", "No.")
		if _, err := workspace.Create(t.Context(), d, workspace.New{Name: "Less", Host: "less.example.com"}, func(*db.Tx) error { return refusal }); fault.Fields(err)["email"] == "" {
			t.Errorf("got %v, want what was refused", err)
		}
		if all, err := workspace.All(t.Context(), d); err != nil || len(all) != 2 {
			t.Errorf("there are %d workspaces, %v; want the first and More", len(all), err)
		}
	})
}
