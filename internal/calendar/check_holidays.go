package calendar

import "muster/internal/fault"

func (v Version) checkHolidays() error {
	if len(v.Holidays) > maxHolidays {
		return fault.Field("holidays", "There are %d holidays; a calendar has %d at most.", len(v.Holidays), maxHolidays)
	}
	days := int64(0)
	for _, h := range v.Holidays {
		if err := h.Check(); err != nil {
			return err
		}
		days += h.days()
	}
	if days > maxDays {
		return fault.Field("holidays", "The holidays last %d days in all; that is more than %d.", days, maxDays)
	}
	return nil
}

// Check reports what is wrong with h.
func (h Holiday) Check() error {
	if len(h.Name) > maxName {
		return fault.Field("holidays", "The name of the holiday on %s is longer than %d letters.", h.Date, maxName)
	}
	first, ok := h.Date.number()
	if !ok {
		return fault.Field("holidays", "%q has the date %q; write one from %d to %d like 2026-12-24.", h.Name, h.Date, firstYear, lastYear)
	}
	last, ok := h.last().number()
	if !ok {
		return fault.Field("holidays", "%q lasts until %q; write a date up to the year %d like 2026-12-24.", h.Name, h.Until, lastYear)
	}
	if last < first {
		return fault.Field("holidays", "%q ends on %s, before it begins.", h.Name, h.Until)
	}
	if h.Yearly && last-first >= 365 {
		return fault.Field("holidays", "%q lasts %d days, and so cannot be each year.", h.Name, last-first+1)
	}
	for _, d := range h.Except {
		if _, ok := d.number(); !ok {
			return fault.Field("holidays", "%q is not kept on %q; write a date like 2026-12-24.", h.Name, d)
		}
	}
	if len(h.Except) > maxHolidays {
		return fault.Field("holidays", "%q has %d exceptions; %d are too many.", h.Name, len(h.Except), maxHolidays+1)
	}
	return checkHours("holidays", h.Name, h.Hours)
}

// days returns how many days h lasts in all its years.
func (h Holiday) days() int64 {
	first, _ := h.Date.number()
	last, _ := h.last().number()
	n := last - first + 1
	if year, _, _ := civil(first); h.Yearly {
		n *= int64(lastYear - year + 1)
	}
	return n
}
