package ui

import "time"

// Avatar is somebody's face: initials on one of seven grounds. The zero Avatar means that there is nobody.
type Avatar struct {
	Name     string
	Initials string
	Hue      int  // 1 to 6, as Hue chooses; 0 for grey-blue
	Org      bool // an organisation
	Bot      bool // a rule, not a person
	Big      bool
	Quiet    bool // the name stands beside it, so it is not read out twice
}

// Hue returns the hue of an Avatar for an id: the same every time.
func Hue(id string) int {
	var sum uint32 = 2166136261
	for _, c := range []byte(id) {
		sum = (sum ^ uint32(c)) * 16777619
	}
	return int(sum%6) + 1
}

// Is is the state of the avatar for the stylesheet.
func (a Avatar) Is() string {
	is := ""
	switch {
	case a.Bot:
		is = "bot"
	case a.Org:
		is = "org"
	case a.Initials == "":
		is = "none"
	}
	if a.Big && is != "" {
		return is + " big"
	}
	if a.Big {
		return "big"
	}
	return is
}

// Badge is a word in a box: something about the thing beside it. Is: "", accent, good, warn, bad or note.
type Badge struct{ Text, Icon, Is string }

// Tag is a word that people gave; Remove is the address that takes it away again.
type Tag struct {
	Text, Icon string
	Remove     string // posted to, with the tag's text as "tag"; "" if it cannot be removed
}

// Tier is a level of contract: Is "gold" stands out, any other does not.
type Tier struct{ Text, Is string }

// Prio is a priority from 1, the highest, to 4; 0 draws nothing.
type Prio int

// State is where a ticket stands. Category is one of the six that every workflow maps to: new, open,
// waiting, review, done, cancelled. Text is the workflow's own word; "" for the category's.
type State struct {
	Category string
	Text     string
	Lone     bool // without its word, which is then only read aloud
}

// stateWord is the word for where a ticket stands.
func (r reader) stateWord(s State) string {
	if s.Text != "" {
		return s.Text
	}
	switch s.Category {
	case "new":
		return r.say("New")
	case "open":
		return r.say("Open")
	case "waiting":
		return r.say("Waiting")
	case "review":
		return r.say("Resolved")
	case "done":
		return r.say("Closed")
	}
	return r.say("Cancelled")
}

// Clock is a promise and how it stands. The ring shows how much of it is used.
type Clock struct {
	Is    ClockState
	Left  time.Duration // still left or, when over or late, beyond
	Used  int           // of the promised time, in percent; only while it runs
	Name  string        // of the promise, such as "Next reply"
	Due   time.Time     // for the title; the zero Time for none
	Text  string        // instead of the words that Is and Left give
	Named bool          // with its name before the words
}

// ClockState says how a promise stands.
type ClockState string

// The states of a clock.
const (
	Running ClockState = ""
	Soon    ClockState = "soon"    // most of it is used
	Over    ClockState = "over"    // and still not kept
	Paused  ClockState = "paused"  // waiting on somebody else
	Met     ClockState = "met"     // kept in time
	Late    ClockState = "late"    // kept, but late
	Excused ClockState = "excused" // not kept, for a reason that counts
	Void    ClockState = "none"    // ended without its deed
)

// Dash is the drawn part of the ring, of 100.
func (c Clock) Dash() int { return min(100, max(0, c.Used)) }

// Ticks reports whether the words are to be kept true while the page is open.
func (c Clock) Ticks() bool {
	return !c.Due.IsZero() && c.Text == "" && (c.Is == Running || c.Is == Soon || c.Is == Over)
}

// Style is the state as the stylesheet knows it: late looks like over.
func (c Clock) Style() ClockState {
	if c.Is == Late {
		return Over
	}
	return c.Is
}

// Icon is the drawing of a clock that has no ring.
func (c Clock) Icon() string {
	return map[ClockState]string{Over: "stop", Late: "stop", Paused: "pause", Met: "check", Excused: "shield", Void: "x"}[c.Is]
}

// Facts are names and what they stand for, in two columns.
type Facts []Fact

// Fact is one line of Facts. What it says is Text, a link if Href is set, after its Parts; or an instant.
type Fact struct {
	Name, Text, Href string
	Parts            []Part
	At               time.Time
}

func (Avatar) part() string { return "avatar" }
func (Badge) part() string  { return "badge" }
func (Tag) part() string    { return "tag" }
func (Tier) part() string   { return "tier" }
func (Prio) part() string   { return "prio" }
func (State) part() string  { return "state" }
func (Clock) part() string  { return "deadline" }
func (Facts) part() string  { return "facts" }
