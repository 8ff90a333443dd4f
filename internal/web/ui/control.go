package ui

// Button is something that can be done: a link if Href is set, a form's button otherwise.
type Button struct {
	Text  string
	Icon  string
	Is    string // "main", "bad", "bare", or "" ; several words are allowed
	Label string // what is read aloud, for a button without Text
	Title string // what is shown on hover, such as where a value comes from
	Href  string

	Name, Value string // what the form is sent with it
	Action      string // where to post by itself, outside any form
	Form        string // id of the form it belongs to, when it stands outside
	Plain       bool   // does nothing by itself: for a script
	Menu        string // id of the menu it opens
	Dialog      string // id of the dialog it opens
	Mode        string // for a link to the composer: the kind of entry, such as "note"
	Do          string // what the editor's toolbar does: bold, italic, code, list, attach …

	Key      string // the single key that presses it
	Command  string // its name in the command palette; "-" for its text
	Pressed  string // "true", "false", or "" for a button that is not a switch
	Disabled bool
	Busy     bool
	Wide     bool // left out on narrow screens
	Parts    []Part
}

// Cap is the key as it is drawn on the button.
func (b Button) Cap() string { return cap1(b.Key) }

// Palette is the button's name in the palette, "" if it is not there.
func (b Button) Palette() string {
	if b.Command == "-" {
		return b.Text
	}
	return b.Command
}

// Style is Is, with the shape of a button that has no words.
func (b Button) Style() string {
	if b.Text == "" && b.Icon != "" && len(b.Parts) == 0 {
		return trimJoin(b.Is, "icon")
	}
	return b.Is
}

// Group is buttons that belong together, drawn as one.
type Group []Button

// Tabs are the views of one thing, of which one is shown.
type Tabs struct {
	Label string
	Items []Tab
}

// Tab is one of Tabs.
type Tab struct {
	Text, Href string
	Icon       string // with Text read aloud only
	Count      *int   // nil for none
	Current    bool
}

// Menu is a list that opens under the button whose Menu is its ID. Items without Href post to Action.
type Menu struct {
	ID, Heading string
	Action      string
	Form        string // id of the form that an item sends, instead of an Action
	Keep        []Pair // goes along with what is chosen
	Items       []MenuItem
	Open        bool // drawn in the page, not over it
}

// MenuItem is one line of a Menu.
type MenuItem struct {
	Text, Icon  string
	State       *State // drawn instead of Text and Icon
	Href        string
	Name, Value string
	Key         string
	Choice      bool // one of several of which Checked is the present one
	Checked     bool
	Disabled    bool
	Rule        bool // a line stands above it
	Dialog      string
}

// Role is what the item is for readers aloud.
func (i MenuItem) Role() string {
	if i.Choice {
		return "menuitemradio"
	}
	return "menuitem"
}

// Find is a search field with the filters that are on.
type Find struct {
	Action      string
	Label       string
	Placeholder string
	Value       string
	Filters     []Filter
	Keep        []Pair // sent along, such as the order
	Key         string // the key that goes there, "/" if ""
}

// Cap is the key as it is drawn.
func (f Find) Cap() string {
	if f.Key == "" {
		return "/"
	}
	return f.Key
}

// Filter is one condition of a list. Href changes it, Remove takes it away.
type Filter struct{ Name, Value, Href, Remove string }

// Pair is a name and a value that a form carries.
type Pair struct{ Name, Value string }

func cap1(key string) string {
	if len(key) == 1 && key[0] >= 'a' && key[0] <= 'z' {
		return string(key[0] - 'a' + 'A')
	}
	return key
}

func trimJoin(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}

func (Button) part() string { return "button" }
func (Group) part() string  { return "group" }
func (Tabs) part() string   { return "tabs" }
func (Menu) part() string   { return "menu" }
func (Find) part() string   { return "find" }
func (Filter) part() string { return "filter" }
