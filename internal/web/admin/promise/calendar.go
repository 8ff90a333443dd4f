package promise

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/calendar"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/rehearsal"
	"muster/internal/web/admin/hours"
	"muster/internal/web/admin/rehearse"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

const calendarsPath = "/settings/calendars"

func (s *Screens) showCalendars(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Calendars")
	v.Actions = []ui.Button{{Text: "New calendar", Icon: "plus", Is: "main", Href: calendarsPath + "/new"}}
	return s.See(w, r, &v, func(tx *db.Tx) error {
		if err := tx.Must(access.PromisesEdit); err != nil {
			return err
		}
		all, err := clock.Desks(tx)
		if err != nil {
			return err
		}
		t := ui.Table{Caption: "Calendars", Head: []ui.Column{{Text: "Name"}, {Text: "Hours now", Wide: true}, {Text: "Zone"}, {Text: "Versions", Right: true}}}
		for _, d := range all {
			now := d.Versions[max(d.At(tx.Now), 1)-1]
			t.Rows = append(t.Rows, []ui.Cell{{Text: d.Name, Href: calendarsPath + "/" + d.ID, Head: true}, {Text: weekWords(now.Week), Muted: true},
				{Text: now.Zone}, {Text: sheet.Number(len(d.Versions))}})
		}
		v.Parts = []ui.Part{t}
		if len(all) == 0 {
			v.Parts = []ui.Part{ui.Empty{Icon: "calendar", Title: "No calendar yet", Text: "A calendar says when your desk works. Promises count by it.",
				Actions: []ui.Button{{Text: "New calendar", Is: "main", Href: calendarsPath + "/new"}}}}
		}
		return nil
	})
}

func (s *Screens) showCalendar(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Calendar")
	return s.See(w, r, &v, func(tx *db.Tx) error { return s.fillCalendar(tx, r, &v) })
}

// deskOf is the calendar that the path names: for "new", one with usual hours.
func deskOf(tx *db.Tx, r *http.Request) (clock.Desk, error) {
	if err := tx.Must(access.PromisesEdit); err != nil {
		return clock.Desk{}, err
	}
	if r.PathValue("id") != "new" {
		return clock.FindDesk(tx, r.PathValue("id"))
	}
	zone := "UTC"
	if me := ui.FrameOf(r, "").Me.Zone; me != nil {
		zone = me.String()
	}
	return clock.Desk{Calendar: calendar.Calendar{Versions: []calendar.Version{{Zone: zone, Week: calendar.Workdays(calendar.Hours{Open: "09:00", Close: "17:00"})}}}}, nil
}

// fillCalendar draws a calendar as it is now, and offers a new version of it.
func (s *Screens) fillCalendar(tx *db.Tx, r *http.Request, v *sheet.Sheet) error {
	v.Back = calendarsPath
	d, err := deskOf(tx, r)
	if err != nil {
		return err
	}
	at := max(d.At(tx.Now), 1) - 1
	last := d.Versions[len(d.Versions)-1]
	v.Title, v.Heading1 = cmp.Or(d.Name, "New calendar"), cmp.Or(d.Name, "New calendar")
	v.Forms = []ui.Form{calendarForm(r.PathValue("id"), d, last, tx.Now)}
	if d.ID == "" {
		return nil
	}
	year, err := yearPlan(d.Calendar, tx.Now)
	if err != nil {
		return err
	}
	v.Parts = []ui.Part{
		ui.Card{Title: "The week", Hint: d.Versions[at].Zone, Parts: []ui.Part{weekOf(d.Versions[at].Week)}},
		ui.Card{Title: "The year " + tx.Now.Format("2006"), Hint: "H: a holiday. Point at a day to see its hours.", Parts: []ui.Part{year}},
		ui.Card{Title: "Versions", Hint: "What has been in force stays as it was: clocks are reckoned by it.", Parts: []ui.Part{versionTable(d, tx.Now)}},
	}
	return nil
}

func versionTable(d clock.Desk, now time.Time) ui.Table {
	t := ui.Table{Caption: "Versions", Head: []ui.Column{{Text: "Version"}, {Text: "From"}, {Text: "Hours", Wide: true}, {Text: "Holidays", Right: true}, {Text: ""}}}
	for i, version := range slices.Backward(d.Versions) {
		mark := ui.Cell{}
		switch at := d.At(now); {
		case i+1 == at:
			mark.Parts = []ui.Part{ui.Badge{Text: "In force", Is: "accent"}}
		case i+1 > at:
			mark.Parts = []ui.Part{ui.Badge{Text: "Planned"}, ui.Button{Text: "Take back", Is: "bare", Action: calendarsPath + "/" + d.ID + "/versions/" + strconv.Itoa(i+1) + "/remove"}}
		}
		from := "the beginning"
		if !version.From.IsZero() {
			from = version.From.In(zoneOf(version.Zone)).Format("2 Jan 2006, 15:04")
		}
		t.Rows = append(t.Rows, []ui.Cell{{Text: sheet.Number(i + 1), Head: true}, {Text: from}, {Text: weekWords(version.Week), Muted: true}, {Text: sheet.Number(len(version.Holidays))}, mark})
	}
	return t
}

// removeVersion takes a planned version of a calendar back. One that has been in force stays.
func (s *Screens) removeVersion(w http.ResponseWriter, r *http.Request) error {
	err := s.DB.Update(r.Context(), func(tx *db.Tx) error {
		d, err := clock.FindDesk(tx, r.PathValue("id"))
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(r.PathValue("version"))
		if err != nil || n <= d.At(tx.Now) || n > len(d.Versions) {
			return fault.New(fault.NotFound, "No such version is planned: it may have come into force, or was taken back already.")
		}
		d.Versions = slices.Delete(slices.Clone(d.Versions), n-1, n)
		_, err = s.Works.SaveDesk(tx, d, false)
		return err
	})
	if err != nil {
		return err
	}
	return s.Did(w, r, calendarsPath+"/"+r.PathValue("id"), "Taken back.")
}

func zoneOf(name string) *time.Location {
	if zone, err := time.LoadLocation(name); err == nil {
		return zone
	}
	return time.UTC
}

// weekOf draws the hours of a week.
func weekOf(w calendar.Week) ui.Week {
	return ui.Week{Caption: "The hours of the week", Days: []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
		Rows: []ui.WeekRow{{Text: "Open", Words: weekWords(w), Bars: hours.Bars(w)}}}
}

func dayName(d calendar.Weekday) string { return strings.ToUpper(string(d[:1])) + string(d[1:]) }

// yearPlan draws the year of an instant: when the desk opens, and which days are holidays.
func yearPlan(c calendar.Calendar, now time.Time) (ui.Year, error) {
	compiled, err := calendar.Compile(c)
	if err != nil {
		return ui.Year{}, err
	}
	v := c.Versions[max(c.At(now), 1)-1]
	zone := zoneOf(v.Zone)
	year := now.In(zone).Year()
	plan := ui.Year{Caption: "The days of the year"}
	for month := time.January; month <= time.December; month++ {
		row := ui.Month{Name: month.String()[:3]}
		for day := time.Date(year, month, 1, 0, 0, 0, 0, zone); day.Month() == month; day = day.AddDate(0, 0, 1) {
			row.Days = append(row.Days, dayPlan(compiled, c, day))
		}
		plan.Months = append(plan.Months, row)
	}
	return plan, nil
}

func dayPlan(compiled *calendar.Compiled, c calendar.Calendar, day time.Time) ui.Day {
	var hours []string
	for s := range compiled.Periods(day, day.AddDate(0, 0, 1)) {
		closes := s.To.In(day.Location()).Format("15:04")
		hours = append(hours, s.From.In(day.Location()).Format("15:04")+"–"+strings.Replace(closes, "00:00", "24:00", 1))
	}
	plan := ui.Day{Title: day.Format("Mon 2 January") + ": " + cmp.Or(strings.Join(hours, ", "), "closed")}
	if len(hours) > 0 {
		plan.Is, plan.Mark = "open", "·"
	}
	for _, h := range c.Versions[max(c.At(day), 1)-1].Holidays {
		if h.On(calendar.Date(day.Format(time.DateOnly))) {
			plan.Is, plan.Mark, plan.Title = "holiday", "H", plan.Title+" ("+h.Name+")"
		}
	}
	return plan
}

const mostInMemory = 1 << 20 // of a form with a file

// saveCalendar keeps a new version of a calendar, or a new calendar.
func (s *Screens) saveCalendar(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseMultipartForm(mostInMemory); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return fault.New(fault.Invalid, "The form did not arrive whole. Send it again.")
	}
	if r.PostForm.Get("read") != "" {
		return s.readHolidays(w, r)
	}
	id := r.PathValue("id")
	version, err := readVersion(r.PostForm)
	if err == nil && rehearse.Asked(r) {
		if err = s.rehearseCalendar(w, r, version); err == nil {
			return nil
		}
	} else if err == nil {
		err = s.DB.Update(r.Context(), func(tx *db.Tx) error {
			d, err := deskOf(tx, r)
			if err != nil {
				return err
			}
			if d, err = withVersion(d, version, r.PostForm, tx.Now); err != nil {
				return err
			}
			d, err = s.Works.SaveDesk(tx, d, r.PostForm.Get("adopt") != "")
			id = d.ID
			return err
		})
	}
	if err != nil {
		return s.Refuse(w, r, hours.OnDay(err, "The calendar would never open: give at least one day its hours."), func(tx *db.Tx, v *sheet.Sheet) error { return s.fillCalendar(tx, r, v) })
	}
	return s.Did(w, r, calendarsPath+"/"+id, "Kept.")
}

// rehearseCalendar plays what was typed over the past, as if it had held all the time.
func (s *Screens) rehearseCalendar(w http.ResponseWriter, r *http.Request, version calendar.Version) error {
	var d clock.Desk
	if err := s.DB.View(r.Context(), func(tx *db.Tx) (err error) {
		if d, err = deskOf(tx, r); err == nil {
			d, err = withVersion(d, version, r.PostForm, tx.Now)
		}
		return err
	}); err != nil {
		return err
	}
	return rehearse.Begin(w, r, s.DB, s.Bus, rehearsal.Calendar, d)
}

// readHolidays shows the form again as it was typed, with the holidays of a file added to those that stand there.
func (s *Screens) readHolidays(w http.ResponseWriter, r *http.Request) error {
	read, err := holidaysOf(r)
	v := sheet.New(r, "Calendar")
	if seeErr := s.DB.View(r.Context(), func(tx *db.Tx) error { return s.fillCalendar(tx, r, &v) }); seeErr != nil {
		return seeErr
	}
	form := &v.Forms[0]
	form.Fill(r.PostForm)
	if err != nil {
		form.Blame(err)
		return sheet.Page.Refuse(w, r, v, err)
	}
	added := 0
	for i, f := range form.Fields {
		if f.Name == "holidays" {
			form.Fields[i].Value, added = addHolidays(f.Value, read.Holidays)
		}
	}
	words := sheet.Number(added) + " holidays were read from the file and stand below. Keep them, and they count from the instant you choose."
	switch added {
	case 0:
		words = "The file held no holiday that does not stand there already."
	case 1:
		words = "One holiday was read from the file and stands below. Keep it, and it counts from the instant you choose."
	}
	v.Parts = slices.Insert(v.Parts, 0, ui.Part(ui.Banner{Icon: "calendar", Is: "accent", Text: words}))
	for _, skipped := range read.Skipped {
		v.Parts = slices.Insert(v.Parts, 1, ui.Part(ui.Banner{Icon: "info", Is: "warn", Strong: skipped.Name, Text: skipped.Reason}))
	}
	return sheet.Page.Render(w, r, v)
}

// holidaysOf reads the file of a form.
func holidaysOf(r *http.Request) (calendar.Imported, error) {
	file, _, err := r.FormFile("file")
	if err != nil {
		return calendar.Imported{}, fault.Field("file", "Choose an iCalendar file (.ics) with the holidays.")
	}
	defer file.Close()
	first, last, err := yearsOf(r.FormValue("years"))
	if err != nil {
		return calendar.Imported{}, err
	}
	read, err := calendar.Import(file, first, last)
	if err != nil && fault.KindOf(err) != fault.Internal {
		return read, fault.Field("file", "%s", fault.Message(err))
	}
	return read, err
}
