package workspace

import (
	"encoding/json"
	"time"
	_ "time/tzdata" // zones are known on machines that have no list of them

	"golang.org/x/text/language"

	"muster/internal/fault"
)

// Settings are what an administrator chooses for the whole workspace. A key
// that the stored JSON lacks has its default.
type Settings struct {
	ReopenDays  int            `json:"reopenDays"`  // how long after a ticket was resolved a customer's reply reopens it
	UndoSeconds int            `json:"undoSeconds"` // how long a reply waits, so that it can be taken back; 0: not at all
	BrandHue    int            `json:"brandHue"`    // of the accent colour, in degrees
	Locale      string         `json:"locale"`      // BCP 47: the language of pages and mail where nobody chose another
	Zone        string         `json:"zone"`        // IANA: the zone of times where nobody chose another
	Matrix      map[string]int `json:"matrix"`      // "impact/urgency" to a priority from 1 to 4, where it is not the usual one
}

// Defaults returns the settings of a new workspace.
func Defaults() Settings {
	return Settings{ReopenDays: 14, UndoSeconds: 10, BrandHue: 212, Locale: "en", Zone: "UTC"}
}

// UnmarshalJSON gives missing keys their defaults.
func (s *Settings) UnmarshalJSON(b []byte) error {
	type plain Settings
	p := plain(Defaults())
	if err := json.Unmarshal(b, &p); err != nil {
		return err
	}
	*s = Settings(p).filled()
	return nil
}

// filled returns s with the defaults where empty makes no sense; all of them if s is the zero value.
func (s Settings) filled() Settings {
	d := Defaults()
	if s.ReopenDays == 0 && s.UndoSeconds == 0 && s.BrandHue == 0 && s.Locale == "" && s.Zone == "" {
		d.Matrix = s.Matrix
		return d
	}
	if s.Locale == "" {
		s.Locale = d.Locale
	}
	if s.Zone == "" {
		s.Zone = d.Zone
	}
	return s
}

func (s Settings) check() error {
	errs := []error{
		between("reopenDays", "A reply reopens a ticket for", s.ReopenDays, 0, 365, "days"),
		between("undoSeconds", "A reply can be taken back for", s.UndoSeconds, 0, 120, "seconds"),
		between("brandHue", "The accent colour has a hue of", s.BrandHue, 0, 359, "degrees"),
	}
	if _, err := language.Parse(s.Locale); err != nil {
		errs = append(errs, fault.Field("locale", "%q is no language; write it like en or de-CH.", s.Locale))
	}
	if _, err := time.LoadLocation(s.Zone); err != nil || s.Zone == "Local" {
		errs = append(errs, fault.Field("zone", "%q is no time zone; write it like Europe/Berlin.", s.Zone))
	}
	return fault.Join(append(errs, s.checkMatrix())...)
}

func (s Settings) checkMatrix() error {
	for key, priority := range s.Matrix {
		if !matrixKeys()[key] {
			return fault.Field("matrix", "%q is no pair of impact and urgency; write it like high/medium.", key)
		}
		if priority < 1 || priority > 4 {
			return fault.Field("matrix", "There are the priorities 1 to 4, not %d.", priority)
		}
	}
	return nil
}

func matrixKeys() map[string]bool {
	keys := map[string]bool{}
	levels := []string{"high", "medium", "low"}
	for _, impact := range levels {
		for _, urgency := range levels {
			keys[impact+"/"+urgency] = true
		}
	}
	return keys
}

func between(field, what string, n, least, most int, unit string) error {
	if n < least || n > most {
		return fault.Field(field, "%s %d to %d %s, not %d.", what, least, most, unit, n)
	}
	return nil
}
