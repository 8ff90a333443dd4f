package route

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"muster/internal/calendar"
	"muster/internal/db"
	"muster/internal/people"
	"muster/internal/routing"
	"muster/internal/web/admin/hours"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
	"muster/internal/workspace"
)

func (s *Screens) showShifts(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Shifts")
	v.Tabs = routingTabs("/settings/shifts")
	v.Actions = []ui.Button{{Text: "New shift", Icon: "plus", Is: "main", Href: "/settings/shifts/new"}}
	return s.See(w, r, &v, func(tx *db.Tx) error {
		if err := mayRoute(r); err != nil {
			return err
		}
		all, err := routing.Shifts(tx)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			v.Parts = []ui.Part{ui.Empty{Icon: "calendar", Title: "No shift yet", Text: "Who is on no shift may be given work at any time.", Next: "Say who works when.", Actions: v.Actions}}
			return nil
		}
		names, err := people.NamesOf(tx, nil, nil)
		v.Parts = []ui.Part{shiftWeek(all, names.Users)}
		return err
	})
}

// shiftWeek draws the shifts, each by the clock of its own zone.
func shiftWeek(all []routing.Shift, users map[string]string) ui.Week {
	week := ui.Week{Caption: "Shifts", Days: []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}}
	for _, shift := range all {
		var who, worked []string
		for _, id := range shift.Members {
			who = append(who, cmp.Or(users[id], "somebody"))
		}
		for _, d := range calendar.Days() {
			if len(shift.Week[d]) > 0 {
				worked = append(worked, string(d)+" "+hours.Text(shift.Week[d]))
			}
		}
		row := ui.WeekRow{Text: shift.Name, Href: "/settings/shifts/" + shift.ID, Hint: cmp.Or(strings.Join(who, ", "), "Nobody yet") + " · " + shift.Zone,
			Words: strings.Join(worked, "; "), Bars: hours.Bars(shift.Week)}
		week.Rows = append(week.Rows, row)
	}
	return week
}

func (s *Screens) showShift(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "New shift")
	return s.See(w, r, &v, func(tx *db.Tx) error { return s.fillShift(tx, r, &v) })
}

func (s *Screens) fillShift(tx *db.Tx, r *http.Request, v *sheet.Sheet) error {
	v.Back = "/settings/shifts"
	if err := mayRoute(r); err != nil {
		return err
	}
	id := r.PathValue("id")
	shift := routing.Shift{Zone: workspace.From(r.Context()).Settings.Zone}
	if id != "new" {
		var err error
		if shift, err = routing.FindShift(tx, id); err != nil {
			return err
		}
		v.Title, v.Heading1 = shift.Name, shift.Name
		v.Actions = []ui.Button{{Text: "Remove", Icon: "x", Is: "bad", Action: "/settings/shifts/" + id + "/remove"}}
	}
	users, err := people.Users(tx)
	if err != nil {
		return err
	}
	if id != "new" {
		names, err := people.NamesOf(tx, nil, nil)
		if err != nil {
			return err
		}
		v.Parts = []ui.Part{shiftWeek([]routing.Shift{shift}, names.Users)}
	}
	v.Forms = []ui.Form{shiftForm(id, shift, users)}
	return nil
}

func shiftForm(id string, shift routing.Shift, users []people.User) ui.Form {
	form := ui.Form{Action: "/settings/shifts/" + id, Send: ui.Button{Text: "Keep"}, Fields: []ui.Field{
		{Name: "version", Kind: ui.Hidden, Value: strconv.FormatInt(shift.Version, 10)},
		{Name: "name", Label: "Name", Value: shift.Name, Required: true, Placeholder: "Night"},
		{Name: "zone", Label: "Time zone", Value: shift.Zone, Required: true, Placeholder: "Europe/Berlin"}}}
	for _, d := range calendar.Days() {
		f := ui.Field{Name: string(d), Label: strings.ToUpper(string(d[:1])) + string(d[1:]), Value: hours.Text(shift.Week[d]), Placeholder: "off"}
		if d == calendar.Monday {
			f.Hint = "Such as 06:00-14:00, or 22:00-06:00 for a night that ends on the next day. Empty: off."
		}
		form.Fields = append(form.Fields, f)
	}
	var options []ui.Option
	for _, u := range users {
		if u.Active || slices.Contains(shift.Members, u.ID) {
			options = append(options, ui.Option{Value: u.ID, Text: u.Name})
		}
	}
	form.Fields = append(form.Fields, ui.Field{Name: "members", Label: "Who works it", Kind: ui.Checks, Values: shift.Members, Options: options})
	return form
}

func (s *Screens) saveShift(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	f := r.PostForm
	shift := routing.Shift{Name: f.Get("name"), Zone: f.Get("zone"), Members: f["members"]}
	if id := r.PathValue("id"); id != "new" {
		shift.ID = id
		shift.Version, _ = strconv.ParseInt(f.Get("version"), 10, 64) // nobody but who changes the form sends another
	}
	var err error
	if shift.Week, err = hours.Week(f); err == nil {
		err = s.DB.Update(r.Context(), func(tx *db.Tx) error { _, err := routing.SetShift(tx, shift); return err })
	}
	if err != nil {
		return s.Refuse(w, r, hours.OnDay(err, "Say when the shift works: it has no hours yet."), func(tx *db.Tx, v *sheet.Sheet) error { return s.fillShift(tx, r, v) })
	}
	return s.Did(w, r, "/settings/shifts", "Kept.")
}

func (s *Screens) removeShift(w http.ResponseWriter, r *http.Request) error {
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return routing.RemoveShift(tx, r.PathValue("id")) }); err != nil {
		return err
	}
	return s.Did(w, r, "/settings/shifts", "Removed.")
}
