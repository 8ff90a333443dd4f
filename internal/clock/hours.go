package clock

import (
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/calendar"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/text"
)

// Desk is a calendar that the workspace keeps: when one of its desks works.
type Desk struct {
	ID      string
	Name    string
	Version int64 // counts changes
	calendar.Calendar
}

// compile makes the calendar ready to reckon with, as it was known with so many of its versions.
func (d Desk) compile(versions int) (*calendar.Compiled, error) {
	return calendar.Compile(calendar.Calendar{Versions: d.Versions[:min(max(versions, 1), len(d.Versions))]})
}

// CalendarSaved says that a calendar is new or was changed.
type CalendarSaved struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Calendar calendar.Calendar `json:"calendar"`
}

// EventName is how the log calls it.
func (CalendarSaved) EventName() string { return "calendar.saved" }

// About puts it on the calendar's own timeline.
func (e CalendarSaved) About() (string, string) { return "calendar", e.ID }

const (
	longestName   = 200
	mostCalendars = 500
)

// Desks returns the calendars of the workspace by name.
func Desks(tx *db.Tx) ([]Desk, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	all, err := allDesks(tx)
	slices.SortFunc(all, func(a, b Desk) int { return strings.Compare(text.Fold(a.Name), text.Fold(b.Name)) })
	return all, err
}

// FindDesk returns the calendar with an id.
func FindDesk(tx *db.Tx, id string) (Desk, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return Desk{}, err
	}
	d, err := oneDesk(tx, id)
	if db.Missing(err) {
		return d, fault.New(fault.NotFound, "There is no calendar %.100q.", id)
	}
	return d, err
}

// SaveDesk adds a calendar, if it has no id yet, or changes one that was seen
// in a version. What has been in force stays as it was: an edit adds a
// version. With adopt, the promises that run by it follow its new hours from
// the instant on at which they hold; otherwise each is kept as it was made.
func (w *Works) SaveDesk(tx *db.Tx, d Desk, adopt bool) (Desk, error) {
	if err := tx.Must(access.PromisesEdit); err != nil {
		return d, err
	}
	all, err := allDesks(tx)
	if err != nil {
		return d, err
	}
	d.Name = strings.Join(strings.Fields(text.Valid(d.Name)), " ")
	if err := fault.Join(checkDeskName(d), d.Check()); err != nil {
		return d, err
	}
	if slices.ContainsFunc(all, func(o Desk) bool { return o.ID != d.ID && text.Fold(o.Name) == text.Fold(d.Name) }) {
		return d, taken(d.Name)
	}
	if d.ID == "" {
		if len(all) >= mostCalendars {
			return d, fault.Field("name", "There are %d calendars already; change one of them.", len(all))
		}
		d.ID = tx.NewID()
	} else if err := d.follows(tx); err != nil {
		return d, err
	}
	d.Version++
	if err := upsertDesk(tx, d); err != nil {
		return d, err
	}
	tx.Emit(CalendarSaved{d.ID, d.Name, d.Calendar})
	if !adopt {
		return d, nil
	}
	return d, w.adopt(tx, d)
}

// follows checks that the calendar may take the place of what is stored.
func (d Desk) follows(tx *db.Tx) error {
	was, err := FindDesk(tx, d.ID)
	if err != nil {
		return err
	}
	if was.Version != d.Version {
		return fault.New(fault.Conflict, "Somebody changed the calendar meanwhile. Load it again, and make your change anew.")
	}
	return d.CheckChange(was.Calendar, tx.Now.Truncate(time.Second))
}

func checkDeskName(d Desk) error {
	if d.Name == "" || len([]rune(d.Name)) > longestName {
		return fault.Field("name", "Give the calendar a name of at most %d characters.", longestName)
	}
	return nil
}

// taken says that something else has a name already.
func taken(name string) error {
	message := "The name " + name + " is taken. Choose another."
	return &fault.Error{Kind: fault.Conflict, Message: message, Fields: map[string]string{"name": message}}
}

// adopt has running promises follow the calendar's versions that begin now or later, each when it begins.
func (w *Works) adopt(tx *db.Tx, d Desk) error {
	for n := max(1, d.At(tx.Now)); n <= len(d.Versions); n++ {
		from := latest(d.Versions[n-1].From, tx.Now) // the first is in force since ever
		if err := event.Schedule(tx, adoptTask, d.ID+"/"+from.UTC().Format(time.RFC3339), from, application{Calendar: d.ID}); err != nil {
			return err
		}
	}
	return nil
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
