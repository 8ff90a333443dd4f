package admin

import (
	"net/http"
	"strconv"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
	"muster/internal/workspace"
)

func (s *Screens) showAccount(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Your account")
	return s.See(w, r, &v, func(tx *db.Tx) error { return fillAccount(r, &v) })
}

func fillAccount(r *http.Request, v *sheet.Sheet) error {
	u, ok := people.SignedIn(r.Context())
	if !ok {
		return fault.New(fault.Denied, "Sign in first.")
	}
	v.Hint = u.Email
	v.Forms = []ui.Form{
		{Action: "/settings/account", Send: ui.Button{Text: "Keep"}, Fields: []ui.Field{
			{Name: "name", Label: "Name", Value: u.Name, Required: true},
			{Name: "locale", Label: "Language", Value: u.Locale, Placeholder: "en-GB", Hint: "Such as en-GB or de-DE. Empty: the workspace's."},
			{Name: "zone", Label: "Time zone", Value: u.Zone, Placeholder: "Europe/Berlin", Hint: "Empty: the workspace's."},
			{Name: "theme", Label: "Light or dark", Kind: ui.Select, Value: u.Theme, Options: []ui.Option{{Text: "As the system"}, {Value: "light", Text: "Light"}, {Value: "dark", Text: "Dark"}}},
		}},
		{ID: "password", Action: "/settings/account/password", Send: ui.Button{Text: "Change the password", Is: "bare"}, Fields: []ui.Field{
			{Name: "old", Label: "Password now", Kind: ui.Password, Auto: "current-password", Required: true},
			{Name: "password", Label: "New password", Kind: ui.Password, Auto: "new-password", Required: true, Hint: "All your sessions end, this one too."},
		}},
	}
	return nil
}

func (s *Screens) saveAccount(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	f := r.PostForm
	name, locale, zone, theme := f.Get("name"), f.Get("locale"), f.Get("zone"), f.Get("theme")
	err := s.DB.Update(r.Context(), func(tx *db.Tx) error {
		_, err := people.ChangeOwn(tx, people.UserChange{Name: &name, Locale: &locale, Zone: &zone, Theme: &theme})
		return err
	})
	if err != nil {
		return s.Refuse(w, r, err, func(_ *db.Tx, v *sheet.Sheet) error { return fillAccount(r, v) })
	}
	return s.Did(w, r, "/settings/account", "Kept.")
}

func (s *Screens) savePassword(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	if err := s.keepPassword(r); err != nil {
		return s.RefuseForm(w, r, 1, err, func(_ *db.Tx, v *sheet.Sheet) error { return fillAccount(r, v) })
	}
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return nil
}

// keepPassword takes a new password from who knows the old one, not from who finds a screen unlocked.
func (s *Screens) keepPassword(r *http.Request) error {
	err := s.Gate.Confirm(r.Context(), r.PostForm.Get("old"), r.RemoteAddr)
	if fault.Is(err, fault.Denied) {
		return fault.Field("old", "This is not your password.")
	}
	if err != nil {
		return err
	}
	hash, err := s.Hasher.Hash(r.Context(), r.PostForm.Get("password"))
	if err != nil {
		return err
	}
	return s.DB.Update(r.Context(), func(tx *db.Tx) error { return people.SetOwnPassword(tx, hash) })
}

func (s *Screens) showWorkspace(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Workspace")
	return s.See(w, r, &v, func(tx *db.Tx) error { return fillWorkspace(tx, &v) })
}

func fillWorkspace(tx *db.Tx, v *sheet.Sheet) error {
	if err := tx.Must(access.Settings); err != nil {
		return err
	}
	ws, err := workspace.Current(tx)
	v.Forms = []ui.Form{{Action: "/settings/workspace", Send: ui.Button{Text: "Keep"}, Fields: []ui.Field{
		{Name: "name", Label: "Name", Value: ws.Name, Required: true},
		{Name: "reopenDays", Label: "A customer's answer reopens a ticket within", Kind: ui.Number, Min: "0", Value: strconv.Itoa(ws.Settings.ReopenDays), Unit: "days", Hint: "After that it begins a new ticket, linked to the old one."},
		{Name: "undoSeconds", Label: "A reply can be taken back for", Kind: ui.Number, Min: "0", Value: strconv.Itoa(ws.Settings.UndoSeconds), Unit: "s"},
		{Name: "brandHue", Label: "Hue of the accent colour", Kind: ui.Number, Min: "0", Max: "359", Value: strconv.Itoa(ws.Settings.BrandHue), Unit: "°"},
		{Name: "locale", Label: "Language", Value: ws.Settings.Locale},
		{Name: "zone", Label: "Time zone", Value: ws.Settings.Zone},
	}}}
	return err
}

func (s *Screens) saveWorkspace(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	err := s.keepWorkspace(r)
	if err != nil {
		return s.Refuse(w, r, err, fillWorkspace)
	}
	return s.Did(w, r, "/settings/workspace", "Kept.")
}

func (s *Screens) keepWorkspace(r *http.Request) error {
	f := r.PostForm
	whole := func(name, label string) (int, error) {
		n, err := strconv.Atoi(f.Get(name))
		if err != nil {
			return 0, fault.Field(name, "%s must be a whole number, not %q.", label, f.Get(name))
		}
		return n, nil
	}
	reopen, err1 := whole("reopenDays", "The number of days")
	undo, err2 := whole("undoSeconds", "The number of seconds")
	hue, err3 := whole("brandHue", "The hue")
	if err := fault.Join(err1, err2, err3); err != nil {
		return err
	}
	return s.DB.Update(r.Context(), func(tx *db.Tx) error {
		ws, err := workspace.Current(tx)
		if err != nil {
			return err
		}
		name, set := f.Get("name"), ws.Settings
		set.ReopenDays, set.UndoSeconds, set.BrandHue, set.Locale, set.Zone = reopen, undo, hue, f.Get("locale"), f.Get("zone")
		_, err = workspace.Change(tx, workspace.Changes{Name: &name, Settings: &set})
		return err
	})
}
