package admin

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"muster/internal/calendar"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/routing"
	"muster/internal/web/ui"
	"muster/internal/workspace"
)

func (s *Screens) showShifts(w http.ResponseWriter, r *http.Request) error {
	v := newSheet(r, "Shifts")
	v.Tabs = routingTabs("/settings/shifts")
	v.Actions = []ui.Button{{Text: "New shift", Icon: "plus", Is: "main", Href: "/settings/shifts/new"}}
	return s.see(w, r, &v, func(tx *db.Tx) error {
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
		var who, hours []string
		for _, id := range shift.Members {
			who = append(who, cmp.Or(users[id], "somebody"))
		}
		for _, d := range calendar.Days() {
			if len(shift.Week[d]) > 0 {
				hours = append(hours, string(d)+" "+hoursText(shift.Week[d]))
			}
		}
		row := ui.WeekRow{Text: shift.Name, Href: "/settings/shifts/" + shift.ID, Hint: cmp.Or(strings.Join(who, ", "), "Nobody yet") + " · " + shift.Zone,
			Words: strings.Join(hours, "; "), Bars: weekBars(shift.Week)}
		week.Rows = append(week.Rows, row)
	}
	return week
}

const dayMinutes = 24 * 60

// weekBars are the periods of a week; what crosses from Sunday to Monday is drawn at both ends.
func weekBars(week calendar.Week) []ui.WeekBar {
	var bars []ui.WeekBar
	for i, d := range calendar.Days() {
		for _, h := range week[d] {
			from, to := i*dayMinutes+minutesOf(h.Open), i*dayMinutes+minutesOf(h.Close)
			if to <= from {
				to += dayMinutes
			}
			title := fmt.Sprintf("%s %s–%s", d, h.Open, h.Close)
			if over := to - 7*dayMinutes; over > 0 {
				bars = append(bars, ui.WeekBar{From: 0, To: over, Title: title})
				to = 7 * dayMinutes
			}
			bars = append(bars, ui.WeekBar{From: from, To: to, Title: title})
		}
	}
	return bars
}

func minutesOf(t calendar.TimeOfDay) int {
	hour, minute, _ := strings.Cut(string(t), ":")
	h, _ := strconv.Atoi(hour) // checked when it was kept
	m, _ := strconv.Atoi(minute)
	return h*60 + m
}

// hoursText writes periods as they are typed: 09:00-12:00, 13:00-17:00.
func hoursText(hours []calendar.Hours) string {
	var all []string
	for _, h := range hours {
		all = append(all, string(h.Open)+"-"+string(h.Close))
	}
	return strings.Join(all, ", ")
}

// readHours reads what was typed; each side is checked by the calendar.
func readHours(typed string) []calendar.Hours {
	var all []calendar.Hours
	for _, part := range listed(strings.ReplaceAll(typed, "–", "-")) {
		open, shut, _ := strings.Cut(part, "-")
		all = append(all, calendar.Hours{Open: timeOfDay(open), Close: timeOfDay(shut)})
	}
	return all
}

// timeOfDay takes 9 and 9:30 for 09:00 and 09:30.
func timeOfDay(s string) calendar.TimeOfDay {
	hour, minute, ok := strings.Cut(strings.TrimSpace(s), ":")
	if !ok {
		minute = "00"
	}
	if len(hour) == 1 {
		hour = "0" + hour
	}
	return calendar.TimeOfDay(hour + ":" + minute)
}

func (s *Screens) showShift(w http.ResponseWriter, r *http.Request) error {
	v := newSheet(r, "New shift")
	return s.see(w, r, &v, func(tx *db.Tx) error { return s.fillShift(tx, r, &v) })
}

func (s *Screens) fillShift(tx *db.Tx, r *http.Request, v *sheet) error {
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
		f := ui.Field{Name: string(d), Label: strings.ToUpper(string(d[:1])) + string(d[1:]), Value: hoursText(shift.Week[d]), Placeholder: "off"}
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
	if err := parse(r); err != nil {
		return err
	}
	f := r.PostForm
	shift := routing.Shift{Name: f.Get("name"), Zone: f.Get("zone"), Members: f["members"], Week: calendar.Week{}}
	if id := r.PathValue("id"); id != "new" {
		shift.ID = id
		shift.Version, _ = strconv.ParseInt(f.Get("version"), 10, 64) // nobody but who changes the form sends another
	}
	for _, d := range calendar.Days() {
		if hours := readHours(f.Get(string(d))); len(hours) > 0 {
			shift.Week[d] = hours
		}
	}
	err := s.DB.Update(r.Context(), func(tx *db.Tx) error { _, err := routing.SetShift(tx, shift); return err })
	if err != nil {
		return s.refuse(w, r, onDay(err, "Say when the shift works: it has no hours yet."), func(tx *db.Tx, v *sheet) error { return s.fillShift(tx, r, v) })
	}
	return s.did(w, r, "/settings/shifts", "Kept.")
}

// onDay puts what is wrong with a week beside the day that it is about, and what is wrong with all of it beside the first.
func onDay(err error, never string) error {
	wrong := fault.Fields(err)["week"]
	if wrong == "" {
		return err
	}
	for _, d := range calendar.Days() {
		if strings.Contains(wrong, strconv.Quote(string(d))) {
			return fault.Field(string(d), "%s", wrong)
		}
	}
	return fault.Field(string(calendar.Monday), "%s", never)
}

func (s *Screens) removeShift(w http.ResponseWriter, r *http.Request) error {
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return routing.RemoveShift(tx, r.PathValue("id")) }); err != nil {
		return err
	}
	return s.did(w, r, "/settings/shifts", "Removed.")
}
