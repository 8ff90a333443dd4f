package ui

import (
	"html/template"
	"time"
)

// Message is one entry of a timeline that somebody wrote.
type Message struct {
	ID      string
	Topic   string // of the live stream; "" for none
	Is      MessageKind
	Who     Avatar
	Name    string // who wrote it
	To      string // for whom, as written under the name
	Badge   *Badge
	Via     string // how it came: mail, phone, chat, portal, or "" for the way its kind goes
	At      time.Time
	Body    template.HTML // cleaned already; see package text
	Quote   template.HTML // what it repeats, folded away
	Lines   int           // of the quote
	Files   Files
	Strip   *Strip // what became of it
	Actions []Button
}

// MessageKind says whose words they are: the paper that they stand on.
type MessageKind string

// The kinds of message.
const (
	Theirs MessageKind = ""       // from outside: white
	Ours   MessageKind = "reply"  // from us: ground
	Note   MessageKind = "note"   // for the team: yellow, dashed, locked
	Public MessageKind = "public" // for everybody: accent tint
)

// via is the word for how a message came, or what it is.
func (r reader) via(m Message) string {
	switch m.Is {
	case Ours:
		return r.say("Reply")
	case Note:
		return r.say("Internal note, never sent")
	case Public:
		return r.say("Public update")
	}
	switch m.Via {
	case "phone":
		return r.say("Phone note")
	case "chat":
		return r.say("Chat")
	case "portal":
		return r.say("Portal")
	}
	return r.say("Mail")
}

// Icon is the drawing beside the word for the kind.
func (m Message) Icon() string {
	switch m.Is {
	case Ours:
		return "reply"
	case Note:
		return "lock"
	case Public:
		return "mega"
	}
	switch m.Via {
	case "phone", "chat":
		return m.Via
	case "portal":
		return "globe"
	}
	return "mail"
}

// Strip is a line under a message, such as that it was not delivered. Is: "", warn or bad.
type Strip struct {
	Icon, Is, Strong, Text string
	Actions                []Button
}

// Events are small things that happened between messages, folded to one line.
type Events struct {
	Summary string
	Open    bool
	Items   []Event
}

// Event is one line of Events. HTML is for words with links in them, cleaned already.
type Event struct {
	At         time.Time
	Icon, Text string
	HTML       template.HTML
}

// Files are attachments.
type Files []Attachment

// Attachment is one file: where it can be read, and how large it is in bytes. Note says what is wrong
// with one that cannot.
type Attachment struct {
	Name, Href string
	Size       int64
	Image      bool
	Note       string
}

// Chain is what hangs together, cause by cause: change, incident, ticket, release.
type Chain []Link

// Link is one member of a Chain. Relation is how the one before it leads here, such as "caused by".
// The one without Href is this record.
type Link struct {
	Icon, Text, Title, Href, Relation string
	State                             *State
}

// Panel is the facts beside a record.
type Panel struct {
	ID       string // needed where Topic is set
	Topic    string // of the live stream; "" for none
	Label    string
	Sections []Section
}

// Section is one block of a Panel.
type Section struct {
	Title  string
	Count  *int
	Action *Button // beside the title
	Lines  []Line
	Parts  []Part
}

// Line is one line of a Section: icon, link, text, and what stands at its end.
type Line struct {
	Icon, Is   string // Is colours the icon and the end: good, warn, bad
	Face       *Avatar
	State      *State
	Link, Href string
	Text       string
	End        string
	Last       Part
}

// Person is a requester or an organisation, large, at the head of a panel.
type Person struct {
	Face             Avatar
	Name, Href, Hint string
	Tier             Tier
}

// Promises are what was promised, each with how it stands; a click shows how that is reckoned.
type Promises struct {
	Now     []Promise
	Earlier []Promise // ended, and followed by others of their kind
}

// Promise is one of Promises.
type Promise struct {
	Clock Clock
	Why   Explain
}

// Explain is how a figure came about, line by line; the last line is the sum.
type Explain struct {
	Summary string
	Open    bool
	Lines   []Pair
}

// Tags are words, with room for more.
type Tags []Tag

func (Message) part() string  { return "message" }
func (Events) part() string   { return "events" }
func (Files) part() string    { return "files" }
func (Chain) part() string    { return "chain" }
func (Panel) part() string    { return "panel" }
func (Section) part() string  { return "section" }
func (Person) part() string   { return "person" }
func (Explain) part() string  { return "explain" }
func (Promises) part() string { return "promises" }
func (Tags) part() string     { return "tags" }

// Quiet is the writer's face, whose name stands beside it.
func (m Message) Quiet() Avatar { a := m.Who; a.Quiet = true; return a }
