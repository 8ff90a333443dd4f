package promise

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/internal/calendar"
	"muster/internal/clock"
	"muster/internal/fault"
	"muster/internal/text"
	"muster/internal/web/admin/hours"
	"muster/internal/web/admin/rehearse"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

// calendarForm is a calendar's name and its newest version, to make the next of.
func calendarForm(id string, d clock.Desk, v calendar.Version, now time.Time) ui.Form {
	read := ui.Button{Text: "Read holidays from the file", Icon: "file", Name: "read", Value: "1"}
	f := ui.Form{Action: calendarsPath + "/" + id, Files: true, Send: ui.Button{Text: "Keep"}, Others: []ui.Button{read, rehearse.Button()}, Fields: []ui.Field{
		{Name: "seen", Kind: ui.Hidden, Value: strconv.FormatInt(d.Version, 10)},
		{Name: "name", Label: "Name", Value: d.Name, Required: true},
		{Name: "zone", Label: "Time zone", Value: v.Zone, Required: true, List: zones(), Hint: "As IANA writes it, such as Europe/Berlin."}}}
	for _, day := range calendar.Days() {
		f.Fields = append(f.Fields, ui.Field{Name: string(day), Label: dayName(day), Value: hours.Text(v.Week[day]), Placeholder: "closed"})
	}
	f.Fields[len(f.Fields)-1].Hint = "Such as 09:00-12:30, 13:30-17:00. A night shift is 22:00-06:00, a whole day 00:00-24:00, a closed one nothing."
	f.Fields = append(f.Fields, ui.Field{Name: "holidays", Label: "Holidays", Kind: ui.Long, Rows: 8, Code: true, Value: holidayLines(v.Holidays),
		Hint: "One a line: 2026-12-25 Christmas Day; 2026-12-27..2026-12-31 Closed; 2026-12-24 yearly Christmas Eve 09:00-12:00."})
	year := now.Year()
	f.Fields = append(f.Fields, ui.Field{Name: "file", Label: "iCalendar file of holidays", Kind: ui.File, Accept: ".ics,text/calendar", Hint: "What is read stands above, to be looked at; it counts once it is kept."},
		ui.Field{Name: "years", Label: "Years", Value: strconv.Itoa(year) + "-" + strconv.Itoa(year+2), Hint: "For days in the file that fall on another date each year.", Beside: true})
	if d.ID != "" {
		from := ""
		if v.From.After(now) {
			from = v.From.In(zoneOf(v.Zone)).Format(fromLayout)
		}
		f.Fields = append(f.Fields,
			ui.Field{Name: "from", Label: "Counts from", Kind: ui.DateTime, Value: from, Hint: "In the calendar's zone; empty: from now on. What is planned for the same instant is replaced."},
			ui.Field{Name: "adopt", Label: "Promises that run now follow the new hours from then on", Kind: ui.Check, Hint: "Otherwise they are kept as they were made."})
	}
	return f
}

// zones are those that people are offered; any that IANA knows is taken.
func zones() []string {
	return []string{"UTC", "Europe/Berlin", "Europe/London", "Europe/Madrid", "Europe/Paris", "Europe/Warsaw", "Europe/Zurich", "Europe/Helsinki",
		"Europe/Istanbul", "Africa/Cairo", "Africa/Johannesburg", "Africa/Lagos", "America/New_York", "America/Chicago", "America/Denver",
		"America/Los_Angeles", "America/Sao_Paulo", "America/Toronto", "Asia/Dubai", "Asia/Kolkata", "Asia/Shanghai", "Asia/Singapore",
		"Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland"}
}

// weekWords tells a week in one line: days with the same hours together.
func weekWords(w calendar.Week) string {
	var said []string
	days := calendar.Days()
	for i := 0; i < len(days); {
		j := i
		for j+1 < len(days) && slices.Equal(w[days[j+1]], w[days[i]]) {
			j++
		}
		if hours := hours.Text(w[days[i]]); hours != "" {
			name := dayName(days[i])[:3]
			if j > i {
				name += "–" + dayName(days[j])[:3]
			}
			said = append(said, name+" "+hours)
		}
		i = j + 1
	}
	return strings.Join(said, "; ")
}

// holidayLines is how holidays are typed, one a line.
func holidayLines(all []calendar.Holiday) string {
	var lines []string
	for _, h := range all {
		line := string(h.Date)
		if h.Until != "" {
			line += ".." + string(h.Until)
		}
		if h.Yearly {
			line += " yearly"
		}
		for _, except := range h.Except {
			line += " except:" + string(except)
		}
		line += " " + h.Name
		if hours := hours.Text(h.Hours); hours != "" {
			line += " " + hours
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

var (
	holidayDate  = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})(?:\.\.(\d{4}-\d{2}-\d{2}))?$`)
	holidayHours = regexp.MustCompile(`\s((?:\d{1,2}[:.]\d{2}\s*[-–]\s*\d{1,2}[:.]\d{2}[,\s]*)+)$`)
)

// readHolidayLines reads holidays as they are typed.
func readHolidayLines(typed string) ([]calendar.Holiday, error) {
	var all []calendar.Holiday
	for i, line := range strings.Split(text.Valid(typed), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		h, err := readHoliday(line)
		if err != nil {
			return nil, fault.Field("holidays", "Line %d: %s", i+1, fault.Message(err))
		}
		all = append(all, h)
	}
	return all, nil
}

func readHoliday(line string) (h calendar.Holiday, err error) {
	if m := holidayHours.FindStringSubmatch(line); m != nil {
		h.Hours = hours.Read(m[1])
		line = strings.TrimSpace(strings.TrimSuffix(line, m[0]))
	}
	words := strings.Fields(line)
	m := holidayDate.FindStringSubmatch(words[0])
	if m == nil {
		return h, fault.New(fault.Invalid, "begin with the day, like 2026-12-25, or from which to which, like 2026-12-27..2026-12-31.")
	}
	h.Date, h.Until = calendar.Date(m[1]), calendar.Date(m[2])
	var name []string
	for _, word := range words[1:] {
		except, is := strings.CutPrefix(word, "except:")
		switch {
		case word == "yearly" && len(name) == 0:
			h.Yearly = true
		case is && len(name) == 0:
			h.Except = append(h.Except, calendar.Date(except))
		default:
			name = append(name, word)
		}
	}
	if h.Name = strings.Join(name, " "); h.Name == "" {
		return h, fault.New(fault.Invalid, "say what the holiday is called.")
	}
	return h, nil
}

// addHolidays adds holidays to those that are typed, and says how many were new.
func addHolidays(typed string, more []calendar.Holiday) (string, int) {
	lines := sheet.Lines(typed)
	added := 0
	for _, line := range strings.Split(holidayLines(more), "\n") {
		if line != "" && !slices.Contains(lines, line) {
			lines = append(lines, line)
			added++
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n")), added
}

// readVersion reads a version of a calendar as it is typed. From is zero: when it begins is read with the calendar.
func readVersion(f url.Values) (v calendar.Version, err error) {
	v.Zone = strings.TrimSpace(f.Get("zone"))
	var noWeek, noDays error
	v.Week, noWeek = hours.Week(f)
	v.Holidays, noDays = readHolidayLines(f.Get("holidays"))
	return v, fault.Join(noWeek, noDays)
}

// withVersion returns the calendar with another version, in the place that its instant gives it: one that was planned
// for the same instant is replaced. If only its name is another, there is no new version.
func withVersion(d clock.Desk, v calendar.Version, f url.Values, now time.Time) (clock.Desk, error) {
	d.Name = f.Get("name")
	if seen, err := strconv.ParseInt(f.Get("seen"), 10, 64); err == nil && d.ID != "" {
		d.Version = seen
	}
	if d.ID == "" {
		d.Versions = []calendar.Version{v}
		return d, nil
	}
	v.From = now.Truncate(time.Second)
	if typed := f.Get("from"); typed != "" {
		from, err := time.ParseInLocation(fromLayout, typed, zoneOf(v.Zone))
		if err != nil {
			return d, fault.Field("from", "%.40q is no date with a time.", typed)
		}
		if v.From = from.UTC(); v.From.Before(now.Truncate(time.Second)) {
			return d, fault.Field("from", "What has been in force stays as it was. Choose an instant that is still to come, or none for now.")
		}
	}
	at := slices.IndexFunc(d.Versions, func(o calendar.Version) bool { return !o.From.Before(v.From) })
	if at < 0 {
		at = len(d.Versions)
	}
	before := d.Versions[max(0, at-1)]
	planned := at < len(d.Versions) && d.Versions[at].From.Equal(v.From)
	if planned {
		before = d.Versions[at]
	}
	if v.Zone == before.Zone && holidayLines(v.Holidays) == holidayLines(before.Holidays) && weekWords(v.Week) == weekWords(before.Week) {
		return d, nil
	}
	if d.Versions = slices.Clone(d.Versions); planned {
		d.Versions[at] = v
	} else {
		d.Versions = slices.Insert(d.Versions, at, v)
	}
	return d, nil
}

const fromLayout = "2006-01-02T15:04"

// yearsOf reads from which year to which: 2026-2028.
func yearsOf(typed string) (first, last int, err error) {
	a, b, ok := strings.Cut(strings.ReplaceAll(typed, "–", "-"), "-")
	first, err1 := strconv.Atoi(strings.TrimSpace(a))
	if !ok {
		b = a
	}
	last, err2 := strconv.Atoi(strings.TrimSpace(b))
	if err1 != nil || err2 != nil || last < first || last-first > 20 {
		return 0, 0, fault.Field("years", "Write the years like 2026-2028, twenty at most.")
	}
	return first, last, nil
}
