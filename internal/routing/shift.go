package routing

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/calendar"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
)

// Shift is when some agents work: the same hours each week, by the clock of a
// zone. Who is on no shift may be given work at any time.
type Shift struct {
	ID      string        `json:"id"`
	Name    string        `json:"name"`
	Zone    string        `json:"zone"`
	Week    calendar.Week `json:"week"`
	Members []string      `json:"members"` // ids of users
	Version int64         `json:"version"`
}

// Shifts returns the shifts by name.
func Shifts(tx *db.Tx) ([]Shift, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return nil, err
	}
	return shifts(tx)
}

// FindShift returns a shift.
func FindShift(tx *db.Tx, id string) (Shift, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return Shift{}, err
	}
	all, err := shifts(tx)
	if i := slices.IndexFunc(all, func(s Shift) bool { return s.ID == id }); i >= 0 {
		return all[i], err
	}
	if err == nil {
		err = fault.New(fault.NotFound, "There is no such shift.")
	}
	return Shift{}, err
}

// SetShift adds a shift, if its ID is empty, or changes one that the caller has seen in a version (0: any).
func SetShift(tx *db.Tx, s Shift) (Shift, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return Shift{}, err
	}
	was := Shift{ID: tx.NewID()}
	if s.ID != "" {
		var err error
		if was, err = FindShift(tx, s.ID); err != nil {
			return Shift{}, err
		}
		if s.Version != 0 && s.Version != was.Version {
			return Shift{}, fault.New(fault.Conflict, "Somebody changed this shift meanwhile. Look at it again, then repeat your change.")
		}
	}
	s.ID, s.Version = was.ID, was.Version+1
	if err := s.check(tx); err != nil {
		return Shift{}, err
	}
	tx.Emit(ShiftSet{Shift: s})
	return s, saveShift(tx, s)
}

// RemoveShift removes a shift.
func RemoveShift(tx *db.Tx, id string) error {
	if err := tx.Must(access.RulesEdit); err != nil {
		return err
	}
	s, err := FindShift(tx, id)
	if err != nil {
		return err
	}
	tx.Emit(ShiftSet{Shift: s, Removed: true})
	return deleteShift(tx, id)
}

func (s *Shift) check(tx *db.Tx) error {
	var errs []error
	if s.Name = strings.Join(strings.Fields(s.Name), " "); s.Name == "" || len([]rune(s.Name)) > longestName {
		errs = append(errs, fault.Field("name", "Give the shift a name of at most %d characters.", longestName))
	}
	errs = append(errs, s.version().Check())
	s.Members = slices.Compact(slices.Sorted(slices.Values(s.Members)))
	for _, id := range s.Members {
		if _, err := people.FindUser(tx, id); err != nil {
			errs = append(errs, fault.Field("members", "%s", fault.Message(err)))
		}
	}
	return fault.Join(errs...)
}

func (s Shift) version() calendar.Version { return calendar.Version{Zone: s.Zone, Week: s.Week} }

// roster tells who is on shift when.
type roster struct {
	of map[string][]*calendar.Compiled // by user
}

// on reports whether a user is on shift: always, if they are on none.
func (r roster) on(user string, at time.Time) bool {
	hours := r.of[user]
	return len(hours) == 0 || slices.ContainsFunc(hours, func(c *calendar.Compiled) bool { return c.Open(at) })
}

// next is when somebody who is not on shift comes on: zero if never.
func (r roster) next(user string, at time.Time) time.Time {
	var first time.Time
	for _, c := range r.of[user] {
		if opens, err := c.NextOpen(at); err == nil && (first.IsZero() || opens.Before(first)) {
			first = opens
		}
	}
	return first
}

// turns is when the shift ends that a user is on, else when the next begins: zero if neither is within a day.
func (r roster) turns(user string, at time.Time) time.Time {
	var begins, ends time.Time
	for _, c := range r.of[user] {
		for s := range c.Periods(at, at.Add(24*time.Hour)) {
			switch {
			case !s.From.After(at) && s.To.After(ends):
				ends = s.To
			case s.From.After(at) && (begins.IsZero() || s.From.Before(begins)):
				begins = s.From
			}
			break
		}
	}
	return cmp.Or(ends, begins)
}

type shiftKey struct {
	workspace, id string
	version       int64
}

// roster reads the shifts. What is made of them is kept as long as they do not change: it costs a millisecond each.
func (r *Router) roster(tx *db.Tx) (roster, error) {
	all, err := shifts(tx)
	if err != nil {
		return roster{}, err
	}
	return r.rosterOf(tx.Workspace, all)
}

func (r *Router) rosterOf(workspace string, all []Shift) (roster, error) {
	made := roster{of: map[string][]*calendar.Compiled{}}
	for _, s := range all {
		c, err := r.hours.Get(shiftKey{workspace, s.ID, s.Version}, func() (*calendar.Compiled, bool, error) {
			c, err := calendar.Compile(calendar.Calendar{Versions: []calendar.Version{s.version()}})
			return c, true, err
		})
		if err != nil {
			return roster{}, err
		}
		for _, user := range s.Members {
			made.of[user] = append(made.of[user], c)
		}
	}
	return made, nil
}
