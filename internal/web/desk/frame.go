package desk

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/mailbox"
	"muster/internal/notify"
	"muster/internal/people"
	"muster/internal/routing"
	"muster/internal/ticket"
	"muster/internal/web/ui"
	"muster/internal/workspace"
)

// Signed lets those in who have signed in, with the frame that all their pages
// stand in; others are asked to sign in.
func (s *Screens) Signed(next http.Handler) http.Handler {
	return ui.Handler(func(w http.ResponseWriter, r *http.Request) error {
		user, ok := people.SignedIn(r.Context())
		if !ok {
			return askToSignIn(w, r)
		}
		if !wantsPage(r) {
			next.ServeHTTP(w, r)
			return nil
		}
		f, err := s.frame(r, user)
		if err != nil {
			return err
		}
		next.ServeHTTP(w, r.WithContext(ui.WithFrame(r.Context(), f)))
		return nil
	})
}

// wantsPage reports whether the answer stands in a frame: streams and files do not.
func wantsPage(r *http.Request) bool {
	return r.URL.Path != "/live" && r.URL.Path != "/presence" && !strings.HasPrefix(r.URL.Path, "/attachments/")
}

// frame draws the rail: the reader, the queues and their kept counts.
func (s *Screens) frame(r *http.Request, user people.User) (ui.Frame, error) {
	w := workspace.From(r.Context())
	f := ui.Frame{
		Workspace: ui.Workspace{Name: w.Name, Hue: w.Settings.BrandHue}, Me: me(r.Context(), user, w),
		Menu:   ui.Menu{ID: "me", Action: "/sign-out", Items: []ui.MenuItem{{Text: "Your account", Icon: "user", Href: "/settings/account"}, {Text: "Your notices", Icon: "bell", Href: "/settings/notifications"}, {Text: "Sign out", Icon: "out"}}},
		Search: "/search", Live: "/live", Now: time.Now(), Path: r.URL.RequestURI(),
	}
	f.Flash = s.takeFlash(r.Context())
	s.Router.Seen(r.Context())
	err := s.DB.View(r.Context(), func(tx *db.Tx) error {
		here, err := routing.OwnState(tx)
		if err != nil {
			return err
		}
		f.Me.Presence = string(here)
		if !tx.May(access.TicketsRead) {
			return nil
		}
		counts, err := ticket.Count(tx)
		if err != nil {
			return err
		}
		if f.Rail, err = rail(tx, r.URL.Path, counts); err != nil {
			return err
		}
		unread, err := notify.Unread(tx)
		if err != nil {
			return err
		}
		f.Rail = slices.Insert(f.Rail, 1, ui.RailItem{Href: "/inbox", Icon: "bell", Text: "Notices", Count: int(unread), Current: r.URL.Path == "/inbox", Key: "n", Near: true})
		f.Foot, err = foot(tx, r.URL.Path)
		return err
	})
	return f, err
}

func me(ctx context.Context, u people.User, w workspace.Workspace) ui.Me {
	a := access.From(ctx)
	m := ui.Me{ID: u.ID, Name: u.Name, Initials: initials(u.Name), Hue: ui.Hue(u.ID), Theme: u.Theme, Locale: u.Locale,
		Rights: func(right string) bool { return a.May(access.Right(right)) }}
	if m.Locale == "" {
		m.Locale = w.Settings.Locale
	}
	zone := u.Zone
	if zone == "" {
		zone = w.Settings.Zone
	}
	if at, err := time.LoadLocation(zone); err == nil {
		m.Zone = at
	}
	return m
}

func rail(tx *db.Tx, path string, c ticket.Counts) ([]ui.RailItem, error) {
	item := func(href, icon, text string, n int64, key string) ui.RailItem {
		return ui.RailItem{Href: href, Icon: icon, Text: text, Count: int(n), Current: path == href, Key: key}
	}
	items := []ui.RailItem{
		item("/queues/mine", "inbox", "My work", c.Mine, "m"),
		item("/queues/teams", "users", "My teams", c.Teams, "t"),
		item("/queues/unassigned", "user", "Unassigned", c.Unassigned, "u"),
		item("/queues/open", "queue", "All open", c.Open, "q"),
	}
	items[0].Near, items[3].Near = true, true // the others are tabs of these
	teams, err := visibleTeams(tx)
	if err != nil {
		return nil, err
	}
	for _, t := range teams {
		sub := item("/queues/team-"+t.ID, "", t.Name, c.ByTeam[t.ID], "")
		sub.Sub = true
		items = append(items, sub)
	}
	items = append(items, item("/queues/waiting", "st-waiting", "Waiting", c.Waiting, "w"), item("/queues/done", "st-done", "Done", 0, "d"))
	if tx.May(access.TicketsRemove) {
		items = append(items, item("/queues/spam", "shield", "Spam", c.Spam, ""), item("/queues/trash", "x", "Trash", c.Trash, ""))
	}
	return items, nil
}

// visibleTeams are the teams whose queues the actor can see.
func visibleTeams(tx *db.Tx) ([]people.Team, error) {
	if !tx.May(access.PeopleRead) {
		return nil, nil
	}
	all, err := people.Teams(tx)
	if err != nil || tx.Scope.Teams == nil {
		return all, err
	}
	return slices.DeleteFunc(all, func(t people.Team) bool { return !slices.Contains(tx.Scope.Teams, t.ID) }), nil
}

// foot tells whether every mail is accounted for.
func foot(tx *db.Tx, path string) ([]ui.RailItem, error) {
	var items []ui.RailItem
	if tx.May(access.FiguresRead) {
		items = append(items, ui.RailItem{Href: "/reports/support", Icon: "chart", Text: "Boards", Current: strings.HasPrefix(path, "/reports"), Key: "b", Near: true})
	}
	if tx.May(access.MailRead) {
		s, err := mailbox.Summary(tx)
		if err != nil {
			return nil, err
		}
		item := ui.RailItem{Href: "/mail", Icon: "mail", Text: fmt.Sprintf("%d in · %d lost", s.Received, s.Unaccounted), Current: path == "/mail", Key: "c"}
		item.Count, item.Bad = int(s.Unaccounted), s.Unaccounted != 0
		if held := s.Outcomes[mailbox.Quarantined] + s.Outcomes[mailbox.Failed]; tx.May(access.MailManage) { // whoever can do something about it
			item.Count, item.Bad = int(max(held, s.Unaccounted)), item.Bad || s.Outcomes[mailbox.Failed] > 0
		}
		items = append(items, item)
	}
	items = append(items, ui.RailItem{Href: "/settings", Icon: "sliders", Text: "Settings", Current: strings.HasPrefix(path, "/settings"), Key: "s"})
	return items, nil
}
