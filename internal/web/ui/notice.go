package ui

import (
	"net/url"
	"time"
)

// Banner is a line across a page. Is: "", accent, good, warn or bad.
type Banner struct {
	Icon, Is, Strong, Text string
	Actions                []Button
}

// Toast is a short message at the foot of the page; it leaves by itself unless it is bad.
type Toast struct {
	Text, Icon, Is string
	Undo           *Undo
	Actions        []Button
	Reference      string // under which our log has more
	Seconds        int    // until it takes effect; shown if not 0
}

// Undo takes back what has just been done: its button posts Name=Value to Action.
type Undo struct{ Action, Name, Value, Text string }

// Empty is a page or list in which there is nothing, and what to do about it.
type Empty struct {
	Icon, Title, Text string
	Next              string // a second sentence: what to do
	Actions           []Button
	Page              bool // it is the whole page: its title is the first heading
	Reference         string
}

// Dialog asks before something that cannot be taken back. It is opened by a button whose Dialog is its ID.
type Dialog struct {
	ID, Title, Text string
	Action          string
	Fields          []Field
	Keep            []Pair
	Parts           []Part
	Stay            string // words of the button that closes it
	Do              Button
	Open            bool // drawn in the page, not over it
	Show            bool // open when the page comes: it was refused
	Problem         string
}

// Refuse shows the dialog again when the page comes, with what was typed and why it was not taken.
func (d *Dialog) Refuse(sent url.Values, err error) {
	f := Form{Fields: d.Fields}
	f.Fill(sent)
	f.Blame(err)
	d.Fields, d.Problem, d.Show = f.Fields, f.Problem, true
}

// Progress is how far something long has come. Value is of Max.
type Progress struct {
	Text, Note string
	Value, Max int
}

// Steps are what is done one after another: the way of a record, in a line, or, if Proof is set, a
// test whose every step says how it went.
type Steps struct {
	Label string
	Proof bool
	Items []Step
}

// Step is one of Steps.
type Step struct {
	Text string
	Is   StepState
	At   time.Time     // when it was reached
	Took time.Duration // of a test
	Note string        // what a test found, and what to do about it
}

// StepState says how a step stands.
type StepState string

// The states of a step.
const (
	Waits  StepState = "wait" // not begun
	Runs   StepState = "run"  // at work now: the present step
	Done   StepState = "ok"
	Broken StepState = "bad"
)

// Icon is the drawing of the state.
func (s Step) Icon() string {
	switch s.Is {
	case Done:
		return "check"
	case Broken:
		return "stop"
	case Runs:
		return "st-open"
	}
	return "st-new"
}

func (Banner) part() string   { return "banner" }
func (Toast) part() string    { return "toast" }
func (Empty) part() string    { return "empty" }
func (Dialog) part() string   { return "dialog" }
func (Progress) part() string { return "progress" }
func (Steps) part() string    { return "steps" }
