package notify

import (
	"cmp"
	"slices"
	"time"

	"muster/internal/access"
	"muster/internal/calendar"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/workspace"
)

// Channel is a way that a notice takes to a person.
type Channel string

// The ways.
const (
	App  Channel = "app"  // the inbox here
	Mail Channel = "mail" // as a mail, alone or with others
	Push Channel = "push" // to the person's browsers
)

// Channels lists them.
func Channels() []Channel { return []Channel{App, Mail, Push} }

// Digest says how often mail goes out.
type Digest string

// How often there is a mail.
const (
	AtOnce Digest = "now" // within half a minute, so that what comes together goes together
	Hourly Digest = "hourly"
	Daily  Digest = "daily" // at an hour of the person's day
)

// Rules are one person's own.
type Rules struct {
	Topics map[Topic][]Channel `json:"topics"`
	Digest Digest              `json:"digest"`
	Hour   int                 `json:"hour"` // of a daily digest, 0 to 23 in the person's zone
	Quiet  Quiet               `json:"quiet"`
	Pass   bool                `json:"pass"` // what is urgent goes at once, in quiet hours too

	Zone    string `json:"-"` // the person's
	Version int64  `json:"-"` // counts changes; when saved: the one that was seen, 0: any
}

// Quiet is when a person is left in peace: mail and push wait until it ends.
type Quiet struct {
	From  calendar.TimeOfDay `json:"from,omitempty"` // empty: only on whole days
	To    calendar.TimeOfDay `json:"to,omitempty"`   // before From: on the next day
	Days  []calendar.Weekday `json:"days,omitempty"` // on which it begins
	Whole []calendar.Weekday `json:"whole,omitempty"`
}

// Beginning returns the rules of who has none.
func Beginning() Rules {
	all, some := []Channel{App, Mail, Push}, []Channel{App, Push}
	return Rules{Digest: Hourly, Hour: 8, Pass: true, Topics: map[Topic][]Channel{
		Assigned: all, TeamNew: nil, Mentioned: all, Replied: some, Watched: {App}, PromiseDue: all, BadSurvey: all, ByRule: all, House: all}}
}

// RulesChanged says that somebody wants to hear of other things, or at other hours.
type RulesChanged struct{ User string }

func (RulesChanged) EventName() string         { return "notice.rules_changed" }
func (e RulesChanged) About() (string, string) { return "user", e.User }

// Own returns the rules of who acts.
func Own(tx *db.Tx) (Rules, error) {
	if err := tx.Must(access.Anyone); err != nil {
		return Rules{}, err
	}
	return ownRules(tx)
}

func ownRules(tx *db.Tx) (r Rules, err error) {
	if err := mine(tx); err != nil {
		return r, err
	}
	id := tx.ID
	err = tx.As(access.System(tx.Workspace), func(tx *db.Tx) error { r, err = rulesFor(tx, id); return err })
	return r, err
}

// RulesOf returns the rules of somebody.
func RulesOf(tx *db.Tx, user string) (Rules, error) {
	if err := tx.Must(access.StaffManage); err != nil {
		return Rules{}, err
	}
	return rulesFor(tx, user)
}

func rulesFor(tx *db.Tx, user string) (Rules, error) {
	u, err := people.FindUser(tx, user)
	if err != nil {
		return Rules{}, err
	}
	return rulesOf(tx, u)
}

// rulesOf returns a person's rules, with the zone that they are meant in.
func rulesOf(tx *db.Tx, u people.User) (Rules, error) {
	r, err := storedRules(tx, u.ID)
	if db.Missing(err) {
		r, err = Beginning(), nil
		r.Version = 1
	}
	if r.Zone = u.Zone; r.Zone == "" && err == nil {
		var w workspace.Workspace
		w, err = workspace.Current(tx)
		r.Zone = w.Settings.Zone
	}
	r.Zone = cmp.Or(r.Zone, "UTC")
	return r, err
}

// SaveOwn changes the rules of who acts.
func SaveOwn(tx *db.Tx, r Rules) (Rules, error) {
	if err := tx.Must(access.Anyone); err != nil {
		return r, err
	}
	was, err := ownRules(tx)
	if err != nil {
		return r, err
	}
	return save(tx, tx.ID, was, r)
}

// SaveRules changes the rules of somebody.
func SaveRules(tx *db.Tx, user string, r Rules) (Rules, error) {
	if err := tx.Must(access.StaffManage); err != nil {
		return r, err
	}
	was, err := rulesFor(tx, user)
	if err != nil {
		return r, err
	}
	return save(tx, user, was, r)
}

func save(tx *db.Tx, user string, was, r Rules) (Rules, error) {
	if r.Version != 0 && r.Version != was.Version {
		return r, fault.New(fault.Conflict, "These rules were changed meanwhile. Look at them again, then repeat your change.")
	}
	r.Zone, r.Version = was.Zone, was.Version+1
	if err := r.check(); err != nil {
		return r, err
	}
	tx.Emit(RulesChanged{user})
	return r, storeRules(tx, user, r)
}

// check says what is wrong with rules.
func (r Rules) check() error {
	var errs []error
	for topic, ways := range r.Topics {
		if !slices.Contains(Topics(), topic) {
			errs = append(errs, fault.Field("topics", "There is no topic %.100q.", topic))
		}
		for _, way := range ways {
			if !slices.Contains(Channels(), way) {
				errs = append(errs, fault.Field("topics."+string(topic), "There is no way %.100q; there are app, mail and push.", way))
			}
		}
	}
	if !slices.Contains([]Digest{AtOnce, Hourly, Daily}, r.Digest) {
		errs = append(errs, fault.Field("digest", "Mail goes out now, hourly or daily, not %.100q.", r.Digest))
	}
	if r.Hour < 0 || r.Hour > 23 {
		errs = append(errs, fault.Field("hour", "The hour is a number from 0 to 23."))
	}
	return fault.Join(append(errs, r.Quiet.check())...)
}

func (q Quiet) check() error {
	if (q.From == "") != (q.To == "") {
		return fault.Field("quiet.from", "Give both when the quiet hours begin and when they end, or neither.")
	}
	if q.From != "" && len(q.Days) == 0 {
		return fault.Field("quiet.days", "Choose the days on which the quiet hours begin, or leave out from when to when.")
	}
	if q.none() {
		return nil
	}
	if _, err := q.compile("UTC"); err != nil {
		return fault.Field("quiet.from", "%s", fault.Message(err))
	}
	for _, d := range calendar.Days() {
		if !slices.Contains(q.Whole, d) {
			return nil
		}
	}
	return fault.Field("quiet.whole", "Every day is quiet: mail and push would never come. Leave a day out, or choose no way but the inbox.")
}

func (q Quiet) none() bool { return q.From == "" && len(q.Whole) == 0 }

// compile makes a calendar whose open hours are the quiet ones.
func (q Quiet) compile(zone string) (*calendar.Compiled, error) {
	week := calendar.Week{}
	if q.From != "" {
		for _, d := range q.Days {
			week[d] = append(week[d], calendar.Hours{Open: q.From, Close: q.To})
		}
	}
	for _, d := range q.Whole {
		week[d] = append(week[d], calendar.Hours{Open: "00:00", Close: "24:00"})
	}
	return calendar.Compile(calendar.Calendar{Versions: []calendar.Version{{Zone: zone, Week: week}}})
}

const (
	longestQuiet = 8 * 24 * time.Hour
	together     = 30 * time.Second
)

// Ends returns when the quiet hours end that an instant lies in: the instant itself if it lies in none.
func (q Quiet) Ends(at time.Time, zone string) time.Time {
	if q.none() {
		return at
	}
	c, err := q.compile(zone)
	if err != nil || !c.Open(at) {
		return at // they were checked when they were saved
	}
	for stretch := range c.Periods(at, at.Add(longestQuiet)) {
		return stretch.To
	}
	return at
}

// When returns when a notice goes out that way, and what it waits for until then.
func (r Rules) When(way Channel, urgent bool, now time.Time) (time.Time, State) {
	if way == App {
		return now, Delivered
	}
	urgent = urgent && r.Pass
	at, state := now, Queued
	if way == Mail {
		at = now.Truncate(together).Add(together)
		if !urgent && r.Digest != AtOnce {
			at, state = r.nextDigest(now), InDigest
		}
	}
	if urgent {
		return at, state
	}
	if ends := r.Quiet.Ends(at, r.Zone); ends.After(at) {
		return ends, InQuiet
	}
	return at, state
}

// nextDigest is when the next digest goes out after an instant. On a day that has
// not got the hour, since clocks change, it is the hour that the clock shows instead.
func (r Rules) nextDigest(now time.Time) time.Time {
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		zone = time.UTC
	}
	if r.Digest == Hourly {
		return now.Truncate(time.Hour).Add(time.Hour)
	}
	local := now.In(zone)
	for day := 0; ; day++ {
		if at := time.Date(local.Year(), local.Month(), local.Day()+day, r.Hour, 0, 0, 0, zone); at.After(now) {
			return at.UTC()
		}
	}
}
