package calendar

import (
	"maps"
	"slices"
	"time"

	"muster/internal/fault"
)

// What a calendar may hold at most.
const (
	maxVersions = 500
	maxPeriods  = 24      // of one day
	maxHolidays = 2_000   // of one version
	maxDays     = 100_000 // that the holidays of one version last, in all years together
	maxName     = 200
)

// Check reports what is wrong with c, in sentences for the person who wrote it.
func (c Calendar) Check() error {
	if len(c.Versions) == 0 || len(c.Versions) > maxVersions {
		return fault.Field("versions", "A calendar has 1 to %d versions, not %d.", maxVersions, len(c.Versions))
	}
	for i, v := range c.Versions {
		if err := v.Check(); err != nil {
			return err
		}
		if i > 0 && !v.From.After(c.Versions[i-1].From) {
			return fault.Field("versions", "Version %d must begin later than version %d.", i+1, i)
		}
	}
	return nil
}

// CheckChange reports whether c may take the place of old now: versions in force, or once in force, stay as
// they were, and a new one begins no earlier than now.
func (c Calendar) CheckChange(old Calendar, now time.Time) error {
	used := old.At(now)
	if len(c.Versions) < used {
		return fault.Field("versions", "Version %d has been in force: it cannot be taken away.", len(c.Versions)+1)
	}
	for i := range used {
		if !c.Versions[i].same(old.Versions[i]) {
			return fault.Field("versions", "Version %d has been in force: leave it as it is, and make a new version.", i+1)
		}
	}
	for i := used; i < len(c.Versions) && used > 0; i++ {
		if c.Versions[i].From.Before(now) {
			return fault.Field("versions", "Version %d would begin in the past: let it begin now or later.", i+1)
		}
	}
	return c.Check()
}

func (v Version) same(w Version) bool {
	return v.From.Equal(w.From) && v.Zone == w.Zone && maps.EqualFunc(v.Week, w.Week, slices.Equal) &&
		slices.EqualFunc(v.Holidays, w.Holidays, Holiday.same)
}

func (h Holiday) same(g Holiday) bool {
	return h.Name == g.Name && h.Date == g.Date && h.Until == g.Until && h.Yearly == g.Yearly &&
		slices.Equal(h.Except, g.Except) && slices.Equal(h.Hours, g.Hours)
}

// Check reports what is wrong with v.
func (v Version) Check() error {
	_, err := v.location()
	return fault.Join(err, v.Week.check(), v.checkHolidays(), v.checkOpens())
}

func (v Version) location() (*time.Location, error) {
	loc, err := time.LoadLocation(v.Zone)
	if err != nil || v.Zone == "" || v.Zone == "Local" {
		return nil, fault.Field("zone", "%q is no time zone; write it like Europe/Berlin.", v.Zone)
	}
	return loc, nil
}

func (w Week) check() error {
	for _, d := range slices.Sorted(maps.Keys(w)) {
		if !slices.Contains(Days(), d) {
			return fault.Field("week", "%q is no day of the week; write it like monday.", d)
		}
		if err := checkHours("week", string(d), w[d]); err != nil {
			return err
		}
	}
	return nil
}

// checkHours checks the periods of a day, which field and which name.
func checkHours(field, name string, hours []Hours) error {
	if len(hours) > maxPeriods {
		return fault.Field(field, "%q has %d periods; a day has %d at most.", name, len(hours), maxPeriods)
	}
	for _, h := range hours {
		opens, ok := h.Open.minutes()
		if !ok || opens == 24*60 {
			return fault.Field(field, "%q opens at %q; write a time of day from 00:00 to 23:59.", name, h.Open)
		}
		closes, ok := h.Close.minutes()
		if !ok {
			return fault.Field(field, "%q closes at %q; write a time of day from 00:00 to 24:00.", name, h.Close)
		}
		if opens == closes {
			return fault.Field(field, "%q opens and closes at %s; for a whole day write 00:00 to 24:00.", name, h.Open)
		}
	}
	return nil
}

// checkOpens refuses what never opens. Later a calendar may still close for good: then Deadline says so.
func (v Version) checkOpens() error {
	for _, hours := range v.Week {
		if len(hours) > 0 {
			return nil
		}
	}
	for _, h := range v.Holidays {
		if len(h.Hours) > 0 {
			return nil
		}
	}
	return fault.Field("week", "Give at least one opening period: this calendar would never open.")
}
